"""What the log knows, gathered from the Situation: claimants, streams, places to complete from."""

from __future__ import annotations

from collections.abc import Iterable

from projections.situation import Situation
from tui.dashboard.forms.form import Known


def known_from(situation: Situation) -> Known:
    """Values for completion. Alphabetical: no side goes first."""
    strikes = situation.strikes.latest
    said = [claim for strike in strikes for one in strike.ranges for claim in one.said]
    passages = [claim for each in situation.crossings for one in each.passages for claim in one.said]
    claims = [*said, *passages]
    claimants = [source.slug for source in situation.sources]
    claimants += [claim.claimant for claim in claims]
    claimants += [line.claimant for line in situation.records if line.claimant]
    places = [strike.place for strike in strikes] + [each.place for each in situation.crossings if each.place]
    populations = [population.of for population in situation.strikes.populations]
    populations += [one.of for strike in strikes for one in strike.ranges]
    outlets = [via for claim in claims for via in claim.via] + [via for each in situation.records for via in each.via]
    streams = [line.stream for line in situation.records if line.stream.startswith("ceasefire-")]
    if situation.ceasefire.stream:
        streams.append(situation.ceasefire.stream)
    return Known(
        today=situation.vantage.as_of_day,
        zone=situation.vantage.timezone,
        claimants=_sorted(claimants),
        ceasefires=_sorted(streams),
        crossings=_sorted(each.stream for each in situation.crossings),
        strikes=tuple(strike.stream for strike in strikes),
        places=_sorted(places),
        populations=_sorted(populations),
        outlets=_sorted(outlets),
    )


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
