"""A desk for each story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domain.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new, empty log in Gaza's timezone on 5 Feb 2026."""
    at_work = Desk(tmp_path)
    with at_work.monitor:
        yield at_work


@pytest.fixture
def second_desk(tmp_path: Path) -> Iterator[Desk]:
    """Another new log, elsewhere."""
    at_work = Desk(tmp_path / "second")
    with at_work.monitor:
        yield at_work
