"""`ceasefire schema`: every example line is valid by the JSON Schema that is printed for it, and bad ones are not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from domain.catalogue import CATALOGUE
from domain.lines import json_schema
from tests.domain.desk import Desk, decoded
from tests.domain.examples import NOW, example_lines

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}
WORDS_ONLY = {"$schema", "title", "description", "default", "$defs"}


def faults(schema: dict[str, Any], value: Any, root: dict[str, Any], at: str = "$") -> list[str]:
    """Where a value breaks a schema: as much of JSON Schema as ours uses, and an error for any more."""
    found: list[str] = []
    for word, asked in schema.items():
        match word:
            case _ if word in WORDS_ONLY or (word in ("additionalProperties", "items") and asked == {}):
                pass
            case "$ref":
                found += faults(root["$defs"][asked.removeprefix("#/$defs/")], value, root, at)
            case "anyOf":
                if all(faults(option, value, root, at) for option in asked):
                    found.append(f"{at}: none of {len(asked)}")
            case "oneOf":
                if [bool(faults(option, value, root, at)) for option in asked].count(False) != 1:
                    found.append(f"{at}: not one of {len(asked)}")
            case "type":
                is_bool = isinstance(value, bool)
                if not isinstance(value, TYPES[asked]) or (is_bool and asked in ("integer", "number")):
                    found.append(f"{at}: not of type {asked}")
            case "const":
                found += [] if value == asked else [f"{at}: not {asked}"]
            case "enum":
                found += [] if value in asked else [f"{at}: not in {asked}"]
            case "pattern":
                found += [] if not isinstance(value, str) or re.search(asked, value) else [f"{at}: not like {asked}"]
            case "minItems":
                found += [] if not isinstance(value, list) or len(value) >= asked else [f"{at}: too few"]
            case "minLength":
                found += [] if not isinstance(value, str) or len(value) >= asked else [f"{at}: too short"]
            case "maxLength":
                found += [] if not isinstance(value, str) or len(value) <= asked else [f"{at}: too long"]
            case "minimum":
                found += [] if isinstance(value, str) or value >= asked else [f"{at}: too small"]
            case "maximum":
                found += [] if isinstance(value, str) or value <= asked else [f"{at}: too big"]
            case "items":
                for index, item in enumerate(value if isinstance(value, list) else []):
                    found += faults(asked, item, root, f"{at}[{index}]")
            case "required":
                found += [f"{at}: no {name}" for name in asked if isinstance(value, dict) and name not in value]
            case "properties":
                for name, inner in value.items() if isinstance(value, dict) else []:
                    found += faults(asked.get(name, {}), inner, root, f"{at}.{name}")
            case "additionalProperties":
                known = schema.get("properties", {})
                for name, inner in value.items() if isinstance(value, dict) else []:
                    if name not in known:
                        found += [f"{at}: unknown {name}"] if asked is False else faults(asked, inner, root, at)
            case _:
                raise AssertionError(f"{word!r} is not a word that this test knows")
    return found


@pytest.mark.parametrize("line", example_lines(), ids=lambda line: line["key"])
def test_an_example_line_is_valid_by_its_type_s_schema_and_by_that_of_all(line: dict[str, Any]) -> None:
    one, all_types = json_schema(line["type"]), json_schema()

    assert faults(one, line, one) == []
    assert faults(all_types, line, all_types) == []


@pytest.mark.parametrize("line", example_lines(), ids=lambda line: line["key"])
def test_without_any_one_of_the_fields_that_it_requires_it_is_not(line: dict[str, Any]) -> None:
    schema = json_schema(line["type"])

    for name in schema["required"]:
        assert faults(schema, {key: value for key, value in line.items() if key != name}, schema)
    for name in schema["properties"]["data"]["required"]:
        poorer = {key: value for key, value in line["data"].items() if key != name}
        assert faults(schema, {**line, "data": poorer}, schema)


@pytest.mark.parametrize("line", example_lines(), ids=lambda line: line["key"])
def test_nor_with_a_field_too_many_or_as_another_type(line: dict[str, Any]) -> None:
    schema = json_schema(line["type"])

    assert faults(schema, {**line, "mood": "x"}, schema) == ["$: unknown mood"]
    assert faults(schema, {**line, "data": {**line["data"], "mood": "x"}}, schema) == ["$.data: unknown mood"]
    assert faults(schema, {**line, "type": "strike.exploded"}, schema) == [f"$.type: not {line['type']}"]


def test_every_line_of_an_export_is_valid_the_erased_one_too(desk: Desk) -> None:
    desk.clock.now = NOW.replace(year=2027)
    desk.imports(*example_lines())
    schema = json_schema()

    exported = decoded(desk.exported())

    assert any("erased" in line for line in exported)
    assert [faults(schema, line, schema) for line in exported] == [[]] * len(exported)


@pytest.mark.parametrize(
    ("moment", "valid"),
    [
        ("2026-02-02", True),
        ("2026-02-02T09:00:00+02:00", True),
        ("2026-02-02T09:00:00Z", True),
        ("2026-02-02T09:00+0200", True),
        ("2026-02-02T09:00:00", False),
        ("yesterday", False),
    ],
)
def test_a_moment_is_a_date_or_has_an_offset(moment: str, valid: bool) -> None:
    schema = json_schema("ceasefire.ended")
    (line,) = [line for line in example_lines() if line["type"] == "ceasefire.ended"]

    assert (faults(schema, {**line, "reported_at": moment}, schema) == []) == valid


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_each_type_has_a_schema_that_says_what_it_is(topic: str) -> None:
    schema = json_schema(topic)

    assert schema["title"] == topic
    assert schema["description"]
    assert json.loads(json.dumps(schema)) == schema


def test_the_schema_of_all_holds_each_type_and_the_erased_line_once() -> None:
    titles = [option["title"] for option in json_schema()["oneOf"]]

    assert sorted(titles) == sorted([*CATALOGUE, "an erased record"])
