"""Panel 1: where the ceasefire stands, what was promised, who scores it, who alleges what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from rich.cells import cell_len

from projections.situation import (
    AllegationView,
    CommitmentView,
    PhaseView,
    ResumedView,
    Score,
    Situation,
    StandingClaim,
    StepView,
)
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, line, wrapped
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line

FAR = 60
"""So far apart do a commitment and its score stand where there is room for the text beside them."""
ROOMY = 40
"""Cells of that text at least."""
STATUS = {
    "in_force": ("in force", "open"),
    "suspended": ("SUSPENDED", "limited"),
    "ended": ("ENDED", "closed"),
    "none": ("no entry into force on record", "unknown"),
}


def phase_words(situation: Situation) -> str:
    """The phase as the banner says it."""
    phase = situation.ceasefire.phase
    return wording.marked(phase, f"phase {phase.phase} {phase.change}") if phase else "no phase begun"


def untitled(situation: Situation) -> str:
    """What stands in place of a ceasefire's title: what is not on record is not said to be not in force."""
    if situation.ceasefire.stream is not None:
        return "ceasefire declared, not in force"
    return "no ceasefire on record" if situation.records_total else "nothing on record"


def phase_lines(situation: Situation, width: int, glyphs: Glyphs, *, writes: bool = True) -> list[Line]:
    """The whole panel, for a width in cells."""
    paper = Paper.of(situation, width, glyphs)
    ceasefire = situation.ceasefire
    if ceasefire.status == "none":
        return _nothing(situation, paper, writes)
    track = _track(situation, paper)
    out = [track] if track else []
    if ceasefire.status != "in_force":
        status, ink = STATUS[ceasefire.status]
        when = f" {paper.moment(ceasefire.ended_on)}" if ceasefire.ended_on else ""
        says = ", ".join(
            dict.fromkeys(wording.marked(claim, on_a_line(claim.claimant)) for claim in ceasefire.status_claims)
        )
        target = Target("record", ceasefire.status_record) if ceasefire.status_record else None
        out.append(paper.fit(line((status, ink), f"{when}{f', says {says}' if says else ''}", target=target)))
        out.extend(row for claim in ceasefire.status_claims for row in _account(claim, paper))
    if ceasefire.phase:
        out += _phase_rows(ceasefire.phase, paper, (glyphs.begun, "strong"))
    out.extend(row for each in ceasefire.announced for row in _phase_rows(each, paper, (glyphs.announced, "quiet")))
    if situation.commitments:
        out.append(line(("commitments", "head")))
    for commitment in situation.commitments:
        out.extend(_commitment_rows(commitment, paper))
    if not situation.commitments:
        out.append(paper.fit(line(("no commitment on record yet", "quiet"))))
    out.extend(row for each in ceasefire.resumed for row in _resumed_rows(each, paper))
    out.extend(_allegation_rows(situation.allegations, paper))
    return out


def phase_summary(situation: Situation, width: int, glyphs: Glyphs) -> Line:
    """The panel in one line."""
    status, ink = STATUS[situation.ceasefire.status]
    if situation.ceasefire.status == "none":
        status = untitled(situation)
    runs: list[str | tuple[str, str]] = [(status, ink)]
    if situation.ceasefire.status != "none":
        runs.append(f" {glyphs.dot} {phase_words(situation)}")
    if situation.commitments:
        scored = sum(1 for each in situation.commitments if each.scores)
        runs.append(f" {glyphs.dot} {wording.plural(len(situation.commitments), 'commitment')}, {scored} scored")
    if situation.allegations:
        runs.append(f" {glyphs.dot} {wording.plural(len(situation.allegations), 'allegation')}")
    return Paper.of(situation, width, glyphs).fit(line(*runs))


