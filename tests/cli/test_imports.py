"""What each command loads: exactly what it needs of what is slow to load. Its time is a row of `make bench`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CLAIM, Run
from tui.commands.root import COMMANDS

SLOW = (
    "asyncio",
    "domain.deciding",
    "domain.exporting",
    "domain.importing",
    "domain.lines",
    "domain.log",
    "domain.log.postgres",
    "domain.log.verify",
    "email",
    "eventsourcing",
    "importlib.metadata",
    "msgspec",
    "platformdirs",
    "psycopg",
    "projections",
    "projections.changing.changes",
    "rich",
    "sqlite3",
    "sqlite_utils",
    "textual",
    "tui.dashboard",
    "tui.text_twin",
    "unittest",
)
TYPES = "msgspec eventsourcing"
A_LOG = f"{TYPES} sqlite3 domain.log"
A_MODEL = f"{A_LOG} projections"
WRITING = f"{A_LOG} domain.deciding domain.lines"
NEEDS = {
    "--help": "",
    "status --help": "",
    "replay --help": "",
    "import --help": "",
    "watch --help": "",
    "init --help": "",
    "demo --help": "",
    "schema --help": "",
    "erase --help": TYPES,
    "screenshot --help": "",
    "append --help": f"{TYPES} domain.lines",
    "append strike.reported --help": f"{TYPES} domain.lines",
    "version": "importlib.metadata email",
    "completion zsh": "",
    "status": f"{A_MODEL} tui.text_twin",
    "status --json": A_MODEL,
    "replay 2026-02-02": f"{A_MODEL} tui.text_twin",
    "watch": f"{A_MODEL} tui.text_twin",
    "diff 2026-02-02 now": f"{A_MODEL} projections.changing.changes tui.text_twin",
    "since @500": f"{A_MODEL} projections.changing.changes tui.text_twin",
    "events": A_MODEL,
    "discrepancies": f"{A_MODEL} tui.text_twin",
    "show @5": f"{A_MODEL} tui.text_twin",
    "verify": f"{A_MODEL} domain.log.verify",
    "export": f"{A_LOG} domain.exporting domain.lines",
    "import /dev/null": f"{WRITING} domain.importing",
    "correct @5 --set handling=restricted --kind source_error --reason wrong --claimant desk --source D --dry-run": (
        WRITING
    ),
    "retract @5 --reason wrong --claimant desk --source Desk --dry-run": WRITING,
    " ".join((*CLAIM, "--figure", "7", "--dry-run")): WRITING,
    "backup {log}.bak": f"{A_LOG} domain.log.verify",
    "restore --help": "",
    "migrate --help": "",
    "recover --help": "",
    "verify --help": "",
    "bundle --help": "",
    "sign-head --help": "",
    "bundle {log}.bundle": f"{A_LOG} domain.exporting domain.lines",
    "schema": f"{TYPES} domain.lines",
    "schema --types": TYPES,
    "rebuild": f"{A_MODEL} sqlite_utils importlib.metadata email",
}


def test_no_command_is_left_out() -> None:
    assert {words.split()[0] for words in NEEDS} >= set(COMMANDS)


@pytest.mark.parametrize("words", NEEDS, ids=lambda words: " ".join(words.split()[:2]))
def test_a_command_loads_what_it_needs(words: str, seeded: Path, run: Run) -> None:
    run("status")  # so that there is a read model, as on any day but the first
    assert loaded_by(words.format(log=seeded), seeded) == set(NEEDS[words].split())


def loaded_by(words: str, log: Path) -> set[str]:
    """What is slow to load and a command, run in a process of its own, has loaded at its end."""
    program = (
        "import sys\n"
        "from tui.commands.root import ceasefire\n"
        f"code = ceasefire.main({words.split()!r}, standalone_mode=False)\n"
        "sys.stderr.write('\\nLOADED ' + ' '.join(sys.modules))\n"
        "sys.exit(code)\n"
    )
    env = os.environ | {"CEASEFIRE_LOG": str(log)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr.rpartition("LOADED ")[0]
    return set(done.stderr.rpartition("LOADED ")[2].split()) & set(SLOW)
