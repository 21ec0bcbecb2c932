"""The `series-<claimant>-<measure>-<origin>` stream: a running figure that a claimant publishes."""

# no postponed annotations: see domain/values.py

from typing import Literal

from domain.report import Facts
from domain.values import Date, Figure, Slug, Text


class Defined(Facts, frozen=True, kw_only=True):
    """What a running figure counts, from when, where, and what it leaves in or out."""

    TOPIC = "series.defined"
    STREAM = "series"
    measure: Slug
    unit: Text
    origin: Date
    of: Slug | None = None
    stage: Literal["permitted", "entered", "offloaded", "collected", "delivered"] | None = None
    scope: Text
    inclusion: Text


class Published(Facts, frozen=True, kw_only=True):
    """The running figure as it stood at the end of `occurred`."""

    TOPIC = "series.published"
    STREAM = "series"
    figure: Figure


class Rebased(Facts, frozen=True, kw_only=True):
    """The count starts again: a new origin, and what was carried over."""

    TOPIC = "series.rebased"
    STREAM = "series"
    origin: Date
    offset: Figure
    reason: Text


FACTS: tuple[type[Facts], ...] = (Defined, Published, Rebased)
