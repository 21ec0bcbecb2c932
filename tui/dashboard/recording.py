"""Acting: append, revise, retract. All of it through the pen, and only live."""

from __future__ import annotations

from domain.deciding import Outcome
from domain.editing import Retracted
from domain.errors import CeasefireError
from projections.situation import RecordLine
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.crossing import passages_form, status_form
from tui.dashboard.forms.editing import retract_form, revise_form
from tui.dashboard.forms.form import Form, Known
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.forms.known import known_from
from tui.dashboard.forms.phase import phase_form
from tui.dashboard.forms.strike import strike_form
from tui.dashboard.line_view import LineView
from tui.dashboard.looking import Looking
from tui.dashboard.reading import Reading
from tui.safe_text import on_a_line

SIMILAR_AMONG = 200
"""How many records a form looks through for what is similar."""


class Recording(Looking):
    """What writes to the log, about what the cursor stands on."""

    def action_append(self) -> None:
        """A form for a new report."""
        if not self._may_write("append"):
            return

        def chose(name: str | None) -> None:
            if name is not None:
                self._open_form(self._form(name))

        self.push_screen(Choosing(glyphs=self.glyphs), chose)

    def _may_write(self, what: str) -> bool:
        """Whether the pen is at hand; if not, why."""
        if self._setup.pen is None:
            self.say(f"read-only: this dashboard was opened to look, so it does not {what}")
        elif self.snapshot is None:
            self.say("the log is not open yet")
        elif not self.snapshot.stand.live:
            self.say(f"this is replay, not now, so nothing is written from here; to {what}, press l for live first")
        else:
            return True
        return False

    def _known(self) -> Known:
        assert self._setup.pen is not None
        assert self.situation is not None
        return known_from(self.situation)

    def _form(self, name: str) -> Form:
        known, key = self._known(), self._setup.new_key()
        ref = self._stream_at_hand()
        crossing = ref if ref.startswith("crossing-") else ""
        match name:
            case "strike":
                return strike_form(known, key, ref if ref.startswith("strike-") else "")
            case "status":
                return status_form(known, key, crossing)
            case "passages":
                return passages_form(known, key, crossing)
            case _:
                return phase_form(known, key)

    def _stream_at_hand(self) -> str:
        """The stream of what the cursor stands on: the form begins with it."""
        focused = self._main.focused
        target = focused.target if isinstance(focused, LineView) else None
        if target is None:
            return ""
        # a line of the feed leads to a record, which is another report more often than more on the same one
        return target.ref if target.kind in ("strike", "crossing") else ""

    def _open_form(self, form: Form) -> None:
        pen = self._setup.pen
        assert pen is not None

        async def find(words: str) -> list[RecordLine]:
            now = self._clock()

            def look(reading: Reading, _: object) -> list[RecordLine]:
                return list(reading.with_words(reading.vantage(None, None, now), words, SIMILAR_AMONG))

            return await self.ask(look)

        def written(outcomes: list[Outcome] | None) -> None:
            if not outcomes:
                return
            ids = ", ".join(f"#{outcome.record.position} {outcome.record.id}" for outcome in outcomes)
            again = "" if any(outcome.fresh for outcome in outcomes) else " (was on record already)"
            self.say(f"saved{again}: {on_a_line(ids)}")

        self.push_screen(
            FormScreen(form, lambda drafts, dry: pen.append(drafts, dry_run=dry), find, glyphs=self.glyphs), written
        )

    def action_revise(self) -> None:
        """Mend an error in the record under the cursor."""
        self._edit("revise")

    def action_retract(self) -> None:
        """Withdraw the record under the cursor."""
        self._edit("retract")

    def _edit(self, what: str) -> None:
        if not self._may_write(what):
            return
        record = self._record_at_hand()
        if record is None:
            self.say(f"nothing to {what} here: put the cursor on a record first")
            return
        self.run_worker(self._open_edit(what, record), exclusive=True, group="open")

    async def _open_edit(self, what: str, record: str) -> None:
        try:
            page = await self.ask(lambda reading, vantage: reading.detail(record, vantage))
        except CeasefireError as error:
            self.say(str(error))
            return
        known, key, shown = self._known(), self._setup.new_key(), page.detail.line
        if what == "retract":
            before = page.original.data if page.original is not None else None
            reinstates = before.target if isinstance(before, Retracted) else None
            self._open_form(retract_form(shown.record, shown.stream, known, key, reinstates=reinstates))
        elif page.effective is None:
            self.say("the body of this record was erased; there is nothing left to revise")
        elif shown.standing in ("retracted", "edit"):
            self.say("a retraction or correction is not revised; R withdraws it, or reinstates what it withdrew")
        else:
            self._open_form(revise_form(shown.record, shown.stream, page.effective, known, key))
