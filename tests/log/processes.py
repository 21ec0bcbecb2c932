"""Other processes at work on a log: real ones, started quickly from a server that has imported the program already."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from domain.errors import CeasefireError
from domain.monitor import Monitor
from domain.place import Place, Server, place_of
from tests.domain.examples import NOW, limited, strike

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.log.processes", "tests.reliability.work"])


def started(work: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """A process that has begun to do some work of this module."""
    process = _context.Process(target=_at_home, args=(os.environ.get("XDG_CACHE_HOME"), work, *arguments))
    process.start()
    return process


def _at_home(cache: str | None, work: Callable[..., None], *arguments: Any) -> None:
    """With the story's own cache folder: the server of processes has the environment of the first story."""
    if cache is not None:
        os.environ["XDG_CACHE_HOME"] = cache
    work(*arguments)


def finished(*processes: ForkServerProcess) -> None:
    """Wait until they are done, without an error."""
    for process in processes:
        process.join(timeout=300)
        assert process.exitcode == 0


class Acknowledgements:
    """The keys that a writer was told are saved: in a file, which outlives the writer's death."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, key: str) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, f"{key}\n".encode())
        os.close(descriptor)

    def read(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []


def append_numbered(place: Place, acknowledgements: Path, prefix: str, first: int, last: int) -> None:
    """Records `prefix first` to `prefix last` of one stream, each acknowledged when it is saved."""
    said = Acknowledgements(acknowledgements)
    with Monitor(place, clock=lambda: NOW) as monitor:
        for number in range(first, last + 1):
            monitor.append([limited(f"{prefix} {number}")])
            said.add(f"{prefix} {number}")


def append_to_server(uri: str, name: str, count: int) -> None:
    """Commands of one record each, by turns on a stream that all share and on one of the writer's own."""
    with Monitor(Server(uri)) as monitor:
        for number in range(1, count + 1):
            monitor.append([limited(f"{name} {number}")])
            monitor.append([strike(f"strike-{name}-{number}", key=f"own {name} {number}")])


def append_pairs(place: Place, acknowledgements: Path, first: int, last: int) -> None:
    """Commands of two records each, on two streams."""
    said = Acknowledgements(acknowledgements)
    with Monitor(place, clock=lambda: NOW) as monitor:
        for number in range(first, last + 1):
            monitor.append([limited(f"a {number}"), strike(key=f"b {number}")])
            said.add(str(number))


def append_within(path: Path, answers: Path, spare_bytes: int) -> None:
    """One command on a disk that is full `spare_bytes` from now, then the same command when there is room again."""
    said = Acknowledgements(answers)
    with Monitor(path, clock=lambda: NOW) as monitor:
        wal = path.with_name(path.name + "-wal")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, ((wal.stat().st_size if wal.exists() else 0) + spare_bytes, hard))
        try:
            monitor.append([limited(), strike()])
            first = "saved"
        except CeasefireError as error:
            first = f"{type(error).__name__}: {error.what}"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        monitor.append([limited(), strike()])
    said.add(first)


def read_as_somebody_else(path: Path, answers: Path) -> None:
    """Read a log, and try to write to it, as a user who may not: the superuser may always."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    said = Acknowledgements(answers)
    with Monitor(path, read_only=True, clock=lambda: NOW) as monitor:
        for note in monitor.notes:
            said.add(note)
        said.add(" ".join(record.key for record in monitor.records()))
        said.add(str(monitor.verify().records))
        try:
            monitor.append([limited("new")])
        except CeasefireError as error:
            said.add(str(error))
    try:
        with Monitor(path, clock=lambda: NOW) as monitor:
            monitor.append([limited("new")])
    except CeasefireError as error:
        said.add(str(error))


def migrate_and_die(source: str, target: str, step: str) -> None:
    """Move a log, and be killed over a step of it."""

    def die(what: str, *_: int) -> None:
        if what == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with Monitor(place_of(source), read_only=True) as monitor:
        monitor.migrate(place_of(target), progress=die)
