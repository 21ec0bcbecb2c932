"""What became of records that were to be written, told the same way by every command that writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from domain.calendar import iso, micros
from tui.commands.answering import answering
from tui.commands.console import note, put, put_json, say
from tui.commands.forgetting import forget_erased

if TYPE_CHECKING:
    from domain.deciding import Outcome
    from domain.monitor import Monitor


def print_outcomes(monitor: Monitor, outcomes: Sequence[Outcome], *, dry_run: bool, as_json: bool) -> None:
    """One line of data for each: id, position and key, or with `dry_run` the line that would be written."""
    if dry_run:
        _print_plans(monitor, outcomes, as_json=as_json)
        return
    if any(outcome.record.type == "record.erased" for outcome in outcomes):
        forget_erased(monitor)  # whether or not there is anybody to tell
    last = outcomes[-1].record.position
    saved = f"saved as #{last}" if len(outcomes) == 1 else f"{len(outcomes):,} records saved, the last as #{last}"
    with answering(saved, remedy=f"`ceasefire show @{last}`; do not run the same command again"):
        for outcome in outcomes:
            _print(outcome, as_json=as_json)


def _print(outcome: Outcome, *, as_json: bool) -> None:
    record = outcome.record
    if as_json:
        put_json(_as_json(outcome))
    else:
        put(f"{record.id}  #{record.position}  {record.key}")
        _say_standing(outcome)


def _as_json(outcome: Outcome) -> dict[str, Any]:
    record = outcome.record
    return {
        "id": record.id,
        "position": record.position,
        "stream": record.stream,
        "version": record.version,
        "type": record.type,
        "key": record.key,
        "recorded_at": iso(micros(record.timestamp)),
        "known_at": iso(micros(record.known_at or record.timestamp)),
        "recorded_by": record.recorded_by,
        "fresh": outcome.fresh,
        "retracted": outcome.retracted,
        "notes": list(outcome.notes),
    }


def _say_standing(outcome: Outcome) -> None:
    if not outcome.fresh:
        content = " with this content" if outcome.same else ""
        say(f"{outcome.record.id} was on record already{content}; nothing was written")
    for words in outcome.notes:
        note(words)


def _print_plans(monitor: Monitor, outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    from tui.planned import planned_lines  # noqa: PLC0415

    lines = {line["key"]: line for line in planned_lines(monitor, outcomes)}
    for outcome in outcomes:
        if outcome.record.key in lines:
            put_json(lines[outcome.record.key])
        if not as_json:
            _say_standing(outcome)
            if outcome.fresh:
                say(f"would be {outcome.record.id}; nothing was written")
