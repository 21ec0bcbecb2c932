"""What a measurement came to: one row with its target, its peer and whether it was met; the table, and the JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table. `ratio` is measured by peer; `met` is None where no target is set.

    `measured` and `peer` are in `unit`. `detail` holds what else was measured, by name.
    """

    what: str
    size: int
    unit: str
    measured: float
    target: str = ""
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    met: bool | None = None
    note: str = ""
    detail: dict[str, float] = {}


def times(measured: float, peer: float) -> float:
    """How many times the peer's figure the measured one is."""
    return measured / peer if peer else float("inf")


def size_name(size: int) -> str:
    """10000 as 10k."""
    for step, letter in ((1_000_000, "M"), (1_000, "k")):
        if size >= step and size % step == 0:
            return f"{size // step}{letter}"
    return str(size)


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    cells = [("what", "records", "target", "measured", "beside it", "ratio", "")]
    for row in rows:
        beside = "" if row.peer is None else f"{figure(row.peer)} {row.unit}"
        cells.append(
            (
                row.what,
                size_name(row.size),
                row.target,
                f"{figure(row.measured)} {row.unit}",
                f"{beside} {row.peer_name}".strip(),
                "" if row.ratio is None else f"{row.ratio:.2f}x",
                {True: "met", False: "MISSED", None: ""}[row.met],
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = [f"| {' | '.join(word.ljust(width) for word, width in zip(line, widths, strict=True))} |" for line in cells]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    notes = [f"* {row.what}, {size_name(row.size)}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, "", *notes])


def figure(value: float) -> str:
    """Three digits that count."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def machine() -> dict[str, str | int]:
    """All that is told of the machine."""
    return {"cores": os.cpu_count() or 1, "python": platform.python_version()}


def write_json(rows: Sequence[Row], path: Path, seed: int) -> None:
    """Keep the rows as JSON."""
    held = {"machine": machine(), "seed": seed, "rows": list(rows)}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(held), indent=2) + b"\n")
