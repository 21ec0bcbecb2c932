"""A record that cannot be read: a standing line names it, and all others are shown and written as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.log.planted import HOUR_24, body_at, plant
from tests.tui.watching import screen, until, watching

TROUBLE = "Record #599 cannot be read: its body is not one of strike.reported (occurred); it is passed by"


@pytest.fixture
def planted(gaza: Path) -> Path:
    """The Gaza log, and a record at the hour 24 at its end."""
    plant(gaza, state=body_at(HOUR_24))
    return gaza


def flat(app: Any) -> str:
    return " ".join(screen(app).split())


async def test_it_is_a_standing_line_above_what_stands(planted: Path) -> None:
    async with watching(planted) as (app, pilot):
        await until(pilot, lambda: TROUBLE in flat(app))
        assert "4 Records 599" in screen(app)
        assert "Last good read" not in screen(app)


async def test_one_that_comes_while_it_is_watched_is_named_too(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await until(pilot, lambda: "4 Records" in screen(app))
        assert "cannot be read" not in screen(app)
        plant(gaza, state=body_at(HOUR_24))
        await until(pilot, lambda: TROUBLE in flat(app))


async def test_its_page_opens_and_there_is_nothing_to_revise(planted: Path) -> None:
    async with watching(planted) as (app, pilot):
        await until(pilot, lambda: TROUBLE in flat(app))
        await pilot.press("4", "enter")
        await until(pilot, lambda: "CANNOT BE READ" in screen(app))
        await pilot.press("r")
        await until(pilot, lambda: "there is nothing to revise" in flat(app))
