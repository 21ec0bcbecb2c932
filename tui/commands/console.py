"""Data on stdout, words on stderr; nothing from a log reaches a terminal as anything but visible text."""

from __future__ import annotations

import os
import re
import sys
from typing import Any, TextIO

import click

_NOT_PLAIN = re.compile("[^\n -~]")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def printable(text: str) -> str:
    """A text as one line, with every control, bidi and invisible character made visible, line ends too."""
    from tui.safe_text import visible  # noqa: PLC0415 - only what prints a text loads it

    return visible(text)


def put(text: str) -> None:
    """One line of data for a person, on stdout."""
    click.echo(printable(text))


def put_page(text: str) -> None:
    """A page that was made of visible text and ends its own last line, on stdout."""
    click.echo(text, nl=False)


def say(words: str, *, mark: str = "") -> None:
    """Words beside the data, on stderr; as a JSON object of its own when the command was asked for JSON."""
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("as_json"):
        from json import dumps  # noqa: PLC0415

        put_beside(dumps({"note": words}))
    else:
        put_beside(printable(mark + words))


def put_beside(line: str) -> None:
    """One line of visible text on stderr. Where nothing can be written there, nobody reads it, and nothing stops."""
    try:
        click.echo(line, err=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Nobody reads it any more: keep the interpreter from complaining about that when it flushes at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError, AttributeError):  # not a real file (a test's), nothing to silence
        return


def note(words: str) -> None:
    """Words that a person should not miss, and that stop nothing."""
    say(words, mark="note: ")


def put_json(value: Any, *, indent: bool = False) -> None:
    """A value as one line of UTF-8 JSON on stdout; a terminal sees control and bidi characters as escapes."""
    import msgspec  # noqa: PLC0415 - 20 ms that `--help` does not need

    encoded = msgspec.json.encode(value)
    if indent:
        encoded = msgspec.json.format(encoded, indent=2)
    put_bytes(encoded + b"\n")


def put_bytes(encoded: bytes) -> None:
    """UTF-8 JSON on stdout; on a terminal with what is obeyed or unseen escaped, which JSON reads back as the same."""
    if sys.stdout.isatty():
        encoded = _NOT_PLAIN.sub(_escaped, encoded.decode()).encode()
    sys.stdout.buffer.write(encoded)


def _escaped(found: re.Match[str]) -> str:
    from json import dumps  # noqa: PLC0415
    from unicodedata import category  # noqa: PLC0415

    if category(found[0]) not in _UNSEEN:
        return found[0]
    return "\\u007f" if found[0] == "\x7f" else dumps(found[0])[1:-1]


def counted(number: int, thing: str) -> str:
    """`1 record`, `2 records`, `1,234 records`."""
    return f"{number:,} {thing if number == 1 else thing + 's'}"
