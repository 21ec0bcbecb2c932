"""One record in words: what it says, who says it and when, what became of it, and how to cite it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec

from domain.calendar import precision
from domain.values import Figure, Occurred, Span
from projections.situation import RecordDetail, RecordLine, Revision, Vantage
from projections.text import mark
from tui.text_twin import claims, words
from tui.text_twin.page import Page


def text(detail: RecordDetail, vantage: Vantage) -> str:
    """The page of one record."""
    page = Page(vantage.timezone, whole_words=True, withheld=detail.withheld)
    line = detail.line
    page.line(f"{line.record}, #{line.position}, {line.type}, {_standing(line)}{mark(line)}")
    page.line(line.text)
    _report(page, detail)
    _times(page, detail, vantage)
    _revisions(page, detail)
    _together(page, detail)
    page.heading("Proof")
    page.line(f"Key: {detail.key}")
    page.line(f"Hash: {detail.hash}")
    if detail.digest:
        page.line(f"Digest: {detail.digest}")
    page.line(f"Cite: {citation(detail, vantage)}")
    return page.text()


def citation(detail: RecordDetail, vantage: Vantage) -> str:
    """What someone else needs to find this record, and to check it."""
    return (
        f"Ceasefire Monitor, log {vantage.log_id}, record {detail.line.record} (#{detail.line.position}), "
        f"hash {detail.hash}, as of {vantage.as_of}, known at {vantage.known_at} (#{vantage.position}), "
        f"rule {vantage.rule}."
    )


def _standing(line: RecordLine) -> str:
    marks: list[str] = ["an edit of another record" if line.standing == "edit" else line.standing]
    marks += ["arrived late"] if line.late else []
    return ", ".join(marks)


def _report(page: Page, detail: RecordDetail) -> None:
    said = detail.original
    if detail.line.standing == "unreadable":
        page.line("It is passed by: what it says counts nowhere. Its place in the chain proves that it stands here.")
        return
    if said is None:
        page.line("Its body has been erased; its place in the chain still proves that it stood here.")
        return
    page.heading("Who says it")
    relays = f", repeating {said['relays']}" if said.get("relays") else ""
    page.line(f"Claimant: {said['claimant']} ({said['claimant_basis']}){relays}")
    if said["via"]:
        page.line(f"Via: {', '.join(said['via'])}")
    for source in said["sources"]:
        page.line(
            "Source: " + "; ".join(str(source[name]) for name in ("title", "means", "url", "sha256") if name in source)
        )
    if said.get("original"):
        page.free_text(f"In their words ({said['original']['lang']}):", said["original"]["text"])
    page.heading("What it says")
    effective = (detail.effective or {}).get("data", {})
    for name, value in said["data"].items():
        page.free_text(f"{words.words(name)}:", value_words(value))
        if name in effective and effective[name] != value:
            page.free_text("now, corrected:", value_words(effective[name]), level=1)
    for name in effective.keys() - said["data"].keys():
        page.free_text(f"{words.words(name)}, by correction:", value_words(effective[name]))


def value_words(value: Any) -> str:
    """A stored value in words: figures as they are said, lists with commas."""
    if isinstance(value, dict) and "qualifier" in value:
        with suppress(msgspec.ValidationError):  # what a correction changes is any JSON in a log that others made
            return claims.figure(msgspec.convert(value, Figure))
    if isinstance(value, dict):
        return ", ".join(f"{name} {value_words(inner)}" for name, inner in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(value_words, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "taken away" if value is None else str(value)


def _times(page: Page, detail: RecordDetail, vantage: Vantage) -> None:
    page.heading("When")
    said, now = detail.original, detail.effective
    if said is not None:
        occurred = _occurred(said["occurred"])
        page.line(f"Occurred: {page.when(occurred)} ({words.PRECISION[precision(occurred)]})")
        if now is not None and now["occurred"] != said["occurred"]:
            moved = _occurred(now["occurred"])
            page.line(f"now, corrected: {page.when(moved)} ({words.PRECISION[precision(moved)]})", level=1)
        page.line(f"Reported: {words.moment(said['reported_at'], page.timezone)}")
    by_report = " (its report date: history from before this log)" if _backfilled(detail, vantage) else ""
    page.line(f"Known: {words.until(detail.line.known_at, page.timezone)}{by_report}")
    page.line(f"Recorded: {detail.recorded_at} by {detail.recorded_by}")


def _occurred(value: Any) -> Occurred:
    return value if isinstance(value, str) else msgspec.convert(value, Span)


def _backfilled(detail: RecordDetail, vantage: Vantage) -> bool:
    return detail.line.position <= vantage.backfilled_until


def _revisions(page: Page, detail: RecordDetail) -> None:
    if not detail.revisions:
        return
    page.heading("Revisions")
    for each in detail.revisions:
        page.line(revision(page, each))
        for name, value in (each.changes or {}).items():
            page.free_text(f"{words.words(name)}:", value_words(value), level=1)


def revision(page: Page, each: Revision) -> str:
    """One correction, retraction or erasure, by whom and why."""
    gone = "" if each.in_force else ", itself withdrawn since"
    return (
        f"#{each.position} {each.edit} ({each.says}) of {each.target}, says {each.claimant}, "
        f"{words.moment(each.reported_at, page.timezone)}: {each.reason}{gone}{mark(each)}"
    )


def _together(page: Page, detail: RecordDetail) -> None:
    if detail.caused_by is None and not detail.led_to:
        return
    page.heading("Belongs together with")
    for line in (*((detail.caused_by,) if detail.caused_by else ()), *detail.led_to):
        page.line(f"#{line.position} {line.record}, {line.type}: {line.text}{mark(line)}")
