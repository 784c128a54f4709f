"""Scores a labelled question set: what was right, what was wrong, and what was confused with what."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

from .errors import Fault, InputError
from .model import Answered, Message, Role
from .service import Assistant

Row = dict[str, Any]
KINDS = ("answer", "unmet", "off_topic", "smalltalk", "urgent", "not_urgent")
BINS = 10


def measure(assistant: Assistant, file: Path) -> dict[str, Any]:
    """All figures for one file of labelled questions. Rates are shares from 0 to 1. Raises InputError."""
    rows = [_row(q, assistant.ask(Message(q["q"], Role(q.get("role", "parent"))))) for _, q in _questions(file)]
    answers = [r for r in rows if r["kind"] == "answer"]
    by_kind = {k: [r for r in rows if r["kind"] == k] for k in KINDS}
    figures: dict[str, Any] = {"questions": len(rows)}
    if answers:
        figures["answer"] = _answers(answers) | {
            "by_style": {k: _answers(v) for k, v in sorted(_grouped(answers, "style").items())},
            "by_topic": {k: _answers(v) for k, v in sorted(_grouped(answers, "label").items())},
        }
    for kind in ("unmet", "off_topic", "smalltalk"):
        if by_kind[kind]:
            called = Counter(r["outcome"] for r in by_kind[kind])
            figures[kind] = {
                "count": len(by_kind[kind]),
                "called": dict(sorted(called.items())),
                "recognised": called[kind] / len(by_kind[kind]),
                "not_answered_singly": 1 - called["answer"] / len(by_kind[kind]),
                "no_topic_given": 1 - (called["answer"] + called["choose"]) / len(by_kind[kind]),
            }
    for kind in ("urgent", "not_urgent"):
        if by_kind[kind]:
            raised = mean(r["urgent"] for r in by_kind[kind])
            figures[kind] = {"count": len(by_kind[kind]), "recall" if kind == "urgent" else "false_alarms": raised}
    ordinary = [r for r in rows if r["kind"] in ("answer", "unmet", "off_topic", "smalltalk")]
    figures["false_alarms_on_ordinary_questions"] = mean(r["urgent"] for r in ordinary) if ordinary else 0.0
    figures["calibration_error"] = _calibration_error(ordinary)
    confused = Counter((r["label"], r["topics"][0]) for r in answers if r["topics"] and r["rank"] != 1)
    figures["worst_confusions"] = [{"right": a, "given": b, "times": n} for (a, b), n in confused.most_common(15)]
    figures["wrong"] = [
        {
            "id": r["id"],
            "kind": r["kind"],
            "outcome": r["outcome"],
            "urgent": r["urgent"],
            "given": r["topics"][:3],
            "right": r["accept"],
        }
        for r in rows
        if _is_wrong(r)
    ]
    return figures


def lost(assistant: Assistant, file: Path) -> list[Fault]:
    """The questions of a suite that are not answered with, or offered, a topic they accept. Raises InputError."""
    out = []
    for number, q in _questions(file):
        given = assistant.ask(Message(q["q"], Role(q.get("role", "parent")))).reply.topics
        if not set(given) & set(q["accept"]):
            out.append(Fault(file, number, "question", f"'{q['q']}' no longer leads to {' or '.join(q['accept'])}"))
    return out


def _questions(file: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    """Each question with the number of its line."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            q = json.loads(line)
            ok = isinstance(q["q"], str) and q["kind"] in KINDS and isinstance(q["accept"], list)
            ok = ok and q.get("role", "parent") in list(Role)
        except (ValueError, KeyError, TypeError):
            ok = False
        if not ok:
            raise InputError(f"{file}:{number}: not a labelled question (q, kind, accept)")
        yield number, q


def _row(q: dict[str, Any], answered: Answered) -> Row:
    candidates = answered.match.candidates if answered.match else ()
    topics = [c.topic for c in candidates]
    rank = next((i for i, t in enumerate(topics, 1) if t in q["accept"]), 0)
    return {
        "id": q.get("id", ""), "kind": q["kind"], "style": q.get("style", ""), "accept": q["accept"],
        "label": q["accept"][0] if q["accept"] else "", "topics": topics, "rank": rank,
        "score": candidates[0].score if candidates else 0.0,
        "outcome": str(answered.reply.outcome), "urgent": answered.reply.urgent,
    }  # fmt: skip


