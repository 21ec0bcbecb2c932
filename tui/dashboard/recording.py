"""Acting: append, revise, retract. All of it through the pen, and only live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import CeasefireError
from tui.dashboard import wording
from tui.dashboard.forms.draft import Begun, Kept
from tui.dashboard.forms.draft_files import EDITS, DraftFiles
from tui.dashboard.forms.drafts import Drafts, Keeper
from tui.dashboard.line_view import LineView
from tui.dashboard.looking import Looking
from tui.dashboard.messages import Arrived
from tui.dashboard.reading import Reading
from tui.dashboard.typing_ahead import OPENS
from tui.dashboard.window import OPENED_TO_LOOK, Setup
from tui.safe_text import on_a_line

# forms take a tenth of a second to load, and whoever only watches needs none of them
if TYPE_CHECKING:
    from projections.feed.entry import DuplicateQuery, Named
    from projections.situation import RecordLine
    from tui.dashboard.completing import Complete
    from tui.dashboard.forms.contract import Left, Saved
    from tui.dashboard.forms.form import Form, Known

OPEN_ELSEWHERE = "that draft is open in another dashboard, and stays there"


class Recording(Looking):
    """What writes to the log, about what the cursor stands on."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._drafts = Drafts()
        self._looked_for_drafts = False
        self._asked_to_quit: int | None = None

    def on_arrived(self, message: Arrived) -> None:
        """Once the first picture is there, offer what was typed into a dashboard that was killed."""
        if self._looked_for_drafts:
            return
        self._looked_for_drafts = True
        if self._setup.pen is not None and self._setup.drafts_in is not None:
            # a form may be opened before those of others are read: it is kept where they are from the start
            try:
                folder = self._setup.drafts_in()
            except CeasefireError as error:  # they are kept as long as the dashboard runs
                self._main.call_after_refresh(self.say, f"drafts of forms are not kept: {error}")
                return
            self._drafts.lie_in(DraftFiles(folder, message.snapshot.situation.vantage.log_id))
            self._main.call_after_refresh(self._offer_drafts)
        elif self._setup.pen is None and self._setup.no_pen != OPENED_TO_LOOK:
            self._main.call_after_refresh(self.say, f"read-only: {self._setup.no_pen}")

    def _offer_drafts(self) -> None:
        trouble = self._drafts.look()
        count, key = len(self._drafts.kept), self.glyphs.keys["append"]
        are = f"{count} drafts of forms are" if count > 1 else "a draft of a form is"
        offered = f"{are} kept: {key} offers what was typed and not saved" if count else ""
        if offered or trouble:
            self.say("; ".join(filter(None, (offered, trouble))))

    def action_append(self) -> None:
        """A form for a new report."""
        if not self._may_write("append"):
            return
        from tui.dashboard.forms.choosing import Choosing  # noqa: PLC0415

        kept, stream = tuple(self._drafts.kept), self._stream_at_hand()

        def chose(name: str | None) -> None:
            what, _, number = (name or "").partition(":")
            if what == "draft":
                self._take_up(kept[int(number) - 1])
            elif what == "drop":
                dropped = self._drafts.give_up(kept[int(number) - 1].begun.key)
                if dropped:
                    self.say("the draft is dropped")
                else:
                    self.refuse(OPEN_ELSEWHERE)
            elif name is not None:
                self.run_worker(self._open_new(name, stream), exclusive=True, group=OPENS)

        self.push_screen(Choosing(kept, kind=stream.split("-", 1)[0], glyphs=self.glyphs), chose)

    def _may_write(self, what: str) -> bool:
        """Whether the pen is at hand; if not, why."""
        if self._setup.pen is None:
            self.refuse(f"read-only, so it does not {what}: {self._setup.no_pen}")
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
        begun = Begun(name, self._setup.new_key(), stream, self._record_at_hand() or "")
        draft = self._drafts.like(begun)
        offer = f"a draft of {draft.at} is kept: {draft.words}; ctrl+t takes it up" if draft is not None else ""
        await self._open(begun, offer=offer)

    async def _open(self, begun: Begun, draft: Kept | None = None, offer: str = "") -> None:
        try:
            form = await self._form(begun)
        except CeasefireError as error:
            form = str(error)
        if isinstance(form, str):
            self.refuse(form)
        else:
            self._show_form(begun, form, draft, offer)

    async def _form(self, begun: Begun) -> Form | str:
        """The form that was begun; words where it cannot be. Raises CeasefireError."""
        from tui.dashboard.forms.opening import edit_form, new_form  # noqa: PLC0415

        if begun.name not in EDITS:
            return new_form(begun.name, await self._known(), begun.key, begun.stream, begun.record)
        page = await self.ask(lambda reading, vantage: reading.detail(begun.record, vantage))
        return edit_form(begun.name, page, await self._known(), begun.key, self.glyphs.keys)

    def _stream_at_hand(self) -> str:
        """The stream of what the cursor stands on: the form begins with it."""
        focused = self._main.focused
        target = focused.at_hand if isinstance(focused, LineView) else None
        if target is None:
            return ""
        # a line of the feed leads to a record, which is another report more often than more on the same one
        return target.ref if target.kind in ("strike", "crossing", "series") else ""

    def _take_up(self, draft: Kept) -> None:
        self.run_worker(self._open(draft.begun, draft), exclusive=True, group=OPENS)

    def _show_form(self, begun: Begun, form: Form, draft: Kept | None, offer: str) -> None:
        from tui.dashboard.forms.contract import Help, Saved  # noqa: PLC0415
        from tui.dashboard.forms.form_screen import FormScreen  # noqa: PLC0415

        pen, situation = self._setup.pen, self.situation
        assert pen is not None
        assert situation is not None
        zone = situation.vantage.timezone
        keeper = Keeper(self._drafts, begun, form.title, lambda: wording.local_minute(self._clock(), zone))
        if draft is not None and not keeper.take():
            self.refuse(OPEN_ELSEWHERE)
            return

        async def find(look: DuplicateQuery) -> list[RecordLine]:
            return list(await self.ask(lambda reading, _: reading.alike(look)))

        def done(result: Saved | Left | None) -> None:
            keeper.close()
            if isinstance(result, Saved):
                self._drafts.drop(begun.key)
                self._say_saved(result)
            elif result is not None and result.kept:
                how_long = "" if self._drafts.lasting else " until you quit"
                self.say(f"not saved; what was typed is kept{how_long}: {self.glyphs.keys['append']} offers it again")
            else:
                self._drafts.drop(begun.key)
                before = self._drafts.like(begun) if result is not None and result.draft else None
                if before is not None:
                    self._take_up(before)

        complete = {"stream": self._completes("stream"), "claimant": self._completes("claimant")}
        self.push_screen(
            FormScreen(
                form, pen, Help(find, complete), zone, keeps=keeper, draft=draft, offer=offer, glyphs=self.glyphs
            ),
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
        if not self._may_write(what) or self._brings_back():
            return
        record = self._record_at_hand()
        if record is None:
            self.refuse(f"nothing to {what} here: put the cursor on a record first")
            return
        begun = Begun(what, self._setup.new_key(), record=record)
        draft = self._drafts.like(begun)
        self.run_worker(self._open(draft.begun if draft else begun, draft), exclusive=True, group=OPENS)

    async def action_quit(self) -> None:
        """Leave; with drafts that are in no file, only when the key before asked for it too."""
        asked_before, self._asked_to_quit = self._asked_to_quit, self.keys_given
        if self._drafts.kept and not self._drafts.lasting and asked_before != self.keys_given - 1:
            keys = self.glyphs.keys
            self._main.keybar.say(
                f"a draft is kept only as long as this runs: {keys['append']} shows it, {keys['quit']} again leaves "
                "and drops it"
            )
            return
        self.exit()
