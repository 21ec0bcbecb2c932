"""What a disk may hold after the power went: built from the calls that were seen, up to a moment, and by chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.disk import Call

SECTOR = 512


@dataclass
class _File:
    """What is on the disk for certain, and what was asked for since the last sync, in order."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def put(self, call: Call, data: bytes) -> None:
        if call.what == "truncate":
            del self.durable[call.offset :]
            self.durable.extend(bytes(call.offset - len(self.durable)))
            return
        self.durable.extend(bytes(max(0, call.offset - len(self.durable))))
        self.durable[call.offset : call.offset + len(data)] = data

    def sync(self) -> None:
        for call in self.pending:
            self.put(call, call.data)
        self.pending.clear()


@dataclass
class _Folder:
    """Names: those on the disk for certain, and what was done to them since, in order."""

    durable: dict[str, _File] = field(default_factory=dict)
    now: dict[str, _File] = field(default_factory=dict)
    pending: list[tuple[str, _File | None]] = field(default_factory=list)

    def name(self, name: str, file: _File | None) -> None:
        self.pending.append((name, file))
        if file is None:
            self.now.pop(name, None)
        else:
            self.now[name] = file

    def sync(self, upto: int | None = None) -> None:
        for name, file in self.pending[:upto]:
            if file is None:
                self.durable.pop(name, None)
            else:
                self.durable[name] = file
        self.pending.clear()


def image(calls: Sequence[Call], chance: random.Random, how: str) -> dict[str, bytes]:
    """Files by name after a power cut behind the last of these calls.

    `how`: "all" keeps whatever was written, "synced" only what was synced; "mixed" keeps, drops or tears (at a sector)
    each unsynced write by chance, in any order, and cuts the unsynced names short, in order.
    """
    folder = _Folder()
    for call in calls:
        _replay(folder, call)
    if how == "all":
        folder.sync()
    elif how == "mixed":
        folder.sync(chance.randint(0, len(folder.pending)))
    for file in {id(file): file for file in folder.durable.values()}.values():
        for call in file.pending:
            _perhaps(file, call, chance, how)
    return {name: bytes(file.durable) for name, file in folder.durable.items()}


def _replay(folder: _Folder, call: Call) -> None:
    name = Path(call.path).name
    if call.what == "delete":
        folder.name(name, None)
        if call.offset:  # SQLite asked for the folder to be synced with it
            folder.sync()
    elif call.what == "link":
        folder.name(name, folder.now[Path(call.data.decode()).name])
    elif call.what == "rename":
        source = Path(call.data.decode()).name
        folder.name(name, folder.now[source])
        folder.name(source, None)
    elif call.what == "create":
        folder.name(name, _File())
    elif call.what in ("write", "truncate"):
        if name not in folder.now:
            folder.name(name, _File())
        folder.now[name].pending.append(call)
    elif call.what == "sync" and name in folder.now:
        folder.now[name].sync()
        if not any(file is folder.now[name] for file in folder.durable.values()):
            _sync_new_name(folder, name)
    elif call.what == "sync":
        folder.sync()


def _sync_new_name(folder: _Folder, name: str) -> None:
    """SQLite syncs the folder with the first sync of a journal or WAL that it has made, and of no other file."""
    if name.endswith(("-wal", "-journal")):
        folder.sync()


def _perhaps(file: _File, call: Call, chance: random.Random, how: str) -> None:
    if how == "synced":
        return
    draw = chance.random()
    if how == "all" or draw >= 0.65:
        file.put(call, call.data)
    elif draw >= 0.45 and len(call.data) > SECTOR:
        # sectors lie at multiples of their size in the file, not in the write
        first = SECTOR - call.offset % SECTOR
        file.put(call, call.data[: first + SECTOR * chance.randint(0, (len(call.data) - first) // SECTOR)])
