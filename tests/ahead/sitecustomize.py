"""For `make ahead`: faketime 0.9.10 refuses the call under `time.sleep` when it leaves the monotonic clock alone."""

from __future__ import annotations

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
