"""The hour 24 is refused by every reader on every Python alike: 3.14 takes it for the next day's first, 3.11 does not.

So what is stored by one can be read by all.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import msgspec
import pytest

from domain.calendar import Calendar, canonical, micros
from domain.errors import Refused
from domain.plain import PlainReader
from domain.values import Date, Moment
from tests.domain.desk import Desk
from tests.domain.examples import GAZA, NOW, limited, line, saying

WORDS = "has the hour 24 (write the first moment of the next day: "


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-02-01T24:00:00Z", "2026-02-02T00:00:00Z"),
        ("2026-02-01T24:00:00.000000Z", "2026-02-02T00:00:00.000000Z"),
        ("2026-02-28T24:00+02:00", "2026-03-01T00:00+02:00"),
        ("2026-12-31 24:00:00+0200", "2027-01-01 00:00:00+0200"),
        ("20260201T24Z", "2026-02-02T00Z"),
    ],
)
def test_it_is_refused_with_what_to_write(written: str, meant: str) -> None:
    with pytest.raises(Refused) as refused:
        canonical(written, where="occurred")

    assert str(refused.value) == f"occurred: {written!r} {WORDS}{meant})"


def test_where_no_day_follows_the_form_is_told() -> None:
    with pytest.raises(Refused, match="write 00:00 of the next day"):
        canonical("9999-12-31T24:00:00Z", where="occurred")


def test_no_hour_of_24_is_a_stored_form() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("2026-02-01T24:00:00Z", Moment)


@pytest.mark.parametrize("name", ["occurred", "reported_at"])
def test_neither_reader_of_import_takes_it(desk: Desk, name: str) -> None:
    whole = saying(limited("24"), **{name: "2026-02-01T24:00:00Z"})
    reader = PlainReader(Calendar(GAZA), micros(NOW))

    assert reader.read(json.dumps(line(limited("23"))).encode()) is not None
    assert reader.read(json.dumps(line(whole)).encode()) is None
    ((number, words),) = desk.refused_lines(limited("1"), whole)
    assert (number, words) == (2, f"{name}: '2026-02-01T24:00:00Z' {WORDS}2026-02-02T00:00:00Z)")


@pytest.mark.parametrize(
    "moment",
    [
        "2026-02-01T23:60:00Z",
        "2026-02-01T23:59:60Z",
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "2025-02-29",
        "1900-02-29",
        "0000-01-01",
        "9999-12-31",
        "2026-02-01\n",
        "٢٠٢٦-٠٢-٠١",
    ],
)
def test_nor_is_anything_else_that_is_on_no_calendar(moment: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(moment, Moment)


def test_every_day_is_a_stored_form() -> None:
    day = date(1995, 1, 1)
    while day < date(2105, 1, 1):
        assert msgspec.convert(day.isoformat(), Date) == day.isoformat()
        day += timedelta(days=1)
