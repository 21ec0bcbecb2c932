"""The fields that every report has: when, who says it, from where; and those that few reports need."""

from __future__ import annotations

from tui.dashboard import wording
from tui.dashboard.forms.form import Entry, Known

WHEN = "today, now, a date (2026-02-02), an instant (2026-02-02T17:30:00+02:00), START/END"
_SAID = "when the claimant said it: today, now, a date or an instant"
PLACES = {"reported_at": "reported", "sources": "source", "sources[0].url": "url", "original.lang": "lang"}
"""Fields of a report that a form calls by another name."""
BASES = ("stated", "inferred", "unattributed")
HANDLING = ("public", "restricted")
PRECISIONS = ("", *(f"{number} {words}" for number, words in wording.PRECISION.items()))
"""How well a time is known; nothing: as its length says."""


def entries(known: Known) -> tuple[Entry, ...]:
    """When, who, from where; then what few reports need."""
    return (
        Entry("occurred", "occurred", hint=WHEN, required=True, known=_times(known), heading="the report"),
        Entry("reported", "reported", hint=_SAID, required=True, known=_times(known)),
        claimant(known, "claimant", "claimant", "", "who says it, like gaza-moh", required=True),
        Entry("via", "via", "", "outlets that carried it, commas between", known=known.words_of("via")),
        Entry("source", "source", "", "title of the document, or who told you", required=True),
        Entry("url", "its address", "", "https://..., if it has one"),
        Entry("handling", "handling", "public", options=HANDLING),
        *_rest(known),
    )


def _times(known: Known) -> tuple[str, ...]:
    return ("today", "now", known.today)


def _rest(known: Known) -> tuple[Entry, ...]:
    return (
        precision("date_precision", "", heading="rarely needed"),
        Entry("claimant_basis", "claimant is", "stated", "how the claimant is known", options=BASES),
        claimant(known, "relays", "relays", "", "another claimant whose count this repeats"),
        Entry("means", "source is a", "", options=("", "document", "told", "observed")),
        Entry("sha256", "its SHA-256", "", "of the document's bytes, 64 hex digits"),
        Entry("more_sources", "more sources", "", "titles, | between; in full title=...; url=...; means=..."),
        Entry("original", "own words", "", "what the claimant said, in the claimant's language"),
        Entry("lang", "their language", "", "a tag, like ar or he", known=("ar", "en", "fr", "he")),
        Entry("caused_by", "belongs to", "", "another record: its id, key, or position as @207"),
    )


def precision(name: str, value: str, *, heading: str = "") -> Entry:
    """A field for how well a time is known."""
    hint = "how well the time is known (UCDP date_prec); nothing: as its length says"
    return Entry(name, "time known", value, hint, options=PRECISIONS, heading=heading, unset="as its length says")


def claimant(known: Known, name: str, label: str, value: str, hint: str, *, required: bool = False) -> Entry:
    """A field for a claimant, completed from all that are on record."""
    return Entry(name, label, value, hint, required=required, known=known.words_of("claimant"), completes="claimant")
