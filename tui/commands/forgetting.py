"""What was erased from the log is forgotten by its read model in the same command, not when it is next looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import CeasefireError
from tui.commands.console import note

if TYPE_CHECKING:
    from domain.monitor import Monitor


def forget_erased(monitor: Monitor) -> None:
    """Bring the read model up to date where there is one; it holds copies of what bodies said."""
    from projections.folding.file import place_for  # noqa: PLC0415
    from projections.readmodel import ReadModel  # noqa: PLC0415 - only an erasure needs it

    path = place_for(monitor.info)
    if path is None:
        return
    half_built = path.with_name(path.name + ".new")  # of a rebuild that was killed
    if not path.exists() and not half_built.exists():
        return
    try:
        with ReadModel.open(monitor) as model:
            if half_built.exists():
                model.rebuild()
    except CeasefireError as error:
        note(f"erased from the log; its read model {path.name} could not follow ({error.what}): delete that file")
