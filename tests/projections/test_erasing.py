"""A body erased after it was folded: the model answers as if it had never been there, without being built anew."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from projections.index import sums
from projections.readmodel import ReadModel
from tests.projections import random_logs, wide_logs
from tests.projections.records import NOW, Log
from tests.projections.test_seek import _READ, RULES, same
from tests.reliability.scale import scaled


def step(random: Random, log: Log, theme: str, *, wide: bool) -> bool:
    """One more record; whether it erases."""
    themes = wide_logs.THEMES if wide else random_logs.THEMES
    what = random.choices(list(themes[theme]), list(themes[theme].values()))[0]
    readable = [one for one in log.all if one.report is not None and one.type != "record.erased"]
    if readable and random.random() < 0.15:
        log.erase(random.choice(readable), known=f"2026-01-{min(28, 1 + len(log.all) // 3):02}")
        return True
    if wide:
        wide_logs.extend_widely(random, log, what)
    else:
        random_logs.extend(random, log, what, crowded=theme == "claims")
    return what == "erase"


def words(path: Path) -> Counter[tuple[Any, ...]]:
    """What stands in the search index, word by word."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, words, 'instance')")
        return Counter(connection.execute("SELECT * FROM held"))
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(scaled(16, 400)))
def test_of_a_random_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(sums, "BUCKET", 4)  # so that these short logs have full buckets
    random, log, wide = Random(seed), Log(), bool(seed % 2)
    theme = random.choice(sorted(wide_logs.THEMES if wide else random_logs.THEMES))
    with ReadModel.open(log, tmp_path / "m.db") as model:
        built = model.path.stat().st_ino
        for number in range(scaled(30, 40)):
            erases = step(random, log, theme, wide=wide)
            model.catch_up()
            if erases or number % 10 == 9:
                _READ.clear()  # the log changed what it had given out
                for as_of in ("2026-01-20", random_logs.moment(random)):
                    vantage = model.vantage(as_of, f"@{random.randint(0, len(log.all))}", now=NOW)
                    same(model, msgspec.structs.replace(vantage, rule=random.choice(RULES)))
        assert model.path.stat().st_ino == built
    ReadModel.open(log, tmp_path / "anew.db").close()
    assert words(tmp_path / "m.db") == words(tmp_path / "anew.db")


def test_what_was_kept_of_it_in_memory_is_forgotten(tmp_path: Path) -> None:
    """In a process that did not fold the erasure in, too."""
    log = Log()
    log.struck()
    claim = log.killed(26)
    log.correct(claim, {"original": {"text": "UNSPEAKABLE", "lang": "en"}})
    wrong = log.correct(claim, {"relays": "UNUTTERABLE".lower()})
    log.correct(claim, {"via": ["AFP"]})
    with ReadModel.open(log, tmp_path / "m.db") as model, ReadModel.open(log, tmp_path / "m.db") as other:
        vantage = model.vantage(None, "@5", now=NOW)
        assert b"unutterable" in msgspec.json.encode(other.detail(claim.id, vantage))
        log.erase(wrong)
        model.catch_up()
        assert b"unutterable" not in msgspec.json.encode(other.detail(claim.id, vantage))
    assert b"unutterable" not in (tmp_path / "m.db").read_bytes()


def test_restricted_by_a_correction_that_is_erased(tmp_path: Path) -> None:
    log = Log()
    claim = log.killed(26)
    correction = log.correct(claim, {"handling": "restricted"})
    with ReadModel.open(log, tmp_path / "m.db") as model:
        model.told = False
        assert model.feed(model.vantage(None, None, now=NOW)) == []
        log.erase(correction)
        model.catch_up()
        assert [line.record for line in model.feed(model.vantage(None, None, now=NOW))][-1] == claim.id
