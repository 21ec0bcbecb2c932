"""Two things on record that do not agree: shown in a neutral sentence, with the records, and never smoothed over."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from domain.calendar import Calendar
from projections.ceasefires import Ceasefire
from projections.rows import Version
from projections.running import Running
from projections.situation import Discrepancy
from projections.strikes import StrikeBook
from projections.vantage import ResolvedVantage


class Evidence(Struct, frozen=True, kw_only=True):
    """What stands at the vantage, as the other parts of the Situation see it."""

    connection: sqlite3.Connection
    vantage: ResolvedVantage
    calendar: Calendar
    book: StrikeBook
    ceasefires: tuple[Ceasefire, ...]
    shown: Ceasefire | None
    crossings: tuple[Version, ...]
    series: tuple[Running, ...]


def discrepancies(evidence: Evidence) -> list[Discrepancy]:
    """Every discrepancy at the vantage, the newest first."""
    return []
