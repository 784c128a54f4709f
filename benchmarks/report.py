"""The tables and the plot of a run, for people."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from plot import plot

from questions import SHOTS, SPOILT

Row = Mapping[str, Any]
Column = tuple[str, Callable[[Row], str]]
FASTEST = "Signpost, fast"
GROUPING = "Signpost, full"
PARTS = {
    "questions": "our own questions beside peers",
    "directory": "directories of many services",
    "few_shot": "public intent sets",
    "grouping": "grouping into themes",
}


def write(results: dict[str, Any], out: Path) -> None:
    """Write `latest.md` and `latest.svg` into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "latest.md").write_text(report(results), "utf-8")
    (out / "latest.svg").write_text(plot(results), "utf-8")


def report(results: dict[str, Any]) -> str:
    parts = [f"# Signpost beside its peers\n\n{_when(results)}"]
    if results["quick"]:
        parts.append("**A quick run, to test the benchmark: these figures mean nothing.**")
    parts.append("![Right answers against time, and time against the size of a directory](latest.svg)")
    if "questions" in results:
        parts += _questions(results)
    if results.get("few_shot"):
        parts += _few_shot(results["few_shot"], results["draws"])
    elif "few_shot" in results:
        parts.append("## Public intent sets\n\nNot run: no data was given. `benchmarks/README.md` says how to get it.")
    if "directory" in results:
        parts += _directory(results["directory"])
    if "grouping" in results:
        parts += _grouping(results["grouping"])
    missing = [what for part, what in PARTS.items() if part not in results]
    if missing:
        parts.append(f"Not in this run: {', '.join(missing)}.")
    return "\n\n".join(parts) + "\n"


def _when(results: dict[str, Any]) -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        cores = sum(line.startswith("processor") for line in lines)
    return (
        f"Measured on {dt.date.today():%d %B %Y} by `make bench`: {cores} shared cores of {platform.machine()}, no "
        f"accelerator, Python {platform.python_version()}, one thread a matcher. The machine is "
        "shared: compare times within the run, as ratios, and not with other runs."
    )


def _questions(results: dict[str, Any]) -> list[str]:
    found = results["questions"]
    quality: list[Column] = [
        ("top-1", _percent("top1")),
        ("top-3", _percent("top3")),
        ("MRR", _number("mrr", ".3f")),
        ("AUROC", _percent("auroc")),
        ("unmet turned away", _percent("unmet")),
        ("off-topic turned away", _percent("off_topic")),
        ("calibration error", _number("calibration_error", ".3f")),
        *((how, _percent(how)) for how in SPOILT),
    ]
    base = found.get(FASTEST, {}).get("p50")
    cost: list[Column] = [
        ("p50 ms", _number("p50", ".2f")),
        ("p99 ms", _number("p99", ".1f")),
        ("p50 against our fast tier", lambda r: f"{r['p50'] / base:.2f} ×" if base else "-"),
        ("questions a second", _number("per_second", ",.0f")),
        ("start from cache, s", _number("start", ".2f")),
        ("memory, MB", _number("memory", ".0f")),
        ("learning, s", _number("learnt_in", ".1f")),
    ]
    replies = "; ".join(
        f"{name}: {r['to_reply']['p50']:.2f} ms (p99 {r['to_reply']['p99']:.1f})"
        for name, r in found.items()
        if "to_reply" in r
    )
    return [
        f"## Our knowledge base, `{results['questions_file']}`",
        _table(found, quality),
        "AUROC and *turned away*: answerable questions against unmet needs and other matters; the share of each turned "
        "away when 3 in 100 answerable questions are. A peer is judged by the best of the ways its scores can tell "
        "(best topic, sum over topics, distance to the best text that is no topic; Rasa's rule: four ambiguities). "
        "Calibration error: of the best topic's score, for those whose scores run from 0 to 1. Typos and padding: "
        "top-1 with a slip in 20% or 40% of the words, or lost among 60 words of small talk (flat: no punctuation).",
        "### What it costs",
        _table(found, cost),
        f"From text to ranked topics; start-up counts the interpreter. To the finished reply, {replies}."
        if replies
        else "From text to ranked topics; start-up counts the interpreter.",
    ]


