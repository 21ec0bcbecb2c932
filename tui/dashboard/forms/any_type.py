"""A form for any record type of the catalogue, made from the type itself."""

from __future__ import annotations

from domain.catalogue import record_type
from domain.lines import Draft
from projections.feed.entry import DuplicateQuery
from tui.dashboard.forms import report
from tui.dashboard.forms.form import Form, Known, Values
from tui.dashboard.forms.naming import NEW, stream_entry
from tui.dashboard.forms.own_fields import own_entries, read_own
from tui.dashboard.forms.reader import Reader

_ONCE = {"crossing.registered", "place.registered", "source.registered", "series.defined"}


def title_of(topic: str) -> str:
    """`crossing.quota_set` is "Crossing: quota set"."""
    kind, name = topic.replace("_", " ").split(".", 1)
    return f"{kind.capitalize()}: {name}"


def type_form(topic: str, known: Known, key: str, stream: str = "", target: str = "") -> Form:
    """One record of a type. `stream` and `target`, the record that it is about, stand there to begin with.

    Raises Refused when there is no such type.
    """
    facts = record_type(topic).facts
    makes_name = NEW.get(topic)

    def stream_of(reader: Reader) -> str | None:
        return reader.text("stream") or (makes_name(reader, key) if makes_name else None)

    def write(values: Values) -> list[Draft]:
        reader = Reader(values, known)
        body = reader.body(read_own(topic, reader))
        reader.stream(topic, "" if stream_of(reader) else "the stream")
        reader.check()
        return [Draft(topic, stream_of(reader) or "", body, key)]

    def looks(values: Values) -> list[DuplicateQuery]:
        reader = Reader(values, known)
        occurred, claimant = reader.occurred(), reader.text("claimant")
        if topic in _ONCE:
            named = stream_of(reader)
            return [DuplicateQuery(topic, named)] if named else []
        if occurred is None or claimant is None:
            return []
        # a new statement or strike has a stream of its own: the same one may be on record under another name
        return [DuplicateQuery(topic, reader.text("stream"), claimant, occurred)]

    first = {"target": target, "timezone": known.zone} if target else {"timezone": known.zone}
    hint = "empty: a new one, named by what you fill in" if makes_name else ""
    named = stream_entry(facts.STREAM, known, stream, hint=hint, required=makes_name is None)
    return Form(
        title_of(topic),
        (named, *own_entries(topic, known, first), *report.entries(known)),
        key,
        write,
        places=report.PLACES,
        looks=looks,
    )
