"""A server is killed, again and again, while people record and watch: what was acknowledged is there, and was seen."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.monitor import Monitor
from tests.domain.examples import limited
from tests.log.processes import finished, started
from tests.reliability.conftest import Did
from tests.reliability.mortal_server import MortalServer, mortal_server
from tests.reliability.scale import scaled
from tests.reliability.test_writers import LAST, check_followed, check_stored, read
from tests.reliability.work import follow_until, write_through

WRITERS, FOLLOWERS = 4, 2


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MortalServer]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with tempfile.TemporaryDirectory(prefix="mortal-") as folder, mortal_server(Path(folder)) as made:
        yield made


def test_what_was_acknowledged_outlives_the_server(server: MortalServer, tmp_path: Path, did: Did) -> None:
    """Also on a server that is set not to wait for its disk: who records waits for it."""
    kills, moments = scaled(2, 12), random.Random(6)
    wrote = [tmp_path / f"writer-{number}" for number in range(WRITERS)]
    saw = [tmp_path / f"follower-{number}" for number in range(FOLLOWERS)]
    for path in (*wrote, *saw):
        path.touch()
    following = [started(follow_until, server.place, history, LAST) for history in saw]
    writing = [
        started(write_through, server.place, history, f"w{number}", tmp_path / "enough")
        for number, history in enumerate(wrote)
    ]
    try:
        for _ in range(kills):
            wait_for_more([*wrote, *saw])
            time.sleep(moments.uniform(0.2, 1.0))
            assert server.kill() > WRITERS
            time.sleep(moments.uniform(0, 0.5))
            server.start()
        wait_for_more([*wrote, *saw])
    finally:
        (tmp_path / "enough").touch()
    finished(*writing)
    with Monitor(server.place) as monitor:
        monitor.append([limited(LAST)])
        stored = list(monitor.records())
        assert monitor.verify().records == len(stored)
    finished(*following)

    told = read(wrote)
    saved = [one for one in told if "saved" in one]
    check_stored(stored, saved, [])
    for history in saw:
        check_followed(stored, read([history]))
    assert [one for one in told if "away" in one]
    did("a server killed", kills=kills, records_acknowledged=len(saved), lost_doubled_or_missed=0)


def wait_for_more(histories: list[Path]) -> None:
    """Until each writer was told of something more, and each follower saw something more."""
    before = [path.stat().st_size for path in histories]
    deadline = time.monotonic() + 60
    while any(path.stat().st_size <= size for path, size in zip(histories, before, strict=True)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
