"""Append: one record, durable, validated and chained, beside a raw commit of the same bytes and the library's save."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.lines import Draft
from domain.monitor import Monitor
from tests.benchmarks import opening
from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import Times, settled
from tests.benchmarks.plain_log import BODY, insert, opened, plain_log, prebuilt
from tests.benchmarks.table import Row, times

RAW, STREAM = 2.0, 1.2
ROUNDS = 1000
LONG, SHORT = 25_000, 10


class Stock(Aggregate):
    """The library's own aggregate: one body after the other."""

    @event("Said")
    def say(self, body: str) -> None:
        """Record a body."""


def rows(bench: Bench) -> Iterator[Row]:
    """Microseconds per append, one after the other, each kind in turn so that all meet the same disk."""
    with bench.log.copied() as path, tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        ours, raw, library = _taken_in_turn(path, Path(folder), min(ROUNDS, max(100, int(bench.seconds * 100))))
    yield _row(bench, "append", RAW, ours, raw, "raw commit, FULL")
    yield _row(bench, "append beside the library", None, ours, library, "the library's save")
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        long, short = _by_stream(Path(folder) / "streams.db")
    yield _row(bench, f"append into a stream of {LONG:,}", STREAM, long, short, f"into a stream of {SHORT}")


def _row(bench: Bench, what: str, target: float | None, ours: Times, theirs: Times, name: str) -> Row:
    ratio = times(ours.p(50), theirs.p(50))
    return Row(
        what=what,
        size=bench.size,
        unit="us",
        target="" if target is None else f"<= {target:g}x",
        measured=ours.p(50) * 1e6,
        peer=theirs.p(50) * 1e6,
        peer_name=name,
        ratio=ratio,
        met=None if target is None else ratio <= target,
        note=f"p50 of {len(ours.wall)} in turn; p99 {ours.p(99) * 1e6:.0f} beside {theirs.p(99) * 1e6:.0f} us,"
        f" CPU p50 {ours.cpu_p(50) * 1e6:.0f} beside {theirs.cpu_p(50) * 1e6:.0f} us",
        detail={
            "p99_us": ours.p(99) * 1e6,
            "cpu_p50_us": ours.cpu_p(50) * 1e6,
            "peer_p99_us": theirs.p(99) * 1e6,
            "peer_cpu_p50_us": theirs.cpu_p(50) * 1e6,
        },
    )


def _taken_in_turn(path: Path, folder: Path, rounds: int) -> tuple[Times, Times, Times]:
    """A plain table with as many rows below it costs what the log's does: both are copies of this size."""
    ours, raw, library = Times(), Times(), Times()
    stock = Application[Any](
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "stock.db")}
    )
    said = Stock()
    stock.save(said)
    with Monitor(path, recorded_by="bench") as monitor, closing(plain_log(folder / "plain.db")) as plain:
        before = monitor.head().position
        with closing(opened(path)) as file:
            insert(plain, prebuilt(file, min(before, 200_000)))
        with settled(), closing(opened(path)) as file:
            for number in range(rounds + 5):
                draft = claim(number)
                with ours.taken():
                    monitor.append([draft])
                (row,) = prebuilt(file, 1, after=before + number)
                with raw.taken():
                    insert(plain, [row])
                body = row[BODY]
                with library.taken():
                    said.say(body)
                    stock.save(said)
    stock.close()
    for taken in (ours, raw, library):
        del taken.wall[:5], taken.cpu[:5]
    return ours, raw, library


def claim(number: int, stream: str = "strike-claimant-00-appended") -> Draft:
    """A toll that nobody has given yet, of some strike."""
    data = {
        "harm": "injured",
        "figure": opening.exact(number % 10),
        "of": "this-side",
        "status": "unstated",
        "includes": "new",
        "provisional": False,
    }
    return _draft("strike.casualties_claimed", stream, data, f"{stream}-{number}")


def statement(words: str, key: str) -> Draft:
    """Words that a feed shows at its top."""
    data = {"text": words, "about": ["crossing-north"], "figures": []}
    return _draft("statement.made", "statement-claimant-03-appended", data, key)


def _draft(topic: str, stream: str, data: dict[str, Any], key: str) -> Draft:
    said = {"type": topic, "stream": stream, "occurred": "2025-12-30T06:00:00Z", "claimant": "claimant-03"}
    body = opening.line({**said, "data": data}, key, "2025-12-30T08:00:00Z")
    for name in ("type", "stream", "key"):
        del body[name]
    return Draft(topic, stream, body, key)


def _by_stream(path: Path) -> tuple[Times, Times]:
    """Appends into a long and a short stream of one log, in turn; the short one is another each time it is full."""
    long, short = Times(), Times()
    with Monitor.create(path, opening.TIMEZONE, recorded_by="bench") as monitor:
        monitor.append([claim(number, "strike-long") for number in range(LONG)])
        for number in range(305):
            if number % SHORT == 0:
                stream = f"strike-short-{number}"
                monitor.append([claim(-1 - before, stream) for before in range(SHORT)])
            first, second = (long, "strike-long"), (short, stream)
            for taken, into in (first, second) if number % 2 else (second, first):
                with taken.taken():
                    monitor.append([claim(LONG + number, into)])
    for taken in (long, short):
        del taken.wall[:5], taken.cpu[:5]
    return long, short
