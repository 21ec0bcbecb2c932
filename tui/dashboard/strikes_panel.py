"""Panel 2: strikes per day, casualties by population as ranges, running figures beside what is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rich.cells import cell_len

from projections.situation import Population, SeriesView, Situation
from projections.text import NO_DAY
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, clip, line
from tui.dashboard.paper import Paper
from tui.dashboard.strike_list import strike_rows
from tui.safe_text import on_a_line

LATEST = 5
"""How many of the latest strikes stand before the running figures."""
ROOMY = 48
"""From this width a sum says over how many strikes it is."""
FAR = 76
"""So far apart, and no further, do a name and its figures stand."""


def bars(counts: Sequence[int], glyphs: Glyphs) -> str:
    """One sign per count, as high as its share of the highest; none at all is told apart from the least."""
    top = max(counts, default=0)
    steps = len(glyphs.bars)
    return "".join(
        glyphs.empty_bar if not count else glyphs.bars[max(0, -(-count * steps // top) - 1)] for count in counts
    )


def strikes_lines(situation: Situation, width: int, glyphs: Glyphs, *, writes: bool = True) -> list[Line]:
    """The whole panel, for a width in cells."""
    paper = Paper.of(situation, width, glyphs)
    strikes = situation.strikes
    if not strikes.total and not strikes.count and not situation.series:
        return _nothing(paper, writes)
    narrow = replace(paper, width=min(width, FAR))  # side by side, where the eye has not far to go
    out = _counts(situation, narrow)
    for population in strikes.populations:
        out.extend(_population_rows(population, narrow))
    latest, earlier = strikes.latest[:LATEST], strikes.latest[LATEST:]
    if latest:
        more = strikes.total > len(strikes.latest)
        title = f"latest of {wording.number(strikes.total)} strikes" if more else "latest strikes"
        out += strike_rows(latest, title, paper)
    series = [each for each in situation.series if each.recorded_sum is not None]
    if series:
        out.append(paper.fit(line(("running figures, each by its claimant", "head"))))
        for each in series:
            out.extend(series_rows(each, series, paper))
    if earlier:
        out += strike_rows(earlier, "earlier strikes", paper)
    return out


def strikes_summary(situation: Situation, width: int, glyphs: Glyphs) -> Line:
    """The panel in one line."""
    strikes = situation.strikes
    paper = Paper.of(situation, width, glyphs)
    counted = _silence(situation) or f"7 d: {_week(situation)}"
    recorded = f"{counted} {glyphs.dot} {wording.number(strikes.count)} recorded" if strikes.count else counted
    killed = [(on_a_line(one.of), harm) for one in strikes.populations for harm in one.harms if harm.harm == "killed"]
    if not killed:
        return paper.fit(line(recorded))
    # no population is left out because another came first: all of their names give way alike
    longest = max(cell_len(of) for of, _ in killed)
    for before, room in ((recorded, longest), *((counted, room) for room in range(longest, 4, -1))):
        told = ", ".join(f"{clip(of, room, glyphs.more)} {paper.ranged(harm)}" for of, harm in killed)
        shown = line(f"{before} {glyphs.dot} killed: {told}")
        if shown.width <= width:
            return shown
    return paper.fit(line(f"{recorded} {glyphs.dot} killed, of {len(killed)} populations"))


def _week(situation: Situation) -> str:
    """How many in 7 days, and how many more than in the 7 before: where nothing is on record, nothing is counted."""
    week = situation.strikes.week
    if not week.strikes:
        return "nothing on record"
    change = f"{week.strikes - week.before:+d}" if week.strikes != week.before else "same"
    return f"{week.strikes} ({change})" if week.before else str(week.strikes)


def _silence(situation: Situation) -> str:
    """For how long nobody has reported a strike; empty where a strike is among the days that are shown."""
    strikes = situation.strikes
    if any(each.strikes for each in strikes.per_day):
        return ""
    if not strikes.latest:
        return "no strike on record"
    last = wording.last_day(strikes.latest[0].occurred, situation.vantage.timezone)
    days = (date.fromisoformat(situation.vantage.as_of_day) - last).days
    return f"no report of a strike for {wording.plural(days, 'day')}"


def _counts(situation: Situation, paper: Paper) -> list[Line]:
    strikes = situation.strikes
    counts = [each.strikes for each in strikes.per_day]
    out: list[Line] = []
    since = f"since {paper.day(strikes.since)}" if strikes.since else "in all"
    recorded = f"{wording.number(strikes.count)} recorded {since}"
    if silence := _silence(situation):
        if strikes.count:
            return paper.apart(line((silence, "unknown")), line(recorded))
        return paper.block(f"{silence} {since}" if strikes.since else silence, "unknown")
    if paper.width >= len(counts) + 5:
        left = line((f"{len(counts)} d ", "quiet"), (bars(counts, paper.glyphs), "bar"))
        most = f"most {max(counts)} a day"
        room = paper.width - left.width - 1
        out.append(paper.both(left, line((most, "quiet"))) if len(most) <= room else left)
    left = line((" 7 d ", "quiet"), (_week(situation), "strong"))
    if left.width + len(recorded) >= paper.width:
        recorded = f"{wording.number(strikes.count)} {since}"
    out += paper.apart(left, line(recorded))
    newest = next((each for each in reversed(strikes.per_day) if each.strikes), None)
    if newest and newest.no_hour:
        verb = "has" if newest.no_hour == 1 else "have"
        text = f"{wording.plural(newest.no_hour, 'report')} of {paper.day(newest.day)} {verb} no hour"
        out.append(paper.fit(line((text, "quiet"))))
    return out


def _population_rows(population: Population, paper: Paper) -> list[Line]:
    """Killed and injured on a row each, the rest on one; the population's name once, and never cut for a figure."""
    counted: list[tuple[str, str]] = []
    for harm in population.harms:
        if harm.harm in ("killed", "injured"):
            strikes = f"{wording.plural(harm.strikes, 'strike')}, " if paper.width >= ROOMY else ""
            counted.append((f"{harm.harm} {paper.ranged(harm)}", f"{strikes}{wording.cl(harm.claims)}"))
    rest = [harm for harm in population.harms if harm.harm not in ("killed", "injured")]
    if rest:
        shown = ", ".join(f"{harm.harm} {paper.ranged(harm)}" for harm in rest)
        counted.append((shown, wording.cl(sum(harm.claims for harm in rest))))
    claims = max((len(said) for _, said in counted), default=0)
    rows = [line(shown, (f"  {said:>{claims}}", "quiet")) for shown, said in counted]
    name = line((on_a_line(population.of), "strong"))
    if name.width + rows[0].width >= paper.width:
        return [paper.fit(name), *(shown for row in rows for shown in paper.right(row))]
    return [paper.both(name, rows[0]), *(shown for row in rows[1:] for shown in paper.right(row))]


