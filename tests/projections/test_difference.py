"""The difference of two vantages: nothing that changed is left out, and the records named did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from projections.changing.changes import Change, Difference
from projections.readmodel import ReadModel
from projections.situation import CrossingView, Situation, StrikeView
from projections.vantage import ResolvedVantage
from tests.projections.random_logs import LAST_DAY, logs
from tests.projections.records import CIVIL_DEFENCE, MINISTRY, NOW, STRIKE, TOLL, Log, exactly
from tests.projections.wide_logs import wide_logs
from tests.reliability.scale import scaled

THOROUGH = settings(max_examples=scaled(25, 500), deadline=None, suppress_health_check=list(HealthCheck))
any_logs = st.one_of(logs(), wide_logs())
vantages = st.tuples(st.integers(1, LAST_DAY + 1).map(lambda n: f"2026-01-{n:02}"), st.integers(0, 10))

Between = Callable[..., Difference]


@pytest.fixture
def between(log: Log, tmp_path: Path) -> Between:
    """The difference of two vantages of the test's log: `between(("2026-01-31", "@1"), ("2026-01-31", "@2"))`."""

    def asked(before: tuple[str | None, str | None], after: tuple[str | None, str | None]) -> Difference:
        with ReadModel.open(log, tmp_path / "m.db") as model:
            return model.difference(model.vantage(*before, now=NOW), model.vantage(*after, now=NOW))

    return asked


def change(difference: Difference, question: str) -> Change:
    found = {one.question: one for one in difference.changes}
    assert question in found, sorted(found)
    return found[question]


def behind(difference: Difference, question: str) -> list[str]:
    """Ids of the records behind a change."""
    lines = {cause.line.position: cause.line.record for cause in difference.causes}
    return [lines[position] for position in change(difference, question).causes]


KILLED = "strikes killed palestinians"
RANGE = f"{STRIKE} killed palestinians unstated new 2026-01-31 2026-01-31"


