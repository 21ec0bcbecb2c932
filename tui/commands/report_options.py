"""The options of every report: when, who says it, from where; and the body that they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from domain.calendar import Calendar, canonical, days_meant, is_date, iso, micros
from domain.clock import Clock
from domain.errors import Refused
from tui.commands.fields import reference_to

_DAYS_OF_PRECISION = ((1, 1), (6, 2), (7, 3), (31, 4))  # UCDP date_prec: the longest span in days that has it
_SOURCE_PARTS = re.compile(r";\s*(?=(?:title|url|sha256|means)=)")
MEANS = ("document", "told", "observed")

WHEN = (
    click.Option(
        ["--occurred"], metavar="WHEN", help="When it happened: a date, an instant, START/END, today, now.  [required]"
    ),
    click.Option(
        ["--date-precision"],
        type=click.IntRange(0, 5),
        metavar="0-5",
        help="How well WHEN is known (UCDP date_prec): 0 time of day, 1 day, 2 within 2-6 days, 3 week, 4 month, "
        "5 longer. Taken from the length of START/END when not given.",
    ),
    click.Option(
        ["--reported-at"],
        metavar="WHEN",
        help="When the claimant or outlet said it. Not given: when it happened, if that is one day or instant.",
    ),
)
WHO = (
    click.Option(["--claimant"], metavar="SLUG", help="Who says it.  [required]"),
    click.Option(
        ["--claimant-basis"],
        type=click.Choice(["stated", "inferred", "unattributed"]),
        default="stated",
        show_default=True,
        help="How the claimant is known.",
    ),
    click.Option(["--relays"], metavar="SLUG", help="Another claimant whose count this repeats."),
    click.Option(["--via"], multiple=True, metavar="OUTLET", help="An outlet that carried it; again for each."),
)
SOURCES = (
    click.Option(
        ["--source", "sources"],
        multiple=True,
        metavar="TITLE",
        help="A document or telling that carries it; again for each. In full: 'title=...; url=...; means=...; "
        "sha256=...'.  [required]",
    ),
    click.Option(["--source-url"], metavar="URL", help="The address of the one --source."),
    click.Option(["--means"], type=click.Choice(MEANS), help="How the one --source is known."),
)
REST = (
    click.Option(
        ["--handling"],
        type=click.Choice(["public", "restricted"]),
        default="public",
        show_default=True,
        help="Whether exports hold it.",
    ),
    click.Option(["--key"], help="Unique in the log; the same key twice is one record. Made when not given."),
    click.Option(["--caused-by"], metavar="RECORD", help="The record that this belongs to: its id, key, or @N."),
    click.Option(["--original"], metavar="TEXT", help="The claimant's own words."),
    click.Option(["--lang"], metavar="TAG", help="The language of --original, like ar or he."),
)
OPTIONS = (*WHEN, *WHO, *SOURCES, *REST)


def body(given: dict[str, Any], data: dict[str, Any], *, calendar: Calendar, clock: Clock) -> dict[str, Any]:
    """The body of a record from the options of a command, as a line of a file has it."""
    occurred = when(given["occurred"], given["date_precision"], calendar=calendar, clock=clock)
    whole = {
        "occurred": occurred,
        "reported_at": reported_at(given["reported_at"], occurred, calendar=calendar, clock=clock),
        "claimant": given["claimant"],
        "claimant_basis": given["claimant_basis"],
        "relays": given["relays"],
        "via": list(given["via"]),
        "sources": sources(given["sources"], given["source_url"], given["means"]),
        "handling": given["handling"],
        "caused_by": reference_to(given["caused_by"]) if given["caused_by"] else None,
        "original": original(given["original"], given["lang"]),
        "data": data,
    }
    return {name: value for name, value in whole.items() if value is not None}


def when(text: str | None, precision: int | None, *, calendar: Calendar, clock: Clock) -> Any:
    """An occurrence: a date, an instant, or a span with its precision."""
    if text is None:
        raise click.UsageError("Missing option '--occurred': when did it happen?")
    # 22/11/2026 is a mistyped date, and no span
    start, slash, end = (text, "", "") if days_meant(text) else text.partition("/")
    first = moment(start, "occurred", calendar=calendar, clock=clock)
    if not slash and precision is None:
        return first
    last = moment(end, "occurred.end", calendar=calendar, clock=clock) if end else None
    if precision is None:
        precision = _precision(first, last, calendar)
    return {"start": first, **({"end": last} if last else {}), "precision": precision}


def _precision(first: str, last: str | None, calendar: Calendar) -> int:
    if last is None:
        raise click.UsageError("A span without an end needs --date-precision.")
    if not is_date(first) and not is_date(last):
        return 0
    days = (calendar.days(last)[1] - calendar.days(first)[0]).days + 1
    return next((precision for longest, precision in _DAYS_OF_PRECISION if days <= longest), 5)


def moment(text: str, where: str, *, calendar: Calendar, clock: Clock) -> str:
    """A date or an instant as stored; `today` is the log's local day, `now` the clock."""
    text = text.strip()
    if text == "now":
        return iso(micros(clock()))
    if text == "today":
        return calendar.day(micros(clock())).isoformat()
    said = canonical(text, where=where)
    if is_date(said):
        date.fromisoformat(said)
    return said


def reported_at(text: str | None, occurred: Any, *, calendar: Calendar, clock: Clock) -> str:
    """When it was said. A report of one moment is taken to be of that moment; that of a span must say."""
    if text is not None:
        return moment(text, "reported_at", calendar=calendar, clock=clock)
    if isinstance(occurred, str):
        return occurred
    raise click.UsageError("Missing option '--reported-at': a report of a span of time says when it was made.")


def sources(titles: Sequence[str], url: str | None, means: str | None) -> list[dict[str, str]]:
    """The sources: titles, or `title=...; url=...`. Without any the domain refuses the record."""
    if len(titles) != 1 and (url or means):
        raise click.UsageError("--source-url and --means belong to one --source; with several write each in full.")
    parsed = [_source(title) for title in titles]
    if parsed:
        parsed[0] |= {name: value for name, value in (("url", url), ("means", means)) if value}
    return parsed


def _source(text: str) -> dict[str, str]:
    if not text.startswith("title="):
        return {"title": text}
    parts: dict[str, str] = {}
    for part in _SOURCE_PARTS.split(text):
        name, _, value = part.partition("=")
        if name in parts:
            raise Refused(f"{name} is given twice", where="sources", remedy="write 'title=...; url=...; means=...'")
        parts[name] = value.strip()
    return parts


def original(text: str | None, lang: str | None) -> dict[str, str] | None:
    """The claimant's own words with their language, or neither."""
    if (text is None) != (lang is None):
        raise click.UsageError("--original and --lang go together.")
    return {"text": text, "lang": lang} if text is not None and lang is not None else None
