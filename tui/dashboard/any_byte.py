"""A byte that is no UTF-8 is read as �, as a terminal draws it: an é of a Latin-1 terminal ends nothing.

Textual's driver decodes strictly, so that one such byte would end its thread, and with it the dashboard.
"""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial


def read_any_byte() -> None:
    """Have Textual's driver read whatever comes: it names its own decoder and takes no other."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver  # noqa: PLC0415 - it needs a terminal's own modules

        linux_driver.getincrementaldecoder = _replacing  # type: ignore[attr-defined, assignment]


def _replacing(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), "replace")
