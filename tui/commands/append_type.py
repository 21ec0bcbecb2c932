"""The command that appends one type of record, its options made from the type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import cleandoc
from typing import Any

import click

from domain.catalogue import record_type
from domain.clock import system_clock
from domain.errors import Refused
from domain.lines import Draft
from tui.commands import append, figures, options, report_options
from tui.commands.console import note
from tui.commands.fields import Field, fields_of


def command_for(topic: str) -> click.Command:
    """`ceasefire append TOPIC`. Raises Refused when there is no such type."""
    facts = record_type(topic).facts
    says = cleandoc(facts.__doc__ or "")
    command = click.Command(
        topic,
        params=[
            click.Argument(["stream"]),
            *(field.option() for field in fields_of(topic)),
            *_part_option(topic),
            click.Option(
                ["--data", "pairs"], multiple=True, metavar="FIELD=VALUE", help="A field of the type by its name."
            ),
            *report_options.OPTIONS,
        ],
        callback=_callback(topic),
        help=f"{says}\n\nSTREAM is the stream's name, like {_example(facts.STREAM)}.",
        short_help=says.splitlines()[0],
    )
    options.writing(command)  # Click's decorators take commands too
    return command


def _example(kind: str) -> str:
    return {"strike": "strike-desk-2026-01-31", "series": "series-gaza-moh-killed-2025-10-11"}.get(kind, f"{kind}-NAME")


def _part_option(topic: str) -> list[click.Option]:
    if _figure_field(topic) is None:
        return []
    return [click.Option(["--part", "parts"], multiple=True, metavar="LABEL=FIGURE", help="A part of the figure.")]


def _figure_field(topic: str) -> Field | None:
    """The type's figure, when it has exactly one; parts are its."""
    found = [field for field in fields_of(topic) if field.figure and not field.many]
    return found[0] if len(found) == 1 else None


def _callback(topic: str) -> Callable[..., None]:
    def run(
        stream: str, log: Any, recorded_by: str, clock_is_right: bool, dry_run: bool, as_json: bool, **given: Any
    ) -> None:
        from tui.commands.opening import writing  # noqa: PLC0415

        data = data_of(topic, given)
        with writing(log, recorded_by, clock_is_right=clock_is_right) as monitor:
            body = report_options.body(given, data, calendar=monitor.calendar, clock=system_clock)
            draft = Draft(topic, stream, body, given["key"])
            append.record(monitor, [draft], dry_run=dry_run, as_json=as_json)
            if given["reported_at"] is None:  # told once it is on record: of a refused one nobody needs to know
                note(f"reported at {body['reported_at']}, when it happened; --reported-at says otherwise")

    return run


def data_of(topic: str, given: dict[str, Any]) -> dict[str, Any]:
    """The type's own fields from its options, `--data` and `--part`."""
    own = {field.name: field for field in fields_of(topic)}
    data = {
        field.name: field.value(given[field.parameter])
        for field in own.values()
        if given[field.parameter] not in (None, ())
    }
    data |= pairs_of(topic, given["pairs"], own)
    _put_parts(topic, data, given.get("parts", ()))
    for field in own.values():
        if field.required and field.absent is not None:
            data.setdefault(field.name, field.absent)
    missing = [field for field in own.values() if field.required and field.name not in data]
    if missing:
        raise click.UsageError("Missing " + ", ".join(map(_wanted, missing)) + ".")
    return data


def _wanted(field: Field) -> str:
    return f"{field.flag} {'|'.join(field.words) or field.metavar}"


def pairs_of(topic: str, pairs: Sequence[str], allowed: dict[str, Field]) -> dict[str, Any]:
    """`field=value` pairs, read as the options of the same names are; a field of many values may come again."""
    gathered: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"{pair!r} is not FIELD=VALUE.")
        if name not in allowed:
            raise Refused(
                f"{topic} has no field {name!r}", where=name, remedy=f"`ceasefire schema {topic}` lists the fields"
            )
        gathered.setdefault(name, []).append(value)
    return {name: allowed[name].value(values) for name, values in gathered.items()}


def _put_parts(topic: str, data: dict[str, Any], parts: Sequence[str]) -> None:
    if not parts:
        return
    field = _figure_field(topic)
    if field is None or field.name not in data:
        raise click.UsageError("--part belongs to a figure; give the figure too.")
    data[field.name]["parts"] = figures.parse_parts(parts)
