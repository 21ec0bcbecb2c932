"""Coming to a server over a network: TLS, certificates and passwords, and what is said where one does not hold."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import trustme
from psycopg import sql

from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA
from tests.guarded_server import HOST, Door, GuardedServer, at_home, guarded_server
from tests.journeys.conftest import COMMAND
from tests.journeys.terminal import Terminal

PASSWORD = "Zaytun:9\\lamps"
BY_URI = f"postgresql://amal@{HOST}/gaza?sslmode=verify-full"
BY_SERVICE = "postgresql:///?service=mission"
SERVICE = f"[mission]\nhost={HOST}\ndbname=gaza\nuser=amal\nsslmode=verify-full\n"


@pytest.fixture(scope="module")
def server() -> Iterator[GuardedServer]:
    """With an empty log, and a writer who has a password."""
    with guarded_server() as made:
        with psycopg.connect(made.superuser, autocommit=True) as connection:
            connection.execute("CREATE DATABASE gaza")
            Monitor.create(Server(f"postgresql://postgres@/gaza?host={made.folder}"), GAZA).close()
            login = "CREATE ROLE amal LOGIN IN ROLE gaza_writer PASSWORD {}"
            connection.execute(sql.SQL(login).format(sql.Literal(PASSWORD)))
        yield made


@pytest.fixture(scope="module")
def door(server: GuardedServer) -> Door:
    return server.door()


class Amal:
    """Somebody at a machine of their own."""

    def __init__(self, home: Path, server: GuardedServer, door: Door) -> None:
        self.home = home
        server.trusted_in(home)
        self.env = at_home(home, door)
        self.passwords(PASSWORD)

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        file = self.home / name
        file.write_text(text)
        file.chmod(mode)
        return file

    def passwords(self, password: str) -> None:
        escaped = password.replace("\\", "\\\\").replace(":", "\\:")
        self.write(".pgpass", f"{HOST}:*:gaza:amal:{escaped}\n")

    def asks(self, place: str = BY_URI, command: str = "verify", **env: str) -> subprocess.CompletedProcess[str]:
        """A command. Whatever it says, the password is not in it, nor in what is kept of it."""
        words = [COMMAND, *command.split(), "--log", place]
        done = subprocess.run(words, env=self.env | env, capture_output=True, text=True, check=False, timeout=300)
        assert "Traceback" not in done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        cached = [file for file in self.home.glob(".cache/**/*") if file.is_file()]
        assert not any(PASSWORD.encode() in file.read_bytes() for file in cached)
        return done

    def is_let_in(self, place: str = BY_URI, **env: str) -> None:
        assert self.asks(place, **env).stdout.startswith("whole: 0 records")

    def is_told(self, what: str, remedy: str, place: str = BY_URI, **env: str) -> None:
        """One message: what, where, and what to do."""
        done = self.asks(place, **env)
        assert done.returncode == 1
        assert done.stdout == ""
        said, advised = done.stderr.splitlines()
        assert said.startswith(f"refused: {place}: {what}")
        assert advised.startswith("try: ")
        assert remedy in advised


@pytest.fixture
def amal(tmp_path: Path, server: GuardedServer, door: Door) -> Amal:
    return Amal(tmp_path, server, door)


class TestAPassword:
    def test_comes_from_the_home_folder(self, amal: Amal) -> None:
        amal.is_let_in()

    def test_comes_from_where_pgpassfile_says(self, amal: Amal) -> None:
        elsewhere = (amal.home / ".pgpass").rename(amal.home / "elsewhere")
        amal.is_let_in(PGPASSFILE=str(elsewhere))

    def test_comes_from_a_service_file(self, amal: Amal) -> None:
        (amal.home / ".pgpass").unlink()
        amal.write(".pg_service.conf", f"{SERVICE}password={PASSWORD}\n")
        amal.is_let_in(BY_SERVICE)

    def test_that_is_wrong(self, amal: Amal) -> None:
        amal.passwords("another")
        amal.is_told("the server does not let this role in", "its password in ~/.pgpass (PGPASSFILE)")

    def test_that_is_nowhere(self, amal: Amal) -> None:
        (amal.home / ".pgpass").unlink()
        amal.is_told("the server asks for a password", "put it into ~/.pgpass (PGPASSFILE) or a service file")

    def test_that_others_may_read_is_not_used(self, amal: Amal) -> None:
        (amal.home / ".pgpass").chmod(0o644)
        said = amal.asks().stderr
        assert "has group or world access" in said  # libpq's own words
        assert "the server asks for a password" in said
        assert "mode 0600" in said

    def test_is_not_in_what_a_running_program_shows_of_itself(self, amal: Amal) -> None:
        with Terminal([COMMAND, "watch", "--log", BY_URI], amal.env) as dashboard:
            dashboard.wait_for("LIVE")
            shown = Path(f"/proc/{dashboard.process.pid}")
            if shown.exists():
                assert PASSWORD.encode() not in (shown / "cmdline").read_bytes() + (shown / "environ").read_bytes()
            assert PASSWORD not in dashboard.text


class TestACertificate:
    def test_of_an_authority_that_is_named(self, amal: Amal) -> None:
        named = (amal.home / ".postgresql" / "root.crt").rename(amal.home / "mission.crt")
        amal.is_let_in(f"{BY_URI}&sslrootcert={named}")

    def test_of_an_authority_of_the_machine(self, amal: Amal) -> None:
        known = (amal.home / ".postgresql" / "root.crt").rename(amal.home / "all.crt")
        amal.is_let_in(f"{BY_URI}&sslrootcert=system", SSL_CERT_FILE=str(known))

    def test_that_has_expired(self, amal: Amal, server: GuardedServer) -> None:
        old = server.door(expires=datetime(2020, 1, 1))
        remedy = "it has expired, or another authority signed it"
        amal.is_told("the server's certificate does not hold", remedy, PGPORT=str(old.port))

    def test_of_an_authority_that_is_not_known(self, amal: Amal) -> None:
        trustme.CA().cert_pem.write_to_path(str(amal.home / ".postgresql" / "root.crt"))
        amal.is_told("the server's certificate does not hold", "openssl s_client -starttls postgres")

    def test_for_another_name(self, amal: Amal, server: GuardedServer) -> None:
        other = server.door("other.example.org")
        amal.is_told("the server's certificate is for another name", "a name that is in it", PGPORT=str(other.port))

    def test_is_not_looked_at_where_only_encryption_was_asked_for(self, amal: Amal, server: GuardedServer) -> None:
        """What the README warns of: `require` encrypts, to whoever answers."""
        (amal.home / ".postgresql" / "root.crt").unlink()
        other = server.door("other.example.org")
        amal.is_let_in(BY_URI.replace("verify-full", "require"), PGPORT=str(other.port))

    def test_without_a_known_authority_nothing_is_sent(self, amal: Amal) -> None:
        (amal.home / ".postgresql" / "root.crt").unlink()
        amal.is_told("nothing says which authority signs", "~/.postgresql/root.crt, or name it: sslrootcert=FILE")


class TestAService:
    def test_that_no_file_names(self, amal: Amal) -> None:
        amal.is_told("that service is in no service file", "~/.pg_service.conf", "postgresql:///?service=none")

    def test_is_a_log_of_its_own_name(self, amal: Amal) -> None:
        amal.write(".pg_service.conf", SERVICE)
        amal.is_let_in(BY_SERVICE)
