"""A machine's clock that jumps, back 400 days, forward ten years, through every change of summer time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.domain.desk import Desk
from tests.domain.examples import NOW, Clock, limited
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled

# the nights in which Gaza's summer time begins and ends
SUMMER_TIME = [
    datetime(2026, 3, 27, 22),
    datetime(2026, 3, 28, 0),
    datetime(2026, 10, 23, 22),
    datetime(2026, 10, 24, 0),
]


def jumped(clock: Clock, chance: random.Random) -> None:
    now = chance.choice(
        [
            clock.now + timedelta(days=-400),
            clock.now + timedelta(days=3650),
            clock.now + timedelta(seconds=chance.uniform(-5, 60)),
            clock.now + timedelta(hours=chance.uniform(-2, 2)),
            chance.choice(SUMMER_TIME).replace(tzinfo=UTC) + timedelta(minutes=chance.uniform(-5, 65)),
        ]
    )
    clock.now = min(max(now, NOW), NOW + timedelta(days=20_000))


def test_order_is_by_position_and_every_jump_back_is_flagged(tmp_path: Path, did: Did) -> None:
    chance = random.Random(400)
    runs, length = scaled(4, 60), 40
    jumps = 0
    for number in range(runs):
        desk = Desk(tmp_path / str(number), Clock(), clock_is_right=True)
        back = []
        before = desk.clock.now
        for key in range(1, length + 1):
            jumped(desk.clock, chance)
            desk.given(limited(str(key)))
            if key > 1 and desk.clock.now < before:
                back.append(key)
            before = desk.clock.now
        records = list(desk.monitor.records())
        known = [record.known_at for record in records if record.known_at is not None]
        assert [record.key for record in records] == [str(key) for key in range(1, length + 1)]
        assert known == sorted(known)
        assert len(known) == length
        desk.monitor.verify()
        with ReadModel.open(desk.monitor) as model:
            where = model.vantage(None, None, now=max(desk.clock.now, known[-1]))
            found = [each for each in model.situation(where).discrepancies if each.kind == "clock_jump"]
            assert sorted(int(each.text.split("#")[1].split(",")[0]) for each in found) == back
            for position in (1, length // 2, length):  # what was known then is a prefix, whatever the clock said
                assert model.feed_count(model.vantage("2026-12-31", f"@{position}", now=known[-1])) == position
        jumps += len(back)
        desk.monitor.close()
        with Monitor(desk.path) as again:
            assert again.head().position == length
    assert jumps > runs
    did("clock", records=runs * length, jumps_back_flagged=jumps, out_of_order=0)
