"""Waiting for the head beside a log to be written, which every append ends with: Linux tells of it, at no cost."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


class HeadWatch:
    """Watches the file that has the head's name now. One thread waits; any may `end` its wait.

    Raises OSError where there is no such file or no more watches are to be had, ImportError on another system.
    """

    def __init__(self, path: Path) -> None:
        from inotify_simple import INotify, flags  # noqa: PLC0415 - only who follows a log needs it

        self._path = path
        self._written = flags.MODIFY
        self._inotify = INotify()
        try:
            self._watch = self._inotify.add_watch(path, self._written)
        except OSError:
            self._inotify.close()
            raise

    def wait(self, seconds: float) -> bool:
        """Whether it was written, before the time was up or the wait was ended."""
        return bool(self._inotify.read(timeout=round(seconds * 1000)))

    def look_again(self) -> None:
        """Watch the file that has the name now, where that is another one."""
        with suppress(OSError):
            self._watch = self._inotify.add_watch(self._path, self._written)

    def end(self) -> None:
        """End the wait now."""
        with suppress(OSError, ValueError):  # the file is gone, and so is the watch; or it was closed
            self._inotify.rm_watch(self._watch)

    def close(self) -> None:
        """Watch no more."""
        self._inotify.close()
