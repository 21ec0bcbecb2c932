"""Two writers never both win, and neither loses what it was told is saved."""

from __future__ import annotations

from threading import Thread

from domain.monitor import Monitor
from tests.domain.examples import NOW, limited
from tests.log.desks import AnyDesk
from tests.log.processes import Acknowledgements, append_numbered, finished, started


def all_hold(desk: AnyDesk, said: list[str], count: int) -> None:
    """Acknowledged is stored, once each, without a gap in the stream, and the chain is whole."""
    keys = desk.record_keys()
    assert sorted(keys) == sorted(said)
    assert len(set(keys)) == count
    assert [record.version for record in desk.monitor.history("crossing-rafah").records] == list(range(1, count + 1))
    assert desk.monitor.verify().records == count


def test_processes_on_one_stream(any_desk: AnyDesk) -> None:
    said = Acknowledgements(any_desk.folder / "said")
    finished(*(started(append_numbered, any_desk.place, said.path, f"writer {n}", 1, 40) for n in range(3)))

    all_hold(any_desk, said.read(), 120)


def test_processes_that_run_the_same_commands(any_desk: AnyDesk) -> None:
    said = Acknowledgements(any_desk.folder / "said")
    finished(*(started(append_numbered, any_desk.place, said.path, "same", 1, 40) for _ in range(3)))

    assert len(said.read()) == 120
    all_hold(any_desk, sorted(set(said.read())), 40)


def test_threads_with_a_log_of_their_own(any_desk: AnyDesk) -> None:
    said: list[str] = []

    def write(name: str) -> None:
        with Monitor(any_desk.place, clock=lambda: NOW) as monitor:
            for number in range(25):
                monitor.append([limited(f"{name} {number}")])
                said.append(f"{name} {number}")

    in_threads(write)

    all_hold(any_desk, said, 100)


def test_threads_that_share_one(any_desk: AnyDesk) -> None:
    said: list[str] = []

    def write(name: str) -> None:
        for number in range(25):
            any_desk.monitor.append([limited(f"{name} {number}")])
            said.append(f"{name} {number}")

    in_threads(write)

    all_hold(any_desk, said, 100)


def in_threads(write: object) -> None:
    assert callable(write)
    threads = [Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
        assert not thread.is_alive()
