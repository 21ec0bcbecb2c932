"""What `make bench` rests on: logs that are the same each time, and engines that answer the same or are found out."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.answers import Answer, Asked, Differs, answer_of, compare, random_vantages, situation
from tests.benchmarks.generator import CLAIMANTS, DAYS, FIRST, lines
from tests.benchmarks.logs import made
from tests.benchmarks.peers.raw_sqlite import RawSqlite
from tests.benchmarks.seek import peer_rows

SIZE = 2_000


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return peer_rows(made(tmp_path_factory.mktemp("bench"), SIZE, 7))


@pytest.fixture(scope="module")
def asked(rows: Path) -> list[tuple[Asked, Answer]]:
    with made(rows.parent.parent, SIZE, 7).opened() as (_, model):
        vantages = random_vantages(model, 60, 3)
        return [(one, answer_of(situation(model, one))) for one in vantages]


def differ(rows: Path, asked: list[tuple[Asked, Answer]]) -> None:
    with closing(RawSqlite(rows)) as engine:
        compare("sqlite3", engine, [one for one, _ in asked], [answer for _, answer in asked])


def test_plain_sql_over_rows_of_the_claims_answers_as_the_situation_does(
    rows: Path, asked: list[tuple[Asked, Answer]]
) -> None:
    differ(rows, asked)
    assert all(len(answer.newest) == 20 for one, answer in asked if one.position > 200 and one.as_of > late())
    assert {status for _, answer in asked for status in answer.statuses.values()} >= {"open", "limited", "closed"}


def late() -> int:
    return int((FIRST + timedelta(days=200)).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("UPDATE claims SET high = high + 1 WHERE slot = 2", "sums"),
        ("DELETE FROM strikes WHERE k_from = (SELECT min(k_from) FROM strikes)", "strikes"),
        ("UPDATE statuses SET status = (status + 1) % 3", "statuses"),
        ("UPDATE feed SET standing = 1 WHERE standing = 0", "newest"),
    ],
)
def test_an_engine_that_answers_otherwise_is_found_out(
    rows: Path, asked: list[tuple[Asked, Answer]], tmp_path: Path, change: str, part: str
) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(rows.read_bytes())
    with closing(sqlite3.connect(other)) as store:
        store.execute(change)
        store.commit()
    with pytest.raises(Differs, match=f"differ in {part} at "):
        differ(other, asked)


def test_lines_are_the_same_for_the_same_seed() -> None:
    assert list(lines(500)) == list(lines(500))
    assert list(lines(500, seed=8)) != list(lines(500))


def test_lines_are_made_up_in_the_shares_that_are_told() -> None:
    made_up = list(lines(20_000))
    kinds = Counter(kind(line) for line in made_up)
    late = sum(datetime.fromisoformat(line["reported_at"]) - begins(line) > timedelta(days=1) for line in made_up)
    ahead = sum(begins(line) > datetime.fromisoformat(line["reported_at"]) for line in made_up)

    assert kinds["strike"] / kinds["crossing"] == pytest.approx(70 / 19, rel=0.05)
    assert kinds["record.corrected"] / len(made_up) == pytest.approx(0.10, abs=0.01)
    assert kinds["record.retracted"] / len(made_up) == pytest.approx(0.03, abs=0.005)
    assert late / len(made_up) == pytest.approx(0.30, abs=0.02)
    assert ahead > 0
    assert {line["claimant"] for line in made_up} == {"desk", *CLAIMANTS}
    assert FIRST + timedelta(days=DAYS - 1) < datetime.fromisoformat(made_up[-1]["reported_at"])
    assert {relation(line) for line in made_up} == {None, "duplicate_of", "part_of"}


def kind(line: dict[str, Any]) -> str:
    topic: str = line["type"]
    return topic if topic.startswith("record.") else topic.partition(".")[0]


def relation(line: dict[str, Any]) -> Any:
    return line["data"].get("relation")


def begins(line: dict[str, Any]) -> datetime:
    occurred = line["occurred"]
    moment = datetime.fromisoformat(occurred if isinstance(occurred, str) else occurred["start"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
