"""Phases, promises and what is on record of their keeping, alleged violations."""

from __future__ import annotations

from projections.situation import CommitmentView, Score, Situation, StepView
from projections.text import mark as marked
from tui.text_twin import claims, words
from tui.text_twin.page import Page

NEWEST_STEPS = 4


def write(page: Page, situation: Situation) -> None:
    """Panel 1."""
    page.heading("Phase and commitments")
    ceasefire = situation.ceasefire
    for start in ceasefire.starts:
        page.line(
            f"Start {page.when(start.occurred)} ({words.words(start.sense)}), says {start.claimant}{marked(start)}."
        )
    for mark in ceasefire.phases:
        by = f" by {mark.by}" if mark.by else ""
        page.line(
            f"Phase {mark.phase} {mark.change} {page.when(mark.occurred)}{by}: {mark.label},"
            f" says {mark.claimant}{marked(mark)}."
        )
    for resumed in ceasefire.resumed:
        without = "" if resumed.suspended else " without a suspension on record"
        page.free_text(
            f"Resumed {page.when(resumed.occurred)} by {resumed.by}{without},"
            f" says {resumed.claimant}{marked(resumed)}:",
            resumed.cause,
        )
    for commitment in situation.commitments:
        _commitment(page, commitment)
    if not situation.commitments:
        page.none("commitment is")
    for allegation in situation.allegations:
        figure = f" {claims.figure(allegation.figure)}," if allegation.figure else ""
        page.free_text(
            f"Alleged violations, not a finding:{figure} against {allegation.against}, says {allegation.claimant}, "
            f"{page.when(allegation.occurred)}{marked(allegation)}:",
            allegation.text,
        )


def _commitment(page: Page, commitment: CommitmentView) -> None:
    phase = f" (phase {commitment.phase})" if commitment.phase is not None else ""
    page.free_text(f"{commitment.commitment}{phase}{marked(commitment)}:", commitment.text)
    terms = [
        *([f"obligated {commitment.obligated}"] if commitment.obligated else []),
        *([_target(commitment)] if commitment.target else []),
        *([f"due {words.moment(commitment.due, page.timezone)}"] if commitment.due else []),
        f"says {commitment.claimant}{marked(commitment)}",
    ]
    page.line(f"Terms: {', '.join(terms)}.", level=1)
    steps = page.newest(commitment.steps[::-1], NEWEST_STEPS)
    for step in steps:
        page.line(f"Step: {_step(page, step)}.", level=1)
    page.more(len(steps), commitment.steps_total, "step", level=1)
    for score in commitment.scores:
        page.line(f"Scored {_score(page, score)}.", level=1)
    if not commitment.scores:
        page.line("No score told here." if page.withheld else "Not scored.", level=1)


def _target(commitment: CommitmentView) -> str:
    assert commitment.target is not None
    unit = f" {commitment.unit}" if commitment.unit else ""
    per = f" per {commitment.per}" if commitment.per else ""
    return f"target {claims.figure(commitment.target)}{unit}{per}"


def _step(page: Page, step: StepView) -> str:
    figure = f": {claims.figure(step.figure)}" if step.figure else ""
    by = f", by {step.by}" if step.by else ""
    to = f", to {step.to}" if step.to else ""
    return f"{words.words(step.what)}{figure}{by}{to}, {page.when(step.occurred)}, says {step.claimant}{marked(step)}"


def _score(page: Page, score: Score) -> str:
    grade = f"{score.score} ({words.SCORE[score.score]})" if score.score is not None else "without a grade"
    done = f", done {claims.figure(score.done)}" if score.done else ""
    basis = words.counted(len(score.basis), "record")
    return f"{grade}{done}, by {score.scorer}, {page.when(score.occurred)}, on {basis}{marked(score)}"
