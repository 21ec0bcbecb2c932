"""The dashboard's configuration file: other keys for its actions, and how it starts. What it cannot mean is refused.

[keys]
second_clock = "B"
play = ["space", "p"]

[watch]
bell = true
"""

from __future__ import annotations

import errno
import os
import re
import tomllib
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from domain.errors import LogUnavailable, Refused
from domain.place import own_folder
from tui.dashboard.actions import ACTIONS, MOVING, SHOWN, Action
from tui.dashboard.plain_file import open_plain

VARIABLE = "CEASEFIRE_CONFIG"
"""Names the file, where it is not the one in the user's configuration folder."""
MOST_BYTES = 1 << 20
WATCH = ("ascii", "bell", "light")
"""Words of `[watch]`, each true or false."""

_NAMED = frozenset(
    {
        *SHOWN,
        *("tab", "enter", "space", "backspace", "delete", "insert", "escape"),
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *(f"f{number}" for number in range(1, 13)),
    }
)
_BY_SIGN = {sign: name for name, sign in SHOWN.items() if len(sign) == 1 and sign.isascii()} | {" ": "space"}
_HELD = re.compile(r"^(?:(?:ctrl|shift)\+)+(?P<key>.+)$")


@dataclass(frozen=True)
class Config:
    """What the file asks for; what stands here is what holds without one."""

    actions: tuple[Action, ...] = ACTIONS
    ascii: bool = False
    bell: bool = False
    light: bool = False


def config_path() -> Path:
    """Where the file lies, or would lie."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_config_path  # noqa: PLC0415

    return own_folder(lambda: user_config_path("ceasefire-monitor", appauthor=False)) / "config.toml"


def read_config(path: Path | None = None) -> Config:
    """The configuration; defaults where there is no file. Raises Refused with the line and the remedy."""
    try:
        path = path or config_path()
    except LogUnavailable:  # without a home folder there is none
        return Config()
    if path == Path(os.devnull):  # none, as one says that to other programs
        return Config()
    try:
        text = _text(path)
    except FileNotFoundError:
        if VARIABLE in os.environ:
            raise Refused("there is no such file", where=f"{VARIABLE}={path}", remedy="make it, or unset it") from None
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"it cannot be read: {error}", where=str(path), remedy="mend it, or move it away") from None
    return _File(path, text).config()


def _text(path: Path) -> str:
    """Raises OSError, UnicodeDecodeError."""
    with open_plain(path, through_links=True) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"It is larger than {MOST_BYTES >> 20} MiB", str(path))
    return content.decode()


def as_key(typed: str) -> str:
    """The name that Textual has for a key as a person writes it: `,` is comma. Raises Refused for what is no key."""
    key = _BY_SIGN.get(typed, typed)
    held = _HELD.match(key)
    bare = held["key"] if held else key
    if bare in _NAMED or (len(bare) == 1 and bare.isprintable() and not bare.isspace()):
        return key
    raise Refused(
        f"{typed!r} is not a key",
        where="key",
        remedy=f"write a letter, a sign, ctrl+b, or one of {', '.join(sorted(_NAMED))}",
    )


class _File:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        try:
            self._tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"\(at line (\d+)", str(error))
            raise Refused(
                f"not TOML: {error}",
                where=f"{path}:{found[1] if found else len(self._lines)}",
                remedy='write it like  second_clock = "B"  under [keys]',
            ) from None

    def config(self) -> Config:
        for name in self._tables:
            if name not in ("keys", "watch"):
                raise self._refused(name, f"there is no section [{name}]", "use [keys] and [watch]")
        keys, watch = (self._table(name) for name in ("keys", "watch"))
        for name, value in watch.items():
            if name not in WATCH:
                raise self._refused(name, f"there is no {name!r} in [watch]", f"use {', '.join(WATCH)}")
            if not isinstance(value, bool):
                raise self._refused(name, f"{name} is {value!r}", "write true or false")
        return Config(actions=self._actions(keys), **watch)

    def _table(self, name: str) -> dict[str, Any]:
        table = self._tables.get(name, {})
        if not isinstance(table, dict):
            raise self._refused(name, f"{name} is not a section", f"write [{name}]")
        return table

    def _actions(self, keys: dict[str, Any]) -> tuple[Action, ...]:
        known = {action.id: action for action in ACTIONS}
        chosen: dict[str, tuple[str, ...]] = {}
        for name, value in keys.items():
            if name not in known:
                near = get_close_matches(name, known, 1, 0.5)
                remedy = f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}"
                raise self._refused(name, f"there is no action {name!r}", remedy)
            typed = [value] if isinstance(value, str) else value
            if not isinstance(typed, list) or not typed or not all(isinstance(key, str) for key in typed):
                raise self._refused(name, f"{name} is {value!r}", 'write a key, "B", or several, ["B", "ctrl+b"]')
            chosen[name] = tuple(self._key(name, key) for key in typed)
        actions = tuple(replace(action, keys=chosen.get(action.id, action.keys)) for action in ACTIONS)
        self._no_conflict(actions, chosen)
        return actions

    def _key(self, name: str, typed: str) -> str:
        key = _BY_SIGN.get(typed, typed)
        held = _HELD.match(key)
        bare = held["key"] if held else key
        if not (bare in _NAMED or (len(bare) == 1 and bare.isprintable() and not bare.isspace())):
            raise self._refused(
                name,
                f"{typed!r} is not a key",
                f"write a letter, a sign, ctrl+b, or one of {', '.join(sorted(_NAMED))}",
            )
        if key in MOVING:
            raise self._refused(name, f"{typed!r} moves the cursor in the panel at hand", "choose another key")
        return key

    def _no_conflict(self, actions: tuple[Action, ...], chosen: dict[str, tuple[str, ...]]) -> None:
        taken: dict[str, str] = {}
        # those of the file last, so that it is their line that is named
        for action in sorted(actions, key=lambda each: each.id in chosen):
            for key in action.keys:
                if key in taken:
                    other = taken[key]
                    shown = SHOWN.get(key, key)
                    raise self._refused(
                        action.id,
                        f"{shown} is the key of {other} too",
                        f"choose another key, or give {other} one under [keys]",
                    )
                taken[key] = action.id

    def _refused(self, name: str, what: str, remedy: str) -> Refused:
        """An error at the line that a name stands on."""
        stands = re.compile(rf"^\s*(?:\[+\s*)?[\"']?{re.escape(name)}[\"']?\s*(?:[=.\]]|$)")
        number = next((index for index, line in enumerate(self._lines, 1) if stands.match(line)), 1)
        return Refused(what, where=f"{self._path}:{number}", remedy=remedy)
