"""The knowledge axis: when this log, or the world before it, knew a record. It never goes back along the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.calendar import iso, micros
from domain.errors import Refused
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import NOW, RAFAH, correction, killed, limited, published, saying, statement, strike

REMEDY = "(give all files in one backfill, into a new log; or import without --backfill, as known from now on)"
HISTORY_AS_NEWS = "these are old reports in an empty log: without --backfill they count as known from today on"


def known(desk: Desk) -> list[tuple[str, str]]:
    """Each record's key, and when it was known."""
    return [(record.key, iso(micros(record.known_at or datetime.min))) for record in desk.monitor.records()]


class TestLive:
    def test_a_record_is_known_from_when_it_was_recorded_not_from_when_it_was_reported(self, desk: Desk) -> None:
        (record,) = desk.given(strike(occurred="2026-01-31", reported_at="2026-02-01"))

        assert record.timestamp == record.known_at == NOW

    def test_the_clock_set_back_400_days_moves_no_record_before_another(self, desk: Desk) -> None:
        desk.given(limited("before"))
        desk.clock.now = NOW - timedelta(days=400)
        said = {"occurred": "2024-12-01", "reported_at": "2024-12-01"}
        desk.given(limited("set back", **said))
        desk.clock.now = NOW + timedelta(days=1)
        desk.given(limited("set right"))

        records = list(desk.monitor.records())
        assert [record.key for record in records] == ["before", "set back", "set right"]
        assert [record.timestamp for record in records] == [NOW, NOW - timedelta(days=400), NOW + timedelta(days=1)]
        assert [record.known_at for record in records] == [NOW, NOW, NOW + timedelta(days=1)]
        desk.monitor.verify()

    def test_the_clock_set_forward_ten_years_and_back_leaves_the_axis_where_it_was(self, desk: Desk) -> None:
        desk.clock.now = NOW + timedelta(days=3650)
        desk.given(limited("ahead"))  # the first record of all: there is nothing to hold the clock against
        desk.clock.now = NOW
        (record,) = desk.given(limited("now"))

        assert record.timestamp == NOW
        assert record.known_at == NOW + timedelta(days=3650)

    def test_the_records_of_one_command_are_stamped_one_by_one(self, desk: Desk) -> None:
        desk.clock.step = timedelta(seconds=1)
        outcomes = desk.monitor.append([strike(), killed()])

        first, second = (outcome.record for outcome in outcomes)
        assert first.timestamp < second.timestamp

    def test_the_first_live_record_says_that_it_closes_the_door(self, desk: Desk) -> None:
        closes = "the first live record closes this log to backfill: import older history before it"
        first, second = (desk.monitor.append([limited(key)])[0] for key in "ab")

        assert closes in first.notes
        assert closes not in second.notes


YEARS_AHEAD = (
    "recorded_at: the clock says 2036-02-03T12:00:00Z, 3,650 days after the newest record (set the clock right; if it "
    "is right, and nothing was recorded for so long, give --clock-is-right to `ceasefire append`, `import`, `correct`, "
    "`retract` or `erase`)"
)


class TestAClockYearsAhead:
    """One record under it, and every later one would be known in those years."""

    @pytest.fixture(autouse=True)
    def _ahead(self, desk: Desk) -> None:
        desk.given(strike(), limited())
        desk.clock.now = NOW + timedelta(days=3650)

    def test_is_refused_to_an_append(self, desk: Desk) -> None:
        assert desk.refusal(limited("ahead")) == YEARS_AHEAD

    def test_and_to_several_records_that_belong_together(self, desk: Desk) -> None:
        assert desk.refusal(limited("one"), limited("two")) == YEARS_AHEAD

    def test_and_to_a_look_ahead_at_what_would_be_recorded(self, desk: Desk) -> None:
        for drafts in ([limited("one")], [limited("one"), limited("two")]):
            with pytest.raises(Refused) as refused:
                desk.monitor.append(drafts, dry_run=True)
            assert str(refused.value) == YEARS_AHEAD

    def test_and_to_corrections_retractions_and_erasures(self, desk: Desk) -> None:
        why: dict[str, Any] = {"reason": "misread", "claimant": "desk", "sources": [{"title": "Desk decision"}]}
        attempts: list[Callable[[], object]] = [
            lambda: desk.monitor.correct("limited", {"reported_at": "2026-02-03"}, kind="transcription", **why),
            lambda: desk.monitor.retract("limited", **why),
            lambda: desk.monitor.erase("limited", authority="editor", **why),
        ]
        for attempt in attempts:
            with pytest.raises(Refused) as refused:
                attempt()
            assert str(refused.value) == YEARS_AHEAD
        assert desk.monitor.head().position == 2

    def test_and_to_an_import_that_is_no_history(self, desk: Desk) -> None:
        for count in (1, 700):
            with pytest.raises(Refused) as refused:
                desk.imports(*(limited(f"{key}") for key in range(count)))
            assert str(refused.value) == YEARS_AHEAD
        assert desk.monitor.head().position == 2

    def test_what_is_on_record_already_is_no_record(self, desk: Desk) -> None:
        (outcome,) = desk.monitor.append([limited()])

        assert not outcome.fresh
        assert desk.imports(limited()).skipped == 1

    def test_a_clock_that_somebody_vouches_for_is_taken(self, desk: Desk) -> None:
        with Monitor(desk.place, clock=desk.clock, recorded_by="tester", clock_is_right=True) as vouched:
            (outcome,) = vouched.append([limited("after ten years")])
        assert outcome.record.known_at == NOW + timedelta(days=3650)
        desk.given(limited("and on"))

    def test_a_year_and_a_day_is_no_wrong_clock(self, desk: Desk) -> None:
        desk.clock.now = NOW + timedelta(days=366)
        desk.given(limited("after a year"))
        desk.clock.now += timedelta(days=366, microseconds=1)
        assert "366 days after the newest record" in desk.refusal(limited("after two years"))


