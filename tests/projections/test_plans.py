"""How SQLite reads what the read model asks: by look-ups, whether or not anybody ran ANALYZE.

Every statement is listened to while the model is filled, looked at, stepped through, searched and compared.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.folding.file import ReadModelFile
from projections.readmodel import ReadModel
from tests.projections.records import NOW, RAFAH, TOLL, Log, exactly

STRIKES = 250
"""With what else is recorded, more than one batch."""
WHOLE = (
    re.compile(
        r"SCAN meta|SCAN metrics|SCAN json_each|SCAN (\w+ )?VIRTUAL|SCAN CONSTANT ROW|SCAN \(subquery|SCAN [cw]$"
    ),
    re.compile(r"SCAN (jumps|j|withheld|sqlite_schema)$"),  # as few as the times that a clock ran back
    re.compile(r"SCAN beside USING (COVERING )?INDEX beside_reach"),  # its first entry
    re.compile(r"SCAN (blocks|ties)"),  # the first of them, or as many as there are stretches of 512 days
)
"""What may be read from end to end."""
_NO_QUERY = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "PRAGMA",
    "CREATE",
    "EXPLAIN",
    "--",
    "ANALYZE",
    "SELECT count(*) FROM sqlite",
)


class Listener:
    """Every statement that a connection runs, as it was run."""

    def __init__(self) -> None:
        self.heard: dict[str, str] = {}

    def __call__(self, sql: str) -> None:
        shape = re.sub(r"\s+", " ", re.sub(r"'(?:[^']|'')*'|\b-?\d+\b", "?", sql)).strip()
        self.heard.setdefault(shape, sql)


def grown(log: Log, first: int, last: int) -> None:
    for number in range(first, last):
        day = f"2026-01-{number % 28 + 1:02}"
        stream = f"strike-x-{number}"
        log.struck(stream, on=day, known="2026-01-30")
        claim = log.killed(number, stream=stream, on=day, known="2026-01-30")
        log.status("closed" if number % 3 else "opened", f"{day}T0{number % 9}:00:00Z", known="2026-01-30")
        log.passed(number, on=day, known="2026-01-30")
        log.published(number, on=day, known="2026-01-30")
        if number % 7 == 0:
            log.correct(claim, {"figure": exactly(1)}, known="2026-01-30")
        if number % 11 == 0 and number:
            log.linked(stream, "part_of", "strike-x-1", on=day, known="2026-01-30")


@pytest.fixture(scope="module", params=["as it is", "after ANALYZE"])
def statements(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    path: Path = tmp_path_factory.mktemp("plans") / "m.db"
    log = Log()
    log.entered()
    log.defined()
    grown(log, 0, STRIKES)
    with ReadModel.open(log, path) as model:
        if request.param == "after ANALYZE":
            with model._file.writing() as connection:
                connection.execute("ANALYZE")
        listener = Listener()
        file: ReadModelFile = model._file
        file.connection.set_trace_callback(listener)
        grown(log, STRIKES, STRIKES + 9)
        model.catch_up()
        for rule in ("envelope", "preferred:gaza-moh"):
            then = model.vantage("2026-01-15", "@900", now=NOW, rule=rule)
            model.situation(then)
            model.situation(model.vantage(None, None, now=NOW, rule=rule))
        for step in (1, -1):
            model.step_record(then, step)
            model.step_phase(then, step)
            model.step_known(then, step)
        for typed in ("claimant:moh", "type:strike.reported", "stream:crossing-rafah", "killed>=5 !late", "closed", ""):
            model.feed(then, wanted=model.wanted(typed, now=NOW))
        model.detail("@2", then)
        model.strike("strike-x-3", then)
        model.crossing(RAFAH, then)
        model.statements_about(TOLL, then)
        model.difference(then, model.vantage("2026-01-16", None, now=NOW))
        model.completed("stream", "strike-x")
        model.completed("claimant", "gaz")
        model.density(900, "2026-01-01", "2026-01-28")
        file.connection.set_trace_callback(None)
        yield file.connection, listener.heard


def test_nothing_is_scanned(statements: tuple[sqlite3.Connection, dict[str, str]]) -> None:
    connection, heard = statements
    looked_at, scans = 0, {}
    for sql in heard.values():
        if sql.startswith(_NO_QUERY) or ("words" in sql and "MATCH" not in sql):
            continue
        looked_at += 1
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        wrong = [
            step
            for step in steps
            if re.search(r"\bSCAN\b|AUTOMATIC|BLOOM", step) and not any(whole.search(step) for whole in WHOLE)
        ]
        if wrong:
            scans[sql] = wrong
    assert not scans
    assert looked_at > 60
