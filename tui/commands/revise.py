"""`ceasefire correct` and `ceasefire retract`: mend or withdraw a record, in a later record. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from domain.clock import system_clock
from domain.errors import Refused
from tui.commands import options, report_options

if TYPE_CHECKING:
    from domain.calendar import Calendar
    from domain.monitor import Monitor
    from domain.place import Place
    from domain.report import Recorded

DESK = "desk"
"""Who revises when nobody is named: the desk that keeps this log."""

attribution = options.together(
    click.option("--claimant", metavar="SLUG", default=DESK, show_default=True, help="Who says so."),
    click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="TITLE",
        help="What it rests on; again for each. The desk's own decision when the claimant is the desk.",
    ),
    click.option("--key", help="Unique in the log; the same key twice is one record."),
)
_WHEN = options.together(
    click.option("--occurred", metavar="WHEN", help="When it was decided; now when not given."),
    click.option("--reported-at", metavar="WHEN", help="When it was said; now when not given."),
)
KINDS = ("transcription", "source_error", "reclassified", "translation", "misattributed")


def sources_of(claimant: str, given: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The sources given; for the desk without any, its own decision. Others must name theirs, says the domain."""
    return list(given) or ([{"title": "Desk decision"}] if claimant == DESK else [])


@click.command()
@click.argument("record", metavar="ID")
@click.option("--set", "pairs", multiple=True, metavar="FIELD=VALUE", help="The right value; again for each field.")
@click.option("--unset", multiple=True, metavar="FIELD", help="A field to take away; again for each.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What sort of error it was.")
@click.option("--reason", required=True, help="What was wrong.")
@attribution
@_WHEN
@options.writing
def correct(
    *,
    record: str,
    pairs: tuple[str, ...],
    unset: tuple[str, ...],
    kind: str,
    reason: str,
    claimant: str,
    sources: tuple[str, ...],
    key: str | None,
    occurred: str | None,
    reported_at: str | None,
    log: Place,
    recorded_by: str,
    clock_is_right: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Mend an error in a record. A higher count later is no correction but a new claim: append it.

    ID is a record's id, its key, or its position as @N. Fields are those of its type (`ceasefire schema TYPE`) and of
    every report; figures are typed as in append.

    \b
    ceasefire correct strike-desk-7/2 --set figure=26-32 --kind transcription --reason "misread"
    """
    from tui.commands.opening import writing  # noqa: PLC0415
    from tui.commands.outcomes import print_outcomes  # noqa: PLC0415

    with writing(log, recorded_by, clock_is_right=clock_is_right) as monitor:
        found = monitor.record(record)
        changes = changes_of(monitor, found.type, pairs) | dict.fromkeys(unset)
        corrected = partial(
            monitor.correct,
            found.id,
            changes,
            kind=kind,
            reason=reason,
            claimant=claimant,
            sources=sources_of(claimant, report_options.sources(sources, None, None)),
            occurred=_moment(occurred, "occurred", monitor.calendar),
            reported_at=_moment(reported_at, "reported_at", monitor.calendar),
            key=key,
        )
        outcome = corrected(dry_run=True)
        if outcome.fresh:
            _check_that_it_changes(monitor, found, outcome.record)
        if not dry_run:
            outcome = corrected()
        print_outcomes(monitor, [outcome], dry_run=dry_run, as_json=as_json)


def _check_that_it_changes(monitor: Monitor, found: Recorded, correction: Recorded) -> None:
    """Raises Refused when the record, with the corrections in force, says all of it already."""
    from domain.editing import Corrected, Retracted  # noqa: PLC0415
    from domain.rules import apply_changes  # noqa: PLC0415

    edits = monitor.revisions(found.id)
    withdrawn: set[str] = set()
    for edit in reversed(edits):
        if edit.id not in withdrawn and edit.report is not None and isinstance(edit.report.data, Retracted):
            withdrawn.add(edit.report.data.target)
    said = found.report
    for edit in (*edits, correction):
        if said is None or edit.report is None or edit.id in withdrawn or not isinstance(edit.report.data, Corrected):
            continue
        before, said = said, apply_changes(said, edit.report.data.changes, found.type)
        if edit is correction and said == before:
            raise Refused(
                "nothing changes: the record says that already",
                where=found.id,
                remedy=f"`ceasefire show {found.id}` prints what it says",
            )


@click.command()
@click.argument("record", metavar="ID")
@click.option("--reason", required=True, help="Why it is withdrawn.")
@click.option(
    "--by", type=click.Choice(["source", "editor"]), default="editor", show_default=True, help="Who withdraws."
)
@attribution
@_WHEN
@options.writing
def retract(
    *,
    record: str,
    reason: str,
    by: str,
    claimant: str,
    sources: tuple[str, ...],
    key: str | None,
    occurred: str | None,
    reported_at: str | None,
    log: Place,
    recorded_by: str,
    clock_is_right: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Withdraw a record. Retracting a correction restores the value before it; a retraction, what it withdrew.

    ID is a record's id, its key, or its position as @N. The record stays in the log, and says that it was retracted.
    """
    from tui.commands.opening import writing  # noqa: PLC0415
    from tui.commands.outcomes import print_outcomes  # noqa: PLC0415

    with writing(log, recorded_by, clock_is_right=clock_is_right) as monitor:
        outcome = monitor.retract(
            monitor.record(record).id,
            reason=reason,
            claimant=claimant,
            sources=sources_of(claimant, report_options.sources(sources, None, None)),
            by=by,
            occurred=_moment(occurred, "occurred", monitor.calendar),
            reported_at=_moment(reported_at, "reported_at", monitor.calendar),
            key=key,
            dry_run=dry_run,
        )
        print_outcomes(monitor, [outcome], dry_run=dry_run, as_json=as_json)


def _moment(text: str | None, where: str, calendar: Calendar) -> str | None:
    return None if text is None else report_options.moment(text, where, calendar=calendar, clock=system_clock)


def changes_of(monitor: Monitor, topic: str, pairs: Sequence[str]) -> dict[str, Any]:
    """`FIELD=VALUE` pairs as a correction's changes: own fields of the type, and fields of every report.

    What the catalogue does not know goes to the domain as text, which refuses it by name.
    """
    from tui.commands.fields import fields_of, report_fields  # noqa: PLC0415 - loads eventsourcing

    known = {field.name: field for field in (*report_fields(), *fields_of(topic))}
    own = {field.name for field in fields_of(topic)}
    gathered: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"{pair!r} is not FIELD=VALUE.")
        gathered.setdefault(name, []).append(value)
    changes: dict[str, Any] = {}
    for name, values in gathered.items():
        if name in ("occurred", "reported_at") and name not in own:
            changes[name] = _time_of(name, values[-1], monitor.calendar)
        elif name == "sources":
            changes[name] = report_options.sources(values, None, None)
        elif name in known:
            changes[name] = known[name].value(values)
        else:
            changes[name] = values[-1]
    return changes


def _time_of(name: str, text: str, calendar: Calendar) -> Any:
    if name == "occurred":
        return report_options.when(text, None, calendar=calendar, clock=system_clock)
    return report_options.moment(text, name, calendar=calendar, clock=system_clock)
