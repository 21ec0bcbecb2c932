"""Garbage is collected while the screen is looked at: in the middle of a step it would be a step that takes longer."""

from __future__ import annotations

import gc

OFTEN = (2_000, 5, 10)
"""New objects, and collections of the next younger ones, after which those of each age are looked through."""


def tidy() -> None:
    """Collect what has become due, the oldest first; a few milliseconds when done after every step."""
    for age in (2, 1, 0):
        if gc.get_count()[age] > OFTEN[age]:
            gc.collect(age)
            return
