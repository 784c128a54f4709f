"""Makes the pictures of the README from a running assistant: `make screenshots`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

OUT = Path(__file__).parent / "images"
QUESTION = "my lad is 8 and school keep ringing me to collect him, they say they cant cope"
SHOTS = {
    "chat-wide": ({"viewport": {"width": 1100, "height": 900}}, [QUESTION]),
    "chat-narrow-dark": ({"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}, [QUESTION]),
    "start": ({"viewport": {"width": 390, "height": 844}}, []),
    "miss": (
        {"viewport": {"width": 800, "height": 800}},
        ["is there a dentist in wisbech who is good with my autistic 7 year old"],
    ),
    "urgent": ({"viewport": {"width": 800, "height": 800}}, ["my daughter says she wants to die"]),
    "choices": ({"viewport": {"width": 800, "height": 800}}, ["help with money"]),
}


def main() -> None:
    OUT.mkdir(exist_ok=True)
    env = os.environ | {"SIGNPOST_PORT": "0", "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen([sys.executable, "-m", "bot"], stdout=subprocess.PIPE, text=True, env=env)
    site = re.search(r"http://\S+", server.stdout.readline())  # type: ignore[union-attr]
    if not site:
        sys.exit("the assistant did not start")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        for name, (options, questions) in SHOTS.items():
            page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
            page.goto(site.group())
            for question in questions:
                page.fill("#q", question)
                page.click("button.main")
                page.wait_for_selector(".reply")
                page.wait_for_timeout(900)
            page.screenshot(path=OUT / f"{name}.png", full_page="--full" in sys.argv)
        browser.close()
    server.terminate()


if __name__ == "__main__":
    main()