def _few_shot(found: dict[str, Any], draws: int) -> list[str]:
    parts = [
        "## Public intent sets, few-shot, through our own knowledge-base loader",
        f"{'The mean of ' + str(draws) + ' seeded draws' if draws > 1 else 'One seeded draw'}, on every fourth test question; an intent's name is its topic's title, for every "
        "matcher alike. *Turned "
        "away*: out-of-scope questions, when 3 in 100 in-scope ones are. The last columns: top-1 on one question in "
        "five, first draw of most examples, plain and spoilt.",
    ]
    most, least = (str(n) for n in SHOTS)
    for name, by in found.items():
        columns: list[Column] = [
            (f"{most}-shot top-1", _percent("top1", most)),
            (f"{least}-shot top-1", _percent("top1", least)),
            ("AUROC", _percent("auroc", most)),
            ("turned away", _percent("off_topic", most)),
            ("plain", _percent("unspoilt", most)),
            *((how, _percent(how, most)) for how in SPOILT),
        ]
        parts += [f"### {name}", _table(by, columns)]
    return parts


def _directory(found: dict[str, Any]) -> list[str]:
    sizes = sorted({int(size) for by in found.values() for size in by if size.isdecimal()})
    first, last = str(sizes[0]), str(sizes[-1])
    columns: list[Column] = [
        *((f"{size:,}: p50 ms", _number("p50", ".3f", str(size))) for size in sizes),
        (f"growth for {sizes[-1] // sizes[0]} × services", lambda r: f"{r[last]['p50'] / r[first]['p50']:.1f} ×"),
        ("p99 ms", _number("p99", ".1f", last)),
        ("found first", _percent("top1", last)),
        ("among ten", _percent("top10", last)),
        ("start, s", _number("start", ".2f", last)),
        ("memory, MB", _number("memory", ".0f", last)),
    ]
    return [
        "## Directories of many services",
        _table(found, columns),
        "Made services (`benchmarks/scale.py`, seeded), each asked for by some of its words, one of them mistyped in "
        "every third question. A hundred questions; rapidfuzz, which compares with every service, is asked ten of the "
        "largest directory. The last five columns are of the largest directory.",
    ]


def _grouping(found: dict[str, Any]) -> list[str]:
    parts = [
        "## Grouping into themes",
        "Agreement with the labels: adjusted Rand index and V-measure (1 is perfect). k-means is told the true number of "
        "groups, and once, as in use, must find it: the best silhouette of 8, 16, ... 512. All peers group vectors of "
        "all-MiniLM-L6-v2. Seconds are of processor time: from texts to vectors, grouping alone, and both; models are "
        "loaded and modules imported before.",
    ]
    for name, by in found.items():
        ours = by.get(GROUPING, {})
        columns: list[Column] = [
            ("groups", _number("groups", ".0f")),
            ("adjusted Rand", _number("rand", ".3f")),
            ("V-measure", _number("v_measure", ".3f")),
            ("vectors, s", _number("seeing", ".2f")),
            ("grouping, s", _number("grouping", ".2f")),
            ("from texts, s", _number("in_all", ".2f")),
            ("against ours, grouping", _times("grouping", ours)),
            ("against ours, from texts", _times("in_all", ours)),
        ]
        parts += [f"### {name}", _table(by, columns)]
    return parts


def _times(key: str, base: Row) -> Callable[[Row], str]:
    return _shown(key, (), lambda value: f"{value / base[key]:.1f} ×" if key in base else "-")


def _table(found: Mapping[str, Row], columns: list[Column]) -> str:
    lines = ["| | " + " | ".join(title for title, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, row in found.items():
        if "absent" in row:
            cells = [f"absent: the package `{row['absent']}` is not installed"] + [""] * (len(columns) - 1)
        else:
            cells = [show(row) for _, show in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _percent(key: str, *under: str) -> Callable[[Row], str]:
    return _shown(key, under, lambda value: f"{value * 100:.1f}")


def _number(key: str, form: str, *under: str) -> Callable[[Row], str]:
    return _shown(key, under, lambda value: format(value, form))


def _shown(key: str, under: tuple[str, ...], show: Callable[[float], str]) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        for step in under:
            row = row.get(step, {})
        return show(row[key]) if key in row and np.isfinite(row[key]) else "-"

    return cell
