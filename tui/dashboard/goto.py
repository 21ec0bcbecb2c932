"""Go to: two fields, one for each clock. What cannot be read is said under the field it stands in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from domain.errors import CeasefireError
from tui.dashboard.field import Field
from tui.dashboard.snapshot import Stand
from tui.dashboard.typing_ahead import CLOSES, NotDone
from tui.safe_text import plain

Check = Callable[[str | None, str | None], Awaitable[None]]
"""Resolves a vantage as typed; raises Refused, or whatever keeps it from being read."""


class GoTo(ModalScreen[Stand | None]):
    """The result is where to stand, None to stay."""

    DEFAULT_CSS = """
    GoTo { align: center middle; background: $background 60%; }
    GoTo > Vertical { width: 64; max-width: 100%; height: auto; border: heavy $primary; padding: 0 1;
                      background: $background;
                      border-title-color: $text; border-title-style: bold; }
    GoTo .wrong { color: $error; text-style: bold; height: auto; }
    GoTo .quiet { color: $text-muted; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, stand: Stand, check: Check) -> None:
        super().__init__()
        self._check = check
        self._stand = stand
        known = {"now": "", "then": "then", "given": stand.known_at or ""}[stand.clock]
        self.as_of = Field("as of", value=stand.as_of or "", placeholder="now", replace=True, id="as-of")
        self.known_at = Field("known at", value=known, placeholder="now", replace=True, id="known-at")
        self.as_of_wrong = Static("", classes="wrong", markup=False)
        self.known_wrong = Static("", classes="wrong", markup=False)

    def compose(self) -> ComposeResult:
        """Two fields with their words."""
        with Vertical() as box:
            box.border_title = plain("Go to")
            yield Static(plain("as of: what had happened by then"), classes="quiet")
            yield self.as_of
            yield self.as_of_wrong
            yield Static(plain("known at: what was on record by then"), classes="quiet")
            yield self.known_at
            yield self.known_wrong
            yield Static(
                plain(
                    "2026-02-02, 2026-02, 2026-02-02T17:00:00+02:00, yesterday, -3d, day:42, now; known at "
                    "also @207, or then: whatever as of says. Tab: other field, enter: go, esc: stay."
                ),
                classes="quiet",
            )

    def on_mount(self) -> None:
        """Begin with the first clock."""
        self.as_of.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Resolve before leaving: the fields stay until they can be read."""
        event.stop()
        self.run_worker(self._go(), exclusive=True, group=CLOSES)

    async def _go(self) -> None:
        as_of = self.as_of.value.strip() or None
        as_of = None if as_of == "now" else as_of
        typed = self.known_at.value.strip()
        known = None if typed in ("", "now") else typed
        self.as_of_wrong.update("")
        self.known_wrong.update("")
        try:
            await self._check(as_of, None)
        except CeasefireError as error:
            self._say_wrong(self.as_of_wrong, self.as_of, error)
            return
        if known is not None and known != "then":
            try:
                await self._check(as_of, known)
            except CeasefireError as error:
                self._say_wrong(self.known_wrong, self.known_at, error)
                return
        clock = "now" if known is None else "then" if known == "then" else "given"
        self.dismiss(Stand(as_of, known if clock == "given" else None, clock))  # type: ignore[arg-type]

    def _say_wrong(self, place: Static, field: Field, error: CeasefireError) -> None:
        place.update(plain(_words(error)))
        field.focus()
        self.post_message(NotDone("that cannot be gone to"))

    def action_leave(self) -> None:
        """Stay."""
        self.dismiss(None)


def _words(error: CeasefireError) -> str:
    return f"{error.what}; {error.remedy}" if error.remedy else error.what
