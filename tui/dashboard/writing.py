"""The pen: what the dashboard's forms write with. Each save opens the log anew, on a thread of its own.

A save is a command under a key that was made once for its form: run again after a failure it cannot double.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.clock import Clock, system_clock
from domain.monitor import Monitor

if TYPE_CHECKING:
    from domain.deciding import Outcome
    from domain.lines import Draft


@dataclass(frozen=True)
class Pen:
    """Writes to a log. `recorded_by` is the role or handle of whoever sits here."""

    path: Path
    recorded_by: str
    clock: Clock = field(default=system_clock)

    def append(self, drafts: Sequence[Draft], *, dry_run: bool = False) -> list[Outcome]:
        """Record drafts, all or none. Raises Refused, LogUnavailable, LogDamaged."""
        return self._with(lambda monitor: monitor.append(drafts, dry_run=dry_run))

    def correct(self, ref: str, changes: dict[str, Any], *, dry_run: bool = False, **words: Any) -> list[Outcome]:
        """Mend an error in a record. `words` are kind, reason, claimant, sources and key."""
        return self._with(lambda monitor: [monitor.correct(ref, changes, dry_run=dry_run, **words)])

    def retract(self, ref: str, *, dry_run: bool = False, **words: Any) -> list[Outcome]:
        """Withdraw a record. `words` are reason, claimant, sources, by and key."""
        return self._with(lambda monitor: [monitor.retract(ref, dry_run=dry_run, **words)])

    def _with(self, write: Callable[[Monitor], list[Outcome]]) -> list[Outcome]:
        monitor = Monitor(self.path, clock=self.clock, recorded_by=self.recorded_by)
        try:
            return write(monitor)
        finally:
            monitor.close()


def form_key() -> str:
    """A key for a form, made once with it."""
    return f"form:{os.urandom(8).hex()}"
