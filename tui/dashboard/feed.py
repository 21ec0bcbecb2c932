"""Panel 4: the records, newest first, drawn line by line from pages of the read model; never the whole log."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from projections.situation import RecordLine
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Line, Target, clip, line, pad
from tui.dashboard.paper import Paper
from tui.dashboard.snapshot import PAGE, Snapshot
from tui.safe_text import on_a_line, plain

ROOMY = 150
"""From this width the sources of all records stand in one column."""
SOURCE = 52
"""Cells of that column."""
_SHORTEST = 4
_TEXT = 10
_SAID = 18
"""Cells that a stream's name, what a record says and who says it have at least."""
_KEPT_PAGES = 12
_SHELL = "a shell: ceasefire import FILE --backfill"

TYPE_WORDS = {
    "strike.reported": "STRIKE",
    "strike.casualties_claimed": "TOLL",
    "strike.responsibility_stated": "WHO FIRED",
    "strike.assessed": "GRADE",
    "strike.linked": "LINK",
    "crossing.registered": "CROSSING",
    "crossing.change_announced": "ANNOUNCED",
    "crossing.announcement_denied": "DENIED",
    "crossing.opened": "OPENED",
    "crossing.limited": "LIMITED",
    "crossing.closed": "CLOSED",
    "crossing.quota_set": "QUOTA",
    "crossing.passages_counted": "PASSAGES",
    "crossing.passage_refused": "REFUSED",
    "series.defined": "SERIES",
    "series.published": "FIGURE",
    "series.rebased": "REBASED",
    "statement.made": "STATEMENT",
    "place.registered": "PLACE",
    "source.registered": "SOURCE",
    "source.rated": "RATING",
    "ceasefire.entered_into_force": "IN FORCE",
    "ceasefire.phase_changed": "PHASE",
    "ceasefire.commitment_made": "PROMISE",
    "ceasefire.commitment_scored": "SCORE",
    "ceasefire.step_reported": "STEP",
    "ceasefire.violation_alleged": "ALLEGED",
    "record.corrected": "CORRECTED",
    "record.retracted": "RETRACTED",
    "record.erased": "ERASED",
}


def type_words(topic: str) -> str:
    """A record type in a word or two."""
    return TYPE_WORDS.get(topic) or topic.split(".", 1)[-1].replace("_", " ").upper()


