"""`ceasefire events`: the records of the log at a vantage, newest first, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.clock import system_clock
from tui.commands import options
from tui.commands.console import put, put_json, say

if TYPE_CHECKING:
    from domain.calendar import Calendar, Micros
    from projections.readmodel import ReadModel
    from projections.situation import RecordLine
    from projections.vantage import ResolvedVantage

PAGE = 500


def _known_type(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """A type, or what types start with; any other word is wrong usage, as it is in `append`."""
    if value is None:
        return None
    from domain.catalogue import CATALOGUE, record_type  # noqa: PLC0415 - loads eventsourcing
    from domain.errors import Refused  # noqa: PLC0415

    if not any(_is_of(topic, value) for topic in CATALOGUE):
        try:
            record_type(value)
        except Refused as error:
            raise click.UsageError(f"{error.what} ({error.remedy})", ctx) from None
    return value


@click.command()
@click.option(
    "--type", "type_", metavar="TYPE", callback=_known_type, help="Of this type, or of all that start so: strike."
)
@click.option("--stream", metavar="STREAM", help="On this stream.")
@click.option("--claimant", metavar="SLUG", help="Said by this claimant.")
@click.option("--since", metavar="T", callback=options.as_typed, help="Occurred at T or later.")
@click.option("--until", metavar="T", callback=options.as_typed, help="Occurred at T or earlier.")
@click.option("--text", metavar="WORDS", help="With these words in it.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N.")
@options.together(options.as_of, options.known_at, options.log, options.as_json)
def events(
    *,
    type_: str | None,
    stream: str | None,
    claimant: str | None,
    since: str | None,
    until: str | None,
    text: str | None,
    limit: int | None,
    as_of: str | None,
    known_at: str | None,
    log: Path,
    as_json: bool,
) -> None:
    """The records of the log, newest first, one line each; with --json one JSON object a line.

    `ceasefire show ID` prints everything about one of them.
    """
    from tui.commands.opening import modelled  # noqa: PLC0415 - loads eventsourcing

    with modelled(log) as (monitor, model):
        vantage = model.vantage(as_of, known_at, now=system_clock())
        calendar = monitor.calendar
        wanted = Wanted(type_, stream, claimant, _instants(model, calendar, since, until), calendar)
        found = (record for record in _feed(model, vantage, text) if wanted.takes(record))
        none = True
        for record in islice(found, limit):
            none = False
            if as_json:
                put_json(record)
            else:
                put(line(record, calendar))
    if none:
        asked = {
            "--type": type_,
            "--stream": stream,
            "--claimant": claimant,
            "--since": since,
            "--until": until,
            "--text": text,
            "--as-of": as_of,
            "--known-at": known_at,
        }
        given = ", ".join(f"{option} {value}" for option, value in asked.items() if value is not None)
        say(f"no record fits: {given}" if given else "nothing is on record yet")


def _is_of(topic: str, wanted: str) -> bool:
    return topic == wanted or topic.startswith(wanted.rstrip(".") + ".")


def _feed(model: ReadModel, vantage: ResolvedVantage, text: str | None) -> Iterator[RecordLine]:
    offset = 0
    while page := model.feed(vantage, text=text or "", offset=offset, limit=PAGE):
        yield from page
        offset += len(page)


def _instants(
    model: ReadModel, calendar: Calendar, since: str | None, until: str | None
) -> tuple[Micros | None, Micros | None]:
    """The first and last instant that are asked for; a day counts from its start to its end."""

    def at(text: str) -> Micros:
        return model.vantage(text, None, now=system_clock()).as_of

    first = None if since is None else at(since)
    if first is not None and since is not None and (len(since) == 10 or since.startswith("day:")):
        with suppress(OverflowError):  # the first day of the calendar starts before it, east of Greenwich
            first = calendar.day_start(calendar.day(first))
    return first, None if until is None else at(until)


@dataclass(frozen=True)
class Wanted:
    """Which records were asked for."""

    type: str | None
    stream: str | None
    claimant: str | None
    between: tuple[Micros | None, Micros | None]
    calendar: Calendar

    def takes(self, record: RecordLine) -> bool:
        """Whether a record is one of them. Without a body it has no claimant and no time any more."""
        return (
            (self.type is None or _is_of(record.type, self.type))
            and (self.stream is None or record.stream == self.stream)
            and (self.claimant is None or record.claimant == self.claimant)
            and self._in_time(record)
        )

    def _in_time(self, record: RecordLine) -> bool:
        first, last = self.between
        if first is None and last is None:
            return True
        if record.occurred is None:
            return False
        start, end = self.calendar.period(record.occurred)
        return (first is None or end >= first) and (last is None or start <= last)


def line(record: RecordLine, calendar: Calendar) -> str:
    """`#214  2026-02-02  crossing-rafah/5  crossing.passages_counted  12 people into, says X  [corrected]`."""
    marks: list[str] = [record.standing] if record.standing not in ("standing", "edit") else []
    marks += ["late"] if record.late else []
    marks += ["restricted"] if record.handling == "restricted" else []
    parts = (
        f"#{record.position}",
        when(record, calendar),
        record.record,
        record.type,
        record.text,
        "".join(f"[{mark}]" for mark in marks),
    )
    return "  ".join(part for part in parts if part)


def when(record: RecordLine, calendar: Calendar) -> str:
    """The day or days on which it occurred, as ISO dates of the log's timezone."""
    if record.occurred is None:
        return "no-body"
    first, last = calendar.days(record.occurred)
    return first.isoformat() if first == last else f"{first}/{last}"
