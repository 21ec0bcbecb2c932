"""Options that many commands share, each defined once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from domain.errors import LogUnavailable, Refused
from domain.place import SCHEMES, Place, Server, own_folder, place_of

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_AGO = re.compile(r"^-\d")
_TIME = " "
"""Stands before a time while Click parses: `-8h` is to be no option, above all not `-h`."""


class FilePath(click.Path):
    """A file's path as a person typed it; one that no file can have, or a server, is wrong usage."""

    def __init__(self, *, dir_okay: bool = True) -> None:
        super().__init__(dir_okay=dir_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails, as Click's types do, where a NUL is in it."""
        if "\0" in str(value):
            self.fail("no file has a NUL in its name", param, ctx)
        if isinstance(value, str) and value.startswith(SCHEMES):
            self.fail("a log on a server is no file: name it with --log", param, ctx)
        return super().convert(value, param, ctx)


class LogPlace(click.ParamType[Place]):
    """A log's place as a person typed it: a path, or the URI of a database on a server."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """The place. Raises Refused for a URI with a password in it."""
        place = place_of(value) if isinstance(value, str) else value
        if isinstance(place, Path):
            checked: Path = click.Path(dir_okay=False, path_type=Path).convert(place, param, ctx)
            return checked
        return place


def default_log() -> Path:
    """The log that is meant when none is named: one in the user's data folder."""
    from platformdirs import user_data_path  # noqa: PLC0415 - only when no log is named

    try:
        return own_folder(lambda: user_data_path("ceasefire-monitor", appauthor=False)) / "ceasefire.db"
    except LogUnavailable:
        raise LogUnavailable(
            "no log is named, and this user has no home folder to look for one in",
            where="--log",
            remedy="give --log PLACE, or set CEASEFIRE_LOG, or HOME",
        ) from None


def user_name() -> str:
    """Who is recorded as the writer when nobody is named: the system's user; empty where that one has no name."""
    from getpass import getuser  # noqa: PLC0415

    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a container's user need not have a name
        return ""


def check_named(log: Place, recorded_by: str) -> None:
    """Raises Refused where nobody is named who records. A server records the role that logged in."""
    if not recorded_by.strip() and not isinstance(log, Server):
        raise Refused(
            "nobody is named who records this, and this user has no login name",
            where="--recorded-by",
            remedy="give --recorded-by NAME, a role or a handle, or set CEASEFIRE_RECORDED_BY",
        )


def as_typed(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """A place on one of the two axes, kept as typed: the read model knows the calendar and reads it.

    `-3d` is a time; anything else that starts with a hyphen is an option that does not exist.
    """
    if value is not None:
        value = value.removeprefix(_TIME)
    if value is not None and value.startswith("-") and not _AGO.match(value):
        raise click.NoSuchOption(value, ctx=ctx)
    return value


class TakesTimes(click.Command):
    """A command whose arguments are times: `-8h` is one, in any place. Their callback is `as_typed`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hide the hyphens of times from Click; the values of options it leaves alone by itself."""
        options = [param for param in self.params if isinstance(param, click.Option) and not param.is_flag]
        take_a_value = {name for option in options for name in option.opts}
        before = ("", *args)
        shown = [
            _TIME + arg if _AGO.match(arg) and last not in take_a_value else arg
            for last, arg in zip(before, args, strict=False)
        ]
        return super().parse_args(ctx, shown)


def log(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--log PLACE`."""
    return click.option(
        "--log",
        metavar="PLACE",
        type=LogPlace(),
        envvar="CEASEFIRE_LOG",
        default=default_log,
        show_envvar=True,
        show_default="ceasefire.db in your data folder",
        help="The log: a file, or postgresql://… for a database on a server.",
    )(command)


def as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="JSON on stdout, errors as JSON on stderr.")(command)


def recorded_by(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--recorded-by NAME`."""
    return click.option(
        "--recorded-by",
        metavar="NAME",
        envvar="CEASEFIRE_RECORDED_BY",
        default=user_name,
        show_envvar=True,
        show_default="your user name",
        help="Who records this: a role or a handle.",
    )(command)


def with_restricted(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--with-restricted`."""
    says = "Tell restricted records too, which a pipe or a file is else not told."
    return click.option("--with-restricted", is_flag=True, help=says)(command)


def told(with_restricted: bool) -> bool:
    """Whether restricted records are told: on a terminal, with their mark; elsewhere only where that was asked for."""
    from sys import stdout  # noqa: PLC0415 - looked up now: tests and shells replace it

    return with_restricted or stdout.isatty()


def dry_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--dry-run`."""
    return click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")(command)


def clock_is_right(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--clock-is-right`."""
    says = "The clock may stand over 366 days after the newest record."
    return click.option("--clock-is-right", is_flag=True, help=says)(command)


def as_of(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--as-of T`."""
    says = "What had happened by then: a date, a month, an instant, yesterday, -3d, day:42, now."
    return click.option("--as-of", metavar="T", callback=as_typed, help=says)(command)


def known_at(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--known-at T`."""
    says = "What was known by then: the same, or @207 (a position)."
    return click.option("--known-at", metavar="T", callback=as_typed, help=says)(command)


def rule(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--rule RULE`."""
    return click.option(
        "--rule",
        default="envelope",
        show_default=True,
        metavar="RULE",
        help="How claims are combined: envelope, or preferred:CLAIMANT.",
    )(command)


def together(*decorators: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which the help is to list them."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


vantage = together(as_of, known_at, rule)
writing = together(log, recorded_by, clock_is_right, dry_run, as_json)


def in_terminal() -> bool:
    """Whether a dashboard can be drawn: Textual reads stdin and draws on stderr; stdout piped away asks for text."""
    from sys import stderr, stdin, stdout  # noqa: PLC0415 - looked up now: tests and shells replace them

    return os.environ.get("TERM", "dumb") != "dumb" and all(stream.isatty() for stream in (stdin, stdout, stderr))
