"""A log that comes from a server, as a file: made aside, verified, and put under its name only then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from domain.log.head import OutsideHead, advance_head, head_path
from domain.log.moving import Moving
from domain.log.sqlite.backup import opened
from domain.log.sqlite.lookup import INSERT
from domain.log.sqlite.placing import aside, check_free, files_of, folder_for, put_in_place, sync
from domain.log.sqlite.store import explained, make_file
from domain.log.stored import as_row
from domain.log.verify import Verification


def load_file(to: Path, moving: Moving) -> Verification:
    """Make the file. Raises Refused where something lies there, LogUnavailable."""
    to = to.resolve()
    check_free(to)
    with folder_for(to), aside(to) as draft:
        with explained(to):
            _write(draft, moving)
        with opened(draft) as written, written.reading() as lookup:
            found = moving.check(lookup)
            written.check_structure()
            written.check_outside()
        put_in_place(draft, to)
    return found


def _write(draft: Path, moving: Moving) -> None:
    info = moving.info
    make_file(draft, log_id=info.log_id, timezone=info.timezone, made_at=info.made_at)
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN")
        connection.executemany(INSERT, map(as_row, moving.records()))
        connection.execute("COMMIT")
    advance_head(head_path(draft), OutsideHead(info.log_id, moving.head.position, moving.head.hash))
    for file in files_of(draft):
        sync(file)
