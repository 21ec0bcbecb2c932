"""The screen that draws every form: fields, words under those that are wrong, what will be written, what is similar."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from domain.errors import CeasefireError, KeyConflict, LogUnavailable, Refused
from domain.lines import Draft
from projections.situation import RecordLine
from projections.text import report_text
from tui.dashboard.forms.choice import Choice
from tui.dashboard.forms.contract import Help, Keeps, Left, Saved, Writes
from tui.dashboard.forms.draft import Kept
from tui.dashboard.forms.draft_timer import Keeping
from tui.dashboard.forms.editing import NEW as OF_THE_RECORD
from tui.dashboard.forms.foot import Foot
from tui.dashboard.forms.form import Change, Form, Wrong
from tui.dashboard.forms.leaving import Leaving
from tui.dashboard.forms.plan import plan_lines, short
from tui.dashboard.forms.quoting import quoting_shortly
from tui.dashboard.forms.rows import Row, Rows
from tui.dashboard.glyphs import UNICODE, Glyphs
from tui.dashboard.lines import Line, clip, wrapped
from tui.dashboard.lines_screen import Hint, LinesScreen
from tui.dashboard.typing_ahead import CLOSES, OPENS, NotDone
from tui.dashboard.writing import Plan
from tui.safe_text import on_a_line, plain

PREVIEW_SECONDS = 0.3
EARLIER = (
    "An earlier save of this form did reach the log, and what is typed now says something else: leave (esc, ctrl+d), "
    "find that record in the feed, and revise it there ({key})."
)


class FormScreen(ModalScreen[Saved | Left]):
    """A form. `draft` is one of it that is taken up again, `offer` are words on one that could be."""

    DEFAULT_CSS = """
    FormScreen { align: center middle; background: $background; }
    FormScreen > Vertical { border: heavy $primary; border-title-color: $text; border-title-style: bold;
                            background: $background; height: 1fr; max-width: 140; }
    FormScreen Rows { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; scrollbar-color: $frame;
                                scrollbar-background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("ctrl+o", "preview", show=False, priority=True),
        Binding("ctrl+t", "take_up", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+g", "leave", show=False, priority=True),
        # before the scrolling box around the fields gets them
        Binding("down", "next", show=False, priority=True),
        Binding("up", "previous", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("enter", "next", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("ctrl+s", "save"),
        ("esc", "leave"),
        ("ctrl+o", "preview"),
        ("↑↓ tab", "field"),
        ("→", "complete"),
    )

    def __init__(
        self,
        form: Form,
        pen: Writes,
        about: Help,
        zone: str,
        *,
        keeps: Keeps,
        draft: Kept | None = None,
        offer: str = "",
        glyphs: Glyphs = UNICODE,
    ) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._earlier = EARLIER.format(key=glyphs.keys["revise"])
        self.form = form
        self._pen = pen
        self._about = about
        self._zone = zone
        self._draft = draft
        self._offer = offer
        column = min(34, max(16, *(len(entry.label) + 3 for entry in form.entries)))
        self._rows = {
            entry.name: Row(
                entry, column, top=index == 0, more=glyphs.more, complete=about.complete.get(entry.completes)
            )
            for index, entry in enumerate(form.entries)
        }
        self._foot = Foot()
        self.hint = Hint(self.KEYS, glyphs=glyphs)
        self._timer: Timer | None = None
        self._keeping = Keeping(self, keeps, self._to_keep, lambda words: self._foot.tell("kept", words))
        self._saving = False
        self._found: tuple[RecordLine, ...] = ()
        self._accepted: tuple[str, ...] | None = None
        self._plan: Plan | None = None
        self._looking = asyncio.Lock()
        self._shown: tuple[dict[str, str], str] | None = None
        """The values of which the screen shows what will be written."""
        self._first = {name: row.value for name, row in self._rows.items()}

    def compose(self) -> ComposeResult:
        """A row for each field; what will be written below."""
        with Vertical() as box:
            box.border_title = plain(self.form.title)
            with Rows(can_focus=False):
                yield from self._rows.values()
            yield self._foot
        yield self.hint

    def on_mount(self) -> None:
        """Begin with the first field that is empty and must not be, or with the record's own."""
        self._take_in(self._draft)
        self._keeping.begin()
        self.hint.say(self._offer)
        # what is to be mended comes first in its form
        missing = self.form.missing(self.values) if self.form.changes is None else []
        self.focus_field((missing[0] if missing else self.form.entries[0]).name)
        self._look()

    def _take_in(self, draft: Kept | None) -> None:
        """What was typed before; that it was, instead of the keys."""
        if draft is None:
            return
        with self.prevent(Input.Changed, Choice.Changed):
            for name, value in draft.values.items():
                if name in self._rows:
                    self.set_field(name, value)
        self._offer = f"the draft of {draft.at} is taken up again; esc, then ctrl+d, drops it"

    @property
    def values(self) -> dict[str, str]:
        """What is typed and chosen now."""
        return {name: row.value for name, row in self._rows.items()}

    @property
    def dirty(self) -> bool:
        """Whether anything was typed."""
        return self.values != self._first

    def _to_keep(self) -> dict[str, str] | None:
        """What a draft has: not what still stands as the record to revise says, which is mended by others too."""
        if not self.dirty:
            return None
        return {name: value for name, value in self.values.items() if self._is_typed(name, value)}

    def _is_typed(self, name: str, value: str) -> bool:
        return not name.startswith(OF_THE_RECORD) or value != self._first[name]

    @property
    def wrong(self) -> dict[str, str]:
        """What is said to be wrong, by field."""
        shown = {name: row.wrong for name, row in self._rows.items() if row.wrong.has_class("shown")}
        return {name: str(static.content) for name, static in shown.items()}

    def focus_field(self, name: str) -> None:
        """The focus to a field."""
        self._rows[name].made.focus()

    def set_field(self, name: str, value: str) -> None:
        """Type into a field."""
        self._rows[name].put(value)

    # typing

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what the field is for; the words in it are gone as soon as something is typed."""
        row = event.widget.query_ancestor(Row) if isinstance(event.widget, Widget) else None
        if row is not None:
            self._foot.help(row.entry, row.value, self._glyphs.more)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed changes what will be written."""
        self._later(event.input)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """So does what is chosen."""
        self._later(event.choice)

    def _later(self, changed: Widget) -> None:
        """Look again in a moment; what was wrong with this field may be mended."""
        for row in self._rows.values():
            if row.made is changed:
                row.say("")
                if changed.has_focus:
                    self._foot.help(row.entry, row.value, self._glyphs.more)
        self._foot.tell("failed", "")
        self._accepted = None
        if changed.has_focus:
            self.hint.say("")
            changed.scroll_visible(animate=False)  # the wheel may have taken it out of sight
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PREVIEW_SECONDS, self._look)
        self._keeping.soon()

    def on_unmount(self) -> None:
        """Whatever was typed last is kept too."""
        self._keeping.at_the_end()

    def _look(self) -> None:
        self.run_worker(self._look_now(), exclusive=True, group="look")

    async def _look_now(self) -> CeasefireError | None:
        """Show what would be written, and what is similar. What the log has against it is given back."""
        async with self._looking:
            while True:
                values = self.values
                if self.form.advice is not None:
                    self._foot.tell("advice", self.form.advice(values))
                words, refused = await self._planned()
                if self._shown != (values, words):  # or it stands there already: the key that writes need not wait
                    self._shown = None
                    self._foot.tell("preview", words)
                    if self._plan is not None:
                        self.call_after_refresh(self._has_shown, values, words)
                await self._find_similar()
                if values == self.values:
                    return refused

    @property
    def is_shown(self) -> bool:
        """Whether what would be written stands on the screen, of what is typed now."""
        return self._shown is not None and self._shown[0] == self.values

    def _has_shown(self, values: dict[str, str], words: str) -> None:
        if values == self.values:
            self._shown = values, words

    async def _planned(self) -> tuple[str, CeasefireError | None]:
        """Look what would be written; words on it, or on what keeps it from being written."""
        self._plan = None
        drafts, wrong = self._drafts()
        if wrong:
            self._only(set(wrong))
            return self._not_yet(wrong), None
        try:
            self._plan = await asyncio.to_thread(self._pen.plan, drafts)
        except KeyConflict as error:
            return self._earlier, error
        except CeasefireError as error:
            self._only({self.form.place(error.where) or ""})
            return f"would be refused: {self._shortly(str(error))}", error
        except Exception as error:  # whatever it is, the form stays with all that was typed
            unread = LogUnavailable(_told(error), remedy="see whether the log can be read: ceasefire verify")
            return f"cannot be looked at now: {_told(error)}", unread
        self._only(set())
        return short(self._plan, self._changes(), self._glyphs), None

    def _drafts(self) -> tuple[list[Draft], dict[str, str]]:
        """What would be written, or words for each field that keeps it from being."""
        values = self.values
        missing = {entry.name: f"{entry.label} is missing" for entry in self.form.missing(values)}
        try:
            drafts = self.form.write(values)
        except Wrong as wrong:
            return [], {name: self._shortly(words) for name, words in wrong.words.items()} | missing
        return drafts, missing

    def _shortly(self, words: str) -> str:
        return quoting_shortly(words, self.values.values(), self._glyphs.more)

    def _not_yet(self, wrong: Mapping[str, str]) -> str:
        """Which fields keep the form from being written: those to fill in, and what is wrong with the others."""
        empty = {entry.name for entry in self.form.missing(self.values)}
        missing = [entry.label for entry in self.form.entries if entry.name in empty]
        labels = {entry.name: entry.label for entry in self.form.entries}
        others = [f"{labels.get(name, name)}: {words}" for name, words in wrong.items() if name not in empty]
        told = [f"still to fill in: {', '.join(missing)}"] if missing else []
        return "; ".join([*told, *([f"to mend: {'; '.join(others)}"] if others else [])])

    def _changes(self) -> list[Change]:
        return self.form.changes(self.values) if self.form.changes is not None else []

    async def _find_similar(self) -> None:
        found: dict[str, RecordLine] = {}
        looks = self.form.looks(self.values) if self.form.looks is not None else []
        for look in looks:
            try:
                found |= {line.record: line for line in await self._about.find(look)}
            except asyncio.CancelledError:
                break
            except Exception:  # a warning that cannot be given keeps nobody from reporting
                break
        outcomes = self._plan.outcomes if self._plan else ()
        mine = {each.record.id for each in outcomes if not each.fresh}  # saved before, and the answer was lost
        self._found = tuple(line for line in found.values() if line.record not in mine)
        if not self._found:
            self._foot.tell("similar", "")
            return
        reports = [each.record.report for each in outcomes]
        same = {report_text(report) for report in reports if report is not None}
        listed = "; ".join(
            f"#{line.position} {on_a_line(line.text)}{' (says the same)' if line.text in same else ''}"
            for line in self._found[:2]
        )
        timed = " within 3 h or on that day" if any(look.occurred is not None for look in looks) else " on record"
        told = f"{len(self._found)} similar{timed}: {clip(listed, 170, self._glyphs.more)}"
        self._foot.tell("similar", told)

    def _under(self, words: dict[str, str]) -> None:
        """Words under the fields they are about; the cursor in the first."""
        for name, row in self._rows.items():
            row.say(words.get(name, ""))
        first = next((row for name, row in self._rows.items() if name in words), None)
        if first is not None:
            first.made.focus()
            self.call_after_refresh(first.scroll_visible, animate=False)

    def _only(self, names: set[str]) -> None:
        """Take the words away from every field but these: it is mended."""
        for name, row in self._rows.items():
            if name not in names:
                row.say("")

    # saving

    def action_save(self) -> None:
        """Write it, once."""
        if not self._saving:
            self._saving = True
            self.run_worker(self._save(), group=CLOSES)

    async def _save(self) -> None:
        saved = None
        try:
            saved = await self._written()
        except CeasefireError as error:
            self._refused(error)
        except Exception as error:
            self._refused(LogUnavailable(_told(error), remedy="see whether the log can be read: ceasefire verify"))
        finally:
            self._saving = False
        if saved is not None:
            self._keeping.stop()
            self.dismiss(saved)
        else:
            self.post_message(NotDone("not saved"))

    async def _written(self) -> Saved | None:
        """What was written; None when there is something to mend or to look at first. Raises CeasefireError."""
        self._foot.tell("failed", "")
        drafts, words = self._drafts()
        self._under(words)
        if words:
            return None
        if not self.is_shown:
            await self._show_first()
            return None
        await self._find_similar()
        if self._similar_is_new():
            return None
        return Saved(tuple(await asyncio.to_thread(self._pen.append, drafts)))

    async def _show_first(self) -> None:
        """Nothing is written that was not shown before the key was pressed. Raises CeasefireError."""
        refused = await self._look_now()
        if isinstance(refused, KeyConflict):
            self._foot.tell("failed", self._earlier)
        elif refused is not None:
            raise refused
        elif not self._similar_is_new():
            # after what marks it as shown: who reads this may press the key at once
            words = "Shown now as it will be written; ctrl+s again writes it."
            self.call_after_refresh(self._foot.tell, "failed", words)

    def _similar_is_new(self) -> bool:
        """Whether records that look the same were not told yet; they are now."""
        ids = tuple(line.record for line in self._found)
        if not ids or self._accepted == ids:
            return False
        self._accepted = ids
        self._foot.tell("failed", "This may be on record already; ctrl+s again records it as another report.")
        return True

    def _refused(self, error: CeasefireError) -> None:
        remedy = f"; {error.remedy}" if error.remedy else ""
        place = self.form.place(error.where)
        if isinstance(error, Refused) and place is not None:
            self._under({place: self._shortly(f"{error.what}{remedy}")})
            return
        where = f"{error.where}: " if error.where else ""
        kept = "" if isinstance(error, Refused) else " Nothing typed is lost: ctrl+s tries again under the same key."
        self._foot.tell("failed", self._shortly(f"Not saved: {where}{error.what}{remedy}.{kept}"))

    def action_preview(self) -> None:
        """All of what would be written, or what keeps it from being. What is typed on waits for it."""
        self.run_worker(self._preview(), exclusive=True, group=OPENS)

    async def _preview(self) -> None:
        await self._look_now()
        plan, changes, words = self._plan, self._changes(), self._drafts()[1]
        told = f"Nothing would be written yet; {self._not_yet(words)}." if words else self._foot.said("preview")
        self._under(words)

        def lines(width: int) -> list[Line]:
            if plan is None:
                return wrapped(on_a_line(told), width)
            return plan_lines(plan, changes, self._zone, width, self._glyphs)

        self.app.push_screen(LinesScreen("What will be written", lines, glyphs=self._glyphs))

    # leaving

    def action_leave(self) -> None:
        """Ask first when anything was typed; not in the middle of a save, whose answer is to be seen."""
        if self._saving:
            return
        self._keeping.now()
        if not self.dirty:
            self.dismiss(Left(kept=False))
            return

        def answered(answer: str | None) -> None:
            if answer in ("leave", "drop"):
                self._keeping.stop()
                self.dismiss(Left(kept=answer == "leave"))

        self.app.push_screen(Leaving(self._glyphs, lasting=self._keeping.lasting), answered)

    def action_take_up(self) -> None:
        """The draft that is offered, in place of this form, if nothing is typed into it."""
        if self._draft is None and self._offer and not self.dirty and not self._saving:
            self._keeping.stop()
            self.dismiss(Left(kept=False, draft=True))

    def action_next(self) -> None:
        """To the next field."""
        self.focus_next(Widget)

    def action_previous(self) -> None:
        """To the field before."""
        self.focus_previous(Widget)

    def action_page(self, step: int) -> None:
        """A page of fields on; the cursor comes along, so that nothing is typed out of sight."""
        rows = list(self._rows.values())
        at = next((index for index, row in enumerate(rows) if row.made.has_focus), 0)
        page = max(1, self.query_one(Rows).size.height - 1)
        rows[min(max(0, at + step * page), len(rows) - 1)].made.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field; ctrl+s saves."""
        event.stop()
        self.focus_next(Widget)


def _told(error: Exception) -> str:
    """An error that is not ours, in a line."""
    return f"{type(error).__name__}: {error}"
