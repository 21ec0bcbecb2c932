"""No traceback ever: what nobody foresaw is one line, with what, where and what to do."""

from __future__ import annotations

import json

import click
import pytest

from domain.errors import LOOK_FURTHER, LogDamaged, Refused
from tui.commands import failures


def _run(error: BaseException | None, *, as_json: bool = False) -> int:
    def command() -> None:
        if error is not None:
            raise error

    return failures.guarded(command, as_json=as_json)


def test_what_is_done_is_0() -> None:
    assert _run(None) == 0


def test_a_refusal_is_1_and_says_where_what_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(Refused("no claimant", where="claimant", remedy="say who says it")) == 1
    assert capsys.readouterr() == ("", "refused: claimant: no claimant\ntry: say who says it\n")


def test_with_json_it_is_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(LogDamaged("the hash does not hold", position=7), as_json=True) == 1
    assert json.loads(capsys.readouterr().err)["error"] == {
        "kind": "log_damaged",
        "what": "the hash does not hold",
        "where": "#7",
        "remedy": LOOK_FURTHER,
        "position": 7,
        "further": [],
    }


def test_wrong_usage_is_2_also_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(click.UsageError("no such thing"), as_json=True) == 2
    assert json.loads(capsys.readouterr().err)["error"]["kind"] == "usage"


def test_a_defect_is_one_line_and_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(ZeroDivisionError("division\nby zero")) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("error: tests/cli/test_failures.py:")
    assert told[0].endswith(": ZeroDivisionError: division by zero")
    assert told[1].startswith("try: ")
    assert len(told) == 2


def test_a_system_error_names_the_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(PermissionError(13, "Permission denied", "/root/secret")) == 1
    assert capsys.readouterr().err == (
        "error: /root/secret: Permission denied\n"
        "try: name a place that you may write to, or check who may read and write there\n"
    )


def test_a_full_disk_is_called_that(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(OSError(28, "No space left on device")) == 1
    assert capsys.readouterr().err == (
        "error: output: the disk is full\ntry: make room, then run the same command again\n"
    )


def test_what_an_error_says_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    _run(Refused("a\x1b]52;c;aGk=\x07b", where="text\u202e"))
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "\x07" not in told
    assert "\u202e" not in told


def test_bytes_that_are_no_text_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed")) == 1
    assert capsys.readouterr().err.startswith("refused: command line: '\\udcff' is not Unicode text\ntry: ")


def test_an_interrupt_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(KeyboardInterrupt()) == 130
    assert _run(click.Abort()) == 130
    assert capsys.readouterr().err == ""
