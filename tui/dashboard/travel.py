"""Time: play, step, go to a date, the second clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from textual.timer import Timer

from tui.dashboard.messages import Arrived, NotThere, Troubled
from tui.dashboard.scrubber import Scrubber
from tui.dashboard.snapshot import Stand
from tui.dashboard.window import Setup, Window

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Days a second."""


class Travel(Window):
    """What moves the vantage. A message of the follower is handled by the window too: Textual asks every class."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._speed = 2
        self._player: Timer | None = None
        self._stepping = False

    def on_arrived(self, message: Arrived) -> None:
        """It came: the next step may be taken, and at the end of the record there is none."""
        self._stepping = False
        if self._player is not None and message.snapshot.stand.live:
            self._pause("the end of the record: live again")

    def on_troubled(self, _: Troubled) -> None:
        """It will not come; play goes on when the log can be read again."""
        self._stepping = False

    def on_not_there(self, message: NotThere) -> None:
        """Say why nothing moved."""
        self._stepping = False
        if self._player is not None:
            self._pause(message.words)
        else:
            self.say(message.words)

    def on_scrubber_day_picked(self, message: Scrubber.DayPicked) -> None:
        """To a day."""
        self._go_to_day(message.day)

    def action_play(self) -> None:
        """Forward a day at a time, over days of which nothing is on record, or pause."""
        if self._player is not None:
            self._pause("")
            return
        snapshot = self.snapshot
        if snapshot is None:
            return
        if snapshot.stand.live:
            keys = self.glyphs.keys
            back = f"{keys['day_one']} for day 1, {keys['previous_day']} for the day before"
            self.say(f"this is live; go back first ({back}), then play")
            return
        self._play()

    def _play(self) -> None:
        if self._player is not None:
            self._player.stop()
        self._player = self.set_interval(1 / SPEEDS[self._speed], self._tick)
        self._draw_banner(replace(self._banner, playing=f"{SPEEDS[self._speed]:g} d/s"))

    def _pause(self, words: str) -> None:
        if self._player is not None:
            self._player.stop()
            self._player = None
        self._draw_banner(replace(self._banner, playing=""))
        if words:
            self.say(words)

    def _tick(self) -> None:
        # a slow terminal or log must not be buried under steps: one at a time
        if not self._stepping:
            self._stepping = True
            self._follower.play_on()

    def action_slower(self) -> None:
        """Fewer days a second."""
        self._set_speed(self._speed - 1)

    def action_faster(self) -> None:
        """More days a second."""
        self._set_speed(self._speed + 1)

    def _set_speed(self, speed: int) -> None:
        self._speed = min(len(SPEEDS) - 1, max(0, speed))
        if self._player is not None:
            self._play()
        else:
            self.say(f"plays {SPEEDS[self._speed]:g} days a second")

    def action_previous_record(self) -> None:
        """To the record before."""
        self._stop_playing()
        self._follower.step("record", -1)

    def action_next_record(self) -> None:
        """To the record after."""
        self._stop_playing()
        self._follower.step("record", 1)

    def action_less_known(self) -> None:
        """One record less known."""
        self._stop_playing()
        self._follower.step_known(-1)

    def action_more_known(self) -> None:
        """One record more known."""
        self._stop_playing()
        self._follower.step_known(1)

    def action_previous_day(self) -> None:
        """To the day before."""
        self._stop_playing()
        self._step_days(-1)

    def action_next_day(self) -> None:
        """To the day after."""
        self._stop_playing()
        self._step_days(1)

    def _step_days(self, by: int) -> None:
        self._stepping = True
        self._follower.step("day", by)

    def action_previous_phase(self) -> None:
        """To the change of phase before."""
        self._stop_playing()
        self._follower.step("phase", -1)

    def action_next_phase(self) -> None:
        """To the change of phase after."""
        self._stop_playing()
        self._follower.step("phase", 1)

    def action_live(self) -> None:
        """Back to live."""
        self._stop_playing()
        self._follower.go(Stand())

    def action_day_one(self) -> None:
        """To day 1 of the ceasefire shown; without one, to the first day of the record."""
        self._stop_playing()
        snapshot = self.snapshot
        if snapshot is not None:
            self._go_to_day(snapshot.situation.ceasefire.day_one or snapshot.density.first)

    def _go_to_day(self, day: str) -> None:
        self._stop_playing()
        snapshot = self.snapshot
        if snapshot is None:
            return
        clock = "then" if snapshot.stand.clock == "then" else "now"
        today = snapshot.density.last
        if date.fromisoformat(day) >= date.fromisoformat(today) and snapshot.stand.live:
            return
        self._follower.go(Stand(as_of=day, clock=clock))  # type: ignore[arg-type]

    def action_second_clock(self) -> None:
        """Known now, or known then."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        stand = snapshot.stand
        if stand.live:
            keys = self.glyphs.keys
            self.say(
                f"live, both clocks are at now; go to a date first ({keys['go_to']}), then {keys['second_clock']} "
                "shows what was known by then"
            )
            return
        self._follower.go(replace(stand, clock="now" if stand.clock == "then" else "then", known_at=None))

    def _stop_playing(self) -> None:
        if self._player is not None:
            self._pause("")

    def action_go_to(self) -> None:
        """To a date or an instant on both clocks."""
        from tui.dashboard.goto import GoTo  # noqa: PLC0415

        self._stop_playing()
        snapshot = self.snapshot
        stand = snapshot.stand if snapshot else Stand()

        async def check(as_of: str | None, known_at: str | None) -> None:
            now = self._clock()
            await self.ask(lambda reading, _: reading.vantage(as_of, known_at, now))

        def went(result: Stand | None) -> None:
            if result is not None:
                self._follower.go(result)

        self.push_screen(GoTo(stand, check), went)
