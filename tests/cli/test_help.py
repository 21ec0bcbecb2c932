"""The table of commands: what it promises is what is there."""

from __future__ import annotations

import click
import pytest

from tests.cli.conftest import Run
from tui.commands.root import COMMANDS, ceasefire


def test_the_issues_table_is_there() -> None:
    asked = "watch demo append erase correct retract replay status events show import export schema verify rebuild"
    beside = "diff since screenshot version backup restore migrate recover bundle sign-head completion init"
    assert {*asked.split(), *beside.split(), "discrepancies"} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_says_what_it_does(name: str) -> None:
    command = ceasefire.get_command(click.Context(ceasefire), name)
    assert command is not None
    assert command.name == name
    assert command.help


@pytest.mark.parametrize(
    "name", [name for name in COMMANDS if name not in ("version", "schema", "append", "completion")]
)
def test_every_command_takes_a_log(name: str) -> None:
    command = ceasefire.get_command(click.Context(ceasefire), name)
    assert command is not None
    assert "log" in {parameter.name for parameter in command.params}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("watch", "demo", "append", "completion")])
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
    assert "No such command 'remember'." in result.stderr
    assert "Did you mean" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("typed", "meant"), [("stauts", "status"), ("replya", "replay"), ("discrepancy", "discrepancies")]
)
def test_a_slip_of_the_pen_is_told_what_is_most_like_it(run: Run, typed: str, meant: str) -> None:
    assert f"No such command '{typed}'. Did you mean {meant}?" in run(typed, ok=False).stderr


def test_the_version_is_an_option_too(run: Run) -> None:
    assert run("--version").stdout == run("version").stdout