def _nothing(situation: Situation, paper: Paper, writes: bool) -> list[Line]:
    press = f" Press {paper.glyphs.keys['append']}, or in" if writes else " In"
    teaching = paper.teach(
        f"{untitled(situation).capitalize()} as of {paper.day(situation.vantage.as_of_day)}.",
        f"A ceasefire.entered_into_force record makes day 1.{press} a shell: ceasefire append, or ceasefire import "
        "FILE --backfill.",
    )
    return [*teaching, *_allegation_rows(situation.allegations, paper)]


def _track(situation: Situation, paper: Paper) -> Line | None:
    """Day 1 to the vantage's day as a line; each phase's number stands where it began."""
    ceasefire = situation.ceasefire
    if ceasefire.day_one is None or paper.width < 12:
        return None
    first = date.fromisoformat(ceasefire.day_one)
    last = date.fromisoformat(situation.vantage.as_of_day)
    if ceasefire.ended_on:
        last = min(last, wording.first_day(ceasefire.ended_on, paper.zone))
    days = max(1, (last - first).days)
    cells = [paper.glyphs.line] * (paper.width - 1)
    for each in ceasefire.phases:
        if each.change == "begun":
            at = (wording.first_day(each.occurred, paper.zone) - first).days * (paper.width - 2) // days
            if 0 <= at < paper.width - 1:
                cells[at] = str(each.phase)[-1]
    runs: list[tuple[str, str]] = [(cell, "bar" if cell == paper.glyphs.line else "strong") for cell in cells]
    return line(*runs, (paper.glyphs.here, "here"))


def _account(claim: StandingClaim, paper: Paper) -> list[Line]:
    """By whom and why the ceasefire was suspended or ended, in one claimant's account."""
    text = f"{wording.marked(claim, on_a_line(claim.claimant))}: by {on_a_line(claim.by)}, {on_a_line(claim.cause)}"
    return wrapped(text, paper.width, "quiet", 2, Target("record", claim.record, (claim.record,)))[:3]


def _resumed_rows(each: ResumedView, paper: Paper) -> list[Line]:
    """By whom and why it was resumed, in one claimant's account."""
    target = Target("record", each.record, (each.record,))
    without = "" if each.suspended else ", no suspension on record"
    head = line(f"resumed {paper.occurred(each.occurred)}", (without, "quiet"), target=target)
    account = f"{wording.marked(each, on_a_line(each.claimant))}: by {on_a_line(each.by)}, {on_a_line(each.cause)}"
    return [paper.fit(head), *wrapped(account, paper.width, "quiet", 2, target)[:3]]


def _phase_rows(each: PhaseView, paper: Paper, sign: tuple[str, str]) -> list[Line]:
    """A change of phase, and who says so: on a line below where there is no room beside it."""
    by = f"by {on_a_line(each.by)}, " if each.by else ""
    target = Target("record", each.record, (each.record,))
    what = (f"{sign[0]} Phase {each.phase} {each.change} {paper.occurred(each.occurred)}", sign[1])
    whole = line(
        what, (f" {paper.glyphs.dot} {by}says {wording.marked(each, on_a_line(each.claimant))}", "quiet"), target=target
    )
    if whole.width <= paper.width:
        return [whole]
    return [
        paper.fit(line(what, target=target)),
        *wrapped(f"{by}says {wording.marked(each, on_a_line(each.claimant))}", paper.width, "quiet", 2),
    ]


