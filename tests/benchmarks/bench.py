"""What a measurement is given: the log to measure on, where other sizes and files go, and the installed command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.logs import Made, made


@dataclass(frozen=True)
class Bench:
    """One run at one size. `seconds` is the budget of one sample; `command` the installed `ceasefire`."""

    folder: Path
    size: int
    seed: int
    seconds: float
    command: Path

    @property
    def log(self) -> Made:
        """The log of this run."""
        return self.sized(self.size)

    def sized(self, size: int) -> Made:
        """The log of another size, made in the same way."""
        return made(self.folder, size, self.seed)
