"""Made-up logs on disk, each made once: kept in a folder named by size, seed and a digest of the code that makes it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import msgspec

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.benchmarks.generator import TIMEZONE, lines
from tests.benchmarks.measuring import Times
from tests.benchmarks.plain_log import opened

_HERE = Path(__file__).parent
_CODE = (_HERE.parent.parent / "domain", _HERE / "generator.py", _HERE / "opening.py")
_NEWER = (_HERE.parent.parent / "projections",)


@dataclass(frozen=True)
class Made:
    """A made-up log of one size. What it is asked for, it makes when it is not there yet."""

    folder: Path
    size: int
    seed: int

    @property
    def path(self) -> Path:
        """The log's file."""
        return self.folder / "made.db"

    @property
    def took(self) -> tuple[float, float]:
        """Wall and CPU seconds of the import that made this log."""
        return msgspec.json.decode((self.folder / "import-took").read_bytes(), type=tuple[float, float])

    @cached_property
    def lines(self) -> Path:
        """The file of lines that the log is made of."""
        path = self.folder / "made.jsonl"
        if not path.exists():
            draft = path.with_suffix(".new")
            encode = msgspec.json.Encoder().encode
            with draft.open("wb") as file:
                for line in lines(self.size, self.seed):
                    file.write(encode(line) + b"\n")
            draft.rename(path)
        return path

    def imported(self, path: Path) -> tuple[float, float]:
        """Make the log at a path; the wall and CPU seconds that the import took."""
        self.lines  # noqa: B018 - made before the clock starts
        with Monitor.create(path, TIMEZONE, recorded_by="bench") as monitor:
            took = Times()
            with took.taken():
                report = monitor.import_files([self.lines], backfill=True)
        if report.recorded != self.size:
            raise AssertionError(f"{report.recorded} of {self.size} lines recorded: {report.refusals[:1]}")
        return took.wall[0], took.cpu[0]

    @contextmanager
    def opened(self) -> Iterator[tuple[Monitor, ReadModel]]:
        """The log and its read model, up to date, to be read."""
        with Monitor(self.path, read_only=True) as monitor, ReadModel.open(monitor) as model:
            yield monitor, model

    @contextmanager
    def copied(self, *, shown: bool = False) -> Iterator[Path]:
        """A copy of the log and its head, to be written to, and gone afterwards; `shown`, of its read model too."""
        if shown:
            with self.opened():
                pass
        with tempfile.TemporaryDirectory(prefix="copy-", dir=self.folder.parent) as folder:
            for file in self.folder.glob("made.db*"):
                if shown or "readmodel" not in file.name:
                    shutil.copyfile(file, Path(folder) / file.name)
            yield Path(folder) / self.path.name

    def raw(self) -> sqlite3.Connection:
        """The log's file as plain SQLite, to be read."""
        return opened(self.path)


def made(folder: Path, size: int, seed: int) -> Made:
    """The log of a size and seed, from below `folder`; made there when this code has not made it yet."""
    home = folder / f"{size}-{seed}-{digest(_CODE)}"
    if not home.exists():
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder))
        try:
            log = Made(draft, size, seed)
            (draft / "import-took").write_bytes(msgspec.json.encode(log.imported(log.path)))
            with suppress(OSError):  # another run was first
                draft.rename(home)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    # a read model that other code made would be asked with this code
    stamp, newer = home / "projections", digest(_NEWER)
    if not stamp.exists() or stamp.read_text() != newer:
        (home / "made.db.readmodel.db").unlink(missing_ok=True)
        stamp.write_text(newer)
    return Made(home, size, seed)


@cache
def digest(places: tuple[Path, ...]) -> str:
    """What code there is in some places, as it was when this was first asked: 12 hex digits."""
    found = sha256()
    for place in places:
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(file.read_bytes())
    return found.hexdigest()[:12]
