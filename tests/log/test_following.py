"""Live follow across processes: each record once, in order, and nothing left running."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from threading import Thread, Timer

import pytest

from domain.errors import LogUnavailable
from domain.monitor import Monitor
from tests.domain.examples import limited
from tests.log.desks import AnyDesk
from tests.log.processes import append_numbered, finished, started


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=60)
    assert [thread.name for thread in left if thread.is_alive()] == []


def follow(monitor: Monitor, gt: int | None, count: int) -> list[tuple[int, str]]:
    """Position and key of the next records; a follower that hangs is stopped, and has then seen too few."""
    seen: list[tuple[int, str]] = []
    with monitor.recorder.subscribe(gt=gt) as subscription:
        watchdog = Timer(30, subscription.stop)
        watchdog.start()
        for notification in subscription:
            record = monitor.mapper.to_domain_event(notification)
            seen.append((notification.id, getattr(record, "key", "")))
            if len(seen) == count:
                break
        watchdog.cancel()
    return seen


def test_what_two_other_processes_write_is_seen_once_and_in_order(any_desk: AnyDesk) -> None:
    writers = [started(append_numbered, any_desk.place, any_desk.folder / "said", name, 1, 100) for name in "ab"]

    seen = follow(any_desk.monitor, 0, 200)

    finished(*writers)
    assert [position for position, _ in seen] == list(range(1, 201))
    assert [key for _, key in seen] == any_desk.record_keys()


def test_from_after_a_position(any_desk: AnyDesk) -> None:
    any_desk.given(*(limited(str(n)) for n in range(1, 6)))
    writer = started(append_numbered, any_desk.place, any_desk.folder / "said", "later", 1, 5)

    seen = follow(any_desk.monitor, 3, 7)

    finished(writer)
    assert seen == [(4, "4"), (5, "5"), *((5 + n, f"later {n}") for n in range(1, 6))]


def test_a_writer_that_is_killed_disturbs_nobody(any_desk: AnyDesk) -> None:
    writer = started(append_numbered, any_desk.place, any_desk.folder / "said", "first", 1, 10_000)
    assert len(follow(any_desk.monitor, 0, 10)) == 10
    writer.kill()
    writer.join()
    (record,) = any_desk.given(limited("mine"))

    assert follow(any_desk.monitor, record.position - 1, 1) == [(record.position, "mine")]


def test_a_log_that_is_only_read_is_followed_too(any_desk: AnyDesk) -> None:
    with Monitor(any_desk.place, read_only=True) as reader:
        writer = started(append_numbered, any_desk.place, any_desk.folder / "said", "n", 1, 5)
        seen = follow(reader, 0, 5)
        finished(writer)

    assert [position for position, _ in seen] == [1, 2, 3, 4, 5]


def test_leaving_the_with_ends_it(any_desk: AnyDesk) -> None:
    with any_desk.monitor.recorder.subscribe(gt=0):
        pass


def test_an_error_in_the_middle_of_following_ends_it(any_desk: AnyDesk) -> None:
    any_desk.given(limited())

    def fail_half_way() -> None:
        with any_desk.monitor.recorder.subscribe(gt=0) as subscription:
            next(subscription)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()


def test_a_log_that_is_taken_away_ends_it_with_an_error(any_desk: AnyDesk) -> None:
    any_desk.given(limited())
    problems: list[BaseException] = []

    with any_desk.monitor.recorder.subscribe(gt=0) as subscription:
        next(subscription)

        def wait() -> None:
            try:
                next(subscription)
            except (StopIteration, LogUnavailable) as error:
                problems.append(error)

        waiting = Thread(target=wait)
        waiting.start()
        any_desk.monitor.close()
        subscription.stop()
        waiting.join(timeout=60)

    assert len(problems) == 1
