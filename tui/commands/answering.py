"""The answer of a command that has written: when it cannot be told, what was done is no refusal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import CeasefireError
from tui.commands.console import silence


class NotAnswered(CeasefireError):
    """What was asked for is done. Only the answer could not be written."""


@contextmanager
def answering(done: str, *, remedy: str = "do not run the same command again") -> Iterator[None]:
    """Print the answer of what is `done`, to the last byte. Raises NotAnswered; a pipe that closed stays one."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        why = f"{done}; the answer could not be written: {error.strerror}"
        raise NotAnswered(why, where="output", remedy=remedy) from None
