"""What is answered at some hundred points in time, pinned as data: `python -m tests.projections.pins` prints it.

Who rebuilds a part of the read side changes no line of `pinned.json`; who changes what a report means prints it anew.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.projections import random_logs, wide_logs
from tests.projections.conftest import SEEDS
from tests.projections.records import NOW, ZONE, Log

PINNED = Path(__file__).with_name("pinned.json")
_DAYS = ["2025-12-31", *(f"2026-01-{day:02}" for day in range(1, 7)), "2026-01-04T13:00:00Z", "2026-01-20"]
_MONTHS = ["2025-10-10", "2025-10-31", "2025-11-22", "2025-12-24", "2026-01-31", "2026-02-02", "2026-08-22"]
_OF_ONE_LOG = re.compile(rb"[0-9a-f]{64}|[0-9a-f]{32}")
"""What differs between two logs of the same records: hashes, and the log's id."""


_MADE_UP = {"random": (random_logs.THEMES, random_logs.grown), "wide": (wide_logs.THEMES, wide_logs.grown)}


def logs() -> list[str]:
    """The names of the logs that are asked."""
    return [
        "gaza",
        *(
            f"{kind} {theme} {n}"
            for kind, (themes, _) in _MADE_UP.items()
            for theme in sorted(themes)
            for n in range(3)
        ),
    ]


def answers(name: str) -> Iterator[tuple[str, Any]]:
    """What is asked of a log, in words, and what it answers."""
    log, random, days = _log(name), Random(name), _MONTHS if name == "gaza" else _DAYS
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        last = None
        for _ in range(90 if name == "gaza" else 6):
            asked = random.choice(days), f"@{random.choice((len(log.all), random.randint(0, len(log.all))))}"
            vantage = model.vantage(*asked, now=NOW)
            words = " ".join((name, *asked))
            yield f"{words}: situation", model.situation(vantage)
            yield f"{words}: feed", model.feed(vantage, limit=20)
            if last is not None:
                found = model.difference(last, vantage)
                yield f"{words}: changes", [(one.question, one.before, one.after) for one in found.changes]
            last = vantage


def digest(answer: Any) -> str:
    """12 hex digits of an answer's JSON."""
    return sha256(_OF_ONE_LOG.sub(b"", msgspec.json.encode(answer))).hexdigest()[:12]


def _log(name: str) -> Log:
    if name == "gaza":
        return _gaza()
    kind, theme, number = name.split()
    grown = _MADE_UP[kind][1]
    return grown(int(number), theme, 60)


@cache
def _gaza() -> Log:
    with TemporaryDirectory() as folder, Monitor.create(Path(folder) / "gaza.db", ZONE) as monitor:
        monitor.import_files([SEEDS], backfill=True)
        return Log.of(monitor.records())


if __name__ == "__main__":
    told = {words: digest(answer) for name in logs() for words, answer in answers(name)}
    json.dump(told, sys.stdout, indent=0)
    print()
