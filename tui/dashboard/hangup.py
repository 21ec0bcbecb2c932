"""A terminal that goes away ends the dashboard: a closed window, a lost ssh connection.

The signal for it, SIGHUP, goes to whoever leads the session and reaches the dashboard when that one ends. `make` and
some shells wait for the dashboard first, so it never comes, and reading from a terminal that is gone returns at once,
for ever: the dashboard would stay, unseen, and keep a core busy.
"""

from __future__ import annotations

import os
import select
import signal
from threading import Thread

_STANDARD_INPUT = 0


def end_with_the_terminal() -> None:
    """Send ourselves the signal once the terminal is gone. Waits in a thread of its own, at no cost."""
    Thread(target=_wait, name="hangup", daemon=True).start()


def _wait() -> None:
    gone = select.poll()
    gone.register(_STANDARD_INPUT, 0)  # a hangup is told whatever is asked for
    gone.poll()
    os.kill(os.getpid(), signal.SIGHUP)
