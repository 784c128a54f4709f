"""One picture of a run, drawn as SVG by hand: right answers against time, and time against a directory's size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any

WIDTH, HEIGHT, LEFT, TOP = 460, 380, 60, 40
OURS, THEIRS = "#0b5d3b", "#5f6b7a"
LETTER, STEPS = 6.2, (0, -13, 13, -26, 26)
"""Width of a letter in a name, and how far from its point's height a name may stand."""
Box = tuple[float, float, float, float]
Points = dict[str, list[tuple[float, float]]]


def plot(results: Mapping[str, Any]) -> str:
    asked: Points = {
        name: [(r["p50"], 100 * r["top1"])] for name, r in results.get("questions", {}).items() if "p50" in r
    }
    sizes: Points = {
        name: [(int(n), r["p50"]) for n, r in by.items() if n.isdecimal()]
        for name, by in results.get("directory", {}).items()
    }
    panels = [
        _panel(0, "Right topic first (%), by milliseconds a question (p50)", asked, flat=True),
        _panel(WIDTH + 120, "Milliseconds (p50), by services in a directory", sizes, flat=False),
    ]
    wide = 2 * WIDTH + 260
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {HEIGHT + 100}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="white"/>{"".join(panels)}</svg>\n'
    )


def _panel(x0: float, title: str, lines: Points, *, flat: bool) -> str:
    """Time and size on logarithmic axes; `flat`: the upright axis runs from 0 to 100."""
    lines = {name: line for name, line in lines.items() if line}  # an absent peer has no points
    points = [p for line in lines.values() for p in line]
    if not points:
        return ""
    across = [
        math.floor(math.log10(min(x for x, _ in points))),
        math.ceil(math.log10(max(x for x, _ in points)) + 0.01),
    ]
    up = [0, 100]
    if not flat:
        up = [
            math.floor(math.log10(min(y for _, y in points))),
            math.ceil(math.log10(max(y for _, y in points)) + 0.01),
        ]

    def at(x: float, y: float) -> tuple[float, float]:
        high = y if flat else math.log10(y)
        return (
            x0 + LEFT + WIDTH * (math.log10(x) - across[0]) / (across[1] - across[0]),
            TOP + HEIGHT * (1 - (high - up[0]) / (up[1] - up[0])),
        )

    out = [f'<text x="{x0 + LEFT}" y="20" font-weight="bold">{escape(title)}</text>']
    for power in range(across[0], across[1] + 1):
        x, _ = at(10**power, 1)
        out.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{TOP + HEIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{x}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{_power(power)}</text>')
    for tick in range(0, 101, 20) if flat else range(up[0], up[1] + 1):
        _, y = at(10 ** across[0], tick if flat else 10**tick)
        out.append(f'<line x1="{x0 + LEFT}" y1="{y}" x2="{x0 + LEFT + WIDTH}" y2="{y}" stroke="#ddd"/>')
        label = f"{tick}" if flat else _power(tick)
        out.append(f'<text x="{x0 + LEFT - 6}" y="{y + 4}" text-anchor="end">{label}</text>')
    places = {name: [at(*p) for p in line] for name, line in lines.items()}
    taken = [_box(x - 5, y, 10) for drawn in places.values() for x, y in drawn]
    for name, drawn in places.items():
        colour = OURS if name.startswith("Signpost") else THEIRS
        if len(drawn) > 1:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
            out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>' for x, y in drawn]
        x, y = drawn[-1]
        wide = LETTER * len(name)
        spots = [(at_x, y + step) for step in STEPS for at_x in (x + 9, x - 9 - wide)]
        beside = next((s for s in spots if not any(_touch(_box(*s, wide), box) for box in taken)), spots[0])
        taken.append(_box(*beside, wide))
        out.append(
            f'<text x="{beside[0]:.1f}" y="{beside[1] + 4:.1f}" fill="{colour}" textLength="{wide:.0f}">{escape(name)}</text>'
        )
    return "".join(out)


def _power(n: int) -> str:
    return f"{10**n:,}" if n >= 0 else f"{10**n:g}"


def _box(x: float, y: float, wide: float) -> Box:
    return x, y - 7, x + wide, y + 7


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
