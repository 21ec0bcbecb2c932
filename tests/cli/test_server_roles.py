"""Every command on a server's log, as its owner, as a writer and as a reader: done, or refused with what to do."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import seeds
from domain.place import Server
from tests.cli.conftest import CLAIM
from tests.domain.examples import limited, line
from tests.server import Database
from tui.commands.root import ceasefire

ROLES = ("owner", "writer", "reader")

ANYONE = (
    "demo",
    "watch",
    "status",
    "status --json",
    "replay 2026-02-02 --known-at @400",
    "diff 2026-02-02 now",
    "since @500",
    "events",
    "discrepancies",
    "show @5",
    "retract @8 --reason wrong --dry-run",
    "export",
    "export OUT",
    "schema",
    "verify",
    "verify --signed-head SIGNED",
    "migrate LOG OUT",
    "bundle OUT",
    "sign-head OUT --key KEY",
    "rebuild",
    "screenshot OUT.svg",
    "completion bash",
    "version",
)
"""What a reader may do, and so everybody."""

WHO_RECORDS = (
    " ".join((*CLAIM, "--figure 7")),
    "append -",
    "import FILE",
    "correct @TARGET --set handling=restricted --kind source_error --reason wrong",
    "retract @TARGET --reason wrong",
    "erase @TARGET --reason asked --authority officer --yes",
)

NOBODY = {
    "init LOG --timezone Asia/Gaza": ("it holds a log already", "name another database"),
    "backup OUT": ("is backed up with its server", "`ceasefire migrate LOG OUT` makes a verified copy"),
    "restore BACKUP": ("is backed up with its server", "`ceasefire migrate BACKUP LOG` fills an empty log there"),
    "recover OUT": ("this log is whole", "there is nothing to recover; `ceasefire migrate LOG"),
    "migrate BACKUP LOG": ("", "an empty one|have them GRANT"),
    "verify --signed-head OUT": ("No such file", "check the path"),
}
"""What is refused to all, with the words of that and of its remedy."""


@pytest.fixture(scope="module")
def seeded() -> Iterator[dict[str, Server]]:
    """One log for all of it, and somebody in each role."""
    database = Database()
    for words in (["init", str(database.place), "--timezone", seeds.TIMEZONE], ["import", str(seeds.GAZA_2025)]):
        result = CliRunner(env={"CEASEFIRE_LOG": str(database.place)}).invoke(ceasefire, words)
        assert result.exit_code == 0, result.output
    yield {role: database.person(f"a_{role}", role) for role in ROLES}
    database.give_back()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's SSH key."""
    file = tmp_path_factory.mktemp("ssh") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    return file


class Typist:
    """Somebody in one role, who types commands."""

    def __init__(self, place: Server, folder: Path, key: Path, role: str) -> None:
        self._place = place
        lines = folder / "lines.jsonl"
        lines.write_text(self.line(f"in a file {role}"))
        self._lines = self.line(f"on stdin {role}")
        self._said = {
            "LOG": str(place),
            "OUT": str(folder / "out"),
            "BACKUP": str(folder / "backup.db"),
            "SIGNED": str(folder / "signed"),
            "FILE": str(lines),
            "KEY": str(key),
            "TARGET": str(11 + ROLES.index(role)),  # a registration, which each has for themselves
        }

    @staticmethod
    def line(key: str) -> str:
        """A line that is not on record yet."""
        return json.dumps(line(limited(key))) + "\n"

    def put(self, words: str) -> str:
        """Words with the names of what they speak of."""
        for name, meant in self._said.items():
            words = words.replace(name, meant)
        return words

    def types(self, words: str) -> Result:
        """A command on the log that CEASEFIRE_LOG names."""
        typed = [self.put(word) for word in words.split()]
        result = CliRunner(env={"CEASEFIRE_LOG": str(self._place)}).invoke(ceasefire, typed, input=self._lines)
        assert "Traceback" not in result.output
        return result


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each has in their cache folder, which is theirs for all of it: the read model is made once for each."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture
def typist(
    seeded: dict[str, Server], tmp_path: Path, key: Path, role: str, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> Typist:
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches / role))
    return Typist(seeded[role], tmp_path, key, role)


def test_no_command_is_left_out() -> None:
    typed = {words.split()[0] for words in (*ANYONE, *WHO_RECORDS, *NOBODY)}
    assert typed == set(ceasefire.list_commands(click.Context(ceasefire)))


@pytest.mark.parametrize("words", ANYONE)
def test_who_may_read_does(typist: Typist, words: str) -> None:
    if "SIGNED" in words:
        typist.types("sign-head SIGNED --key KEY")
    done = typist.types(words)

    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("words", WHO_RECORDS, ids=lambda words: " ".join(words.split()[:2]))
def test_who_may_record_does(typist: Typist, role: str, words: str) -> None:
    done = typist.types(words)

    if role == "reader":
        assert done.exit_code == 1
        assert "this role may not do that" in done.stderr
        assert re.search(r"(?<!NAME)_writer records too", done.stderr)
    else:
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("1 record recorded") or "#" in done.stdout


@pytest.mark.parametrize("words", NOBODY)
def test_what_nobody_may_says_what_to_do(typist: Typist, words: str) -> None:
    if words == "migrate BACKUP LOG":
        typist.types("migrate LOG BACKUP")
    done = typist.types(words)

    what, remedies = (typist.put(text) for text in NOBODY[words])
    assert done.exit_code == 1
    assert what in done.stderr
    assert any(remedy in done.stderr.partition("try: ")[2] for remedy in remedies.split("|")), done.stderr
