"""A form for every type of the catalogue: what is typed becomes the record, and what is on record can be typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import pytest

from domain.catalogue import CATALOGUE, record_type
from domain.lines import canonical_values
from tests.domain.examples import example_lines
from tests.tui.watching import now
from tui.commands import field_words
from tui.commands.fields import fields_of
from tui.dashboard.forms.any_type import type_form
from tui.dashboard.forms.choosing import TYPES, chooser_lines
from tui.dashboard.forms.crossing import passages_form, status_form
from tui.dashboard.forms.editing import retract_form, revise_form
from tui.dashboard.forms.foot import HELP_LINES, help_words
from tui.dashboard.forms.form import Entry, Form, Known, Wrong
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.forms.own_fields import typed_own
from tui.dashboard.forms.report import PRECISIONS
from tui.dashboard.forms.strike import strike_form
from tui.dashboard.glyphs import ASCII, UNICODE, Glyphs
from tui.dashboard.lines import wrapped
from tui.dashboard.lines_screen import Hint

KNOWN = Known(today="2026-09-01", zone="Asia/Gaza", clock=now)
LINES = {each["type"]: each for each in example_lines()}


def begun(form: Form) -> dict[str, str]:
    return {entry.name: entry.value or (entry.options[0] if entry.options else "") for entry in form.entries}


def filled(form: Form, line: dict[str, Any]) -> dict[str, str]:
    """A form with everything that a line of a file says typed into it."""
    occurred = line["occurred"]
    span = isinstance(occurred, dict)
    source = line["sources"][0]
    facts = CATALOGUE[line["type"]].facts
    named = {name: "a-1/1" if name == "target" else ("a-1/1",) for name in facts.REFERS}
    own = typed_own(msgspec.convert({**line["data"], **named}, facts))
    own |= dict.fromkeys(facts.REFERS, "a:key")
    return {
        **begun(form),
        "stream": line["stream"],
        **own,
        "occurred": f"{occurred['start']}/{occurred['end']}" if span else occurred,
        "date_precision": PRECISIONS[occurred["precision"] + 1] if span else "",
        "reported": line["reported_at"],
        "claimant": line["claimant"],
        "claimant_basis": line["claimant_basis"],
        "via": ", ".join(line["via"]),
        "source": source["title"],
        "means": source.get("means", ""),
    }


@pytest.mark.parametrize("topic", TYPES)
def test_what_a_file_can_say_can_be_typed(topic: str) -> None:
    line = LINES[topic]
    form = type_form(topic, KNOWN, "form:1")
    (draft,) = form.write(filled(form, line))
    assert (draft.type, draft.stream, draft.key) == (topic, line["stream"], "form:1")
    wanted = {name: value for name, value in line.items() if name not in ("type", "stream", "key")}
    assert _settled(draft.body) == _settled(canonical_values(wanted))


def _settled(value: Any) -> Any:
    """Without what says nothing, in any order where order says nothing; references are all the same here."""
    if isinstance(value, dict):
        if set(value) == {"key"}:
            return "REFERENCE"
        return {name: _settled(inner) for name, inner in value.items() if inner not in ([], None)}
    if isinstance(value, list):
        return sorted((_settled(inner) for inner in value), key=lambda inner: sorted(str(inner)))
    return value


@pytest.mark.parametrize("topic", TYPES)
def test_nothing_is_chosen_or_claimed_by_a_form_itself(topic: str) -> None:
    """An untouched form writes nothing: every field that must be filled in says that it is missing."""
    form = type_form(topic, KNOWN, "form:1")
    with pytest.raises(Wrong) as wrong:
        form.write(begun(form))
    must = {field.name for field in fields_of(topic) if field.required and field.absent is None}
    said = {"timezone"} | {field.name for field in fields_of(topic) if "unstated" in field.words}
    assert set(wrong.value.words) >= must - said | {"claimant", "source"}


SAYS_NOTHING = {"", "unstated", "nobody says", "stated", "public"}
"""What may be chosen to begin with: no word, or the word for it; the claimant named; open to all."""
OWN_FORMS: dict[str, Callable[[], Form]] = {
    "strike": lambda: strike_form(KNOWN, "form:1"),
    "status": lambda: status_form(KNOWN, "form:1"),
    "passages": lambda: passages_form(KNOWN, "form:1"),
    "retract": lambda: retract_form("strike-a/1", "strike-a", None, KNOWN, "form:1"),
    **{topic: partial(type_form, topic, KNOWN, "form:1") for topic in TYPES},
}


@pytest.mark.parametrize("name", OWN_FORMS)
def test_no_claim_is_preset(name: str) -> None:
    form = OWN_FORMS[name]()
    chosen = {entry.name: entry.value for entry in form.entries if entry.options}
    assert {entry: word for entry, word in chosen.items() if word not in SAYS_NOTHING} == (
        {"handling": "restricted"} if name == "retract" else {}
    )
    if name != "retract":
        assert not any(entry.value for entry in form.entries if entry.name in ("occurred", "reported", "claimant"))


def test_every_choice_of_a_strike_that_is_open_is_told_at_once() -> None:
    form = strike_form(KNOWN, "form:1")
    values = {**begun(form), "killed": "3"}
    with pytest.raises(Wrong) as wrong:
        form.write(values)
    told = wrong.value.words.keys() | {entry.name for entry in form.missing(values)}
    assert told == {"kind", "place", "clarity", "of", "provisional", "occurred", "reported", "claimant", "source"}
    on_record = {entry.name for entry in form.missing({**values, "stream": "strike-a"})}
    assert on_record == {"occurred", "reported", "claimant", "source"}


def test_a_kind_of_error_is_not_preset() -> None:
    line = LINES["strike.assessed"]
    body = canonical_values({name: value for name, value in line.items() if name not in ("type", "stream", "key")})
    form = revise_form("strike.assessed", "a/1", "strike-a", record_type("strike.assessed").convert(body), KNOWN, "k")
    assert {entry.name for entry in form.missing(begun(form))} == {"kind", "reason"}


@pytest.mark.parametrize("topic", TYPES)
def test_every_field_is_called_by_words_of_the_field(topic: str) -> None:
    assert all(field_words.says(topic, field.name) for field in fields_of(topic))


def test_the_chooser_lists_every_type_under_its_stream() -> None:
    refs = [each.target.ref for each in chooser_lines("", (), UNICODE) if each.target is not None]
    assert set(TYPES) <= set(refs)
    assert len(TYPES) == len(CATALOGUE) - 3
    narrowed = chooser_lines("crossing quota", (), UNICODE)
    assert [each.target.ref for each in narrowed if each.target is not None] == ["crossing.quota_set"]
    assert "no record type has these words" in chooser_lines("xyzzy", (), UNICODE)[0].text


@pytest.mark.parametrize("topic", TYPES)
def test_an_untouched_revision_changes_nothing_and_says_so(topic: str) -> None:
    line = LINES[topic]
    body = canonical_values({name: value for name, value in line.items() if name not in ("type", "stream", "key")})
    for name in CATALOGUE[topic].facts.REFERS:
        body["data"] = {**body["data"], name: "strike-a/1" if name == "target" else ["strike-a/1"]}
    report = record_type(topic).convert(body)
    form = revise_form(topic, "strike-a/1", line["stream"], report, KNOWN, "form:1")
    values = {**begun(form), "reason": "a test", "kind": "transcription"}
    with pytest.raises(Wrong) as wrong:
        form.write(values)
    assert list(wrong.value.words.values()) == ["nothing is changed yet: mend the field that is wrong"]
    assert form.changes is not None
    assert form.changes(values) == []


def wrong_in(form: Form, **values: str) -> dict[str, str]:
    with pytest.raises(Wrong) as wrong:
        form.write({**begun(form), **values})
    return wrong.value.words


@pytest.mark.parametrize("form", [passages_form, status_form], ids=["passages", "status"])
def test_an_unknown_crossing_is_said_with_all_else_that_is_wrong(form: Callable[[Known, str], Form]) -> None:
    wrong = wrong_in(form(KNOWN, "form:1"), stream="raf", claimant="Gaza MoH", occurred="yesterday")
    assert wrong["stream"] == "no crossing on record is called 'raf'; a new one is written crossing-NAME"
    assert "lower-case words joined by hyphens" in wrong["claimant"]
    assert {"occurred", "source"} <= wrong.keys()
    assert "does not belong to 'strike-a'" in wrong_in(form(KNOWN, "form:1"), stream="strike-a")["stream"]


@pytest.mark.parametrize("name", ["rafah", "Rafah", " RAFAH ", "crossing-rafah"])
@pytest.mark.parametrize("form", [passages_form, status_form], ids=["passages", "status"])
def test_a_crossing_on_record_can_be_typed_by_its_name(form: Callable[[Known, str], Form], name: str) -> None:
    known = replace(KNOWN, streams={"crossing": ("crossing-rafah",)})
    made = form(known, "form:1")
    said = {"claimant": "desk", "source": "a call", "occurred": "2026-02-02", "reported": "2026-02-02"}
    way = {"direction": "into", "category": "people", "status": "open", "directions": "into", "carries": "people"}
    values = {**begun(made), **said, **way, "passed": "12", "stream": name}
    assert [draft.stream for draft in made.write(values)] == ["crossing-rafah"]
    assert made.looks is not None
    assert {look.stream for look in made.looks(values)} == {"crossing-rafah"}
    assert made.advice is not None
    assert made.advice(values) == ""


@pytest.mark.parametrize("width", [76, 116])
def test_the_help_of_a_field_lists_whole_values_and_says_that_there_are_more(width: int) -> None:
    entry = Entry("stream", "crossing", hint="its stream", known=tuple(f"crossing-of-a-name-{n}" for n in range(6)))
    told = help_words(entry, "", width, "…")
    assert len(wrapped(told, width)) <= HELP_LINES
    assert told.endswith("; …") == (width == 76)
    assert told.removesuffix("; …").rsplit("; ", 1)[1] in entry.known
    assert help_words(entry, "name-3", width, "…").endswith("On record: crossing-of-a-name-3")


def test_a_crossing_that_is_not_on_record_is_told_apart_from_a_slip() -> None:
    known = Known(today="2026-09-01", zone="Asia/Gaza", clock=now, streams={"crossing": ("crossing-rafah",)})
    form = passages_form(known, "form:1")
    assert form.advice is not None
    assert "No crossing is on record as crossing-raffah" in form.advice({**begun(form), "stream": "crossing-raffah"})
    assert form.advice({**begun(form), "stream": "crossing-rafah"}) == ""
    assert form.advice({**begun(form), "stream": "rafah"}) == ""  # the field itself says what is wrong


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_every_key_of_a_form_has_its_word_at_80_columns(glyphs: Glyphs) -> None:
    (foot,) = Hint(FormScreen.KEYS, glyphs=glyphs).make(80)
    assert foot.width <= 80
