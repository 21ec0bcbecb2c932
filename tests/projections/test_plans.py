"""How SQLite reads what a Situation needs: by look-ups, whether or not anybody ran ANALYZE."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from projections import counting, feed, knowledge, rows, timeline
from projections.derived import announcements, claimants, findings, runs
from projections.readmodel import ReadModel
from projections.seek import crossings, disagreeing, discrepancies, statuses, strikes, timelines
from projections.seek import feed as newest
from tests.projections.records import NOW, Log

MODULES = (
    counting,
    knowledge,
    timeline,
    timelines,
    rows,
    strikes,
    discrepancies,
    disagreeing,
    crossings,
    statuses,
    newest,
    announcements,
    runs,
    claimants,
    findings,
)
STATEMENTS = {
    f"{module.__name__}.{name}": sql
    for module in MODULES
    for name, sql in vars(module).items()
    if isinstance(sql, str) and name.startswith("_") and not name.startswith("__") and "SELECT" in sql
    if name not in ("_BOUNDED",)
}
WHOLE = {
    # the first entry of an index
    "projections.knowledge._BACKFILLED": ["SCAN records USING INDEX records_backfilled"],
    "projections.seek.strikes._REACH": ["SCAN parts USING INDEX parts_reach"],
    # as many rows as there are claimants, and the few changes of who was first
    "projections.seek.discrepancies._UNREGISTERED": ["SCAN f"],
}
"""What may be read from end to end."""
SCANS = re.compile(r"SCAN (?!(\w+ )?VIRTUAL|json_each|\w+ VIRTUAL|[cw]$)|AUTOMATIC|BLOOM")
"""What is asked is a list of its own: `c` of cells, `w` of nodes."""


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    numbered = [int(number) for number in re.findall(r"\?(\d+)", sql)]
    named = set(re.findall(r":(\w+)", sql))
    values: object = (
        dict.fromkeys(named, 0) if named else tuple(0 for _ in range(max(numbered, default=sql.count("?"))))
    )
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["as it is", "after ANALYZE"])
def connection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    log = Log()
    log.entered()
    for number in range(300):
        stream = f"strike-x-{number}"
        log.struck(stream, on=f"2026-01-{number % 28 + 1:02}", known="2026-01-30")
        log.killed(number, stream=stream, on=f"2026-01-{number % 28 + 1:02}", known="2026-01-30")
    path: Path = tmp_path_factory.mktemp("plans") / "m.db"
    with ReadModel.open(log, path) as model:
        model.situation(model.vantage(None, None, now=NOW))
    connection = sqlite3.connect(path)
    if request.param == "after ANALYZE":
        connection.execute("ANALYZE")
    return connection


@pytest.mark.parametrize("name", STATEMENTS)
def test_nothing_is_scanned(connection: sqlite3.Connection, name: str) -> None:
    steps = [step for step in plan(connection, STATEMENTS[name]) if SCANS.search(step)]
    assert steps == WHOLE.get(name, []), steps


def test_what_changed_since_the_last_bucket_is_read_by_position(connection: sqlite3.Connection) -> None:
    assert any("PRIMARY KEY (k>? AND k<?)" in step for step in plan(connection, counting._SINCE_THE_BUCKET))


def test_lines_are_read_by_position(connection: sqlite3.Connection) -> None:
    steps = plan(connection, feed._BETWEEN)
    assert any("SEARCH v" in step and "position>? AND position<?" in step for step in steps), steps
    assert not [step for step in steps if SCANS.search(step)], steps
