"""`ceasefire` and `python -m tui`: the one way in."""

from __future__ import annotations

import gc
import sys

_YOUNG = 50_000
"""New objects between two garbage collections: a command that reads is done before the first.

Python's own 700 has the same modules walked again and again while they load, a tenth of what `status` takes.
"""


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 refused, 2 wrong usage, 130 interrupted."""
    gc.set_threshold(_YOUNG)
    try:
        from tui.streams import open_closed_streams  # noqa: PLC0415 - an interrupt while it loads must be quiet

        open_closed_streams()  # before anything else is opened
        from tui.commands.root import ceasefire  # noqa: PLC0415 - likewise

        ceasefire()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()  # at the end the system takes all of it back: no need to walk it once more


if __name__ == "__main__":
    main()
