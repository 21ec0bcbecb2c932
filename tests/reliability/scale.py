"""How much of each test is done: a short form in `make test`, the full figures in `make soak`.

CEASEFIRE_SOAK, the file that the table of a run is written to, asks for the full figures, and CEASEFIRE_SOAK_SHARE
for a part of them (0.1 is a tenth).
"""

from __future__ import annotations

import os

FULL = bool(os.environ.get("CEASEFIRE_SOAK"))
SHARE = float(os.environ.get("CEASEFIRE_SOAK_SHARE") or 1)


def scaled(short: int, full: int) -> int:
    """How many of something are done now."""
    return max(short, round(full * SHARE)) if FULL else short