def _commitment_rows(each: CommitmentView, paper: Paper) -> list[Line]:
    target = Target("commitment", each.commitment, tuple(dict.fromkeys(_records(each))))
    name = wording.marked(each, on_a_line(each.commitment).replace("-", " "))
    wide, paper = paper, _column(paper)
    out: list[Line] = []
    facts = [_goal(each, paper)] if not any(score.done for score in each.scores) else []
    if not each.scores:
        left = line((f"{paper.glyphs.no_score} ", "quiet"), name, target=target)
        told = "not scored" if left.width + len("not scored") < paper.width else "unscored"
        out += paper.apart(left, line((told, "quiet")))
    for score in each.scores:
        out += _score_row(each, score, (name, target), paper)
        scorer = wording.marked(score, on_a_line(score.scorer))
        basis = f"scored by {scorer} {paper.glyphs.dot} {wording.plural(len(score.basis), 'record')}"
        out += paper.block(basis, "quiet", target)
    if each.steps:
        facts.append(wording.plural(each.steps_total, "step"))
    newest = [
        f"{_step(step, paper)}, says {wording.marked(step, on_a_line(step.claimant))}" for step in reversed(each.steps)
    ]
    dot = f" {paper.glyphs.dot} "
    # as many of the steps as there is room for beside the first
    whole = dot.join(fact for fact in (*facts, *newest[:1]) if fact)
    while newest[1:] and cell_len(more := f"{whole}{dot}{newest[1]}") <= wide.width - 4:
        whole, newest = more, newest[1:]
    if wide != paper:
        out[0] = wide.fit(line(*out[0].runs, (f"  {on_a_line(each.text)}", "quiet"), target=target))
    if newest and cell_len(whole) > wide.width - 4:
        told = dot.join(fact for fact in facts if fact)
        return [*out, *wide.block(told, "quiet", target), *wide.block(newest[0], "quiet")]
    return [*out, *wide.block(whole, "quiet", target)] if whole else out


def _column(paper: Paper) -> Paper:
    """The paper for what stands at the left, where there is room for a text beside it."""
    return replace(paper, width=FAR) if paper.width - FAR >= ROOMY else paper


def _records(each: CommitmentView) -> list[str]:
    scores = [record for score in each.scores for record in (score.record, *score.basis)]
    return [each.record, *scores, *(step.record for step in each.steps)]


def _goal(each: CommitmentView, paper: Paper) -> str:
    if each.target is None:
        return ""
    per = f" a {each.per}" if each.per and each.per != "period" else ""
    return f"of {paper.amount(each.target)}{per}"


def _score_row(each: CommitmentView, score: Score, name: tuple[str, Target], paper: Paper) -> list[Line]:
    if score.score is None:
        sign: tuple[str, str] = (f"{paper.glyphs.no_score} DONE ", "quiet")
    else:
        sign = (f"{paper.glyphs.scores[score.score]} {wording.SCORE[score.score]} ", f"score{score.score}")
    done = paper.amount(score.done) if score.done else ""
    figures = " ".join(part for part in (done, _goal(each, paper)) if part)
    return paper.apart(line(sign, name[0], target=name[1]), line(figures))


def _step(step: StepView, paper: Paper) -> str:
    figure = paper.amount(step.figure) if step.figure else ""
    return f"{paper.occurred(step.occurred)}: {wording.step(step.what, figure)}"


def _allegation_rows(allegations: tuple[AllegationView, ...], paper: Paper) -> list[Line]:
    """By who alleges, alphabetically; an allegation is somebody's word, never this log's."""
    if not allegations:
        return []
    out = [paper.fit(line(("alleged violations, by who alleges", "head")))]
    column = _column(paper)
    by_claimant: dict[str, list[AllegationView]] = defaultdict(list)
    for each in allegations:
        by_claimant[each.claimant].append(each)
    for claimant in sorted(by_claimant):
        for each in by_claimant[claimant]:
            against = f"by {on_a_line(each.against)}"
            said = f"{paper.amount(each.figure)} {against}" if each.figure else f"{against}, no number"
            target = Target("record", each.record, (each.record,))
            left = line(
                (f"{paper.glyphs.allegation} ", "quiet"),
                (wording.marked(each, on_a_line(claimant)), "strong"),
                f": {said}",
                target=target,
            )
            rows = column.apart(left, line((paper.short(each.occurred), "quiet")))
            if column != paper and len(rows) == 1:
                rows[0] = paper.fit(line(*rows[0].runs, (f"  {on_a_line(each.text)}", "quiet"), target=target))
            out += rows
    return out
