"""`ceasefire` and `python -m tui`: the one way in."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 refused, 2 wrong usage, 130 interrupted."""
    try:
        from tui.commands.root import ceasefire  # noqa: PLC0415 - an interrupt while it loads must not print a traceback

        ceasefire()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
