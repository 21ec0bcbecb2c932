"""The filter's field: it narrows the feed while somebody types, and says under itself what it cannot understand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from domain.catalogue import CATALOGUE
from projections.feed.filter_parser import FIELDS, FLAGS, HARMS, STATES, FilterRefused, Problem, parse
from projections.situation import Situation
from tui.dashboard.field import Field
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, clipped, line, wrapped
from tui.dashboard.one_line import OneLine
from tui.dashboard.typing_ahead import NotDone
from tui.safe_text import visible

EXAMPLE = "rafah killed>=5 claimant:moh type:strike since:2026-01-01 !corrected"
WRONG_LINES = 5
"""Lines that the problems may take: the records that are still listed must stay in sight."""


class Completion(Suggester):
    """Completes the last term that is being typed: a field, or a value that the log knows for it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.known: dict[str, tuple[str, ...]] = {"type": tuple(CATALOGUE), "state": STATES}

    def know(self, situation: Situation) -> None:
        """The claimants and streams of what is drawn."""
        claimants = {source.slug for source in situation.sources} | {
            each.claimant for each in situation.records if each.claimant
        }
        streams = {each.stream for each in situation.crossings} | {each.stream for each in situation.series}
        streams |= {each.stream for each in situation.strikes.latest}
        self.known["claimant"] = tuple(sorted(visible(name) for name in claimants))
        self.known["stream"] = tuple(sorted(visible(name) for name in streams))

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text with its last term completed."""
        start = value.rfind(" ") + 1
        term = value[start:].removeprefix("!")
        name, colon, typed = term.partition(":")
        if not term:
            return None
        if colon:
            names = _beginning(self.known.get(name, ()), typed)
        else:
            names = _beginning([*(f"{field}:" for field in FIELDS), *(f"{harm}>=" for harm in HARMS), *FLAGS], name)
        return value + names[0] if names else None


def _beginning(names: Iterable[str], start: str) -> list[str]:
    return [name.removeprefix(start) for name in names if name.startswith(start) and name != start]


class Wrong(OneLine):
    """What is wrong with the filter, term by term."""

    def __init__(self, more: str) -> None:
        super().__init__()
        self.problems: tuple[Problem, ...] = ()
        self._more = more

    def say(self, problems: tuple[Problem, ...]) -> None:
        """These, from now on; none is nothing."""
        self.problems = problems
        self.display = bool(problems)
        self.remake()

    def make(self, width: int) -> list[Line]:
        """A line or more for each problem."""
        rows = [row for problem in self.problems for row in wrapped(str(problem), width - 2, "error", 1)]
        if len(rows) > WRONG_LINES:  # a line for each: what is wrong stands at its beginning
            rows = [clipped(line((f" {problem}", "error")), width - 1, self._more) for problem in self.problems]
        if len(rows) > WRONG_LINES:
            left = len(rows) - WRONG_LINES + 1
            rows[WRONG_LINES - 1 :] = [line((f" and {left} more that are not understood", "error"))]
        return rows or [line("")]


class FilterLine(Vertical):
    """The field and what is wrong with it; hidden while there is no filter."""

    DEFAULT_CSS = """
    FilterLine { height: auto; display: none; }
    FilterLine.open { display: block; }
    FilterLine Wrong { display: none; }
    FilterLine.wrong Field { color: $error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    class Typed(Message):
        """A filter, as far as it is typed. What the log knows decides with `parse` whether it can be understood."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Judged(Message):
        """Whether what stands in the field is understood."""

        def __init__(self, *, understood: bool) -> None:
            super().__init__()
            self.understood = understood

    class Done(Message):
        """Somebody is done with the filter."""

    def __init__(self, *, glyphs: Glyphs, id: str) -> None:
        super().__init__(id=id)
        self._completion = Completion()
        self.field = Field("filter", placeholder=EXAMPLE, suggester=self._completion)
        self._wrong = Wrong(glyphs.more)
        self.in_hand = False
        """Whether somebody types into it; not from the key on that leaves it, though it keeps the focus a moment."""

    def compose(self) -> ComposeResult:
        """The field, and below it what is wrong."""
        yield self.field
        yield self._wrong

    def open(self) -> None:
        """Show the field, and type into it."""
        self.add_class("open")
        self.field.focus()

    def set(self, text: str) -> None:
        """Put this filter to work."""
        self.add_class("open")
        self.field.value = text

    def know(self, situation: Situation) -> None:
        """What there is to complete with."""
        self._completion.know(situation)

    def wrong(self, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong; nothing is wrong with no problems."""
        self.set_class(bool(problems), "wrong")
        self._wrong.say(problems)
        self.post_message(self.Judged(understood=not problems))

    def on_descendant_focus(self) -> None:
        """Somebody types."""
        self.in_hand = True

    def on_descendant_blur(self) -> None:
        """They are elsewhere."""
        self.in_hand = False

    def on_input_changed(self, event: Input.Changed) -> None:
        """Understand it, or say why not; what is at work stays at work."""
        event.stop()
        text = event.value.strip()
        try:
            parse(text)
            self.wrong(())
        except FilterRefused as refused:
            self.wrong(refused.problems)
        # also what is wrong: the log may find more in it, and all of that is said at once
        self.post_message(self.Typed(text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the feed; an empty filter goes away."""
        event.stop()
        if self.has_class("wrong"):
            self.post_message(NotDone("this filter is not at work"))
        self.action_leave()

    def action_leave(self) -> None:
        """Back to the feed."""
        self.in_hand = False
        if not self.field.value.strip():
            self.remove_class("open")
        self.post_message(self.Done())
