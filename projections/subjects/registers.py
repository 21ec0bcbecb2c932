"""What is read whole or by its newest: a ceasefire's own records, sources, places, and statements."""

from __future__ import annotations

from collections.abc import Iterable

from domain.report import Facts
from domain.source import StatementMade
from projections.discrepancies.evidence import always
from projections.discrepancies.figures import odd_figures
from projections.index.keys import CEASEFIRES, PLACES, SOURCES, STATEMENTS
from projections.index.version import Version, says
from projections.subjects.subject import Bearing, Now, Subject


class ReadWhole(Subject[None]):
    """All of a line is read at once: it is as small as what it tells of."""

    LINE: str

    def bears_on(self, version: Version[Facts]) -> Iterable[Bearing]:
        yield Bearing(self.LINE, version.at, version.at, by_position=True)


class Ceasefires(ReadWhole):
    """Declarations, starts, phases, ends, promises and what was done: one line for all ceasefires."""

    LINE = CEASEFIRES


class Sources(ReadWhole):
    """Who says things, and how they are rated."""

    LINE = SOURCES


class Places(ReadWhole):
    """Where things happen."""

    LINE = PLACES


class Statements(Subject[None]):
    """Words, the newest first, also by what they are about."""

    def bears_on(self, version: Version[Facts]) -> Iterable[Bearing]:
        counted = version.counted
        yield Bearing(STATEMENTS, counted, counted)
        if says(version, StatementMade):
            for stream in dict.fromkeys(version.data.about):
                yield Bearing(f"{stream} about", counted, counted)

    def around(self, now: Now, old: Version[Facts] | None, new: Version[Facts] | None) -> None:
        version = new or old
        if version is not None:
            now.find(f"figure {version.position}", always(odd_figures(new, self.calendar)) if new else ())
