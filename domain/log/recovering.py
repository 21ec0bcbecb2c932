"""What stands of a damaged log on a server, as a new log in a file.

Its rows are copied into a file as they lie; from there on it is a damaged file as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.clock import Clock
from domain.errors import LogDamaged, Refused
from domain.log.engines import factory_of
from domain.log.head import OutsideHead, read_head
from domain.log.lookup import Lookup
from domain.log.recorder import READ_BATCH, LogRecorder
from domain.log.stored import ClosedMapper
from domain.log.verify import verify
from domain.place import Server, cache_folder

if TYPE_CHECKING:
    from domain.log.sqlite.recovery import Recovered

Progress = Callable[[str, int, int], None]


def recover_from_server(
    old: Server,
    new: Path,
    *,
    recorded_by: str,
    clock: Clock,
    rest: Callable[[bytes], Any] | None = None,
    progress: Progress | None = None,
) -> Recovered:
    """Write what stands of `old` into a new log, and the lines of what is readable after that to `rest`.

    Raises Refused where there is no damage, or something lies at `new`; LogUnavailable. The server is only read.
    """
    from domain.log.sqlite.as_found import lay_down  # noqa: PLC0415 - only the engine in use is loaded
    from domain.log.sqlite.placing import aside, check_free, folder_for  # noqa: PLC0415
    from domain.log.sqlite.recovery import recover_known  # noqa: PLC0415
    from domain.log.sqlite.store import explained  # noqa: PLC0415

    new = new.resolve()
    check_free(new)
    with closing(factory_of(old, clock=clock, read_only=True)) as factory:
        log = factory.application_recorder()
        damage = _damage(log, progress)
        with folder_for(new), aside(new.with_name(f"{new.name}.copy")) as copy:
            with log.reading() as lookup, explained(new):
                lay_down(copy, log.info, _rows(lookup), _seen(log.info.log_id))
            return recover_known(
                copy, new, damage, of=str(old), recorded_by=recorded_by, clock=clock, rest=rest, progress=progress
            )


def _damage(log: LogRecorder, progress: Progress | None) -> LogDamaged:
    try:
        verify(log, ClosedMapper(), progress)
    except LogDamaged as found:
        return found
    raise Refused(
        "this log is whole",
        where=str(log.info.place),
        remedy=f"there is nothing to recover; `ceasefire migrate {log.info.place} FILE` copies it",
    )


def _rows(lookup: Lookup) -> Iterator[tuple[Any, ...]]:
    """All rows by position, as they lie there."""
    position = -1
    statement = f"SELECT {lookup.columns} FROM {lookup.records} WHERE position > ? ORDER BY position LIMIT {READ_BATCH}"  # noqa: S608
    while batch := lookup.rows(statement, (position,)):
        yield from batch
        position = batch[-1][0]


def _seen(log_id: str) -> OutsideHead | None:
    """The newest head that was seen of the log from here."""
    head = read_head(cache_folder() / f"{log_id}.head")
    return head if isinstance(head, OutsideHead) and head.log_id == log_id else None
