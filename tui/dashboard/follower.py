"""The follower: one thread that reads the log for the screen, and a bell that tells it when the log has moved.

The screen sends wishes (go there, step, filter) and gets one message with one immutable snapshot back. Wishes that
pile up while a snapshot is made are taken together, so a held-down key never leaves a queue behind. When a step has
been painted and nothing else is asked for, the same step once more is read ahead. Questions about single records are
answered through futures. No thread but the reader's own touches its connections.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread
from time import monotonic
from typing import Any, TypeVar

from textual.message import Message

from domain.clock import Clock
from domain.errors import LogUnavailable, Refused
from projections.feed.filter_parser import FilterRefused
from projections.situation import Situation
from tui.dashboard.bell import Bell
from tui.dashboard.garbage import tidy
from tui.dashboard.messages import Arrived, FilterWrong, Granted, NotThere, Working
from tui.dashboard.moves import filtering, going, playing_on, stepping, stepping_known
from tui.dashboard.reading import Progress, Reading
from tui.dashboard.snapshot import PAGE, Stand
from tui.dashboard.standpoint import Move, Standpoint
from tui.dashboard.troubles import Troubles

T = TypeVar("T")
Post = Callable[[Message], Any]
Open = Callable[[Progress], Reading]
Ahead = Callable[[Situation], None]

RETRY_SECONDS = 2.0
"""How often a log that cannot be read is tried again."""
LOOK_SECONDS = 1.0
"""How often it is looked whether the log's file is still there: nothing tells of one that was deleted or replaced."""


