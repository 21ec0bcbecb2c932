"""The commands on a log that a server keeps: the same words, and errors with what to do about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

import seeds
from domain.errors import Refused
from domain.place import Server, place_of
from tests.cli.conftest import CLAIM, error_of
from tests.server import Database, as_superuser, place_in
from tui.commands.root import ceasefire

GONE = "postgresql://amal@127.0.0.1:1/gaza?connect_timeout=2"


@pytest.fixture
def database() -> Iterator[Database]:
    """An empty database, without a log."""
    made = Database()
    yield made
    made.give_back()


@pytest.fixture
def seeded(database: Database) -> Database:
    typed(database.place, "init", str(database.place), "--timezone", seeds.TIMEZONE)
    typed(database.place, "import", str(seeds.GAZA_2025), "--backfill")
    return database


def typed(place: Server | str, *words: str, code: int = 0) -> Result:
    """A command on a log that CEASEFIRE_LOG names."""
    result = CliRunner(env={"CEASEFIRE_LOG": str(place)}).invoke(ceasefire, list(words))
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def test_a_log_is_made_once_with_its_roles(database: Database) -> None:
    made = typed(database.place, "init", str(database.place), "--timezone", seeds.TIMEZONE)
    assert f"made {database.place}, empty, timezone Asia/Gaza" in made.stdout
    assert f'GRANT "{database.name}_writer" TO name' in made.stderr

    again = typed(database.place, "init", str(database.place), "--json", code=1)
    assert error_of(again)["what"] == "it holds a log already"


def test_init_makes_a_file_too(tmp_path: Path) -> None:
    log = tmp_path / "new" / "gaza.db"
    assert "empty" in typed(str(log), "init", str(log), "--timezone", "Asia/Gaza").stdout
    assert "whole: 0 records" in typed(str(log), "verify").stdout


def test_a_database_without_a_log_says_how_one_is_made(database: Database) -> None:
    told = typed(database.place, "status", code=1).stderr
    assert "no log is in this database" in told
    assert f"try: `ceasefire init {database.place}` makes one" in told


COMMANDS = (
    "status",
    "status --json",
    "replay 2026-02-02 --known-at 2026-02-04",
    "events --json",
    "show @5",
    "diff 2026-02-02 now",
    "since @500",
    "watch",
    "demo",
    "verify",
    "rebuild",
    "export",
    "correct @5 --set handling=restricted --kind source_error --reason wrong --claimant desk --source D --dry-run",
    "retract @5 --reason wrong --claimant desk --source Desk --dry-run",
    "erase @5 --reason asked --authority officer --claimant desk --source Desk --dry-run",
)


def test_every_command_does_its_work_there(seeded: Database, tmp_path: Path) -> None:
    amal = seeded.person("amal", "writer")
    for words in COMMANDS:
        assert typed(amal, *words.split()).stdout, words
    bundle = tmp_path / "gaza.bundle"
    typed(amal, "bundle", str(bundle))
    assert "598 records" in typed(amal, "verify", str(bundle)).stdout
    assert "#599" in typed(amal, *CLAIM, "--figure", "7", "--key", "claim").stdout
    assert "on record" in typed(amal, *CLAIM, "--figure", "7", "--key", "claim").output
    shown = typed(amal, "show", "claim").stdout
    assert f"amal_{seeded.name}" in shown


def test_it_says_the_same_as_a_file(seeded: Database, tmp_path: Path) -> None:
    log = tmp_path / "gaza.db"
    typed(str(log), "import", str(seeds.GAZA_2025), "--backfill")

    for words in ("export", "replay 2026-02-02 --known-at @400"):
        assert typed(str(log), *words.split()).stdout == typed(seeded.place, *words.split()).stdout


def test_verify_names_each_guard_that_was_changed(seeded: Database) -> None:
    with as_superuser(seeded.name) as connection:
        connection.execute("DROP TRIGGER records_stay ON ceasefire.records")
        connection.execute(f"GRANT UPDATE ON ceasefire.records TO {seeded.name}_writer".encode())

    reader = seeded.person("basma", "reader")
    lines = typed(reader, "verify", code=1).stderr.splitlines()
    assert [line for line in lines if not line.startswith("try: ")] == [
        "refused: the trigger records_stay on ceasefire.records is gone",
        f"refused: {seeded.name}_writer may UPDATE on TABLE ceasefire.records, which a log lets nobody but its "
        "owner do",
    ]
    assert f'try: as its owner: REVOKE UPDATE ON TABLE ceasefire.records FROM "{seeded.name}_writer"' in lines
    told = error_of(typed(reader, "verify", "--json", code=1))
    assert [other["what"] for other in told["further"]] == [lines[2].removeprefix("refused: ")]


def test_what_stands_of_a_damaged_one_becomes_a_file(seeded: Database, tmp_path: Path) -> None:
    with as_superuser(seeded.name) as connection:
        connection.execute("ALTER TABLE ceasefire.records DISABLE TRIGGER USER")
        connection.execute("UPDATE ceasefire.records SET body = replace(body, 'a', 'b') WHERE position = 590")
        connection.execute("ALTER TABLE ceasefire.records ENABLE TRIGGER USER")
    reader = seeded.person("basma", "reader")
    told = typed(reader, "verify", code=1).stderr
    assert "#590: the record is not what was written" in told
    assert "`ceasefire recover NEW` writes what stands" in told

    new, rest = tmp_path / "new.db", tmp_path / "rest.jsonl"
    made = typed(reader, "recover", str(new), "--rest", str(rest))
    assert "recovered: 589 records of 598 stand, head #589" in made.stdout
    assert "readable after the damage: 8 records" in made.stderr
    assert "whole: 589 records" in typed(str(new), "verify").stdout
    assert "8 records recorded" in typed(str(new), "import", str(rest)).stdout


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://amal:very-secret@host/gaza",
        "postgres://amal:very-secret@host:5432/gaza?sslmode=require",
        "postgresql:///gaza?user=amal&password=very-secret",
        "postgresql:///gaza?PASSWORD=very-secret",
        "postgresql:///gaza?sslpassword=very-secret",
        "postgresql://amal:very-secret@[::1]:5432,other/gaza",
        "postgresql:///gaza?%70assword=very-secret",
        "postgresql:///gaza?user=amal&PASS%57ord=very-secret",
        "postgresql:///gaza?%73slpassword=very-secret",
        "postgresql:///gaza?scram_client_key=very-secret",
        "postgresql://am?al:very-secret@host/gaza",
        "postgresql://amal:first/very-secret@host/gaza",
        "postgresql://amal:12/very-secret@host/gaza",
        "postgresql://amal:first@very-secret/third@host/gaza",
        "postgresql://amal:first/second?very-secret@host/gaza",
    ],
)
def test_a_password_is_refused_and_not_said_again(uri: str) -> None:
    for result in (typed(uri, "status", code=1), typed("x.db", "status", "--log", uri, code=1)):
        assert "very-secret" not in result.output
        assert "PGPASSFILE" in result.stderr


WORTH_TRYING = (
    "amal",
    ":",
    "@",
    "/",
    "?",
    "&",
    "=",
    "%3A",
    "%40",
    "host",
    "5432",
    "gaza",
    "password",
    "%70assword",
    ",",
)


@given(st.lists(st.sampled_from(WORTH_TRYING), max_size=12).map("".join))
@example("?x=1&password=amal")
def test_no_password_that_libpq_finds_is_let_in(rest: str) -> None:
    """Whatever libpq takes for one, in however odd a URI: it reads them, and this only looks."""
    try:
        found = conninfo_to_dict(f"postgresql://{rest}")
    except psycopg.ProgrammingError:
        return
    if found.get("password"):
        with pytest.raises(Refused):
            place_of(f"postgresql://{rest}")


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://postgres:@/gaza?host=/run",
        "postgresql://host:5432/gaza?user=amal@corp",
        "postgresql://one:5432,[::1]:5433/gaza?user=amal@corp&sslmode=require",
        "postgresql://amal%40corp@host/gaza?passfile=/run/pgpass",
    ],
)
def test_what_is_no_password_is_let_in(uri: str) -> None:
    assert place_of(uri) == Server(uri)


def test_an_empty_password_is_none() -> None:
    assert place_of("postgresql://postgres:@/gaza?host=/run") == Server("postgresql://postgres:@/gaza?host=/run")
    assert place_of("./postgresql://x") == Path("./postgresql://x")


def test_errors_say_what_to_do(seeded: Database) -> None:
    reader = seeded.person("basma", "reader")
    for place, what, remedy in (
        (place_in("no_such_database"), "no such database", "createdb"),
        (place_in(seeded.name, "nobody_at_all"), "does not know this role", "before the @"),
        (GONE, "cannot be reached", "check host, port and network"),
        (Server("postgresql://no-such-host.invalid/gaza"), "no server of that name", "check the name"),
    ):
        error = error_of(typed(str(place), "status", "--json", code=1))
        assert what in error["what"]
        assert remedy in error["remedy"]
        assert error["where"] == str(place)
    refused = typed(reader, *CLAIM, "--figure", "7", code=1).stderr
    assert "this role may not do that" in refused
    assert f"{seeded.name}_writer records too" in refused


def test_a_newer_format_is_not_read(seeded: Database) -> None:
    with as_superuser(seeded.name) as connection:
        connection.execute("ALTER TABLE ceasefire.meta DISABLE TRIGGER USER")
        connection.execute("UPDATE ceasefire.meta SET format = 2")

    error = error_of(typed(seeded.place, "status", "--json", code=1))
    assert error["what"] == "log format 2, and this program knows 1"
    assert error["remedy"] == "install a newer release"


class TestAway:
    """The server does not answer: status still shows what it said last, and how old that is."""

    @pytest.fixture
    def gone(self, seeded: Database) -> Iterator[Database]:
        typed(seeded.place, "status")
        with as_superuser() as connection:
            connection.execute(f"ALTER DATABASE {seeded.name} ALLOW_CONNECTIONS false".encode())
        yield seeded
        with as_superuser() as connection:
            connection.execute(f"ALTER DATABASE {seeded.name} ALLOW_CONNECTIONS true".encode())

    def test_status_and_replay_show_the_last_state(self, gone: Database) -> None:
        for words in ("status", "replay 2026-02-02", "watch"):
            shown = typed(gone.place, *words.split(), code=1)
            assert "away: " in shown.stderr
            assert "shown is the state at #598" in shown.stderr
            assert "Gaza ceasefire" in shown.stdout

    def test_what_needs_the_log_says_that_it_is_away(self, gone: Database) -> None:
        for words in ("events", "verify", "export", "show @5"):
            assert "takes no connections now" in typed(gone.place, *words.split(), code=1).stderr

    def test_a_server_that_was_never_read_is_only_away(self) -> None:
        assert typed(GONE, "status", code=1).stdout == ""

    def test_another_log_at_its_place_is_named(self, seeded: Database) -> None:
        typed(seeded.place, "status")
        with as_superuser(seeded.name) as connection:
            connection.execute("DROP SCHEMA ceasefire CASCADE")
        typed(seeded.place, "init", str(seeded.place), "--timezone", "Asia/Gaza")

        shown = typed(seeded.place, "status", code=1)
        assert "another log is here" in shown.stderr
        assert "delete" in shown.stderr
