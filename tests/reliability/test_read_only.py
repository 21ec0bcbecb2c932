"""A log that may be read and not written: every command as another user, on a folder and files without write bits."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domain.desk import Desk, as_bytes
from tests.domain.examples import limited, statement, strike
from tests.log.processes import finished, started
from tests.reliability.conftest import Did
from tests.reliability.test_errors import READS, WRITES
from tests.reliability.work import commands_as_somebody_else

KEEPS = {"backup": "backup {out}/copy.db", "bundle": "bundle {out}/log.bundle"}
"""They write, but elsewhere."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody reaches (pytest's own are for one user), with a log in a folder that nobody may write."""
    with tempfile.TemporaryDirectory(prefix="ceasefire-frozen-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        desk = Desk(folder)
        desk.given(strike(), statement(key="told"))
        desk.monitor.close()
        (folder / "lines").write_bytes(as_bytes(limited("line")) + b"\n")
        (folder / "out").mkdir(mode=0o777)
        (folder / "out").chmod(0o777)
        for file in (folder / "lines", *desk.path.parent.iterdir()):
            file.chmod(0o444)
        desk.path.parent.chmod(0o555)
        yield folder
        desk.path.parent.chmod(0o755)


def test_reads_go_on_and_whatever_writes_says_so(folder: Path, did: Did) -> None:
    log, out = folder / "log" / "gaza.db", folder / "out"
    before = {file.name: file.read_bytes() for file in log.parent.iterdir()}
    commands = {name: words.format(file=folder / "lines", out=out) for name, words in (READS | KEEPS | WRITES).items()}

    finished(started(commands_as_somebody_else, log, out, commands, as_bytes(limited("by line"))))

    told = {one["name"]: one for one in map(json.loads, (out / "told").read_text().splitlines())}
    assert set(told) == set(commands)
    for name in READS | KEEPS:
        assert told[name]["code"] == 0, told[name]
    for name in WRITES:
        lines = [line for line in told[name]["stderr"].splitlines() if not line.startswith("note: ")]
        assert told[name]["code"] == 1, told[name]
        assert lines[0] == f"refused: {log}: the log cannot be written"
        assert lines[1] == "try: check the permissions of the file and its folder"
    assert {file.name: file.read_bytes() for file in log.parent.iterdir()} == before
    did("read-only folder", reads_that_went_on=len(READS | KEEPS), writes_refused_with_a_remedy=len(WRITES))
