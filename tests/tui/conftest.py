"""Real logs to look at: the Gaza record once for all tests, a copy for each; and an empty one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.monitor import Monitor
from tests.tui.watching import now
from tui.dashboard.reading import open_reading

SEEDS = Path(__file__).parents[2] / "seeds" / "gaza-2025.jsonl"


@pytest.fixture(scope="session")
def gaza_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gaza") / "gaza.db"
    with Monitor.create(path, "Asia/Gaza", clock=now, recorded_by="desk") as monitor:
        monitor.import_files([SEEDS], backfill=True)
    open_reading(path).close()  # the read model is made once too
    return path


@pytest.fixture
def gaza(gaza_once: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "gaza"
    shutil.copytree(gaza_once.parent, folder)
    return folder / gaza_once.name


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty" / "empty.db"
    Monitor.create(path, "Asia/Gaza", clock=now, recorded_by="desk").close()
    return path
