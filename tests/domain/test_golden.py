"""Stored bytes are for good: what any version wrote is read by this one, and said again in the newest schema.

`golden/<type>.json` is the exact body of one record of each type, as it was stored by the first version that had that
schema; `golden/<type>.<n>.json` of an older schema n. They are never changed. A new type or schema brings a new file.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from domain.catalogue import CATALOGUE, encode
from domain.report import Report
from tests.domain.desk import Desk
from tests.domain.examples import GOLDEN, NOW, example_lines


def golden(topic: str, schema: int) -> bytes:
    newest = CATALOGUE[topic].schema == schema
    return (GOLDEN / (f"{topic}.json" if newest else f"{topic}.{schema}.json")).read_bytes()


SCHEMAS = [(topic, schema) for topic, kind in CATALOGUE.items() for schema in range(1, kind.schema + 1)]


@pytest.mark.parametrize(("topic", "schema"), SCHEMAS, ids=str)
def test_each_type_and_schema_has_its_golden_bytes_and_they_are_read(topic: str, schema: int) -> None:
    report = CATALOGUE[topic].decode(golden(topic, schema), schema)

    assert isinstance(report, Report)
    assert isinstance(report.data, CATALOGUE[topic].facts)


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_what_is_read_is_said_again_in_the_same_bytes(topic: str) -> None:
    kind = CATALOGUE[topic]

    assert encode(kind.decode(golden(topic, kind.schema), kind.schema)) == golden(topic, kind.schema)


def test_no_golden_file_is_left_over() -> None:
    names = {Path(file).name for file in GOLDEN.iterdir()}

    assert names == {
        f"{topic}.json" if CATALOGUE[topic].schema == schema else f"{topic}.{schema}.json" for topic, schema in SCHEMAS
    }


def test_casualties_of_schema_1_were_not_marked_early_by_anyone() -> None:
    kind = CATALOGUE["strike.casualties_claimed"]
    old = kind.decode(golden(kind.topic, 1), 1)

    assert b"provisional" not in golden(kind.topic, 1)
    assert old.data.provisional is False
    assert encode(old) == golden(kind.topic, 1).replace(b'"new"}', b'"new","provisional":false}')


@pytest.mark.parametrize("schema", [0, -1, 3, 99])
def test_a_schema_that_nobody_knows_is_an_error(schema: int) -> None:
    kind = CATALOGUE["strike.casualties_claimed"]

    with pytest.raises((ValueError, msgspec.MsgspecError), match="schema"):
        kind.decode(golden(kind.topic, 2), schema)


@pytest.mark.parametrize(("topic", "schema"), SCHEMAS, ids=str)
def test_stored_bytes_are_read_strictly(topic: str, schema: int) -> None:
    kind = CATALOGUE[topic]
    body = json.loads(golden(topic, schema))

    for strange in (
        {**body, "mood": "x"},
        {**body, "data": {**body["data"], "mood": "x"}},
        {name: value for name, value in body.items() if name != "claimant"},
        {**body, "data": {}},
    ):
        with pytest.raises(msgspec.ValidationError):
            kind.decode(json.dumps(strange).encode(), schema)


def test_the_example_lines_are_stored_in_the_golden_bytes(desk: Desk) -> None:
    """The whole way in: from a line to the bytes in the table."""
    desk.clock.now = NOW.replace(year=2027)
    desk.imports(*(line for line in example_lines() if line["type"] != "record.erased"))
    seen = set()
    with desk.monitor._log.reading() as lookup:
        for row in lookup.rows("SELECT type, schema, CAST(body AS BLOB) AS body FROM records ORDER BY position"):
            if row["type"] not in seen:
                seen.add(row["type"])
                assert bytes(row["body"]) == golden(row["type"], row["schema"])
    assert seen == set(CATALOGUE) - {"record.erased"}
