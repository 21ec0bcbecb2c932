"""The dashboard: one Textual screen that draws immutable snapshots, for a duty officer at night over ssh.

Nothing is imported until it is used: the shell commands share this package's room, and Textual takes 200 ms.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.place import Place
    from tui.dashboard.app import DashboardApp

__all__ = ["DashboardApp", "run", "screenshot"]


def run(
    log: Place,
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    recorded_by: str,
    read_only: bool = False,
    ascii_only: bool = False,
    bell: bool = False,
) -> None:
    """Open the dashboard on a log and stay until it is left.

    `as_of` and `known_at` are as typed (a date, an instant, `-3d`, `day:42`, `@207`); without them it starts live.
    Raises Refused for a vantage that cannot be read, LogUnavailable and LogDamaged for a log that cannot be opened.
    """
    gc.disable()  # until all is loaded: what is loaded stays
    from tui.dashboard.run import run as start  # noqa: PLC0415

    start(
        log,
        as_of=as_of,
        known_at=known_at,
        recorded_by=recorded_by,
        read_only=read_only,
        ascii_only=ascii_only,
        bell=bell,
    )


def screenshot(
    log: Place,
    path: Path,
    size: tuple[int, int] = (120, 40),
    as_of: str | None = None,
    known_at: str | None = None,
    *,
    press: Sequence[str] = (),
    light: bool = False,
    told: bool = False,
) -> None:
    """Write an SVG picture of the real dashboard on a log, without a terminal, after some keys were pressed.

    Restricted records are in it only if they are `told`.
    """
    from tui.dashboard.run import screenshot as take  # noqa: PLC0415

    take(log, path, size=size, as_of=as_of, known_at=known_at, press=press, light=light, told=told)


def __getattr__(name: str) -> Any:
    if name == "DashboardApp":
        from tui.dashboard.app import DashboardApp  # noqa: PLC0415

        return DashboardApp
    raise AttributeError(name)
