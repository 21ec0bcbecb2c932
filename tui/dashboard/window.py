"""The one road from the follower's snapshots to the screen, and from the app to the watcher: banner, words, answers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

import msgspec
from textual import events
from textual.timer import Timer

from domain.clock import Clock, system_clock
from projections.situation import Situation
from tui.dashboard import inks
from tui.dashboard.actions import ACTIONS, Action, keymap, keys_on_what_is_drawn, keys_that_step
from tui.dashboard.banner import BannerState
from tui.dashboard.field import Field
from tui.dashboard.follower import Follower, Open
from tui.dashboard.glyphs import signs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines_screen import Hint
from tui.dashboard.main_screen import MainScreen
from tui.dashboard.messages import Arrived, Granted, Troubled, Working
from tui.dashboard.panel import Panel
from tui.dashboard.paper import aged
from tui.dashboard.reading import Reading
from tui.dashboard.snapshot import Snapshot, Stand
from tui.dashboard.typing_ahead import Typed, TypingAhead
from tui.dashboard.writing import Pen, form_key

T = TypeVar("T")
FETCHES = "fetches"
"""The group of workers that fetch more of the records in the feed."""
Times = Literal["zone", "utc", "age"]
"""How times are shown: on the clock of the log's timezone, in UTC, or as ages before as of."""
TIMES: tuple[Times, ...] = ("zone", "utc", "age")
LIVE = Stand()
OPENED_TO_LOOK = "this dashboard was opened to look"


@dataclass(frozen=True)
class Setup:
    """What a dashboard is started with. `pen` writes to the log; None where it may only be looked at, and `no_pen` why.

    `drafts_in`: the folder for drafts of forms; without one they are kept as long as the dashboard runs.
    `bell`: ring the terminal's when a change of phase, a suspension, an end or an allegation is recorded.
    """

    open_reading: Open
    pen: Pen | None
    stand: Stand = LIVE
    clock: Clock = system_clock
    ascii_only: bool = False
    bell: bool = False
    light: bool = False
    actions: tuple[Action, ...] = ACTIONS
    new_key: Callable[[], str] = form_key
    drafts_in: Callable[[], Path] | None = None
    no_pen: str = OPENED_TO_LOOK


RINGING = (
    "ceasefire.phase_changed",
    "ceasefire.suspended",
    "ceasefire.resumed",
    "ceasefire.ended",
    "ceasefire.violation_alleged",
)
"""Types of records for which the bell rings, if it is asked for."""


def _rings(before: Snapshot, now: Snapshot) -> bool:
    """Whether a record to ring for came in while the screen was live."""
    head = before.situation.vantage.head
    newest = (each for each in now.situation.records if each.position > head)
    return before.stand.live and now.stand.live and any(each.type in RINGING for each in newest)


