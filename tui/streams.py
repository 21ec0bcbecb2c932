"""Standard streams that were closed before the program began: nothing comes from there, and what goes there is lost."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TextIO


def open_closed_streams() -> None:
    """Open the null device for each of stdin, stdout and stderr that is closed.

    Otherwise the log's own file would be given that number, and a word meant for stdout would be written into it.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False))  # noqa: SIM115


_IN_ASCII = {
    **dict.fromkeys("─━╌", "-"),
    **dict.fromkeys("│┃▌▐▎", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
    **dict.fromkeys("·•●○◌◇◆◦", "*"),
    **dict.fromkeys("‐‑‒–—", "-"),
    **dict.fromkeys("‘’ʿʾʼ", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("▁▂▃▄▅▆▇█", "#"),
    **{"…": "...", "→": "->", "≤": "<=", "≥": ">=", "≠": "!=", "×": "x", "‼": "!!", "\u00a0": " ", "§": "$"},
    **{"◉": "(o)", "⟨": "<", "⟩": ">", "⟦": "[", "⟧": "]", "▶": ">", "⏸": "||", "⏎": "enter", "✎": "~"},
}
"""Signs of ours and of common typography, for a terminal or a file that has ASCII alone."""


def speaks_utf8(stream: TextIO) -> bool:
    """Whether what is written there may be any text. `LC_ALL=C` asks for ASCII, which Python takes for UTF-8."""
    try:
        utf8 = codecs.lookup(stream.encoding or "ascii").name == "utf-8"
    except LookupError:
        utf8 = False
    asked = os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8")
    return utf8 and (bool(asked) or os.environ.get("LC_ALL") not in ("C", "POSIX"))


def write_what_can_be_read(*streams: TextIO) -> None:
    """Have a stream that lacks a character get a sign that stands for it, else its escape; never an error."""
    codecs.register_error("ceasefire", _in_ascii)
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if speaks_utf8(stream):
            reconfigure(errors="backslashreplace")  # lone surrogates
        elif codecs.lookup(stream.encoding).name == "utf-8":
            reconfigure(encoding="ascii", errors="ceasefire")
        else:
            reconfigure(errors="ceasefire")


def draw_cell_by_cell(stream: TextIO) -> None:
    """The same for a screen, whose signs stay in their columns: as many cells for each as it would have had."""
    codecs.register_error("ceasefire-cells", _in_cells)
    if not speaks_utf8(stream) and isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="ascii", errors="ceasefire-cells")


def _in_cells(error: UnicodeError) -> tuple[str, int]:
    from unicodedata import combining, east_asian_width, normalize  # noqa: PLC0415

    assert isinstance(error, UnicodeEncodeError)
    char = error.object[error.start]
    bare = _IN_ASCII.get(char) or normalize("NFKD", char).encode("ascii", "ignore").decode() or "?"
    cells = 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1
    return bare[:1] * cells, error.start + 1


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    char = error.object[error.start]
    return _IN_ASCII.get(char) or _without_marks(char), error.start + 1


def _without_marks(char: str) -> str:
    """A Latin letter without its accents, e for \u00e9; the escape of any other character."""
    from unicodedata import normalize  # noqa: PLC0415 - only for a stream without UTF-8

    bare = normalize("NFKD", char).encode("ascii", "ignore").decode()
    return bare or char.encode("ascii", "backslashreplace").decode()
