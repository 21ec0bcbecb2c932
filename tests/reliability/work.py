"""What the processes do that are killed, or that write and follow at once. Quick to import: each is a new process."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from domain.deciding import Outcome
from domain.errors import KeyConflict, LogUnavailable
from domain.lines import Draft
from domain.log.sqlite.recovery import recover
from domain.monitor import Monitor
from domain.place import Place
from projections.folding import folded_log
from projections.readmodel import ReadModel
from tests.domain.examples import NOW, limited, statement
from tests.log.processes import Acknowledgements
from tui.commands.root import ceasefire


def begun(sign: Path) -> None:
    """Tell that the work itself begins now."""
    sign.touch()


def import_file(path: Path, sign: Path, file: Path) -> None:
    """Import a file."""
    with Monitor(path, clock=lambda: NOW) as monitor:
        begun(sign)
        monitor.import_files([file])


def append_on(path: Path, sign: Path, acknowledgements: Path, first: int) -> None:
    """Append commands of two records from `first` on until killed."""
    said = Acknowledgements(acknowledgements)
    with Monitor(path, clock=lambda: NOW) as monitor:
        begun(sign)
        for number in range(first, 100_000):
            monitor.append([limited(f"a {number}"), statement(key=f"b {number}")])
            said.add(str(number))


def model_log(path: Path, sign: Path, what: str, batch: int) -> None:
    """Bring the read model up to date, or build it again."""
    folded_log.BATCH = batch
    with Monitor(path, read_only=True, clock=lambda: NOW) as monitor:
        if what == "catch up":
            begun(sign)
            ReadModel.open(monitor).close()
            return
        with ReadModel.open(monitor) as model:
            begun(sign)
            model.rebuild()


def back_up(path: Path, sign: Path, to: Path) -> None:
    """Copy a log."""
    with Monitor(path, read_only=True, clock=lambda: NOW) as monitor:
        begun(sign)
        monitor.backup(to, replace=True)


def recover_log(path: Path, sign: Path, new: Path) -> None:
    """Recover a damaged log."""
    begun(sign)
    recover(path, new, recorded_by="tester", clock=lambda: NOW)


def commands_as_somebody_else(log: Path, out: Path, commands: dict[str, str], lines: bytes) -> None:
    """Each command by a user who may not write the log: the superuser may always. What each said goes to `out`/told."""
    if os.getuid() == 0:
        with TemporaryDirectory() as folder:  # done once before, so that nothing has to be imported as that user
            copy = Path(shutil.copytree(log.parent, folder, dirs_exist_ok=True)) / log.name
            os.environ["XDG_CACHE_HOME"] = folder
            for words in commands.values():
                _typed(words.replace(str(out), folder), copy, lines)
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    os.environ["XDG_CACHE_HOME"] = str(out)
    told = History(out / "told")
    for name, words in commands.items():
        told.add(name=name, **_typed(words, log, lines))


def _typed(words: str, log: Path, lines: bytes) -> dict[str, object]:
    result = CliRunner().invoke(ceasefire, [*words.split(), "--log", str(log)], input=lines + b"\n")
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit), words
    return {"code": result.exit_code, "stderr": result.stderr}


class History:
    """What one process did and saw, a line of JSON each, with the machine's monotonic clock."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, **said: object) -> None:
        os.write(self._descriptor, json.dumps(said).encode() + b"\n")


LEAST = 10
"""Commands of each writer, on a machine so busy that a second is not enough for them."""


def write_until(place: Place, history: Path, name: str, stream: str, seconds: float) -> None:
    """Append under keys of its own, and now and then under one that every writer uses, until the time is up."""
    told = History(history)
    number = 0
    with Monitor(place, recorded_by=name) as monitor:
        end = time.monotonic() + seconds
        while time.monotonic() < end or number < LEAST:
            number += 1
            own = Draft(
                "statement.made", stream, limited().body | {"data": _text(f"{name} {number}")}, f"{name}:{number}"
            )
            drafts = [own]
            if number % 5 == 0:
                drafts = [Draft("statement.made", "statement-all", own.body, f"all:{number}")]
            elif number % 7 == 0:
                drafts.append(Draft("statement.made", f"{stream}-more", own.body, f"{name}:{number}:more"))
            _append(monitor, told, drafts, end)


def _text(text: str) -> dict[str, object]:
    return {"text": text, "about": [], "figures": []}


def _append(monitor: Monitor, told: History, drafts: list[Draft], end: float) -> None:
    """One command; run again, as its error says, while the log is locked."""
    keys = [str(draft.key) for draft in drafts]
    started = time.monotonic()
    while time.monotonic() < end + 30:
        try:
            outcomes = monitor.append(drafts)
        except KeyConflict:
            told.add(refused=keys, started=started, ended=time.monotonic())
            return
        except LogUnavailable as error:
            told.add(locked=keys, words=error.what)
            continue
        positions = [outcome.record.position for outcome in outcomes]
        told.add(saved=keys, positions=positions, started=started, ended=time.monotonic())
        return


def follow_until(place: Place, history: Path, key: str) -> None:
    """Follow from the beginning until a record of that key comes."""
    told = History(history)
    with Monitor(place, read_only=True) as monitor, monitor.follow(0) as following:
        for notification in following:
            record = monitor.mapper.to_domain_event(notification)
            with suppress(AttributeError):
                told.add(position=notification.id, key=getattr(record, "key", ""))
            if getattr(record, "key", "") == key:
                return


def write_through(place: Place, history: Path, name: str, enough: Path) -> None:
    """Append under numbered keys until told that it is enough, each as often as it takes to be acknowledged."""
    told = History(history)
    number = 1
    while not enough.exists():
        with suppress(LogUnavailable), Monitor(place) as monitor:
            while not enough.exists():
                key = f"{name}:{number}"
                (outcome,) = _patiently(monitor, limited(key), told)
                told.add(saved=[key], positions=[outcome.record.position])
                number += 1


def _patiently(monitor: Monitor, draft: Draft, told: History) -> list[Outcome]:
    """One command, run again as its error says while the server is away."""
    while True:
        try:
            return monitor.append([draft])
        except LogUnavailable as error:
            told.add(away=error.what)
            time.sleep(0.1)
