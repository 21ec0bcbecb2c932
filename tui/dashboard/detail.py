"""One record in full: three times, who says it and how that is known, sources, figures, revisions, stamps, citation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import msgspec
from textual.binding import BindingType

from domain.calendar import precision
from domain.report import Report
from domain.values import Amount, Figure, Source
from projections.situation import RecordDetail, RecordLine, Revision, Situation, Vantage
from projections.text import RESTRICTED
from tui.dashboard import wording
from tui.dashboard.actions import ACTIONS, Action, bindings, by_id, key_words
from tui.dashboard.feed import record_line, type_words
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, line, pad, wrapped
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.paper import Paper
from tui.dashboard.reading import RecordPage
from tui.safe_text import has_rtl, on_a_line, visible

_LABEL = 14
STANDING = {
    "standing": ("standing", "open"),
    "corrected": ("CORRECTED since", "edited"),
    "retracted": ("RETRACTED: not zero, withdrawn", "contested"),
    "erased": ("ERASED: the body is gone, the proof stands", "closed"),
    "unreadable": ("CANNOT BE READ: it is passed by, the proof stands", "closed"),
    "edit": ("a record about another record", "edited"),
}


class RecordScreen(LinesScreen):
    """The detail of one record."""

    ACTS = ("revise", "retract", "copy")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTS)]

    def __init__(
        self, page: RecordPage, situation: Situation, glyphs: Glyphs, actions: Sequence[Action] = ACTIONS
    ) -> None:
        self.page = page
        words = ("revise", "retract", "copy as JSON")
        acts = tuple(
            (key_words(by_id(name, actions), ascii_only=glyphs.ascii), word)
            for name, word in zip(self.ACTS, words, strict=True)
        )
        shown = page.detail.line
        super().__init__(
            f"#{shown.position} {type_words(shown.type)}",
            lambda width: detail_rows(page, situation.vantage, Paper.of(situation, width, glyphs)),
            glyphs=glyphs,
            keys=(*self.KEYS[:-1], *acts, self.KEYS[-1]),
        )


def record_screen(
    page: RecordPage, situation: Situation, glyphs: Glyphs, actions: Sequence[Action] = ACTIONS
) -> RecordScreen:
    """The screen of one record."""
    return RecordScreen(page, situation, glyphs, actions)


def detail_rows(page: RecordPage, vantage: Vantage, paper: Paper) -> list[Line]:
    """The whole record, for a width."""
    detail = page.detail
    word, ink = STANDING[detail.line.standing]
    late = ", recorded more than a day after it was said" if detail.line.late else ""
    mark = (f"  {RESTRICTED}", "edited") if detail.line.restricted else ""
    out = [line((detail.line.type, "strong"), "  ", (word, ink), (late, "quiet"), mark)]
    out += wrapped(detail.line.text, paper.width)
    if page.effective is None:
        unread = detail.line.standing == "unreadable"
        gone = (
            "What it says counts nowhere."
            if unread
            else "The body of this record was destroyed; see the revisions below."
        )
        out += [line(""), line((gone, "quiet"))]
        out += _time_rows(detail, vantage, paper)
    else:
        out += _report_rows(page.effective, detail, vantage, paper)
        if page.original is not None and page.effective != page.original:
            out += [line(""), line(("as first recorded", "head"))]
            out += _changed_rows(page.original, page.effective, paper)
    out += _revision_rows(detail, paper)
    out += _whole_row(detail.line.stream)
    out += _stamp_rows(detail, vantage, paper)
    return out


def _row(label: str, text: str, paper: Paper, ink: str = "", target: Target | None = None) -> list[Line]:
    """A label and its text. Right-to-left text goes on lines of its own, so that it moves no figure."""
    head = pad(label, _LABEL)
    if has_rtl(text):
        return [line((head, "quiet"), target=target), *wrapped(text, paper.width, ink)]
    rows = wrapped(text, paper.width, ink, _LABEL, target)
    first = line((head, "quiet"), (rows[0].text[_LABEL:], ink), target=target)
    return [first, *rows[1:]]


def _report_rows(report: Report[Any], detail: RecordDetail, vantage: Vantage, paper: Paper) -> list[Line]:
    out = [line("")]
    precise = wording.PRECISION[precision(report.occurred)]
    full = replace(paper, near=None, before=None)
    out += _row("occurred", f"{full.occurred(report.occurred)} ({precise})", paper)
    reported = full.moment(report.reported_at)
    out += _row("reported", reported if len(report.reported_at) > 10 else f"{reported} (to the day)", paper)
    out += _time_rows(detail, vantage, paper)
    out.append(line(""))
    relays = f", repeating {report.relays}" if report.relays else ""
    out += _row("claimant", f"{report.claimant} ({report.claimant_basis}){relays}", paper, "strong")
    for via in report.via:
        out += _row("via", via, paper)
    for source in report.sources:
        out += _source_rows(source, paper)
    out.append(line(""))
    out += _own_rows(report.data, paper)
    if report.original is not None:
        out += [line(""), line((f"in the claimant's own words ({visible(report.original.lang)})", "quiet"))]
        out += wrapped(report.original.text, paper.width)
    if report.handling != "public":
        out += _row("handling", report.handling, paper, "edited")
    return out


def _time_rows(detail: RecordDetail, vantage: Vantage, paper: Paper) -> list[Line]:
    """The log's own two clocks."""
    zone = wording.zone_word(paper.zone)
    recorded = f"{wording.local_minute(detail.recorded_at, paper.zone)} {zone}, by {detail.recorded_by}"
    known = f"{wording.local_minute(detail.line.known_at, paper.zone)} {zone}"
    by_report = " (by report date)" if detail.line.position <= vantage.backfilled_until else ""
    return [*_row("recorded", recorded, paper), *_row("known at", f"{known}{by_report}", paper)]