class Follower:
    """Follows a log. `post` must be safe to call from any thread, as Textual's `post_message` is."""

    def __init__(self, open_reading: Open, post: Post, clock: Clock, stand: Stand) -> None:
        self._open = open_reading
        self._post = post
        self._clock = clock
        self._stand = stand
        self._filter = ""
        self._number = 0
        self._wake = Condition()
        self._moves: deque[Move] = deque()
        self._questions: deque[tuple[Callable[[Reading, Any], Any], Future[Any]]] = deque()
        self._moved = True
        self._refresh = True
        self._looked_at = 0.0
        self._again: Move | None = None
        self._ahead: Ahead | None = None
        self._stopping = False
        self._wished = 1  # the first wish is to see anything
        self._troubles = Troubles(post, clock)
        self._bell: Bell | None = None
        self._thread = Thread(target=self._run, name="follower", daemon=True)

    # from the screen

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout=5)

    def go(self, stand: Stand) -> None:
        """Stand elsewhere."""
        self._wish(going(stand))

    def step(self, unit: str, by: int) -> None:
        """Some records, days or phases on (or back, below zero)."""
        self._wish(stepping(unit, by))

    @property
    def wished(self) -> int:
        """How many wishes there were; `Granted` says how many are answered."""
        return self._wished

    def play_on(self) -> None:
        """To the next day on which anything is on record; at the last of them, live."""
        self._wish(playing_on(), asked=False)

    def step_known(self, by: int) -> None:
        """Some records more or less known, as of the same time."""
        self._wish(stepping_known(by))

    def filter(self, text: str) -> None:
        """Show only what a filter lets through."""
        self._wish(filtering(text, lambda error: self._post(FilterWrong(text, error.problems))))

    def look_again(self) -> None:
        """Make a new snapshot: a minute has passed."""
        with self._wake:
            self._refresh = True
            self._wake.notify()

    def painted(self, draw: Ahead) -> None:
        """What was made is on the screen: what is read ahead now takes no time from it. `draw` draws it ahead, too."""
        with self._wake:
            self._ahead = draw
            self._wake.notify()

    @property
    def newest(self) -> int:
        """The number of the newest snapshot."""
        return self._number

    def ask(self, question: Callable[[Reading, Any], T]) -> Future[T]:
        """Have a question answered on the reader's thread: it gets the reading and the vantage at hand."""
        future: Future[T] = Future()
        with self._wake:
            if self._stopping:
                future.cancel()
            else:
                self._questions.append((question, future))
                self._wake.notify()
        return future

    def _wish(self, move: Move, *, asked: bool = True) -> None:
        with self._wake:
            self._moves.append(move)
            self._wished += asked
            self._wake.notify()

    def ring(self) -> None:
        """The log has moved."""
        with self._wake:
            self._moved = True
            self._wake.notify()

    # on the reader's thread

    def _run(self) -> None:
        reading: Reading | None = None
        before: object = None
        while True:
            if reading is None:
                reading = self._opened()
                if reading is None:
                    self._fail_questions()
                    self._post(Granted(self._wished))
                    if not self._wait(RETRY_SECONDS):
                        break
                    continue
                if before is not None and before != reading.identity:
                    self._post(NotThere("the log's file was replaced: shown is the one that lies there now"))
                before = reading.identity
            if not self._work(reading):
                break
            lost = reading.lost()
            if lost is not None:
                self._troubles.tell(lost)
            elif not self._troubles.standing:
                self._troubles.was_read(reading)
            if lost is not None or (self._troubles.standing and not self._bell_rings()):
                # what is wrong may be wrong with the connection: open anew
                self._close(reading)
                reading = None
                if not self._wait(RETRY_SECONDS):
                    break
        if reading is not None:
            self._close(reading)
        self._drop_questions()

    def _wait(self, seconds: float) -> bool:
        """A pause, which only a question shortens. False when it is time to stop."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._questions, seconds)
            return not self._stopping

    def _opened(self) -> Reading | None:
        try:
            reading = self._open(self._progress)
            self._bell = Bell(reading, self.ring, self._bell_failed)
            with self._wake:
                self._moved = self._refresh = True
            return reading
        except Exception as error:
            self._troubles.tell(error)
        return None

    def _progress(self, done: int, total: int) -> None:
        if total:
            self._post(Working(f"reading the log: {done * 100 // total} %"))

    def _bell_failed(self, error: BaseException) -> None:
        self._troubles.tell(error)
        with self._wake:
            self._moved = True
            self._wake.notify()

    def _bell_rings(self) -> bool:
        return self._bell is not None and self._bell.alive

    def _close(self, reading: Reading) -> None:
        if self._bell is not None:
            self._bell.stop()
            self._bell = None
        with contextlib.suppress(Exception):
            reading.close()

    def _work(self, reading: Reading) -> bool:
        """Wait for something to do, and do it; in trouble look again. False when it is time to stop."""
        with self._wake:
            if not self._is_asked():
                since = monotonic() - self._looked_at
                self._wake.wait(max(0.0, RETRY_SECONDS - since) if self._troubles.standing else LOOK_SECONDS)
            if self._stopping:
                return False
            if not (self._is_asked() or self._troubles.standing):
                return True
            moves, self._moves = list(self._moves), deque()
            questions, self._questions = list(self._questions), deque()
            moved, self._moved = self._moved, False
            ahead, self._ahead = self._ahead, None
            refresh, self._refresh = self._refresh, False
            # not at each waking: what is drawn wakes this too
            refresh = refresh or (self._troubles.standing and monotonic() - self._looked_at >= RETRY_SECONDS)
            wished = self._wished
        try:
            if moved or refresh:
                self._keep_up(reading, moves)
            elif moves:
                self._snapshot(reading, moves)
            elif ahead and not questions:
                self._read_ahead(reading, ahead)
                if not self._moves:
                    tidy()
            for question, future in questions:
                self._answer(reading, question, future)
            self._troubles.tell_how_it_stands(reading, looked=moved or refresh)
        except Exception as error:
            for _, future in questions:
                if not future.done():
                    future.set_exception(error)
            self._troubles.tell(error)
        if moved or refresh or moves:
            self._post(Granted(wished))
        return True

    def _is_asked(self) -> bool:
        return bool(
            self._stopping or self._moves or self._questions or self._moved or self._refresh or self._ahead is not None
        )

    def _keep_up(self, reading: Reading, moves: list[Move]) -> None:
        """Take in what is new and show it, as soon as it can be seen."""
        self._looked_at = monotonic()
        shown = False

        def show() -> None:
            nonlocal shown
            self._snapshot(reading, moves)
            shown = True

        reading.catch_up(show)
        if not shown:
            self._snapshot(reading, moves)

    def _snapshot(self, reading: Reading, moves: list[Move]) -> None:
        place = Standpoint(reading, self._stand, self._filter, self._clock())
        for move in moves:
            try:
                place.take(move)
            except Refused as error:
                self._post(NotThere(str(error)))
        vantage = place.vantage()
        situation = reading.situation(vantage)
        self._stand = place.stand
        try:
            wanted = reading.wanted(place.filter, place.now)
        except FilterRefused as error:  # another log lies there now
            self._post(FilterWrong(place.filter, error.problems))
            place.filter, wanted = "", reading.wanted("", place.now)
        self._filter, self._again = place.filter, place.again
        snapshot = place.seen(vantage, situation, wanted, self._number + 1)
        self._number = snapshot.number
        self._troubles.was_read(reading)
        self._post(Arrived(snapshot))

    def _read_ahead(self, reading: Reading, draw: Ahead) -> None:
        """Look where the same step once more would lead: the reading keeps what it has seen, and what draws it too."""
        if self._again is None:
            return
        place = Standpoint(reading, self._stand, self._filter, self._clock())
        with contextlib.suppress(Refused):
            self._again(place)
            vantage = place.vantage()
            if not vantage.live:
                situation = reading.situation(vantage)
                reading.feed(vantage, reading.wanted(place.filter, place.now), PAGE, None, 0)
                draw(situation)

    def _answer(self, reading: Reading, question: Callable[[Reading, Any], Any], future: Future[Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            place = Standpoint(reading, self._stand, self._filter, self._clock())
            future.set_result(question(reading, place.vantage()))
        except Exception as error:
            future.set_exception(error)

    def _fail_questions(self) -> None:
        """Nobody waits for an answer while there is nothing to be read."""
        with self._wake:
            questions, self._questions = list(self._questions), deque()
        for _, future in questions:
            if future.set_running_or_notify_cancel():
                future.set_exception(LogUnavailable("the log cannot be read now", remedy="the first line says why"))

    def _drop_questions(self) -> None:
        with self._wake:
            while self._questions:
                self._questions.popleft()[1].cancel()
