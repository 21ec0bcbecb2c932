"""Discrepancies in a Situation."""

from __future__ import annotations

from typing import Literal

from projections.situation.claims import Marked, Part

DISAGREEING = 200
"""How many discrepancies it holds where they are what is asked for."""


DiscrepancyKind = Literal[
    "claimants_differ",
    "statuses_not_summed",
    "announcement_contradicted",
    "quoted_differently",
    "bounds_out_of_order",
    "parts_do_not_add_up",
    "start_dates_differ",
    "phase_out_of_order",
    "already_open",
    "status_contested",
    "announcement_denied",
    "quota_passages",
    "series_falls",
    "series_and_strikes",
    "series_differ",
    "strike_not_reported",
    "unregistered_claimant",
    "clock_jump",
]


class Discrepancy(Marked, frozen=True, kw_only=True):
    """Two things on record that do not agree, shown and not smoothed over."""

    kind: DiscrepancyKind
    text: str
    records: tuple[str, ...]


class OfKind(Part, frozen=True, kw_only=True):
    """What does not agree in one way: how often in all, and the newest by the time that they are about."""

    kind: DiscrepancyKind
    total: int
    newest: tuple[Discrepancy, ...]
