"""No home folder, no login name, nothing that can be written, a terminal without the letters: words, and it works."""

from __future__ import annotations

import io
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from domain.errors import LogUnavailable
from domain.monitor import Monitor
from domain.place import cache_folder
from projections.folding.in_memory import InMemory
from projections.readmodel import ReadModel
from tests.cli.conftest import CLAIM, Run
from tui.commands.root import ceasefire
from tui.dashboard.run import lacks_signs
from tui.streams import draw_cell_by_cell, speaks_utf8, write_what_can_be_read

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of a container: no name, no home, as the system tells."""

    def unknown(number: object) -> object:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "CEASEFIRE_LOG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("nobody")
class TestAUserWithoutANameAndAHome:
    WORDS = "nobody is named who records this, and this user has no login name"
    REMEDY = "try: give --recorded-by NAME, a role or a handle, or set CEASEFIRE_RECORDED_BY"

    def test_is_not_recorded_as_unnamed(self, tmp_path: Path, log: Path, run: Run) -> None:
        Monitor.create(log, "Asia/Gaza", recorded_by="desk").close()
        lines = tmp_path / "lines"
        lines.write_bytes(b"")
        for words in ((*CLAIM, "--figure", "32"), ("import", str(lines)), ("append", "-")):
            told = run(*words, ok=False)
            assert told.exit_code == 1
            assert self.WORDS in told.stderr
            assert self.REMEDY in told.stderr
        run(*CLAIM, "--figure", "32", "--recorded-by", "night-desk")
        assert "night-desk" in run("show", "@1").stdout

    def test_a_blank_is_no_name(self, log: Path, run: Run) -> None:
        Monitor.create(log, "Asia/Gaza", recorded_by="desk").close()
        assert self.WORDS in run(*CLAIM, "--figure", "32", "--recorded-by", " ", ok=False).stderr

    def test_may_read(self, log: Path, run: Run) -> None:
        Monitor.create(log, "Asia/Gaza", recorded_by="desk").close()
        run("status")

    def test_may_open_a_demonstration_that_is_made(self, log: Path, run: Run) -> None:
        assert self.WORDS in run("demo", ok=False).stderr
        run("demo", "--recorded-by", "desk")
        log.chmod(0o400)
        assert "in force" in run("demo").stdout

    def test_is_asked_to_name_a_log(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        told = _typed("status")
        assert "no log is named, and this user has no home folder to look for one in" in told
        assert "try: give --log PLACE, or set CEASEFIRE_LOG, or HOME" in told
        assert not (tmp_path / "~").exists()

    def test_keeps_nothing_in_a_folder_called_tilde(self) -> None:
        with pytest.raises(LogUnavailable, match="this user has no home folder"):
            cache_folder()


def _typed(*words: str) -> str:
    result = CliRunner().invoke(ceasefire, list(words))
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    return result.stderr


@pytest.fixture
def nowhere_to_write(empty: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The superuser may write anywhere: so it is the question whether one may that says no."""
    access = os.access

    def refusing(path: str | Path, mode: int) -> bool:
        return not mode & os.W_OK and access(path, mode)

    monkeypatch.setattr(os, "access", refusing)
    return empty


class TestNothingCanBeWritten:
    NOTE = "note: neither the log's folder nor a cache of yours can be written: the read model is made in memory\n"

    def test_a_reader_reads_and_is_told_once(self, nowhere_to_write: Path, tmp_path: Path, run: Run) -> None:
        before = sorted(nowhere_to_write.parent.iterdir())
        for command in ("status", "events", "discrepancies"):
            assert run(command).stderr.count(self.NOTE) == 1
        assert sorted(nowhere_to_write.parent.iterdir()) == before
        assert not (tmp_path / "cache").exists()

    def test_what_is_in_memory_says_what_a_file_says(self, seeded: Path, tmp_path: Path) -> None:
        with (
            Monitor(seeded, read_only=True) as monitor,
            ReadModel(monitor, InMemory()) as memory,
            ReadModel.open(monitor, tmp_path / "m.db") as file,
        ):
            assert memory.catch_up() == file.position
            assert memory.rebuild() == file.position
            assert memory.catch_up() == file.position
            for when in ("2026-02-02", "2026-08-01"):
                vantages = [model.vantage(when, None, now=NOW) for model in (memory, file)]
                assert memory.situation(vantages[0]) == file.situation(vantages[1])


@contextmanager
def stream(encoding: str) -> Iterator[tuple[io.TextIOWrapper, io.BytesIO]]:
    written = io.BytesIO()
    yield io.TextIOWrapper(written, encoding=encoding, write_through=True), written


class TestOutputThatIsNotUTF8:
    TEXT = "╭─ Rafaḥ · 12 … “closed” ─╮ رفح"

    @pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
    def test_gets_signs_that_stand_for_ours(self, encoding: str) -> None:
        with stream(encoding) as (out, written):
            write_what_can_be_read(out)
            out.write(self.TEXT)
        assert written.getvalue().replace("·".encode("latin-1"), b"*") == (
            b'+- Rafah * 12 ... "closed" -+ \\u0631\\u0641\\u062d'
        )

    def test_and_so_does_a_terminal_in_the_C_locale(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LC_ALL", "C")
        monkeypatch.delenv("PYTHONIOENCODING", raising=False)
        monkeypatch.delenv("PYTHONUTF8", raising=False)
        with stream("utf-8") as (out, written):
            assert not speaks_utf8(out)
            write_what_can_be_read(out)
            out.write("╭─")
        assert written.getvalue() == b"+-"

    def test_a_screen_keeps_its_columns(self) -> None:
        with stream("ascii") as (out, written):
            draw_cell_by_cell(out)
            out.write("╭…→رفح漢字e\u0301|")
        assert written.getvalue() == b"+.-?????" + b"??" + b"e|"

    @pytest.mark.parametrize(
        ("term", "encoding", "plain"),
        [
            ("linux", "utf-8", True),
            ("xterm-256color", "utf-8", False),
            ("xterm-256color", "iso-8859-1", True),
        ],
    )
    def test_the_dashboard_draws_in_ascii_by_itself(
        self, term: str, encoding: str, plain: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", term)
        monkeypatch.delenv("LC_ALL", raising=False)
        with stream(encoding) as (out, _):
            monkeypatch.setattr("sys.__stderr__", out)
            assert lacks_signs() == plain
