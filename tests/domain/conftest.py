"""A desk for each story: its log in a file, and in the files named here on a real server too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.domain.desk import Desk
from tests.server import Database

ON_BOTH = ("groups", "keys", "known_at", "links", "revisions", "transfer")
"""What depends on how a log is written and looked up. The others tell what is refused before a log is asked."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each story of those files on each engine."""
    if "engine" in metafunc.fixturenames:
        name = metafunc.module.__name__.rpartition(".test_")[2]
        metafunc.parametrize("engine", ["sqlite", "postgres"] if name in ON_BOTH else ["sqlite"])


@pytest.fixture
def desk(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A new, empty log in Gaza's timezone on 5 Feb 2026."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with opened(tmp_path, engine) as at_work:
        yield at_work


@pytest.fixture
def second_desk(tmp_path: Path, engine: str) -> Iterator[Desk]:
    """Another new log, elsewhere."""
    with opened(tmp_path / "second", engine) as at_work:
        yield at_work


@contextmanager
def opened(folder: Path, engine: str) -> Iterator[Desk]:
    """A desk in a folder; where its log is on a server, the folder is for its files."""
    folder.mkdir(exist_ok=True)
    if engine == "sqlite":
        at_work = Desk(folder)
        with at_work.monitor:
            yield at_work
        return
    database = Database()
    at_work = Desk(folder, place=database.place)
    with at_work.monitor:
        yield at_work
    database.give_back()
