"""Putting a new log in its place: it appears under its name whole, or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from domain.errors import CeasefireError, LogUnavailable, Refused
from domain.leftovers import held_folder, sweep

_SHARED = ("-wal", "-shm")
_SIDE_FILES = (*_SHARED, "-journal", ".head", ".recovered")


def check_free(log: Path) -> None:
    """Raises Refused where a new log cannot have its name: a file has it, or another log left some there.

    Raises LogUnavailable for a link to nothing.
    """
    check_link(log)
    if os.path.lexists(log):
        raise Refused("it exists already", where=str(log), remedy="name another file")
    left = [log.with_name(log.name + end) for end in _SIDE_FILES]
    if names := [path.name for path in left if os.path.lexists(path)]:
        raise Refused(
            f"files of another log lie there: {', '.join(names)}",
            where=str(log),
            remedy="name another file, or move those into a folder of their own",
        )


def check_link(log: Path) -> None:
    """Raises LogUnavailable for a link whose target is gone: no log can be read there, and none made under its name."""
    if log.is_symlink() and not log.exists():
        target = os.path.realpath(log)
        raise LogUnavailable(
            f"a link to nothing: {target}",
            where=str(log),
            remedy="bring back what it leads to (is its disk mounted?), or name that place itself",
        )


@contextmanager
def folder_for(log: Path) -> Iterator[None]:
    """The log's folder, readable by its owner only when it is made here; gone again if it stays empty."""
    made = not log.parent.exists()
    make_folder(log.parent)
    try:
        yield
    finally:
        if made:
            with suppress(OSError):  # it holds the log, or somebody else's file
                log.parent.rmdir()


def make_folder(folder: Path) -> None:
    """A folder, 0700, with those above it, whose names survive a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    with suppress(OSError):  # a folder above it may be one that others own and that cannot be listed
        sync(folder.parent)


@contextmanager
def aside(log: Path) -> Iterator[Path]:
    """A place for the draft on the log's own disk; errors about it name the log."""
    folder = Path()

    def made() -> Path:
        nonlocal folder
        folder = log.with_name(f".{log.name}.{os.urandom(4).hex()}.making")
        folder.mkdir(mode=0o700)
        return folder

    sweep(log.parent, re.compile(rf"\.{re.escape(log.name)}\.[0-9a-f]{{8}}\.making"))
    try:
        with held_folder(made):
            yield folder / log.name
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(str(folder)):
            raise
        raise type(error)(error.errno, error.strerror, str(log)) from error
    except CeasefireError as error:
        for name in (folder / log.name, folder):
            error.what, error.where = error.what.replace(str(name), str(log)), error.where.replace(str(name), str(log))
            error.remedy = error.remedy.replace(str(name), str(log))
        raise


def put_in_place(draft: Path, log: Path) -> None:
    """Link the files of a closed log under its name: the log first, since one without a head only warns."""
    for path in files_of(draft):
        try:
            os.link(path, log.with_name(path.name))  # never over an existing file
        except FileExistsError:
            if path == draft:
                raise Refused(
                    "somebody else made this log meanwhile", where=str(log), remedy="run the same command again"
                ) from None
    sync(log.parent)


def files_of(draft: Path) -> list[Path]:
    """The files that make up a closed draft, the log first. Raises LogUnavailable while records lie in its `-wal`."""
    files = sorted(draft.parent.iterdir(), key=lambda path: path != draft)
    if any(path.name.endswith("-wal") and path.stat().st_size for path in files):
        raise LogUnavailable(
            "the new log is still in use", where=str(draft), remedy="close what reads it, and run again"
        )
    return [path for path in files if not path.name.endswith(_SHARED)]  # readers leave those behind, empty


def sync(path: Path) -> None:
    """Have what was written to a file, or which names a folder holds, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
