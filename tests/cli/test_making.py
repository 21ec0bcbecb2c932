"""A log is made together with what goes into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import Refused
from domain.lines import Draft
from domain.monitor import Monitor
from tests.cli.conftest import Run
from tui.commands.making import made_or_open
from tui.commands.seeding import seed

DRAFT = Draft(
    "statement.made",
    "statement-a",
    {
        "occurred": "2026-01-01",
        "reported_at": "2026-01-01",
        "claimant": "a",
        "claimant_basis": "stated",
        "via": [],
        "sources": [{"title": "T"}],
        "handling": "public",
        "data": {"text": "words", "about": [], "figures": []},
    },
    "k",
)


def test_it_appears_filled(log: Path) -> None:
    with made_or_open(log, "Asia/Gaza", "me") as monitor:
        monitor.append([DRAFT])
        assert not log.exists()
    assert sorted(path.name for path in log.parent.iterdir()) == ["gaza.db", "gaza.db.head"]
    with Monitor(log) as monitor:
        assert monitor.verify().records == 1
        assert not monitor.notes


def test_it_appears_empty_too(log: Path) -> None:
    with made_or_open(log, "Asia/Gaza", "me"):
        pass
    with Monitor(log) as monitor:
        assert (monitor.info.timezone, monitor.head().position) == ("Asia/Gaza", 0)
        assert not monitor.notes


def test_an_error_about_the_draft_names_the_log(log: Path) -> None:
    def fail(error: Callable[[str], Exception]) -> None:
        with made_or_open(log, "Asia/Gaza", "me") as monitor:
            raise error(str(monitor.info.place))

    with pytest.raises(OSError, match="No space left") as full:
        fail(lambda path: OSError(28, "No space left on device", path))
    assert full.value.filename == str(log)
    with pytest.raises(OSError, match="No space left") as elsewhere:
        fail(lambda _: OSError(28, "No space left on device", "/input.jsonl"))
    assert elsewhere.value.filename == "/input.jsonl"
    with pytest.raises(Refused) as refused:
        fail(lambda path: Refused(path, where=path))
    assert (refused.value.what, refused.value.where) == (str(log), str(log))
    assert not log.parent.exists()


def test_an_error_leaves_nothing(log: Path) -> None:
    log.parent.mkdir()

    def fail() -> None:
        with made_or_open(log, "Asia/Gaza", "me") as monitor:
            monitor.append([DRAFT])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not list(log.parent.iterdir())


def test_a_log_that_somebody_made_meanwhile_is_not_touched(log: Path) -> None:
    def race() -> None:
        with made_or_open(log, "Asia/Gaza", "me") as monitor:
            monitor.append([DRAFT])
            Monitor.create(log, "Africa/Cairo").close()

    with pytest.raises(Refused, match="somebody else made this log"):
        race()
    with Monitor(log) as monitor:
        assert (monitor.info.timezone, monitor.head().position) == ("Africa/Cairo", 0)
    assert [path.name for path in log.parent.iterdir()] == ["gaza.db"]


@pytest.mark.parametrize(
    "words", ["demo", "import /dev/null", "import /dev/null --dry-run", "init", "status", "verify"]
)
def test_a_link_to_nothing_is_called_that(run: Run, log: Path, tmp_path: Path, words: str) -> None:
    log.parent.mkdir()
    log.symlink_to(tmp_path / "unmounted" / "gaza.db")
    result = run(*words.split(), *([str(log)] if words == "init" else []), ok=False)
    assert result.exit_code == 1
    assert result.output == (
        f"refused: {log}: a link to nothing: {tmp_path}/unmounted/gaza.db\n"
        "try: bring back what it leads to (is its disk mounted?), or name that place itself\n"
    )
    assert [path.name for path in log.parent.iterdir()] == [log.name]


def test_the_demonstration_is_called_made_once_it_lies_there(
    log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object) -> None:
        raise Refused("somebody else made this log meanwhile")

    with monkeypatch.context() as patched:
        patched.setattr("tui.commands.making.put_in_place", taken)
        with pytest.raises(Refused):
            seed(log, "me")
    assert "made" not in capsys.readouterr().err
    seed(log, "me")
    assert capsys.readouterr().err == f"made {log} with 598 records on the Gaza ceasefire\n"
