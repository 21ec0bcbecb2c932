"""Panel 3: crossings. Status per direction, quota beside passages, who was refused, and how old the news is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from projections.situation import AnnouncementView, CrossingView, PassagesView, QuotaView, Situation, StatusView
from projections.text import OUTCOMES
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, line
from tui.dashboard.paper import Paper
from tui.dashboard.strikes_panel import series_rows
from tui.safe_text import on_a_line

ROOMY = 60
"""From this width a quota that no count speaks of stands with who says it."""
STALE_DAYS = 2
"""Silence of more days than this is set apart."""


def crossings_lines(situation: Situation, width: int, glyphs: Glyphs, *, writes: bool = True) -> list[Line]:
    """The whole panel, for a width in cells."""
    paper = Paper.of(situation, width, glyphs)
    ages = {age.question: age.age_days for age in situation.ages}
    out = [row for each in _in_order(situation.crossings) for row in _crossing_rows(each, ages, paper)]
    out = out or _nothing(paper, writes)
    others = [each for each in situation.series if each.recorded_sum is None]
    if others:
        out.append(paper.fit(line(("other running figures, by claimant", "head"))))
        out += [row for each in others for row in series_rows(each, others, paper)]
    return out


def crossings_summary(situation: Situation, width: int, glyphs: Glyphs) -> Line:
    """The panel in one line."""
    runs: list[str | tuple[str, str]] = []
    for each in _in_order(situation.crossings):
        if runs:
            runs.append(f" {glyphs.dot} ")
        statuses = _statuses(each)
        shown = statuses[0][0].status if statuses else "unknown"
        runs.append((f"{glyphs.status[shown]} {shown.upper()}", shown))
        runs.append(f" {wording.marked(each, on_a_line(each.name))}")
        if len(statuses) > 1:
            runs.append((f" {statuses[0][1].split()[0]}", "quiet"))  # the others stand in the panel
    return Paper.of(situation, width, glyphs).fit(line(*runs) if runs else line(("no crossing on record", "quiet")))


def _in_order(crossings: Sequence[CrossingView]) -> list[CrossingView]:
    """Those with something known of their status first; by name within."""
    return sorted(crossings, key=lambda each: (not _statuses(each), each.name))


def _statuses(each: CrossingView) -> list[tuple[StatusView, str]]:
    """The statuses that something is on record of, equal ones of both directions as one: (status, "people both ways").

    One that has lapsed is unknown again, which is not the same as never told.
    """
    out: list[tuple[StatusView, str]] = []
    for load, ways in (("people", each.people), ("goods", each.goods)):
        into, out_of = ways.into, ways.out_of
        if (into.status, into.since, into.until) == (out_of.status, out_of.since, out_of.until):
            if _told(into):
                out.append((into, f"{load} both ways"))
            continue
        for way, word in ((into, "into"), (out_of, "out of")):
            if _told(way):
                out.append((way, f"{load} {word}"))
    return out


def _marked(status: StatusView, what: str) -> str:
    """Marked where one who says so is restricted."""
    said = next((claim for claim in status.claims if claim.restricted), None)
    return what if said is None else wording.marked(said, what)


def _told(status: StatusView) -> bool:
    return status.status != "unknown" or bool(status.claims) or status.until is not None


def lapsed(status: StatusView, paper: Paper) -> str:
    """Why a status that was told is unknown now: its schedule has ended."""
    if status.status != "unknown" or status.until is None:
        return ""
    last = next((claim for claim in status.claims if claim.until == status.until), None)
    if last is None:
        return f"since its schedule ended {paper.moment(status.until)}"
    begun, ended = paper.occurred(last.occurred), paper.moment(status.until)
    return f"since the {last.status} status of {begun} lapsed{'' if begun == ended else f' {ended}'}"


def _older(each: CrossingView, status: StatusView, ages: Mapping[str, int]) -> int | None:
    """The age of the newest report on a status in days, where other news of the crossing would hide that it is old."""
    old = min(
        ages.get(f"{each.stream} status {way} {load}", 0)
        for load, ways in (("people", each.people), ("goods", each.goods))
        for way, one in (("into", ways.into), ("out_of", ways.out_of))
        if one is status
    )
    return old if old > max(each.silence_days or 0, STALE_DAYS) else None


def _crossing_rows(each: CrossingView, ages: Mapping[str, int], paper: Paper) -> list[Line]:
    glyphs = paper.glyphs
    target = Target("crossing", each.stream)
    statuses = _statuses(each)
    news = wording.silence(each.silence_days)
    stale = "unknown" if (each.silence_days or 0) > STALE_DAYS else "quiet"
    out = [paper.both(line((wording.marked(each, on_a_line(each.name)), "strong"), target=target), line((news, stale)))]
    if not statuses:
        out.append(paper.fit(line((f"{glyphs.status['unknown']} UNKNOWN", "unknown"), " no status on record")))
    for status, told in statuses:
        what = _marked(status, told)
        sign = (f"{glyphs.status[status.status]} {status.status.upper()} ", status.status)
        if status.status == "unknown":
            out.append(paper.fit(line(sign, what)))
            out.append(
                paper.fit(line((f"  {lapsed(status, paper) or 'nothing that is said of it holds now'}", "quiet")))
            )
            continue
        since = paper.day(status.since) if status.since else ""
        since = f"since {since}" if paper.width >= 44 and since else since
        old = _older(each, status, ages)
        if old is not None and paper.width >= ROOMY:
            since = f"{since}, {wording.silence(old)}"
        out += paper.apart(line(sign, what), line((since, "quiet" if old is None else "unknown")))
        if status.status == "contested":
            said = f" {glyphs.dot} ".join(
                f"{claim.status} says {wording.marked(claim, on_a_line(claim.claimant))}" for claim in status.claims
            )
            out.append(paper.fit(line((f"  {said}", "differ"))))
        elif status.until:
            out.append(paper.fit(line((f"  until {paper.moment(status.until)}", "quiet"))))
    out.extend(_traffic_rows(each, paper))
    for announced in each.announced:
        out.extend(_announced_rows(announced, paper))
    return out


def _announced_rows(announced: AnnouncementView, paper: Paper) -> list[Line]:
    """What was announced, by whom, and who denies it: never one without the other."""
    loads, ways = " and ".join(announced.carries), " and ".join(wording.DIRECTION[way] for way in announced.directions)
    what = f"announced {announced.status} from {paper.moment(announced.starts)}, {loads} {ways}"
    denied = f", denied by {on_a_line(', '.join(announced.denied_by))}" if announced.denied_by else ""
    text = f"{paper.glyphs.announced} {what}: {wording.marked(announced, on_a_line(announced.claimant))}{denied}"
    target = Target("record", announced.record, (announced.record,))
    return paper.block(text, "differ" if announced.denied_by else "quiet", target)


def _traffic_rows(each: CrossingView, paper: Paper) -> list[Line]:
    """People first, each with its quota; other categories beside them; quotas that no count speaks of."""
    out: list[Line] = []
    unused = list(each.quotas)
    people = [one for one in each.passages if one.category == "people"]
    for passages in people:
        mine = [one for one in each.quotas if one.record in passages.quotas]
        out += _passage_rows(passages, mine, paper)
        unused = [one for one in unused if one not in mine]
    for direction in ("into", "out_of"):
        rest = [one for one in each.passages if one.category != "people" and one.direction == direction]
        if rest:
            out += _other_rows(rest, direction, paper)
    for direction, per, period in dict.fromkeys(_span(one, paper) for one in unused):
        same = [one for one in unused if _span(one, paper) == (direction, per, period)]
        goals = " or ".join(dict.fromkeys(f"{paper.amount(one.figure)}{_who(one.category)}" for one in same))
        kinds = "/".join(sorted({one.kind for one in same}))
        when = f" over {period}" if per == "period" else f" a {per}"
        who = (
            ", ".join(dict.fromkeys(wording.marked(one, on_a_line(one.claimant)) for one in same))
            if paper.width >= ROOMY
            else ""
        )
        said = f", says {who}" if who else ""
        out += paper.block(f"{wording.DIRECTION[direction]:<6} {goals}{when} {kinds}{said}", "quiet")
    for refused in each.refused:
        outcome = f"{OUTCOMES[refused.outcome]}, {wording.DIRECTION[refused.direction]}"
        days = paper.days(refused.first_day, refused.last_day)
        left = line(f"  {paper.ranged(refused)} {outcome}")
        out += paper.apart(left, line((f"{days} {wording.cl(wording.claimants(refused))}", "quiet")))
    return out


def _span(quota: QuotaView, paper: Paper) -> tuple[str, str, str]:
    """What a quota is for: which way, per what, and for a period which one."""
    return quota.direction, quota.per, paper.occurred(quota.occurred) if quota.per == "period" else ""


def _other_rows(passages: list[PassagesView], direction: str, paper: Paper) -> list[Line]:
    """Categories beside the people's total; their days once, or with each where they differ."""
    same = len({(one.first_day, one.last_day) for one in passages}) == 1
    told = [
        f"{paper.ranged(one)} {_kind(one.category)}" + ("" if same else f" {paper.days(one.first_day, one.last_day)}")
        for one in passages
    ]
    text = f"{wording.DIRECTION[direction]:<7}{', '.join(told)}"
    if not same:
        return paper.block(text, "quiet")
    days = paper.days(passages[0].first_day, passages[0].last_day)
    return paper.apart(line((f"  {text}", "quiet")), line((days, "quiet")))