def _answers(rows: list[Row]) -> dict[str, Any]:
    single = [r for r in rows if r["outcome"] == "answer"]
    offered = [r for r in rows if r["outcome"] == "choose"]
    return {
        "count": len(rows),
        "top1": mean(r["rank"] == 1 for r in rows),
        "top3": mean(0 < r["rank"] <= 3 for r in rows),
        "mrr": mean(1 / r["rank"] if r["rank"] else 0 for r in rows),
        "answered_singly": len(single) / len(rows),
        "wrong_single_answers": sum(r["rank"] != 1 for r in single) / len(rows),
        "choices_with_the_right_one": mean(0 < r["rank"] <= 4 for r in offered) if offered else 1.0,
        "told_nothing": sum(r["outcome"] in ("unmet", "off_topic", "smalltalk") for r in rows) / len(rows),
    }


def _grouped(rows: list[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _calibration_error(rows: list[Row]) -> float:
    """Expected calibration error of the best topic's score, ten equal bins (Guo et al. 2017)."""
    bins: dict[int, list[Row]] = defaultdict(list)
    for r in rows:
        bins[min(BINS - 1, int(r["score"] * BINS))].append(r)
    gaps = (abs(mean(r["score"] for r in b) - mean(r["rank"] == 1 for r in b)) * len(b) for b in bins.values())
    return float(sum(gaps)) / max(len(rows), 1)


def _is_wrong(r: Row) -> bool:
    match r["kind"]:
        case "answer":
            return bool(r["rank"] != 1 or r["outcome"] not in ("answer", "choose") or r["urgent"])
        case "urgent":
            return not r["urgent"]
        case "not_urgent":
            return bool(r["urgent"] or (r["accept"] and r["rank"] != 1))
        case kind:
            return bool(r["outcome"] != kind or r["urgent"])


def table(figures: dict[str, Any]) -> str:
    """The figures for reading."""
    lines = [f"{figures['questions']} questions"]
    if "answer" in figures:
        a = figures["answer"]
        lines.append(
            f"answer      top-1 {a['top1']:.1%}  top-3 {a['top3']:.1%}  MRR {a['mrr']:.3f}"
            f"  singly {a['answered_singly']:.1%}  wrong singly {a['wrong_single_answers']:.1%}"
            f"  told nothing {a['told_nothing']:.1%}"
        )
        for style, s in a["by_style"].items():
            lines.append(
                f"  {style or '-':10}{s['count']:4}  top-1 {s['top1']:.1%}  top-3 {s['top3']:.1%}"
                f"  wrong singly {s['wrong_single_answers']:.1%}"
            )
        weak = {topic: t for topic, t in a["by_topic"].items() if t["top1"] < 1}
        for topic, t in sorted(weak.items(), key=lambda one: (one[1]["top1"], one[0])):
            lines.append(f"  {topic:32}{t['count']:4}  top-1 {t['top1']:.1%}")
        lines.append(f"  {len(a['by_topic']) - len(weak)} other topics: top-1 100%")
    for kind in ("unmet", "off_topic", "smalltalk"):
        if kind in figures:
            f = figures[kind]
            lines.append(
                f"{kind:11} recognised {f['recognised']:.1%}  not answered singly {f['not_answered_singly']:.1%}"
                f"  no topic given {f['no_topic_given']:.1%}  {f['called']}"
            )
    if "urgent" in figures:
        lines.append(f"urgent      recall {figures['urgent']['recall']:.1%} of {figures['urgent']['count']}")
    if "not_urgent" in figures:
        lines.append(
            f"not_urgent  false alarms {figures['not_urgent']['false_alarms']:.1%} of {figures['not_urgent']['count']}"
        )
    lines.append(f"false alarms on ordinary questions {figures['false_alarms_on_ordinary_questions']:.1%}")
    lines.append(f"calibration error of the best score {figures['calibration_error']:.3f}")
    lines.append("worst confusions (right -> given):")
    lines += [f"  {c['times']}  {c['right']} -> {c['given']}" for c in figures["worst_confusions"]]
    return "\n".join(lines)
