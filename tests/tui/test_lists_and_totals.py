"""No list is cut without its total, and `--full` cuts nothing, in words and in JSON."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from projections.readmodel import ReadModel
from projections.situation import DISAGREEING, Situation
from tests.projections.records import CEASEFIRE, NOW, Log, exactly
from tui.commands.situation import EVERY
from tui.text_twin import text

MANY = 33


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadModel]:
    """More of everything than a Situation lists."""
    log = Log()
    log.entered("2025-12-01")
    log.say("ceasefire.commitment_made", CEASEFIRE, {"commitment": "release", "text": "They are released"})
    for n in range(MANY):
        on = f"2026-01-{n % 28 + 1:02}"
        log.struck(f"strike-{n}", on=on)
        for claimant in range(8):
            log.killed(n + claimant, f"claimant-{claimant}-{n}", stream=f"strike-{n}", on=on)
        log.say("statement.made", f"statement-{n}", {"text": f"Statement {n}.", "about": [], "figures": []}, on=on)
        step = {"what": "hostages_released", "figure": exactly(n), "commitment": "release"}
        log.say("ceasefire.step_reported", CEASEFIRE, step, on=on)
    with ReadModel.open(log, tmp_path_factory.mktemp("many") / "m.db") as opened:
        yield opened


def looked_at(model: ReadModel, *, full: bool) -> Situation:
    where = model.vantage(None, None, now=NOW)
    if not full:
        return model.situation(where, discrepancies=DISAGREEING, counted=True)
    return model.situation(where, discrepancies=EVERY, listed=EVERY, counted=True)


def test_what_is_left_out_is_counted_of_how_many(model: ReadModel) -> None:
    shown = looked_at(model, full=False)
    told = " ".join(text(shown).split())
    for words in (f"of {MANY} strikes", f"of {MANY} statements", f"of {MANY} steps"):
        assert f"{words} not told here." in told
    assert shown.discrepancies_total > DISAGREEING
    assert f"of {shown.discrepancies_total} not told here; `ceasefire discrepancies`" in told
    held = msgspec.to_builtins(shown)
    assert (held["statements_total"], held["commitments"][0]["steps_total"], held["strikes"]["total"]) == (MANY,) * 3
    assert len(held["records"]) < held["records_total"]


def test_full_cuts_nothing(model: ReadModel) -> None:
    shown = looked_at(model, full=True)
    told = text(shown, full=True)
    assert "not told here" not in told
    for number in range(MANY):
        assert f"Statement {number}." in told
        assert f"(strike-{number})" in told
    assert told.count("Step: hostages released") == MANY
    assert len(shown.records) == shown.records_total
    assert len(shown.discrepancies) == shown.discrepancies_total
    assert len(shown.strikes.latest) == shown.strikes.total
    assert len(shown.commitments[0].steps) == shown.commitments[0].steps_total == MANY
