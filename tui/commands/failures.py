"""Errors as words: what happened, where, and what to do. Nothing gets past here as a traceback.

Loaded for every command, `--help` too: what only an error needs is imported when there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping

import click

from domain.errors import CeasefireError, LogDamaged, Refused, SaveInDoubt
from tui.commands.answering import NotAnswered
from tui.commands.console import printable, put_beside, silence
from tui.streams import write_what_can_be_read

REFUSED, WRONG_USAGE, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
"""Exit codes; the last two are what a shell reports for SIGINT and SIGPIPE."""


def guarded(command: Callable[[], object], *, as_json: bool) -> int:
    """Run a command and return its exit code; every error is told on stderr, in words or as one JSON object."""
    write_what_can_be_read(sys.stdout, sys.stderr)
    code = REFUSED
    try:
        returned = command()
        sys.stdout.flush()
        code = returned if isinstance(returned, int) else 0
    except NotAnswered as error:
        tell(error, as_json=as_json, word="saved")
    except CeasefireError as error:
        tell(error, as_json=as_json)
    except click.ClickException as error:
        _tell_usage(error, as_json=as_json)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except UnicodeEncodeError as error:  # bytes that are no UTF-8 come from a shell as lone surrogates
        tell(_not_text(error), as_json=as_json)
    except BrokenPipeError:
        silence(sys.stdout)
        code = BROKEN_PIPE
    except Exception as error:  # the last resort: words, never a traceback
        _silence_stdout_if_lost(error)
        tell(_unforeseen(error), as_json=as_json, word="error")
    return code


def tell(error: CeasefireError, *, as_json: bool = False, word: str = "refused", at: str = "") -> None:
    """Print an error on stderr; `at` is the file and line that it is about."""
    if as_json:
        _tell_json(as_dict(error))
        return
    put_beside(printable(": ".join(part for part in (word, at, error.where, error.what) if part)))
    if error.remedy:
        put_beside(printable(f"try: {error.remedy}"))
    for other in error.further if isinstance(error, LogDamaged) else ():
        tell(other, word=word, at=at)


def as_dict(error: CeasefireError) -> dict[str, object]:
    """An error as JSON: its kind, what, where, remedy; of damage the position, and what else was found; of a save in
    doubt the key to look for.
    """
    told: dict[str, object] = {
        "kind": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower(),
        "what": error.what,
        "where": error.where,
        "remedy": error.remedy,
    }
    if isinstance(error, LogDamaged):
        told |= {"position": error.position, "further": [as_dict(other) for other in error.further]}
    if isinstance(error, SaveInDoubt):
        told["key"] = error.key
    return told


def _tell_usage(error: click.ClickException, *, as_json: bool) -> None:
    if as_json:
        told = {"kind": "usage", "what": error.format_message(), "where": "", "remedy": "ceasefire COMMAND --help"}
        _tell_json(told)
    else:
        from io import StringIO  # noqa: PLC0415

        shown = StringIO()
        error.show(shown)
        for line in shown.getvalue().splitlines():
            put_beside(printable(line))


def _tell_json(told: Mapping[str, object]) -> None:
    from json import dumps  # noqa: PLC0415

    put_beside(dumps({"error": told}))


def _not_text(error: UnicodeEncodeError) -> CeasefireError:
    return Refused(
        f"{error.object!a} is not Unicode text",
        where="command line",
        remedy="write it as UTF-8, or by position (@N)",
    )


def _unforeseen(error: Exception) -> CeasefireError:
    """An error that nobody foresaw, with the innermost of our own lines that it came through."""
    if isinstance(error, OSError) and error.strerror:
        return _of_the_system(error, str(error.filename) if error.filename else "")
    from pathlib import Path  # noqa: PLC0415
    from traceback import extract_tb  # noqa: PLC0415

    ours = Path(__file__).parents[2]
    frames = [frame for frame in extract_tb(error.__traceback__) if ours in Path(frame.filename).parents]
    where = f"{Path(frames[-1].filename).relative_to(ours)}:{frames[-1].lineno}" if frames else "unknown"
    message = " ".join(str(error).split())
    return CeasefireError(
        f"{type(error).__name__}: {message}" if message else type(error).__name__,
        where=where,
        remedy="this is a defect of the program: please report this line; `ceasefire verify` checks the log",
    )


def _of_the_system(error: OSError, path: str) -> CeasefireError:
    from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS  # noqa: PLC0415

    if error.errno in (ENOSPC, EDQUOT):
        remedy = "make room, then run the same command again"
        return CeasefireError("the disk is full", where=path or "output", remedy=remedy)
    remedy = "check the path"
    if error.errno in (EACCES, EPERM, EROFS):
        remedy = "name a place that you may write to, or check who may read and write there"
    return CeasefireError(str(error.strerror), where=path or "the system", remedy=remedy)


def _silence_stdout_if_lost(error: Exception) -> None:
    if isinstance(error, OSError):
        try:
            sys.stdout.flush()
        except OSError:
            silence(sys.stdout)
