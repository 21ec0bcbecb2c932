"""A log for each story: by back-end for the conformance suite, by desk for what is SQLite's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.log.recorder import LogRecorder
from tests.domain.examples import Clock
from tests.log.backends import BACKENDS, Backend
from tests.log.desks import DESKS, AnyDesk, FileDesk


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen of a log on a server is kept in the user's cache folder: here in one of the story's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """A new, empty log in each back-end."""
    made = BACKENDS[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait 50 ms for a lock, not 5 s. To be asked for before the log is opened."""
    monkeypatch.setattr("domain.waiting.LOCK_SECONDS", 0.05)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is set."""
    return Clock()


@pytest.fixture
def log(backend: Backend, clock: Clock) -> LogRecorder:
    """A recorder on the empty log."""
    return backend.recorder(clock)


@pytest.fixture(params=sorted(DESKS))
def any_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyDesk]:
    """A new, empty log in each engine, through the application."""
    at_work = DESKS[request.param](tmp_path)
    yield at_work
    at_work.leave()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FileDesk]:
    """A new, empty log in SQLite, through the application."""
    at_work = FileDesk(tmp_path)
    with at_work.monitor:
        yield at_work
