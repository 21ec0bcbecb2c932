"""A read model that was damaged: made anew, and a standing line says so."""

from __future__ import annotations

from pathlib import Path

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.tui.watching import screen, until, watching


async def test_it_is_a_standing_line(gaza: Path) -> None:
    with Monitor(gaza, read_only=True) as monitor, ReadModel.open(monitor) as model:
        path = model.path
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)

    async with watching(gaza) as (app, pilot):
        await until(pilot, lambda: "The read model was damaged" in " ".join(screen(app).split()))
        assert "4 Records" in screen(app)
