"""What the named inks look like: Okabe-Ito colours, apart for every colour vision, on dark and on light.

Okabe and Ito, Color Universal Design (2008). Status is never told by colour alone; no ink stands for a party.
"""

from __future__ import annotations

from rich.style import Style
from textual.theme import Theme

_DARK = {
    "blue": "#56B4E9",
    "yellow": "#F0E442",
    "vermillion": "#F57F45",
    "purple": "#E39AC6",
    "grey": "#97a3af",
    "cursor": "#233140",
}
_LIGHT = {
    "blue": "#005C90",
    "yellow": "#665800",
    "vermillion": "#8f3c00",
    "purple": "#8f3069",
    "grey": "#505a63",
    "cursor": "#dcd8cc",
}


def _inks(colour: dict[str, str]) -> dict[str, Style]:
    blue, yellow, vermillion, purple, grey = (
        colour[name] for name in ("blue", "yellow", "vermillion", "purple", "grey")
    )
    return {
        "": Style.null(),
        "strong": Style(bold=True),
        "cursor": Style(bold=True, bgcolor=colour["cursor"]),
        "quiet": Style(color=grey),
        "head": Style(bold=True, color=grey),
        "key": Style(bold=True, color=blue),
        "bar": Style(color=blue),
        "open": Style(color=blue, bold=True),
        "limited": Style(color=yellow, bold=True),
        "closed": Style(color=vermillion, bold=True),
        "contested": Style(color=purple, bold=True),
        "unknown": Style(color=grey, bold=True),
        "differ": Style(color=purple),
        "score0": Style(color=vermillion, bold=True),
        "score1": Style(color=purple, bold=True),
        "score2": Style(color=yellow, bold=True),
        "score3": Style(color=blue, bold=True),
        "live": Style(color=blue, bold=True),
        "replay": Style(reverse=True, bold=True),
        "trouble": Style(reverse=True, bold=True, color=vermillion),
        "error": Style(color=vermillion, bold=True),
        "gone": Style(color=grey, strike=True),
        "edited": Style(color=purple),
        "new": Style(color=yellow, bold=True),
        "here": Style(color=yellow, bold=True),
    }


DARK_INKS = _inks(_DARK)
LIGHT_INKS = _inks(_LIGHT)

DARK = Theme(
    name="ceasefire-dark",
    primary=_DARK["blue"],
    secondary=_DARK["purple"],
    warning=_DARK["yellow"],
    error=_DARK["vermillion"],
    success=_DARK["blue"],
    accent=_DARK["yellow"],
    foreground="#dbe2ea",
    background="#0f1318",
    surface="#0f1318",
    panel="#1c242d",
    dark=True,
    variables={"frame": "#5c6977", "field": "#2a3641"},
)
LIGHT = Theme(
    name="ceasefire-light",
    primary=_LIGHT["blue"],
    secondary=_LIGHT["purple"],
    warning=_LIGHT["yellow"],
    error=_LIGHT["vermillion"],
    success=_LIGHT["blue"],
    accent=_LIGHT["yellow"],
    foreground="#1c2126",
    background="#fbfaf7",
    surface="#fbfaf7",
    panel="#eceae4",
    dark=False,
    variables={"frame": "#8d897d", "field": "#dcd8cc"},
)
