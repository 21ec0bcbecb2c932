"""What an import needs for the time being, restricted reports too, is gone with its process, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.domain.desk import as_bytes
from tests.domain.examples import limited

LINES = b"".join(as_bytes(limited(f"line {n}")) + b"\n" for n in range(5_000))


@contextmanager
def importing(folder: Path, source: str) -> Iterator[subprocess.Popen[bytes]]:
    """An import in a process of its own, whose temporary folder is `folder`/temporary."""
    (folder / "temporary").mkdir()
    temporary = str(folder / "temporary")
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "import", source, "--log", str(folder / "log" / "gaza.db")],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"TMPDIR": temporary, "SQLITE_TMPDIR": temporary},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def unnamed(process: subprocess.Popen[bytes], folder: Path) -> int:
    """Bytes of the files in the folder that the process has open and that have no name."""
    found = 0
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        held = str(descriptor.readlink())
        if held.startswith(f"{folder}/") and held.endswith(" (deleted)"):
            found += descriptor.stat().st_size
    return found


def wait_until_it_holds_lines(process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + 60
    while unnamed(process, folder) < 100_000:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells what a process has open")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("by_way_of", ["stdin", "a file"])
def test_of_an_import_that_is_ended_nothing_is_left(tmp_path: Path, by_way_of: str, how: signal.Signals) -> None:
    """Ended while it waits for more lines, and holds thousands."""
    temporary, pipe = tmp_path / "temporary", tmp_path / "pipe"
    os.mkfifo(pipe)
    with importing(tmp_path, "-" if by_way_of == "stdin" else str(pipe)) as process:
        given = process.stdin if by_way_of == "stdin" else pipe.open("wb")
        assert given is not None
        with given:
            given.write(LINES)
            wait_until_it_holds_lines(process, temporary)
            process.send_signal(how)
            process.wait(60)
        assert list(temporary.iterdir()) == []
    assert not (tmp_path / "log" / "gaza.db").exists()
