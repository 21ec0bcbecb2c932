"""What was mistyped is called that, with the remedy: not a defect of the program, nor a fault of the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.lines import MAX_LINE_BYTES
from tests.cli.conftest import Run

HUGE = "9" * 24
ARABIC_ONE = "\u0661"


def test_a_limit_beyond_any_log_is_no_limit(run: Run, seeded: Path) -> None:
    assert seeded.exists()
    assert run("events", "--limit", HUGE).stdout == run("events").stdout


@pytest.mark.parametrize(
    "words",
    [f"show @{HUGE}", f"status --known-at @{HUGE}", f"events --since @{HUGE}", f"replay day:{HUGE}", f"since -{HUGE}d"],
)
def test_a_number_beyond_any_log_is_refused(run: Run, empty: Path, words: str) -> None:
    assert empty.exists()
    result = run(*words.split(), ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("refused: ")


@pytest.mark.parametrize(
    "words",
    [
        f"status --known-at @{ARABIC_ONE}",
        f"show @{ARABIC_ONE}",
        f"replay day:{ARABIC_ONE}",
        f"since -{ARABIC_ONE}d",
        f"events --filter killed>={ARABIC_ONE}",
        f"retract @{ARABIC_ONE} --reason x",
    ],
)
def test_a_number_in_digits_of_another_script_is_refused_as_in_dates(run: Run, empty: Path, words: str) -> None:
    assert empty.exists()
    result = run(*words.split(), ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("refused: ")


@pytest.mark.parametrize(
    ("uri", "what"),
    [
        ("postgresql:///x?bogus=1", 'not a PostgreSQL URI: invalid URI query parameter: "bogus"'),
        ("postgresql:///x?pasword=secret%zz", "not a PostgreSQL URI: invalid percent-encoded token\n"),
        ("postgresql://[::1/x", "not a PostgreSQL URI: end of string reached"),
        ("postgresql://h:port/x", "a part of the URI has no such value ("),
        ("postgresql://127.0.0.1:99999/x", "a part of the URI has no such value ("),
        ("postgresql:///x?sslmode=sure", "a part of the URI has no such value ("),
        ("postgresql:///x?connect_timeout=soon", "a part of the URI has no such value ("),
    ],
)
@pytest.mark.parametrize("command", ["init", "status --log", "import /dev/null --log"])
def test_a_servers_uri_is_no_fault_of_the_network(run: Run, command: str, uri: str, what: str) -> None:
    result = run(*command.split(), uri, ok=False)
    assert result.exit_code == 1
    where = uri.partition("?")[0] if what.startswith("not ") else uri
    assert result.stderr.startswith(f"refused: {where}: {what}")
    assert "secret" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("try: write postgresql://ROLE@HOST:PORT/DATABASE")


@pytest.mark.parametrize("words", ["verify", "bundle", "recover", "backup", "restore", "sign-head --key k"])
def test_a_server_is_not_taken_for_a_file(run: Run, empty: Path, words: str) -> None:
    assert empty.exists()
    result = run(*words.split(), "postgresql:///x", ok=False)
    assert result.exit_code == 2
    assert "a log on a server is no file: name it with --log" in " ".join(result.stderr.split())


@pytest.mark.parametrize("command", ["import -", "append -"])
def test_a_line_that_is_too_long_is_not_measured(run: Run, empty: Path, command: str) -> None:
    assert empty.exists()
    result = run(*command.split(), stdin=b'{"' + b"x" * (3 * MAX_LINE_BYTES) + b'": 1}\n', ok=False)
    assert result.exit_code == 1
    assert "a line of more than 1,048,576 bytes\ntry: keep lines shorter\n" in result.stderr
