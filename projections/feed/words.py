"""Words that records are searched for: as a query of the search index, and as a test of one record.

The index is asked while few records have the words. Words that many have are soon met walking along the log, where
each record is tested. Both take text apart alike: letters and digits make words, case and accents make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from domain.report import Report
from projections.text import report_text

_WORD = re.compile(r"[^\W_]", re.UNICODE)
_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)
_WORDS_AT_MOST = 24
_LETTERS_AT_MOST = 100


class Sought(Struct, frozen=True):
    """One word, or several side by side. `begins`: the last of them may go on."""

    text: str
    begins: bool


def searched(stream: str, topic: str, report: Report[Any]) -> tuple[str, str, str, str, str, str]:
    """What the feed's filter looks for words in, as `SEARCHED` names it."""
    more = [source.title for source in report.sources]
    if report.original:
        more.append(report.original.text)
    return report_text(report), stream, topic, report.claimant, ", ".join(report.via), " · ".join(more)


def sought_words(text: str) -> list[Sought]:
    """The words of free text, each as a beginning. Any input will do."""
    return [Sought(_clean(word), begins=True) for word in text.split() if _WORD.search(word)][:_WORDS_AT_MOST]


def phrase(text: str) -> Sought:
    """Words side by side, as a whole."""
    return Sought(_clean(text), begins=False)


def _clean(text: str) -> str:
    return "".join(c for c in text.encode(errors="ignore").decode() if c >= " ")[:_LETTERS_AT_MOST]


def as_match(sought: Iterable[Sought]) -> str:
    """A query of the search index for all of them."""
    return " ".join('"' + each.text.replace('"', '""') + '"' + ("*" if each.begins else "") for each in sought)


def holds(sought: Iterable[Sought], columns: Iterable[str]) -> bool:
    """Whether all that is sought stands in the columns, each of it in one of them."""
    texts = [tokens(column) for column in columns if column]
    words = [(tokens(each.text), each.begins) for each in sought]
    return all(any(_stands(each, begins, text) for text in texts) for each, begins in words if each)


def tokens(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _TOKEN.findall(text.lower())


def _stands(words: list[str], begins: bool, text: list[str]) -> bool:
    *whole, last = words
    size = len(words)
    for start in range(len(text) - size + 1):
        if text[start : start + size - 1] == whole:
            end = text[start + size - 1]
            if end == last or (begins and end.startswith(last)):
                return True
    return False
