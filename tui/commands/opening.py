"""Opening what a command works on: the log to read or to write, and the read model beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from domain.errors import LogDamaged, LogUnavailable, Refused, SaveInDoubt, ServerAway
from domain.place import Server
from tui.commands.console import note
from tui.commands.failures import REFUSED, tell
from tui.commands.options import check_named

if TYPE_CHECKING:
    from domain.monitor import Monitor
    from domain.place import Place
    from projections.readmodel import ReadModel


def require(log: Place, *, to_write: bool = False) -> None:
    """Raises LogUnavailable, with the commands that make a log, when there is none."""
    if not is_there(log):
        filled = f"`ceasefire import FILE --log {log}`"
        made = f"`ceasefire init {log} --timezone ZONE` makes an empty one, {filled} one with records"
        raise LogUnavailable(
            "there is no log here yet",
            where=str(log),
            remedy=made if to_write else f"{filled}, or `ceasefire demo`",
        )


def is_there(log: Place) -> bool:
    """Whether a log's file exists; LogUnavailable for a link to nothing. A server's log is looked for when opened."""
    if isinstance(log, Server):
        return True
    from domain.log.sqlite.placing import check_link  # noqa: PLC0415 - `--help` needs nothing of the log

    check_link(log)
    return log.exists()


def in_a_file(log: Place, doing: str, *, instead: str) -> Path:
    """The log's path. Raises Refused for one on a server, with what is done there `instead`."""
    if isinstance(log, Server):
        raise Refused(
            f"{doing} is for a log in a file, and a log on a server is backed up with its server",
            where=str(log),
            remedy=instead,
        )
    return log


@contextmanager
def reading(log: Place) -> Iterator[Monitor]:
    """An existing log, to read.

    Where it does not fit the head kept outside it, that is said before anything is shown, and the exit code is 1.
    """
    require(log)
    from domain.monitor import Monitor  # noqa: PLC0415 - loads eventsourcing

    with Monitor(log, read_only=True) as monitor:
        _say_notes(monitor)
        with telling(monitor.damage):
            yield monitor


@contextmanager
def whole(log: Place) -> Iterator[Monitor]:
    """An existing log, to read, that fits the head kept outside it. Raises LogDamaged for one that does not."""
    require(log)
    from domain.monitor import Monitor  # noqa: PLC0415 - loads eventsourcing

    with Monitor(log, read_only=True) as monitor:
        _say_notes(monitor)
        if monitor.damage is not None:
            raise monitor.damage
        yield monitor


@contextmanager
def telling(damage: LogDamaged | None) -> Iterator[None]:
    """Say where a log is damaged, show what stands before that, and leave with exit code 1."""
    if damage is not None:
        tell(damage, word="damaged")
    yield
    if damage is not None:
        raise Exit(REFUSED)


@contextmanager
def writing(log: Place, recorded_by: str, *, clock_is_right: bool = False) -> Iterator[Monitor]:
    """An existing log, to write."""
    require(log, to_write=True)
    check_named(log, recorded_by)
    from domain.monitor import Monitor  # noqa: PLC0415

    with Monitor(log, recorded_by=recorded_by, clock_is_right=clock_is_right) as monitor:
        _say_notes(monitor)
        with _inside_the_calendar("occurred or reported_at"), _safe_to_repeat():
            yield monitor


@contextmanager
def _safe_to_repeat() -> Iterator[None]:
    """Where nobody knows whether it was saved, say how the command at work is run again without doubling anything."""
    try:
        yield
    except SaveInDoubt as error:
        if any(parameter.name == "key" for parameter in click.get_current_context().command.params):
            key = quote(error.key)
            error.remedy += f"; the same command under its key (--key {key}) is safe to run again"
        else:
            error.remedy += "; the same lines again are safe"
        raise


@contextmanager
def _inside_the_calendar(where: str) -> Iterator[None]:
    """The first and last day that Python can count have no local midnight everywhere: what asks for it is Refused."""
    try:
        yield
    except OverflowError:
        remedy = "give a year from 0002 to 9998"
        raise Refused("a time outside the calendar", where=where, remedy=remedy) from None


MOST_NAMED = 5
"""Warnings on records that cannot be read; `--json` names all."""


def name_unreadable(found: Mapping[int, str]) -> None:
    """Warn of records that cannot be read, by position, and why: they are passed by."""
    from domain.report import passed_by  # noqa: PLC0415 - loads eventsourcing

    for position in list(found)[:MOST_NAMED]:
        note(passed_by(position, found[position]))
    if len(found) > MOST_NAMED:
        note(f"so are {len(found) - MOST_NAMED:,} more: `ceasefire events --filter unreadable` lists them")


@contextmanager
def modelled(log: Place, *, told: bool = False, named: bool = True) -> Iterator[tuple[Monitor, ReadModel]]:
    """An existing log, to read, and its read model, caught up with it; restricted records are `told` or withheld.

    Records that cannot be read are `named` on stderr, but where the answer itself names them.
    """
    from tui.commands.progress import bar, part  # noqa: PLC0415

    with reading(log) as monitor:
        from projections.readmodel import ReadModel  # noqa: PLC0415

        with bar() as progress:
            model = ReadModel.open(monitor, progress=part(progress, "reading the log"))
        if not model.is_kept:
            note("neither the log's folder nor a cache of yours can be written: the read model is made in memory")
        if model.remade is not None:
            note(model.remade)
        model.told = told
        with model, telling(model.damage), _inside_the_calendar("as-of or known-at"):
            if named:
                name_unreadable({one.position: one.why for one in model.unreadable()})
            yield monitor, model


@contextmanager
def shown(log: Place, *, told: bool = False) -> Iterator[ReadModel]:
    """The read model of a log, caught up with it. Where its server is away, as it stood when that last answered: that
    is said before anything is shown, and the exit code is 1.
    """
    with ExitStack() as stack:
        try:
            _, model = stack.enter_context(modelled(log, told=told, named=False))
        except ServerAway as error:
            from domain.away import AwayLog  # noqa: PLC0415
            from projections.readmodel import ReadModel  # noqa: PLC0415

            away = AwayLog(log, error)
            model = stack.enter_context(ReadModel.as_it_stands(away))
            model.told = told
            stack.enter_context(_inside_the_calendar("as-of or known-at"))
            error.what += (
                f"; shown is the state at #{model.position}, as it answered {away.answered_at:%Y-%m-%d %H:%MZ}"
            )
            tell(error, word="away")
            yield model
            raise Exit(REFUSED) from None
        yield model


def _say_notes(monitor: Monitor) -> None:
    for words in monitor.notes:
        note(words)
