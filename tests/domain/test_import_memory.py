"""An import's memory does not grow with its file: each is run in a process of its own, which tells its peak."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.generator import lines

PROGRAM = """
import sys
from pathlib import Path
from domain.monitor import Monitor
with Monitor.create(Path(sys.argv[1]), "Asia/Gaza", recorded_by="tester") as monitor:
    report = monitor.import_files([Path(sys.argv[2])], backfill=True)
    assert not report.refusals and report.recorded == int(sys.argv[3]), report
print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))
"""
FEW, MANY = 3_000, 24_000
MOST_MORE_KB = 4_000
"""The caches (SQLite's, what was just put, versions, days) are full after some thousand lines."""


def peak(folder: Path, size: int) -> int:
    """Kilobytes of memory that an import of so many lines needs at most."""
    file = folder / f"{size}.jsonl"
    with file.open("w") as out:
        for line in lines(size):
            out.write(json.dumps(line) + "\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder / f"{size}.db"), str(file), str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's peak")
def test_eight_times_the_lines_need_hardly_more_memory(tmp_path: Path) -> None:
    few, many = peak(tmp_path, FEW), peak(tmp_path, MANY)

    assert many - few < MOST_MORE_KB
    assert (tmp_path / f"{MANY}.jsonl").stat().st_size / 1000 > MOST_MORE_KB
