"""Keeps what is typed into a form while it is typed: whatever ends the dashboard, the form's draft has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from tui.dashboard.forms.contract import Keeps

KEEP_SECONDS = 1.0
"""From the first key that is typed to the draft that has it."""
Typed = Mapping[str, str]


class Keeping:
    """Of a form's screen: `typed` is what a draft of it has, None when nothing is typed; `tell` shows words."""

    def __init__(
        self, screen: Screen[Any], keeps: Keeps, typed: Callable[[], Typed | None], tell: Callable[[str], None]
    ) -> None:
        self._screen = screen
        self._keeps = keeps
        self._typed = typed
        self._tell = tell
        self._timer: Timer | None = None
        self._kept: Typed | None = None

    @property
    def lasting(self) -> bool:
        """Whether a draft outlives the dashboard."""
        return self._keeps.lasting

    def begin(self) -> None:
        """What stands in the form now is kept already, or need not be."""
        self._kept = self._typed()

    def soon(self) -> None:
        """In a moment, however much is typed until then."""
        if self._timer is None:
            self._timer = self._screen.set_timer(KEEP_SECONDS, self.now)

    def now(self) -> None:
        """Keep it, if it is not kept as it is."""
        self.stop()
        typed = self._typed()
        if typed != self._kept or (typed is not None and self._keeps.gone):
            self._kept = typed
            self._tell(self._keeps.keep(typed))

    def stop(self) -> None:
        """What becomes of the draft is decided elsewhere now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def at_the_end(self) -> None:
        """The form is closed, or the dashboard ends with it open."""
        if self._timer is not None:
            self.stop()
            self._keeps.keep(self._typed())
        self._keeps.close()