def record_line(each: RecordLine, paper: Paper) -> Line:
    """A record on one line: position, day, what kind, which stream, what it says, and who says it."""
    width, glyphs = paper.width, paper.glyphs
    narrow = width < 100
    gone = each.standing in ("retracted", "erased", "unreadable")
    ink = "gone" if gone else ""
    kind = glyphs.kinds.get(each.type.split(".", 1)[0], " ")
    number = wording.position(each.position)
    shown = paper.short(each.occurred)
    # a day with its year takes from the name beside it where the column is narrow
    day = 8 if narrow else 12
    over = max(0, cell_len(shown) - day)
    when = pad(shown, day + over)
    runs: list[tuple[str, str]] = [(number, "quiet"), (f"{when} ", "")]
    runs.append((f"{pad(kind, 1)} {pad(type_words(each.type), 9)} ", "strong" if not gone else "quiet"))
    marks: list[str] = []
    if gone or each.standing == "corrected":
        marks.append(each.standing)
    if each.late:
        marks.append("late")
    if each.restricted and not narrow:
        marks.append("restricted")
    said = on_a_line(each.claimant) if each.claimant else ""
    if each.via and not narrow:
        said += f" via {on_a_line(', '.join(each.via))}"
    tail = f" {glyphs.dot} {said}" if said else ""
    note = f" [{', '.join(marks)}]" if marks else ""
    text = on_a_line(_only_text(each))
    if narrow:  # where the marks behind it may be cut, this one stands before it
        text = wording.marked(each, text)
    least = _beginning(text, 2 if narrow and each.restricted else 1)
    room = width - sum(cell_len(part) for part, _ in runs)
    column = (30 if width >= ROOMY else 18 if width >= 100 else 13) - over
    name = on_a_line(wording.stream_words(each.stream, each.claimant))
    # a name takes what a short text leaves free: which day a running figure counts from stands at its end
    free = room - column - 1 - sum(cell_len(part) for part in (text, note, tail))
    column = max(column, min(cell_len(name), column + free))
    # and gives way where the marks leave no room for the beginning of the text and for who says it
    column = min(column, max(_SHORTEST, room - 1 - cell_len(note) - least - min(cell_len(tail), _SAID)))
    runs.append((pad(name, column, glyphs.more) + " ", "quiet"))
    room -= column + 1
    # a long text gives way to its claimant: nothing is shown without who says it
    tail_room = min(cell_len(tail), max(_SAID if narrow else 24, room // 3))
    text_room = max(least, room - tail_room - cell_len(note))
    text = clip(text, text_room, glyphs.more)
    runs.append((text, ink))
    if note:
        runs.append((note, "edited"))
    # where there is room all sources begin in one column
    gap = max(0, room - SOURCE - cell_len(text) - cell_len(note)) if width >= ROOMY and tail else 0
    runs.append((" " * gap + tail, "quiet"))
    return line(*runs, target=Target("record", each.record, (each.record,)))


def _beginning(text: str, words: int) -> int:
    """Cells that a text has at least: its first words, which may be a figure."""
    return min(max(_TEXT, cell_len(" ".join(text.split(" ")[:words])) + 2), 2 * _TEXT)


def _clock(snapshot: Snapshot) -> tuple[str, type]:
    """How times are drawn: on which clock, or as ages."""
    vantage = snapshot.situation.vantage
    return vantage.timezone, type(vantage)


def _only_text(each: RecordLine) -> str:
    """The text without what the line says anyway: its kind, and at its end "says …"."""
    text = each.text.removeprefix("running figure: ")
    if each.claimant:
        text = text.replace(f", says {each.claimant}, after ", ", after ")
        text = text.removesuffix(f", says {each.claimant}")
    return text


class Feed(LineView):
    """The feed as a widget: it knows how many records there are, holds a few pages, asks for the rest."""

    DEFAULT_CSS = """
    Feed { border: round $frame; border-title-color: $text; border-title-style: bold;
           border-subtitle-color: $accent; height: 1fr; }
    Feed:focus { border: heavy $primary; }
    """

    class PageWanted(Message):
        """A page is in sight that is not at hand: what comes before a position, less the first `skip` of it.

        `offset` counts from the newest record. `before` None is from the newest.
        """

        def __init__(self, offset: int, snapshot: int, before: int | None, skip: int) -> None:
            super().__init__()
            self.offset = offset
            self.snapshot = snapshot
            self.before = before
            self.skip = skip

    def __init__(self, *, glyphs: Glyphs, id: str) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self._pages: dict[int, tuple[RecordLine, ...]] = {}
        self._asked: set[int] = set()
        self._snapshot: Snapshot | None = None
        self._reached: dict[int, int] = {}
        """So many records down the list (from the newest), this is the position that was reached."""
        self._count = 0
        self._more = False
        self._doubted = False
        self.unseen = 0
        self.writes = True
        self._titles = ("", "")
        self._title()

    @property
    def line_count(self) -> int:
        """How many records the vantage and the filter let through; one line of words when there are none."""
        return max(self._count, len(self._words()))

    def _words(self) -> tuple[Line, ...]:
        if self._count or self._snapshot is None:
            return ()
        keys = self.glyphs.keys
        if self._snapshot.filter:
            return (line((f"No record fits this filter. {keys['filter']} changes it; empty shows all.", "quiet")),)
        if self._snapshot.situation.vantage.head:
            there = f"{keys['live']} goes to live, {keys['day_one']} to day 1"
            return (line((f"Nothing was on record at this vantage. {there}.", "quiet")),)
        press = f"Press {keys['append']} to append the first, or in"
        return (
            line(("This log is empty. Every report becomes one attributed, dated record here.", "strong")),
            line((f"{press if self.writes else 'In'} {_SHELL}", "quiet")),
        )

    def record_at(self, index: int) -> RecordLine | None:
        """The record of a line, None while its page is on its way."""
        page, place = divmod(index, PAGE)
        held = self._pages.get(page)
        if held is None:
            if self._snapshot is not None and page not in self._asked:
                self._asked.add(page)
                self._want(page * PAGE, self._snapshot.number)
            return None
        return held[place] if place < len(held) else None

    def _want(self, offset: int, snapshot: int) -> None:
        """Ask for a page, from the nearest place above it whose position is known: never counted from the top."""
        near = max((at for at in self._reached if at <= offset), default=0)
        self.post_message(self.PageWanted(offset, snapshot, self._reached.get(near), offset - near))

    def line_at(self, index: int) -> Line | None:
        """The line of that place, None where it is not at hand yet."""
        if not self._count:
            words = self._words()
            return words[index] if index < len(words) else None
        record = self.record_at(index) if 0 <= index < self._count else None
        if record is None or self._snapshot is None:
            return line((self.glyphs.more, "quiet")) if 0 <= index < self._count else None
        situation = self._snapshot.situation
        return record_line(record, Paper.of(situation, self.room, self.glyphs))

    def place_of(self, target: Target) -> int | None:
        """Where a record is in the list, as far as its page is at hand."""
        for page, records in self._pages.items():
            for place, record in enumerate(records):
                if record.record == target.ref:
                    return page * PAGE + place
        return None

    @property
    def selected(self) -> RecordLine | None:
        """The record under the cursor."""
        return self.record_at(self.cursor) if self._count else None

    def show(self, snapshot: Snapshot) -> None:
        """Draw this snapshot.

        The tail is followed while the cursor is at the top, and the top in sight; elsewhere the view stays put.
        """
        old = self._snapshot
        same_list = (
            old is not None
            and old.filter == snapshot.filter
            and old.stand == snapshot.stand
            and old.situation.vantage.log_id == snapshot.situation.vantage.log_id
        )
        unchanged = same_list and old is not None and old.feed == snapshot.feed and self._count == snapshot.feed_count
        self._snapshot = snapshot
        if old is not None and _clock(old) != _clock(snapshot):
            self.refresh()
        if unchanged:
            self._title()
            return
        grown = self._grown(old, snapshot) if same_list and old is not None else 0
        self._pages = {0: snapshot.feed}
        self._asked = set()
        self._reached = {at + grown: position for at, position in self._reached.items()} if same_list else {}
        self._reach(0, snapshot.feed)
        # how far a filter was counted by scrolling on stays counted
        self._count = max(snapshot.feed_count, self._count + grown if same_list and snapshot.feed_more else 0)
        self._more = snapshot.feed_more
        offset = self.scroll_offset.y
        follows = not same_list or (self.cursor == 0 and offset == 0)
        if follows:
            self.cursor = self.unseen = 0
        elif grown > 0:
            self.cursor += grown
            self.unseen += grown
        self.extend(self.line_count)
        if follows:
            self.scroll_to(y=0, animate=False)
        elif grown > 0:
            self.scroll_to(y=offset + grown, animate=False)
        self._title()
        self.refresh()

    def _grown(self, old: Snapshot, new: Snapshot) -> int:
        """How many records came on top of the list."""
        if not old.feed:
            return new.feed_count
        top = old.feed[0].position
        on_top = sum(1 for each in new.feed if each.position > top)
        return on_top if on_top < PAGE or new.feed_more else new.feed_count - old.feed_count

    def _reach(self, offset: int, records: Sequence[RecordLine]) -> None:
        if records:
            self._reached[offset + len(records)] = records[-1].position

    def put_page(self, offset: int, snapshot: int, records: Sequence[RecordLine]) -> None:
        """A page that was asked for; one of an older snapshot is dropped."""
        if self._snapshot is None or snapshot != self._snapshot.number:
            return
        if len(self._pages) >= _KEPT_PAGES:
            in_sight = self.scroll_offset.y // PAGE
            far = max(self._pages, key=lambda page: abs(page - in_sight))
            del self._pages[far]
            self._asked.discard(far)
        self._pages[offset // PAGE] = tuple(records)
        self._reach(offset, records)
        if self._more and offset + PAGE >= self._count:
            self._count_on(offset + len(records), last=len(records) < PAGE)
        self.refresh()

    def _count_on(self, found: int, *, last: bool) -> None:
        """The end of what was counted is in sight: there is another page, or this was the last."""
        self._more = not last
        self._count = found if last else found + PAGE
        self.extend(self.line_count)
        self.cursor = min(self.cursor, max(0, self._count - 1))
        self._title()

    def page_failed(self, offset: int) -> None:
        """A page could not be read now: it is asked for again when it is next in sight."""
        self._asked.discard(offset // PAGE)

    def move_to(self, index: int) -> None:
        """The cursor to a line; back at the top the tail is followed again."""
        super().move_to(index)
        if self.cursor == 0 and self.unseen:
            self.unseen = 0
            self._title()

    def action_page(self, step: int) -> None:
        """A page on; the cursor comes along."""
        by = step * max(1, self.scrollable_content_region.height - 1)
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)
        shown = self.in_sight
        self.move_to(min(max(self.cursor + by, shown.start), shown.stop - 1))

    def action_edge(self, end: int) -> None:
        """To the newest record, or the oldest."""
        self.move_to(self.line_count - 1 if end else 0)

    def doubt(self, doubted: bool) -> None:
        """Whether a filter is being typed that is not understood: then these are the records of the one before it."""
        self._doubted = doubted
        self._title()

    def _title(self) -> None:
        filtered = self._snapshot.filter if self._snapshot else ""
        count = f" {wording.number(self._count)}{'+' if self._more else ''}" if self._snapshot else ""
        title = f"4 Records{count}" + (f" of {on_a_line(filtered)}" if filtered else "")
        total = self._snapshot.situation.discrepancies_total if self._snapshot else 0
        if self._doubted:
            title += f" {self.glyphs.dot} filter not understood, last good kept"
        elif total:
            key = self.glyphs.keys["discrepancies"]
            title += f" {self.glyphs.dot} {self.glyphs.differ} {wording.number(total)} disagree ({key})"
        titles = (title, f"+{self.unseen} new" if self.unseen else "")
        if titles != self._titles:  # setting a title draws it, also when it is the same
            self._titles = titles
            self.border_title, self.border_subtitle = plain(titles[0]), plain(titles[1])

    def on_resize(self, _: events.Resize) -> None:
        """Another width is another set of lines."""
        self.extend(self.line_count)