class Window(TypingAhead):
    """The screen and the follower behind it. What keys do stands in the classes on top, one for each sort of action."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "Ceasefire Monitor"
    CSS: ClassVar[str] = """
    DashboardApp.ascii LineView { scrollbar-size-vertical: 0; }
    DashboardApp.ascii Panel, DashboardApp.ascii Panel:focus { border: ascii $foreground; }
    DashboardApp.ascii Feed, DashboardApp.ascii Feed:focus { border: ascii $foreground; }
    DashboardApp.ascii Sheet { border: ascii $foreground; }
    DashboardApp.ascii ModalScreen > Vertical { border: ascii $foreground; }
    DashboardApp.ascii VerticalScroll { scrollbar-size-vertical: 0; }
    DashboardApp.ascii #foot { border-top: ascii $foreground; }
    """

    def __init__(self, setup: Setup) -> None:
        no_color = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if no_color else None)
        self.animation_level = "none"
        self.glyphs = signs(setup.actions, ascii_only=setup.ascii_only)
        self.set_class(setup.ascii_only, "ascii")
        self.register_theme(inks.DARK)
        self.register_theme(inks.LIGHT)
        self.theme = "ansi-dark" if no_color else (inks.LIGHT if setup.light else inks.DARK).name
        self._setup = setup
        self._clock = setup.clock
        self._main = MainScreen(glyphs=self.glyphs, writes=setup.pen is not None, actions=setup.actions)
        self._follower = Follower(setup.open_reading, self.post_message, setup.clock, setup.stand)
        self._banner = BannerState()
        self._arrived: Snapshot | None = None
        self._times: Times = "zone"
        self._on_what_is_drawn = keys_on_what_is_drawn(setup.actions)
        self._steps = keys_that_step(setup.actions)
        self._granted = self._not_waited_for = 0
        self._ageing: Timer | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Variables of our own themes, for a theme that does not have them."""
        return {"frame": "ansi_bright_black", "field": "ansi_bright_black"}

    def get_default_screen(self) -> MainScreen:
        """There is one."""
        return self._main

    def on_mount(self) -> None:
        """Follow the log; look at the clock once a minute."""
        self.set_keymap(keymap(self._setup.actions))
        self._follower.start()
        # told to end, give the terminal back as it was
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit, None, 128 + signal.SIGTERM)
        self.set_interval(60, self._minute)

    def on_unmount(self) -> None:
        """Let go of the log."""
        self._follower.stop()

    @property
    def snapshot(self) -> Snapshot | None:
        """What is drawn now."""
        return self._arrived

    @property
    def situation(self) -> Situation | None:
        """The Situation that is drawn now, on the log's own clock."""
        return self.snapshot.situation if self.snapshot else None

    @property
    def shown(self) -> Situation | None:
        """The Situation that is drawn now, on the clock that it is drawn in."""
        return self._banner.snapshot.situation if self._banner.snapshot else None

    # from the follower

    def on_arrived(self, message: Arrived) -> None:
        """Draw it, unless a newer one is on its way."""
        if message.snapshot.number < self._follower.newest:
            return
        before, self._arrived = self._arrived, message.snapshot
        self._draw(message.snapshot)
        if self._setup.bell and before is not None and _rings(before, message.snapshot):
            self.bell()

    def _draw(self, snapshot: Snapshot) -> None:
        snapshot = replace(snapshot, situation=self._as_shown(snapshot.situation))
        self._draw_banner(replace(self._banner, snapshot=snapshot))
        self._main.show(snapshot)
        self._main.call_after_refresh(self._painted)

    def _as_shown(self, situation: Situation) -> Situation:
        """On the clock that times are shown in."""
        if self._times == "age":
            return aged(situation)
        if self._times == "utc":
            vantage = msgspec.structs.replace(situation.vantage, timezone="UTC")
            return msgspec.structs.replace(situation, vantage=vantage)
        return situation

    def _painted(self) -> None:
        draw = self._main.ahead()
        self._follower.painted(lambda situation: draw(self._as_shown(situation)))

    def on_troubled(self, message: Troubled) -> None:
        """Say it as long as it lasts, and how old by now is what is shown."""
        if self._ageing is not None:
            self._ageing.stop()
            self._ageing = None
        if message.trouble is not None and message.trouble.since is not None:
            self._ageing = self.set_interval(1, lambda: self._draw_banner(self._banner))
        self._draw_banner(replace(self._banner, trouble=message.trouble))

    def on_granted(self, message: Granted) -> None:
        """What was wished for is drawn."""
        self._granted = message.wishes

    def on_working(self, message: Working) -> None:
        """Say what takes so long."""
        self._draw_banner(replace(self._banner, waiting=message.words))

    def _draw_banner(self, state: BannerState) -> None:
        self._banner = state
        self._main.banner.show(state, self._clock())

    def _minute(self) -> None:
        self._draw_banner(self._banner)
        if self.snapshot is not None and self.snapshot.stand.live:
            self._follower.look_again()

    def say(self, words: str) -> None:
        """A sentence in place of the keys, until the next key."""
        if not self.screen_stack:
            return
        hint = getattr(self.screen, "hint", None)
        (hint if isinstance(hint, Hint) else self._main.keybar).say(words)

    def refuse(self, words: str) -> None:
        """Say why what a key asked for is not done. What was typed on for it is dropped."""
        self.say(words)
        self.drop_ahead(words)

    def waits(self, typed: Typed) -> bool:
        """A key that acts on what is drawn waits until that is what was asked for; any key, for a panel's room."""
        if not isinstance(typed, events.Key):
            return False
        if isinstance(self.focused, Panel) and not self.focused.region:
            return True  # it came forward just now: its lines come with its room
        if typed.key not in self._on_what_is_drawn:
            return False
        if self.screen is not self._main or isinstance(self.focused, Field):
            return False
        behind = self._granted < self._follower.wished != self._not_waited_for
        return behind or any(self._going(FETCHES))

    def leads_nowhere(self, typed: Typed) -> bool:
        """Text in a field; a step in time, or in the panel at hand."""
        steps = isinstance(typed, events.Key) and typed.key in self._steps
        on_lines = self.screen is self._main and isinstance(self.focused, LineView)
        return (steps and on_lines) or super().leads_nowhere(typed)

    def given_up(self) -> None:
        """The next key does not wait for the same again."""
        self._not_waited_for = self._follower.wished

    def say_dropped(self, why: str, count: int) -> None:
        """Say so: whoever types ahead does not see that it led nowhere."""
        self.say(f"{why} ({count} {'keys typed on are' if count > 1 else 'key typed on is'} dropped)")

    def on_paste(self) -> None:
        """Nobody had a use for it."""
        self.say("a paste goes into a field, and none is open here: nothing was done with it")

    def on_key(self, _: events.Key) -> None:
        """A key takes the sentence away."""
        if self._main.keybar.saying:
            self._main.keybar.say("")

    async def ask(self, question: Callable[[Reading, Any], T]) -> T:
        """An answer from the reader's thread."""
        future: Future[T] = self._follower.ask(question)
        return await asyncio.wrap_future(future)
