"""The app: every action of the table, from the classes that hold them."""

from __future__ import annotations

from tui.dashboard.comparing import Comparing
from tui.dashboard.line_view import LineView
from tui.dashboard.recording import Recording
from tui.dashboard.travel import Travel
from tui.dashboard.window import LIVE, Setup

__all__ = ["LIVE", "DashboardApp", "Setup"]


class DashboardApp(Travel, Recording, Comparing):
    """The dashboard. Starts live unless the setup says otherwise."""

    def action_palette(self) -> None:
        """Every action by name."""
        from tui.dashboard.palette import Palette  # noqa: PLC0415

        def chose(action: str | None) -> None:
            if action == "detail":
                focused = self._main.focused
                if isinstance(focused, LineView):
                    focused.action_choose()
            elif action is not None:
                self.call_later(self.run_action, action)

        self.push_screen(Palette(glyphs=self.glyphs, actions=self._setup.actions), chose)
