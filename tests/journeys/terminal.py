"""A real pseudo-terminal with a program in it, and what its screen shows."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte


class Terminal:
    """A program on a terminal of `columns` x `rows`; use it in a `with`, which ends the program."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str], *, columns: int = 120, rows: int = 40) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.sent = bytearray()  # by the program, everything
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.process = subprocess.Popen(
            list(words), stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(60)
        if self._master >= 0:
            os.close(self._master)

    @property
    def text(self) -> str:
        """The screen as lines."""
        return "\n".join(self._screen.display)

    def type(self, keys: str | bytes) -> None:
        """Press keys; bytes for what is no UTF-8."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def hang_up(self) -> None:
        """Take the terminal away, as a lost connection does; what the program does then, it does unseen."""
        os.close(self._master)
        self._master = -1

    def wait_for(self, words: str, seconds: float = 120) -> float:
        """Read until the words are on the screen; returns how long that took. Fails with the screen otherwise."""
        started = time.monotonic()
        while words not in self.text:
            left = started + seconds - time.monotonic()
            assert left > 0, f"{words!r} did not come up in {seconds} s:\n{self.text}"
            self._read(min(left, 0.1))
        return time.monotonic() - started

    def settle(self, seconds: float = 0.15) -> None:
        """Read until nothing has come for a while."""
        while self._read(seconds):
            pass

    def wait_for_end(self, seconds: float = 120) -> int:
        """Read until the program has ended; its exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, f"the program did not end:\n{self.text}"
            self._read(0.05)
        while self._read(0.05):
            pass
        return self.process.returncode

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        with contextlib.suppress(OSError):  # the program closed its side
            data = os.read(self._master, 65536)
            self.sent += data
            self._stream.feed(data)
            return bool(data)
        return False
