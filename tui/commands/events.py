"""`ceasefire events`: the records of the log at a vantage, newest first, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from sys import maxsize
from typing import TYPE_CHECKING

import click

from domain.clock import system_clock
from tui.commands import options
from tui.commands.console import put, put_json, say

if TYPE_CHECKING:
    from domain.calendar import Calendar
    from domain.place import Place
    from projections.feed.filter_sql import Filter
    from projections.readmodel import ReadModel
    from projections.situation import RecordLine
    from projections.vantage import ResolvedVantage

PAGE = 500


def _known_type(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """A type, or what types start with; any other word is wrong usage, as it is in `append`."""
    if value is None:
        return None
    from domain.catalogue import record_type  # noqa: PLC0415 - loads eventsourcing
    from domain.errors import Refused  # noqa: PLC0415
    from projections.feed.filter_parser import types_meant  # noqa: PLC0415

    if not types_meant(value):
        try:
            record_type(value)
        except Refused as error:
            raise click.UsageError(f"{error.what} ({error.remedy})", ctx) from None
    return value


def _types(_: click.Context, __: click.Parameter, start: str) -> list[str]:
    """Types to complete with."""
    from domain.catalogue import CATALOGUE  # noqa: PLC0415

    return [topic for topic in CATALOGUE if topic.startswith(start)]


class Events(click.Command):
    """Its help tells the filter's language, from where it is defined."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - Click's own
        """The language, a term a line."""
        from projections.feed.filter_parser import language  # noqa: PLC0415 - loads the catalogue

        with formatter.section("Filter, a term for each thing that must hold"):
            formatter.write_dl(language())


@click.command(cls=Events)
@click.option("--filter", "filter_", metavar="TERMS", help="Those that meet all terms of a filter; see below.")
@click.option(
    "--type",
    "type_",
    metavar="TYPE",
    callback=_known_type,
    shell_complete=_types,
    help="Of this type, or of all that start so: strike.",
)
@click.option("--stream", metavar="STREAM", help="On this stream.")
@click.option("--claimant", metavar="SLUG", help="Said by this claimant.")
@click.option("--since", metavar="T", callback=options.as_typed, help="Occurred at T or later.")
@click.option("--until", metavar="T", callback=options.as_typed, help="Occurred at T or earlier.")
@click.option("--text", metavar="WORDS", help="With these words in it.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N.")
@options.together(options.as_of, options.known_at, options.log, options.with_restricted, options.as_json)
def events(
    *,
    filter_: str | None,
    type_: str | None,
    stream: str | None,
    claimant: str | None,
    since: str | None,
    until: str | None,
    text: str | None,
    limit: int | None,
    as_of: str | None,
    known_at: str | None,
    log: Place,
    with_restricted: bool,
    as_json: bool,
) -> None:
    """The records of the log, newest first, one line each; with --json one JSON object a line.

    `ceasefire show ID` prints everything about one of them.

    \b
    ceasefire events --filter 'rafah type:crossing.* since:2026-02-01 !retracted'
    ceasefire events --filter 'killed>=10 claimant:civil-defence' --as-of 2026-02-02
    """
    from projections.feed.filter_parser import Term, types_meant  # noqa: PLC0415
    from tui.commands.opening import modelled  # noqa: PLC0415 - loads eventsourcing

    with modelled(log, told=options.told(with_restricted)) as (monitor, model):
        now = system_clock()
        vantage = model.vantage(as_of, known_at, now=now)
        asked = {
            "claimant": (claimant, "="),
            "stream": (stream, "="),
            "type": (" ".join(types_meant(type_ or "")) or None, ":"),
            "since": (since, ":"),
            "until": (until, ":"),
            "words": (text, ":"),
        }
        also = tuple(Term(field, value, sign) for field, (value, sign) in asked.items() if value is not None)
        wanted = model.wanted(filter_ or "", now=now, also=also)
        none = True
        withheld = model.feed_withheld(vantage, wanted)
        most = None if limit is None else min(limit, maxsize)  # no log has more, and `islice` counts no further
        for record in islice(_feed(model, vantage, wanted), most):
            none = False
            if as_json:
                put_json(record)
            else:
                put(line(record, monitor.calendar))
    if withheld:
        from tui.text_twin import words  # noqa: PLC0415 - only where something is

        say(words.withheld(withheld))
    elif none:
        given = {
            "--filter": filter_,
            "--type": type_,
            "--stream": stream,
            "--claimant": claimant,
            "--since": since,
            "--until": until,
            "--text": text,
            "--as-of": as_of,
            "--known-at": known_at,
        }
        told = ", ".join(f"{option} {value}" for option, value in given.items() if value is not None)
        say(f"no record fits: {told}" if told else "nothing is on record yet")


def _feed(model: ReadModel, vantage: ResolvedVantage, wanted: Filter) -> Iterator[RecordLine]:
    before: int | None = None
    while page := model.feed(vantage, wanted=wanted, before=before, limit=PAGE):
        yield from page
        before = page[-1].position


def line(record: RecordLine, calendar: Calendar) -> str:
    """`#214  2026-02-02  crossing-rafah/5  crossing.passages_counted  12 people into, says X  [corrected]`."""
    marks: list[str] = [record.standing] if record.standing not in ("standing", "edit") else []
    marks += ["late"] if record.late else []
    marks += ["restricted"] if record.restricted else []
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
