"""A log is made together with what goes into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import Refused
from domain.lines import Draft
from domain.monitor import Monitor
from tui.commands.making import made_or_open

DRAFT = Draft(
    "statement.made",
    "statement-a",
    {
        "occurred": "2026-01-01",
        "reported_at": "2026-01-01",
        "claimant": "a",
        "claimant_basis": "stated",
        "via": [],
        "sources": [{"title": "T"}],
        "handling": "public",
        "data": {"text": "words", "about": [], "figures": []},
    },
    "k",
)


def test_it_appears_filled(log: Path) -> None:
    with made_or_open(log, "Asia/Gaza", "me") as monitor:
        monitor.append([DRAFT])
        assert not log.exists()
    assert sorted(path.name for path in log.parent.iterdir()) == ["gaza.db", "gaza.db.head"]
    with Monitor(log) as monitor:
        assert monitor.verify().records == 1
        assert not monitor.notes


def test_empty_it_does_not_appear_and_neither_does_its_folder(log: Path) -> None:
    with made_or_open(log, "Asia/Gaza", "me"):
        pass
    assert not log.parent.exists()


def test_an_error_leaves_nothing(log: Path) -> None:
    log.parent.mkdir()

    def fail() -> None:
        with made_or_open(log, "Asia/Gaza", "me") as monitor:
            monitor.append([DRAFT])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not list(log.parent.iterdir())


def test_a_log_that_somebody_made_meanwhile_is_not_touched(log: Path) -> None:
    def race() -> None:
        with made_or_open(log, "Asia/Gaza", "me") as monitor:
            monitor.append([DRAFT])
            Monitor.create(log, "Africa/Cairo").close()

    with pytest.raises(Refused, match="somebody else made this log"):
        race()
    with Monitor(log) as monitor:
        assert (monitor.info.timezone, monitor.head().position) == ("Africa/Cairo", 0)
    assert [path.name for path in log.parent.iterdir()] == ["gaza.db"]
