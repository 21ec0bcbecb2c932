"""Where a log lies: in a file, or in a database on a PostgreSQL server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.errors import Refused

SCHEMES = ("postgresql://", "postgres://")
_SECRETS = ("password", "sslpassword", "oauth_client_secret")


@dataclass(frozen=True)
class Server:
    """A database on a server: the URI that libpq reads, with all its options, and without a password."""

    uri: str

    def __str__(self) -> str:
        return self.uri


Place = Path | Server
"""A path is a path, whatever its name holds; only what begins as a PostgreSQL URI is none."""


def place_of(text: str) -> Place:
    """The place that was named. Raises Refused for a URI with a password in it."""
    if not text.startswith(SCHEMES):
        return Path(text)
    scheme, _, rest = text.partition("://")
    authority, _, query = rest.partition("?")
    authority, slash, database = authority.partition("/")
    user, _, hosts = authority.rpartition("@")
    name, _, password = user.partition(":")
    secrets = [pair for pair in query.split("&") if pair.partition("=")[0].lower() in _SECRETS]
    if password or secrets:
        raise Refused(
            "a password on a command line, or in a variable, is seen by others and kept by shells",
            where=f"{scheme}://{name}@{hosts}{slash}{database}",
            remedy="leave it out, and put it into ~/.pgpass (PGPASSFILE) or a service file (?service=NAME), mode 0600",
        )
    return Server(text)


def cache_folder() -> Path:
    """Where this user keeps what is made from logs that nothing can be kept beside: read models, and heads seen."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - only for such a log

    return user_cache_path("ceasefire-monitor")
