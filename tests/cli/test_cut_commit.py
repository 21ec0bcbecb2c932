"""The connection is lost while a command without a key of its own is saved: on record once, or told how to find out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from domain.monitor import Monitor
from domain.place import Server
from tests.cli.conftest import CLAIM, error_of
from tests.cut_line import Cut, Line, line_to
from tests.domain.examples import GAZA
from tests.server import Database
from tui.commands.root import ceasefire

APPEND = (*CLAIM, "--figure", "7")
RETRACT = ("retract", "@1", "--reason", "counted twice")
LOST = "the connection was lost while it was saved: all of it is on record, or nothing"


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    Monitor.create(made.place, GAZA).close()
    yield made
    made.give_back()


@pytest.fixture
def line(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A writer's line to a log with one record."""
    monkeypatch.setattr("domain.log.postgres.recorder._ASK_AGAIN", (0.05, 0.1))
    writer = database.person("amal", "writer")
    typed(writer, *APPEND, "--key", "before")
    with line_to(writer) as made:
        yield made


def typed(place: Server, *words: str, code: int = 0, stdin: str | None = None) -> Result:
    result = CliRunner(env={"CEASEFIRE_LOG": str(place)}).invoke(ceasefire, list(words), input=stdin)
    assert result.exit_code == code, result.output
    return result


def keys(database: Database) -> list[str]:
    with Monitor(database.place, read_only=True) as monitor:
        monitor.verify()
        return [record.key for record in monitor.records()]


COMMANDS = pytest.mark.parametrize("command", [APPEND, RETRACT], ids=["append", "retract"])


@COMMANDS
def test_where_the_server_can_be_asked_it_is_said_to_be_saved(
    line: Line, database: Database, command: tuple[str, ...]
) -> None:
    line.cut = Cut.AFTER

    typed(line.place, *command)

    assert line.cuts == 1
    assert len(keys(database)) == 2


@COMMANDS
def test_where_it_says_that_nothing_was_the_same_command_again_records_it_once(
    line: Line, database: Database, command: tuple[str, ...]
) -> None:
    line.cut = Cut.BEFORE
    assert "then run the same command again" in typed(line.place, *command, code=1).stderr
    assert keys(database) == ["before"]

    typed(line.place, *command)

    assert len(keys(database)) == 2


@COMMANDS
@pytest.mark.parametrize("cut", Cut)
def test_where_nobody_answers_the_command_to_find_out_is_named(
    line: Line, database: Database, command: tuple[str, ...], cut: Cut
) -> None:
    line.cut, line.stays_away = cut, True
    told = typed(line.place, *command, code=1).stderr
    assert LOST in told
    look, key = re.findall(r"`ceasefire (show \S+)`.*\(--key (\S+)\)", told)[0]
    assert len(keys(database)) == 1 + (cut is Cut.AFTER)

    line.away = False
    found = typed(line.place, *shlex.split(look), code=0 if cut is Cut.AFTER else 1)
    assert ("counted twice" in found.stdout or "7" in found.stdout) == (cut is Cut.AFTER)
    again = typed(line.place, *command, "--key", key)

    assert ("on record" in again.output) == (cut is Cut.AFTER)
    assert keys(database) == ["before", key]


def test_as_json_the_key_is_a_value(line: Line) -> None:
    line.cut, line.stays_away = Cut.BEFORE, True
    result = typed(line.place, *APPEND, "--key", "after", "--json", code=1)
    told = error_of(result)
    assert (told["kind"], told["key"]) == ("save_in_doubt", "after")


@pytest.mark.parametrize("cut", Cut)
def test_lines_have_keys_of_their_own(line: Line, database: Database, cut: Cut) -> None:
    """A file that is imported again after such a loss is on record once, whether its lines name keys or not."""
    exported = typed(line.place, "export").stdout
    lines = re.sub(r',?"key": ?"before"', "", exported).replace("strike-desk-7", "strike-desk-8")
    line.cut, line.stays_away = cut, True
    told = typed(line.place, "import", "-", code=1, stdin=lines).stderr
    assert LOST in told
    assert "importing the same again is safe" in told
    assert "--key" not in told  # it takes none

    line.away = False
    typed(line.place, "import", "-", stdin=lines)

    assert len(keys(database)) == 2


@pytest.mark.parametrize("command", [("import", "-"), ("append", "-")], ids=["import", "append"])
def test_where_all_of_it_was_on_record_nothing_was_to_be_written(
    line: Line, database: Database, command: tuple[str, ...]
) -> None:
    lines = typed(line.place, "export").stdout
    line.cut, line.stays_away = Cut.BEFORE, True

    told = typed(line.place, *command, code=1, stdin=lines).stderr

    assert "the connection was lost, and nothing was to be written" in told
    assert "try: run it again when the server is back" in told
    assert keys(database) == ["before"]


def test_lines_that_are_appended_are_safe_to_append_again(line: Line, database: Database) -> None:
    lines = typed(line.place, "export").stdout.replace("before", "after")
    line.cut, line.stays_away = Cut.AFTER, True
    told = typed(line.place, "append", "-", code=1, stdin=lines).stderr
    assert "`ceasefire show after` tells" in told
    assert "the same lines again are safe" in told
    assert "--key" not in told  # nor does this take one

    line.away = False
    typed(line.place, "append", "-", stdin=lines)

    assert keys(database) == ["before", "after"]
