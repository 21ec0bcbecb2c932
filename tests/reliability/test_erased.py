"""Erased is gone: after the command no byte of the body is in the log, its read model, or in what is made since.

Every file in reach is searched as bytes: the log's folder, the caches, the temporary files.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from domain.lines import Draft
from tests.domain.examples import STATEMENT, correction, erasure, limited, line, statement, strike
from tests.log.desks import ServerDesk
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled
from tests.server import superuser
from tui.commands.root import ceasefire

Run = Callable[..., Result]
SAID = ("--reason", "asked", "--authority", "officer", "--claimant", "desk", "--source", "Request", "--yes")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command; everything that it may write lies below the test's folder."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "TMPDIR"))
    monkeypatch.setenv("CEASEFIRE_LOG", str(tmp_path / "log" / "gaza.db"))

    def type_command(*words: str, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(ceasefire, list(words), input=stdin)
        assert result.exit_code == 0, result.output
        return result

    return type_command


def lines(*drafts: Draft) -> bytes:
    return b"\n".join(json.dumps(line(draft)).encode() for draft in drafts) + b"\n"


def holding(folder: Path, secret: str) -> list[str]:
    """The files in which the bytes of a text stand."""
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and secret.encode() in file.read_bytes()
    )


def tell(run: Run, secret: str, chance: random.Random) -> bool:
    """A log in which the secret stands in a record and perhaps its correction, shown or not; whether it has one."""
    long = "x" * chance.choice((0, 0, 5_000))  # over pages of SQLite
    run("import", "-", "--timezone", "Asia/Gaza", stdin=lines(strike(), limited("first")))
    if chance.random() < 0.5:
        run("status")
    run("append", "-", stdin=lines(statement(f"Met at {secret}", key="told", via=[f"By {secret}{long}"])))
    corrected = chance.random() < 0.7
    if corrected:
        changes = {"text": f"{secret} it was", "via": [secret]}
        run("append", "-", stdin=lines(correction({"key": "told"}, changes, STATEMENT, key="corrected")))
    if chance.random() < 0.7:
        run("status")
    run("append", "-", stdin=lines(limited("after")))
    return corrected


def erase(run: Run, chance: random.Random, *, corrected: bool) -> None:
    """By the command, or by lines that say so."""
    if chance.random() < 0.7:
        run("erase", "told", *SAID)
        return
    keys = ["corrected", "told"] if corrected else ["told"]
    said = [erasure({"key": key}, STATEMENT, key=f"gone {key}") for key in keys]
    run(*chance.choice((("append", "-"), ("import", "-"))), stdin=lines(*said))


def test_no_byte_is_left_in_any_file(run: Run, tmp_path: Path, did: Did) -> None:
    erasures = scaled(6, 100)
    chance = random.Random(4471)
    modelled = 0
    for number in range(erasures):
        secret = f"Zaytun-Qasr-{number}-4471"
        corrected = tell(run, secret, chance)
        before = holding(tmp_path, secret)
        assert "log/gaza.db" in before
        modelled += "log/gaza.db.readmodel.db" in before

        erase(run, chance, corrected=corrected)

        assert holding(tmp_path, secret) == []
        for words in (["status"], ["events"], ["show", "told"], ["verify"]):
            assert secret not in run(*words).output
        run("export", str(tmp_path / "out.jsonl"), "--with-restricted", "--force")
        run("backup", str(tmp_path / "copy.db"))
        run("bundle", str(tmp_path / "out.bundle"))
        run("rebuild")
        assert holding(tmp_path, secret) == []
        for file in (*(tmp_path / "log").iterdir(), *tmp_path.glob("copy.db*"), *tmp_path.glob("out.*")):
            file.unlink()
    assert modelled > erasures // 4
    did("erasures", erased=erasures, of_them_in_a_read_model=modelled, left_in_any_file=0)


def test_a_half_built_read_model_is_thrown_away_too(run: Run, tmp_path: Path) -> None:
    """A rebuild that was killed leaves one behind."""
    tell(run, "Yarmuk-5582", random.Random(1))
    run("rebuild")
    model = tmp_path / "log" / "gaza.db.readmodel.db"
    model.with_name(model.name + ".new").write_bytes(model.read_bytes())

    run("erase", "told", *SAID)

    assert holding(tmp_path, "Yarmuk-5582") == []


@pytest.fixture
def _server() -> None:
    """Started, if it is to be, before the story has a folder of its own for temporary files."""
    superuser()


@pytest.mark.usefixtures("_server")
@pytest.mark.parametrize("seed", range(scaled(2, 20)))
def test_no_byte_is_left_of_a_log_on_a_server(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, did: Did, seed: int
) -> None:
    """Nor in what is kept of it here: its owner erases."""
    secret = f"Zaytun-Qasr-{seed}-4471"
    desk = ServerDesk(tmp_path)
    monkeypatch.setenv("CEASEFIRE_LOG", str(desk.place))
    chance = random.Random(seed)
    corrected = tell(run, secret, chance)
    assert desk.traces(secret)

    erase(run, chance, corrected=corrected)

    assert (desk.traces(secret), holding(tmp_path, secret)) == ([], [])
    run("rebuild")
    run("verify")
    assert (desk.traces(secret), holding(tmp_path, secret)) == ([], [])
    desk.leave()
    did("erasures on a server", erased=1, left_in_any_file=0)
