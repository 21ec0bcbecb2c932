"""Acting: append, revise, retract. All of it through the pen, and only live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.errors import CeasefireError
from tui.dashboard import wording
from tui.dashboard.forms.kept import Drafts, Kept
from tui.dashboard.line_view import LineView
from tui.dashboard.looking import Looking
from tui.dashboard.reading import Reading
from tui.dashboard.typing_ahead import OPENS
from tui.dashboard.window import Setup
from tui.safe_text import on_a_line

# forms take a tenth of a second to load, and whoever only watches needs none of them
if TYPE_CHECKING:
    from projections.alike import Look
    from projections.completing import Named
    from projections.situation import RecordLine
    from tui.dashboard.completing import Complete
    from tui.dashboard.forms.contract import Left, Saved
    from tui.dashboard.forms.form import Form, Known


class Recording(Looking):
    """What writes to the log, about what the cursor stands on."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._drafts = Drafts()

    def action_append(self) -> None:
        """A form for a new report."""
        if not self._may_write("append"):
            return
        from tui.dashboard.forms.choosing import Choosing  # noqa: PLC0415

        kept, stream = tuple(self._drafts.kept), self._stream_at_hand()

        def chose(name: str | None) -> None:
            if name is not None and name.startswith("draft:"):
                self._take_up(kept[int(name.removeprefix("draft:")) - 1])
            elif name is not None:
                self.run_worker(self._open_new(name, stream), exclusive=True, group=OPENS)

        self.push_screen(Choosing(kept, kind=stream.split("-", 1)[0], glyphs=self.glyphs), chose)

    def _may_write(self, what: str) -> bool:
        """Whether the pen is at hand; if not, why."""
        if self._setup.pen is None:
            self.refuse(f"read-only: this dashboard was opened to look, so it does not {what}")
        elif self.snapshot is None:
            self.refuse("the log is not open yet")
        elif not self.snapshot.stand.live:
            key = self.glyphs.keys["live"]
            self.refuse(f"nothing is written in replay: to {what}, press {key} for live first")
        else:
            return True
        return False

    async def _known(self) -> Known:
        from tui.dashboard.forms.known import known_from  # noqa: PLC0415

        assert self.situation is not None
        try:
            places = await self.ask(lambda reading, _: reading.place_names())
        except CeasefireError:  # without the register: places can be typed
            places = ()
        return known_from(self.situation, places, self._clock)

    async def _open_new(self, name: str, stream: str) -> None:
        from tui.dashboard.forms.opening import new_form  # noqa: PLC0415

        record = self._record_at_hand() or ""
        self._open_form(new_form(name, await self._known(), self._setup.new_key(), stream, record))

    def _stream_at_hand(self) -> str:
        """The stream of what the cursor stands on: the form begins with it."""
        focused = self._main.focused
        target = focused.target if isinstance(focused, LineView) else None
        if target is None:
            return ""
        # a line of the feed leads to a record, which is another report more often than more on the same one
        return target.ref if target.kind in ("strike", "crossing", "series") else ""

    def _take_up(self, draft: Kept) -> None:
        self._open_form(draft.form, draft.values)

    def _open_form(self, form: Form, typed: Mapping[str, str] | None = None) -> None:
        from tui.dashboard.forms.contract import Help, Saved  # noqa: PLC0415
        from tui.dashboard.forms.form_screen import FormScreen  # noqa: PLC0415

        pen, situation = self._setup.pen, self.situation
        assert pen is not None
        assert situation is not None

        async def find(look: Look) -> list[RecordLine]:
            return list(await self.ask(lambda reading, _: reading.alike(look)))

        def done(result: Saved | Left | None) -> None:
            if isinstance(result, Saved):
                self._drafts.drop(form)
                self._say_saved(result)
            elif result is None or result.values is None:
                self._drafts.drop(form)
            else:
                at = wording.local_minute(self._clock(), situation.vantage.timezone)
                self._drafts.keep(Kept(form, result.values, at))
                key = self.glyphs.keys["append"]
                self.say(f"not saved; what was typed is kept until you quit: {key} offers it again")

        complete = {"stream": self._completes("stream"), "claimant": self._completes("claimant")}
        self.push_screen(
            FormScreen(form, pen, Help(find, complete), situation.vantage.timezone, typed=typed, glyphs=self.glyphs),
            done,
        )

    def _completes(self, what: Named) -> Complete:
        async def completed(beginning: str) -> str | None:
            def look(reading: Reading, _: object) -> str | None:
                return reading.completed(what, beginning)

            try:
                return await self.ask(look)
            except CeasefireError:
                return None

        return completed

    def _say_saved(self, saved: Saved) -> None:
        ids = ", ".join(f"#{outcome.record.position} {outcome.record.id}" for outcome in saved.outcomes)
        again = "" if any(outcome.fresh for outcome in saved.outcomes) else " (was on record already)"
        self.say(f"saved{again}: {on_a_line(ids)}")

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
            self.refuse(f"nothing to {what} here: put the cursor on a record first")
            return
        self.run_worker(self._open_edit(what, record), exclusive=True, group=OPENS)

    async def _open_edit(self, what: str, record: str) -> None:
        try:
            page = await self.ask(lambda reading, vantage: reading.detail(record, vantage))
        except CeasefireError as error:
            self.refuse(str(error))
            return
        from tui.dashboard.forms.opening import edit_form  # noqa: PLC0415

        form = edit_form(what, page, await self._known(), self._setup.new_key(), self.glyphs.keys)
        if isinstance(form, str):
            self.refuse(form)
            return
        draft = self._drafts.of(form.title)
        if draft is not None:
            self._take_up(draft)
            self.say(f"the draft of {draft.at[-5:]} is taken up again")
        else:
            self._open_form(form)

    async def action_quit(self) -> None:
        """Leave; with drafts kept, only when it is asked for twice."""
        if self._drafts.kept and not self._main.keybar.saying.startswith("a draft"):
            keys = self.glyphs.keys
            self._main.keybar.say(
                f"a draft is kept only as long as this runs: {keys['append']} shows it, {keys['quit']} again leaves "
                "and drops it"
            )
            return
        self.exit()
