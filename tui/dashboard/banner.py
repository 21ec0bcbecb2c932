"""The first line: which ceasefire, which day and phase, live or replay, which clocks, how new. And trouble, if any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from rich.cells import cell_len

from projections.rules.rule import ENVELOPE
from projections.situation import Vantage
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, clipped, line, wrapped
from tui.dashboard.one_line import OneLine
from tui.dashboard.phase_panel import phase_words, untitled
from tui.dashboard.snapshot import Snapshot, Trouble
from tui.safe_text import on_a_line

Run = tuple[str, str]
TROUBLE_LINES = 3


@dataclass(frozen=True)
class BannerState:
    """What the banner knows: the newest snapshot, trouble, words while there is nothing, the speed of playing."""

    snapshot: Snapshot | None = None
    trouble: Trouble | None = None
    waiting: str = "opening the log"
    playing: str = ""


def banner_lines(state: BannerState, now: datetime, width: int, glyphs: Glyphs) -> list[Line]:
    """The banner for a width: its parts on as many lines as they need, and a line for trouble."""
    out: list[Line] = []
    if state.snapshot is None:
        out.append(clipped(line((" CEASEFIRE MONITOR", "strong"), f"  {state.waiting}"), width, glyphs.more))
    else:
        whole, brief = (
            _flow(_all_parts(state, state.snapshot, now, glyphs, brief=brief), width, glyphs) for brief in (False, True)
        )
        out.extend(brief if len(brief) < len(whole) else whole)
    if state.trouble is not None:
        good = f" As last read {wording.since(state.trouble.since, now)}." if state.trouble.since else ""
        remedy = state.trouble.remedy
        text = f"{glyphs.trouble} {state.trouble.what}.{good} {remedy[:1].upper()}{remedy[1:]}"
        # in full: the remedy stands at its end
        out += wrapped(text, width, "trouble", 1)[:TROUBLE_LINES]
    return out


def _all_parts(
    state: BannerState, snapshot: Snapshot, now: datetime, glyphs: Glyphs, *, brief: bool
) -> list[list[Run]]:
    behind_since = state.trouble.since if state.trouble is not None and state.trouble.behind else None
    parts = _parts(snapshot, now, glyphs, behind_since, brief=brief)
    if state.playing:
        skipped = snapshot.skipped
        silent = f", {wording.plural(skipped, 'silent day')} skipped" if skipped else ""
        parts.insert(2, [(f" {glyphs.playing} PLAY {state.playing}{silent} ", "replay")])
    return parts


def _parts(
    snapshot: Snapshot, now: datetime, glyphs: Glyphs, behind_since: str | None, *, brief: bool
) -> list[list[Run]]:
    """What the banner says; where that is `brief`, not since when the log is kept, which is not worth a line.

    `behind_since`: when the log was last read, if it cannot be read now.
    """
    situation, stand = snapshot.situation, snapshot.stand
    vantage, ceasefire = situation.vantage, situation.ceasefire
    near = date.fromisoformat(vantage.as_of_day)
    title = wording.marked(ceasefire, on_a_line(ceasefire.title or untitled(situation)).upper())
    head: list[Run] = [(title, "strong")]
    if ceasefire.day is not None and ceasefire.day_one is not None:
        head.append((f" DAY {ceasefire.day}", "key"))
        head.append((f" from {wording.day(ceasefire.day_one, vantage.timezone, near)}", ""))
    elif ceasefire.ended_on:
        head.append((f" ended {wording.moment(ceasefire.ended_on, vantage.timezone, near)}", ""))
    parts = [head]
    if ceasefire.status != "none":
        phase = phase_words(situation)
        parts.append([(phase if ceasefire.status == "in_force" else f"{ceasefire.status.upper()}, {phase}", "")])
    zone = wording.zone_word(vantage.timezone)
    if stand.live and behind_since is not None:
        shown = wording.local_minute(behind_since, vantage.timezone)
        parts.append([(f"{glyphs.trouble} NOT LIVE", "trouble"), (f"  as of {shown} {zone}", "")])
    elif stand.live:
        shown = wording.local_minute(now, vantage.timezone)
        parts.append([(f"{glyphs.live} LIVE", "live"), (f"  as of {shown} {zone}", "")])
    else:
        left_out = situation.hidden.not_known + situation.hidden.not_occurred
        hidden = f", {wording.number(left_out)} later hidden" if left_out else ""
        state = f" {glyphs.replay} REPLAY"
        as_of = wording.local_minute(vantage.as_of, vantage.timezone)
        day_only = as_of.endswith("23:59")
        parts.append(
            [
                (f"{state}{hidden} ", "replay"),
                (f" as of {as_of[:10] if day_only else as_of} {zone}", ""),
            ]
        )
        if _is_ahead(vantage, now, day_only):
            parts.append([("after now", "here")])
        known = {
            "now": "known now",
            "then": "known then",
            "given": f"known at {wording.local_minute(vantage.known_at, vantage.timezone)}",
        }[stand.clock]
        since = f", {wording.number(snapshot.known_since)} known since" if snapshot.known_since else ""
        parts.append([(f"{known}{since}", "here" if stand.clock != "now" else "")])
        if stand.clock != "now" and vantage.position <= vantage.backfilled_until:
            since = "" if brief else f"; log kept since {wording.day(vantage.log_since, vantage.timezone, near)}"
            parts.append([(f"by report date{since}", "quiet")])
    if stand.live:
        age = f" {glyphs.dot} {wording.ago(situation.records[0].known_at, now)}" if situation.records else ""
        parts.append([(f"head #{wording.number(vantage.head)}{age}", "quiet")])
    elif vantage.position != vantage.head:
        parts.append([(f"#{wording.number(vantage.position)} of #{wording.number(vantage.head)}", "quiet")])
    if vantage.rule != ENVELOPE.typed:
        parts.append([(f"rule {on_a_line(vantage.rule)}", "here")])
    return parts


def _is_ahead(vantage: Vantage, now: datetime, day_only: bool) -> bool:
    """Whether the day shown, or the instant, is still to come. The end of today is today."""
    if day_only:
        return vantage.as_of_day > wording.local_minute(now, vantage.timezone)[:10]
    return datetime.fromisoformat(vantage.as_of) > now


def _flow(parts: list[list[Run]], width: int, glyphs: Glyphs) -> list[Line]:
    """Parts one after the other with a rule between, on another line where one does not fit."""
    rows: list[list[Run]] = []
    used = 0
    for part in parts:
        size = sum(cell_len(text) for text, _ in part)
        if rows and used + 3 + size <= width:
            rows[-1].append((f" {glyphs.rule} ", "quiet"))
            rows[-1].extend(part)
            used += 3 + size
        else:
            rows.append([(" ", ""), *part])
            used = 1 + size
    return [clipped(line(*row), width, glyphs.more) for row in rows]


class Banner(OneLine):
    """The banner as a widget. The clock comes in from outside, once a minute."""

    def __init__(self, *, glyphs: Glyphs, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.state = BannerState()
        self._now = datetime.now(UTC)

    def make(self, width: int) -> list[Line]:
        """The lines for a width."""
        return banner_lines(self.state, self._now, width, self.glyphs)

    def show(self, state: BannerState, now: datetime) -> None:
        """Draw what this changes."""
        self.state, self._now = state, now
        self.remake()
