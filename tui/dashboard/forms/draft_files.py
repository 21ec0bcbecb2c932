"""Drafts in the user's state folder, a file for each: a dashboard that is killed or cut off loses nothing typed.

A file is this user's alone (0600) and replaced as a whole, so that it is never half written. It is not synced: it
is there for a dashboard that ends, not for a machine that does. What cannot be understood is set aside, not deleted.
As long as its form is open in a dashboard a file is held, and no other dashboard touches it.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from domain.catalogue import CATALOGUE
from domain.place import own_folder
from tui.dashboard.forms.draft import Begun, Kept
from tui.dashboard.forms.hold import Hold, lock
from tui.dashboard.plain_file import open_plain

EDITS = ("revise", "retract")
SHORT = ("strike", "status", "passages")
"""Forms that are no record type's."""
MOST_READ = 100
MOST_BYTES = 1 << 22
STALE_SECONDS = 60
"""After so long what is still beside its file was left there by a dashboard that was killed in between."""
_SUFFIX, _BESIDE, _ASIDE = ".json", ".new", ".refused"


_NO_FILE = (errno.ELOOP, errno.EISDIR, errno.ENXIO)
"""Errors of what is a link, a folder, a pipe or a socket; any other may have passed by the next time."""


@dataclass(frozen=True)
class Found:
    """What lay there: drafts, the newest first; files that are none and were set aside; what cannot be read now."""

    kept: list[Kept] = field(default_factory=list)
    aside: list[Path] = field(default_factory=list)
    unread: list[OSError] = field(default_factory=list)


class _Held(Exception):
    """The form of a draft is open in another dashboard."""


class _Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file. `log` is the log's identity; the rest is as in `Begun` and `Kept`."""

    format: Literal[1]
    log: str
    name: str
    key: str
    stream: str
    record: str
    title: str
    at: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\Z")]
    values: dict[str, str]


def draft_folder() -> Path:
    """Where this user's drafts lie, of every log."""
    from platformdirs import user_state_path  # noqa: PLC0415 - once the first picture is there

    return own_folder(lambda: user_state_path("ceasefire-monitor", appauthor=False)) / "drafts"


class DraftFiles:
    """The drafts of one log."""

    def __init__(self, folder: Path, log_id: str) -> None:
        self._log_id = log_id
        self.folder = folder / _named(log_id)

    def read(self) -> Found:
        """All drafts whose form is not open in a dashboard. Raises OSError."""
        found = Found()
        for path in self._listed():
            try:
                found.kept.append(self._read(path))
            except (_Held, FileNotFoundError):
                continue
            except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
                if isinstance(error, OSError) and error.errno not in _NO_FILE:
                    found.unread.append(error)
                    continue
                with suppress(OSError):
                    found.aside.append(path.replace(path.with_suffix(_ASIDE)))
        return found

    def there(self, key: str) -> bool:
        """Whether a draft is kept under a key."""
        return os.path.lexists(self._path(key))

    def hold(self, key: str, hold: Hold) -> bool:
        """Hold what is kept under a key, if anything; False when its form is open in another dashboard."""
        try:
            return hold.take(self._path(key))
        except OSError:  # it cannot be read, and need not be
            return True

    def write(self, draft: Kept, hold: Hold) -> None:
        """Keep a draft, in place of what was kept under its key, and hold it. Raises OSError."""
        begun = draft.begun
        content = msgspec.json.encode(
            _Draft(
                *(1, self._log_id, begun.name, begun.key, begun.stream, begun.record),
                *(draft.title, draft.at, dict(draft.values)),
            )
        )
        if len(content) > MOST_BYTES:  # the next dashboard would not read it
            raise OSError(errno.EFBIG, f"It is larger than {MOST_BYTES >> 20} MiB")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(begun.key)
        beside = path.with_suffix(f".{os.getpid()}{_BESIDE}")
        beside.unlink(missing_ok=True)
        out = os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        try:
            lock(out)  # before it has its name, so that it is never seen without
            out.write(content)
            out.flush()
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                out.close()
            raise
        hold.change(out)

    def remove(self, key: str) -> None:
        """What was kept under a key is not needed any more. Raises OSError."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{_named(key)}{_SUFFIX}"

    def _listed(self) -> list[Path]:
        """The files of drafts, the newest first; what was left beside them is taken away."""
        entries: list[tuple[float, Path]] = []
        try:
            found = list(os.scandir(self.folder))
        except FileNotFoundError:
            return []
        for each in found:
            with suppress(FileNotFoundError):  # renamed or removed by another dashboard in between
                entries.append((each.stat(follow_symlinks=False).st_mtime, Path(each.path)))
        for changed, path in entries:
            if path.suffix == _BESIDE and time.time() - changed > STALE_SECONDS:
                with suppress(OSError):
                    path.unlink()
        entries.sort(reverse=True)
        return [path for _, path in entries if path.suffix == _SUFFIX][:MOST_READ]

    def _read(self, path: Path) -> Kept:
        """Raises OSError, _Held, and ValueError for what is no draft of this log under its own name."""
        found = msgspec.json.decode(_content(path), type=_Draft)
        if found.log != self._log_id or path != self._path(found.key) or not _is_form(found.name):
            raise ValueError("not a draft of this log")
        begun = Begun(found.name, found.key, found.stream, found.record)
        return Kept(begun, found.title, found.values, found.at)


def _content(path: Path) -> bytes:
    """All of a file. Raises OSError, _Held, ValueError."""
    with open_plain(path) as file:
        if not lock(file):
            raise _Held
        content = file.read(MOST_BYTES + 1) or b""
    if len(content) > MOST_BYTES:
        raise ValueError("too long")
    return content


def _is_form(name: str) -> bool:
    return name in EDITS or name in SHORT or (name in CATALOGUE and bool(CATALOGUE[name].facts.STREAM))


def _named(name: str) -> str:
    """A name for a file: identities and keys may hold anything."""
    return sha256(name.encode()).hexdigest()[:16]
