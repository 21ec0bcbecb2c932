"""Keys: one table, other keys from a file, and what that file cannot mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from domain.errors import Refused
from tests.tui.test_following import record
from tests.tui.watching import LARGE, head_at, moved, screen, until, watching
from tui.dashboard.actions import ACTIONS, SHOWN, Action, by_id, footer_entries
from tui.dashboard.app import DashboardApp
from tui.dashboard.config import MOST_BYTES, Config, config_path, read_config
from tui.dashboard.snapshot import Stand

README = Path(__file__).parents[2] / "README.md"


def configured(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


def test_no_key_has_two_actions() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))


def key_table(actions: Sequence[Action] = ACTIONS) -> str:
    """Every action with its keys as a table in Markdown: the README's is this one."""
    rows = ["| keys | what they do | in `[keys]` |", "|---|---|---|"]
    for action in actions:
        keys = " ".join(f"`{SHOWN.get(key, key)}`" for key in action.keys)
        rows.append(f"| {keys} | {action.words} | {action.id} |")
    return "\n".join(rows)


def test_the_table_of_the_readme_is_the_table() -> None:
    assert key_table() in README.read_text(encoding="utf-8")


def test_without_a_file_everything_is_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert read_config(tmp_path / "none.toml") == Config()
    monkeypatch.setenv("CEASEFIRE_CONFIG", str(tmp_path / "none.toml"))
    assert config_path() == tmp_path / "none.toml"
    with pytest.raises(Refused, match="no such file"):
        read_config()


async def test_other_keys_work_and_are_the_ones_that_are_shown(gaza: Path, tmp_path: Path) -> None:
    config = configured(tmp_path, '[keys]\nnext_day = ["n", "ctrl+n"]\nhelp = "H"\nrevise = "e"\n')
    assert by_id("next_day", config.actions).keys == ("n", "ctrl+n")
    assert ("H", "Keys", 0) in footer_entries(config.actions)
    async with watching(gaza, size=LARGE, stand=Stand("2026-02-02"), actions=config.actions) as (app, pilot):
        assert (await moved(pilot, app, "n")).stand.as_of == "2026-02-03"
        assert (await moved(pilot, app, "ctrl+n")).stand.as_of == "2026-02-04"
        assert "[n day" in screen(app)
        assert "H Keys" in screen(app)
        number = app.snapshot.number if app.snapshot else 0
        await pilot.press("right", "right_square_bracket")
        await pilot.pause(0.2)
        assert app.snapshot is not None
        assert app.snapshot.number == number  # the old keys are free
        await pilot.press("H")
        await until(pilot, lambda: "n ctrl+n" in screen(app))
        await pilot.press("q")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: "e revise" in screen(app))


def test_how_it_starts(tmp_path: Path) -> None:
    config = configured(tmp_path, "[watch]\nbell = true\nlight = true\n")
    assert (config.bell, config.light, config.ascii) == (True, True, False)


@pytest.mark.parametrize(
    ("text", "line", "what", "remedy"),
    [
        ("[keys]\nplay = ", 2, "not TOML", "under [keys]"),
        ("[kyes]\n", 1, "no section [kyes]", "use [keys] and [watch]"),
        ("keys = 3\n", 1, "not a section", "write [keys]"),
        ('[keys]\n\nplya = "p"\n', 3, "no action 'plya'", "did you mean play?"),
        ("[keys]\nplay = 3\n", 2, "play is 3", 'write a key, "B"'),
        ('[keys]\nplay = "pp"\n', 2, "'pp' is not a key", "write a letter"),
        ('[keys]\nplay = "j"\n', 2, "'j' moves the cursor", "choose another key"),
        ('[keys]\nplay = "x"\n', 2, "x is the key of discrepancies too", "or give discrepancies one"),
        ('[keys]\nplay = "p"\nlive = "p"\n', 3, "p is the key of play too", "choose another key"),
        ('[watch]\nbell = "yes"\n', 2, "bell is 'yes'", "write true or false"),
        ("[watch]\nloud = true\n", 2, "no 'loud' in [watch]", "use ascii, bell, light"),
    ],
)
def test_what_a_file_cannot_mean_is_refused_at_its_line(
    tmp_path: Path, text: str, line: int, what: str, remedy: str
) -> None:
    with pytest.raises(Refused) as refused:
        configured(tmp_path, text)
    assert refused.value.where == f"{tmp_path / 'config.toml'}:{line}"
    assert what in refused.value.what
    assert remedy in refused.value.remedy


def test_keys_can_be_swapped(tmp_path: Path) -> None:
    config = configured(tmp_path, '[keys]\nplay = "x"\ndiscrepancies = "space"\nslower = [","]\nprevious_record = "-"')
    assert by_id("play", config.actions).keys == ("x",)
    assert by_id("slower", config.actions).keys == ("comma",)
    assert by_id("previous_record", config.actions).keys == ("minus",)


async def test_the_bell_rings_for_a_change_of_phase_if_it_is_asked_for(
    gaza: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(DashboardApp, "bell", lambda _: rung.append("bell"))
    for asked in (False, True):
        async with watching(gaza, bell=asked) as (app, pilot):
            head = app.situation.vantage.head if app.situation else 0
            record(gaza, f"a word, {asked}")
            await head_at(pilot, app, head + 1)
            assert not rung
            phase = {"phase": 3, "label": f"a third phase, {asked}", "change": "announced"}
            record(gaza, topic="ceasefire.phase_changed", stream="ceasefire-gaza-2025", data=phase)
            await head_at(pilot, app, head + 2)
            assert len(rung) == int(asked)


def pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (pipe, "It is not a file"),
        (Path.mkdir, "Is a directory|It is not a file"),
        (lambda path: path.write_bytes(b"#" * (MOST_BYTES + 1)), "larger than 1 MiB"),
        (lambda path: path.write_bytes(b"\xff"), "utf-8"),
    ],
)
def test_what_is_no_file_of_words_is_refused_at_once(
    tmp_path: Path, made: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "config.toml"
    made(path)
    with pytest.raises(Refused, match=words):
        read_config(path)


def test_a_link_and_no_file_at_all_will_do(tmp_path: Path) -> None:
    assert configured(tmp_path, "[watch]\nbell = true\n").bell
    (tmp_path / "link.toml").symlink_to(tmp_path / "config.toml")
    assert read_config(tmp_path / "link.toml").bell
    assert read_config(Path(os.devnull)) == Config()
