"""What the log knows, gathered from the Situation: claimants, streams, places to complete from."""

from __future__ import annotations

from collections.abc import Iterable

from domain.catalogue import STREAM_KINDS, stream_kind
from domain.clock import Clock, system_clock
from projections.situation import Situation
from tui.dashboard.forms.form import Known


def known_from(situation: Situation, places: Iterable[str] = (), clock: Clock = system_clock) -> Known:
    """Values for completion, `places` those of the register. Alphabetical: no side goes first."""
    strikes, ceasefire, commitments = situation.strikes.latest, situation.ceasefire, situation.commitments
    said = [claim for strike in strikes for one in strike.ranges for claim in one.said]
    passages = [claim for each in situation.crossings for one in each.passages for claim in one.said]
    claims, lines = [*said, *passages], situation.records
    stated = [one for strike in strikes for one in strike.responsibility]
    steps = [step for each in commitments for step in each.steps]
    words: dict[str, list[str | None]] = {
        "claimant": [
            *(source.slug for source in situation.sources),
            *(claim.claimant for claim in claims),
            *(line.claimant for line in lines),
        ],
        "place": [*places, *(strike.place for strike in strikes), *(each.place for each in situation.crossings)],
        "of": [
            *(population.of for population in situation.strikes.populations),
            *(one.of for strike in strikes for one in strike.ranges),
        ],
        "via": [via for outlets in (*(c.via for c in claims), *(ln.via for ln in lines)) for via in outlets],
        "party": [
            *ceasefire.parties,
            *(one.party for one in stated),
            *(each.obligated for each in commitments),
            *(name for step in steps for name in (step.by, step.to)),
            *(each.against for each in situation.allegations),
        ],
        "commitment": [each.commitment for each in commitments],
        "unit": [*(each.unit for each in commitments), *(each.unit for each in situation.series)],
        "measure": [each.measure for each in situation.series],
        "timezone": [situation.vantage.timezone],
    }
    named = [
        *(strike.stream for strike in strikes),
        *(each.stream for each in situation.crossings),
        *(each.stream for each in situation.series),
        *(f"source-{source.slug}" for source in situation.sources),
        *(line.stream for line in lines),
        *([ceasefire.stream] if ceasefire.stream else []),
    ]
    return Known(
        today=situation.vantage.as_of_day,
        zone=situation.vantage.timezone,
        clock=clock,
        streams={kind: _sorted(each for each in named if stream_kind(each) == kind) for kind in STREAM_KINDS},
        words={what: _sorted(each) for what, each in words.items()},
    )


def _sorted(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
