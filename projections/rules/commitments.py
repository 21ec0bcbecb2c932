"""What was promised in the ceasefire shown, what is on record of its keeping, and what is alleged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from domain.ceasefire import CommitmentMade, CommitmentScored, StepReported, ViolationAlleged
from domain.report import Facts
from projections.index.version import Version, all_of
from projections.situation import LISTED, AllegationView, CommitmentView, Score, StepView


def commitment_views(records: Sequence[Version[Facts]], listed: int = LISTED) -> tuple[CommitmentView, ...]:
    """Commitments of one ceasefire stream by phase, then name, each with every scorer's newest score."""
    by_rank = sorted(all_of(records, CommitmentMade), key=lambda version: version.rank)
    made = {version.data.commitment: version for version in by_rank}
    by_order = sorted(records, key=lambda version: version.order)
    scores: dict[str, dict[str, Version[CommitmentScored]]] = defaultdict(dict)
    for score in all_of(by_order, CommitmentScored):
        scores[score.data.commitment][score.data.scorer] = score
    steps: dict[str, list[Version[StepReported]]] = defaultdict(list)
    for step in all_of(by_order, StepReported):
        if step.data.commitment:
            steps[step.data.commitment].append(step)
    ordered = sorted(made.items(), key=lambda item: (item[1].data.phase or 100, item[0]))
    return tuple(_view(version, scores[slug], steps[slug], listed) for slug, version in ordered)


def _view(
    version: Version[CommitmentMade],
    scores: dict[str, Version[CommitmentScored]],
    steps: Sequence[Version[StepReported]],
    listed: int,
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
    ordered = sorted(all_of(records, ViolationAlleged), key=lambda version: version.order)
    newest = {(version.claimant, version.data.against): version for version in ordered}
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
