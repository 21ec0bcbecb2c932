"""What the libraries do as they come, each beside the test that holds our log to better: why there is a layer of ours.

Where one of these fails a library has mended it, and something of ours may be taken out.
"""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import OperationalError
from textual.app import App, ComposeResult
from textual.markup import MarkupError
from textual.widgets import Static

from tests.log.tampering import raw

ROOT = Path(__file__).parents[2]


class Note(Aggregate):
    """An aggregate as the library's documentation has it."""

    @event("Said")
    def say(self, what: object) -> None:
        """Say something."""
        self.said = what


def opened(path: Path) -> Application[UUID]:
    return Application[UUID](env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Twenty events of one aggregate, in a closed log of the library."""
    path = tmp_path / "library.db"
    with opened(path) as application:
        note = Note()
        for number in range(19):
            note.say(f"what was said {number:04}")
        application.save(note)
    return path


def read(path: Path) -> list[Any]:
    with opened(path) as application:
        return list(application.recorder.select_notifications(start=1, limit=1_000))


def test_a_flipped_bit_is_read_back_silently(log: Path) -> None:
    """Ours: tests/reliability/test_damage.py."""
    log.write_bytes(log.read_bytes().replace(b"said 0007", b"said 0006"))

    assert len(read(log)) == 20
    with raw(log) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def cut(wal: bytes) -> bytes:
    return wal[: len(wal) // 2]


def flipped(wal: bytes) -> bytes:
    middle = len(wal) // 2
    return wal[:middle] + bytes([wal[middle] ^ 1]) + wal[middle + 1 :]


@pytest.mark.parametrize("damage", [cut, flipped])
def test_a_damaged_write_ahead_log_opens_silently_short(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """Ours: tests/reliability/test_damage.py, by the head kept outside."""
    with opened(tmp_path / "library.db") as application:
        for number in range(20):
            note = Note()
            note.say(number)
            application.save(note)
        copy = tmp_path / "copy.db"
        shutil.copy(tmp_path / "library.db", copy)
        wal = (tmp_path / "library.db-wal").read_bytes()
        copy.with_name("copy.db-wal").write_bytes(damage(wal))

    assert 0 < len(read(copy)) < 40


def test_the_file_alone_copied_while_open_is_empty(tmp_path: Path) -> None:
    """Ours: tests/cli/test_keeping.py, `ceasefire backup`; and the head names what is missing of such a copy."""
    with opened(tmp_path / "library.db") as application:
        application.save(Note())
        shutil.copy(tmp_path / "library.db", tmp_path / "copy.db")

    assert read(tmp_path / "copy.db") == []


def test_an_error_has_no_remedy_and_no_path(log: Path) -> None:
    """Ours: tests/reliability/test_errors.py."""
    with opened(log) as application, raw(log) as other:
        connection = application.recorder.datastore.pool.get_connection(is_writer=True)  # type: ignore[attr-defined]
        connection._sqlite_conn.execute("PRAGMA busy_timeout = 1")
        application.recorder.datastore.pool.put_connection(connection)  # type: ignore[attr-defined]
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Exception, match="locked") as failed:
            application.save(Note())

    assert str(failed.value) == "database is locked"


@pytest.fixture
def landmine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module that leaves a file when it is imported."""
    stepped_on = tmp_path / "stepped on"
    (tmp_path / "minefield.py").write_text(f"import pathlib\npathlib.Path({str(stepped_on)!r}).touch()\nMine = None\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield stepped_on
    sys.modules.pop("minefield", None)


def test_a_stored_topic_names_code_that_is_run(log: Path, landmine: Path) -> None:
    """Ours: tests/log/test_damage.py, TestAPlantedRow."""
    with raw(log) as connection:
        connection.execute("UPDATE stored_events SET topic = 'minefield:Mine' WHERE originator_version = 5")
    with opened(log) as application:
        originator = application.recorder.select_notifications(start=1, limit=1)[0].originator_id
        with pytest.raises(TypeError):
            list(application.events.get(originator))  # type: ignore[arg-type]

    assert landmine.exists()


def test_the_environment_picks_a_module(landmine: Path) -> None:
    """Ours: tests/log/test_sqlite_files.py."""
    with pytest.raises(Exception, match="minefield"):
        Application[UUID](env={"PERSISTENCE_MODULE": "minefield"})

    assert landmine.exists()


def test_one_bad_row_stops_a_whole_read_and_is_not_named(log: Path) -> None:
    """Ours: tests/log/test_damage.py."""
    with raw(log) as connection:
        connection.execute("UPDATE stored_events SET topic = CAST(x'ff' AS TEXT) WHERE originator_version = 5")
    with pytest.raises(OperationalError) as failed:
        read(log)

    assert "5" not in str(failed.value)


@pytest.mark.parametrize("what", [math.nan, -5, "x" * 5_000_000, json.loads("[" * 100 + "]" * 100)])
def test_anything_is_let_in(tmp_path: Path, what: object) -> None:
    """Ours: tests/domain/test_refusals.py."""
    with opened(tmp_path / "library.db") as application:
        note = Note()
        note.say(what)
        application.save(note)

    assert len(read(tmp_path / "library.db")) == 2


def test_a_log_of_anybody_is_opened_and_written_to(tmp_path: Path) -> None:
    """Ours: tests/log/test_opening.py."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (x)")
    opened(tmp_path / "other.db").close()

    with raw(tmp_path / "other.db") as connection:
        assert connection.execute("SELECT count(*) FROM stored_events").fetchone() == (0,)


class Shown(App[None]):
    """A widget as it comes, and a text."""

    def __init__(self, text: str, *, markup: bool = True) -> None:
        super().__init__()
        self.text, self.markup = text, markup
        self.obeyed = False

    def action_obey(self) -> None:
        self.obeyed = True

    def compose(self) -> ComposeResult:
        yield Static(self.text, markup=self.markup)


async def drawn(text: str, *, markup: bool = True) -> str:
    app = Shown(text, markup=markup)
    async with app.run_test(size=(80, 5)):
        return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_a_widget_passes_controls_on_to_the_terminal() -> None:
    """Ours: tests/reliability/test_hostile_texts.py."""
    payload = "a\u202eb\x9b2J\x1b]52;c;UFdORUQ="

    assert payload in await drawn(payload, markup=False)


async def test_a_widget_reads_brackets_as_markup() -> None:
    """Ours: tests/tui/test_hostile.py."""
    assert "[closed]" not in await drawn("Rafah [closed]")
    with pytest.raises(MarkupError):
        await drawn("[/x]")


async def test_a_widget_runs_an_action_that_a_text_names() -> None:
    """Ours: tests/tui/test_hostile.py."""
    app = Shown("[@click=app.obey]Rafah[/]")
    async with app.run_test(size=(80, 5)) as pilot:
        await pilot.click(Static, offset=(2, 0))
        await pilot.pause()

    assert app.obeyed


def test_a_cell_that_a_table_would_compute_is_written_as_it_is() -> None:
    """Ours: no command writes cells (JSON lines alone), so that there is none to make harmless."""
    written = StringIO()
    csv.writer(written).writerow(["=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)"])
    assert written.getvalue() == "=HYPERLINK(A1),+1,-1,@SUM(A1)\r\n"

    program = [path for room in ("domain", "projections", "tui") for path in (ROOT / room).rglob("*.py")]
    assert len(program) > 100
    assert [
        path for path in program if re.search(r"^\s*(import|from) (csv|openpyxl|xlsx)", path.read_text(), re.M)
    ] == []
