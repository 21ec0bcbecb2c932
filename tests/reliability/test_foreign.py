"""What may lie beside a log that somebody hands over: opening it runs nothing, and writes nothing."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from domain.errors import LogUnavailable
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import limited

PAGE = 4096


def hot_journal(page: int, content: bytes, pages: int) -> bytes:
    """A rollback journal as SQLite's file format has it: who opens the database has the page written back."""
    nonce = 12_345
    checksum = (nonce + sum(content[at] for at in range(PAGE - 200, 0, -200))) & 0xFFFFFFFF
    header = bytes.fromhex("d9d505f920a163d7") + struct.pack(">IIIII", 1, nonce, pages, 512, PAGE)
    return header.ljust(512, b"\0") + struct.pack(">I", page) + content + struct.pack(">I", checksum)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    desk = Desk(tmp_path)
    desk.given(*(limited(str(n)) for n in range(5)))
    desk.monitor.close()
    return desk.path


@pytest.mark.parametrize("read_only", [False, True])
def test_a_journal_that_was_put_there_is_not_written_into_it(log: Path, read_only: bool) -> None:
    """No log ever has one: SQLite would write it into the log before the first question, and delete it."""
    before = log.read_bytes()
    page = bytearray(before[3 * PAGE : 4 * PAGE])
    page[100:140] = b"X" * 40
    journal = log.with_name(log.name + "-journal")
    journal.write_bytes(hot_journal(4, bytes(page), len(before) // PAGE))

    with pytest.raises(LogUnavailable) as refused:
        Monitor(log, read_only=read_only)

    assert str(refused.value) == (
        f"{log}: {journal.name} lies beside it, which SQLite would write into the log "
        "(it is not the log's own: move it away)"
    )
    assert log.read_bytes() == before
    assert journal.exists()


def test_an_empty_one_is_of_no_matter(log: Path) -> None:
    log.with_name(log.name + "-journal").touch()

    with Monitor(log) as monitor:
        assert monitor.verify().records == 5
