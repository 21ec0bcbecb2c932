"""A change in plain neutral words: what it is about, and what stood and stands there."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from projections.difference.values_told import NOTHING, Told, harm_named
from projections.difference.walking import Place
from projections.naming import KINDS
from projections.situation import (
    AllegationView,
    AnnouncementView,
    CeasefireView,
    CommitmentView,
    CrossingView,
    DayCount,
    Discrepancy,
    GradeView,
    HarmRange,
    PassagesView,
    PhaseView,
    Population,
    QuotaView,
    RecordLine,
    RefusedView,
    ResponsibilityView,
    ResumedView,
    Score,
    SeriesView,
    Situation,
    SourceView,
    Start,
    StatementView,
    StepView,
    StrikeRange,
    StrikeView,
)
from projections.wording import NO_DAY, PLURALS, WAYS

_STATUS = {"in_force": "in force", "none": "no entry into force on record"}


def told(place: Place, words: Told, sides: tuple[Situation, Situation]) -> tuple[str, str, str]:
    """What a change is about, what stood there and what stands there; `sides` are the Situations before and after."""
    was, now = words.value(place.before), words.value(place.after)
    was, now = (_ahead(*each, place, words) for each in ((was, place.after, sides[0]), (now, place.before, sides[1])))
    if isinstance(place.around[0] if place.around else None, CeasefireView) or place.path == "ceasefire.status":
        was, now = (_STATUS.get(text, text) for text in (was, now))
    return _what(place, words), was, now


def _ahead(text: str, elsewhere: Any, side: Situation, place: Place, words: Told) -> str:
    """What stands at a place; where an announcement of the other side is no longer ahead, what has come instead."""
    if text != NOTHING:
        return text
    match elsewhere:
        case PhaseView() if place.path.startswith("ceasefire.announced["):
            begun = any(one.phase == elsewhere.phase and one.change == "begun" for one in side.ceasefire.phases)
            return f"not ahead: phase {elsewhere.phase} has begun" if begun else text
        case AnnouncementView():
            stream = next((item.stream for item in place.around if isinstance(item, CrossingView)), "")
            crossing = next((one for one in side.crossings if one.stream == stream), None)
            return text if crossing is None else words.after_announced(elsewhere, crossing) or text
    return text


def _what(place: Place, words: Told) -> str:
    named = [text for text in (_name(item, words) for item in place.around) if text]
    tail = _way(place) or _ASPECTS.get(_aspect(place), "")
    told = ": ".join(part for part in (*named, tail) if part) or place.path.replace("_", " ")
    return told[:1].upper() + told[1:]


def _way(place: Place) -> str:
    """`people in`: of the status of a crossing."""
    load, _, way = place.path.rsplit("]", 1)[-1].lstrip(".").partition(".")
    return f"{load} {WAYS[way]}" if load in ("people", "goods") and way in WAYS else ""


def _aspect(place: Place) -> str:
    if (place.path.startswith("strikes.") and "[" not in place.path) or not place.around:
        return place.path
    return place.aspect


_ASPECTS = {
    "status": "status",
    "day": "day",
    "phase": "phase",
    "terms": "terms",
    "registered": "register",
    "newest_report": "newest report",
    "silence_days": "days since the newest report",
    "figure": "figure",
    "recorded_sum": "recorded strikes over the same span, and what is not tied to one",
    "report": "report",
    "links": "links to other strikes",
    "strikes.count": "strikes on record",
    "strikes.week": "strikes in 7 days",
    "discrepancies_total": "things on record that do not agree",
    "records_total": "records known that count by then",
    "hidden": "records hidden by the vantage",
}


def _name(item: Struct, words: Told) -> str:  # noqa: PLR0911, PLR0912 - one line per kind of item
    match item:
        case CeasefireView():
            return "Ceasefire"
        case CommitmentView():
            return f"Commitment: {item.commitment.replace('-', ' ')}"
        case Score():
            return f"scored by {item.scorer}"
        case StepView():
            return "step"
        case AllegationView():
            return f"Alleged against {item.against} by {item.claimant}"
        case Population():
            return f"Recorded strikes, {item.of}"
        case HarmRange():
            return item.harm
        case DayCount():
            return f"Strikes on {words.moment(item.day)}"
        case StrikeView():
            return f"Strike {words.when(item.occurred)}, {item.place} ({item.stream})"
        case StrikeRange():
            return harm_named(item)
        case ResponsibilityView():
            return "responsibility"
        case GradeView():
            return "evidence graded"
        case CrossingView():
            return item.name
        case QuotaView():
            return f"{item.kind} {PLURALS[item.category]} {WAYS[item.direction]}, says {item.claimant}"
        case PassagesView():
            return f"{PLURALS[item.category]} going {WAYS[item.direction]}"
        case RefusedView():
            outcome = "not let through" if item.outcome == "unstated" else item.outcome.replace("_", " ")
            return f"{outcome}, going {WAYS[item.direction]}"
        case AnnouncementView():
            return "announced"
        case SeriesView():
            of = f" ({item.of})" if item.of else ""
            return f"Series {item.measure}{of} from {words.moment(item.origin) if item.origin else NO_DAY}"
        case StatementView():
            return f"Statement {item.stream}"
        case SourceView():
            return f"Source {item.slug}"
        case Discrepancy():
            return KINDS[item.kind].capitalize()
        case Start():
            return "counted from"
        case PhaseView():
            return f"phase {item.phase} {item.change}"
        case ResumedView():
            return "resumed"
        case RecordLine():
            return f"Record #{item.position}"
        case _:
            return ""
