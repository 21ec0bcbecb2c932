"""The read model's file: where it lies, how it is opened, locked, and swapped for a new one.

It keeps a rollback journal, not a WAL: a new file can then take the old one's name in one rename, and nothing of the
old one, an erased body included, is left beside it. Two rules make the rename safe: it is done while holding the old
file's write lock and the folder's lock, and whoever begins a transaction looks first, under the folder's lock, whether
the file is still the one with the name.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from domain.errors import LogBusy, LogUnavailable
from domain.monitor import LogInfo
from domain.place import Server, cache_folder
from domain.waiting import UNKNOWN, flocked, holder, until_free, waited
from projections.folding.page_sums import DESCRIPTORS, PageSums, beside

SUFFIX = ".readmodel.db"
APPLICATION_ID = 0x4346524D  # "CFRM" in the file's header


def readmodel_path(info: LogInfo) -> Path:
    """Beside a log in a file; in the user's cache directory where that folder, or the file in it, cannot be written,
    and for a log on a server.
    """
    if isinstance(info.place, Server):
        return cache_folder() / f"{info.log_id}{SUFFIX}"
    beside = info.place.with_name(info.place.name + SUFFIX)
    if os.access(beside.parent, os.W_OK) and (not beside.exists() or os.access(beside, os.R_OK | os.W_OK)):
        return beside
    return cache_folder() / f"{info.log_id}{SUFFIX}"


def place_for(info: LogInfo) -> Path | None:
    """Where the read model can be kept; None where neither the log's folder nor the user's cache can be written."""
    try:
        path = readmodel_path(info)
    except LogUnavailable:
        return None
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    there = os.access(folder, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.R_OK | os.W_OK))
    return path if there else None


def _check_replaceable(path: Path) -> None:
    """A read model may be thrown away, and what only has its name may not. Raises LogUnavailable."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise LogUnavailable(
                "it is not a file", where=str(path), remedy="the read model needs that name: move it away"
            )
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return
    another = header[:15] == b"SQLite format 3" and int.from_bytes(header[68:72], "big") not in (APPLICATION_ID, 0)
    if another and not beside(path).exists():
        raise LogUnavailable(
            "it is a database of another kind", where=str(path), remedy="the read model needs that name: move it away"
        )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -40960")
        connection.execute("PRAGMA cache_spill = OFF")  # a spill would lock readers out before the commit
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_busy(error: Exception) -> bool:
    """Whether another process holds the file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


class Damaged(Exception):
    """The file is not as it was written."""


class ReadModelFile:
    """One open file. Not for two threads at once: the ReadModel that holds it has the lock.

    A rebuild gives the name to another file, and SQLite finds a journal by that name. So whoever still had the old
    file open could take the journal of somebody who writes the new one for its own, and undo that into the old one.
    Hence the folder's lock: shared from the moment when the file is seen to be the one with the name until its
    transaction has begun (or, of a reader, has ended), and nobody else's while the name changes hands.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        self.remade: str | None = None
        """Why the file was thrown away, if it was."""
        self._sums: PageSums | None = None
        self._descriptor = -1
        self._checked = False
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            self._wait_for(self._opened)
        except (OSError, sqlite3.OperationalError) as error:
            raise LogUnavailable(
                f"the read model cannot be opened: {error}",
                where=str(path),
                remedy="free some space, or make the folder writable; the file can be deleted at any time",
            ) from error

    def _open(self) -> None:
        for _ in range(2):
            _check_replaceable(self.path)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                beside(self.path).unlink(missing_ok=True)  # of one that was deleted
            try:
                self.connection = _connect(self.path)
                self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                break
            except (sqlite3.DatabaseError, UnicodeError) as error:
                if _is_busy(error) or (isinstance(error, sqlite3.OperationalError) and not self._is_torn()):
                    raise
                self.remade = "it is no database any more"
                self.discard()  # not a database, or torn: it is disposable
        self._identity = self._named()
        self._descriptor = DESCRIPTORS.take(self.path)
        self._sums = PageSums(self.path, self._descriptor)
        self._checked = False
        self.generation += 1

    def _is_torn(self) -> bool:
        descriptor = DESCRIPTORS.take(self.path)
        try:
            return beside(self.path).exists() and PageSums(self.path, descriptor).wrong() is not None
        finally:
            DESCRIPTORS.give_back(descriptor)

    def _let_go(self) -> None:
        with contextlib.suppress(AttributeError):
            self.connection.close()
        if self._descriptor >= 0:
            DESCRIPTORS.give_back(self._descriptor)
            self._descriptor = -1

    def wrong(self, *, whole: bool = False) -> str | None:
        """What is not as it was written in a file that has records, if anything; looked at once. Call it in `reading`.

        `whole`: look again, and at all of a large one.
        """
        if self._sums is None or (self._checked and not whole):
            return None
        found = self._sums.wrong(whole=whole)
        self._checked = found is None
        return found

    @property
    def is_summed(self) -> bool:
        """Whether there are checksums of it."""
        return self._sums is not None and beside(self.path).exists()

    def throw_away(self, why: str) -> None:
        """What has the name is damaged: an empty file takes its place, unless another process was first."""
        self._wait_for(lambda: flocked(self._folder, fcntl.LOCK_EX))
        try:
            if self._identity == self._named():
                self.remade = why
                self.discard()
            self._let_go()
            self._open()
        finally:
            fcntl.flock(self._folder, fcntl.LOCK_UN)

    def _named(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _wait_for(self, take: Callable[[], bool]) -> None:
        """Wait for a lock as for every other one. Raises LogBusy."""
        if not until_free(take):
            raise self._busy()

    def _busy(self) -> LogBusy:
        """Who holds what was waited for, and what to do."""
        folder, file = holder(self.path.parent), holder(self.path)
        if folder is not None and (folder.alone or file is None):
            found, what, where = str(folder), "the folder", self.path.parent
        else:
            found, what, where = str(file or UNKNOWN), "the read model", self.path
        return LogBusy(
            f"{found} has locked {what}; {waited()}",
            where=str(where),
            remedy="it may be reading a long log: run the same command again when it is done, or end that process",
        )

    def _opened(self) -> bool:
        """Open the file, unless somebody holds it or the folder."""
        if not flocked(self._folder, fcntl.LOCK_SH):
            return False
        try:
            self._open()
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            return False
        finally:
            fcntl.flock(self._folder, fcntl.LOCK_UN)
        return True

    def close(self) -> None:
        """Close the connection."""
        self._let_go()
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1

    def discard(self) -> None:
        """Delete the file, its journal and its checksums."""
        self._let_go()
        for path in (self.path, self.path.with_name(self.path.name + "-journal"), beside(self.path)):
            path.unlink(missing_ok=True)

    def _follow(self) -> None:
        """Open the file that has the name now, if that is another one."""
        if self._identity != self._named() or self._identity is None:
            self._let_go()
            self._open()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state of the file with the name, for any number of reads. `generation` tells which it is."""
        self._wait_for(lambda: self._begun("BEGIN", read=True))
        try:
            yield self.connection
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            fcntl.flock(self._folder, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The write lock of the file with the name; commits at the end, takes everything back on an error."""
        self._wait_for(lambda: self._begun("BEGIN IMMEDIATE"))
        fcntl.flock(self._folder, fcntl.LOCK_UN)
        # a journal that lies there now is nobody's: a process was killed before it was of any use
        self.path.with_name(self.path.name + "-journal").unlink(missing_ok=True)
        try:
            yield self.connection
            if self.connection.in_transaction:
                self._note_changes()
                self._wait_for(self._committed)
                self._sum_up()
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def _begun(self, statement: str, *, read: bool = False) -> bool:
        """Begin a transaction, and take the folder's lock, shared; neither, where another process is in the way: that
        one may be about to give the name away.
        """
        if not flocked(self._folder, fcntl.LOCK_SH):
            return False
        begun = False
        try:
            self._follow()
            self.connection.execute(statement)
            begun = not read or self._can_be_read()
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
        finally:
            if not begun:
                fcntl.flock(self._folder, fcntl.LOCK_UN)
        return begun

    def _can_be_read(self) -> bool:
        """Whether nobody keeps readers out; if somebody does, the transaction is ended."""
        try:
            self.connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if _is_busy(error):
                self.connection.execute("ROLLBACK")
                return False  # anything else is met by whoever reads on
        return True

    def _note_changes(self) -> None:
        """Write down which pages the commit will change. Raises Damaged."""
        if self._sums is None:
            return
        self.connection.execute("SAVEPOINT summed")  # here the search index writes what it holds in memory
        self.connection.execute("RELEASE summed")
        if (found := self._sums.before_commit()) is not None:
            raise Damaged(found)

    def _sum_up(self) -> None:
        """What the commit changed; left to the next writer where one is at work already, or the disk is full."""
        identity = self._identity
        with contextlib.suppress(OSError, sqlite3.Error):
            if self._begun("BEGIN IMMEDIATE"):
                fcntl.flock(self._folder, fcntl.LOCK_UN)
                if self._sums is not None and self._identity == identity:
                    self._sums.after_commit()
                self.connection.execute("ROLLBACK")

    def _committed(self) -> bool:
        """Commit, unless a reader that is none of ours holds the file."""
        try:
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            return False
        return True

    @contextlib.contextmanager
    def replacing(self) -> Iterator[sqlite3.Connection]:
        """A new, empty file to be built, which takes the place of this one at the end. Call it inside `writing`.

        Killed before the end, it leaves the old file in place and a `.new` that the next build throws away.
        """
        new = self.path.with_name(self.path.name + ".new")
        new.unlink(missing_ok=True)
        new.with_name(new.name + "-journal").unlink(missing_ok=True)
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(new, isolation_level=None, check_same_thread=False)
        try:
            # nobody else sees it yet and it is thrown away if this dies, so it needs no journal
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -131072")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
        except BaseException:
            connection.close()
            new.unlink(missing_ok=True)
            raise
        connection.close()
        descriptor = os.open(new, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            PageSums(new, descriptor).made()
        finally:
            os.close(descriptor)
        try:
            self._wait_for(lambda: flocked(self._folder, fcntl.LOCK_EX))
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        try:
            beside(new).replace(beside(self.path))
            new.replace(self.path)
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self._let_go()
            self._open()
            self._checked = True
        finally:
            fcntl.flock(self._folder, fcntl.LOCK_UN)
