"""A PostgreSQL server as a team reaches it: over a network, by TLS, with passwords.

The wheel's server has no TLS of its own; a door before it has, as a pooler's would. To libpq it is the server.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from threading import Thread

import psutil  # type: ignore[import-untyped]
import psycopg
import trustme

from tests.server import started

HOST = "log.example.org"
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_DOORS = """\
local all postgres trust
local replication postgres trust
local all all scram-sha-256
"""


class Door:
    """Listens on a port of this machine and passes on, decrypted, what comes: to a server's socket."""

    def __init__(self, server: Path, certificate: trustme.LeafCert) -> None:
        self._server = server
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._tls)
        self._guests: set[ssl.SSLSocket] = set()
        self.port = 0
        self.open()

    def open(self) -> None:
        """Let people in, on the same port as before."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        self._thread = Thread(target=self._serve, args=(self._listening,), name="door", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Drop everybody and refuse whoever comes: the network is gone."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for guest in list(self._guests):
            with suppress(OSError):
                socket.socket.shutdown(guest, socket.SHUT_RDWR)  # without a word of TLS, as a cable that is pulled

    def _serve(self, listening: socket.socket) -> None:
        with suppress(OSError):  # it was closed
            while True:
                guest, _ = listening.accept()
                Thread(target=self._pass_on, args=(guest,), name="guest", daemon=True).start()

    def _pass_on(self, guest: socket.socket) -> None:
        with suppress(OSError), ExitStack() as stack:
            stack.enter_context(guest)
            if guest.recv(8) != _SSL_REQUEST:  # whoever would come in unencrypted is not let in
                return
            guest.sendall(b"S")
            inside = stack.enter_context(self._tls.wrap_socket(guest, server_side=True))
            self._guests.add(inside)
            stack.callback(self._guests.discard, inside)
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.connect(str(self._server))
            _both_ways(inside, server)


def _both_ways(inside: ssl.SSLSocket, server: socket.socket) -> None:
    while True:
        ready = [inside] if inside.pending() else select.select([inside, server], [], [])[0]
        for one in ready:
            data = one.recv(65536)
            if not data:
                return
            (server if one is inside else inside).sendall(data)


class GuardedServer:
    """Its superuser comes by the socket in `folder` as they are; everybody else gives a password."""

    def __init__(self, folder: Path, programs: Path, runs_as: str | None) -> None:
        self.folder = folder
        self.programs = programs
        self.runs_as = runs_as  # a user of its own where the tests are run by root
        self.authority = trustme.CA()
        self._doors: list[Door] = []

    @property
    def superuser(self) -> str:
        """The URI of its superuser."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def door(self, name: str = HOST, *, expires: datetime | None = None) -> Door:
        """A way in by TLS, with a certificate of the authority for a host's name."""
        door = Door(self.folder / ".s.PGSQL.5432", self.authority.issue_cert(name, not_after=expires))
        self._doors.append(door)
        return door

    def trusted_in(self, home: Path) -> None:
        """Have whoever lives there know the authority, where libpq looks for it."""
        (home / ".postgresql").mkdir(mode=0o700, parents=True)
        self.authority.cert_pem.write_to_path(str(home / ".postgresql" / "root.crt"))

    def stop(self) -> None:
        """End it at once, as a machine that fails."""
        words = ("-D", str(self.folder), "-m", "immediate", "-w", "stop")
        process = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        subprocess.run([self.programs / "pg_ctl", *words], user=self.runs_as, stdout=subprocess.DEVNULL, check=True)
        process.wait(30)  # it is still ending when its file is gone

    def close(self) -> None:
        """Close every door."""
        for door in self._doors:
            with suppress(OSError):
                door.close()


def at_home(home: Path, door: Door) -> dict[str, str]:
    """What somebody's programs are told: a home of their own, and that the server's name leads to this door."""
    dropped = ("CEASEFIRE", "XDG", "PG", "TEXTUAL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | {"HOME": str(home), "PGHOSTADDR": "127.0.0.1", "PGPORT": str(door.port), "TERM": "xterm-256color"}


@contextmanager
def guarded_server() -> Iterator[GuardedServer]:
    """One of a story's own, stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ceasefire-guarded-"))
    server = started(folder)
    guarded = GuardedServer(folder, server.bin_path, server.system_user)
    try:
        (folder / "pg_hba.conf").write_text(_DOORS)
        with psycopg.connect(guarded.superuser, autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
        yield guarded
    finally:
        guarded.close()
        server.cleanup()
        rmtree(folder, ignore_errors=True)
