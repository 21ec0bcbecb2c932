"""Completion of what is typed: from values at hand, then from all that is on record."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from textual.suggester import Suggester

from tui.safe_text import visible

Complete = Callable[[str], Awaitable[str | None]]
"""Something on record that begins so, None when there is nothing."""

_LAST_OF_A_LIST = re.compile(r"(.*[,;]\s*)(\S.*)")


class Completing(Suggester):
    """Completes a whole value, or the last of a list. Capitals do not matter to what is at hand."""

    def __init__(self, known: Sequence[str], complete: Complete | None = None) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = known
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """The completed value; None when nothing begins so."""
        found = await self._completed(value)
        listed = _LAST_OF_A_LIST.fullmatch(value)
        if found is None and listed is not None:
            found = await self._completed(listed[2])
            return None if found is None else value + found[len(listed[2]) :]
        return found

    async def _completed(self, beginning: str) -> str | None:
        small = beginning.casefold()
        for each in self._known:
            if len(each) > len(beginning) and each.casefold().startswith(small):
                return each
        found = await self._complete(beginning) if self._complete is not None and len(beginning) > 1 else None
        return visible(found) if found is not None else None
