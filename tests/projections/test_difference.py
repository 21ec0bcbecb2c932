"""The difference of two vantages: nothing that changed is left out, and the records named did it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from projections.difference import Change, Difference
from projections.difference.walking import ASPECTS, KEYS, keyed
from projections.readmodel import ReadModel
from projections.situation import CommitmentView, Discrepancy, Marked, Situation
from projections.vantage import ResolvedVantage
from tests.projections.random_logs import LAST_DAY, logs
from tests.projections.records import CIVIL_DEFENCE, MINISTRY, NOW, STRIKE, TOLL, Log, exactly
from tests.reliability.scale import scaled

THOROUGH = settings(max_examples=scaled(25, 500), deadline=None, suppress_health_check=list(HealthCheck))
vantages = st.tuples(st.integers(1, LAST_DAY + 1).map(lambda n: f"2026-01-{n:02}"), st.integers(0, 10))

Between = Callable[..., Difference]


@pytest.fixture
def between(log: Log, tmp_path: Path) -> Between:
    """The difference of two vantages of the test's log: `between(("2026-01-31", "@1"), ("2026-01-31", "@2"))`."""

    def asked(before: tuple[str | None, str | None], after: tuple[str | None, str | None]) -> Difference:
        with ReadModel.open(log, tmp_path / "m.db") as model:
            return model.difference(model.vantage(*before, now=NOW), model.vantage(*after, now=NOW))

    return asked


def change(difference: Difference, path: str) -> Change:
    found = {one.path: one for one in difference.changes}
    assert path in found, sorted(found)
    return found[path]


KILLED = "strikes.populations[palestinians].harms[killed]"
RANGE = f"strikes.latest[{STRIKE}].ranges[killed,palestinians,unstated,new,2026-01-31,2026-01-31]"


