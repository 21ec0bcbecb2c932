"""`ceasefire migrate` as a person types it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, error_of
from tests.server import Database


@pytest.fixture
def server(run: Run) -> Iterator[str]:
    """An empty log on a server, as a person names it."""
    database = Database()
    run("init", str(database.place), "--timezone", "UTC")
    yield str(database.place)
    database.give_back()


@pytest.mark.usefixtures("seeded")
def test_a_desk_becomes_a_mission_and_takes_a_copy_home(run: Run, log: Path, server: str, tmp_path: Path) -> None:
    hash_before = re.findall("hash ([0-9a-f]{64})", run("verify").stdout)

    moved = run("migrate", str(log), server)
    assert moved.stdout == f"migrated: 598 records, head #598, hash {hash_before[0]}, to {server}\n"
    assert f"record there from now on; {log} is as it was" in moved.stderr
    look = ("replay", "2026-02-02", "--known-at", "@598")
    assert run(*look, "--log", server).stdout == run(*look).stdout

    told = json.loads(run("migrate", server, str(tmp_path / "home.db"), "--json").stdout)
    assert (told["records"], told["position"], told["erased"], told["hash"]) == (598, 598, 0, hash_before[0])
    assert "whole: 598 records" in run("verify", "--log", told["place"]).stdout


@pytest.mark.usefixtures("seeded")
def test_what_cannot_be_is_told_with_its_remedy(run: Run, log: Path, server: str) -> None:
    run("migrate", str(log), server)
    assert "records are in that log already" in run("migrate", str(log), server, ok=False).stderr
    assert error_of(run("migrate", str(log), str(log), "--json", ok=False))["what"] == "both are files"
    assert "there is no log" in run("migrate", f"{log}.none", server, ok=False).stderr
    assert "password" in run("migrate", str(log), "postgresql://a:b@there/gaza", ok=False).stderr
