"""The texts of `training/`, which only the network learns from: the index does not hold them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

TRAINING = Path(__file__).with_name("training")
SAMPLE = 7


def is_left_out(text: str) -> bool:
    """One text in `SAMPLE` is not learned: `calibrate.py` fits probabilities on texts that the network has not seen."""
    return zlib.crc32(text.encode()) % SAMPLE == 0


def texts(*, left_out: bool) -> Iterator[tuple[str, str, str]]:
    """(kind, entry, text) of those that are left out, or of those that are not; kinds as in question sets."""
    for file in sorted(TRAINING.glob("danger/*.txt")):
        yield from (("urgent", file.stem, x) for x in _lines(file, left_out))
    for topic, text in (x.split("\t", 1) for x in _lines(TRAINING / "topics.tsv", left_out)):
        yield "answer", topic, text
    for file in sorted(TRAINING.glob("*.txt")):
        kind = {"off-topic": "off_topic", "unmet": "unmet"}.get(file.stem, "not_urgent")
        yield from ((kind, file.stem, x) for x in _lines(file, left_out))


def _lines(file: Path, left_out: bool) -> list[str]:
    return [x for x in map(str.strip, file.read_text("utf-8").splitlines()) if x and is_left_out(x) == left_out]
