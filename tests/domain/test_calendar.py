"""A bare date is the half-open local day in the log's timezone, 23, 24 or 25 hours long."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import tzdata  # type: ignore[import-untyped]

from domain.calendar import Calendar, canonical, from_micros, iso, micros, precision
from domain.errors import Refused
from domain.values import Span

HOUR = 3600 * 1_000_000
GAZA, CAIRO, JERUSALEM = "Asia/Gaza", "Africa/Cairo", "Asia/Jerusalem"


def hours(timezone: str, day: str) -> float:
    calendar = Calendar(timezone)
    start = calendar.start(day)
    return (calendar.end(day) + 1 - start) / HOUR


@pytest.mark.parametrize(
    ("timezone", "day", "length"),
    [
        (GAZA, "2025-04-12", 23),
        (GAZA, "2025-10-25", 25),
        (CAIRO, "2025-04-25", 23),
        (CAIRO, "2025-10-30", 25),
        (JERUSALEM, "2025-03-28", 23),
        (JERUSALEM, "2025-10-26", 25),
        (GAZA, "2025-10-26", 24),
        (CAIRO, "2025-10-25", 24),
        (JERUSALEM, "2025-04-12", 24),
    ],
)
def test_days_on_which_the_clocks_change(timezone: str, day: str, length: float) -> None:
    assert hours(timezone, day) == length


@pytest.mark.parametrize("timezone", [GAZA, CAIRO, JERUSALEM])
def test_every_day_of_three_years_ends_where_the_next_one_starts(timezone: str) -> None:
    calendar = Calendar(timezone)
    for ordinal in range(date(2024, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        start, end = calendar.day_start(day), calendar.day_end(day)
        assert end + 1 == calendar.day_start(day + timedelta(days=1))
        assert calendar.day(start) == calendar.day(end) == day
        assert calendar.day(start - 1) == day - timedelta(days=1)


@pytest.mark.parametrize("timezone", [GAZA, CAIRO, JERUSALEM, "Pacific/Apia", "Asia/Kathmandu", "Africa/El_Aaiun"])
def test_the_day_of_every_hour_is_the_one_on_the_clock(timezone: str) -> None:
    """Also where clocks change, for a month of fasting too, and where a whole day was left out (Apia in 2011)."""
    calendar = Calendar(timezone)
    for hour in (*range(24 * 60), *range(1300 * 24, 1500 * 24)):
        moment = datetime(2011, 11, 15, 0, 59, tzinfo=UTC) + timedelta(hours=hour)
        assert calendar.day(micros(moment)) == moment.astimezone(calendar.zone).date(), moment


def test_the_same_date_is_other_hours_in_gaza_cairo_and_jerusalem() -> None:
    starts = {zone: iso(Calendar(zone).start("2025-04-01")) for zone in (GAZA, CAIRO, JERUSALEM)}

    assert starts == {
        GAZA: "2025-03-31T22:00:00Z",  # winter time until 12 April
        CAIRO: "2025-03-31T22:00:00Z",  # winter time until 25 April
        JERUSALEM: "2025-03-31T21:00:00Z",  # summer time since 28 March
    }


def test_midnight_belongs_to_the_day_that_begins() -> None:
    calendar = Calendar(GAZA)
    midnight = micros(datetime(2026, 2, 1, 22, 0, tzinfo=UTC))

    assert calendar.day(midnight) == date(2026, 2, 2)
    assert calendar.day(midnight - 1) == date(2026, 2, 1)
    assert calendar.end("2026-02-01") == midnight - 1


def test_a_midnight_that_the_clocks_skip_is_the_first_moment_of_its_day() -> None:
    """Cairo's summer time starts at midnight: 25 April 2025 began at 01:00."""
    calendar = Calendar(CAIRO)

    assert iso(calendar.start("2025-04-25")) == "2025-04-24T22:00:00Z"
    assert calendar.local(calendar.start("2025-04-25")).isoformat() == "2025-04-25T01:00:00+03:00"


def test_a_midnight_that_comes_twice_starts_its_day_once() -> None:
    """Cairo's winter time starts at midnight: the last hour of 30 Oct 2025 came twice."""
    calendar = Calendar(CAIRO)

    assert iso(calendar.start("2025-10-31")) == "2025-10-30T22:00:00Z"
    assert iso(calendar.end("2025-10-30")) == "2025-10-30T21:59:59.999999Z"


def test_a_period_runs_from_its_first_to_its_last_moment() -> None:
    calendar = Calendar(GAZA)
    span = Span(start="2025-10-10", end="2025-11-10", precision=4)

    assert [iso(moment) for moment in calendar.period(span)] == ["2025-10-09T21:00:00Z", "2025-11-10T21:59:59.999999Z"]
    assert calendar.days(span) == (date(2025, 10, 10), date(2025, 11, 10))


@pytest.mark.parametrize(
    ("precision", "last"),
    [
        (1, date(2026, 2, 2)),
        (2, date(2026, 2, 7)),
        (3, date(2026, 2, 8)),
        (4, date(2026, 2, 28)),
        (5, date(2026, 12, 31)),
    ],
)
def test_a_span_without_an_end_lasts_as_long_as_its_precision(precision: int, last: date) -> None:
    calendar = Calendar(GAZA)

    assert calendar.days(Span(start="2026-02-02", precision=precision)) == (date(2026, 2, 2), last)


