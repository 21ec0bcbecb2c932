"""A desk in front of each engine: the same stories are told to both, and both are searched for what must be gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.log.postgres.schema import TAKE_LOCK
from tests.domain.desk import Desk
from tests.log.tampering import SIDE_FILES, raw
from tests.server import Database, as_superuser


class FileDesk(Desk):
    """At a log in a file."""

    def traces(self, text: str) -> list[str]:
        """The files beside and of the log in which a text stands."""
        files = [self.path.with_name(self.path.name + end) for end in SIDE_FILES]
        return [file.name for file in files if file.exists() and text.encode() in file.read_bytes()]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While another process writes."""
        with raw(self.path) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    def leave(self) -> None:
        """Go home."""
        self.monitor.close()


class ServerDesk(Desk):
    """At a log on a server, as its owner, who alone may stamp by the story's clock."""

    def __init__(self, folder: Path) -> None:
        self.database = Database()
        super().__init__(folder, place=self.database.place)
        with as_superuser(self.database.name) as connection:  # uncompressed: bytes that are searched for can be found
            connection.execute("ALTER TABLE ceasefire.records ALTER body SET STORAGE EXTERNAL")

    def traces(self, text: str) -> list[str]:
        """The files of the database in which a text stands, and what the planner knows."""
        with as_superuser(self.database.name) as connection:
            connection.execute("ANALYZE")
            connection.execute("CHECKPOINT")
            found = connection.execute(
                "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            assert found is not None
            known = connection.execute("SELECT * FROM pg_stats WHERE schemaname = 'ceasefire'").fetchall()
        folder = Path(found[0], "base", str(found[1]))
        assert (folder / "PG_VERSION").exists(), "these tests look into the files of a server on this machine"
        files = [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]
        return files + ["the planner's statistics"] * (text in str(known))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While another process writes."""
        with as_superuser(self.database.name) as other:
            other.execute("BEGIN")
            other.execute(TAKE_LOCK)
            yield

    def leave(self) -> None:
        """Go home."""
        self.monitor.close()
        self.database.give_back()


AnyDesk = FileDesk | ServerDesk
DESKS: dict[str, type[FileDesk] | type[ServerDesk]] = {"in a file": FileDesk, "on a server": ServerDesk}
