"""Many processes write and follow one log at once; what each did and saw is held against what is stored.

A history is checked, not counted: acknowledged is stored, and stored is acknowledged; what ended before something
else began stands before it; of two that said different things under one key one was refused; followers saw each
record once, in order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.clock import system_clock
from domain.monitor import Monitor
from domain.place import Place, Server
from domain.report import Recorded
from tests.domain.examples import GAZA, limited
from tests.log.processes import started
from tests.reliability.conftest import Did
from tests.reliability.scale import FULL, scaled
from tests.reliability.work import follow_until, write_until
from tests.server import Database

LAST = "the last"


def read(paths: Iterable[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]


def histories(
    folder: Path, place: Place, writers: int, followers: int, seconds: float, *, one_stream: bool
) -> list[list[Path]]:
    """Let them work on an empty log; the files of their histories, in the folder."""
    wrote = [folder / f"writer-{n}" for n in range(writers)]
    saw = [folder / f"follower-{n}" for n in range(followers)]
    following = [started(follow_until, place, history, LAST) for history in saw]
    writing = []
    for number, history in enumerate(wrote):
        stream = "statement-one" if one_stream else f"statement-{number}"
        writing.append(started(write_until, place, history, f"w{number}", stream, seconds))
    for process in writing:
        process.join(seconds + 60)
        assert process.exitcode == 0
    with Monitor(place) as monitor:
        monitor.append([limited(LAST, occurred=_today(), reported_at=_today())])
    for process in following:
        process.join(60)
        assert process.exitcode == 0
    return [wrote, saw]


def _today() -> str:
    return system_clock().date().isoformat()


def check_stored(stored: list[Recorded], saved: list[dict[str, Any]], refused: list[dict[str, Any]]) -> None:
    """What was acknowledged is what is stored: each key once, where it was said to be."""
    position = {record.key: record.position for record in stored}
    assert len(position) == len(stored)
    said = {key for one in saved for key in one["saved"]} | {LAST}
    assert said == set(position)
    for one in saved:
        assert [position[key] for key in one["saved"]] == one["positions"]
    for one in refused:
        assert all(key in position for key in one["refused"])  # somebody else's record has that key


def check_order(saved: list[dict[str, Any]]) -> None:
    """What ended before another began stands before it."""
    latest_start = float("-inf")
    for one in sorted(saved, key=lambda one: min(one["positions"])):
        assert one["ended"] >= latest_start
        latest_start = max(latest_start, one["started"])


def check_followed(stored: list[Recorded], seen: list[dict[str, Any]]) -> None:
    """Each record once, in order."""
    assert [(one["position"], one["key"]) for one in seen] == [(record.position, record.key) for record in stored]


@pytest.fixture(params=["in a file", "on a server"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """An empty log, for somebody who may record."""
    if request.param == "in a file":
        Monitor.create(tmp_path / "gaza.db", GAZA).close()
        yield tmp_path / "gaza.db"
        return
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    database = Database()
    Monitor.create(database.place, GAZA).close()
    yield database.person("amal", "writer")
    database.give_back()


@pytest.mark.parametrize("one_stream", [True, False], ids=["one stream", "streams of their own"])
@pytest.mark.parametrize("writers", [2, 8, 32] if FULL else [2, 6])
def test_what_was_acknowledged_is_what_is_stored(
    tmp_path: Path, place: Place, did: Did, writers: int, one_stream: bool
) -> None:
    seconds, followers = scaled(1, 60), 2
    wrote, saw = histories(tmp_path, place, writers, followers, seconds, one_stream=one_stream)

    told = read(wrote)
    saved = [one for one in told if "saved" in one]
    refused = [one for one in told if "refused" in one]
    with Monitor(place) as monitor:
        stored = list(monitor.records())
        assert monitor.verify().records == len(stored)
        assert monitor.notes == ()
    check_stored(stored, saved, refused)
    check_order(saved)
    for history in saw:
        check_followed(stored, read([history]))
    versions = Counter[str]()
    for record in stored:
        versions[record.stream] += 1
        assert record.version == versions[record.stream]
    assert [record.known_at for record in stored] == sorted(record.known_at for record in stored if record.known_at)
    assert len({one["saved"][0].split(":")[0] for one in saved} - {"all"}) == writers
    if writers > 2:
        assert refused
    did(
        "writers at once" + (", on a server" if isinstance(place, Server) else ""),
        writers=writers,
        writer_seconds=writers * seconds,
        followers=followers,
        records=len(stored),
        refused_for_their_key=len(refused),
        lost_doubled_or_out_of_order=0,
    )


def test_these_checks_notice_what_is_wrong() -> None:
    """A history with a record lost, doubled, moved, or seen twice does not pass."""
    first = {"saved": ["a"], "positions": [1], "started": 0.0, "ended": 1.0}
    second = {"saved": ["b"], "positions": [2], "started": 2.0, "ended": 3.0}
    check_order([first, second])
    with pytest.raises(AssertionError):
        check_order([first | {"positions": [2]}, second | {"positions": [1]}])
    with pytest.raises(AssertionError):
        check_stored([], [first], [])
    with pytest.raises(AssertionError):
        check_followed([], [{"position": 1, "key": "a"}])
