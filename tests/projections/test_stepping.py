"""A read model that is stepped about in, and goes on while it is, answers as one that was just opened."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
import pytest

from projections.readmodel import ReadModel
from projections.vantage import ResolvedVantage
from tests.projections.random_logs import THEMES, extend, grown
from tests.projections.records import NOW, Log
from tests.reliability.scale import scaled

RULES = ("envelope", "envelope", "preferred:gaza-moh")
_DAY = 86_400_000_000


@pytest.mark.parametrize("seed", range(scaled(16, 400)))
def test_it_answers_as_if_just_opened(tmp_path: Path, seed: int) -> None:
    random, theme = Random(seed), sorted(THEMES)[seed % len(THEMES)]
    log = grown(seed, theme, 20)
    with ReadModel.open(log, tmp_path / "kept.db") as kept:
        last = kept.vantage("2026-01-03", None, now=NOW)
        for step in range(30):
            if random.random() < 0.2:
                extend(random, log, random.choice(("correct", "retract", "erase", *THEMES[theme])))
                kept.catch_up()
            vantage = _stepped(random, kept, last, log)
            with ReadModel.open(log, tmp_path / f"{step}.db") as fresh:
                assert kept.situation(vantage) == fresh.situation(vantage)
                assert kept.feed(vantage) == fresh.feed(vantage)
                assert kept.history(vantage, "2025-12-30") == fresh.history(vantage, "2025-12-30")
                assert kept.difference(last, vantage) == fresh.difference(last, vantage)
            last = vantage


def _stepped(random: Random, model: ReadModel, vantage: ResolvedVantage, log: Log) -> ResolvedVantage:
    head = len(log.all)
    match random.randrange(6):
        case 0:
            return model.step_record(vantage, random.choice((-1, 1)))
        case 1:
            return model.step_known(vantage, random.choice((-2, -1, 1, 2)))
        case 2:
            return vantage.moved(vantage.as_of + random.choice((-1, 1, -_DAY, _DAY)))
        case 3:
            return msgspec.structs.replace(vantage, rule=random.choice(RULES))
        case 4:
            return model.vantage(f"2026-01-0{random.randint(1, 9)}", f"@{random.randint(0, head)}", now=NOW)
    return msgspec.structs.replace(vantage, position=head, head=head)
