"""Versions as rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.catalogue import record_type
from domain.report import Facts
from projections.index.schema import CORRECTED, TOPICS
from projections.index.version import Version

Row = tuple[Any, ...]
"""A row of `versions`, all of it."""


def version_of(row: Row, name: Callable[[int], str]) -> Version[Facts]:
    """A row of `versions` that has a body; `name` tells a stream's name by its number."""
    row_id, position, stream, number, topic, state, _, at, first, last, said, first_said, late, _, _, body = row
    type_ = TOPICS[topic]
    report = record_type(type_).decoder.decode(body)
    stream_name = name(stream)
    return Version(
        row_id,
        row_id >> 1 if position is None else position,
        f"{stream_name}/{number}",
        stream_name,
        type_,
        report.claimant,
        state == CORRECTED,
        at,
        at if first is None else first,
        at if last is None else last,
        said,
        said if first_said is None else first_said,
        bool(late),
        report,
    )
