"""What the README shows was run, and still prints that: its console blocks, in order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.guarded_server import Door, at_home, guarded_server
from tests.journeys.terminal import Terminal

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
_ANYTHING = "[...]"


class Step(NamedTuple):
    """A command with what is shown under it; `who` is what stands before the $. A line with # is something else."""

    who: str
    command: str
    shown: str


def steps() -> list[Step]:
    """Everything in the README's console blocks."""
    found: list[Step] = []
    for block in re.findall(r"^```console\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S):
        for line in block.splitlines():
            prompt = re.match(r"(\w*)\$ (.*)|(# .*)", line)
            if prompt:
                found.append(Step(prompt[1] or "", prompt[2] or prompt[3], ""))
            elif line.startswith("> "):
                found[-1] = found[-1]._replace(command=f"{found[-1].command}\n{line[2:]}")
            else:
                found[-1] = found[-1]._replace(shown=f"{found[-1].shown}{line}\n")
    return found


def team_steps() -> list[Step]:
    """Those of "For a team", which is about several people's machines."""
    return [step for step in steps() if step.who or step.command.startswith("# ")]


def check(step: Step, env: dict[str, str], folder: Path, typed: str = "") -> None:
    """Run a command; [...] in what is shown stands for anything."""
    ran = subprocess.run(
        ["/bin/sh", "-c", f"{{ {step.command}\n}} 2>&1"],
        env=env,
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    pattern = ".*".join(re.escape(part) for part in step.shown.split(_ANYTHING))
    printed = re.sub(r" +$", "", ran.stdout, flags=re.M)
    assert re.fullmatch(pattern, printed, re.S), f"$ {step.command}\nshows:\n{step.shown}\nprints:\n{printed}"


def on_path(env: dict[str, str], *folders: Path) -> dict[str, str]:
    """So that the programs in these folders are found first."""
    return env | {"PATH": os.pathsep.join([*map(str, folders), os.environ["PATH"]])}


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    return on_path(dict(os.environ), BIN) | {"CEASEFIRE_LOG": str(tmp_path / "gaza.db"), "TERM": "dumb"}


def test_every_command_prints_what_the_readme_shows(shell: dict[str, str], tmp_path: Path) -> None:
    made = subprocess.run(["ceasefire", "demo"], env=shell, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    alone = [step for step in steps() if step not in team_steps()]
    assert len(alone) >= 8
    for step in alone:
        check(step, shell, tmp_path)


class Team:
    """The machines of the section: the server, and one for each person, whose dashboards stay open to the end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._stack = stack
        self._folder = folder
        self._server = stack.enter_context(guarded_server())
        self.door: Door = self._server.door()
        self.dashboards: dict[str, Terminal] = {}
        self._machines = {"server": self._of_the_server()}

    def _home(self, name: str) -> Path:
        return self._folder / name

    def _of_the_server(self) -> dict[str, str]:
        home = self._home("server")
        home.mkdir()
        env = at_home(home, self.door) | {"PGHOST": str(self._server.folder), "PGUSER": "postgres"}
        del env["PGHOSTADDR"], env["PGPORT"]
        return on_path(env, BIN, self._server.programs)

    def _machine(self, name: str) -> dict[str, str]:
        if name not in self._machines:
            home = self._home(name)
            self._server.trusted_in(home)
            editor = home / "editor"
            editor.write_text(f'#!/bin/sh\necho "log.example.org:*:gaza:{name}:a pass word of {name}" > "$1"\n')
            editor.chmod(0o700)
            self._machines[name] = on_path(at_home(home, self.door), BIN) | {"EDITOR": str(editor)}
        return self._machines[name]

    def run(self, step: Step) -> None:
        """One command, as somebody types it on their machine."""
        env, home = self._machine(step.who), self._home(step.who)
        if step.command.startswith("export "):
            env |= dict(word.split("=", 1) for word in shlex.split(step.command)[1:])
        elif step.command == "ceasefire watch":
            dashboard = Terminal(["ceasefire", "watch"], env)
            self.dashboards[step.who] = self._stack.enter_context(dashboard)
            dashboard.wait_for("LIVE")
        else:
            login = step.command.split()[-1]
            check(step, env, home, f"a pass word of {login}\n" * 2 if step.command.startswith("createuser") else "")

    def everybody_sees(self, words: str) -> None:
        """Each dashboard paints the words."""
        for dashboard in self.dashboards.values():
            dashboard.wait_for(words)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with ExitStack() as stack:
        yield Team(tmp_path, stack)


def test_a_team_does_what_the_readme_shows(team: Team, shell: dict[str, str], tmp_path: Path) -> None:
    demo = ["ceasefire", "demo", "--log", str(tmp_path / "server" / ".ceasefire" / "gaza.db")]
    subprocess.run(demo, env=shell, cwd=tmp_path, stdout=subprocess.DEVNULL, check=True)
    network: dict[str, Callable[[], None]] = {"# the network goes": team.door.close, "# and is back": team.door.open}
    for step in team_steps():
        if step.command in network:
            network[step.command]()
            team.everybody_sees("server is away" if step.command == "# the network goes" else "LIVE")
            continue
        team.run(step)
        if "--key desk-1" in step.command:
            team.everybody_sees("17 people out")
    assert sorted(team.dashboards) == ["amal", "basma"]
