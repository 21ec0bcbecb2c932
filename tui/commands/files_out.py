"""Files that a command writes: whole or not at all, never the log or what belongs to it, nothing replaced unasked."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import Refused
from domain.leftovers import made_held, sweep
from domain.place import Place, Server

_BELONG = ("-wal", "-shm", "-journal", ".head", ".recovered")
_JOURNALS = ("", "-wal", "-shm", "-journal")


@contextmanager
def written(file: Path, *, log: Place, force: bool) -> Iterator[BinaryIO]:
    """A file to write, beside `file` until it is whole. Raises Refused where `file` may not be written.

    Nobody but its owner can read it. Errors name the file that was asked for, not the one beside it.
    """
    _check(file, log, force=force)
    beside = Path()

    def made() -> Path:
        nonlocal beside
        beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return beside

    sweep(file.parent, re.compile(rf"\.{re.escape(file.name)}\.[0-9a-f]{{8}}"))
    try:
        with os.fdopen(made_held(made, os.O_WRONLY)[1], "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
            beside.replace(file)  # as long as it is held
    except OSError as error:
        if error.filename is not None and Path(error.filename) != beside:
            raise
        raise type(error)(error.errno, error.strerror, str(file)) from error
    finally:
        if beside.name:
            beside.unlink(missing_ok=True)


def _check(file: Path, log: Place, *, force: bool) -> None:
    if belongs(file, log):
        raise Refused("this is the log, or belongs to it", where=str(file), remedy="name another file")
    if not file.parent.is_dir():
        raise Refused("there is no such folder", where=str(file.parent), remedy="make it, or mount the disk, first")
    if not os.path.lexists(file):
        return
    if file.exists() and not file.is_file():
        raise Refused("this is no regular file", where=str(file), remedy="name another file")
    if not force:
        raise Refused("the file exists", where=str(file), remedy="name another file, or give --force to replace it")


def belongs(file: Path, log: Place) -> bool:
    """Whether a file is the log, or one that is kept beside it, by name or by another link to it."""
    if isinstance(log, Server):
        return False
    names = [log.name, *(log.name + suffix for suffix in _BELONG)]
    names += [f"{log.name}.readmodel.db{suffix}" for suffix in (*_JOURNALS, ".sums")]
    if log.is_symlink():
        return _is_one_of(file, log, names) or belongs(file, log.resolve())
    return _is_one_of(file, log, names)


def _is_one_of(file: Path, log: Path, names: list[str]) -> bool:
    kept = [log.parent.resolve() / name for name in names]
    if {file.resolve(), file.parent.resolve() / file.name} & {*kept, *(path.resolve() for path in kept)}:
        return True
    return file.exists() and any(path.exists() and file.samefile(path) for path in kept)