class TestInKnowledge:
    def test_a_later_claim_moves_the_strike_and_the_sum(self, log: Log, between: Between) -> None:
        log.struck()
        log.killed(26)
        later = log.killed(32, CIVIL_DEFENCE)
        found = between(("2026-01-31", "@2"), ("2026-01-31", "@3"))
        assert found.differ == ("knowledge",)
        assert (found.known, found.counted) == (1, 1)
        moved = change(found, KILLED)
        assert (moved.before.high, moved.after.high) == (26, 32)
        assert moved.records == (later.id,)
        assert (moved.was, moved.now) == ("26, 1 claim on 1 strike", "26-32, 2 claims, 2 counts on 1 strike")
        assert change(found, RANGE).records == (later.id,)

    def test_a_correction_is_named_and_what_it_corrects(self, log: Log, between: Between) -> None:
        log.defined()
        figure = log.published(509, "2026-01-31")
        mended = log.correct(figure, {"figure": exactly(513)})
        found = between((None, "@2"), (None, "@3"))
        moved = change(found, f"series[{TOLL}].figure")
        assert (moved.before["figure"].best, moved.after["figure"].best) == (509, 513)
        assert moved.records == (mended.id,)
        assert [(cause.line.record, cause.revises, cause.why) for cause in found.causes] == [
            (mended.id, figure.id, "known")
        ]
        assert (found.recorded.total, found.corrected.total, found.retracted.total) == (0, 1, 0)

    def test_a_retraction_takes_away_what_only_one_said(self, log: Log, between: Between) -> None:
        closed = log.status("closed", "2026-02-02")
        gone = log.retract(closed)
        found = between((None, "@1"), (None, "@2"))
        moved = change(found, "crossings[crossing-rafah]")
        assert (moved.change, moved.after) == ("went", None)
        assert moved.records == (gone.id,)

    def test_a_late_report_of_an_early_day_is_found_behind_many_newer_ones(
        self, log: Log, between: Between, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("projections.difference.bearing.LOOKED_AT", 8)
        log.struck(on="2026-01-05")
        log.killed(5, on="2026-01-05")
        late = log.killed(9, CIVIL_DEFENCE, on="2026-01-05", reported="2026-01-06")
        for n in range(20):
            log.struck(f"strike-x-{n}", on="2026-01-20")
        found = between(("2026-01-05", "@2"), ("2026-01-05", "@23"))
        moved = change(found, KILLED)
        assert moved.records == (late.id,)
        assert not moved.records_exact  # not all 21 were looked at
        assert (found.recorded.total, found.recorded.exact) == (8, False)

    def test_claims_on_strikes_of_a_later_day_are_not_behind_the_sum_of_an_earlier(
        self, log: Log, between: Between
    ) -> None:
        log.struck(on="2026-01-05")
        late = log.killed(9, CIVIL_DEFENCE, on="2026-01-05", known="2026-01-20")
        log.struck("strike-b", on="2026-01-20")
        log.killed(3, MINISTRY, "strike-b", on="2026-01-20")
        found = between(("2026-01-05", "@1"), ("2026-01-05", "@4"))
        assert change(found, KILLED).records == (late.id,)
        assert change(found, "records_total").records == (late.id,)
        assert found.counted == 1

    def test_a_newer_report_that_says_another_day_takes_the_strike_out(self, log: Log, between: Between) -> None:
        log.struck(on="2026-01-05")
        log.killed(9, on="2026-01-05")
        newer = log.struck(on="2026-01-07", reported="2026-01-08")
        found = between(("2026-01-05", "@2"), ("2026-01-05", "@3"))
        assert change(found, "strikes.count").records == (newer.id,)
        assert change(found, KILLED).records == (newer.id,)
        assert change(found, f"strikes.latest[{STRIKE}]").change == "went"

    def test_backwards_the_same_changes_are_undone(self, log: Log, between: Between) -> None:
        log.struck()
        log.killed(26)
        log.killed(32, CIVIL_DEFENCE)
        one, other = ("2026-01-31", "@2"), ("2026-01-31", "@3")
        there, back = between(one, other), between(other, one)
        assert {c.path: (c.before, c.after) for c in there.changes} == {
            c.path: (c.after, c.before) for c in back.changes
        }
        assert back.known == -1
        assert [c.line.record for c in back.causes] == [c.line.record for c in there.causes]


class TestInTime:
    def test_what_occurred_in_between_is_counted(self, log: Log, between: Between) -> None:
        log.struck(on="2026-01-30")
        log.killed(4, on="2026-01-30")
        second = log.struck("strike-b", on="2026-01-31")
        claim = log.killed(3, MINISTRY, "strike-b", on="2026-01-31")
        found = between(("2026-01-30", None), ("2026-01-31", None))
        assert found.differ == ("time",)
        assert (found.known, found.counted) == (0, 2)
        moved = change(found, KILLED)
        assert (moved.before.high, moved.after.high) == (4, 7)
        assert moved.records == (claim.id, second.id)
        assert {cause.why for cause in found.causes} == {"counted"}
        assert change(found, "strikes.latest[strike-b]").change == "came"

    def test_what_only_time_did_names_no_record(self, log: Log, between: Between) -> None:
        log.entered("2026-01-01")
        moved = change(between(("2026-01-10", None), ("2026-01-11", None)), "ceasefire.day")
        assert (moved.was, moved.now) == ("day 10", "day 11")
        assert moved.records_total == 0

    def test_a_strike_that_only_slid_off_the_list_has_not_changed(self, log: Log, between: Between) -> None:
        for n in range(21):
            log.struck(f"strike-x-{n:02}", on="2026-01-10" if n < 20 else "2026-01-11")
        found = between(("2026-01-10", None), ("2026-01-11", None))
        strikes = [one.path for one in found.changes if one.path.startswith("strikes.latest")]
        assert strikes == ["strikes.latest[strike-x-20]"]
        assert "strikes.latest" in found.listed

    def test_at_most_twenty_records_are_named_and_the_rest_counted(self, log: Log, between: Between) -> None:
        log.struck()
        for n in range(30):
            log.killed(n + 1, f"claimant-{n}")
        moved = change(between(("2026-01-30", None), ("2026-01-31", None)), KILLED)
        assert (len(moved.records), moved.records_total, moved.records_exact) == (20, 31, True)
        assert moved.records[0] == log.all[-1].id


def test_two_rules_differ_in_the_rule(log: Log, tmp_path: Path) -> None:
    log.struck()
    log.killed(26)
    log.killed(32, CIVIL_DEFENCE)
    with ReadModel.open(log, tmp_path / "m.db") as model:
        rules = ("envelope", f"preferred:{MINISTRY}")
        found = model.difference(*(model.vantage("2026-01-31", None, now=NOW, rule=rule) for rule in rules))
    assert found.differ == ("rule",)
    assert change(found, KILLED).records == ()


def test_a_duplicate_moves_its_claims_to_the_strike_that_it_duplicates(log: Log, between: Between) -> None:
    log.struck()
    log.killed(26)
    log.struck("strike-b")
    log.killed(32, CIVIL_DEFENCE, "strike-b")
    link = log.linked("strike-b", "duplicate_of", STRIKE)
    found = between((None, "@4"), (None, "@5"))
    assert change(found, "strikes.latest[strike-b]").change == "went"
    joined = change(found, RANGE)
    assert (joined.before.high, joined.after.high) == (26, 32)
    assert joined.records == (link.id,)
    assert change(found, KILLED).records == (link.id,)


def test_every_field_of_what_is_walked_into_has_its_aspect() -> None:
    for kind, aspects in ASPECTS.items():
        fields = [field.name for field in msgspec.structs.fields(kind)]
        covered = [name for names in aspects.values() for name in names]
        if kind is Situation:
            covered += ["version", "vantage", "unreadable", "withheld", "statements_total", "ages"]
        if kind is CommitmentView:
            covered += ["steps_total"]
        if issubclass(kind, Marked):
            covered.append("restricted")  # who is told, not what is so
        assert sorted(fields) == sorted(covered), kind


def pair(model: ReadModel, log: Log, *asked: tuple[str, int]) -> list[ResolvedVantage]:
    return [model.vantage(day, f"@{round(tenths / 10 * len(log.all))}", now=NOW) for day, tenths in asked]


@given(logs(), vantages)
@THOROUGH
def test_a_vantage_and_itself_differ_in_nothing(log: Log, asked: tuple[str, int]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        found = model.difference(*pair(model, log, asked, asked))
        assert found.differ == ()
        assert (found.changes, found.causes, found.listed, found.known, found.counted) == ((), (), (), 0, 0)


@given(logs(), vantages, vantages)
@THOROUGH
def test_every_leaf_that_differs_is_in_some_change(log: Log, one: tuple[str, int], other: tuple[str, int]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        a, b = pair(model, log, one, other)
        found = model.difference(a, b)
        before, after = (dict(leaves("", model.situation(where))) for where in (a, b))
        covered = [prefix for each in found.changes for prefix in covers(each)]
        covered += [
            f"discrepancies[{each.before.kind},{each.before.text}"
            for each in found.changes
            if isinstance(each.before, Discrepancy)
        ]
        for path in before.keys() | after.keys():
            if before.get(path) != after.get(path) and not path.startswith(("vantage", "version", "ages")):
                slid = any(path.startswith(f"{name}[") for name in found.listed)
                assert slid or path.startswith(tuple(covered)), path
        for each in found.changes:
            assert each.before != each.after
            assert each.what


def leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every leaf of a Situation by its path."""
    if isinstance(value, tuple) and value and type(value[0]) in KEYS:
        for key, item in keyed(value).items():
            yield from leaves(f"{path}[{key}]", item)
    elif isinstance(value, Struct):
        for field in msgspec.structs.fields(type(value)):
            yield from leaves(f"{path}.{field.name}" if path else field.name, getattr(value, field.name))
    elif value != ():
        yield path, value


def covers(one: Change) -> Iterator[str]:
    """Beginnings of the paths that a change is about: with a whole, all in it; with several fields, those."""
    if isinstance(one.before, dict):
        parent = one.path.rpartition(".")[0]
        yield from (f"{parent}.{name}" for name in one.before)
    else:
        yield one.path
        if one.path.startswith("strikes.populations["):  # the population comes and goes with its harms
            yield f"{one.path.split('].', 1)[0]}].of"


@given(logs(), vantages, vantages)
@THOROUGH
def test_the_records_named_lie_between_and_are_known(log: Log, one: tuple[str, int], other: tuple[str, int]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        a, b = pair(model, log, one, other)
        found = model.difference(a, b)
        low, high = sorted((a.position, b.position))
        shown = [{line.position for line in model.feed(where, limit=10_000)} for where in (a, b)]
        named = {cause.line.record: cause for cause in found.causes}
        for cause in found.causes:
            position = cause.line.position
            if cause.why == "known":
                assert low < position <= high
            else:
                assert position <= low
                assert (position in shown[0]) != (position in shown[1])
        for each in found.changes:
            assert set(each.records) <= set(named)
            assert len(each.records) == min(20, each.records_total)
            assert each.records_exact
        assert {record for each in found.changes for record in each.records} == set(named)


EXPLAINED = re.compile(
    r"ceasefire|commitments|allegations|series|sources|statements|strikes\.(count|populations|latest)|crossings"
)


@given(logs(), st.integers(1, LAST_DAY + 1), st.integers(0, 10), st.integers(0, 10))
@THOROUGH
def test_what_changed_by_knowledge_alone_has_a_record_behind_it(log: Log, day: int, one: int, other: int) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        as_of = f"2026-01-{day:02}"
        found = model.difference(*pair(model, log, (as_of, one), (as_of, other)))
        for each in found.changes:
            if EXPLAINED.match(each.path):
                assert each.records, each
