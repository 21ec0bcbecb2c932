"""What the README shows was run, and still prints that: its console blocks, in order, on one log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_ANYTHING = "[...]"


def blocks() -> list[list[tuple[str, str]]]:
    """The console blocks of the README: each a list of commands and what is shown under them."""
    found = re.findall(r"^```console\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    return [re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M) for block in found]


def pattern(shown: str) -> re.Pattern[str]:
    """What is shown as a pattern: [...] stands for anything."""
    return re.compile(".*".join(re.escape(part) for part in shown.split(_ANYTHING)), re.S)


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "CEASEFIRE_LOG": str(tmp_path / "gaza.db"),
        "TERM": "dumb",
    }


def test_every_command_prints_what_the_readme_shows(shell: dict[str, str], tmp_path: Path) -> None:
    made = subprocess.run(["ceasefire", "demo"], env=shell, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    commands = [pair for block in blocks() for pair in block]
    assert len(commands) >= 8
    for command, shown in commands:
        ran = subprocess.run(
            ["/bin/sh", "-c", f"{command} 2>&1"], env=shell, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert pattern(shown).fullmatch(ran.stdout), f"$ {command}\nshows:\n{shown}\nprints:\n{ran.stdout}"
