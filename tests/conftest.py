"""For every test: folders of its own, whatever the scope of what it is made from, and made-up data that repeats."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.reliability.scale import FULL

# what is made up is the same in every run of `make test`; new logs are for `make soak`
settings.register_profile("ceasefire", derandomize=not FULL)
settings.load_profile("ceasefire")


@pytest.fixture(scope="session", autouse=True)
def _a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
        yield
