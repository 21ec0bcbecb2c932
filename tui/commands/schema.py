"""`ceasefire schema`: JSON Schema of the line format, of one type, or of what `--json` prints."""

from __future__ import annotations

from typing import Any

import click

from tui.commands.console import put, put_json

PRINTED = ("situation", "history", "difference", "discrepancies", "discrepancy", "strike")
"""Schemas of what is printed of a log. Every type of the catalogue has a dot in its name, none of these has."""


@click.command()
@click.argument("type_", metavar="[TYPE]", required=False)
@click.option("--types", is_flag=True, help="Only list the types, one a line.")
@click.option("--indent", is_flag=True, help="Over many lines, to read.")
@click.option("--json", "as_json", is_flag=True, help="With --types: as JSON. A schema is JSON in any case.")
def schema(type_: str | None, types: bool, indent: bool, as_json: bool) -> None:
    """JSON Schema (2020-12) of a file's lines: of every type, or of TYPE.

    What is printed of a log has a schema too: `ceasefire schema situation` of `status --json` and `replay --json`,
    `difference` of `diff --json` and `since --json`, `discrepancies` of `discrepancies --json`, `discrepancy` of each
    line of it with --kind, `strike` of `show STRIKE --json`. `history` is a window of days, as the read model gives it:
    statuses, tolls by day, points of series, and when somebody spoke of what.
    """
    if types:
        _list(as_json)
    elif type_ in PRINTED:
        put_json(_of_values(type_), indent=indent)
    else:
        from domain.lines import json_schema  # noqa: PLC0415

        put_json(json_schema(type_), indent=indent)


def _of_values(name: str) -> dict[str, Any]:
    from msgspec.json import schema as schema_of  # noqa: PLC0415

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema_of(_printed(name))}


def _printed(name: str) -> Any:
    """The type of what is printed."""
    if name == "difference":
        from projections.changing.changes import Difference  # noqa: PLC0415

        return Difference
    if name == "strike":
        from projections.strike_history import StrikeTold  # noqa: PLC0415

        return StrikeTold
    from projections.situation import Discrepancy, History, OfKind, Situation  # noqa: PLC0415

    return {
        "situation": Situation,
        "history": History,
        "discrepancies": tuple[OfKind, ...],
        "discrepancy": Discrepancy,
    }[name]


def _list(as_json: bool) -> None:
    from inspect import cleandoc  # noqa: PLC0415

    from domain.catalogue import CATALOGUE  # noqa: PLC0415

    says = {topic: cleandoc(kind.facts.__doc__ or "").splitlines()[0] for topic, kind in CATALOGUE.items()}
    if as_json:
        put_json(says)
        return
    for topic, words in says.items():
        put(f"{topic:<30} {words}")
