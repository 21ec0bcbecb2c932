"""The note kept beside a recovered log, `<log>.recovered`: from what it was recovered, and what could not be taken."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

MOST_BYTES = 1 << 20


class LostPosition(msgspec.Struct, frozen=True):
    """A position whose record could not be taken, and why."""

    position: int
    why: str


class RecoveryNote(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object. `upto` is the last position that stood, `last` the last that the old log or its head spoke of.

    `lost` names up to a thousand positions, `lost_count` counts all; `erased_again` are the old positions of erasures
    that were recorded anew behind `upto`, because a body up to it was gone.
    """

    recovered: int
    log_id: str
    of: str
    at: str
    by: str
    upto: int
    last: int
    damage: LostPosition
    lost: list[LostPosition]
    lost_count: int
    erased_again: list[int]


def note_path(log: Path) -> Path:
    """Where the note of a log lies, if it was recovered."""
    return log.with_name(log.name + ".recovered")


def write_note(log: Path, note: RecoveryNote) -> None:
    """Put the note beside a new log."""
    _put(note_path(log), msgspec.json.encode(note) + b"\n")


def copy_note(log: Path, copy: Path) -> None:
    """The note of a recovered log goes with its copies."""
    if note_path(log).is_file():
        with note_path(log).open("rb") as file:
            _put(note_path(copy), file.read(MOST_BYTES))


def _put(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)


def words_of_note(log: Path, log_id: str) -> tuple[str, ...]:
    """What the note says, in a sentence; nothing where there is none."""
    path = note_path(log)
    if not path.is_file():
        return ()
    try:
        with path.open("rb") as file:
            note = msgspec.json.decode(file.read(MOST_BYTES), type=RecoveryNote)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return (f"{path.name} cannot be read: it should say from what this log was recovered",)
    if note.log_id != log_id:
        return (f"{path.name} is of another log",)
    lost = f"; {note.lost_count:,} of its records could not be taken" if note.lost_count else ""
    return (f"recovered {note.at} by {note.by} from {note.of}, which stood up to #{note.upto} of #{note.last}{lost}",)
