"""What a command needs for the time being has a name of its own, and its process holds a lock on it.

A command that is killed leaves it behind, bodies of records and all: the next of its kind removes what nobody holds.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from domain.waiting import flocked

_NOTHING_ELSE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def sweep(folder: Path, name: re.Pattern[str]) -> None:
    """Remove the files and folders of such names that are this user's and that no process holds."""
    with suppress(OSError):
        for entry in [each for each in os.scandir(folder) if name.fullmatch(each.name)]:
            with suppress(OSError):
                _remove_unheld(Path(entry.path))


def _remove_unheld(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | _NOTHING_ELSE)
    try:
        found = os.fstat(descriptor)
        if found.st_uid != os.getuid() or not flocked(descriptor, fcntl.LOCK_EX):
            return
        if stat.S_ISDIR(found.st_mode):
            _remove_folder(path)
        elif stat.S_ISREG(found.st_mode):
            path.unlink()
    finally:
        os.close(descriptor)


def _remove_folder(path: Path) -> None:
    from shutil import rmtree  # noqa: PLC0415 - nobody who only reads makes one

    rmtree(path, ignore_errors=True)


def made_held(make: Callable[[], Path], how: int = os.O_RDONLY) -> tuple[Path, int]:
    """Make something new, and hold it by the descriptor that comes with it, opened as `how` says."""
    while True:
        path = make()
        try:
            descriptor = os.open(path, how | _NOTHING_ELSE)
        except FileNotFoundError:
            continue  # somebody swept it away before it was held
        if _held(descriptor) and _has_name(descriptor, path):
            return path, descriptor
        os.close(descriptor)


def _held(descriptor: int) -> bool:
    try:
        return flocked(descriptor, fcntl.LOCK_EX)
    except OSError:  # a file system without locks: nothing is swept there either
        return True


def _has_name(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


@contextmanager
def held_folder(make: Callable[[], Path]) -> Iterator[Path]:
    """A new folder, gone again at the end."""
    path, descriptor = made_held(make)
    try:
        yield path
    finally:
        _remove_folder(path)
        os.close(descriptor)


@contextmanager
def temporary_folder(what: str) -> Iterator[Path]:
    """A new folder among the temporary files, for one sort of work; those that were left of it are removed first."""
    sweep(Path(gettempdir()), re.compile(rf"ceasefire-{what}-[a-z0-9_]{{8}}"))
    with held_folder(lambda: Path(mkdtemp(prefix=f"ceasefire-{what}-"))) as folder:
        yield folder
