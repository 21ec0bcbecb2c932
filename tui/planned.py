"""What would be written, as the lines of a file: the same for a dry run in the shell and a form's preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.deciding import Outcome
    from domain.monitor import Monitor


def planned_lines(monitor: Monitor, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """A line for each record that has a body. Those of one batch name one another by the keys that they will have."""
    from domain.lines import to_line  # noqa: PLC0415 - loads eventsourcing

    keys = {outcome.record.id: outcome.record.key for outcome in outcomes}

    def key_of(record_id: str) -> str:
        return keys.get(record_id) or monitor.record(record_id).key

    return [to_line(outcome.record, key_of) for outcome in outcomes if outcome.record.report is not None]
