"""All that does not agree, page by page: the same as the one long list, each once, and as many as are counted."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.readmodel import ReadModel
from projections.situation import Discrepancy, DiscrepancyKind
from projections.vantage import ResolvedVantage
from tests.projections.random_logs import logs
from tests.projections.records import NOW, Log
from tests.projections.test_seek import vantages
from tests.projections.wide_logs import wide_logs
from tests.reliability.scale import FULL, scaled

ALL = 1 << 30
SOME = settings(max_examples=scaled(20, 500), deadline=None, suppress_health_check=list(HealthCheck))


def of_a_kind(model: ReadModel, vantage: ResolvedVantage, kind: DiscrepancyKind, limit: int) -> list[Discrepancy]:
    """Page after page, to the end."""
    found: list[Discrepancy] = []
    page, reached = model.disagreements(vantage, kind, limit)
    while page:
        found += page
        page, reached = model.disagreements(vantage, kind, limit, reached)
    return found


def paged(model: ReadModel, vantage: ResolvedVantage, limit: int) -> None:
    whole = model.situation(vantage, discrepancies=ALL)
    kinds = model.disagreeing(vantage, few=2)
    assert sum(one.total for one in kinds) == whole.discrepancies_total == len(whole.discrepancies)
    # the kind that has the newest comes first
    assert [one.kind for one in kinds][:1] == [one.kind for one in whole.discrepancies][:1]
    for one in kinds:
        held = [each for each in whole.discrepancies if each.kind == one.kind]
        assert one.total == len(held)
        assert one.newest == tuple(held[:2])
        assert of_a_kind(model, vantage, one.kind, limit) == held


@given(st.one_of(logs(), wide_logs()), st.lists(vantages, min_size=1, max_size=4), st.integers(1, 5))
@SOME
def test_of_a_random_log(log: Log, asked: list[tuple[str, float, str]], limit: int) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        for as_of, share, rule in asked:
            vantage = model.vantage(as_of, f"@{round(share * len(log.all))}", now=NOW)
            paged(model, msgspec.structs.replace(vantage, rule=rule), limit)


@pytest.mark.parametrize("rule", ["envelope", "preferred:gaza-moh"])
def test_of_the_gaza_record(gaza: ReadModel, rule: str) -> None:
    chance = Random(2)
    for position in range(0, 599, 33 if FULL else 99):
        known = gaza.vantage("2026-12-31", f"@{position}", now=NOW, rule=rule)
        paged(gaza, known, chance.randrange(1, 6))
        paged(gaza, known.moved(known.known_at), chance.randrange(1, 6))


def test_many_of_one_day_come_each_once(tmp_path: Path) -> None:
    log = Log()
    for number in range(40):
        stream = f"strike-x-{number}"
        log.struck(stream, on="2026-01-02")
        for claimant, count in (("one", 1), ("other", 2)):
            log.killed(count, stream=stream, on="2026-01-02", claimant=claimant)
    with ReadModel.open(log, tmp_path / "m.db") as model:
        vantage = model.vantage("2026-01-03", None, now=NOW)
        assert len(of_a_kind(model, vantage, "claimants_differ", 7)) == 40
        paged(model, vantage, 7)
