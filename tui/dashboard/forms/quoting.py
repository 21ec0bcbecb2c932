"""What is wrong with a value quotes it: enough of it to know it by, so that the words never cover the form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

MOST_CELLS = 40
_BETWEEN = re.compile(r"[;,|=\s]+")


def quoting_shortly(words: str, values: Iterable[str], more: str) -> str:
    """The words with each long value, or long part of one, cut to `MOST_CELLS` with the sign that there is more."""
    for value in values:
        parts = [value.strip(), *_BETWEEN.split(value)] if len(value) > MOST_CELLS // 2 else []
        for part in (part for part in parts if cell_len(part) > MOST_CELLS):
            short = set_cell_size(part, MOST_CELLS - cell_len(more)) + more
            for quoted in (part, repr(part)[1:-1]):
                words = words.replace(quoted, short)
    return words
