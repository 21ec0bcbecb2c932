"""A log, open: what can be read of it, verified, copied and handed on.

What exports, verifies and copies is loaded when it is asked for: to look at a log needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventsourcing.application import Application
from eventsourcing.utils import Environment

from domain.calendar import Calendar
from domain.clock import Clock, system_clock
from domain.errors import LogDamaged, NotOnRecord, Refused
from domain.log.engines import factory_of
from domain.log.factory import LogFactory
from domain.log.lookup import Lookup, number
from domain.log.recorder import LogInfo, LogRecorder, LogSubscription
from domain.log.stored import ClosedMapper, StoredRecord
from domain.log.writer import Head
from domain.place import Place, Server
from domain.report import Recorded, Stream

if TYPE_CHECKING:
    from domain.bundling import BundleReport
    from domain.exporting import ExportReport
    from domain.log.migration import Migrated
    from domain.log.sqlite.backup import Copied
    from domain.log.verify import Verification

Progress = Callable[[str, int, int], None]


class OpenLog(Application[str]):
    """A log, open, and everything that reads it. `Monitor` adds what writes: for that it is opened without `read_only`,
    in the name of `recorded_by`.

    Close it, or use it in a `with`.

    `notes` are words about how the log was found: without a head file, say, or frozen in a read-only folder.
    `damage`, in a log opened to be read, is why it does not fit the head kept outside: say so before anything is shown.
    """

    def __init__(
        self,
        place: Place,
        *,
        clock: Clock = system_clock,
        recorded_by: str = "unnamed",
        read_only: bool = False,
    ) -> None:
        """Open an existing log. Raises LogUnavailable (missing, locked, no log, newer format), LogDamaged.

        A log that was cut short or rolled back opens only with `read_only`, and says so in `damage`. On a server the
        system's clock is the server's, and who records is the role that connected; any other clock and name are
        stamped as given, which only the log's owner may do.
        """
        self._factory = factory_of(place, clock=clock, read_only=read_only)
        super().__init__()
        assert isinstance(self.recorder, LogRecorder)
        assert isinstance(self.mapper, ClosedMapper)
        self._log: LogRecorder = self.recorder
        self._closed_mapper: ClosedMapper = self.mapper
        self._clock = clock
        self.recorded_by = self._log.recorded_as(recorded_by)
        self.read_only = read_only
        self.info: LogInfo = self._log.info
        self.damage: LogDamaged | None = None
        try:
            self.calendar = _calendar(self.info)
            self.notes: tuple[str, ...] = self._look_outside()
        except BaseException:
            self.close()
            raise

    def construct_env(self, name: str, env: Any = None) -> Environment:
        """The ambient environment picks nothing."""
        return Environment(name, dict(env or {}))

    def construct_factory(self, env: Environment) -> LogFactory:
        """The log's own factory."""
        return self._factory

    def construct_mapper(self) -> ClosedMapper:
        """The closed mapper."""
        return ClosedMapper()

    def head(self) -> Head:
        """The newest record's stamps."""
        return self._log.head()

    def why_only_read(self) -> str:
        """Why nothing can be recorded from here, and who can; no words where nothing is known against it."""
        return self._log.why_only_read()

    def records(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Records in position order, `after` exclusive, `upto` inclusive, each held against the chain.

        Raises LogDamaged at the first position that does not hold, after giving out what stands before it.
        """
        return map(self._closed_mapper.to_domain_event, self._log.checked(after, upto))

    def record(self, ref: str) -> Recorded:
        """The record of an id (`stream/version`), a key, or a position (`@207`, `#207`, and `207` where it is no key).

        Raises NotOnRecord.
        """
        with self._log.reading() as lookup:
            return self._found(lookup, ref)

    def _found(self, lookup: Lookup, ref: str) -> Recorded:
        stored: StoredRecord | None = None
        if ref[:1] in ("@", "#") and ref[1:].isdecimal():
            stored = lookup.at(number(ref[1:]))
        stored = stored or lookup.by_id(ref) or lookup.by_key(ref)
        if stored is None and ref.isdecimal():
            stored = lookup.at(number(ref))
        if stored is None:
            raise NotOnRecord(
                f"no record is {ref!r}", remedy="give an id (stream/version), a key, or a position like @207"
            )
        return self._closed_mapper.to_domain_event(stored)

    def history(self, stream: str) -> Stream:
        """A stream with all its records. Raises NotOnRecord."""
        aggregate: Stream | None = None
        for record in self.events.get(stream):
            assert isinstance(record, Recorded)
            aggregate = record.mutate(aggregate)
        if aggregate is None:
            raise NotOnRecord(f"no stream is {stream!r}", remedy="`ceasefire events` lists what is on record")
        return aggregate

    def follow(self, after: int) -> LogSubscription:
        """What stands after a position, then what any process adds, each once, in order. Use it in a `with`."""
        return self._log.subscribe(gt=after)

    def revisions(self, record_id: str) -> list[Recorded]:
        """Every correction, retraction and erasure that bears on a record, in position order."""
        found: dict[int, Recorded] = {}
        with self._log.reading() as lookup:
            ahead = [record_id]
            while ahead:
                for edit in lookup.edits(ahead.pop()):
                    found[edit.id] = self._closed_mapper.to_domain_event(edit)
                    ahead.append(edit.record_id)
        return [found[position] for position in sorted(found)]

    def _look_outside(self) -> tuple[str, ...]:
        """Hold the log against the head outside: to write, it must fit; to read, what stands is still given out."""
        notes = self._log.how_it_is_read()
        try:
            return (*notes, *self._log.check_outside())
        except LogDamaged as error:
            if not self.read_only:
                raise
            self.damage = error
            return notes

    def verify(self, progress: Progress | None = None) -> Verification:
        """Hold the whole log against its chain, its schema and the head outside. Raises LogDamaged."""
        from domain.log.verify import verify  # noqa: PLC0415

        return verify(self._log, self._closed_mapper, progress)

    def backup(self, to: Path, *, replace: bool = False, progress: Progress | None = None) -> Copied:
        """Copy the log to a file, whole and verified or not at all, while others append. Raises LogDamaged, Refused.

        Restoring is the same the other way: open the backup, and copy it to where a log is to be.
        """
        if self.damage is not None:
            raise self.damage
        if isinstance(self.info.place, Server):
            raise Refused(
                "a log on a server is backed up with its server",
                where=str(self.info.place),
                remedy=f"`ceasefire migrate {self.info.place} {to}` makes a verified copy in a file, `pg_dump` one of "
                "the database",
            )
        from domain.log.sqlite.backup import copy_log  # noqa: PLC0415
        from domain.log.sqlite.recorder import SQLiteRecorder  # noqa: PLC0415

        assert isinstance(self._log, SQLiteRecorder)
        return copy_log(self._log, to, replace=replace, progress=progress)

    def migrate(self, to: Place, *, progress: Progress | None = None) -> Migrated:
        """Put the log, as it is, into an empty one on a server, as its owner, or from a server into a new file.

        Verified there, or nothing at all. Raises Refused, LogUnavailable, LogDamaged.
        """
        if self.damage is not None:
            raise self.damage
        from domain.log.migration import migrate  # noqa: PLC0415

        return migrate(self._log, self._closed_mapper, to, progress=progress)

    def export(self, write: Callable[[bytes], Any], *, restricted: bool = False) -> ExportReport:
        """Write the records as lines that import again to the same content; restricted ones only when asked."""
        from domain.exporting import export  # noqa: PLC0415

        return export(self._log, self._closed_mapper, write, restricted=restricted)

    def bundle(
        self,
        write: Callable[[bytes], Any],
        *,
        position: int | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
        restricted: bool = False,
        sign: Callable[[bytes], str] | None = None,
        progress: Progress | None = None,
    ) -> BundleReport:
        """Write the log up to a position as lines that anyone can check; restricted bodies only when asked."""
        from domain.bundling import bundle  # noqa: PLC0415

        return bundle(
            self._log,
            self._closed_mapper,
            write,
            position=position,
            as_of=as_of,
            known_at=known_at,
            restricted=restricted,
            sign=sign,
            progress=progress,
        )

    def hash_at(self, position: int) -> bytes | None:
        """The chain's hash at a position, the genesis at 0; None where there is no record."""
        with self._log.reading() as lookup:
            return self.info.genesis if position == 0 else lookup.hash_at(position)


def _calendar(info: LogInfo) -> Calendar:
    try:
        return Calendar(info.timezone)
    except Refused as error:
        raise LogDamaged(
            f"days cannot be counted: {error.what}", position=0, remedy="restore a backup, or update the package tzdata"
        ) from error
