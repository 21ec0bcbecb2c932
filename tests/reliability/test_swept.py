"""What a killed command left behind, bodies and all: the next of its kind removes it, unless somebody holds it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from domain.leftovers import held_folder, made_held, sweep
from tests.domain.desk import Desk, as_bytes
from tests.domain.examples import limited, strike
from tui.commands.root import ceasefire

KILLED = """
import os, signal, sys
from pathlib import Path
what = sys.argv.pop(1)
def stop(*args, **more):
    print("half done", flush=True)
    signal.pause()
if what == "backup":
    from domain.log.sqlite import backup
    backup._verified = stop
elif what == "dry-run":
    from domain import importing
    importing.Recording.run = stop
else:
    os.fsync = stop
from tui.__main__ import main
main()
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    desk = Desk(tmp_path)
    desk.given(strike(), limited())
    desk.monitor.close()
    (tmp_path / "lines").write_bytes(as_bytes(limited("line")) + b"\n")
    (tmp_path / "out").mkdir()
    return desk.path


COMMANDS = {
    "backup": "backup {out}/copy.db --log {log}",
    "bundle": "bundle {out}/gaza.bundle --log {log}",
    "export": "export {out}/gaza.jsonl --log {log}",
    "dry-run": "import {lines} --dry-run --log {out}/none.db --timezone Asia/Gaza",
}


def typed(command: str, log: Path) -> list[str]:
    folder = log.parents[1]
    return COMMANDS[command].format(out=folder / "out", log=log, lines=folder / "lines").split()


@contextmanager
def half_done(command: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-c", KILLED, command, *typed(command, log)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=dict(os.environ)) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"half done\n"
            yield process
        finally:
            process.kill()


def left(log: Path) -> set[str]:
    folders = [log.parents[1] / "out", log.parents[1] / "temporary"]
    return {path.name for folder in folders for path in folder.iterdir() if re.match(r"\.|ceasefire-", path.name)}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_next_of_its_kind_removes_it_once_nobody_holds_it(command: str, log: Path) -> None:
    with half_done(command, log) as process:
        (name,) = left(log)
        assert CliRunner().invoke(ceasefire, typed(command, log)).exit_code == 0
        assert left(log) == {name}
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    assert left(log) == {name}
    more = ["--force"] if command != "dry-run" else []
    done = CliRunner().invoke(ceasefire, [*typed(command, log), *more])
    assert done.exit_code == 0, done.output
    assert left(log) == set()


def test_nothing_of_another_name_is_touched(tmp_path: Path) -> None:
    for name in (".gaza.db.0123abcd.making", ".gaza.db.0123abcd", ".other.db.0123abcd.making", "gaza.db"):
        (tmp_path / name).mkdir()
    sweep(tmp_path, re.compile(r"\.gaza\.db\.[0-9a-f]{8}\.making"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".gaza.db.0123abcd", ".other.db.0123abcd.making", "gaza.db",
    ]  # fmt: skip


def test_what_is_swept_away_before_it_is_held_is_made_again(tmp_path: Path) -> None:
    made: list[Path] = []

    def make() -> Path:
        made.append(tmp_path / f"made {len(made)}")
        made[-1].mkdir()
        if len(made) == 1:
            made[-1].rmdir()
        return made[-1]

    with held_folder(make) as folder:
        assert folder == tmp_path / "made 1"
        sweep(tmp_path, re.compile("made 1"))
        assert folder.exists()
    assert not folder.exists()
    path, descriptor = made_held(make)
    os.close(descriptor)
    assert path.exists()
