"""A record that cannot be read is passed by on every way into the read model, and named by each Situation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from projections.situation import Unreadable
from tests.domain.desk import Desk
from tests.domain.examples import NOW, Clock, killed, limited, strike
from tests.log.planted import STREAM, UNREADABLE, plant

PLANTED = f"{STREAM}/1"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of one strike and its toll, closed."""
    desk = Desk(tmp_path / "desk")
    desk.given(strike(key="1"), killed({"low": 5, "best": 5, "high": 5, "qualifier": "exact"}, key="2"))
    desk.monitor.close()
    return desk.path


def more(log: Path, key: str = "4") -> None:
    """One more report is put on it."""
    with Monitor(log, clock=Clock()) as monitor:
        monitor.append([limited(key)])


def opened(log: Path, path: Path) -> ReadModel:
    with Monitor(log, read_only=True) as monitor:
        return ReadModel.open(monitor, path)


@pytest.mark.parametrize(("otherwise", "why"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_rebuilt_caught_up_and_live_it_is_the_same(
    log: Path, tmp_path: Path, otherwise: dict[str, Any], why: str
) -> None:
    with Monitor(log, read_only=True) as reader, ReadModel.open(reader, tmp_path / "live.db") as live:
        plant(log, **otherwise)
        assert live.catch_up() == 3
        more(log)
        assert live.catch_up() == 4
        with ReadModel.open(reader, tmp_path / "rebuilt.db") as rebuilt:
            situations = [
                model.situation(model.vantage(None, None, now=NOW), discrepancies=100) for model in (live, rebuilt)
            ]

    assert situations[0] == situations[1]
    situation = situations[0]
    topic = otherwise.get("topic", "strike.reported")
    assert situation.unreadable == (Unreadable(position=3, record=PLANTED, type=topic, why=why),)
    assert [(line.position, line.standing) for line in situation.records[:2]] == [(4, "standing"), (3, "unreadable")]
    assert situation.records_total == 4
    assert situation.strikes.total == 1


def test_before_it_was_recorded_it_is_not_named(log: Path, tmp_path: Path) -> None:
    plant(log, state=b"{}")
    with Monitor(log, read_only=True) as reader, ReadModel.open(reader, tmp_path / "m.db") as model:
        assert model.situation(model.vantage(None, "@2", now=NOW)).unreadable == ()
        assert [one.position for one in model.unreadable()] == [3]


def test_its_page_has_its_stamps_and_no_report(log: Path, tmp_path: Path) -> None:
    plant(log, state=b"{}")
    with Monitor(log, read_only=True) as reader, ReadModel.open(reader, tmp_path / "m.db") as model:
        detail = model.detail(PLANTED, model.vantage(None, None, now=NOW))

    assert (detail.line.standing, detail.original, detail.effective) == ("unreadable", None, None)
    assert detail.line.text == "cannot be read: its body is not one of strike.reported"


def test_once_erased_it_is_unreadable_no_more(log: Path, tmp_path: Path) -> None:
    plant(log, state=b"{}")
    with Monitor(log, clock=Clock()) as monitor, ReadModel.open(monitor, tmp_path / "m.db") as model:
        monitor.erase(PLANTED, reason="asked", authority="court", claimant="desk", sources=[{"title": "order"}])
        model.catch_up()
        situation = model.situation(model.vantage(None, None, now=NOW))

    assert situation.unreadable == ()
    assert [line.standing for line in situation.records if line.position == 3] == ["erased"]


def test_a_program_that_knows_more_types_reads_the_log_anew(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(log)
    with monkeypatch.context() as older:
        older.setattr("domain.log.stored.catalogue.CATALOGUE", {})
        with Monitor(log, read_only=True) as reader, ReadModel.open(reader, tmp_path / "m.db") as model:
            assert len(model.unreadable()) == 3

    with Monitor(log, read_only=True) as reader, ReadModel.open(reader, tmp_path / "m.db") as model:
        assert model.unreadable() == ()
