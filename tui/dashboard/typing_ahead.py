"""Keys typed ahead: each waits until all that the key before it asked for is there and has the focus.

Textual hands every key at once to what has the focus, and learns what a key opens only when it has come up through
all the widgets: what arrives with it in one burst would go to the widget that is about to be left, and run as commands
there. So one key is under way at a time. Two things end the waiting otherwise: what was asked for is not done
(`NotDone`), or does not come in time. Then what was typed on for it is dropped and said to be; it never goes elsewhere.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from time import monotonic

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker, WorkerState

OPENS = "opens"
"""The group of workers that open a screen when they have read what stands in it."""
CLOSES = "closes"
"""The group of workers that close a screen when they have done what it was filled in for."""
PATIENCE = 10.0
"""Seconds that a key is kept waiting; then what it waits for is given up."""
PATIENCE_TO_LEAVE = 5.0
"""Seconds that a key of `LEAVING` is kept waiting; then it gets through."""
LEAVING = frozenset({"ctrl+q", "ctrl+c"})
PAUSE = 0.3
"""Seconds between two keys by which the second is not typed on from the first, but after a look at the screen."""
_STEP = 0.01
_WAYS = 3
"""How often all that lies on a key's way is asked at least: for the key, what it asks for, and the answer to that."""

Typed = events.Key | events.Paste
Place = tuple[int, Screen[object] | None, Widget | None]


class NotDone(Message):
    """What a key asked for is not done, and why: whoever typed on counted on it."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class TypingAhead(App[None]):
    """An app that takes one key, or one paste, after the other."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._ahead: deque[Typed] = deque()
        self._typing: asyncio.Task[None] | None = None
        self._given = 0
        self._leads_nowhere = False
        self._typed_at = 0.0
        self._dropping = False
        self._dropped, self._why = 0, ""

    @property
    def keys_given(self) -> int:
        """How many keys and pastes went their way so far."""
        return self._given

    # what an app has to say of its keys

    def waits(self, typed: Typed) -> bool:  # noqa: ARG002 - for those who know what is under way
        """Whether something that this acts on is still on its way."""
        return False

    def leads_nowhere(self, typed: Typed) -> bool:
        """Whether this opens and closes nothing where it goes: text in a field. The next like it need not wait."""
        text = isinstance(typed, events.Paste) or typed.is_printable
        return text and bool(self.screen_stack) and isinstance(self.focused, Input)

    def given_up(self) -> None:
        """Called when what was asked for did not come in time."""

    def say_dropped(self, why: str, count: int) -> None:
        """Called when so many keys and pastes are dropped that were typed on for one thing, and why they are."""

    # a key's way

    async def on_event(self, event: events.Event) -> None:
        """A key waits for those before it; all else goes its way."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        typed_on = event.time - self._typed_at < PAUSE
        self._typed_at = event.time
        self._dropping = self._dropping and typed_on
        if self._dropping and not _leaves(event):
            self._dropped += 1
            self.say_dropped(self._why, self._dropped)
        else:
            self._ahead.append(event)
            first = len(self._ahead) == 1 and bool(self.screen_stack)
            if first and (self._follows(event) if self._typing else not self.waits(event)):
                await self._give()
        if self._typing is None:
            self._typing = asyncio.create_task(self._type_on())

    async def _type_on(self) -> None:
        """What was typed ahead, one by one."""
        try:
            while await self._settled() and self._ahead:
                self.call_later(self._give)  # on the app's own turn, as every other event
        finally:
            self._typing = None

    def _follows(self, event: Typed) -> bool:
        """Whether this need not wait for what is under way: neither opens or closes anything."""
        return self._leads_nowhere and self.leads_nowhere(event) and not self.waits(event)

    async def _give(self) -> None:
        """Give the next key its way, and with it those that need not wait for it."""
        going = bool(self._ahead)
        while going:
            event = self._ahead.popleft()
            self._given += 1
            self._leads_nowhere = self.leads_nowhere(event)
            await super().on_event(event)
            going = bool(self._ahead) and self._follows(self._ahead[0])

    async def _settled(self) -> bool:
        """Wait until all is done that was asked for, and the next key has what it acts on. False if given up."""
        began, ways, quiet = monotonic(), 0, False
        # a message that a key leads to begins its way where the key did: the last time nothing may move any more
        while self.is_running and (ways < _WAYS or not quiet):
            before = self._place()
            await self._through(began)
            if self._late(began):
                self._give_up()
                return False
            if under_way := self._under_way():
                await asyncio.sleep(_STEP)
            quiet = not under_way and before == self._place()
            ways += 1
        return self.is_running

    async def _through(self, began: float) -> None:
        """Wait until what has the focus, and then each above it, has done what was asked of it so far: a key's way."""
        way = iter((self.focused or self.screen).ancestors_with_self if self.screen_stack else [self])
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        at: MessagePump = self

        def climb() -> None:
            nonlocal at
            for at in way:
                if at.call_later(climb):
                    return
            if not done.done():
                done.set_result(None)

        climb()
        while not done.done() and not self._late(began):
            await asyncio.wait([done], timeout=_STEP)
            if at is not self and not at.is_attached:  # taken off the screen, it may never come to it
                climb()

    def _place(self) -> Place:
        if not self.screen_stack:
            return self._given, None, None
        return self._given, self.screen, self.focused

    def _under_way(self) -> bool:
        if not self.screen_stack or any(self._going(OPENS, CLOSES)):
            return True
        return bool(self._ahead) and self.waits(self._ahead[0])

    def _going(self, *groups: str) -> Iterator[Worker[object]]:
        going = (WorkerState.PENDING, WorkerState.RUNNING)
        return (each for each in self.workers if each.group in groups and each.state in going)

    # not done, or not in time

    def _late(self, began: float) -> bool:
        """Whether a key has waited too long since the one before it went its way."""
        if not self._ahead:
            return False
        leaving = next((each for each in self._ahead if _leaves(each)), None)
        waits_since = max(began, (leaving or self._ahead[0]).time)
        return monotonic() - waits_since > (PATIENCE_TO_LEAVE if leaving else PATIENCE)

    def _give_up(self) -> None:
        """Nothing that comes late may open under the hands of whoever went on; what saves is never stopped."""
        for worker in self._going(OPENS):
            worker.cancel()
        leaving = next((each for each in self._ahead if _leaves(each)), None)
        self.given_up()
        self.drop_ahead(f"what was asked for did not come in {PATIENCE:g} s, and is given up")
        if leaving is not None:
            self.call_later(super().on_event, leaving)

    def on_not_done(self, message: NotDone) -> None:
        """What was typed on is not for what is on the screen."""
        self.drop_ahead(message.why)

    def drop_ahead(self, why: str) -> None:
        """Drop what was typed ahead, and what is typed on without a look at the screen."""
        self._dropping = True
        self._dropped, self._why = len(self._ahead), why
        self._ahead.clear()
        if self._dropped:
            self.say_dropped(why, self._dropped)


def _leaves(typed: Typed) -> bool:
    return isinstance(typed, events.Key) and typed.key in LEAVING
