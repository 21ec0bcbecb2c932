"""Panel 3: crossings. Status per direction, quota beside passages, who was refused, and how old the news is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from projections.situation import CrossingView, PassagesView, QuotaView, Situation, StatusView
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, line
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line

OUTCOME = {"turned_back": "turned back", "held": "held", "unstated": "not let through"}


def crossings_lines(situation: Situation, width: int, glyphs: Glyphs) -> list[Line]:
    """The whole panel, for a width in cells."""
    paper = Paper.of(situation, width, glyphs)
    if not situation.crossings:
        return _nothing(paper)
    return [row for each in _in_order(situation.crossings) for row in _crossing_rows(each, paper)]


def crossings_summary(situation: Situation, width: int, glyphs: Glyphs) -> Line:
    """The panel in one line."""
    runs: list[str | tuple[str, str]] = []
    for each in _in_order(situation.crossings):
        if runs:
            runs.append(f" {glyphs.dot} ")
        statuses = _statuses(each)
        shown = statuses[0][0].status if statuses else "unknown"
        runs.append((f"{glyphs.status[shown]} {shown.upper()}", shown))
        runs.append(f" {on_a_line(each.name)}")
    return Paper.of(situation, width, glyphs).fit(line(*runs) if runs else line(("no crossing on record", "quiet")))


def _in_order(crossings: Sequence[CrossingView]) -> list[CrossingView]:
    """Those with something known of their status first; by name within."""
    return sorted(crossings, key=lambda each: (not _statuses(each), each.name))


def _statuses(each: CrossingView) -> list[tuple[StatusView, str]]:
    """The known statuses, equal ones of both directions as one: (status, "people both ways")."""
    out: list[tuple[StatusView, str]] = []
    for load, ways in (("people", each.people), ("goods", each.goods)):
        into, out_of = ways.into, ways.out_of
        if into.status == out_of.status and into.since == out_of.since:
            if into.status != "unknown":
                out.append((into, f"{load} both ways"))
            continue
        for way, word in ((into, "into"), (out_of, "out of")):
            if way.status != "unknown":
                out.append((way, f"{load} {word}"))
    return out


def _crossing_rows(each: CrossingView, paper: Paper) -> list[Line]:
    glyphs = paper.glyphs
    target = Target("crossing", each.stream)
    name = on_a_line(each.name)
    news = wording.silence(each.silence_days)
    statuses = _statuses(each)
    out: list[Line] = []
    if not statuses:
        left = line((f"{glyphs.status['unknown']} UNKNOWN ", "unknown"), (name, "strong"), target=target)
        out.append(paper.both(left, line((news, "quiet"))))
    for index, (status, what) in enumerate(statuses):
        sign = (f"{glyphs.status[status.status]} {status.status.upper()} ", status.status)
        since = f"since {paper.day(status.since)}" if status.since else ""
        left = line(sign, (f"{name} " if not index else "", "strong"), what, target=target)
        out.append(paper.both(left, line((since, "quiet"))))
        if status.status == "contested":
            said = f" {glyphs.dot} ".join(f"{claim.status} says {on_a_line(claim.claimant)}" for claim in status.claims)
            out.append(paper.fit(line((f"  {said}", "differ"), target=target)))
        elif status.until:
            until = f"  until {paper.moment(status.until)}"
            out.append(paper.fit(line((until, "quiet"), target=target)))
    out.extend(_traffic_rows(each, paper, target))
    for announced in each.announced:
        says = f"{announced.status} from {paper.moment(announced.starts)}: {on_a_line(announced.claimant)}"
        denied = f", denied by {on_a_line(', '.join(announced.denied_by))}" if announced.denied_by else ""
        ink = "differ" if announced.denied_by else "quiet"
        shown = line((f"  {glyphs.announced} announced {says}{denied}", ink), target=target)
        out.append(paper.fit(shown))
    if statuses and (each.silence_days or 0) > 2:
        out.append(paper.fit(line((f"  newest report {news}", "unknown"), target=target)))
    return out


def _traffic_rows(each: CrossingView, paper: Paper, target: Target) -> list[Line]:
    out: list[Line] = []
    unused = list(each.quotas)
    for passages in each.passages:
        mine = [one for one in each.quotas if _compares(one, passages)]
        out.append(_passage_row(passages, mine, paper, target))
        unused = [one for one in unused if one not in mine]
    for quota in unused:
        what = f"{wording.DIRECTION[quota.direction]} {paper.amount(quota.figure)}{_per(quota)}"
        text = f"  {what} {quota.kind}{_category(quota.category)}, none counted"
        out.append(paper.fit(line((text, "quiet"), target=target)))
    for refused in each.refused:
        outcome = f"{OUTCOME[refused.outcome]}, {wording.DIRECTION[refused.direction]}"
        days = paper.days(refused.first_day, refused.last_day)
        left = line(f"  {paper.ranged(refused)} {outcome}", target=target)
        out.append(paper.both(left, line((f"{days} {wording.cl(refused.claims)}", "quiet"))))
    return out


def _compares(quota: QuotaView, passages: PassagesView) -> bool:
    """Whether a quota speaks of the same thing: category, direction, length of period."""
    length = {"day": 1, "week": 7}.get(quota.per)
    return (
        quota.category == passages.category
        and quota.direction == passages.direction
        and (length is None or length == passages.days)
    )


def _per(quota: QuotaView) -> str:
    return f" a {quota.per}" if quota.per != "period" else ""


def _category(category: str) -> str:
    return "" if category == "people" else f" {category}s"


def _passage_row(passages: PassagesView, quotas: list[QuotaView], paper: Paper, target: Target) -> Line:
    goals = list(dict.fromkeys(paper.amount(quota.figure) for quota in quotas))
    of = f" of {' or '.join(goals)}" if goals else ""
    what = f"  {wording.DIRECTION[passages.direction]:<7}{paper.ranged(passages)}{of}{_category(passages.category)}"
    differ = passages.counts > 1
    claims = f"{paper.glyphs.differ} {wording.cl(passages.claims)}" if differ else wording.cl(passages.claims)
    right = [(claims, "differ" if differ else "quiet")]
    room = paper.width - cell_len(what) - cell_len(claims) - 2
    bar = _bar(passages, quotas, paper.glyphs)
    if bar and room >= cell_len(bar) + 1:
        right.insert(0, (f"{bar} ", "bar"))
        room -= cell_len(bar) + 1
    days = paper.days(passages.first_day, passages.last_day)
    if room >= cell_len(days) + 1:
        right.insert(0, (f"{days} ", "quiet"))
    return paper.both(line(what, target=target), line(*right))


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


def _nothing(paper: Paper) -> list[Line]:
    texts = (
        ("No crossing is on record at this vantage.", "strong"),
        ("A crossing has a status for each direction,", "quiet"),
        ("for people and for goods, and counts of who", "quiet"),
        ("got through. Press a to record one.", "quiet"),
    )
    return [paper.fit(line(text)) for text in texts]
