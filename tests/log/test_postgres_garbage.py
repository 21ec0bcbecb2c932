"""What a writer puts on a server's log by other means, and no program can read, keeps nobody from anything."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from domain.calendar import micros
from domain.log.engines import make_log
from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA, NOW, limited, strike
from tests.log.test_postgres_guards import REPORT, done
from tests.server import Database
from tui.commands.root import ceasefire

INSERT = "INSERT INTO ceasefire.records (stream, type, schema, key, body, salt) VALUES (%s, %s, %s, %s, %s, %s)"
GARBAGE = {
    "a report without facts": ("crossing-rafah", "crossing.limited", 1, "k", REPORT),
    "a type that is none": ("crossing-rafah", "os:system", 1, "k", REPORT),
    "a schema that is none": ("crossing-rafah", "crossing.limited", 99, "k", REPORT),
    "a time of no day": ("crossing-rafah", "crossing.limited", 1, "k", limited().body | {"occurred": "T24:00:00Z"}),
    "a stream of no kind": ("nothing-1", "crossing.limited", 1, " @5", REPORT),
    "a correction of nothing": ("crossing-rafah", "record.corrected", 1, "k", REPORT | {"data": {"target": "no"}}),
}


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    make_log(made.place, timezone=GAZA, made_at=micros(NOW))
    yield made
    made.give_back()


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("who", ["owner", "writer"])
def test_it_is_passed_by_named_and_can_be_erased(
    database: Database, who: str, garbage: tuple[str, str, int, str, object]
) -> None:
    writer: Server = database.person("amal", "writer")
    *fields, body = garbage
    with Monitor(writer) as monitor:
        monitor.append([strike()])
        done(writer, INSERT, (*fields, json.dumps(body), os.urandom(16)))
        monitor.append([limited()])
    with Monitor(database.person("basma", "reader")) as monitor:
        assert [bool(record.unreadable) for record in monitor.records()] == [False, True, False]
        assert monitor.verify().unreadable.keys() == {2}

    with Monitor(database.person("dalia", who)) as monitor:
        monitor.erase("@2", reason="garbage", authority="owner", claimant="desk", sources=[{"title": "Desk"}])
        assert (monitor.verify().unreadable, monitor.verify().erased) == ({}, 1)
    for words in (
        "status",
        "events",
        "show @2",
        "show @4 --with-restricted",
        "export",
        "diff 2026-02-01 now",
        "discrepancies",
    ):
        told = CliRunner(env={"CEASEFIRE_LOG": str(writer)}).invoke(ceasefire, words.split())
        assert told.exit_code == 0, told.output
