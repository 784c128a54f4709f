"""A directory of 20,000 services is brought in within two minutes whatever happens, and looked up in milliseconds."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import scale

from directory_feed import EXTRA, PLANTED, planted
from signpost.directory.look import list_services
from signpost.directory.record import Listed
from signpost.model import Message
from signpost.service import Assistant
from signpost.understand.read import read

SIGNPOST = str(Path(sys.executable).with_name("signpost"))


@pytest.fixture
def far_feed(full_size: bool) -> Iterator[tuple[str, int]]:
    """Address and size of a feed in a process of its own."""
    count = 20_000 if full_size else 1_000
    script = str(Path(__file__).parents[1] / "directory_feed.py")
    with subprocess.Popen([sys.executable, script, str(count)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/api", count
        server.kill()


def test_a_killed_import_goes_on_at_its_page(address: str, far_feed: tuple[str, int], tmp_path: Path) -> None:
    url, count = far_feed
    out = tmp_path / "faults.txt"
    command = [SIGNPOST, "--database", address, "directory", "import", url, "--report", str(out)]
    began, kills = time.monotonic(), 0
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as first:
        assert first.stderr
        lines = [first.stderr.readline() for _ in range(1 if count < 5_000 else 5)]
        assert lines[0].startswith("page 1 of"), lines  # is on the disk
        first.send_signal(signal.SIGKILL)
        kills += first.wait() == -signal.SIGKILL
    second = subprocess.run(command, capture_output=True, text=True, timeout=300)
    took = time.monotonic() - began
    assert second.returncode == 0, second.stderr
    assert kills == 1 and not second.stderr.startswith("page 1 of")
    *lines, counts = out.read_text("utf-8").splitlines()
    assert second.stdout.splitlines() == [*lines, counts]
    refused = sum(gone for _, gone in PLANTED.values())
    assert f"{count - refused:,} new" in counts and f"{refused:,} refused" in counts
    assert {i for i, _, _ in planted(count) if i} <= {w.removesuffix(",") for line in lines for w in line.split()}
    assert len(lines) == len(PLANTED) + EXTRA
    listed = subprocess.run([SIGNPOST, "--database", address, "directory", "list"], capture_output=True, text=True)
    assert f"{count - refused:,} services, {len(lines)} faults" in listed.stdout
    print(f"\n{count:,} services brought in within {took:.0f} s, killed once on the way")
    assert took < 120


def test_looking_in_a_large_directory_takes_milliseconds(assistant: Assistant, full_size: bool) -> None:
    count = 20_000 if full_size else 2_000
    texts = scale.services(count)
    held = [("x", Listed(str(i), t.partition(".")[0], words=t, towns=("Ely CB7 4AB",))) for i, t in enumerate(texts)]
    parts = assistant.parts
    found = list_services(held, assistant.knowledge, parts.language, None)
    assert found
    asked = [
        read(Message(f"{t} in ely, he is 9"), parts.language, parts.safety) for t, _ in scale.questions(texts, 500)
    ]
    took = []
    for reading in asked:
        tries = []
        for _ in range(3):
            began = time.perf_counter()
            found.find(reading)
            tries.append((time.perf_counter() - began) * 1_000)
        took.append(min(tries))  # what else the machine does at that moment is not ours
    p99 = sorted(took)[int(0.99 * len(took))]
    print(f"\n{count:,} services: half of the look-ups within {sorted(took)[250]:.2f} ms, p99 {p99:.2f} ms")
    assert p99 < 5
