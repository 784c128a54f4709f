"""A real server in a process of its own and Debian's Chromium to look at it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from oidc_provider import CLIENT, SECRET, OidcProvider

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def provider() -> Iterator[OidcProvider]:
    """The council's own sign-in."""
    provider = OidcProvider()
    yield provider
    provider.close()


@pytest.fixture(scope="session")
def site(provider: OidcProvider) -> Iterator[str]:
    """The address of a running `python -m bot` that knows the council's provider."""
    env = os.environ | {
        "SIGNPOST_PORT": "0", "PYTHONUNBUFFERED": "1", "SIGNPOST_OIDC_ISSUER": provider.issuer,
        "SIGNPOST_OIDC_CLIENT_ID": CLIENT, "SIGNPOST_OIDC_CLIENT_SECRET": SECRET,
    }  # fmt: skip
    server = subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    line = server.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, line
    yield found.group()
    server.terminate()
    assert server.wait(15) in (0, -15)
    server.stdout.close()


@pytest.fixture
def council(site: str, tmp_path: Path) -> Iterator[str]:
    """Another site's page, with the widget's one script tag on it."""
    page = f'<!doctype html><html lang="en"><title>Council</title><main><h1>Council</h1><script src="{site}/widget.js"></script></main></html>'
    (tmp_path / "index.html").write_text(page)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for one module: while it is open its event loop keeps asynchronous tests from running."""
    expect.set_options(timeout=15_000)  # a busy machine is not a fault
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
