"""What was promised in the ceasefire shown, what is on record of its keeping, and what is alleged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from domain.report import Facts
from projections.index.version import Version
from projections.situation import LISTED, AllegationView, CommitmentView, Score, StepView


def commitment_views(records: Sequence[Version[Facts]], listed: int = LISTED) -> tuple[CommitmentView, ...]:
    """Commitments of one ceasefire stream by phase, then name, each with every scorer's newest score."""
    made: dict[str, Version[Facts]] = {}
    for version in sorted(records, key=lambda version: version.rank):
        if version.type == "ceasefire.commitment_made":
            made[version.data.commitment] = version
    scores: dict[str, dict[str, Version[Facts]]] = defaultdict(dict)
    steps: dict[str, list[Version[Facts]]] = defaultdict(list)
    for version in sorted(records, key=lambda version: version.order):
        if version.type == "ceasefire.commitment_scored":
            scores[version.data.commitment][version.data.scorer] = version
        elif version.type == "ceasefire.step_reported" and version.data.commitment:
            steps[version.data.commitment].append(version)
    ordered = sorted(made.items(), key=lambda item: (item[1].data.phase or 100, item[0]))
    return tuple(_view(version, scores[slug], steps[slug], listed) for slug, version in ordered)


def _view(
    version: Version[Facts], scores: dict[str, Version[Facts]], steps: Sequence[Version[Facts]], listed: int
) -> CommitmentView:
    data = version.data
    return CommitmentView(
        commitment=data.commitment,
        text=data.text,
        claimant=version.claimant,
        record=version.record,
        phase=data.phase,
        obligated=data.obligated,
        unit=data.unit,
        target=data.target,
        per=data.per,
        due=data.due,
        scores=tuple(
            Score(
                score=score.data.score,
                done=score.data.done,
                scorer=score.data.scorer,
                basis=score.data.basis,
                occurred=score.report.occurred,
                record=score.record,
            )
            for score in sorted(scores.values(), key=lambda score: (score.at, score.data.scorer))
        ),
        steps=tuple(
            StepView(
                what=step.data.what,
                occurred=step.report.occurred,
                claimant=step.claimant,
                record=step.record,
                by=step.data.by,
                to=step.data.to,
                figure=step.data.figure,
            )
            for step in steps[-listed:]
        ),
        steps_total=len(steps),
    )


def allegation_views(records: Sequence[Version[Facts]]) -> tuple[AllegationView, ...]:
    """The newest allegation of each claimant against each party, by claimant: allegations, never findings."""
    newest: dict[tuple[str, str], Version[Facts]] = {}
    for version in sorted(records, key=lambda version: version.order):
        if version.type == "ceasefire.violation_alleged":
            newest[version.claimant, version.data.against] = version
    return tuple(
        AllegationView(
            claimant=claimant,
            against=against,
            text=version.data.text,
            figure=version.data.figure,
            occurred=version.report.occurred,
            record=version.record,
        )
        for (claimant, against), version in sorted(newest.items())
    )
