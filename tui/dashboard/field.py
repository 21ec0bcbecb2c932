"""A field to type in: a cursor that does not blink, completion from what the log knows, no markup anywhere."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.suggester import Suggester
from textual.widgets import Input

from tui.dashboard.completing import Complete, Completing
from tui.safe_text import visible


class Field(Input):
    """One line of typing. `label` says what is to be typed, in words. `known` are values to complete from, `complete`
    finds more of them on record; or a `suggester` does all of it.

    With `replace` the first key replaces what stands there.
    """

    DEFAULT_CSS = """
    Field { border: none; height: 1; padding: 0 1; background: $panel; }
    Field:focus { border: none; background: $field; background-tint: $field 0%; }
    Field > .input--placeholder, Field > .input--suggestion { color: $text-muted; }
    """

    def __init__(
        self,
        label: str,
        *,
        value: str = "",
        placeholder: str = "",
        known: Iterable[str] = (),
        complete: Complete | None = None,
        replace: bool = False,
        suggester: Suggester | None = None,
        id: str | None = None,
    ) -> None:
        shown = [visible(each) for each in known]
        super().__init__(
            value=visible(value),
            placeholder=visible(placeholder),
            suggester=suggester or (Completing(shown, complete) if shown or complete else None),
            select_on_focus=replace,
            id=id,
        )
        self.label = label
        self.known = shown
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """The gate for whatever comes in, typed, pasted or completed: nothing that a terminal obeys, nothing hidden."""
        return visible(value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in; the cursor behind it as it is shown."""
        super().replace(visible(text), start, end)

    def _on_paste(self, event: events.Paste) -> None:
        """All of it on the one line there is: the lines of a paste belong together."""
        event.prevent_default()
        event.stop()
        start, end = sorted(self.selection)
        self.replace(" ".join(event.text.split()), start, end)
