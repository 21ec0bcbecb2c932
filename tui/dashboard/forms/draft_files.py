"""Drafts in the user's state folder, a file for each: a dashboard that is killed or cut off loses nothing typed.

A file is this user's alone (0600) and replaced as a whole, so that it is never half written. It is not synced: it
is there for a dashboard that ends, not for a machine that does. What cannot be understood is set aside, not deleted.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from domain.catalogue import CATALOGUE
from tui.dashboard.forms.kept import Begun, Kept

EDITS = ("revise", "retract")
SHORT = ("strike", "status", "passages")
"""Forms that are no record type's."""
MOST_READ = 100
MOST_BYTES = 1 << 22
STALE_SECONDS = 60
"""After so long what is still beside its file was left there by a dashboard that was killed in between."""
_SUFFIX, _BESIDE, _ASIDE = ".json", ".new", ".refused"


class _Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file. `log` is the log's identity; the rest is as in `Begun` and `Kept`."""

    format: Literal[1]
    log: str
    name: str
    key: str
    stream: str
    record: str
    title: str
    at: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")]
    values: dict[str, str]


def draft_folder() -> Path:
    """Where this user's drafts lie, of every log."""
    from platformdirs import user_state_path  # noqa: PLC0415 - once the first picture is there

    return user_state_path("ceasefire-monitor", appauthor=False) / "drafts"


class DraftFiles:
    """The drafts of one log."""

    def __init__(self, folder: Path, log_id: str) -> None:
        self._log_id = log_id
        self.folder = folder / _named(log_id)

    def read(self) -> tuple[list[Kept], list[Path]]:
        """All drafts, the newest first, and the files that are none and were set aside. Raises OSError."""
        kept: list[Kept] = []
        aside: list[Path] = []
        for path in self._listed():
            try:
                kept.append(self._read(path))
            except (OSError, ValueError):  # msgspec's errors are ValueErrors
                with suppress(OSError):
                    aside.append(path.replace(path.with_suffix(_ASIDE)))
        return kept, aside

    def write(self, draft: Kept) -> None:
        """Keep a draft, in place of what was kept under its key. Raises OSError."""
        begun = draft.begun
        content = msgspec.json.encode(
            _Draft(
                *(1, self._log_id, begun.name, begun.key, begun.stream, begun.record),
                *(draft.title, draft.at, dict(draft.values)),
            )
        )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(begun.key)
        beside = path.with_suffix(f".{os.getpid()}{_BESIDE}")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(content)
        beside.replace(path)

    def remove(self, key: str) -> None:
        """What was kept under a key is not needed any more. Raises OSError."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{_named(key)}{_SUFFIX}"

    def _listed(self) -> list[Path]:
        """The files of drafts, the newest first; what was left beside them is taken away."""
        try:
            with os.scandir(self.folder) as found:
                entries = [(each.stat(follow_symlinks=False).st_mtime, Path(each.path)) for each in found]
        except FileNotFoundError:
            return []
        for changed, path in entries:
            if path.suffix == _BESIDE and time.time() - changed > STALE_SECONDS:
                with suppress(OSError):
                    path.unlink()
        entries.sort(reverse=True)
        return [path for _, path in entries if path.suffix == _SUFFIX][:MOST_READ]

    def _read(self, path: Path) -> Kept:
        """Raises OSError, and ValueError for what is no draft of this log under its own name."""
        found = msgspec.json.decode(_content(path), type=_Draft)
        if found.log != self._log_id or path != self._path(found.key) or not _is_form(found.name):
            raise ValueError("not a draft of this log")
        begun = Begun(found.name, found.key, found.stream, found.record)
        return Kept(begun, found.title, found.values, found.at)


def _content(path: Path) -> bytes:
    """All of a file, not reached through a link and not waited for. Raises OSError, ValueError."""
    with open(path, "rb", opener=_opener) as file:
        content = file.read(MOST_BYTES + 1) or b""
    if len(content) > MOST_BYTES:
        raise ValueError("too long")
    return content


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _is_form(name: str) -> bool:
    return name in EDITS or name in SHORT or (name in CATALOGUE and bool(CATALOGUE[name].facts.STREAM))


def _named(name: str) -> str:
    """A name for a file: identities and keys may hold anything."""
    return sha256(name.encode()).hexdigest()[:16]
