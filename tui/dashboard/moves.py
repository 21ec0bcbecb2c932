"""Moves: how a wish of the watcher's changes where the reader stands. What cannot be done raises Refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from domain.calendar import iso, micros
from domain.errors import Refused
from projections.feed.filter_parser import FilterRefused
from tui.dashboard.snapshot import Stand
from tui.dashboard.standpoint import Move, Standpoint


def going(stand: Stand) -> Move:
    """To stand elsewhere."""

    def move(place: Standpoint) -> None:
        place.stand = stand

    return move


def stepping(unit: str, by: int) -> Move:
    """Some records, days or phases on (or back, below zero)."""

    def move(place: Standpoint) -> None:
        as_of = place.reading.step(unit, place.vantage(), by)
        if as_of is None:
            raise Refused(f"there is no {unit} on record {'after' if by > 0 else 'before'} this one")
        clock = place.stand.clock
        # past the present there is nothing to replay: that is live
        arrived = by > 0 and not place.reading.is_past(as_of, place.now)
        place.stand = Stand() if arrived and clock != "given" else replace(place.stand, as_of=as_of)
        place.again = move

    return move


def playing_on() -> Move:
    """To the next day on which anything is on record; at the last of them, live."""

    def move(place: Standpoint) -> None:
        found = place.reading.play_on(place.vantage(), place.stand.clock == "then", place.now)
        if found is None:
            raise Refused("there is no day on record after this one")
        day, place.skipped = found
        arrived = not place.reading.is_past(day, place.now) and place.stand.clock != "given"
        place.stand = Stand() if arrived else replace(place.stand, as_of=day)
        place.again = move

    return move


def stepping_known(by: int) -> Move:
    """Some records more or less known, as of the same time."""

    def move(place: Standpoint) -> None:
        position = place.reading.step_known(place.vantage(), by)
        if position is None:
            raise Refused("every record is known here" if by > 0 else "nothing is known here")
        as_of = place.stand.as_of or iso(micros(place.now))
        place.stand = Stand(as_of, f"@{position}", "given")
        place.again = move

    return move


def filtering(text: str, wrong: Callable[[FilterRefused], object]) -> Move:
    """Only what a filter lets through; one that is not understood is told to `wrong`, and the one before stays."""

    def move(place: Standpoint) -> None:
        try:
            place.reading.wanted(text, place.now)
        except FilterRefused as error:
            wrong(error)
            return
        place.filter = text

    return move