class TestHistoryUnderAClockYearsAhead:
    def test_is_placed_by_its_reports_and_so_let_in(self, desk: Desk) -> None:
        desk.imports(limited("older", reported_at="2026-02-02"), backfill=True)
        desk.clock.now = NOW + timedelta(days=3650)
        desk.imports(limited("newer", reported_at="2026-02-03"), backfill=True)

        assert [key for key, _ in known(desk)] == ["older", "newer"]
        assert known(desk)[1][1] == "2026-02-03T21:59:59.999999Z"


class TestImportWithoutBackfill:
    def test_old_reports_are_known_from_now_on(self, desk: Desk) -> None:
        desk.imports(limited("b", reported_at="2026-02-02"), limited("a", reported_at="2026-02-01"))

        assert known(desk) == [("b", "2026-02-05T12:00:00Z"), ("a", "2026-02-05T12:00:00Z")]

    def test_old_reports_in_an_empty_log_warn(self, desk: Desk) -> None:
        assert desk.imports(limited()).notes == [HISTORY_AS_NEWS]

    def test_one_old_report_among_those_of_today_is_enough(self, desk: Desk) -> None:
        assert desk.imports(limited("a", reported_at="2026-02-05"), limited("b")).notes == [HISTORY_AS_NEWS]

    def test_reports_of_today_do_not(self, desk: Desk) -> None:
        desk.clock.now = NOW.replace(day=4, hour=22)  # the first moment of 5 Feb in Gaza
        assert desk.imports(limited("a", reported_at="2026-02-05")).notes == []

    def test_nor_do_old_reports_in_a_log_that_holds_records(self, desk: Desk) -> None:
        desk.given(strike())

        assert desk.imports(limited()).notes == []


