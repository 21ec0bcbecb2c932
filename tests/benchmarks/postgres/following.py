"""A hundred followers: what they cost the server while nothing happens and for each record, and when they have it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from threading import Event, Thread

from domain.monitor import Monitor
from domain.place import Server
from tests.benchmarks.appending import claim
from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import percentile
from tests.benchmarks.postgres.processes import clients
from tests.benchmarks.postgres.server import MeasuredServer
from tests.benchmarks.table import Row

FOLLOWERS, PROCESSES = 100, 4
_APPENDS, _PAUSE_SECONDS = 40, 0.25
_IDLE_SECONDS = 10.0
Seen = list[tuple[int, float]]
"""Position and moment (of a clock that all processes share), as a follower got them."""


def rows(bench: Bench, server: MeasuredServer) -> Iterator[Row]:
    """Each follower is a subscription of its own with its own connections, up to 25 in a process: no dashboards."""
    with Monitor(server.place(user="amal")) as monitor:
        _appended(server, monitor)  # a new connection plans everything anew
        alone = _appended(server, monitor)
        yield _delivered(bench, 1, _followed(server, monitor, 1, 1))
        among = _followed(server, monitor, PROCESSES, FOLLOWERS // PROCESSES)
    yield _delivered(bench, FOLLOWERS, among)
    each = (among.cpu_ms - alone.cpu_ms) / FOLLOWERS * 1000
    yield Row(
        what=f"{FOLLOWERS} followers, server's CPU per record",
        size=bench.size,
        unit="ms",
        measured=among.cpu_ms,
        peer=alone.cpu_ms,
        peer_name="without followers",
        note=f"{each:.0f} us for each follower and record",
        detail={"per_follower_us": each},
    )
    yield Row(
        what=f"{FOLLOWERS} followers, server's CPU while idle",
        size=bench.size,
        unit="ms/s",
        measured=among.idle_ms,
        note=f"over {_IDLE_SECONDS:.0f} s, in which each looks once by itself; {among.idle_ms / 10:.1f} % of a core",
    )


@dataclass(frozen=True)
class _Appends:
    """When each record was committed (as `Seen` has it), and the server's CPU for each; later than that, waits."""

    committed: list[float]
    cpu_ms: float
    idle_ms: float = 0.0
    waits_ms: tuple[float, ...] = ()


def _followed(server: MeasuredServer, monitor: Monitor, processes: int, each: int) -> _Appends:
    """Some records, seen by so many followers in each of so many processes."""
    head = monitor.head().position
    given = [(str(monitor.info.place), each, head, head + _APPENDS)] * processes
    with clients(follow, given) as following:
        following.meet()
        time.sleep(2)  # what a start costs is over
        idle = _idle(server) if processes > 1 else 0.0
        made = _appended(server, monitor)
        following.meet()
        seen = [one for answer in following.answers() for one in answer]
    assert len(seen) == processes * each
    wanted = list(range(head + 1, head + _APPENDS + 1))
    assert all([position for position, _ in one] == wanted for one in seen), "a follower missed or doubled a record"
    waits = tuple((moment - made.committed[position - head - 1]) * 1000 for one in seen for position, moment in one)
    return replace(made, idle_ms=idle, waits_ms=waits)


def _delivered(bench: Bench, followers: int, among: _Appends) -> Row:
    waits = among.waits_ms
    return Row(
        what=f"committed to delivered to {followers} follower{'s' * (followers > 1)}, p95",
        size=bench.size,
        unit="ms",
        measured=percentile(waits, 95),
        note=f"{len(waits):,} deliveries, p50 {percentile(waits, 50):.1f} ms, last {max(waits):.0f} ms; followers, who"
        " check and decode each record, server and writer share these cores",
        detail={"p50_ms": percentile(waits, 50), "max_ms": max(waits)},
    )


def _appended(server: MeasuredServer, monitor: Monitor) -> _Appends:
    stream = f"strike-claimant-00-followed-{monitor.head().position}"
    committed: list[float] = []
    spent = server.cpu()
    for number in range(_APPENDS):
        monitor.append([claim(number, stream)])
        committed.append(time.monotonic())
        time.sleep(_PAUSE_SECONDS)
    return _Appends(committed, (server.cpu() - spent) / _APPENDS * 1000)


def _idle(server: MeasuredServer) -> float:
    """Milliseconds of CPU a second."""
    spent = server.cpu()
    time.sleep(_IDLE_SECONDS)
    return (server.cpu() - spent) / _IDLE_SECONDS * 1000


def follow(meet: Callable[[], object], uri: str, count: int, after: int, last: int) -> list[Seen]:
    """So many followers in this process, from a position to another."""
    over = Event()
    with ExitStack() as stack:
        seen: list[Seen] = []
        threads: list[Thread] = []
        for _ in range(count):
            monitor = stack.enter_context(Monitor(Server(uri), read_only=True))
            seen.append([])
            threads.append(Thread(target=_take, args=(monitor, after, last, seen[-1], over)))
            threads[-1].start()
        meet()
        meet()  # with all connections still open: of processes that have ended less is known
        over.set()
        for thread in threads:
            thread.join()
        return seen


def _take(monitor: Monitor, after: int, last: int, seen: Seen, over: Event) -> None:
    with monitor.follow(after) as subscription:
        for record in subscription:
            seen.append((record.id, time.monotonic()))
            if record.id >= last:
                break
        over.wait()
