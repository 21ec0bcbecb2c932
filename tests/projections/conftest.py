"""The seeds in a real log with a real read model, made once for all tests that only look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from projections.situation import Situation
from tests.projections.records import ZONE, Log, situation

SEEDS = Path(__file__).parents[2] / "seeds" / "gaza-2025.jsonl"


@pytest.fixture(scope="session")
def gaza(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadModel]:
    path = tmp_path_factory.mktemp("gaza") / "gaza.db"
    with Monitor.create(path, ZONE) as monitor:
        monitor.import_files([SEEDS], backfill=True)
        with ReadModel.open(monitor) as model:
            yield model


@pytest.fixture
def log() -> Log:
    return Log()


At = Callable[..., Situation]


@pytest.fixture
def at(log: Log, tmp_path: Path) -> At:
    """The Situation of the test's log: `at()` now, `at("2026-01-31")` as of, `at(known="@3")` as known then."""

    def at(as_of: str | None = None, *, known: str | None = None, rule: str = "envelope") -> Situation:
        return situation(log, tmp_path, as_of, known, rule)

    return at
