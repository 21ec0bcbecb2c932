"""A command line to type at, and logs to type about."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import seeds
from tui.commands.root import ceasefire

Run = Callable[..., Result]
_CLAIM = (
    "append strike.casualties_claimed strike-desk-7 --occurred 2026-01-31 --claimant gaza-moh --source Bulletin "
    "--harm killed --of palestinians --status unstated --includes new --provisional no"
)
CLAIM = tuple(_CLAIM.split())
"""A claim, as typed; its figure is missing."""


@pytest.fixture(autouse=True)
def _no_ambient_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CEASEFIRE_LOG", "CEASEFIRE_RECORDED_BY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TZ", "Asia/Gaza")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where a log may be made."""
    return tmp_path / "log" / "gaza.db"


@pytest.fixture
def run(log: Path) -> Run:
    """Type a command on that log; `ok` asserts that it was done."""

    def type_command(*words: str, stdin: str | bytes | None = None, ok: bool = True) -> Result:
        result = CliRunner(env={"CEASEFIRE_LOG": str(log)}).invoke(ceasefire, list(words), input=stdin)
        assert not ok or result.exit_code == 0, result.output
        assert "Traceback" not in result.output
        return result

    return type_command


@pytest.fixture(scope="session")
def _imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded")
    words = ["import", str(seeds.GAZA_2025), "--backfill", "--log", str(folder / "gaza.db")]
    result = CliRunner().invoke(ceasefire, words)
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(ceasefire, ["status", "--log", str(folder / "gaza.db")])
    assert result.exit_code == 0, result.output  # and the read model is made
    return folder


@pytest.fixture
def seeded(log: Path, _imported: Path) -> Path:
    """The log of `run`, holding the seeds."""
    shutil.copytree(_imported, log.parent)
    return log


@pytest.fixture
def empty(log: Path, run: Run) -> Path:
    """The log of `run`, made and empty but for one registered source."""
    line = json.dumps(
        {
            "type": "source.registered",
            "stream": "source-gaza-moh",
            "occurred": "2026-01-01",
            "reported_at": "2026-01-01",
            "claimant": "gaza-moh",
            "claimant_basis": "stated",
            "via": [],
            "sources": [{"title": "Register"}],
            "handling": "public",
            "key": "source:gaza-moh",
            "data": {"name": "Gaza Ministry of Health", "kind": "medical"},
        }
    )
    run("import", "-", "--backfill", stdin=line + "\n")
    return log


def error_of(result: Result) -> dict[str, Any]:
    """The error object on stderr: its last line."""
    told = json.loads(result.stderr.strip().splitlines()[-1])["error"]
    assert isinstance(told, dict)
    return told
