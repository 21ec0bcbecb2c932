"""Where a log lies: in a file, or in a database on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from domain.errors import LogUnavailable, Refused

SCHEMES = ("postgresql://", "postgres://")
_SECRETS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")


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
    shown = _without_secrets(text)
    if shown != text:
        raise Refused(
            "a password on a command line, or in a variable, is seen by others and kept by shells",
            where=shown,
            remedy="leave it out, and put it into ~/.pgpass (PGPASSFILE) or a service file (?service=NAME), mode 0600",
        )
    return Server(text)


def _without_secrets(uri: str) -> str:
    """A URI as it is if no password is in it, otherwise its beginning: who knows where an unquoted password ends."""
    scheme, _, rest = uri.partition("://")
    authority, _, database = rest.partition("/")  # as libpq does it: a ? before the first / may belong to a user's name
    user, at, hosts = authority.rpartition("@")
    name, _, password = user.partition(":")
    if password or (not at and _holds_a_slash(authority, database)):
        return f"{scheme}://{name or authority.partition(':')[0]}:\N{HORIZONTAL ELLIPSIS}"
    before, _, query = (f"{hosts}/{database}" if at else rest).partition("?")
    names = (unquote(pair.partition("=")[0]).lower() for pair in query.split("&"))
    return f"{scheme}://{before}" if any(name in _SECRETS for name in names) else uri


def _holds_a_slash(authority: str, database: str) -> bool:
    """Whether what reads as a host and its port is a user and the beginning of a password with a / in it."""
    hosts = authority.partition("?")[0].split(",")
    ports = [port for host in hosts if (port := host.rpartition("]")[2].partition(":")[2])]
    unfit = not all(port.isdecimal() for port in ports)
    return bool(ports) and "@" in (database if unfit else database.partition("?")[0])


def cache_folder() -> Path:
    """Where this user keeps what is made from logs that nothing can be kept beside: read models, and heads seen.

    Raises LogUnavailable where this user has no home folder.
    """
    from platformdirs import user_cache_path  # noqa: PLC0415 - only for such a log

    return own_folder(lambda: user_cache_path("ceasefire-monitor"))


def own_folder(find: Callable[[], Path]) -> Path:
    """A folder of this user's own. Raises LogUnavailable where this user has no home folder."""
    try:
        folder = find()
    except RuntimeError:  # older releases of platformdirs give "~" back
        folder = Path("~")
    if not folder.is_absolute():
        raise LogUnavailable(
            "this user has no home folder", where=str(folder), remedy="set HOME to a folder that you may write to"
        )
    return folder
