"""The progress line: how much is done, how fast, and how long it will take; how much alone where nobody knows more."""

from __future__ import annotations

import pytest

from tui.commands.progress import Bar, words


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_lines_done_rate_and_time_left() -> None:
    assert words("recording", 450_000, 1_000_000, 9.0, "lines") == (
        "recording  450,000 of 1,000,000 lines, 45 %, 50,000 lines/s, 0:11 left"
    )


def test_of_a_stream_what_came_and_how_fast() -> None:
    assert words("reading stdin", 340_000_000, 0, 10.0, "MB") == "reading stdin  340 MB, 34 MB/s"


@pytest.mark.parametrize(("done", "seconds", "left"), [(0, 1.0, "0:00"), (1, 60.0, "1h"), (10, 0.0, "0:00")])
def test_it_says_something_from_the_first_moment(done: int, seconds: float, left: str) -> None:
    text = words("copying", done, 100, seconds, "")

    assert text.startswith(f"copying  {done} of 100, ")
    assert text.endswith("99:00 left" if left == "1h" else f"{left} left")


class TestTheLine:
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    def told(self, clock: Clock, steps: int, apart: float) -> None:
        bar = Bar("lines", clock=clock)
        for step in range(1, steps + 1):
            bar("recording", step * 100, steps * 100)
            clock.now += apart
        bar.finish()

    def test_short_work_draws_nothing(self, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
        self.told(clock, 4, 0.1)

        assert capsys.readouterr().err == ""

    def test_long_work_is_drawn_ten_times_a_second_at_most_and_to_its_end(
        self, clock: Clock, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.told(clock, 201, 0.01)

        drawn = capsys.readouterr().err.split("\r")[1:]
        assert 10 <= len(drawn) <= 20
        assert "of 20,100 lines" in drawn[0]
        assert drawn[-1].startswith("recording  20,100 of 20,100 lines, 100 %")
        assert drawn[-1].endswith("\n")

    def test_it_fits_its_terminal(
        self, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "30")
        self.told(clock, 20, 0.2)

        assert all(len(line.rstrip("\n")) < 30 for line in capsys.readouterr().err.split("\r"))
