"""The values that records are made of: words, times as they were said, figures, sources."""

# No postponed annotations where records are defined: msgspec would compile each from its text, 6 ms of every start.

from typing import Annotated, Literal

from msgspec import Meta, Struct

MAX_TEXT_BYTES = 64 * 1024
MAX_DEPTH = 16  # of nested objects and lists; no type needs more
MAX_COUNT = 10**12  # far above any figure of the field; keeps every sum inside a 64-bit integer

Slug = Annotated[
    str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120, description="lower-case words joined by hyphens")
]
StreamName = Annotated[
    str,
    Meta(
        pattern=r"^(ceasefire|strike|crossing|series|statement|place|source)-[A-Za-z0-9][A-Za-z0-9._-]*$",
        max_length=200,
        description="a stream: its kind, a hyphen, its own name",
    ),
]
RecordId = Annotated[
    str,
    Meta(pattern=r"^[a-z]+-[A-Za-z0-9._-]+/[1-9][0-9]*$", description="a record's id: stream/version"),
]
Key = Annotated[str, Meta(min_length=1, max_length=200, description="idempotency key, unique in the log")]
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_BYTES)]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]

# A day or an instant matches only if it is on the calendar, so that every Python reads what is stored alike:
# 3.14 takes 24:00 for an hour, and others do not. The years at the ends of the calendar have no day before or after.
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY_OF_ANY_YEAR = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DAY = f"(?!000[01]|9999)(?:[0-9]{{4}}-{_DAY_OF_ANY_YEAR}|{_LEAP_YEAR}-02-29)"
_TIME = "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z"
DATE_PATTERN = f"^{_DAY}$(?!\\n)"
MOMENT_PATTERN = f"^{_DAY}(?:{_TIME})?$(?!\\n)"

Date = Annotated[str, Meta(pattern=DATE_PATTERN, description="a local day in the log's timezone")]
Moment = Annotated[
    str, Meta(pattern=MOMENT_PATTERN, description="an instant in UTC, or a local day in the log's timezone")
]


class Value(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every stored value: immutable, strict, absent fields left out of the JSON.

    msgspec does not inherit `kw_only`, and type checkers do not `frozen`, so each subclass says both.
    """


class Span(Value, frozen=True, kw_only=True):
    """When something happened, if that is not one day or one instant.

    `precision` is UCDP's `date_prec` (GED codebook): 0 time of day known, 1 one day, 2 within 2-6 days, 3 a week,
    4 a month, 5 longer. `end` is inclusive; without it only the start is on record.
    """

    start: Moment
    end: Moment | None = None
    precision: Annotated[int, Meta(ge=0, le=5)]


Occurred = Moment | Span


def start_of(occurred: Occurred) -> Moment:
    """The first moment of an occurrence, as stored."""
    return occurred.start if isinstance(occurred, Span) else occurred


Qualifier = Literal["exact", "about", "at_least", "at_most", "range", "words"]


class Amount(Value, frozen=True, kw_only=True):
    """A number as it was said. UCDP's low, best and high (counts, never negative); open bounds are absent.

    exact n: all three; at least n: `low`; at most n: `high`; about n: `best`; `words` keeps the wording.
    """

    low: Count | None = None
    best: Count | None = None
    high: Count | None = None
    qualifier: Qualifier
    words: Text | None = None


class Figure(Amount, frozen=True, kw_only=True):
    """An amount, with the labelled parts that its claimant gave with it."""

    parts: dict[str, Amount] | None = None


class Source(Value, frozen=True, kw_only=True):
    """A document, or a telling, that carries the report (Berkeley Protocol: identify, and allow to check)."""

    title: Text
    url: Annotated[str, Meta(pattern=r"^https?://", max_length=2000)] | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")] | None = None
    means: Literal["document", "told", "observed"] | None = None


class Original(Value, frozen=True, kw_only=True):
    """The claimant's own words, in their language (BCP 47 tag)."""

    text: Text
    lang: Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


ClaimantBasis = Literal["stated", "inferred", "unattributed"]
Handling = Literal["public", "restricted"]
Direction = Literal["into", "out_of"]
Load = Literal["people", "goods"]
Harm = Literal["killed", "injured", "missing", "detained"]
CivilStatus = Literal["civilian", "combatant", "police", "aid_worker", "health_worker", "journalist", "unstated"]
Inclusion = Literal["new", "succumbed", "recovered", "committee", "unstated"]
CrossingStatus = Literal["open", "limited", "closed", "contested", "unknown"]


def exact(count: int) -> Figure:
    """The figure of somebody who gave one number without a qualifier."""
    return Figure(low=count, best=count, high=count, qualifier="exact")


def bounds(figure: Amount) -> tuple[int | None, int | None]:
    """Lowest and highest value that the words allow; None is an open end.

    "About n" is taken as n at both ends: no wider reading of it is on record.
    """
    low = figure.low if figure.low is not None else (figure.best if figure.qualifier != "at_most" else None)
    high = figure.high if figure.high is not None else (figure.best if figure.qualifier != "at_least" else None)
    return low, high
