"""Figures as a person types them: `32`, `>=32` or `32+`, `<=5`, `~150`, `8-20`, and `32+ (the words)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from domain.errors import Refused

SYNTAX = "32, >=32 or 32+, <=5, ~150, 8-20 or 8-20~12, with (the words) after it or alone"

_COUNT = r"-?\d{1,3}(?:,\d{3})+|-?\d{1,20}"  # 20 digits: more than any count let in, which the domain then says
_FORMS = tuple(
    (re.compile(pattern, re.ASCII | re.IGNORECASE), qualifier)
    for pattern, qualifier in (
        (rf"(?P<n>{_COUNT})", "exact"),
        (rf"(?:>=|≥|at least\s)\s*(?P<n>{_COUNT})", "at_least"),
        (rf"(?P<n>{_COUNT})\s*\+", "at_least"),
        (rf"(?:<=|≤|at most\s|up to\s)\s*(?P<n>{_COUNT})", "at_most"),
        (rf"(?:~|about\s)\s*(?P<n>{_COUNT})", "about"),
        (rf"(?P<low>{_COUNT})\s*(?:-|–|\.\.|\sto\s)\s*(?P<high>{_COUNT})(?:\s*~\s*(?P<best>{_COUNT}))?", "range"),
    )
)
_BOUNDS = {"exact": ("low", "best", "high"), "at_least": ("low",), "at_most": ("high",), "about": ("best",)}
_WORDS = re.compile(r"^(?P<number>[^()]*?)\s*(?:\((?P<words>.+)\))?\s*$", re.DOTALL)


def parse(text: str, *, where: str = "figure") -> dict[str, Any]:
    """A figure as a line of a file has it. Counts below zero pass, so that the domain's rule refuses them.

    Raises Refused for what is no figure.
    """
    split = _WORDS.match(text.strip())
    number, words = (split["number"].strip(), split["words"]) if split else (text, None)
    said = {"words": words.strip()} if words else {}
    if said and not number:
        return {"qualifier": "words", **said}
    for form, qualifier in _FORMS:
        found = form.fullmatch(number)
        if found:
            return {**_values(found, qualifier), "qualifier": qualifier, **said}
    raise Refused(f"{text!r} is not a figure", where=where, remedy=f"write {SYNTAX}")


def _values(found: re.Match[str], qualifier: str) -> dict[str, int]:
    if qualifier == "range":
        return {name: _count(found[name]) for name in ("low", "best", "high") if found[name] is not None}
    return dict.fromkeys(_BOUNDS[qualifier], _count(found["n"]))


def _count(text: str) -> int:
    return int(text.replace(",", ""))


def parse_parts(parts: Sequence[str]) -> dict[str, Any]:
    """`label=figure` for each part. Raises Refused for one without a label, or with a label given twice."""
    parsed: dict[str, Any] = {}
    for part in parts:
        label, equals, figure = part.partition("=")
        label = label.strip()
        if not equals or not label:
            raise Refused(f"{part!r} is not a part", where="part", remedy="write label=figure, like children=5")
        if label in parsed:
            raise Refused(f"{label!r} is given twice", where="part", remedy="give each part once")
        parsed[label] = parse(figure, where=f"part {label}")
    return parsed
