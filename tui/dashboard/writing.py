"""The pen: what the dashboard's forms write with. Each save opens the log anew, on a thread of its own.

A save is a command under a key that was made once for its form: run again after a failure it cannot double.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from domain.clock import Clock, system_clock
from domain.monitor import Monitor
from domain.place import Place
from tui.planned import planned_lines

if TYPE_CHECKING:
    from domain.deciding import Outcome
    from domain.lines import Draft

T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """What would be written: what would become of each draft, and the lines of a file that say the same."""

    outcomes: tuple[Outcome, ...]
    lines: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Pen:
    """Writes to a log. `recorded_by` is the role or handle of whoever sits here."""

    path: Place
    recorded_by: str
    clock: Clock = field(default=system_clock)

    def append(self, drafts: Sequence[Draft], *, dry_run: bool = False) -> list[Outcome]:
        """Record drafts, all or none. Raises Refused, LogUnavailable, LogDamaged."""
        return self._with(lambda monitor: monitor.append(drafts, dry_run=dry_run))

    def plan(self, drafts: Sequence[Draft]) -> Plan:
        """What `append` would write; nothing is written. Raises as it does."""

        def planned(monitor: Monitor) -> Plan:
            outcomes = monitor.append(drafts, dry_run=True)
            return Plan(tuple(outcomes), tuple(planned_lines(monitor, outcomes)))

        return self._with(planned)

    def _with(self, write: Callable[[Monitor], T]) -> T:
        monitor = Monitor(self.path, clock=self.clock, recorded_by=self.recorded_by)
        try:
            return write(monitor)
        finally:
            monitor.close()


def form_key() -> str:
    """A key for a form, made once with it."""
    return f"form:{os.urandom(8).hex()}"
