"""Every face over every log: no text, screen or panel fails, whatever is on record, absent, retracted or erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import msgspec
import pytest

from domain.monitor import Monitor
from domain.report import Recorded
from projections.readmodel import ReadModel
from projections.vantage import ResolvedVantage
from tests.domain.examples import EXAMPLE_LINES
from tests.projections import random_logs, wide_logs
from tests.projections.records import ZONE, Log
from tests.reliability.conftest import Did
from tests.reliability.faces import SIZES, every_face
from tests.reliability.scale import FULL, scaled
from tests.reliability.test_any_vantage import vantages

LATER = datetime(2026, 9, 15, 12, tzinfo=UTC)
RULES = ("envelope", "preferred:hospital", "preferred:gaza-moh", "preferred:nobody")
SEEDS = Path(__file__).parents[2] / "seeds" / "gaza-2025.jsonl"


@pytest.mark.parametrize("logs", [random_logs, wide_logs])
def test_over_the_logs_of_the_oracle(logs: ModuleType, tmp_path: Path, did: Did) -> None:
    for seed in range(scaled(8, 500)):
        random = Random(seed)
        log = logs.grown(seed, random.choice(sorted(logs.THEMES)), random.randint(1, 60))
        with ReadModel.open(log, tmp_path / f"{seed}.db") as model:
            pairs = pairwise(vantages(random, log, model)[: scaled(3, 10)])
            for n, (earlier, vantage) in enumerate(pairs, start=seed):
                ruled = msgspec.structs.replace(vantage, rule=RULES[n % len(RULES)])
                did("every face", looks=1, faces=looked_at(model, log, ruled, earlier))


def absent(log: Log, record: Recorded) -> Log:
    return Log.of(each for each in log.all if each is not record)


def retracted(log: Log, record: Recorded) -> Log:
    log.retract(record)
    return log


def erased(log: Log, record: Recorded) -> Log:
    log.erase(record)
    return log


@pytest.mark.parametrize("gone", [absent, retracted, erased])
def test_without_any_one_record(gone: Callable[[Log, Recorded], Log], tmp_path: Path, did: Did) -> None:
    """One of each type, and in full the seeds."""
    for lines in (EXAMPLE_LINES, SEEDS) if FULL else (EXAMPLE_LINES,):
        whole = recorded(lines, tmp_path / lines.stem)
        for place in range(0, len(whole), max(1, len(whole) // scaled(12, 200))):
            log = Log.of(whole)
            log = gone(log, log.all[place])
            with ReadModel.open(log, tmp_path / f"{lines.stem} {place}.db") as model:
                earlier, vantage = model.vantage("2026-01-31", "@1", now=LATER), model.vantage(None, None, now=LATER)
                drawn = looked_at(model, log, vantage, earlier, *(() if FULL else (SIZES[2:3], 3)))
                did(f"a record {gone.__name__}", logs=1, faces=drawn)


def recorded(lines: Path, folder: Path) -> list[Recorded]:
    with Monitor.create(folder / "log.db", ZONE, clock=lambda: LATER, recorded_by="tester") as monitor:
        assert not monitor.import_files([lines], backfill=True).refusals
        return list(monitor.records())


def looked_at(model: ReadModel, log: Log, vantage: ResolvedVantage, earlier: ResolvedVantage, *what: Any) -> int:
    """How many faces were drawn: each of them."""
    drawn = 0
    for name, draw in every_face(model, log, vantage, earlier, *what):
        try:
            assert draw()
        except Exception as error:
            error.add_note(f"{name}, at {vantage}")
            raise
        drawn += 1
    return drawn
