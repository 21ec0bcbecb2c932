"""`ceasefire schema`: JSON Schema of the line format, of one type, or of what `--json` prints."""

from __future__ import annotations

from typing import Any

import click

from tui.commands.console import put, put_json

SITUATION, DIFFERENCE = "situation", "difference"


@click.command()
@click.argument("type_", metavar="[TYPE]", required=False)
@click.option("--types", is_flag=True, help="Only list the types, one a line.")
@click.option("--indent", is_flag=True, help="Over many lines, to read.")
@click.option("--json", "as_json", is_flag=True, help="With --types: as JSON. A schema is JSON in any case.")
def schema(type_: str | None, types: bool, indent: bool, as_json: bool) -> None:
    """JSON Schema (2020-12) of a file's lines: of every type, or of TYPE.

    `ceasefire schema situation` describes what `status --json` and `replay --json` print, `ceasefire schema difference`
    what `diff --json` and `since --json` print.
    """
    if types:
        _list(as_json)
    elif type_ in (SITUATION, DIFFERENCE):
        put_json(_of_values(type_), indent=indent)
    else:
        from domain.lines import json_schema  # noqa: PLC0415

        put_json(json_schema(type_), indent=indent)


def _of_values(name: str) -> dict[str, Any]:
    from msgspec.json import schema as schema_of  # noqa: PLC0415

    if name == SITUATION:
        from projections.situation import Situation as Value  # noqa: PLC0415
    else:
        from projections.difference import Difference as Value  # type: ignore[assignment]  # noqa: PLC0415
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema_of(Value)}


def _list(as_json: bool) -> None:
    from inspect import cleandoc  # noqa: PLC0415

    from domain.catalogue import CATALOGUE  # noqa: PLC0415

    says = {topic: cleandoc(kind.facts.__doc__ or "").splitlines()[0] for topic, kind in CATALOGUE.items()}
    if as_json:
        put_json(says)
        return
    for topic, words in says.items():
        put(f"{topic:<30} {words}")
