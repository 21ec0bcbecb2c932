"""Who follows a log in a file is told of each append, and finds by the clock what nothing tells of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from domain.log.head import head_path
from domain.log.sqlite import recorder, subscription, waking
from domain.log.sqlite.subscription import SQLiteSubscription
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import limited

NEVER = 600.0
LINUX = pytest.mark.skipif(not Path("/proc/sys/fs/inotify").exists(), reason="only Linux tells of what is written")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The head is watched from the first look on, and nothing is ever found by the clock alone."""
    monkeypatch.setattr(subscription, "LOOKS_TO_A_WATCH", 1)
    monkeypatch.setattr(subscription, "WATCHED_SECONDS", NEVER)


@contextmanager
def following(desk: Desk) -> Iterator[SQLiteSubscription]:
    """A follower that has seen the first record, and waits; one that hangs is stopped."""
    desk.given(limited("first"))
    with Monitor(desk.path, read_only=True) as reader, reader.follow(0) as following:
        watchdog = Timer(NEVER / 5, following.stop)
        watchdog.start()
        assert next(following).id == 1
        assert isinstance(following, SQLiteSubscription)
        yield following
        watchdog.cancel()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + NEVER / 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@LINUX
@pytest.mark.usefixtures("at_once")
def test_an_append_is_told(desk: Desk) -> None:
    with following(desk) as found:
        until(lambda: found._watch is not None)
        for position in (2, 3, 4):
            desk.given(limited(str(position)))
            assert next(found).id == position


@LINUX
@pytest.mark.usefixtures("at_once")
def test_the_wait_ends_when_it_is_stopped(desk: Desk) -> None:
    with following(desk) as found:
        until(lambda: found._watch is not None)
        began = time.monotonic()
    assert time.monotonic() - began < NEVER / 10


@LINUX
def test_another_head_under_that_name_is_watched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "LOOKS_TO_A_WATCH", 1)
    looked: list[None] = []
    look_again = waking.HeadWatch.look_again
    monkeypatch.setattr(waking.HeadWatch, "look_again", lambda watch: looked.append(look_again(watch)))
    with following(desk) as found:
        head_path(desk.path).unlink()
        desk.given(limited("may be told or not"))
        assert next(found).id == 2
        looked.clear()
        until(lambda: len(looked) > 1)  # the second look began when the new head was there
        monkeypatch.setattr(subscription, "WATCHED_SECONDS", NEVER)
        looked.clear()
        until(lambda: len(looked) > 0)  # and with this one ends the last wait that was short
        desk.given(limited("told"))
        assert next(found).id == 3


@LINUX
def test_a_commit_whose_writer_dies_before_the_head_is_found_by_the_clock(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "LOOKS_TO_A_WATCH", 1)
    with following(desk) as found:
        monkeypatch.setattr(recorder, "advance_head", lambda *_: None)
        desk.given(limited("without a head"))
        assert next(found).id == 2


@pytest.mark.parametrize("why", [OSError("no more watches"), ImportError("no such module")])
def test_where_nothing_can_be_watched_it_is_the_clock(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, why: Exception
) -> None:
    def refuse(_: Path) -> waking.HeadWatch:
        raise why

    monkeypatch.setattr(subscription, "HeadWatch", refuse)
    monkeypatch.setattr(subscription, "LOOKS_TO_A_WATCH", 1)
    monkeypatch.setattr(subscription, "WATCHED_SECONDS", NEVER)
    with following(desk) as found:
        desk.given(limited("second"))
        assert next(found).id == 2


@LINUX
def test_a_head_that_is_not_there_is_not_watched(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        waking.HeadWatch(tmp_path / "none.head")
