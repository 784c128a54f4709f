"""Signpost beside its peers in one run: `make bench`. Prints the tables and writes them to benchmarks/latest.md.

    python benchmarks/run.py [--questions FILE] [--data DIR] [--quick] [--only NAME ...] [--out DIR]

Same knowledge base, same questions; every matcher in its own processes, one at a time, on one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import themes
from figures import mean_of
from peers import PEERS
from report import write
from worker import DIRECTORIES, OURS

from questions import SHOTS, draws

HERE = Path(__file__).parent
ROOT = HERE.parent
SIZES = (2_000, 20_000, 200_000)
"""Services in a directory."""
QUICK = {"sizes": (500, 1_000), "asked": 30, "every": 100, "every_grouped": 20}
FULL = {"sizes": SIZES, "asked": 100, "every": 4, "every_grouped": 1}
SLOW = ("rapidfuzz WRatio", "rapidfuzz token_set_ratio")
SLOW_BUDGET = 2_000_000
"""Services compared in all, one by one, at most: 10 questions of 200,000 services."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--questions", type=Path, default=ROOT / "tests/questions/own.jsonl", help="labelled questions"
    )
    options.add_argument("--knowledge", type=Path, default=ROOT / "knowledge", help="the knowledge base")
    options.add_argument("--data", type=Path, help="folder with CLINC150 and BANKING77: see benchmarks/README.md")
    options.add_argument("--only", nargs="+", choices=[*OURS, *PEERS], help="some of the matchers")
    options.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="some of the tables")
    options.add_argument("--draws", type=int, default=3, help="few-shot draws of each public set (default 3)")
    options.add_argument("--quick", action="store_true", help="small enough for a test; its figures mean nothing")
    options.add_argument("--out", type=Path, default=HERE, help="where latest.md and latest.svg go")
    given = options.parse_args()
    size: dict[str, Any] = QUICK if given.quick else FULL
    names = given.only or [*OURS, *PEERS]
    results: dict[str, Any] = {"quick": given.quick, "questions_file": given.questions.name, "draws": given.draws}
    for part in given.parts:
        results[part] = PARTS[part](given, size, names)
        write(results, given.out)  # after each part, so that a run that is cut short leaves what it measured
    print((given.out / "latest.md").read_text("utf-8"))


def _run(job: dict[str, Any]) -> dict[str, Any]:
    """One worker, from spawn to its result."""
    done = subprocess.run(
        [sys.executable, str(HERE / "worker.py")],
        input=json.dumps({**job, "spawned": time.monotonic()}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, **ONE_THREAD},
    )
    result: dict[str, Any] = json.loads(done.stdout)
    print(f"{job['matcher']}: {job['task']} done", file=sys.stderr, flush=True)
    return result


def questions(given: argparse.Namespace, size: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Our kind of questions, asked of our kind of knowledge base."""
    found = {}
    for name in names:
        with tempfile.TemporaryDirectory() as cache:
            job = {"matcher": name, "knowledge": str(given.knowledge), "cache": cache}
            result = _run({**job, "task": "learn"})
            if "absent" not in result:
                result |= _run({**job, "task": "serve", "questions": str(given.questions)})
            found[name] = result
    return found


def few_shot(given: argparse.Namespace, size: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Public intent sets through our own loader, by set; empty where the data is not there."""
    found: dict[str, Any] = {}
    for name in draws(given.data) if given.data else ():
        found[name] = {}
        for matcher in names:
            job = {"task": "few_shot", "matcher": matcher, "data": str(given.data), "set": name}
            result = _run({**job, "every": size["every"], "seeds": 1 if given.quick else given.draws})
            if "absent" not in result:
                result = {str(n): mean_of([d for d in result["draws"] if d["shots"] == n]) for n in SHOTS}
            found[name][matcher] = result
    return found


def directory(given: argparse.Namespace, size: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Directories of made services, by matcher and size. Slow peers are asked fewer questions of a large one."""
    found: dict[str, Any] = {}
    for name in [n for n in DIRECTORIES if n in names or n not in PEERS]:
        found[name] = {}
        for count in size["sizes"]:
            most = size["asked"] if name not in SLOW else min(size["asked"], SLOW_BUDGET // count)
            with tempfile.TemporaryDirectory() as cache:
                job = {"matcher": name, "cache": cache, "size": count}
                result = _run({**job, "task": "directory_learn", "asked": most})
                if "absent" in result:
                    found[name] = result
                    break
                served = _run({**job, "task": "directory_serve", "asked": result.pop("asked")})
                found[name][str(count)] = result | served
    return found


def grouping(given: argparse.Namespace, size: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """What makes themes of gaps beside k-means and HDBSCAN, by set."""
    data = str(given.data) if given.data else ""
    job = {"task": "grouping", "data": data, "every": size["every_grouped"]}
    ways = [way for way in themes.WAYS if way in names or way not in OURS]
    return {name: {way: _run({**job, "matcher": way, "set": name}) for way in ways} for name in themes.sets(given.data)}


PARTS = {"questions": questions, "directory": directory, "few_shot": few_shot, "grouping": grouping}


if __name__ == "__main__":
    main()
