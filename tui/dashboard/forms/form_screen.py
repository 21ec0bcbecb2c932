"""The screen that draws every form: fields, words under those that are wrong, what will be written, what is similar."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from domain.deciding import Outcome
from domain.errors import CeasefireError, Refused
from domain.lines import Draft
from projections.situation import RecordLine
from tui.dashboard.feed import type_words
from tui.dashboard.field import Field
from tui.dashboard.forms.choice import Choice
from tui.dashboard.forms.form import Entry, Form, Wrong
from tui.dashboard.forms.leaving import Leaving
from tui.dashboard.glyphs import UNICODE, Glyphs
from tui.dashboard.lines import clip
from tui.dashboard.lines_screen import Hint
from tui.safe_text import on_a_line, plain

Write = Callable[[list[Draft], bool], list[Outcome]]
"""Writes drafts, or only tries (second argument). Called on a thread of its own; raises CeasefireError."""
Find = Callable[[str], Awaitable[list[RecordLine]]]
"""Records whose line has these words, newest first."""

PREVIEW_SECONDS = 0.3


class FormScreen(ModalScreen[list[Outcome] | None]):
    """A form. The result is what was written, None when it was left."""

    DEFAULT_CSS = """
    FormScreen { align: center middle; background: $background; }
    FormScreen > Vertical { border: heavy $primary; border-title-color: $text; border-title-style: bold;
                            background: $background; height: 1fr; max-width: 120; }
    FormScreen VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; scrollbar-color: $frame;
                                scrollbar-background: $background; }
    FormScreen Horizontal { height: 1; }
    FormScreen .label { width: 16; color: $text-muted; }
    FormScreen .label.must { color: $text; }
    FormScreen Field { width: 1fr; }
    FormScreen Choice { width: 1fr; }
    FormScreen .wrong { color: $error; text-style: bold; height: auto; display: none; }
    FormScreen .wrong.shown { display: block; }
    FormScreen #foot { height: auto; max-height: 7; border-top: solid $frame; padding: 0 1; }
    FormScreen #foot Static { height: auto; }
    FormScreen #similar { color: $warning; }
    FormScreen #advice { color: $warning; }
    FormScreen #failed { color: $error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+g", "leave", show=False, priority=True),
        # before the scrolling box around the fields gets them
        Binding("down", "next", show=False, priority=True),
        Binding("up", "previous", show=False, priority=True),
        Binding("enter", "next", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("ctrl+s", "save"),
        ("↑↓ tab", "field"),
        ("→", "take the completion, next word"),
        ("ctrl+g esc", "leave"),
    )

    def __init__(self, form: Form, write: Write, find: Find, *, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs
        self.form = form
        self._write = write
        self._find = find
        self._fields: dict[str, Field | Choice] = {}
        self._wrong: dict[str, Static] = {}
        self._preview = Static("", id="preview", markup=False)
        self._similar = Static("", id="similar", markup=False)
        self._advice = Static("", id="advice", markup=False)
        self._failed = Static("", id="failed", markup=False)
        self._timer: Timer | None = None
        self._saving = False
        self._found: tuple[RecordLine, ...] = ()
        self._accepted: tuple[str, ...] | None = None
        self._first: dict[str, str] = {}
        self._column = min(34, max(16, *(len(entry.label) + 3 for entry in form.entries)))

    def compose(self) -> ComposeResult:
        """A row for each field; what will be written below."""
        with Vertical() as box:
            box.border_title = plain(self.form.title)
            with VerticalScroll(can_focus=False):
                for number, entry in enumerate(self.form.entries):
                    yield from self._row(entry, f"f{number}")
            with Vertical(id="foot"):
                yield self._failed
                yield self._advice
                yield self._similar
                yield self._preview
        yield Hint(self.KEYS, glyphs=self._glyphs)

    def _row(self, entry: Entry, id: str) -> ComposeResult:
        with Horizontal():
            mark = "*" if entry.required else " "
            label = Static(
                plain(clip(f"{entry.label} {mark}", self._column - 1, self._glyphs.more)),
                classes="label must" if entry.required else "label",
                markup=False,
            )
            label.styles.width = self._column
            yield label
            made: Field | Choice
            if entry.options:
                made = Choice(entry.options, entry.value, id=id)
            else:
                made = Field(entry.label, value=entry.value, placeholder=entry.hint, known=entry.known, id=id)
            self._fields[entry.name] = made
            yield made
        wrong = self._wrong[entry.name] = Static("", classes="wrong", markup=False)
        wrong.styles.padding = (0, 0, 0, self._column)
        yield wrong

    def on_mount(self) -> None:
        """Begin with the first field that is empty and must not be."""
        self._first = self.values
        for static in (self._failed, self._advice, self._similar, self._preview):
            static.display = False
        missing = self.form.missing(self.values)
        self._fields[(missing[0] if missing else self.form.entries[0]).name].focus()
        self._look()

    @property
    def values(self) -> dict[str, str]:
        """What is typed and chosen now."""
        return {name: made.value for name, made in self._fields.items()}

    @property
    def dirty(self) -> bool:
        """Whether anything was typed."""
        return self.values != self._first

    def focus_field(self, name: str) -> None:
        """The focus to a field."""
        self._fields[name].focus()

    def set_field(self, name: str, value: str) -> None:
        """Type into a field."""
        made = self._fields[name]
        if isinstance(made, Choice):
            made.choose(made.options.index(value))
        else:
            made.value = value

    # typing

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed changes what will be written."""
        self._later(event.input)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """So does what is chosen."""
        self._later(event.choice)

    def _later(self, changed: Widget) -> None:
        """Look again in a moment; what was wrong with this field may be mended."""
        for name, made in self._fields.items():
            if made is changed:
                self._hide(name)
        self._tell(self._failed, "")
        self._accepted = None
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PREVIEW_SECONDS, self._look)

    def _look(self) -> None:
        self.run_worker(self._look_now(), exclusive=True, group="look")

    async def _look_now(self) -> None:
        values = self.values
        if self.form.advice is not None:
            self._tell(self._advice, self.form.advice(values))
        await self._find_similar()
        values = self.values
        missing = self.form.missing(values)
        wrong: dict[str, str] = {}
        drafts: list[Draft] = []
        try:
            drafts = self.form.write(values)
        except Wrong as error:
            wrong = error.words
        if missing or wrong:
            self._only({*wrong, *(entry.name for entry in missing)})
            words = f"still to fill in: {', '.join(entry.label for entry in missing)}"
            self._tell(self._preview, words if missing else f"not yet: {next(iter(wrong.values()))}")
            return
        try:
            outcomes = await asyncio.to_thread(self._write, drafts, True)
        except CeasefireError as error:
            self._only({self._place(error.where) or ""})
            self._tell(self._preview, f"would be refused: {error}")
            return
        self._only(set())
        parts = [f"{outcome.record.id} {type_words(outcome.record.type).lower()}" for outcome in outcomes]
        known = "" if any(outcome.fresh for outcome in outcomes) else " (already on record under this key)"
        notes = list(dict.fromkeys(note for outcome in outcomes for note in outcome.notes))
        self._tell(
            self._preview, f"will be written{known}: {', '.join(parts)}" + "".join(f"; {note}" for note in notes)
        )

    async def _find_similar(self) -> None:
        similar, search = self.form.similar, self.form.search
        self._found = ()
        if similar is not None and search is not None:
            values = self.values
            words = search(values)
            if words:
                try:
                    lines = await self._find(words)
                except (CeasefireError, asyncio.CancelledError):
                    lines = []
                self._found = tuple(line for line in lines if similar(values, line))
        if not self._found:
            self._tell(self._similar, "")
            return
        count = len(self._found)
        listed = "; ".join(f"#{line.position} {on_a_line(line.text)}" for line in self._found[:2])
        self._tell(self._similar, f"{count} similar within 3 h or on that day: {clip(listed, 150, self._glyphs.more)}")

    def _tell(self, where: Static, words: str) -> None:
        where.update(plain(words))
        where.display = bool(words)

    def _under(self, words: dict[str, str]) -> None:
        """Words under the fields they are about; the focus on the first."""
        for name, static in self._wrong.items():
            static.update(plain(words.get(name, "")))
            static.set_class(name in words, "shown")
        for name, made in self._fields.items():
            if name in words:
                made.focus()
                self.call_after_refresh(made.scroll_visible, animate=False)
                break

    def _only(self, names: set[str]) -> None:
        """Take the words away from every field but these: it is mended."""
        for name in self._wrong:
            if name not in names:
                self._hide(name)

    def _hide(self, name: str) -> None:
        self._wrong[name].update("")
        self._wrong[name].remove_class("shown")

    # saving

    def action_save(self) -> None:
        """Write it, once."""
        if not self._saving:
            self._saving = True
            self.run_worker(self._save(), group="save")

    async def _save(self) -> None:
        try:
            self._tell(self._failed, "")
            values = self.values
            missing = {entry.name: f"{entry.label} is missing" for entry in self.form.missing(values)}
            try:
                drafts = self.form.write(values)
            except Wrong as wrong:
                self._under({**wrong.words, **missing})
                return
            self._under(missing)
            if missing:
                return
            await self._find_similar()
            ids = tuple(line.record for line in self._found)
            if ids and self._accepted != ids:
                self._accepted = ids
                self._tell(self._failed, "This may be on record already; ctrl+s again records it as another report.")
                return
            outcomes = await asyncio.to_thread(self._write, drafts, False)
            self.dismiss(outcomes)
        except CeasefireError as error:
            self._refused(error)
        finally:
            self._saving = False

    def _refused(self, error: CeasefireError) -> None:
        remedy = f"; {error.remedy}" if error.remedy else ""
        place = self._place(error.where)
        if isinstance(error, Refused) and place is not None:
            self._under({place: f"{error.what}{remedy}"})
            return
        where = f"{error.where}: " if error.where else ""
        kept = "" if isinstance(error, Refused) else " Nothing typed is lost: ctrl+s tries again under the same key."
        self._tell(self._failed, f"Not saved: {where}{error.what}{remedy}.{kept}")

    def _place(self, where: str) -> str | None:
        """The field that a refusal is about."""
        name = where.rsplit(": ", 1)[-1].removeprefix("$.").removeprefix("data.")
        for known in sorted(self.form.places, key=len, reverse=True):
            if name == known or name.startswith((f"{known}.", f"{known}[")):
                field = self.form.places[known]
                return field if field in self._fields else None
        return None

    # leaving

    def action_leave(self) -> None:
        """Ask first when anything was typed."""
        if not self.dirty:
            self.dismiss(None)
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.dismiss(None)

        self.app.push_screen(Leaving(), answered)

    def action_next(self) -> None:
        """To the next field."""
        self.focus_next(Widget)

    def action_previous(self) -> None:
        """To the field before."""
        self.focus_previous(Widget)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field; ctrl+s saves."""
        event.stop()
        self.focus_next(Widget)
