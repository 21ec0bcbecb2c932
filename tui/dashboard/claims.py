"""Who claims what: everything on record about one strike, crossing, running figure or commitment, line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from projections.situation import (
    ClaimedRange,
    ClaimView,
    CommitmentView,
    CrossingView,
    RecordLine,
    SeriesView,
    Situation,
    StatementView,
    StatusView,
    StrikeView,
)
from projections.strike_history import Stood
from projections.text import NO_DAY, mark
from tui.dashboard import wording
from tui.dashboard.crossings_panel import lapsed
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, line, pad, wrapped
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.paper import Paper
from tui.dashboard.toll_rows import stood_rows
from tui.safe_text import on_a_line

Rows = Callable[[Paper], list[Line]]


ABOUT_LISTED = 20
"""Statements about a strike, a crossing or a running figure that are listed, the newest."""


def claims_screen(
    situation: Situation,
    target: Target,
    glyphs: Glyphs,
    *,
    said: Sequence[StatementView] = (),
    lines: Mapping[str, RecordLine] | None = None,
    stood: Sequence[Stood] = (),
) -> LinesScreen | None:
    """The screen for a target of a panel; None when the Situation no longer holds it.

    `said` is what is said about it, newest first; `lines` what its records say, by their ids; `stood` a strike as it
    stood after each report of it.
    """
    found = _found(situation, target, lines or {})
    if found is None:
        return None
    title, rows = found

    def make(width: int) -> list[Line]:
        paper = Paper.of(situation, width, glyphs)
        tolls = stood_rows(stood, paper)
        first = rows(paper)
        if tolls:  # it may be a page down
            first.insert(_head_end(first), line(("its toll after each report stands below", "quiet")))
        return [*first, *tolls, *about_rows(said, paper), *_everything_row(target)]

    return LinesScreen(title, make, glyphs=glyphs)


def _head_end(rows: Sequence[Line]) -> int:
    """Where what stands at the top ends: at the first empty line."""
    return next((index for index, row in enumerate(rows) if not row.text), len(rows))


def about_rows(said: Sequence[StatementView], paper: Paper) -> list[Line]:
    """What claimants say about it: where a figure differs, this may tell why, in their words and not in ours."""
    if not said:
        return []
    out = _head("what is said about it")
    for each in said[:ABOUT_LISTED]:
        out += wrapped(
            f"{paper.short(each.occurred)}  {wording.marked(each, on_a_line(each.claimant))}: {on_a_line(each.text)}",
            paper.width,
            indent=2,
            target=_record(each.record),
        )
    if len(said) > ABOUT_LISTED:
        out.append(line((f"  and {len(said) - ABOUT_LISTED} earlier statements, in the records", "quiet")))
    return out


def _everything_row(target: Target) -> list[Line]:
    """To all records of its stream, in the feed."""
    if target.kind not in ("strike", "crossing", "series"):
        return []
    text = f"stream={target.ref}"
    return [line(""), line(("all records of it: ", "quiet"), (text, "key"), target=Target("filter", text))]


def _found(situation: Situation, target: Target, lines: Mapping[str, RecordLine]) -> tuple[str, Rows] | None:
    match target.kind:
        case "strike":
            for strike in situation.strikes.latest:
                if strike.stream == target.ref:
                    return f"Strike: {strike.place}", partial(strike_rows, strike)
        case "crossing":
            for crossing in situation.crossings:
                if crossing.stream == target.ref:
                    return f"Crossing: {crossing.name}", partial(crossing_rows, crossing)
        case "series":
            for series in situation.series:
                if series.stream == target.ref:
                    title = f"Running figure: {series.claimant}, {series.measure}"
                    beside = [
                        each
                        for each in situation.series
                        if (each.measure, each.of) == (series.measure, series.of) and each.stream != series.stream
                    ]
                    return title, partial(series_rows, series, beside)
        case "commitment":
            for commitment in situation.commitments:
                if commitment.commitment == target.ref:
                    title = f"Commitment: {commitment.commitment.replace('-', ' ')}"
                    return title, partial(commitment_rows, commitment, lines)
    return None


def _record(ref: str) -> Target:
    return Target("record", ref, (ref,))


def _head(text: str) -> list[Line]:
    return [line(""), line((text, "head"))]


def strike_rows(each: StrikeView, paper: Paper) -> list[Line]:
    """A strike: what, when, who was harmed says whom, who fired says whom, who grades the reports how."""
    when = paper.occurred(each.occurred)
    out = [
        line(
            (wording.words(each.kind), "strong"),
            f", {wording.marked(each, on_a_line(each.place))}, {when}",
            target=_record(each.record),
        ),
        line(
            (
                f"first reported by {on_a_line(each.claimant)} {paper.glyphs.dot} {on_a_line(each.stream)}",
                "quiet",
            )
        ),
    ]
    if each.clarity == 2:
        out.append(line(("a total that cannot be split into incidents (clarity 2)", "quiet")))
    if each.part_of:
        out.append(line((f"part of {on_a_line(each.part_of)}: left out of sums", "quiet")))
    for other in each.response_to:
        out.append(line((f"said to respond to {on_a_line(other)}", "quiet")))
    for other in each.merged:
        out.append(line((f"claims of its duplicate {on_a_line(other)} are joined to it", "quiet")))
    for one in each.ranges:
        whom = f"{on_a_line(one.of)}" + (f", {wording.words(one.status)}" if one.status != "unstated" else "")
        period = paper.days(one.first_day, one.last_day)
        includes = f", {one.includes}" if one.includes not in ("new", "unstated") else ""
        use = "counts in sums" if one.ruled else "not in sums"
        out += _head(f"{paper.ranged(one)} {one.harm}: {whom}{includes}, {period} ({use})")
        out += claim_rows(one, paper)
    if each.responsibility:
        out += _head("who fired, says who")
    for said in each.responsibility:
        text = f"{said.stance}: {on_a_line(said.party)}"
        out.append(_two(wording.marked(said, on_a_line(said.claimant)), text, paper, _record(said.record)))
        if said.target:
            out += wrapped(f"target, in its account: {on_a_line(said.target)}", paper.width, "quiet", 4)
        if said.justification:
            out += wrapped(f"reason, in its account: {on_a_line(said.justification)}", paper.width, "quiet", 4)
    if not each.responsibility:
        out += [line(""), line(("no statement of responsibility on record", "quiet"))]
    if each.grades:
        out += _head("grade of the evidence, by its grader")
    for grade in each.grades:
        out.append(_two(wording.marked(grade, on_a_line(grade.grader)), grade.grade, paper, _record(grade.record)))
    return out


def _two(name: str, text: str, paper: Paper, target: Target) -> Line:
    label = pad(f"  {name}", min(34, max(18, paper.width // 3)), paper.glyphs.more)
    return paper.fit(line((label, "strong"), f" {text}", target=target))


def claim_rows(one: ClaimedRange, paper: Paper) -> list[Line]:
    """Each claimant's standing claim: figure, when said, through whom, and what is particular about it."""
    label = min(34, max(18, paper.width // 3))
    figures = max((len(paper.amount(claim.figure)) for claim in one.said), default=4)
    out: list[Line] = []
    for claim in one.said:
        name = pad(f"  {wording.marked(claim, on_a_line(claim.claimant))}", label, paper.glyphs.more)
        said = f"said {paper.moment(claim.reported_at)}"
        figure, position = pad(paper.amount(claim.figure), figures), line((f"#{claim.position}", "quiet"))
        notes = _notes(claim)
        left = line((name, "strong"), f" {figure}", (f"  {said}{notes}", "quiet"), target=_record(claim.record))
        beside = left.width + position.width < paper.width
        if not beside:
            left = line((name, "strong"), f" {figure}", (f"  {said}", "quiet"), target=_record(claim.record))
        out.append(paper.both(left, position))
        if not beside:
            out += wrapped(notes.removeprefix(", "), paper.width, "quiet", label + 1)
        if claim.figure.parts:
            parts = ", ".join(f"{paper.amount(part)} {on_a_line(name)}" for name, part in claim.figure.parts.items())
            out += wrapped(f"of whom {parts}", paper.width, "quiet", label + 1)
        if claim.reason:
            out += wrapped(f"reason given: {on_a_line(claim.reason)}", paper.width, "quiet", label + 1)
    return out


def _notes(claim: ClaimView) -> str:
    notes = []
    if claim.early:
        notes.append("early, outside the range")
    if claim.relays:
        notes.append(f"repeats {on_a_line(claim.relays)}")
    if claim.corrected:
        notes.append("corrected")
    if claim.late:
        notes.append("recorded late")
    if claim.via:
        notes.append(f"via {on_a_line(', '.join(claim.via))}")
    return "".join(f", {note}" for note in notes)


def crossing_rows(each: CrossingView, paper: Paper) -> list[Line]:
    """A crossing: each direction and load with who says so, quotas, passages, refusals, announcements."""
    news = wording.newest(each.silence_days)
    place = f"{on_a_line(each.place)} {paper.glyphs.dot} " if each.place else ""
    out = [line((f"{place}{on_a_line(each.stream)} {paper.glyphs.dot} newest report: {news}", "quiet"))]
    if not each.registered:
        out.append(line(("not registered: its name and place are not on record", "differ")))
    for load, ways in (("people", each.people), ("goods", each.goods)):
        for word, status in (("into", ways.into), ("out of", ways.out_of)):
            out += _status_rows(f"{load}, {word}", status, paper)
    if each.quotas:
        out += _head("permitted, expected or agreed")
    for quota in each.quotas:
        what = f"{paper.amount(quota.figure)} {_kind(quota.category)} {wording.DIRECTION[quota.direction]}"
        per = f" a {quota.per}" if quota.per != "period" else " for the period"
        text = f"{what}{per}, {quota.kind}, {paper.occurred(quota.occurred)}"
        out.append(_two(wording.marked(quota, on_a_line(quota.claimant)), text, paper, _record(quota.record)))
    for passages in each.passages:
        what = f"{_kind(passages.category)} {wording.DIRECTION[passages.direction]}"
        days = paper.days(passages.first_day, passages.last_day)
        out += _head(f"{paper.ranged(passages)} {what}, {days}")
        out += claim_rows(passages, paper)
    for refused in each.refused:
        days = paper.days(refused.first_day, refused.last_day)
        what = f"{wording.words(refused.outcome)}, {wording.DIRECTION[refused.direction]}"
        out += _head(f"{paper.ranged(refused)} {what}, {days}")
        out += claim_rows(refused, paper)
    if each.announced:
        out += _head("announced")
    for one in each.announced:
        both = " and ".join(wording.DIRECTION[way] for way in one.directions)
        text = f"{one.status} from {paper.moment(one.starts)}, {' and '.join(one.carries)} {both}"
        out.append(_two(wording.marked(one, on_a_line(one.claimant)), text, paper, _record(one.record)))
        if one.denied_by:
            out.append(line((f"    denied by {on_a_line(', '.join(one.denied_by))}", "differ")))
    return out


def _kind(category: str) -> str:
    return category if category in ("people", "staff", "other") else f"{category}s"


def _status_rows(what: str, status: StatusView, paper: Paper) -> list[Line]:
    if status.status == "unknown" and not status.claims:
        return []
    sign = f"{paper.glyphs.status[status.status]} {status.status.upper()}"
    since = f" since {paper.moment(status.since)}" if status.since else ""
    until = f" until {paper.moment(status.until)}" if status.until else ""
    if status.status == "unknown":
        until = f" {gone}" if (gone := lapsed(status, paper)) else ""
    out = [line("")]
    told = line((sign, status.status), (f" {what}", "strong"), f"{since}{until}")
    if told.width <= paper.width:
        out.append(told)
    else:
        out.append(line((sign, status.status), (f" {what}", "strong")))
        out += wrapped(f"{since}{until}".strip(), paper.width, "", 2)
    for label, text in (("conditions", status.conditions), ("reason given", status.reason)):
        if text:
            out += wrapped(f"{label}: {on_a_line(text)}", paper.width, "quiet", 2)
    for claim in status.claims:
        by = f", by {on_a_line(claim.by)}" if claim.by else ""
        text = f"{claim.status} {paper.occurred(claim.occurred)}{by}"
        out.append(_two(wording.marked(claim, on_a_line(claim.claimant)), text, paper, _record(claim.record)))
    return out


def series_rows(each: SeriesView, beside: Sequence[SeriesView], paper: Paper) -> list[Line]:
    """A running figure: what it counts, how it stands beside the strikes on record, what is left over.

    `beside` are the figures of the same measure and population: by whom, since when, and what each counts.
    """
    mark = ", corrected" if each.corrected else ""
    out = [
        line(
            (paper.amount(each.figure), "strong"),
            f"{_in(each.unit)}, {paper.occurred(each.as_of)}{mark}",
            target=_record(each.record),
        ),
        line((f"{on_a_line(each.measure)} {_since(each, paper)}{_in_scope(each)}", "quiet")),
        *_counts(each, paper, 0),
    ]
    if each.of:
        out.append(line((f"population: {on_a_line(each.of)}", "quiet")))
    if each.relays:
        out.append(line((f"repeats {on_a_line(each.relays)}", "quiet")))
    if each.offset is not None:
        out.append(line((f"carried over at its origin: {paper.amount(each.offset)}", "quiet")))
    if each.recorded_sum is not None:
        summed = f"{paper.ranged(each.recorded_sum)}, {wording.claims(each.recorded_sum.claims)}"
        out += [line(""), line(f"recorded strikes over the same span and population: {summed}")]
    if each.residue is not None:
        out += wrapped(f"residue: {on_a_line(each.residue.text)}", paper.width)
    if beside:
        out += _head(f"other running figures of {on_a_line(each.measure)}")
    for other in sorted(beside, key=lambda one: (one.claimant, one.origin or "")):
        text = f"{paper.amount(other.figure)}, {paper.occurred(other.as_of)}, {_since(other, paper)}"
        out.append(_two(wording.marked(other, on_a_line(other.claimant)), text, paper, _record(other.record)))
        out += _counts(other, paper, 4)
    return out


def _in(unit: str) -> str:
    return f" {on_a_line(unit)}" if unit else ""


def _in_scope(each: SeriesView) -> str:
    return f", {on_a_line(each.scope)}" if each.scope else ""


def _since(each: SeriesView, paper: Paper) -> str:
    """From when a running figure counts."""
    return f"since {paper.day(each.origin)}" if each.origin else f"from {NO_DAY}"


def _counts(each: SeriesView, paper: Paper, indent: int) -> list[Line]:
    """What a running figure counts, as far as that is on record."""
    told = "what it counts is not on record" if each.inclusion is None else f"counts: {on_a_line(each.inclusion)}"
    return wrapped(told, paper.width, "quiet", indent)


def commitment_rows(each: CommitmentView, lines: Mapping[str, RecordLine], paper: Paper) -> list[Line]:
    """A commitment: its text, each scorer's reading with its basis, what is on record as done."""
    out = [
        Line(row.runs, _record(each.record)) if not index else row
        for index, row in enumerate(wrapped(on_a_line(each.text), paper.width))
    ]
    facts = [
        f"phase {each.phase}" if each.phase else "",
        f"on {on_a_line(each.obligated)}" if each.obligated else "by whom is not said",
        f"target {paper.amount(each.target)} {on_a_line(each.unit or '')}".rstrip() if each.target else "",
        f"due {paper.moment(each.due)}" if each.due else "",
        f"as told by {wording.marked(each, on_a_line(each.claimant))}",
    ]
    out += wrapped(", ".join(fact for fact in facts if fact), paper.width, "quiet")
    if not each.scores:
        out += [line(""), line(("not scored by anyone on record", "quiet"))]
    for score in each.scores:
        word = "no score" if score.score is None else f"{paper.glyphs.scores[score.score]} {wording.SCORE[score.score]}"
        done = f", done {paper.amount(score.done)}" if score.done else ""
        out += _head(f"scored by {wording.marked(score, on_a_line(score.scorer))}, {paper.occurred(score.occurred)}")
        ink = "quiet" if score.score is None else f"score{score.score}"
        out.append(line((f"  {word}", ink), done, target=_record(score.record)))
        out.append(line(("  on the evidence of", "quiet")))
        out += records_rows(score.basis, lines, paper)
    if each.steps:
        newest = f", the newest {len(each.steps)} of {each.steps_total}" if each.steps_total > len(each.steps) else ""
        out += _head(f"on record as done{newest}")
    for step in each.steps:
        figure = paper.amount(step.figure) if step.figure else ""
        by = f", by {on_a_line(step.by)}" if step.by else ""
        to = f", to {on_a_line(step.to)}" if step.to else ""
        text = f"{paper.occurred(step.occurred)}: {wording.step(step.what, figure)}{by}{to}"
        out.append(_two(wording.marked(step, on_a_line(step.claimant)), text, paper, _record(step.record)))
    return out


def records_rows(records: Sequence[str], lines: Mapping[str, RecordLine], paper: Paper) -> list[Line]:
    """Records, each with what it says where that is known here, and leading to its detail."""
    out = []
    for record in records:
        told = lines.get(record)
        if told is None:
            out.append(line((f"    {on_a_line(record)}", "key"), target=_record(record)))
            continue
        gone = told.standing in ("retracted", "erased", "unreadable")
        notes = f" [{told.standing}]" if gone or told.standing == "corrected" else ""
        head = line((f"    {wording.position(told.position)} ", "key"), (f"{paper.short(told.occurred)}  ", "quiet"))
        ink = "gone" if gone else ""
        rows = wrapped(on_a_line(told.text) + notes + mark(told), paper.width, ink, head.width)
        out += [line(*head.runs, (rows[0].text[head.width :], ink), target=_record(record)), *rows[1:]]
    return out
