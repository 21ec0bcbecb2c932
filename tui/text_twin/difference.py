"""A Difference as plain words: where the two vantages stand, what changed by part, and the records behind it."""

from __future__ import annotations

from collections.abc import Iterable

from projections.changing.changes import Cause, Change, Difference
from projections.situation import Vantage
from projections.text import mark
from tui.text_twin import words
from tui.text_twin.page import Page
from tui.text_twin.records import line

CAUSES_TOLD = 3
TAKEN_TOLD = 10
PARTS = {
    "ceasefire": "Ceasefire",
    "commitments": "Commitments",
    "allegations": "Alleged violations",
    "strikes": "Strikes",
    "crossings": "Crossings",
    "series": "Series",
    "statements": "Statements",
    "sources": "Sources",
    "discrepancies": "Discrepancies",
}
# in the JSON, and moved by every day that passes, or told beside what it is made of
_UNTOLD = ("ceasefire day", "strikes on ", "strikes without ", "discrepancies")


def text(difference: Difference, *, full: bool = False) -> str:
    """What two vantages show differently. `full` lists every record behind each change."""
    page = Page(difference.after.timezone, full=full, withheld=difference.withheld)
    page.line(heading(difference))
    for name, vantage in (("Before", difference.before), ("After", difference.after)):
        page.line(f"{name}: {stand(vantage)}.")
    page.line(f"Claims combined by the rule {rules(difference)}.")
    page.line(balance(difference))
    _changes(page, difference)
    return page.text()


def handover(difference: Difference, *, full: bool = False) -> str:
    """What was recorded, corrected, retracted and erased since a moment, and what that changed."""
    page = Page(difference.after.timezone, full=full, withheld=difference.withheld)
    known = words.until(difference.before.known_at, page.timezone)
    head = f"record #{difference.before.position}" if difference.before.position else "the beginning"
    page.line(f"Since {head}, known at {known} {words.zone(page.timezone)}: {_more(difference.known)}.")
    page.line(f"Now: {stand(difference.after)}.")
    page.line(f"Claims combined by the rule {rules(difference)}.")
    for title, taken in (
        ("Recorded", difference.recorded),
        ("Corrected", difference.corrected),
        ("Retracted", difference.retracted),
        ("Erased", difference.erased),
    ):
        page.heading(f"{title}: {taken.total:,}")
        told = page.newest(taken.newest, TAKEN_TOLD)
        for record in told:
            page.line(line(page, record))
        page.more(len(told), taken.total, "record")
    _changes(page, difference)
    return page.text()


def heading(difference: Difference) -> str:
    """In what the two vantages differ."""
    if not difference.differ:
        return "The same vantage twice: nothing differs."
    if len(difference.differ) > 1:
        return f"The two vantages differ in {' and '.join(difference.differ)}."
    return {
        "knowledge": "The two vantages differ in knowledge only: the same time, as known at two moments.",
        "time": "The two vantages differ in time only: two times, as known at the same moment.",
        "rule": "The two vantages differ in the rule for combining claims only.",
    }[difference.differ[0]]


def stand(vantage: Vantage) -> str:
    """Where one stands, on both clocks."""
    zone = words.zone(vantage.timezone)
    as_of, known_at = words.until(vantage.as_of, vantage.timezone), words.until(vantage.known_at, vantage.timezone)
    known = f"known at {known_at}, record #{vantage.position}" if vantage.position else "nothing known yet"
    return f"as of {as_of} {zone}; {known}"


def rules(difference: Difference) -> str:
    """The rule, or both."""
    one, other = difference.before.rule, difference.after.rule
    return one if one == other else f"{one} before, {other} after"


def balance(difference: Difference) -> str:
    """How many records more are known and counted after."""
    return f"Between them: {_more(difference.known)} known, {_more(difference.counted)} counted."


def _more(number: int) -> str:
    return words.counted(abs(number), "record") + (" fewer" if number < 0 else " more")


def told_changes(difference: Difference) -> list[Change]:
    """The changes that are told to a person, in order: each change of phase once."""
    told = [
        change
        for change in difference.changes
        if not change.question.startswith(_UNTOLD) and not change.question.endswith(" silence")
    ]
    shown = [change for change in told if change.question.startswith(("ceasefire phase", "ceasefire announced"))]
    elsewhere = {position for change in shown for position in change.causes}
    return [
        change
        for change in told
        if not (
            change.question.startswith("ceasefire change") and change.causes and elsewhere.issuperset(change.causes)
        )
    ]


def by_part(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Changes under the title of their part."""
    parts: dict[str, list[Change]] = {}
    for change in changes:
        parts.setdefault(PARTS[change.part], []).append(change)
    return parts


def _changes(page: Page, difference: Difference) -> None:
    parts = by_part(told_changes(difference))
    if not parts:
        page.heading("Changes")
        page.line("Nothing that is shown changed.")
    causes = {cause.line.position: cause for cause in difference.causes}
    for title, changes in parts.items():
        page.heading(title)
        for change in changes:
            _change(page, change, difference, causes)
    if difference.strikes_untold:
        page.line(untold(difference))
    if any(title == PARTS["discrepancies"] for title in parts):
        return
    totals = [change for change in difference.changes if change.question == "discrepancies"]
    if totals:
        page.heading(PARTS["discrepancies"])
        page.line(f"On record: before {totals[0].before}, after {totals[0].after}.")


def untold(difference: Difference) -> str:
    """How many strikes are in the sums alone."""
    return f"And {words.counted(difference.strikes_untold, 'more strike')}, in the sums and not told one by one."


def _change(page: Page, change: Change, difference: Difference, causes: dict[int, Cause]) -> None:
    page.line(f"{change.what}{mark(change)}.")
    if change.before is not None:
        page.line(f"Before: {change.before}.", level=1)
    page.line(f"After: {after(change)}.", level=1)
    shown = change.causes if page.full else change.causes[:CAUSES_TOLD]
    for position in shown:
        page.line(f"{because(causes[position], difference)} {line(page, causes[position].line)}.", level=1)
    if left := behind(change, len(shown), difference):
        page.line(left, level=1)


def after(change: Change) -> str:
    """What stands there after."""
    if change.after is None:
        return "not there"
    return f"{change.after}, by other records" if change.before == change.after else change.after


def because(cause: Cause, difference: Difference) -> str:
    """How a record comes to stand behind a change: by being known, or counted, at one of the two only."""
    if cause.why == "known":
        after = cause.line.position > difference.before.position
    else:
        after = difference.after.as_of > difference.before.as_of
    return "By" if after else "Without"


def behind(change: Change, told: int, difference: Difference) -> str:
    """What else stands behind a change, in words; empty when all has been told."""
    if left := len(change.causes) - told:
        restricted = f", and {change.withheld:,} restricted" if change.withheld else ""
        return f"And {words.counted(left, 'more record')} behind this{restricted}."
    if change.withheld:
        return f"{'And by' if change.causes else 'By'} {words.counted(change.withheld, 'restricted record')}."
    if change.causes:
        return ""
    if "time" in difference.differ:
        return "By the time that passed."
    return "By the rule." if difference.differ == ("rule",) else "By what changed beside it."


__all__ = ["by_part", "handover", "text", "told_changes"]
