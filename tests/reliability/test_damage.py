"""A log with any bit flipped, cut anywhere, with rows swapped or dropped, or rolled back: what matters is named.

Nothing that was not written is ever given out, and what stands before the damage is.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import LogDamaged, LogUnavailable
from domain.log.head import head_path
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import STATEMENT, STRIKE, correction, erasure, limited, statement, strike
from tests.log.tampering import copy_log, put_back, raw, unguarded
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled

RECORDS = 24
Content = list[tuple[Any, ...]]
WHOLE = -1
NO_LOG = -2


def fill(desk: Desk) -> None:
    desk.given(
        limited("1"),
        statement("a word that is erased", key="2"),
        strike(key="3", via=["x" * 3000, "y" * 3000]),  # over several pages
        erasure({"key": "2"}, STATEMENT, key="4"),
        correction({"key": "3"}, {"place": "Rafah"}, STRIKE, key="5"),
        *(statement(f"statement {n}", key=str(n)) for n in range(6, RECORDS + 1)),
    )


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log as one file, with its head beside it."""
    desk = Desk(tmp_path_factory.mktemp("closed"))
    fill(desk)
    desk.monitor.close()
    return desk.path


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log copied while it was open: its newest records stand in the -wal alone."""
    desk = Desk(tmp_path_factory.mktemp("open"))
    fill(desk)
    path = copy_log(desk.path, tmp_path_factory.mktemp("copy"))
    path.with_name("gaza.db-shm").unlink()
    desk.monitor.close()
    return path


def given_out(monitor: Monitor) -> Content:
    """Everything that is given out, up to where an error ends it."""
    found: Content = []
    try:
        for record in monitor.records():
            found.append((record.id, record.type, record.key, record.report, record.known_at, record.recorded_by))
    except LogDamaged as damage:
        assert damage.position in (0, len(found) + 1)
    return found


def named(path: Path, content: Content) -> int:
    """The position that is named, WHOLE when nothing is; and nothing is given out that was not written."""
    try:
        with Monitor(path, read_only=True) as monitor:
            found = given_out(monitor)
            assert found == content[: len(found)]
            position = monitor.damage.position if monitor.damage else WHOLE
            try:
                monitor.verify()
            except LogDamaged as damage:
                position = damage.position
    except LogUnavailable:
        return NO_LOG
    except LogDamaged as damage:
        assert damage.position in (0, 1)  # its structure, name or timezone: nothing of it can be given out
        return damage.position
    if position == WHOLE:
        assert found == content
    elif position > 0:
        assert len(found) >= position - 1
    return position


@pytest.fixture(scope="module")
def content(closed: Path) -> Content:
    with Monitor(closed, read_only=True) as monitor:
        found = given_out(monitor)
    assert len(found) == RECORDS
    return found


def vouched_for(path: Path) -> dict[int, int]:
    """Of each byte of a hash, a salt or a body in the file, the position of its record."""
    whole = path.read_bytes()
    owner: dict[int, int] = {}
    with raw(path) as connection:
        for position, *values in connection.execute(
            "SELECT position, hash, salt, CAST(body AS BLOB) FROM records ORDER BY position"
        ).fetchall():
            for value in values:
                if value is not None and whole.count(value) == 1:
                    start = whole.index(value)
                    owner.update(dict.fromkeys(range(start, start + len(value)), position))
    return owner


def variants(source: Path, folder: Path, damage: Callable[[Path, random.Random], Any], count: int) -> Any:
    """So many copies, each damaged in its own way: the copy, and what `damage` says was done to it."""
    chance = random.Random(2_000)
    folder.mkdir()
    for _ in range(count):
        path = copy_log(source, folder)
        yield path, damage(path, chance)
        for file in folder.iterdir():
            file.unlink()


def flipped(path: Path, chance: random.Random) -> int:
    damaged = bytearray(path.read_bytes())
    offset = chance.randrange(len(damaged))
    damaged[offset] ^= 1 << chance.randrange(8)
    path.write_bytes(damaged)
    return offset


def test_bits_flipped_in_the_file(closed: Path, content: Content, tmp_path: Path, did: Did) -> None:
    flips, owner = scaled(300, 10_000), vouched_for(closed)
    assert len(set(owner.values())) == RECORDS
    told = dict.fromkeys(("flips_in_the_file", "flips_of_no_matter", "flips_of_a_record_named_as_that", "named"), 0)
    for path, offset in variants(closed, tmp_path / "flips", flipped, flips):
        position = named(path, content)
        told["flips_in_the_file"] += 1
        told["flips_of_no_matter" if position == WHOLE else "named"] += 1
        if offset in owner:
            assert position == owner[offset]
            told["flips_of_a_record_named_as_that"] += 1
    assert told["flips_of_a_record_named_as_that"] > flips // 20
    did("damage", **told)


def test_bits_flipped_in_the_write_ahead_log(opened: Path, content: Content, tmp_path: Path, did: Did) -> None:
    flips, short = scaled(100, 2_000), 0
    wal = "gaza.db-wal"
    for path, _ in variants(opened, tmp_path / "flips", lambda p, c: flipped(p.with_name(wal), c), flips):
        short += named(path, content) != WHOLE
    assert short > flips // 2
    did("damage", flips_in_the_wal=flips, named=short, flips_of_no_matter=flips - short)


@pytest.mark.parametrize("end", ["", "-wal"])
def test_cut_short_anywhere(closed: Path, opened: Path, content: Content, tmp_path: Path, did: Did, end: str) -> None:
    def cut(path: Path, chance: random.Random) -> None:
        file = path.with_name(path.name + end)
        file.write_bytes(file.read_bytes()[: chance.randrange(file.stat().st_size)])

    cuts = scaled(40, 500)
    for path, _ in variants(opened if end else closed, tmp_path / "cuts", cut, cuts):
        position = named(path, content)
        assert position != WHOLE
        if end:
            assert position > 0
    did("damage", cut_short=cuts, named=cuts)


def test_rows_swapped_or_dropped(closed: Path, content: Content, tmp_path: Path, did: Did) -> None:
    def swap(path: Path, chance: random.Random) -> int:
        one, other = chance.sample(range(1, RECORDS + 1), 2)
        with unguarded(path) as connection:
            for before, after in ((one, -1), (other, one), (-1, other)):
                connection.execute("UPDATE records SET position = ? WHERE position = ?", (after, before))
        return min(one, other)

    def drop(path: Path, chance: random.Random) -> int:
        position = chance.randint(1, RECORDS)
        with unguarded(path) as connection:
            connection.execute("DELETE FROM records WHERE position = ?", (position,))
        return position

    count = scaled(10, 200)
    for number, damage in enumerate((swap, drop)):
        for path, position in variants(closed, tmp_path / str(number), damage, count):
            assert named(path, content) == position
    did("damage", rows_swapped=count, rows_dropped=count, named=2 * count)


def test_an_older_copy_put_back(tmp_path: Path, did: Did) -> None:
    """At every length the log has had, as one file or with its -wal."""
    desk = Desk(tmp_path / "desk")
    copies = []
    rounds = scaled(12, 100)
    for number in range(1, rounds + 1):
        desk.given(statement(f"statement {number}", key=str(number)))
        if number % 2:  # closed and opened again: nothing in the -wal
            desk.monitor.close()
            desk.monitor = Monitor(desk.path, clock=desk.clock)
        copies.append(copy_log(desk.path, tmp_path / str(number)))
    content = given_out(desk.monitor)
    desk.monitor.close()
    for number, old in enumerate(copies[:-1], start=1):
        path = copy_log(desk.path, tmp_path / "back" / str(number))
        put_back(old, path)
        assert named(path, content) == number + 1
    assert head_path(desk.path).exists()
    did("damage", rolled_back=rounds - 1, named=rounds - 1)


@pytest.mark.parametrize(
    ("statement_", "position"),
    [
        ("DELETE FROM records WHERE position = 3", 3),  # #2 was erased by #4, whose link leads over #3
        ("DELETE FROM records WHERE position = 4", 4),
        ("UPDATE records SET position = 99 WHERE position = 4", 4),
        ("UPDATE meta SET timezone = 'Asic/Gaza'", 0),
    ],
)
def test_the_first_that_does_not_hold_is_named(
    closed: Path, content: Content, tmp_path: Path, statement_: str, position: int
) -> None:
    path = copy_log(closed, tmp_path)
    with unguarded(path) as connection:
        connection.execute(statement_)

    assert named(path, content) == position