class TestBackfill:
    def test_a_bare_date_is_known_from_the_end_of_its_local_day(self, desk: Desk) -> None:
        desk.imports(
            limited("winter", reported_at="2026-02-02"),
            limited("summer", occurred="2025-07-01", reported_at="2025-07-01"),
            backfill=True,
        )

        assert known(desk) == [("summer", "2025-07-01T20:59:59.999999Z"), ("winter", "2026-02-02T21:59:59.999999Z")]

    def test_recorded_at_is_the_true_clock(self, desk: Desk) -> None:
        desk.imports(limited(), backfill=True)

        assert desk.monitor.record("limited").timestamp == NOW

    def test_reports_are_sorted_by_when_they_were_made(self, desk: Desk) -> None:
        desk.imports(
            limited("day", reported_at="2026-02-02"),
            limited("evening", reported_at="2026-02-02T23:59:59+02:00"),
            limited("next morning", reported_at="2026-02-03T00:00:00+02:00"),
            limited("morning", reported_at="2026-02-02T08:00:00+02:00"),
            backfill=True,
        )

        assert desk.record_keys() == ["morning", "evening", "day", "next morning"]

    def test_ties_keep_the_order_of_files_then_of_lines(self, desk: Desk) -> None:
        one = desk.file(limited("1a"), limited("1b"), limited("1c", reported_at="2026-02-01"), name="one")
        two = desk.file(limited("2a"), limited("2b", reported_at="2026-02-01"), name="two")

        desk.monitor.import_files([two, one], backfill=True)

        assert desk.record_keys() == ["2b", "1c", "2a", "1a", "1b"]

    def test_a_report_of_today_is_not_known_before_it_was_recorded(self, desk: Desk) -> None:
        desk.imports(limited(occurred="2026-02-05", reported_at="2026-02-05"), backfill=True)

        assert known(desk) == [("limited", "2026-02-05T11:59:59.999999Z")]

    def test_nor_does_it_close_the_log_to_more_history(self, desk: Desk) -> None:
        desk.imports(limited("a", occurred="2026-02-05", reported_at="2026-02-05"), backfill=True)
        desk.imports(limited("b", occurred="2026-02-05", reported_at="2026-02-05"), backfill=True)

        assert desk.record_keys() == ["a", "b"]

    def test_what_is_named_may_come_by_report_date_after_what_names_it(self, desk: Desk) -> None:
        noon = correction({"key": "bare"}, {"reason": "x"}, RAFAH, key="noon")
        desk.imports(
            limited("bare", reported_at="2026-02-02"),
            saying(noon, reported_at="2026-02-02T12:00:00Z"),
            limited("next", reported_at="2026-02-03"),
            backfill=True,
        )

        assert desk.record_keys() == ["bare", "noon", "next"]

    def test_more_history_may_follow_as_long_as_it_is_newer(self, desk: Desk) -> None:
        desk.imports(limited("a", reported_at="2026-02-01"), backfill=True)
        desk.imports(limited("b", reported_at="2026-02-01"), limited("c", reported_at="2026-02-02"), backfill=True)

        assert desk.record_keys() == ["a", "b", "c"]

    def test_history_older_than_what_the_log_knows_is_refused(self, desk: Desk) -> None:
        desk.imports(limited("a", reported_at="2026-02-02"), backfill=True)

        refusal = self.refusal(desk, limited("b", reported_at="2026-02-01"))

        assert refusal == (
            f"--backfill: the oldest of these reports is older than the newest that this log knows {REMEDY}"
        )

    def test_history_after_a_live_record_is_refused_however_new(self, desk: Desk) -> None:
        desk.given(strike())
        desk.clock.now = NOW + timedelta(days=9)

        refusal = self.refusal(desk, limited("b", reported_at="2026-02-10"))

        assert refusal == (f"--backfill: this log has live records, and history cannot be put before them {REMEDY}")

    def test_also_after_a_live_record_under_a_clock_that_was_set_back(self, desk: Desk) -> None:
        desk.given(strike())
        desk.clock.now = NOW - timedelta(days=2)
        desk.given(limited("back"))

        assert "this log has live records" in self.refusal(desk, limited("b", reported_at="2026-02-03"))

    def test_the_same_history_again_is_nothing_new_even_after_a_live_record(self, desk: Desk) -> None:
        lines = [limited("a", reported_at="2026-02-01"), limited("b", reported_at="2026-02-02")]
        desk.imports(*lines, backfill=True)
        desk.given(strike())

        report = desk.imports(*lines, backfill=True)

        assert (report.recorded, report.skipped, report.refusals) == (0, 2, [])

    def test_a_live_record_after_history_is_known_from_now(self, desk: Desk) -> None:
        desk.imports(limited(reported_at="2026-02-01"), backfill=True)
        (record,) = desk.given(strike())

        assert record.known_at == NOW

    def test_a_correction_is_known_from_its_own_report_on(self, desk: Desk) -> None:
        fixed = correction({"key": "strike"}, {"place": "Rafah"})
        fixed.body["reported_at"] = "2026-02-04"
        desk.imports(fixed, strike(reported_at="2026-02-01"), backfill=True)

        assert known(desk) == [
            ("strike", "2026-02-01T21:59:59.999999Z"),
            ("correction", "2026-02-04T21:59:59.999999Z"),
        ]

    def test_it_does_not_warn_of_old_reports(self, desk: Desk) -> None:
        assert desk.imports(limited(), backfill=True).notes == []

    def test_one_refused_line_leaves_all_of_it_out(self, desk: Desk) -> None:
        refusals = desk.refused_lines(limited("a"), limited("b", reported_at="2026-02-09"), backfill=True)

        assert [number for number, _ in refusals] == [2]

    @staticmethod
    def refusal(desk: Desk, *drafts: object) -> str:
        """The words in which the log itself refuses a backfill, or the first line of it."""
        before = desk.monitor.head()
        try:
            (refused,) = desk.imports(*drafts, backfill=True).refusals  # type: ignore[arg-type]
            words = str(refused.error)
        except Refused as error:
            words = str(error)
        assert desk.monitor.head() == before
        return words


def test_known_at_never_decreases_whatever_comes_in_whatever_order(desk: Desk) -> None:
    desk.imports(
        *(published(n, str(n), occurred=f"2026-01-{n:02}", reported_at=f"2026-01-{31 - n:02}") for n in range(1, 31)),
        backfill=True,
    )
    for days in (0, 3, -2, 1, -400, 5):
        desk.clock.now = NOW + timedelta(days=days)
        said = {"occurred": "2024-01-01", "reported_at": "2024-01-01"}
        desk.given(statement(f"after {days} days", key=f"live {days}", **said))

    times = [record.known_at for record in desk.monitor.records() if record.known_at]
    assert len(times) == 36
    assert all(earlier <= later for earlier, later in pairwise(times))


@pytest.mark.parametrize("backfill", [False, True])
def test_an_import_under_a_clock_before_the_reports_is_refused(desk: Desk, backfill: bool) -> None:
    desk.clock.now = datetime(2020, 1, 1, tzinfo=UTC)

    ((_, words),) = desk.refused_lines(limited(), backfill=backfill)

    assert words.startswith("occurred: 2026-02-02 is in the future")
