"""The installed command, as a person runs it: its own process, its own log, no settings from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("ceasefire"))
Ceasefire = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """A fresh home, and no terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CEASEFIRE", "XDG", "TEXTUAL"))}
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return kept | home | {"CEASEFIRE_LOG": str(tmp_path / "log" / "gaza.db"), "TERM": "xterm-256color"}


@pytest.fixture
def ceasefire(surroundings: Mapping[str, str]) -> Ceasefire:
    """Run the installed command; `code` is the exit code that is expected."""

    def run(*words: str, stdin: str | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [COMMAND, *words],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            env=dict(surroundings),
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == code, done.stderr
        return done

    return run
