"""The one screen: banner, four panels, scrubber, keys; and how they share the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from projections.situation import Situation
from tui.dashboard.actions import ACTIONS, Action, bindings
from tui.dashboard.banner import Banner
from tui.dashboard.crossings_panel import crossings_lines, crossings_summary
from tui.dashboard.drawing import Drawing
from tui.dashboard.feed import Feed
from tui.dashboard.filter_line import FilterLine
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.keybar import KeyBar
from tui.dashboard.panel import Panel, Summary
from tui.dashboard.phase_panel import phase_lines, phase_summary
from tui.dashboard.scrubber import Scrubber
from tui.dashboard.snapshot import Snapshot
from tui.dashboard.strikes_panel import strikes_lines, strikes_summary

PANELS = (
    (1, "Phase & commitments", "phase", phase_lines, phase_summary, ("ceasefire", "commitments", "allegations")),
    (2, "Strikes", "strikes", strikes_lines, strikes_summary, ("strikes", "series")),
    (3, "Crossings", "crossings", crossings_lines, crossings_summary, ("crossings", "series", "ages")),
)
"""Number, title, id, what draws the panel, what draws it in one line, and which parts of the Situation it shows."""


class MainScreen(Screen[None]):
    """Widgets and their places. What the keys do stands in the app."""

    AUTO_FOCUS = "#feed"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (46, "-high")]  # noqa: RUF012
    DEFAULT_CSS = """
    MainScreen { layout: vertical; background: $background; color: $foreground; }
    MainScreen #deck { height: 44%; layout: horizontal; }
    MainScreen.-high #deck { height: 52%; }
    MainScreen.-narrow #deck { layout: vertical; height: 11; }
    MainScreen #deck #phase { width: 1fr; }
    MainScreen #deck #strikes { width: 1.2fr; }
    MainScreen #deck #crossings { width: 1.1fr; }
    MainScreen.-narrow #deck Panel { display: none; height: 1fr; }
    MainScreen.-narrow #deck #phase { width: 100%; }
    MainScreen.-narrow #deck #strikes { width: 100%; }
    MainScreen.-narrow #deck #crossings { width: 100%; }
    MainScreen.-narrow #deck Panel.front { display: block; }
    MainScreen #deck Summary { display: none; }
    MainScreen.-narrow #deck Summary { display: block; }
    MainScreen.-narrow #deck Summary.front { display: none; }
    MainScreen.-narrow.mending #scrubber { display: none; }
    MainScreen.-narrow.mending #keys { display: none; }
    MainScreen.-narrow.mending #keys.saying { display: block; }
    MainScreen.zoom-feed #deck { display: none; }
    MainScreen.zoom-deck #feed { display: none; }
    MainScreen.zoom-deck #deck { height: 1fr; }
    MainScreen.zoom-deck #deck Panel { display: none; }
    MainScreen.zoom-deck #deck #phase { width: 100%; }
    MainScreen.zoom-deck #deck #strikes { width: 100%; }
    MainScreen.zoom-deck #deck #crossings { width: 100%; }
    MainScreen.zoom-deck #deck Summary { display: none; }
    MainScreen.zoom-deck #deck Panel.front { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    def __init__(self, *, glyphs: Glyphs, writes: bool, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__()
        self._writes = writes
        self.banner = Banner(glyphs=glyphs, id="banner")
        self.panels = tuple(
            Panel(number, title, Drawing(draw, parts, glyphs), glyphs=glyphs, id=id)
            for number, title, id, draw, _, parts in PANELS
        )
        self.summaries = tuple(
            Summary(number, title, draw, glyphs=glyphs, id=f"{id}-line") for number, title, id, _, draw, _ in PANELS
        )
        self.feed = Feed(glyphs=glyphs, id="feed")
        self.scrubber = Scrubber(glyphs=glyphs, id="scrubber")
        self.filter = FilterLine(glyphs=glyphs, id="filter")
        self.keybar = KeyBar(glyphs=glyphs, id="keys", actions=actions)
        self.bring_forward(0)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        # known before the first layout, so that nothing is laid out, styled and drawn for another width first
        size = self.app.size
        for cells, points in ((size.width, self.HORIZONTAL_BREAKPOINTS), (size.height, self.VERTICAL_BREAKPOINTS)):
            self.add_class(next(name for least, name in reversed(points) if cells >= least))
        yield self.banner
        with Container(id="deck"):
            for panel, summary in zip(self.panels, self.summaries, strict=True):
                yield panel
                yield summary
        yield self.feed
        yield self.filter
        yield self.scrubber
        yield self.keybar

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot. Each widget draws again only what has changed."""
        writes = self._writes and snapshot.stand.live
        for panel in self.panels:
            panel.show(snapshot.situation, writes=writes)
        for summary in self.summaries:
            summary.show(snapshot.situation)
        self.feed.writes = writes
        self.feed.show(snapshot)
        self.filter.know(snapshot.situation)
        self.keybar.offer(writes=writes, live=snapshot.stand.live)
        self.scrubber.show(snapshot)

    def ahead(self) -> Callable[[Situation], None]:
        """What draws the panels ahead, for the room that they have now, of a Situation in replay. For any thread."""
        rooms = [(panel.drawing, panel.room) for panel in self.panels if panel.size.width]

        def draw(situation: Situation) -> None:
            for drawing, room in rooms:
                drawing.lines(situation, room, writes=False)

        return draw

    def on_filter_line_judged(self, message: FilterLine.Judged) -> None:
        """What is wrong with a filter has room below it; the records stay those of the last one understood."""
        message.stop()
        self.set_class(not message.understood, "mending")
        self.feed.doubt(not message.understood)

    def bring_forward(self, index: int) -> None:
        """The panel that has the room where there is room for one."""
        self._front = index
        for place, (panel, summary) in enumerate(zip(self.panels, self.summaries, strict=True)):
            panel.set_class(place == index, "front")
            summary.set_class(place == index, "front")

    def to_panel(self, number: int) -> None:
        """The focus to panel 1 to 4."""
        zoomed = self.has_class("zoom-feed") or self.has_class("zoom-deck")
        if number == 4:
            target: Panel | Feed = self.feed
        else:
            self.bring_forward(number - 1)
            target = self.panels[number - 1]
        if zoomed:
            self.set_class(number == 4, "zoom-feed")
            self.set_class(number != 4, "zoom-deck")
        target.focus()

    @property
    def at_hand(self) -> int:
        """The number of the panel that has the focus."""
        for panel, (number, *_) in zip(self.panels, PANELS, strict=True):
            if panel.has_focus:
                return number
        return 4

    def zoom(self) -> None:
        """The panel at hand on the whole screen, and back."""
        if self.has_class("zoom-feed") or self.has_class("zoom-deck"):
            self.remove_class("zoom-feed", "zoom-deck")
        elif self.at_hand == 4:
            self.add_class("zoom-feed")
        else:
            self.bring_forward(self.at_hand - 1)
            self.add_class("zoom-deck")