def test_an_instant_is_its_own_start_and_end() -> None:
    calendar = Calendar(GAZA)

    assert calendar.start("2026-02-02T08:00:00Z") == calendar.end("2026-02-02T08:00:00Z")


def test_the_first_and_the_last_day_of_all() -> None:
    calendar = Calendar(GAZA)

    assert calendar.end("9999-12-31") > calendar.start("9999-12-31")
    with pytest.raises(OverflowError):
        calendar.start("0001-01-01")  # what the rules refuse as "not on any calendar"


def test_microseconds_are_exact_both_ways() -> None:
    for value in (0, -1, 1, 1_770_019_200_123_457, -62_000_000_000_000_001):
        assert micros(from_micros(value)) == value


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-02-02", "2026-02-02"),
        (" 2026-02-02 ", "2026-02-02"),
        ("2026-02-02T09:00:00Z", "2026-02-02T09:00:00Z"),
        ("2026-02-02T09:00:00+02:00", "2026-02-02T07:00:00Z"),
        ("2026-02-02T09:00:00+0200", "2026-02-02T07:00:00Z"),
        ("2026-02-02T09:00+02:00", "2026-02-02T07:00:00Z"),
        ("2026-02-02T00:30:00+03:00", "2026-02-01T21:30:00Z"),
        ("2026-02-02T09:00:00.25-05:30", "2026-02-02T14:30:00.250000Z"),
        ("2026-02-02T09:00:00.123456789Z", "2026-02-02T09:00:00.123456Z"),
    ],
)
def test_what_a_person_writes_and_what_is_stored(written: str, stored: str) -> None:
    assert canonical(written, where="occurred") == stored
    assert canonical(stored, where="occurred") == stored


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30",
        "2026-13-01",
        "2026-02-02T25:00:00Z",
        "2026-02-02T09:00:00+25:00",
        "9999-12-31T23:59:59-10:00",
        "soonsoonZ",
        "yesterday",
        "",
    ],
)
def test_what_is_neither_date_nor_instant(written: str) -> None:
    with pytest.raises(Refused) as refused:
        canonical(written, where="occurred")

    assert str(refused.value) == (
        f"occurred: {written!r} is not a date or an instant (write 2026-02-02 or 2026-02-02T09:00:00+02:00)"
    )


@pytest.mark.parametrize("written", ["2026-02-02T09:00:00", "2026-02-02 09:00"])
def test_an_offset_is_required(written: str) -> None:
    with pytest.raises(Refused, match="has no UTC offset"):
        canonical(written, where="occurred")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("22/11/2026", "2026-11-22"),
        ("22.11.2026", "2026-11-22"),
        ("22-11-2026", "2026-11-22"),
        ("11/22/2026", "2026-11-22"),
        ("2026/11/22", "2026-11-22"),
        ("2026-2-2", "2026-02-02"),
        ("3/4/2026", "2026-04-03 or 2026-03-04"),
        ("4/4/2026", "2026-04-04"),
    ],
)
def test_a_date_in_another_form_is_answered_with_the_one_that_was_meant(written: str, meant: str) -> None:
    with pytest.raises(Refused) as refused:
        canonical(written, where="occurred")

    assert str(refused.value) == f"occurred: {written!r} is not a date or an instant (write {meant})"


@pytest.mark.parametrize("written", ["32/13/2026", "22/11/26", "2026/11/22/1", "1/2/3", "٢٢/١١/٢٠٢٦"])
def test_where_none_can_be_guessed_the_form_is_shown(written: str) -> None:
    with pytest.raises(Refused, match="write 2026-02-02 or 2026-02-02T09"):
        canonical(written, where="occurred")


def test_precision_is_ucdp_s() -> None:
    assert precision("2026-02-02T08:00:00Z") == 0
    assert precision("2026-02-02") == 1
    assert precision(Span(start="2026-02-02", precision=4)) == 4


def test_the_rules_are_the_package_s_whatever_the_machine_has(tmp_path: Path) -> None:
    """A machine whose own rules are older, or other: here they say that Gaza's clocks are those of UTC."""
    (tmp_path / "Asia").mkdir()
    rules = Path(tzdata.__file__).parent / "zoneinfo" / "UTC"
    (tmp_path / "Asia" / "Gaza").write_bytes(rules.read_bytes())
    ask = "from domain.calendar import Calendar; print(Calendar('Asia/Gaza').start('2026-02-02'))"
    told = subprocess.run(
        [sys.executable, "-c", ask], env={"PYTHONTZPATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert int(told.stdout) == micros(datetime(2026, 2, 1, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    "name", ["../zoneinfo/UTC", "/etc/localtime", "Asia", "zone.tab", "tzdata.zi", "", "Asia/../UTC"]
)
def test_what_is_no_zone_s_name_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="is not a timezone"):
        Calendar(name)
