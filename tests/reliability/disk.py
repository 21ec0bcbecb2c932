"""The disk under a log: every write, sync, cut and deletion, by SQLite or the program, is seen and may be refused.

SQLite's own file layer is taken hold of through ctypes, inside this process, so nothing has to be compiled. What the
program writes without SQLite (the head file, the first link to a new log) goes through `os`, and is seen there.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

OK, BUSY, FULL = 0, 5, 13
IOERR_WRITE, IOERR_SYNC, IOERR_TRUNCATE = 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8
_SHM_LOCK, _SHM_EXCLUSIVE = 2, 8

_POINTER, _INT, _INT64 = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_OPEN = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)
_DELETE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _INT64)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _POINTER, _INT64)
_SYNC = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)
_LOCK = ctypes.CFUNCTYPE(_INT, _POINTER, _INT, _INT, _INT)


class _Vfs(ctypes.Structure):
    """The beginning of `sqlite3_vfs`."""

    _fields_ = (
        ("version", _INT),
        ("file_size", _INT),
        ("longest_path", _INT),
        ("next", _POINTER),
        ("name", ctypes.c_char_p),
        ("data", _POINTER),
        ("open", _POINTER),
        ("delete", _POINTER),
    )


class _Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", _INT),
        *((name, _POINTER) for name in ("close", "read", "write", "truncate", "sync", "size", "lock", "unlock")),
        *((name, _POINTER) for name in ("reserved", "control", "sector", "device")),
        *((name, _POINTER) for name in ("shm_map", "shm_lock", "shm_barrier", "shm_unmap", "fetch", "unfetch")),
    )


@dataclass(frozen=True)
class Call:
    """One call that changes a file: `what` is write, sync, truncate, delete, lock, link, rename or create."""

    what: str
    path: str
    offset: int = 0
    data: bytes = b""


Fault = Callable[[Call], int]
"""Looks at a call before it is made; OK lets it pass, FULL, BUSY and the IOERRs refuse it."""


class Disk:
    """Every call under one folder while `watched`: told to `seen` once made, refused where `fault` says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder.resolve())
        self.seen: list[Call] = []
        self.keeps = True
        self.fault: Fault = lambda _call: OK
        self._descriptors: dict[int, str] = {}

    def _ours(self, path: str) -> bool:
        return path.startswith(self.folder) and not path.endswith("-shm")

    def refuses(self, call: Call) -> int:
        """The code with which a call is to fail."""
        return self.fault(call) if self._ours(call.path) else OK

    def made(self, call: Call) -> None:
        """A call went through."""
        if self.keeps and call.what != "lock" and self._ours(call.path):
            self.seen.append(call)

    def say(self, what: str, words: str = "") -> None:
        """Put a mark of one's own among the calls, such as that a command was acknowledged."""
        self.seen.append(Call(what, words))

    @contextmanager
    def watched(self) -> Iterator[Disk]:
        """See to all files that are opened from here on."""
        with _hold_of_sqlite(self), _hold_of_os(self):
            yield self


_library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))  # None: SQLite is part of the interpreter itself
if not hasattr(_library, "sqlite3_vfs_find"):
    pytest.skip("the SQLite of this Python lets nobody see its file layer", allow_module_level=True)
_library.sqlite3_vfs_find.restype = _POINTER
_kept: list[Any] = []  # what SQLite holds pointers to must outlive every open file
_tables: dict[tuple[int, int], _Methods] = {}
_paths: dict[int, str] = {}


@contextmanager
def _hold_of_sqlite(disk: Disk) -> Iterator[None]:
    vfs = ctypes.cast(_library.sqlite3_vfs_find(None), ctypes.POINTER(_Vfs)).contents
    plain_open, plain_delete = vfs.open, vfs.delete
    call_open, call_delete = _OPEN(plain_open), _DELETE(plain_delete)

    def opened(it: Any, name: Any, file: Any, flags: int, out: Any) -> int:
        code: int = call_open(it, name, file, flags, out)
        methods = ctypes.cast(file, ctypes.POINTER(_POINTER))
        if code == OK and name and methods[0]:
            _paths[file] = ctypes.string_at(name).decode()
            methods[0] = ctypes.addressof(_table(disk, methods[0]))
        return code

    def deleted(it: Any, name: Any, sync_folder: int) -> int:
        call = Call("delete", ctypes.string_at(name).decode(), sync_folder)
        refused = disk.refuses(call)
        code = refused or call_delete(it, name, sync_folder)
        if code == OK:
            disk.made(call)
        return code

    ours = _OPEN(opened), _DELETE(deleted)
    _kept.append((ours, call_open, call_delete))
    vfs.open, vfs.delete = (ctypes.cast(each, _POINTER).value for each in ours)
    try:
        yield
    finally:
        vfs.open, vfs.delete = plain_open, plain_delete


