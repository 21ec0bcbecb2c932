"""What was done, told at the end of a run: kills, images, faults, flips, files, payloads, writers."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.reliability.long_run import LongRun
from tests.reliability.scale import FULL, SHARE

Did = Callable[..., None]
"""`did("subject", kills=3, lost=0)` adds to what is told of a subject at the end."""

_PROPERTY = "reliability"


@pytest.fixture
def did(record_property: Callable[[str, object], None]) -> Did:
    """Tells of what a test has done."""

    def tell(subject: str, **counts: int) -> None:
        record_property(_PROPERTY, [subject, counts])

    return tell


LONG = "test_appends_and_replays_for_long"


@pytest.fixture(scope="session")
def long_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LongRun]:
    """The long run, begun."""
    run = LongRun(tmp_path_factory.mktemp("long"))
    yield run
    run.end()


@pytest.fixture(scope="session", autouse=True)
def _beside_all_others(request: pytest.FixtureRequest) -> None:
    """In full it begins with the first test, whichever that is, and takes none of their time."""
    if FULL and any(item.name == LONG for item in request.session.items):
        request.getfixturevalue("long_run")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever waits for the long run comes last."""
    items.sort(key=lambda item: FULL and item.name == LONG)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, and put it into the file that CEASEFIRE_SOAK names, if it names one."""
    told: dict[str, Counter[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for subject, counts in (told for name, told in report.user_properties if name == _PROPERTY):
                told.setdefault(subject, Counter()).update(counts)
    if not told:
        return
    lines = [f"{subject:<28} {_words(counts)}" for subject, counts in sorted(told.items())]
    terminalreporter.section("what was done" + (", in full" if FULL else ", in short"))
    for line in lines:
        terminalreporter.write_line(line)
    if FULL:
        Path(os.environ["CEASEFIRE_SOAK"]).write_text("\n".join([_how(), "", *lines, ""]), encoding="utf-8")


def _how() -> str:
    """Where and when it was done."""
    when = datetime.now(tz=UTC).date().isoformat()
    part = "" if SHARE == 1 else f", at {SHARE:.0%} of the full figures"
    return f"{when}{part}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}"


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
