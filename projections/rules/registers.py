"""The registers at a vantage: who says things, and what was said in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.report import Facts
from domain.source import Rated, Registered, StatementMade
from projections.index.version import Version, all_of, says, view_of
from projections.situation import SourceView, StatementView


def source_views(versions: Iterable[Version[Facts]]) -> tuple[SourceView, ...]:
    """Registered claimants by slug, with each rater's newest rating ("B by desk")."""
    registered: dict[str, Version[Registered]] = {}
    ratings: dict[str, dict[str, str]] = {}
    for version in sorted(versions, key=lambda version: version.rank):
        slug = version.stream.removeprefix("source-")
        if says(version, Registered):
            registered[slug] = version
        elif says(version, Rated):
            ratings.setdefault(slug, {})[version.data.by] = version.data.reliability
    return tuple(
        view_of(
            SourceView,
            version,
            slug=slug,
            ratings=tuple(f"{grade} by {rater}" for rater, grade in sorted(ratings.get(slug, {}).items())),
        )
        for slug, version in sorted(registered.items())
    )


def statement_views(versions: Sequence[Version[Facts]]) -> tuple[StatementView, ...]:
    """Statements, newest first."""
    return tuple(
        view_of(StatementView, version)
        for version in sorted(all_of(versions, StatementMade), key=lambda version: version.order, reverse=True)
    )
