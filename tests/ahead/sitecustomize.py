"""For `make ahead`: faketime 0.9.10 refuses the call under `time.sleep` when it leaves the monotonic clock alone.

All processes of a run share a lock of its own, and tests kill processes: those that one starts get another lock.
"""

from __future__ import annotations

import os
import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
os.environ.pop("FAKETIME_SHARED", None)
