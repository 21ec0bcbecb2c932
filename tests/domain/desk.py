"""The desk: a log in a folder of its own, and what is given to it, taken in by it and refused by it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refused
from domain.importing import ImportReport
from domain.lines import Draft
from domain.monitor import Monitor
from domain.place import Place
from domain.report import Recorded
from tests.domain.examples import GAZA, Clock, line

Line = bytes | dict[str, Any] | Draft


def as_bytes(item: Line) -> bytes:
    if isinstance(item, bytes):
        return item.removesuffix(b"\n")  # an exported line brings its ending along
    return json.dumps(line(item) if isinstance(item, Draft) else item, ensure_ascii=False).encode()


class Desk:
    """A new log, its clock, and short words for what the stories do with them. `path` is where it lies in a file.

    `clock_is_right` is for a clock that jumps by years, and is vouched for.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock | None = None,
        timezone: str = GAZA,
        place: Place | None = None,
        *,
        clock_is_right: bool = False,
    ) -> None:
        self.folder = folder
        self.clock = clock or Clock()
        self.path = folder / "log" / "gaza.db"
        self.place = place or self.path
        Monitor.create(self.place, timezone, clock=self.clock).close()
        self.clock_is_right = clock_is_right
        self.monitor = self.opened(self.place)

    def opened(self, place: Place) -> Monitor:
        """A log, open to be written to by this desk."""
        return Monitor(place, clock=self.clock, recorded_by="tester", clock_is_right=self.clock_is_right)

    def given(self, *drafts: Draft) -> list[Recorded]:
        """Each is put on record, one command after the other."""
        return [self.monitor.append([draft])[0].record for draft in drafts]

    def refusal(self, *drafts: Draft, kind: type[Refused] = Refused) -> str:
        """The words of the refusal of one command, which has written nothing."""
        before = self.monitor.head()
        with pytest.raises(kind) as refused:
            self.monitor.append(drafts)
        assert self.monitor.head() == before
        return str(refused.value)

    def file(self, *lines: Line, name: str = "lines.jsonl", ending: bytes = b"\n") -> Path:
        path = self.folder / name
        path.write_bytes(b"".join(as_bytes(item) + ending for item in lines))
        return path

    def imports(self, *lines: Line, backfill: bool = False, dry_run: bool = False) -> ImportReport:
        """A file of these lines is imported."""
        return self.monitor.import_files([self.file(*lines)], backfill=backfill, dry_run=dry_run)

    def refused_lines(self, *lines: Line, backfill: bool = False) -> list[tuple[int, str]]:
        """Line and words of each refusal of an import, which has written nothing."""
        before = self.monitor.head()
        report = self.imports(*lines, backfill=backfill)
        assert report.refusals
        assert self.monitor.head() == before
        return [(refused.line, str(refused.error)) for refused in report.refusals]

    def exported(self, *, restricted: bool = False) -> list[bytes]:
        """The lines of an export."""
        lines: list[bytes] = []
        self.monitor.export(lines.append, restricted=restricted)
        return lines

    def record_keys(self) -> list[str]:
        """The keys on record, in the order of position."""
        return [record.key for record in self.monitor.records()]

    def body(self, ref: str) -> Any:
        """The report on record under a reference."""
        return self.monitor.record(ref).report


def decoded(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    return [json.loads(item) for item in lines]
