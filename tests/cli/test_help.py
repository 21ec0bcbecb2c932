"""The table of commands: what it promises is what is there, and the help loads nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from tests.cli.conftest import Run
from tui.commands.root import COMMANDS, ceasefire

HEAVY = ("eventsourcing", "sqlite_utils", "textual", "msgspec", "rich", "sqlite3")
NEEDED = {
    ("--help",): (),
    ("status", "--help"): (),
    ("replay", "--help"): (),
    ("import", "--help"): (),
    ("watch", "--help"): (),
    ("demo", "--help"): (),
    ("schema", "--help"): (),
    ("append", "strike.reported", "--help"): ("eventsourcing", "msgspec", "sqlite3"),
}


def test_the_issues_table_is_there() -> None:
    asked = "watch demo append erase correct retract replay status events show import export schema verify rebuild"
    assert set(asked.split()) | {"screenshot", "version", "backup", "restore"} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_says_what_it_does(name: str) -> None:
    command = ceasefire.get_command(click.Context(ceasefire), name)
    assert command is not None
    assert command.name == name
    assert command.help


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("version", "schema", "append")])
def test_every_command_takes_a_log(name: str) -> None:
    command = ceasefire.get_command(click.Context(ceasefire), name)
    assert command is not None
    assert "log" in {parameter.name for parameter in command.params}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("watch", "demo", "append")])
def test_every_command_that_prints_takes_json(name: str) -> None:
    command = ceasefire.get_command(click.Context(ceasefire), name)
    assert command is not None
    assert "as_json" in {parameter.name for parameter in command.params}


def test_the_help_lists_the_commands_in_the_order_of_the_table(run: Run) -> None:
    printed = run("--help").stdout
    places = [printed.index(f"  {name} ") for name in COMMANDS]
    assert places == sorted(places)


def test_a_command_that_does_not_exist_is_wrong_usage(run: Run) -> None:
    result = run("remember", ok=False)
    assert result.exit_code == 2
    assert "No such command 'remember'" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("words", NEEDED, ids=" ".join)
def test_help_imports_only_what_it_needs(words: tuple[str, ...]) -> None:
    assert loaded_by(*words) <= set(NEEDED[words])


def loaded_by(*words: str) -> set[str]:
    """The heavy packages that a command, run in a process of its own, has imported at its end."""
    program = (
        "import sys\n"
        "from tui.commands.root import ceasefire\n"
        f"code = ceasefire.main({list(words)!r}, standalone_mode=False)\n"
        "sys.stderr.write('\\nLOADED ' + ' '.join(sorted({name.partition('.')[0] for name in sys.modules})))\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("LOADED ")[2].split()) & set(HEAVY)
