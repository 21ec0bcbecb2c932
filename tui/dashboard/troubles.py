"""What is wrong with the log, told to the screen once for as long as it lasts; and that it is over, once it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.message import Message

from domain.calendar import iso, micros
from domain.clock import Clock
from domain.errors import CeasefireError, LogGone
from domain.report import passed_by
from projections.situation import Unreadable
from tui.dashboard.messages import Troubled
from tui.dashboard.reading import Reading
from tui.dashboard.snapshot import Trouble


class Troubles:
    """Of one follower, on its thread; only `tell` is called from the bell's, too."""

    def __init__(self, post: Callable[[Message], Any], clock: Clock) -> None:
        self._post = post
        self._clock = clock
        self._trouble: Trouble | None = None
        self._last_good: str | None = None
        self._lasting = False

    @property
    def standing(self) -> bool:
        """Whether anything is wrong that may be over at the next look."""
        return self._trouble is not None and not self._lasting

    def tell(self, error: BaseException) -> None:
        """This is wrong."""
        if isinstance(error, LogGone) and self._last_good is not None:
            what, remedy = "the log's file is gone", f"{error.where}; bring it back: it is looked for all the time"
        elif isinstance(error, CeasefireError):
            what = error.what
            remedy = "; ".join(part for part in (error.where, error.remedy) if part)
        else:
            what, remedy = f"the log cannot be read now ({type(error).__name__}: {error})", "trying again"
        self._show(Trouble(what[:1].upper() + what[1:], remedy, self._last_good, behind=True), lasting=False)

    def _show(self, trouble: Trouble | None, *, lasting: bool) -> None:
        self._lasting = lasting
        if trouble != self._trouble:
            self._trouble = trouble
            self._post(Troubled(trouble))

    def was_read(self, reading: Reading) -> None:
        """The log was read just now; or, while it is away, when it last answered."""
        if reading.away is None:
            self._last_good = iso(micros(self._clock()))
        elif self._last_good is None and reading.answered_at is not None:
            self._last_good = iso(micros(reading.answered_at))

    def tell_how_it_stands(self, reading: Reading, *, looked: bool) -> None:
        """What is wrong as long as it is; once a look finds nothing wrong, that the trouble is over."""
        if reading.damage is not None:
            self.tell(reading.damage)  # what stands before the damage is drawn, and what comes after it never will be
        elif reading.away is not None:
            self.tell(reading.away)
        elif looked:
            unreadable, remade = reading.unreadable, reading.remade
            trouble = _of_records(unreadable) if unreadable else _of_the_read_model(remade) if remade else None
            self._show(trouble, lasting=trouble is not None)


def _of_records(unreadable: Sequence[Unreadable]) -> Trouble:
    """Records that cannot be read: the screen is not behind, and lacks what they say."""
    first, *others = unreadable
    what = passed_by(first.position, first.why)
    more = f", and {len(others):,} more" if others else ""
    return Trouble(what[:1].upper() + what[1:] + more, "the filter `unreadable` lists them", None)


def _of_the_read_model(remade: str) -> Trouble:
    """It was damaged, and is whole again: the disk may damage more."""
    what, _, remedy = remade.partition("; ")
    return Trouble(what[:1].upper() + what[1:], remedy, None)
