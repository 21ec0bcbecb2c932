"""Bidi controls and invisible characters are refused in every text, but where writing needs them."""

from __future__ import annotations

import json
import re
import sys

import pytest

from domain.calendar import Calendar, micros
from domain.plain import PlainReader
from domain.rules import check_texts
from domain.unseen import SUSPECT, _patterns, unseen
from tests.domain.desk import Desk
from tests.domain.examples import GAZA, NOW, line, saying, statement, strike, with_data

BIDI = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"]
UNSEEN = [
    "\u00ad",
    "\u200b",
    "\u2028",
    "\u2029",
    "\u2060",
    "\u2064",
    "\ufeff",
    "\u3164",
    "\ufff9",
    "\U000e0041",
    "\u034f",
]
NEEDED = {
    "Arabic with its marks": "معبر \u200fكرم\u200e أبو سالم (شرق) 12",
    "Persian with a joiner": "می\u200cخواهم",
    "a year of the Hijra": "1446 ه\u200d",
    "an Arabic letter mark": "م\u061c 12",
    "Hebrew": "מעבר כרם שלום",
    "Devanagari": "बाज़ार क्षेत्र पूर्व र्\u200dय",
    "an emoji with a variant": "⚠\ufe0f Gate two",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "a doctor": "\U0001f9d1\U0001f3fd\u200d\u2695\ufe0f",
    "a keycap": "1\ufe0f\u20e3",
    "the flag of Scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "an ideograph's variant": "葛\U000e0100城",
    "Mongolian": "ᠠ\u180b",
}
NOT_NEEDED = {
    "a joiner between Latin letters": ("Ra\u200dfah", "U+200D"),
    "a non-joiner between figures": ("3\u200c2", "U+200C"),
    "a second joiner": ("م\u200c\u200cم", "U+200C"),
    "a joiner first of all": ("\u200dم", "U+200D"),
    "a variant of a Latin letter": ("a\ufe0f", "U+FE0F"),
    "a second variant": ("⚠\ufe0f\ufe0e", "U+FE0E"),
    "an emoji joined to nothing": ("\U0001f468\u200d", "U+200D"),
    "tags without a flag": ("x\U000e0067\U000e007f", "U+E0067"),
    "an open tag": ("\U0001f3f4\U000e0067", "U+E0067"),
    "a second letter mark": ("م\u061c\u061c", "U+061C"),
    "an Arabic letter mark before figures": ("12 \u061c3", "U+061C"),
}


@pytest.mark.parametrize("character", [*BIDI, *UNSEEN], ids=ascii)
@pytest.mark.parametrize("around", ["3{}2", "م{}م", "{}", "⚠{}"])
def test_what_nobody_sees_is_refused_with_its_number(desk: Desk, character: str, around: str) -> None:
    kind = "bidi control" if character in BIDI else "invisible character"

    refusal = desk.refusal(statement(around.format(character)))

    assert refusal == f"data.text: {kind} U+{ord(character):04X} (remove it; one line of plain text)"


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED.keys())
def test_what_writing_needs_is_kept(desk: Desk, text: str) -> None:
    assert desk.imports(statement(text)).recorded == 1
    assert desk.body("@1").data.text == text


@pytest.mark.parametrize(("text", "number"), NOT_NEEDED.values(), ids=NOT_NEEDED.keys())
def test_the_same_elsewhere_is_refused(desk: Desk, text: str, number: str) -> None:
    ((_, words),) = desk.refused_lines(statement(text))

    assert f"invisible character {number} " in words


def test_in_every_text(desk: Desk) -> None:
    hidden = "a\u200bb"
    for odd, where in (
        (strike(via=[hidden]), "via[0]"),
        (strike(sources=[{"title": hidden}]), "sources[0].title"),
        (with_data(strike(), place=hidden), "data.place"),
        (strike(key=hidden), "key"),
        (saying(strike(), original={"text": hidden, "lang": "ar"}), "original.text"),
    ):
        assert desk.refusal(odd).startswith(f"{where}: invisible character U+200B")


@pytest.mark.parametrize("text", [*NEEDED.values(), *(text for text, _ in NOT_NEEDED.values())])
def test_the_quick_reader_takes_none_that_the_other_refuses(text: str) -> None:
    raw = json.dumps(line(statement(text)), ensure_ascii=False).encode()
    found = PlainReader(Calendar(GAZA), micros(NOW)).read(raw)

    assert found is None or unseen(text) is None


def test_no_such_character_escapes_the_first_look() -> None:
    suspect, (*_, found) = re.compile(SUSPECT), _patterns()
    for code in range(sys.maxunicode + 1):
        if not 0xD800 <= code <= 0xDFFF and found.match(chr(code)):
            assert suspect.search(chr(code).encode()), hex(code)


def test_ordinary_text_in_any_script_needs_no_second_look() -> None:
    check_texts({"text": "Rafah, كرم أبو سالم, 東城區, Ünïcödé – “quoted”, мир, 한국어"})
