"""What an append costs does not grow with its stream: counted in steps of SQLite's machine, not in seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.lines import Draft
from tests.domain.desk import Desk
from tests.domain.examples import (
    RAFAH,
    STRIKE,
    announced,
    correction,
    denied,
    erasure,
    killed,
    limited,
    link,
    retraction,
    strike,
)
from tests.log.backends import row
from tests.log.tampering import datastore_of

MANY = 5_000

COMMANDS: dict[str, tuple[Draft, Callable[[], Draft]]] = {
    "a report": (limited("0"), limited),
    "a claim": (strike(key="0"), killed),
    "a correction": (limited("0"), lambda: correction({"key": "0"}, {"reason": "x"}, RAFAH)),
    "a retraction": (limited("0"), lambda: retraction({"key": "0"}, RAFAH)),
    "an erasure": (limited("0"), lambda: erasure({"key": "0"}, RAFAH)),
    "a denial": (announced("0"), lambda: denied({"key": "0"})),
    "a response to a strike": (strike(key="0"), lambda: link(STRIKE, "crossing-rafah", "link", "response_to")),
    "the same again": (limited("0"), lambda: limited("0")),
}


def steps(desk: Desk, draft: Draft) -> int:
    """How many steps SQLite takes for one command, over all connections of the log."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    pool = datastore_of(desk.monitor).pool
    held = [pool.get_connection(is_writer=False) for _ in range(2)]
    for connection in held:
        connection._sqlite_conn.set_progress_handler(count, 1)
        pool.put_connection(connection)
    desk.given(draft)
    for connection in held:
        connection._sqlite_conn.set_progress_handler(None, 1)
    return counted


def filled(folder: Path, first: Draft, count: int) -> Desk:
    """A log whose one stream has so many records, the first of them with the key "0"."""
    desk = Desk(folder)
    desk.given(first)
    desk.monitor._log.insert_events([row(f"more {n}", n, draft=first) for n in range(2, count + 1)])
    return desk


@pytest.mark.parametrize(("first", "command"), COMMANDS.values(), ids=COMMANDS.keys())
def test_into_a_stream_of_5000_records_as_into_one_of_10(
    tmp_path: Path, first: Draft, command: Callable[[], Draft]
) -> None:
    short, long = filled(tmp_path / "short", first, 10), filled(tmp_path / "long", first, MANY)

    few, many = steps(short, command()), steps(long, command())

    assert few > 50
    assert many < few * 1.2
    short.monitor.close()
    long.monitor.close()


def test_this_test_would_notice_a_replay(tmp_path: Path) -> None:
    desk = filled(tmp_path, limited("0"), MANY)
    with datastore_of(desk.monitor).get_connection(commit=False) as connection:
        counted: list[int] = []
        connection._sqlite_conn.set_progress_handler(lambda: counted.append(1), 1)
        connection._sqlite_conn.execute("SELECT * FROM records WHERE stream = ?", (RAFAH,)).fetchall()
        connection._sqlite_conn.set_progress_handler(None, 1)

    assert len(counted) > MANY * 10
    desk.monitor.close()