def _table(disk: Disk, plain: int) -> _Methods:
    """SQLite's table of file methods with ours in the place of those that change a file."""
    if (id(disk), plain) in _tables:
        return _tables[id(disk), plain]
    table = _Methods.from_buffer_copy(ctypes.string_at(plain, ctypes.sizeof(_Methods)))
    call_write, call_truncate = _WRITE(table.write), _TRUNCATE(table.truncate)
    call_lock = _LOCK(table.shm_lock)

    def write(file: Any, data: Any, size: int, offset: int) -> int:
        return passed(
            Call("write", _paths[file], offset, ctypes.string_at(data, size)),
            lambda: call_write(file, data, size, offset),
        )

    def truncate(file: Any, size: int) -> int:
        return passed(Call("truncate", _paths[file], size), lambda: call_truncate(file, size))

    def sync(file: Any, _flags: int) -> int:
        return passed(Call("sync", _paths[file]), lambda: OK)  # no disk of a test outlives the machine

    def lock(file: Any, first: int, count: int, flags: int) -> int:
        if flags != _SHM_LOCK | _SHM_EXCLUSIVE:
            return int(call_lock(file, first, count, flags))
        return passed(Call("lock", _paths[file], first), lambda: call_lock(file, first, count, flags))

    def passed(call: Call, make: Callable[[], int]) -> int:
        code = disk.refuses(call) or make()
        if code == OK:
            disk.made(call)
        return code

    ours = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync), _LOCK(lock)
    table.write, table.truncate, table.sync, table.shm_lock = (ctypes.cast(each, _POINTER).value for each in ours)
    _kept.append((disk, table, ours, call_write, call_truncate, call_lock))
    _tables[id(disk), plain] = table
    return table


_ERRNO = {BUSY: errno.EAGAIN, FULL: errno.ENOSPC}


@contextmanager
def _hold_of_os(disk: Disk) -> Iterator[None]:
    """What the program itself does to files, by the functions of `os` that it uses for that."""
    plain_open, plain_write, plain_cut = os.open, os.pwrite, os.ftruncate
    plain_link, plain_replace, plain_close = os.link, os.replace, os.close
    descriptors: dict[int, str] = {}

    def passed(call: Call, make: Callable[[], Any]) -> Any:
        code = disk.refuses(call)
        if code:
            raise OSError(_ERRNO.get(code, errno.EIO), os.strerror(_ERRNO.get(code, errno.EIO)), call.path)
        result = make()
        disk.made(call)
        return result

    def opened(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        name = str(Path(path).absolute())
        if flags & os.O_CREAT and not os.path.lexists(name):
            descriptor = passed(Call("create", name), lambda: plain_open(path, flags, mode, **more))
        else:
            descriptor = plain_open(path, flags, mode, **more)
        descriptors[descriptor] = name
        return int(descriptor)

    def closed(descriptor: int) -> None:
        descriptors.pop(descriptor, None)
        plain_close(descriptor)

    def wrote(descriptor: int, data: bytes, offset: int) -> Any:
        call = Call("write", descriptors.get(descriptor, ""), offset, bytes(data))
        return passed(call, lambda: plain_write(descriptor, data, offset))

    def cut(descriptor: int, size: int) -> Any:
        return passed(Call("truncate", descriptors.get(descriptor, ""), size), lambda: plain_cut(descriptor, size))

    def synced(descriptor: int) -> Any:
        return passed(Call("sync", descriptors.get(descriptor, "")), lambda: None)

    def linked(source: Any, target: Any, **more: Any) -> Any:
        call = Call("link", str(Path(target).absolute()), data=bytes(Path(source).absolute()))
        return passed(call, lambda: plain_link(source, target, **more))

    def renamed(source: Any, target: Any, **more: Any) -> Any:
        call = Call("rename", str(Path(target).absolute()), data=bytes(Path(source).absolute()))
        return passed(call, lambda: plain_replace(source, target, **more))

    with mock.patch.multiple(
        os, open=opened, close=closed, pwrite=wrote, ftruncate=cut, fsync=synced, link=linked, replace=renamed
    ):
        yield
