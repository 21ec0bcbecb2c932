"""Any vantage on both clocks: what look-ups say is what a brute-force fold of the log says, and reading everything."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
import pytest

from domain.calendar import from_micros
from projections.index import sums
from projections.readmodel import ReadModel
from projections.situation import DISAGREEING
from projections.vantage import ResolvedVantage
from tests.projections import random_logs, wide_logs
from tests.projections.oracle import Oracle
from tests.projections.records import NOW, ZONE, Log
from tests.projections.test_oracle import compare
from tests.projections.test_seek import by_reading_everything
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled

EACH = 10
"""Vantages of one log."""
RULES = ("envelope", "envelope", "preferred:hospital")


def vantages(random: Random, log: Log, model: ReadModel) -> list[ResolvedVantage]:
    days = [f"2026-01-{day:02}" for day in (*range(1, 9), 20)]
    found = []
    for _ in range(EACH):
        as_of = random.choice(days)
        if random.random() < 0.5:
            as_of = f"{as_of}T{random.randint(0, 23):02}:30:00Z"
        vantage = model.vantage(as_of, f"@{random.randint(0, len(log.all))}", now=NOW)
        found.append(msgspec.structs.replace(vantage, rule=random.choice(RULES)))
    return found


def test_the_oracle(tmp_path: Path, did: Did) -> None:
    """The independent fold, for all that it knows."""
    for seed in range(scaled(30, 1000)):
        random = Random(seed)
        log = random_logs.grown(seed, random.choice(sorted(random_logs.THEMES)), random.randint(1, 60))
        with ReadModel.open(log, tmp_path / f"{seed}.db") as model:
            for vantage in vantages(random, log, model):
                envelope = msgspec.structs.replace(vantage, rule="envelope")
                oracle = Oracle(log.all, ZONE, from_micros(envelope.as_of), envelope.position)
                compare(model.situation(envelope), oracle, log)
        did("any vantage", logs=1, vantages_against_the_oracle=EACH)


def test_reading_everything(tmp_path: Path, did: Did, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part of a Situation, of logs of every type."""
    monkeypatch.setattr(sums, "BUCKET", 4)  # so that short logs have full buckets
    for seed in range(scaled(30, 1000)):
        random = Random(seed)
        log = wide_logs.grown(seed, random.choice(sorted(wide_logs.THEMES)), random.randint(1, 90))
        with ReadModel.open(log, tmp_path / f"{seed}.db") as model:
            for vantage in vantages(random, log, model):
                fast = model.situation(vantage, discrepancies=DISAGREEING)
                slow = by_reading_everything(model, vantage, discrepancies=DISAGREEING)
                assert msgspec.json.encode(fast) == msgspec.json.encode(slow), (seed, vantage)
        did("any vantage", logs=1, vantages_against_reading_everything=EACH)