class TestInKnowledge:
    def test_a_later_claim_moves_the_strike_and_the_sum(self, log: Log, between: Between) -> None:
        log.struck()
        log.killed(26)
        later = log.killed(32, CIVIL_DEFENCE)
        found = between(("2026-01-31", "@2"), ("2026-01-31", "@3"))
        assert found.differ == ("knowledge",)
        assert (found.known, found.counted) == (1, 1)
        moved = change(found, KILLED)
        assert (moved.before, moved.after) == ("26, 1 claim on 1 strike", "26-32, 2 claims, 2 counts on 1 strike")
        assert behind(found, KILLED) == [later.id]
        assert behind(found, RANGE) == [later.id]

    def test_a_correction_is_named_and_what_it_corrects(self, log: Log, between: Between) -> None:
        log.defined()
        figure = log.published(509, "2026-01-31")
        mended = log.correct(figure, {"figure": exactly(513)})
        found = between((None, "@2"), (None, "@3"))
        moved = change(found, f"{TOLL} figure")
        assert (moved.before, moved.after) == ("509, corrected no", "513, corrected yes")
        assert behind(found, f"{TOLL} figure") == [mended.id]
        assert [(cause.line.record, cause.revises, cause.why) for cause in found.causes] == [
            (mended.id, figure.id, "known")
        ]
        assert (found.recorded.total, found.corrected.total, found.retracted.total) == (0, 1, 0)

    def test_a_retraction_takes_away_what_only_one_said(self, log: Log, between: Between) -> None:
        closed = log.status("closed", "2026-02-02")
        gone = log.retract(closed)
        found = between((None, "@1"), (None, "@2"))
        assert change(found, "crossing-rafah").after == "retracted, says desk"
        assert behind(found, "crossing-rafah") == [gone.id]

    def test_a_late_report_of_an_early_day_is_found_behind_many_newer_ones(self, log: Log, between: Between) -> None:
        log.struck(on="2026-01-05")
        log.killed(5, on="2026-01-05")
        late = log.killed(9, CIVIL_DEFENCE, on="2026-01-05", reported="2026-01-06")
        for n in range(300):
            log.struck(f"strike-x-{n}", on="2026-01-20")
        found = between(("2026-01-05", "@2"), ("2026-01-05", "@303"))
        assert behind(found, KILLED) == [late.id]
        assert (found.recorded.total, len(found.recorded.newest)) == (301, 20)

    def test_claims_on_strikes_of_a_later_day_are_not_behind_the_sum_of_an_earlier(
        self, log: Log, between: Between
    ) -> None:
        log.struck(on="2026-01-05")
        late = log.killed(9, CIVIL_DEFENCE, on="2026-01-05", known="2026-01-20")
        log.struck("strike-b", on="2026-01-20")
        log.killed(3, MINISTRY, "strike-b", on="2026-01-20")
        found = between(("2026-01-05", "@1"), ("2026-01-05", "@4"))
        assert behind(found, KILLED) == [late.id]
        assert found.counted == 1

    def test_a_strike_that_neither_side_counts_is_not_behind_how_many_there_are(
        self, log: Log, between: Between
    ) -> None:
        log.struck(on="2026-01-05")
        log.struck("strike-later", on="2026-01-20")
        log.struck("strike-twice", on="2026-01-05")
        log.linked("strike-twice", "duplicate_of", STRIKE)
        own = log.struck("strike-b", on="2026-01-05")
        found = between(("2026-01-05", "@1"), ("2026-01-05", "@5"))
        assert change(found, "strikes count").after == "2 strikes"
        assert behind(found, "strikes count") == behind(found, "strikes week") == [own.id]

    def test_a_newer_report_that_says_another_day_takes_the_strike_out(self, log: Log, between: Between) -> None:
        log.struck(on="2026-01-05")
        log.killed(9, on="2026-01-05")
        newer = log.struck(on="2026-01-07", reported="2026-01-08")
        found = between(("2026-01-05", "@2"), ("2026-01-05", "@3"))
        assert behind(found, "strikes count") == [newer.id]
        assert behind(found, KILLED) == [newer.id]
        assert change(found, STRIKE).after is None

    def test_backwards_the_same_changes_are_undone(self, log: Log, between: Between) -> None:
        log.struck()
        log.killed(26)
        log.killed(32, CIVIL_DEFENCE)
        one, other = ("2026-01-31", "@2"), ("2026-01-31", "@3")
        there, back = between(one, other), between(other, one)
        assert {c.question: (c.before, c.after, c.causes) for c in there.changes} == {
            c.question: (c.after, c.before, c.causes) for c in back.changes
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
        assert (moved.before, moved.after) == ("4, 1 claim on 1 strike", "7, 2 claims, 2 counts on 2 strikes")
        assert behind(found, KILLED) == [claim.id, second.id]
        assert {cause.why for cause in found.causes} == {"counted"}
        assert change(found, "strike-b").before is None

    def test_what_only_time_did_names_no_record(self, log: Log, between: Between) -> None:
        log.entered("2026-01-01")
        moved = change(between(("2026-01-10", None), ("2026-01-11", None)), "ceasefire day")
        assert (moved.before, moved.after, moved.causes) == ("day 10", "day 11", ())

    def test_a_strike_that_only_slid_off_the_list_has_not_changed(self, log: Log, between: Between) -> None:
        for n in range(21):
            log.struck(f"strike-x-{n:02}", on="2026-01-10" if n < 20 else "2026-01-11")
        found = between(("2026-01-10", None), ("2026-01-11", None))
        strikes = [one.question for one in found.changes if one.question.startswith("strike-")]
        assert strikes == ["strike-x-20"]

    def test_every_record_behind_a_change_is_named(self, log: Log, between: Between) -> None:
        log.struck()
        for n in range(30):
            log.killed(n + 1, f"claimant-{n}")
        found = between(("2026-01-30", None), ("2026-01-31", None))
        assert behind(found, KILLED) == [record.id for record in reversed(log.all)]

    def test_strikes_beyond_a_limit_are_in_the_sums_with_their_records(
        self, log: Log, between: Between, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("projections.changing.changes.STRIKES_TOLD", 2)
        for n in range(5):
            log.struck(f"strike-x-{n}")
            log.killed(1, MINISTRY, f"strike-x-{n}")
        found = between(("2026-01-31", "@0"), ("2026-01-31", None))
        assert found.strikes_untold == 3
        assert [one.question for one in found.changes if one.question.startswith("strike-")] == [
            "strike-x-4",
            "strike-x-3",
        ]
        assert behind(found, KILLED) == [record.id for record in reversed(log.all)]
        assert len(behind(found, "strikes count")) == len(behind(found, "strikes on 2026-01-31")) == 5


def test_two_rules_differ_in_the_rule(log: Log, tmp_path: Path) -> None:
    log.struck()
    log.killed(26)
    log.killed(32, CIVIL_DEFENCE)
    with ReadModel.open(log, tmp_path / "m.db") as model:
        rules = ("envelope", f"preferred:{MINISTRY}")
        found = model.difference(*(model.vantage("2026-01-31", None, now=NOW, rule=rule) for rule in rules))
    assert found.differ == ("rule",)
    assert behind(found, KILLED) == behind(found, RANGE) == []
    assert change(found, RANGE).after == "26 (of 26), 1 claim"


def test_a_duplicate_moves_its_claims_to_the_strike_that_it_duplicates(log: Log, between: Between) -> None:
    log.struck()
    log.killed(26)
    log.struck("strike-b")
    log.killed(32, CIVIL_DEFENCE, "strike-b")
    link = log.linked("strike-b", "duplicate_of", STRIKE)
    found = between((None, "@4"), (None, "@5"))
    assert change(found, "strike-b").after is None
    joined = change(found, RANGE)
    assert (joined.before, joined.after) == ("26, 1 claim", "26-32, 2 claims, 2 counts")
    assert behind(found, RANGE) == [link.id]
    assert behind(found, KILLED) == [link.id]


def test_a_part_beside_a_whole_with_a_number_is_in_no_sum(log: Log, between: Between) -> None:
    log.struck()
    log.struck("strike-b")
    log.killed(5, MINISTRY, "strike-b")
    log.linked("strike-b", "part_of", STRIKE)
    whole = log.killed(26)
    found = between((None, "@4"), (None, "@5"))
    part = RANGE.replace(STRIKE, "strike-b")
    assert (change(found, part).before, change(found, part).after) == ("5, 1 claim", "5, 1 claim (not in sums)")
    assert behind(found, part) == behind(found, KILLED) == [whole.id]


def pair(model: ReadModel, log: Log, *asked: tuple[str, int]) -> list[ResolvedVantage]:
    return [model.vantage(day, f"@{round(tenths / 10 * len(log.all))}", now=NOW) for day, tenths in asked]


@given(any_logs, vantages)
@THOROUGH
def test_a_vantage_and_itself_differ_in_nothing(log: Log, asked: tuple[str, int]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        found = model.difference(*pair(model, log, asked, asked))
        assert found.differ == ()
        assert (found.changes, found.causes, found.known, found.counted) == ((), (), 0, 0)


@given(any_logs, vantages, vantages)
@THOROUGH
def test_every_leaf_that_differs_is_in_some_change(log: Log, one: tuple[str, int], other: tuple[str, int]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        a, b = pair(model, log, one, other)
        found = model.difference(a, b)
        before, after = (model.situation(where, discrepancies=200) for where in (a, b))
        strikes = {strike.stream for side in (before, after) for strike in side.strikes.latest}
        sides = []
        for where, shown in ((a, before), (b, after)):
            listed = [strike for stream in sorted(strikes) if (strike := model.strike(stream, where))]
            sides.append(dict(leaves(shown, listed)))
        changed = {each.question for each in found.changes}
        both = set(sides[0]) & set(sides[1])
        for question in set(sides[0]) | set(sides[1]):
            if sides[0].get(question) == sides[1].get(question):
                assert question not in changed
            elif question in both or not question.startswith(("statement-", "strikes on", "strikes without")):
                whole = question.split(" ")[0] if question.startswith(STREAMS) else question
                whole = " ".join(question.split(" ")[:2]) if question.startswith("commitment") else whole
                assert changed & {question, whole}, question
        statements = [{said.record for said in side.statements} for side in (before, after)]
        assert statements[0] ^ statements[1] == {name for name in changed if name.startswith("statement-")}
        for each in found.changes:
            assert each.before != each.after or each.causes
            assert each.what


STREAMS = ("strike-", "crossing-", "series-")


def leaves(shown: Situation, strikes: Iterable[StrikeView]) -> Iterator[tuple[str, Any]]:
    """Everything that a Situation says, by the question that it is an answer to, but for its lists of records."""
    ceasefire = shown.ceasefire
    told = {"announced": "announced", "starts": "start", "phases": "change", "resumed": "resumed"}
    for name, word in told.items():
        yield from ((f"ceasefire {word} {one.record}", one) for one in getattr(ceasefire, name))
    yield "ceasefire day", (ceasefire.day, ceasefire.day_one)
    yield "ceasefire phase", ceasefire.phase
    yield "ceasefire status", rest(ceasefire, *told, "day", "day_one", "phase")
    for made in shown.commitments:
        yield f"commitment {made.commitment} terms", rest(made, "scores", "steps", "steps_total")
        yield from ((f"commitment {made.commitment} score {one.scorer}", one) for one in made.scores)
        yield from ((f"commitment {made.commitment} step {one.record}", one) for one in made.steps)
    yield from ((f"allegation {one.claimant} {one.against}", one) for one in shown.allegations)
    yield "strikes count", (shown.strikes.count, shown.strikes.total, shown.strikes.since)
    yield "strikes week", shown.strikes.week
    for day in shown.strikes.per_day:
        yield f"strikes on {day.day}", day.strikes
        yield f"strikes without an hour on {day.day}", day.no_hour
    for population in shown.strikes.populations:
        yield from ((f"strikes {harm.harm} {population.of}", harm) for harm in population.harms)
    for strike in strikes:
        yield from of_strike(strike)
    for crossing in shown.crossings:
        yield from of_crossing(crossing)
    for series in shown.series:
        yield f"{series.stream} recorded strikes", (series.recorded_sum, series.residue)
        figure = ["figure", "as_of", "record", "claimant", "reported_at", "relays", "corrected"]
        yield f"{series.stream} figure", [getattr(series, name) for name in figure]
        yield f"{series.stream} terms", rest(series, "recorded_sum", "residue", *figure)
    yield from ((said.record, said) for said in shown.statements)
    yield from ((f"source-{source.slug}", source) for source in shown.sources)
    yield "discrepancies", shown.discrepancies_total


def of_strike(strike: StrikeView) -> Iterator[tuple[str, Any]]:
    stream = strike.stream
    yield f"{stream} report", rest(strike, *["ranges", "responsibility", "grades", "merged", "part_of", "response_to"])
    yield f"{stream} links", (strike.merged, strike.part_of, strike.response_to)
    for one in strike.ranges:
        yield f"{stream} {one.harm} {one.of} {one.status} {one.includes} {one.first_day} {one.last_day}", one
    yield from ((f"{stream} {said.record}", said) for said in strike.responsibility)
    yield from ((f"{stream} {grade.record}", grade) for grade in strike.grades)


def of_crossing(crossing: CrossingView) -> Iterator[tuple[str, Any]]:
    stream = crossing.stream
    yield f"{stream} registered", (crossing.name, crossing.place, crossing.registered)
    for load in ("people", "goods"):
        yield from (
            (f"{stream} status {way} {load}", getattr(getattr(crossing, load), way)) for way in ("into", "out_of")
        )
    for one in crossing.quotas:
        yield f"{stream} quota {one.direction} {one.category} {one.per} {one.kind} {one.claimant}", one
    yield from ((f"{stream} passages {one.direction} {one.category}", one) for one in crossing.passages)
    yield from ((f"{stream} refused {one.direction} {one.outcome}", one) for one in crossing.refused)
    yield from ((f"{stream} announced {one.record}", one) for one in crossing.announced)
    yield f"{stream} newest report", crossing.newest_report
    yield f"{stream} silence", crossing.silence_days


def rest(value: Struct, *names: str) -> dict[str, Any]:
    """All fields but those."""
    return {name: getattr(value, name) for name in value.__struct_fields__ if name not in (*names, "restricted")}


@given(any_logs, vantages, vantages)
@THOROUGH
def test_backwards_every_change_is_undone(log: Log, one: tuple[str, int], other: tuple[str, int]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        a, b = pair(model, log, one, other)
        there, back = model.difference(a, b), model.difference(b, a)
        assert {c.question: (c.before, c.after, c.causes) for c in there.changes if c.part != "discrepancies"} == {
            c.question: (c.after, c.before, c.causes) for c in back.changes if c.part != "discrepancies"
        }
        assert (there.known, there.counted) == (-back.known, -back.counted)


@given(any_logs, vantages, vantages)
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
        assert len(named) == len(found.causes)
        assert {position for each in found.changes for position in each.causes} == {
            cause.line.position for cause in found.causes
        }


@given(any_logs, st.integers(1, LAST_DAY + 1), st.integers(0, 10), st.integers(0, 10))
@THOROUGH
def test_what_changed_by_knowledge_alone_has_a_record_behind_it(log: Log, day: int, one: int, other: int) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        as_of = f"2026-01-{day:02}"
        found = model.difference(*pair(model, log, (as_of, one), (as_of, other)))
        for each in found.changes:
            if each.part != "discrepancies":
                assert each.causes, each
