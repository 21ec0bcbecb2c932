"""What to append: drafts that were kept, the forms wanted most, and one for each record type, by stream."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import cleandoc
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from domain.catalogue import CATALOGUE, STREAM_KINDS
from tui.dashboard.field import Field
from tui.dashboard.forms.draft import Kept
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Line, Target, line, pad, wrapped
from tui.dashboard.palette import Choices
from tui.safe_text import on_a_line, plain

WIDTH = 100
"""Cells of the list at most, its frame included."""
WANTED_MOST = (
    ("strike", "s", "a strike, or another claim on one: casualties, who is said to be responsible"),
    ("status", "c", "status of a crossing: open, limited, closed"),
    ("passages", "p", "passages of a crossing: who got through, who was refused"),
    ("ceasefire.phase_changed", "f", "change of phase: announced, begun, completed, disputed"),
)
NUMBERED = 9
"""Drafts that have a key of their own."""
TYPES = tuple(topic for topic, kind in CATALOGUE.items() if kind.facts.STREAM)
"""All that can be appended; records about records are made by revising and retracting."""


def chooser_lines(wanted: str, drafts: Sequence[Kept], glyphs: Glyphs, width: int = WIDTH) -> list[Line]:
    """The list, narrowed to lines with all the words that are wanted, each told in full."""
    words = wanted.lower().split()

    def has(text: str) -> bool:
        return all(word in text.lower() for word in words)

    out = [
        line(
            (f"{index}  " if index <= NUMBERED else "   ", "key"),
            ("draft kept ", "new"),
            f"{each.at}: {on_a_line(each.words)}",
            target=Target("form", f"draft:{index}"),
        )
        for index, each in enumerate(drafts, start=1)
        if has(f"draft kept {each.words}")
    ]
    for name, key, said in WANTED_MOST:
        if has(said):
            out += _in_full(line((f"{key}  ", "key"), target=Target("form", name)), said, width, "")
    for kind in STREAM_KINDS:
        rows = [
            row
            for topic in TYPES
            if kind == CATALOGUE[topic].facts.STREAM and has(f"{topic.replace('_', ' ')} {_said(topic)}")
            for row in _type_lines(topic, width)
        ]
        if rows:
            out += [line((f"{glyphs.kinds.get(kind, ' ')} {kind}", "head")), *rows]
    return out or [line(("no record type has these words", "quiet"))]


def _type_lines(topic: str, width: int) -> list[Line]:
    name = topic.split(".", 1)[1].replace("_", " ")
    return _in_full(line("   ", (pad(name, 22), "strong"), target=Target("form", topic)), _said(topic), width, "quiet")


def _in_full(head: Line, said: str, width: int, ink: str) -> list[Line]:
    """What a line is for beside its head, and below where there is no room."""
    first, *rest = wrapped(said, width, ink, head.width)
    return [line(*head.runs, (first.text[head.width :], ink), target=head.target), *rest]


def _said(topic: str) -> str:
    """The first sentence of what the type says of itself."""
    return cleandoc(CATALOGUE[topic].facts.__doc__ or "").splitlines()[0].split(". ")[0].rstrip(".").replace("`", "")


class Choosing(ModalScreen[str | None]):
    """The result is a form's name: one of those wanted most, or a record type; `draft:1`; or `drop:1`, to drop it."""

    DEFAULT_CSS = """
    Choosing { align: center middle; background: $background 60%; }
    Choosing > Vertical { width: 100; max-width: 100%; height: 100%; max-height: 52; border: heavy $primary;
                          background: $background; border-title-color: $text; border-title-style: bold;
                          border-subtitle-color: $text-muted; }
    Choosing LineView { height: 1fr; }
    Choosing #narrow { display: none; }
    Choosing #narrow.open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,a", "leave", show=False),
        Binding("slash", "narrow", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        *(Binding(key, f"answer('{name}')", show=False) for name, key, _ in WANTED_MOST),
        *(Binding(str(index), f"draft({index})", show=False) for index in range(1, NUMBERED + 1)),
        Binding("ctrl+x", "drop", show=False),
    ]

    def __init__(self, drafts: Sequence[Kept] = (), *, kind: str = "", glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self._drafts = drafts
        self._kind = kind
        self.list = Choices(glyphs=glyphs)
        self.words = Field("words of a record type", placeholder="words of a record type", id="narrow")

    def compose(self) -> ComposeResult:
        """The list, and the field that narrows it."""
        with Vertical() as box:
            box.border_title = plain("Append")
            drop = "  ctrl+x drop the draft" if self._drafts else ""
            box.border_subtitle = plain(f"/ narrow  enter choose{drop}  esc leave")
            yield self.words
            yield self.list

    def on_mount(self) -> None:
        """All of them; the cursor on the first of the kind that the watcher stood on."""
        self._show("")
        self.list.focus()
        if self._kind:
            for index in range(self.list.line_count):
                at = self.list.line_at(index)
                if at is not None and at.target is not None and at.target.ref.startswith(f"{self._kind}."):
                    self.list.move_to(index)
                    break

    def _show(self, words: str) -> None:
        width = min(WIDTH, self.app.size.width) - 4  # of the frame, the cursor and the scrollbar
        self.list.show_lines(chooser_lines(words, self._drafts, self.glyphs, width))

    def on_resize(self) -> None:
        """Another width is another set of lines."""
        self._show(self.words.value)

    def on_line_view_chosen(self, event: LineView.Chosen) -> None:
        """This one."""
        event.stop()
        self.dismiss(event.target.ref)

    def action_answer(self, name: str) -> None:
        """This one."""
        self.dismiss(name)

    def action_draft(self, number: int) -> None:
        """A kept draft."""
        if number <= len(self._drafts):
            self.dismiss(f"draft:{number}")

    def action_drop(self) -> None:
        """What was typed into the draft under the cursor is not wanted any more."""
        if self.list.brings_back():
            return
        at = self.list.target
        if at is not None and at.ref.startswith("draft:"):
            self.dismiss(at.ref.replace("draft:", "drop:"))

    def action_leave(self) -> None:
        """None of them; out of the field first."""
        if self.words.has_class("open"):
            self.words.remove_class("open")
            self.words.value = ""
            self.list.focus()
        else:
            self.dismiss(None)

    def action_narrow(self) -> None:
        """Type words."""
        self.words.add_class("open")
        self.words.focus()

    def action_move(self, step: int) -> None:
        """The list's cursor, from the field too."""
        self.list.action_move(step)

    def action_page(self, step: int) -> None:
        """A page of the list."""
        self.list.action_page(step)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fewer types."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The one that the cursor stands on."""
        event.stop()
        self.list.action_choose()
