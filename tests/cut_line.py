"""A line to the server that can be cut over the COMMIT of whoever writes: before that arrives, or before its answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit, urlunsplit

from psycopg.conninfo import conninfo_to_dict

from domain.place import Server

_BEGINS_TO_WRITE = b"READ COMMITTED READ WRITE"
_COMMIT = b"COMMIT\0"  # in what asks for it, if only to have it prepared, and in what says that it was done


class Cut(Enum):
    """When the line is cut."""

    BEFORE = "the COMMIT does not reach the server"
    AFTER = "the server's answer to it does not come back"


class Line:
    """Carries what clients of `place` and the server say to one another. `cut` once, and `away` from then on or not."""

    def __init__(self, to: Server) -> None:
        self._to = to
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.cut: Cut | None = None
        self.cuts = 0
        self.stays_away = False
        self.away = False
        parts = urlsplit(to.uri)
        name = parts.netloc.rpartition("@")[0]
        port = self._listening.getsockname()[1]
        here = parts._replace(netloc=f"{name}@127.0.0.1:{port}", query="sslmode=disable&gssencmode=disable")
        self.place = Server(urlunsplit(here))
        threading.Thread(target=self._take_calls, daemon=True).start()

    def close(self) -> None:
        """Cut for good."""
        self._listening.close()
        self._hang_up()

    def _take_calls(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self.away:
                    client.close()
                    continue
                server = self._called()
                self._open |= {client, server}
                writes = threading.Event()
                for said_by, to, cut in ((client, server, Cut.BEFORE), (server, client, Cut.AFTER)):
                    threading.Thread(target=self._carry, args=(said_by, to, cut, writes), daemon=True).start()

    def _called(self) -> socket.socket:
        given = conninfo_to_dict(self._to.uri)
        host, port = str(given.get("host", "localhost")), int(given.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        line = socket.socket(socket.AF_UNIX)
        line.connect(f"{host}/.s.PGSQL.{port}")
        return line

    def _carry(self, said_by: socket.socket, to: socket.socket, cut: Cut, writes: threading.Event) -> None:
        with suppress(OSError):
            while said := said_by.recv(1 << 16):
                if _BEGINS_TO_WRITE in said:
                    writes.set()
                if self.cut is cut and _COMMIT in said and writes.is_set():
                    self.cut, self.away = None, self.stays_away
                    self.cuts += 1
                    break
                to.sendall(said)
        for end in (said_by, to):
            _hang_up(end)

    def _hang_up(self) -> None:
        for end in self._open:
            _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):  # a close alone leaves a thread that reads from it waiting
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def line_to(place: Server) -> Iterator[Line]:
    """A line to a server, for as long as a story lasts."""
    line = Line(place)
    try:
        yield line
    finally:
        line.close()