def _who(category: str) -> str:
    return "" if category == "people" else f" {_kind(category)}"


def _kind(category: str) -> str:
    return category if category in ("people", "staff", "other") else f"{category}s"


def _passage_rows(passages: PassagesView, quotas: list[QuotaView], paper: Paper) -> list[Line]:
    """Who got through of how many, as numbers and as a bar, on which days and by how many claims.

    On one line where there is room; else the days and the bar on a second.
    """
    goals = list(dict.fromkeys(paper.amount(quota.figure) for quota in quotas))
    of = f" of {' or '.join(goals)}" if goals else ""
    what = line(f"  {wording.DIRECTION[passages.direction]:<7}{paper.ranged(passages)}{of}")
    differ = passages.counts > 1
    claims = wording.cl(wording.claimants(passages))
    said = (f"{paper.glyphs.differ} {claims}" if differ else claims, "differ" if differ else "quiet")
    days = (f"{paper.days(passages.first_day, passages.last_day)} ", "quiet")
    bar = (f"{shown} ", "bar") if (shown := _bar(passages, quotas, paper.glyphs)) else ("", "")
    whole = line(days, bar, said)
    if what.width + whole.width < paper.width:
        return [paper.both(what, whole)]
    if bar[0] and what.width + line(bar, said).width < paper.width:
        return [paper.both(what, line(bar, said)), line((f"         {days[0]}", "quiet"))]
    return [*paper.apart(what, line(said)), line(("         ", ""), days, bar)]


def _bar(passages: PassagesView, quotas: list[QuotaView], glyphs: Glyphs) -> str:
    """Passages against the highest quota, in six cells: full up to the low bound, half up to the high one."""
    tops = [top for quota in quotas if (top := quota.figure.high or quota.figure.best or quota.figure.low) is not None]
    if not tops or not max(tops):
        return ""
    top, cells = max(tops), 6
    low = passages.best if passages.best is not None else passages.low or 0
    high = passages.best if passages.best is not None else passages.high if passages.high is not None else low
    sure = min(cells, round(low * cells / top))
    maybe = min(cells, round(high * cells / top)) - sure
    rest = glyphs.hollow * (cells - sure - maybe)
    shown = glyphs.full * sure + glyphs.half * maybe + rest
    return shown if low or high else glyphs.hollow * cells


def _nothing(paper: Paper, writes: bool) -> list[Line]:
    press = f" Press {paper.glyphs.keys['append']} to record one." if writes else ""
    return paper.teach(
        "No crossing is on record at this vantage.",
        f"A crossing has a status for each direction, for people and for goods, and counts of who got through.{press}",
    )