def _source_rows(source: Source, paper: Paper) -> list[Line]:
    means = f" ({source.means})" if source.means else ""
    out = _row("source", f"{source.title}{means}", paper)
    if source.url:
        out += _row("", source.url, paper, "quiet")
    if source.sha256:
        out += _row("", f"sha256 {source.sha256}", paper, "quiet")
    return out


def _own_rows(data: Any, paper: Paper) -> list[Line]:
    """The type's own fields, figures as they were said."""
    out: list[Line] = []
    for field in msgspec.structs.fields(data):
        value = getattr(data, field.name)
        if value is None or value == ():
            continue
        label = field.encode_name.replace("_", " ")
        if isinstance(value, Amount):
            out += _row(label, _figure(value), paper, "strong")
            if isinstance(value, Figure) and value.parts:
                for name, part in value.parts.items():
                    out += _row("", f"of whom {_figure(part)} {name}", paper)
        elif isinstance(value, tuple) and all(isinstance(each, Amount) for each in value):
            for index, each in enumerate(value):
                out += _row(label if not index else "", _figure(each), paper, "strong")
        elif field.name in ("target", "basis"):
            for ref in (value,) if isinstance(value, str) else value:
                out += _row(label, str(ref), paper, *_to_record(str(ref)))
        else:
            out += _row(label, _plain_words(value), paper)
    return out


def _to_record(ref: str) -> tuple[str, Target | None]:
    return ("key", Target("record", ref, (ref,))) if "/" in ref else ("", None)


def _figure(value: Amount) -> str:
    shown = wording.amount(value)
    said = f' ("{value.words}")' if value.words and value.qualifier != "words" else ""
    return f"{shown}{said} ({value.qualifier.replace('_', ' ')})"


def _plain_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ") if value.isascii() and value.islower() and " " not in value else value
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(_plain_words(each) for each in value)
    return msgspec.json.encode(value).decode()


def _changed_rows(original: Report[Any], effective: Report[Any], paper: Paper) -> list[Line]:
    """Only what corrections have changed since."""
    out: list[Line] = []
    full = replace(paper, near=None, before=None)
    if original.occurred != effective.occurred:
        out += _row("occurred", full.occurred(original.occurred), paper, "gone")
    if original.reported_at != effective.reported_at:
        out += _row("reported", full.moment(original.reported_at), paper, "gone")
    now = {tuple(row.runs) for row in _own_rows(effective.data, paper)}
    out += [row for row in _own_rows(original.data, paper) if tuple(row.runs) not in now]
    return out


def _revision_rows(detail: RecordDetail, paper: Paper) -> list[Line]:
    """What later records did to this one, oldest first; then what belongs together with it."""
    out = [line("")]
    if not detail.revisions:
        out.append(line(("no revision on record", "quiet")))
    else:
        out.append(line(("revisions, oldest first", "head")))
    for each in detail.revisions:
        out += _one_revision(each, paper)
    if detail.caused_by is not None:
        out += [line(""), line(("belongs to", "head")), _short(detail.caused_by, paper)]
    if detail.led_to:
        out += [line(""), line(("recorded together with it", "head"))]
        out += [_short(each, paper) for each in detail.led_to]
    return out


def _one_revision(each: Revision, paper: Paper) -> list[Line]:
    undone = "" if each.in_force else ", itself retracted since"
    head = wording.marked(each, f"#{each.position} {each.edit} ({wording.words(each.says)}){undone}")
    when = f"reported {paper.moment(each.reported_at)}, says {each.claimant}"
    ink = "edited" if each.in_force else "gone"
    out = [line((on_a_line(head), ink), (f"  {on_a_line(when)}", "quiet"), target=Target("record", each.record))]
    for name, value in (each.changes or {}).items():
        out += _row(f"  {on_a_line(name)}", _changed_to(value), paper)
    return [*out, *_row("  reason", each.reason, paper)]


def _changed_to(value: Any) -> str:
    """A new value as it stands in a correction."""
    if value is None:
        return "taken away"
    if isinstance(value, dict) and "qualifier" in value:
        try:
            return _figure(msgspec.convert(value, Figure))
        except msgspec.ValidationError:
            pass
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _short(each: RecordLine, paper: Paper) -> Line:
    return record_line(each, paper)


def _whole_row(stream: str) -> list[Line]:
    """To all that is on record about what this record is about."""
    kind = stream.split("-", 1)[0]
    if kind not in ("strike", "crossing", "series"):
        return []
    words = ("who says what of it: ", "quiet")
    return [line(""), line(words, (on_a_line(stream), "key"), target=Target(kind, stream))]


def _stamp_rows(detail: RecordDetail, vantage: Vantage, paper: Paper) -> list[Line]:
    out = [line(""), line(("in the log", "head"))]
    out += _row("stream", detail.line.stream, paper)
    out += _row("version", str(detail.version), paper)
    out += _row("key", detail.key, paper)
    out += _row("hash", detail.hash, paper)
    out += [line(""), line(("to cite it", "head"))]
    out += wrapped(citation(detail, vantage), paper.width)
    return out


def citation(detail: RecordDetail, vantage: Vantage) -> str:
    """Log, record, hash, vantage and rule in one sentence."""
    return (
        f"Ceasefire Monitor log {vantage.log_id}, record {detail.line.record} (#{detail.line.position}), "
        f"hash {detail.hash[:16]}, as of {vantage.as_of}, known at {vantage.known_at} "
        f"(#{vantage.position}), rule {vantage.rule}."
    )


def as_json(page: RecordPage) -> str:
    """A record in full as JSON."""
    return msgspec.json.format(msgspec.json.encode(page.detail)).decode()
