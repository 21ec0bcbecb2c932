"""A read model with any bit flipped: no figure of it is ever shown, and it is made anew, which is said."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.errors import LogUnavailable
from projections.folding import page_sums
from projections.folding.page_sums import beside
from projections.readmodel import ReadModel
from tests.projections.random_logs import grown
from tests.projections.records import NOW, Log
from tests.projections.test_one_fold import Growing
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled


def shown(model: ReadModel) -> bytes:
    """Figures at two vantages, lines, and what a search finds."""
    now = model.vantage(None, None, now=NOW)
    then = model.vantage("2026-01-04", "@20", now=NOW)
    found: list[Any] = [model.situation(now), model.situation(then), model.feed(now, text="strike")]
    return msgspec.json.encode(found)


@pytest.fixture(scope="module")
def log() -> Log:
    return grown(11, "all", 60)


@pytest.fixture(scope="module")
def made(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A read model that followed its log, through erasures: some pages are free, some were used again."""
    path: Path = tmp_path_factory.mktemp("made") / "m.db"
    growing = Growing(log)
    with ReadModel.open(growing, path) as model:
        for growing.length in range(1, len(log.all) + 1, 3):
            model.catch_up()
        growing.length = len(log.all)
        model.catch_up()
        assert model.remade is None
    return path


def copies(made: Path, folder: Path, count: int) -> Iterator[tuple[Path, random.Random]]:
    """So many copies of the file and its checksums."""
    chance = random.Random(4_711)
    folder.mkdir()
    for _ in range(count):
        path = folder / "m.db"
        shutil.copy(made, path)
        shutil.copy(beside(made), beside(path))
        yield path, chance
        for file in folder.iterdir():
            file.unlink()


def flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def test_bits_flipped_before_it_is_opened(log: Log, made: Path, tmp_path: Path, did: Did) -> None:
    flips = scaled(40, 2_000)
    with ReadModel.open(log, made) as model:
        assert model.remade is None
        expected = shown(model)
    for number, (path, chance) in enumerate(copies(made, tmp_path / "flips", flips)):
        flip(beside(path) if number % 10 == 9 else path, chance)
        with ReadModel.open(log, path) as model:
            assert shown(model) == expected
            assert model.remade is not None
        with ReadModel.open(log, path) as model:
            assert model.remade is None  # once
    did("damage", flips_in_a_read_model=flips, wrong_figures=0, made_anew=flips)


def test_bits_flipped_in_what_is_folded_on(log: Log, made: Path, tmp_path: Path, did: Did) -> None:
    """Of a file that is open: a page that is about to be changed is held against its checksum first."""
    flips = scaled(20, 300)
    more = Log.of(log.all)
    more.struck("strike-x-0", on="2026-01-03")
    with ReadModel.open(more, tmp_path / "whole.db") as model:
        expected = shown(model)
    wrong = 0
    for path, chance in copies(made, tmp_path / "flips", flips):
        growing = Growing(more)
        growing.length = len(log.all)
        with ReadModel.open(growing, path) as model:
            content = bytearray(path.read_bytes())
            content[chance.randrange(4096, len(content))] ^= 1 << chance.randrange(8)
            with path.open("r+b") as file:
                file.write(content)
            growing.length += 1
            with suppress(LogUnavailable):  # a page that is only read was damaged
                model.catch_up()
        with ReadModel.open(more, path) as model:
            wrong += shown(model) != expected
    assert wrong == 0
    did("damage", flips_in_an_open_read_model=flips, wrong_figures_after_it_is_opened_again=0)


def test_a_larger_file_is_checked_by_stretches(
    log: Log, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whole by `verify`."""
    monkeypatch.setattr(page_sums, "CHECKED_WHOLE", 8 * 4096)
    path, _ = next(copies(made, tmp_path / "copy", 1))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    noticed = False
    for _ in range(200):
        with ReadModel.open(log, path) as model:
            noticed = model.remade is not None
            if noticed:
                break
            assert model.wrong() is not None
    assert noticed
