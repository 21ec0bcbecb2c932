"""What the dashboard loads before its first frame: what opens behind a key is loaded with the key."""

from __future__ import annotations

import subprocess
import sys

LATER = (
    "domain.exporting",
    "domain.importing",
    "domain.log.verify",
    "projections.changing.changes",
    "sqlite_utils",
    "tui.dashboard.claims",
    "tui.dashboard.detail",
    "tui.dashboard.difference",
    "tui.dashboard.discrepancies",
    "tui.dashboard.goto",
    "tui.dashboard.help",
    "tui.dashboard.palette",
    "tui.text_twin",
)


def test_what_opens_behind_a_key_is_not_loaded_to_start() -> None:
    program = "import sys, tui.dashboard.run, tui.dashboard.source; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"textual", "tui.dashboard.main_screen", "projections.readmodel"} <= loaded
    assert not loaded & set(LATER)