def series_rows(each: SeriesView, among: Sequence[SeriesView], paper: Paper) -> list[Line]:
    """A running figure, its day, and what it has beyond the strikes on record: on one line where there is room.

    Since when it counts is said where its claimant has another of the measure `among` them, or nobody says since when.
    """
    target = Target("series", each.stream, (each.record,))
    alike = [other for other in among if _counted(other) == _counted(each)]
    since = f"since {paper.day(each.origin)}" if each.origin else f"from {NO_DAY}"
    since = since if len(alike) > 1 or not each.origin else ""
    column = replace(paper, width=min(paper.width, FAR))
    head, before = _head(each, since, target, column)
    beside = paper.width - column.width - 2
    if beside >= ROOMY and not before:
        return [line(*head.runs, (f"  {_residue(each, beside, paper)}", "quiet"), target=target)]
    room = paper.width - 2 - (len(before) + 2 if before else 0)
    told = ": ".join(part for part in (before, _residue(each, room, paper)) if part)
    return [head, *paper.block(told, "quiet", target)] if told else [head]


def _head(each: SeriesView, since: str, target: Target, paper: Paper) -> tuple[Line, str]:
    """Whose figure of what it is, and how much as of when; and what had no room beside the name, to be said below."""
    figure = f"{paper.amount(each.figure)}{' (corrected)' if each.corrected else ''}"
    measure, day = _measure(each), paper.short(each.as_of)
    dated = line(figure, (f" {day:>7}", "quiet"))
    ways = (
        ((measure, since), dated, ()),
        ((measure,), dated, (since,)),
        ((measure,), line(figure), (since, day)),
        ((), line(figure), (measure, since, day)),
    )
    for beside, right, below in ways:
        left = line(
            (wording.marked(each, on_a_line(each.claimant)), "strong"),
            *(f" {part}" for part in beside if part),
            target=target,
        )
        if left.width + right.width < paper.width or not beside:
            return paper.both(left, right), ", ".join(part for part in below if part)
    raise AssertionError("the last way is taken")


def _measure(each: SeriesView) -> str:
    """What a running figure counts, at which stage."""
    _, measure, stage = _counted(each)
    return on_a_line(f"{measure} {stage}" if stage and stage not in measure else measure)


def _counted(each: SeriesView) -> tuple[str, str, str | None]:
    """Whose figure it is and of what."""
    return each.claimant, each.measure.replace("-", " "), each.stage


def _residue(each: SeriesView, room: int, paper: Paper) -> str:
    """What a figure has beyond the strikes on record, in as many words as there is room for."""
    if each.residue is None:
        return ""
    told = on_a_line(each.residue.text)
    whole = told[told.find(" less ") + 1 :]
    if cell_len(whole) <= room:
        return whole
    summed = paper.ranged(each.recorded_sum) if each.recorded_sum else "0"
    low, high = each.residue.low, each.residue.high
    if low is None and high is None:
        told, rest = f"{summed} on record", ", rest not known"
    elif high is not None and high < 0:
        told, rest = f"{wording.span_of(-high, None if low is None else -low)} fewer than {summed}", " on record"
    elif high is None and low is not None and low < 0:
        told, rest = f"{wording.number(low)} or more beyond {summed}", " on record"
    else:
        told, rest = f"{wording.residue(each.residue, paper.glyphs.most)} beyond {summed}", " on record"
    return told + rest if low is high is None or cell_len(told + rest) <= room else told


def _nothing(paper: Paper, writes: bool) -> list[Line]:
    press = f" Press {paper.glyphs.keys['append']} to record one." if writes else ""
    return paper.teach(
        "No strike is on record at this vantage.",
        f"A strike is an incident of fire, by anyone; each toll is a claim with its claimant.{press}",
    )
