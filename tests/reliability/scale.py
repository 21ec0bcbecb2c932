"""How much of each test is done: a short form in `make test`, the full figures in `make soak`.

CEASEFIRE_SOAK, the file that the table of a run is written to, asks for the full figures.
"""

from __future__ import annotations

import os

FULL = bool(os.environ.get("CEASEFIRE_SOAK"))


def scaled(short: int, full: int) -> int:
    """How many of something are done now."""
    return full if FULL else short
