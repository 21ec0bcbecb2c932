"""`python -m tests.benchmarks`: measure, and print the table. `make bench` runs it with the peers installed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks import appending, dashboard, difference, disk, importing, postgres, rebuilding, seek, starting
from tests.benchmarks.bench import Bench
from tests.benchmarks.table import Row, machine, size_name, table, write_json

SUBJECTS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "seek": seek.rows,
    "difference": difference.rows,
    "append": appending.rows,
    "import": importing.rows,
    "rebuild": rebuilding.rows,
    "start": starting.rows,
    "dashboard": dashboard.rows,
    "disk": disk.rows,
    "postgres": postgres.rows,
}
BY_NAME = {"postgres"}
"""Measured only when named: a server of its own, for longer than all others take together."""
SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}


def main() -> None:
    """Run the subjects named, at each size given."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; all but the last if none is named"
    )
    parser.add_argument("--size", action="append", choices=SIZES, help="may be repeated; 10k and 100k without")
    parser.add_argument("--json", type=Path, help="write the rows to this file, too")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0, help="budget of one sample")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "ceasefire-bench")
    parser.add_argument("--command", type=Path, default=Path(sys.executable).with_name("ceasefire"))
    given = parser.parse_args()
    if unknown := set(given.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    given.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _warn_if_busy()
    found: list[Row] = []
    subjects = given.subjects or [name for name in SUBJECTS if name not in BY_NAME]
    try:
        for name in given.size or ("10k", "100k"):
            _measure(Bench(given.folder, SIZES[name], given.seed, given.seconds, given.command), subjects, found)
    finally:  # what was measured before something failed, or was interrupted, is told too
        print("{cores} cores, Python {python}\n".format(**machine()))
        print(table(found))
        if given.json:
            write_json(found, given.json, given.seed)


def _measure(bench: Bench, subjects: Sequence[str], found: list[Row]) -> None:
    for subject in subjects:
        began = time.perf_counter()
        for row in SUBJECTS[subject](bench):
            found.append(row)
        print(f"{subject} at {size_name(bench.size)}: {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _warn_if_busy() -> None:
    """What others do at the same time goes into every time on the wall."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores / 2:
        print(f"a load of {load:.1f} on {cores} cores: trust CPU times, not those on the wall", file=sys.stderr)


if __name__ == "__main__":
    main()
