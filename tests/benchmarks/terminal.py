"""A program on a real pseudo-terminal of a real size, and the moment when a frame of it has been received whole."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

COLUMNS, ROWS = 120, 40
_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_FRAME_ENDS = b"\x1b[?2026l"
_CONTROL = re.compile(rb"\x1b(?:\[[0-9;:?<>=$]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78PM])")
_KEPT = 1 << 20


def surroundings(home: os.PathLike[str]) -> dict[str, str]:
    """A fresh home, and nothing of this process's own settings."""
    dropped = ("CEASEFIRE", "XDG", "TEXTUAL", "PYTHON", "VIRTUAL_ENV", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | {"HOME": os.fspath(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Terminal:
    """A program on a terminal; use it in a `with`, which ends the program.

    It says that it draws frames whole (synchronized output), so that their ends are seen.
    """

    def __init__(self, words: Sequence[str | os.PathLike[str]], env: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._received = bytearray()
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._master)

    def press(self, key: str) -> float:
        """Press a key; the moment. What was drawn before it is forgotten."""
        self._received.clear()
        pressed = time.perf_counter()
        os.write(self._master, key.encode())
        return pressed

    def settled(self, sign: Callable[[str], bool], quiet: float = 0.06) -> float:
        """Like `drawn`, but all that follows without a pause belongs to it; the moment of its last byte."""
        at = self.drawn(sign)
        while self._read(quiet):
            at = self._at
        return at

    def forget(self) -> None:
        """Only what is drawn from here on counts."""
        while self._read(0):
            pass
        self._received.clear()

    def drawn(self, sign: Callable[[str], bool], seconds: float = 60) -> float:
        """Read until a frame with the sign in its text has been received whole; the moment."""
        end = time.perf_counter() + seconds
        while True:
            frames = bytes(self._received).rpartition(_FRAME_ENDS)[0]
            if frames and sign(text(frames)):
                return self._at
            left = end - time.perf_counter()
            if left < 0 or (not self._read(left) and self.process.poll() is not None):
                raise AssertionError(f"it was not drawn in {seconds} s:\n{text(bytes(self._received))[-2000:]}")

    def ended(self, seconds: float = 60) -> float:
        """Read until the program has ended; the moment."""
        end = time.perf_counter() + seconds
        while self.process.poll() is None:
            if time.perf_counter() > end:
                raise AssertionError(f"it did not end in {seconds} s")
            self._read(0.01)
        return time.perf_counter()

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        data = b""
        with contextlib.suppress(OSError):  # the program closed its side
            data = os.read(self._master, 65536)
        self._at = time.perf_counter()
        if _ASKED in data:
            os.write(self._master, _ANSWER)
        self._received += data
        if len(self._received) > 2 * _KEPT:
            del self._received[:-_KEPT]
        return bool(data)


def text(drawn: bytes) -> str:
    """What was drawn, without its control sequences; a move of the cursor parts words."""
    return _CONTROL.sub(lambda found: b"\n" if found[0][-1:] in b"HfABCD" else b"", drawn).decode(errors="replace")
