"""Characters that nobody sees: bidi controls, zero-width and other invisible ones, and where writing needs one.

Kept are the marks U+200E and U+200F; a joiner after a letter of a script that joins (Arabic, Hebrew, Indic, …) or
inside an emoji; a variation selector after a sign that has variants; the tags of a flag. Ranges and no categories:
those differ from Python to Python.
"""

from __future__ import annotations

import re
from functools import cache

_BIDI = "[\u202a-\u202e\u2066-\u2069]"
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_JOINS = (
    "\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"  # right to left
    "\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u18af\u1b00-\u1bff"  # Indic to Batak
)
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_HAS_VARIANTS = f"#*0-9{_EMOJI}\u1000-\u109f\u1810-\u18af\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SELECTOR = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"

_NEEDED = (
    f"(?<=[{_JOINS}])[\u200c\u200d\u061c]"
    f"|(?<=[{_EMOJI}])\ufe0f?\u200d(?=[{_EMOJI}])"
    f"|(?<=[{_HAS_VARIANTS}])[{_SELECTOR}]"
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"
)

SUSPECT = (
    rb"\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1(?:\x85[\x9f\xa0]|\x9e[\xb4\xb5]|\xa0[\x8b-\x8f])|\xe2(?:\x80[\x8b-\x8d\xa8-\xae]"
    rb"|\x81[\xa0-\xaf])|\xe3\x85\xa4|\xef(?:\xb8[\x80-\x8f]|\xbb\xbf|\xbe\xa0|\xbf[\xb9-\xbb])|\xf0\x9d\x85[\xb3-\xba]"
    rb"|\xf3\xa0"
)
"""How those characters begin in UTF-8: a text without any needs no closer look."""


def unseen(text: str) -> str | None:
    """The first character of a text that nobody sees and that its writing does not need, in words; None for none."""
    if text.isascii():
        return None
    needed, bidi, found = _patterns()
    if not (first := found.search(needed.sub("", text))):
        return None
    kind = "bidi control" if bidi.match(first[0]) else "invisible character"
    return f"{kind} U+{ord(first[0]):04X}"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What is needed, bidi controls, all that nobody sees: compiled when first asked for, which takes 10 ms."""
    return re.compile(_NEEDED), re.compile(_BIDI), re.compile(f"{_BIDI}|[{_UNSEEN}]")
