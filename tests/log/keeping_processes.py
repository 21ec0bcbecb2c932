"""Other processes that keep logs: back them up, and recover them, until they are done or killed."""

from __future__ import annotations

import resource
from pathlib import Path

from domain.errors import CeasefireError
from domain.log.sqlite.recovery import recover
from domain.monitor import Monitor
from tests.domain.examples import NOW
from tests.log.processes import Acknowledgements


def back_up_again_and_again(path: Path, to: Path, begun: Path) -> None:
    """The same backup replaced until somebody ends it."""
    said = Acknowledgements(begun)
    with Monitor(path, read_only=True, clock=lambda: NOW) as monitor:
        while True:
            monitor.backup(to, replace=True)
            said.add("done")


def back_up_within(path: Path, to: Path, answers: Path, most_bytes: int) -> None:
    """A backup onto a disk that takes no file longer than `most_bytes`."""
    said = Acknowledgements(answers)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        with Monitor(path, read_only=True, clock=lambda: NOW) as monitor:
            monitor.backup(to, replace=True)
        answer = "backed up"
    except CeasefireError as error:
        answer = str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    said.add(answer)


def recover_again_and_again(path: Path, folder: Path, begun: Path) -> None:
    """The same damaged log recovered into one new log after the other, until somebody ends it."""
    said = Acknowledgements(begun)
    number = 0
    while True:
        recover(path, folder / f"new-{number}.db", recorded_by="tester", clock=lambda: NOW)
        said.add(str(number))
        number += 1
