"""Panel 2: strikes per day, casualties by population as ranges, running figures beside what is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from projections.situation import Population, SeriesView, Situation, StrikeRange, StrikeView
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, clip, line, pad
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line

LATEST = 5
"""How many of the latest strikes stand before the running figures."""
ROOMY = 60
"""From this width a strike says harm and population in full."""


def bars(counts: list[int], glyphs: Glyphs) -> str:
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
    out = _counts(situation, paper)
    for population in strikes.populations:
        out.extend(_population_rows(population, paper))
    if strikes.latest:
        shown = len(strikes.latest)
        note = f"latest of {wording.number(strikes.total)} strikes" if strikes.total > shown else "latest strikes"
        of_whom = whom(strikes.latest)
        # said once where there is no room for it on each line
        tells = ": killed, of whom" if of_whom and paper.width < ROOMY else ""
        out.append(paper.fit(line((f"{note}{tells}", "head"))))
        column = max(7, *(cell_len(paper.short(each.occurred)) for each in strikes.latest))
        out.extend(_strike_row(each, paper, of_whom, column) for each in strikes.latest[:LATEST])
    series = [each for each in situation.series if each.recorded_sum is not None]
    if series:
        out.append(paper.fit(line(("running figures, each by its claimant", "head"))))
        for each in series:
            out.extend(series_rows(each, paper))
    if len(strikes.latest) > LATEST:
        out.append(line((f"earlier strikes{tells}", "head")))
        out.extend(_strike_row(each, paper, of_whom, column) for each in strikes.latest[LATEST:])
    return out


def strikes_summary(situation: Situation, width: int, glyphs: Glyphs) -> Line:
    """The panel in one line."""
    strikes = situation.strikes
    paper = Paper.of(situation, width, glyphs)
    counted = f"7 d: {strikes.week.strikes} ({_change(situation)})"
    recorded = f"{counted} {glyphs.dot} {wording.number(strikes.count)} recorded"
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


def whom(strikes: Sequence[StrikeView]) -> bool:
    """Whether the casualties of these strikes are of more than one population: then each says of which."""
    return len({one.of for each in strikes for one in each.ranges}) > 1


def strike_headline(each: StrikeView, paper: Paper, of_whom: bool = False) -> tuple[str, list[StrikeRange]]:
    """What is claimed of a strike in few words, and the ranges it is from: killed first, else whatever there is."""
    for harm in ("killed", "injured", "missing", "detained"):
        every = [one for one in each.ranges if one.harm == harm]
        ranges = ([one for one in every if one.ruled] or every)[:3]
        if ranges:
            if len({one.of for one in ranges}) > 1:
                shown = ", ".join(f"{paper.ranged(one)} {_population(one, paper)}" for one in ranges)
                return f"{shown} {harm}", ranges
            shown = ", ".join(paper.ranged(one) for one in ranges)
            if not of_whom:
                return f"{shown} {harm}", ranges
            population = _population(ranges[0], paper)
            if paper.width >= ROOMY:
                return f"{shown} {harm} ({population})", ranges
            return f"{shown} {population}" if harm == "killed" else f"{shown} {harm} {population}", ranges
    return "no casualties claimed", []


def _population(one: StrikeRange, paper: Paper) -> str:
    """Whose casualties, cut where the place would have no room."""
    return clip(on_a_line(one.of), max(9, paper.width // 4), paper.glyphs.more)


def _change(situation: Situation) -> str:
    week = situation.strikes.week
    return f"{week.strikes - week.before:+d}" if week.strikes != week.before else "same"


def _counts(situation: Situation, paper: Paper) -> list[Line]:
    strikes = situation.strikes
    counts = [each.strikes for each in strikes.per_day]
    out: list[Line] = []
    if counts and paper.width >= len(counts) + 5:
        left = line((f"{len(counts)} d ", "quiet"), (bars(counts, paper.glyphs), "bar"))
        most = f"most {max(counts)} a day" if max(counts) else "none"
        room = paper.width - left.width - 1
        out.append(paper.both(left, line((most, "quiet"))) if len(most) <= room else left)
    since = f"since {paper.day(strikes.since)}" if strikes.since else "in all"
    left = line((" 7 d ", "quiet"), (str(strikes.week.strikes), "strong"), f" ({_change(situation)})")
    recorded = f"{wording.number(strikes.count)} recorded {since}"
    if left.width + len(recorded) >= paper.width:
        recorded = f"{wording.number(strikes.count)} {since}"
    out.append(paper.both(left, line(recorded)))
    newest = next((each for each in reversed(strikes.per_day) if each.strikes), None)
    if newest and newest.no_hour:
        verb = "has" if newest.no_hour == 1 else "have"
        text = f"{wording.plural(newest.no_hour, 'report')} of {paper.day(newest.day)} {verb} no hour"
        out.append(paper.fit(line((text, "quiet"))))
    return out


def _population_rows(population: Population, paper: Paper) -> list[Line]:
    """Killed and injured on a row each, the rest on one; the population's name once."""
    label = min(24, max(13, paper.width // 3))
    wide = paper.width >= 48
    out = []
    name = pad(on_a_line(population.of), label, paper.glyphs.more)
    rest = [harm for harm in population.harms if harm.harm not in ("killed", "injured")]
    for harm in population.harms:
        if harm in rest:
            continue
        left = line((f"{name} ", "strong"), f"{harm.harm} {paper.ranged(harm)}")
        strikes = f"{wording.plural(harm.strikes, 'strike')}, " if wide else ""
        out.append(paper.both(left, line((f"{strikes}{wording.cl(harm.claims)}", "quiet"))))
        name = " " * label
    if rest:
        shown = ", ".join(f"{harm.harm} {paper.ranged(harm)}" for harm in rest)
        claims = wording.cl(sum(harm.claims for harm in rest))
        out.append(paper.both(line((f"{name} ", "strong"), shown), line((claims, "quiet"))))
    return out


def series_rows(each: SeriesView, paper: Paper) -> list[Line]:
    """A running figure, its day, and what it has beyond the strikes on record."""
    target = Target("series", each.stream, (each.record,))
    measure = on_a_line(each.measure).replace("-", " ")
    stage = f" {each.stage}" if each.stage and each.stage not in measure else ""
    mark = " (corrected)" if each.corrected else ""
    left = line((on_a_line(each.claimant), "strong"), f" {measure}{stage}", target=target)
    right = line(f"{paper.amount(each.figure)}{mark}", (f" {paper.short(each.as_of):>7}", "quiet"))
    out = [paper.both(left, right)]
    if each.residue is not None:
        rest = wording.residue(each.residue, paper.glyphs.most)
        summed = paper.ranged(each.recorded_sum) if each.recorded_sum else "0"
        long = f"  less {summed} in recorded strikes: {rest} not tied to a strike on record"
        text = long if len(long) <= paper.width else f"  {rest} beyond {summed} on record"
        out.append(paper.fit(line((text, "quiet"), target=target)))
    return out


def _strike_row(each: StrikeView, paper: Paper, of_whom: bool, column: int) -> Line:
    """A strike on a line, its day in so many cells."""
    what, ranges = strike_headline(each, paper, of_whom)
    differ = any(one.counts > 1 for one in ranges)
    when = pad(paper.short(each.occurred), column, paper.glyphs.more)
    part = " (part)" if each.part_of else ""
    left = line(
        (f"{when} ", "quiet"), f"{on_a_line(each.place)}{part}", target=Target("strike", each.stream, (each.record,))
    )
    runs: list[str | tuple[str, str]] = [what]
    if ranges:
        runs.append((f" {paper.glyphs.differ}" if differ else f" {paper.glyphs.dot}", "differ" if differ else "quiet"))
        runs.append((f" {wording.cl(sum(wording.claimants(one) for one in ranges))}", "quiet"))
    return paper.both(left, line(*runs))


def _nothing(paper: Paper, writes: bool) -> list[Line]:
    press = f" Press {paper.glyphs.keys['append']} to record one." if writes else ""
    return paper.teach(
        "No strike is on record at this vantage.",
        f"A strike is an incident of fire, by anyone; each toll is a claim with its claimant.{press}",
    )
