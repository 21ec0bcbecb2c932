"""What the fields of the record types are called and mean, in words: one table for the options' help and the forms."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    # ceasefire
    "against": ("against", "whom the claimant accuses"),
    "by": ("by whom", "who did it, if that is said"),
    "cause": ("cause", "the cause given, in the claimant's account"),
    "change": ("change", "what became of the phase"),
    "class": ("class", "cessation, preliminary or definitive (UN guidance on mediation)"),
    "clause": ("clause", "where the agreement says it"),
    "commitment": ("commitment", "its short name, like release-of-hostages"),
    "done": ("done so far", "how much of it is done"),
    "due": ("due", "by when: a date or an instant"),
    "label": ("about", "what the phase is about, as the claimant puts it"),
    "mediators": ("mediators", "who mediated"),
    "obligated": ("obligated", "whose promise it is, if the agreement says so"),
    "parties": ("parties", "between whom"),
    "party": ("party", "who it is, in the claimant's account"),
    "phase": ("phase", "the phase's number"),
    "score": ("score", "0 none, 1 minimal, 2 intermediate, 3 full (Kroc PAM)"),
    "scorer": ("scorer", "who scores it, like desk"),
    "basis": ("basis", "what it rests on"),
    "sense": ("sense", "what begins on that day"),
    "target": ("target", "how much was promised"),
    "text": ("text", "what is said, in a few neutral words"),
    "timezone": ("timezone", "whose days are counted, like Asia/Gaza"),
    "title": ("title", "the ceasefire's name"),
    "to": ("to whom", "who received them, if that is said"),
    "unit": ("unit", "what is counted, like people"),
    "what": ("step", "what was done"),
    "written": ("in writing", "whether it was declared in writing"),
    "about": ("about", "streams or subjects that it is about"),
    "per": ("per", "the length of time that it is for"),
    # strike
    "clarity": ("clarity", "1 one incident, 2 a total that cannot be split (UCDP)"),
    "grade": ("grade", "the grade of the evidence (Airwars)"),
    "grader": ("grader", "who grades it, like desk"),
    "harm": ("harm", "what happened to them"),
    "incidents": ("incidents", "how many incidents, where they cannot be split"),
    "includes": ("includes", "what the count includes"),
    "justification": ("reason given", "in the claimant's account"),
    "kind": ("kind", "what sort it is"),
    "of": ("of whom", "a party or population, like palestinians"),
    "other": ("other strike", "the stream of the other strike"),
    "place": ("place", "in OCHA's spelling"),
    "provisional": ("early count", "whether it is an early or running count"),
    "relation": ("relation", "what this strike is to the other"),
    "stance": ("stance", "what is said of responsibility"),
    "status": ("status", "what they were, as the claimant says"),
    # crossing
    "carries": ("for", "people, goods, or both"),
    "categories": ("who or what", "categories that the limits name"),
    "category": ("who", "people is the total"),
    "conditions": ("conditions", "limits that somebody states"),
    "direction": ("direction", "which way"),
    "directions": ("directions", "which way, or both"),
    "figure": ("figure", "how many"),
    "from": ("from", "when it is to hold: a date or an instant"),
    "name": ("name", "its name"),
    "outcome": ("they were", "turned back, or held"),
    "reason": ("reason given", "in the claimant's account"),
    "sides": ("sides", "the sides that it joins"),
    "until": ("until", "the end of its schedule, if it has one: a date or an instant"),
    # series
    "inclusion": ("inclusion", "what it leaves in or out"),
    "measure": ("measure", "what is measured, like killed"),
    "offset": ("carried over", "the figure that was carried over"),
    "origin": ("origin", "the day from which it counts"),
    "scope": ("scope", "the area that it covers"),
    "stage": ("stage", "where on their way goods are counted"),
    # registers and statements
    "aliases": ("other names", "with their language"),
    "answers_to": ("answers to", "the body that it belongs to"),
    "figures": ("figures", "figures in it; they are never summed"),
    "lat": ("latitude", "WGS 84 degrees"),
    "lon": ("longitude", "WGS 84 degrees"),
    "pcode": ("pcode", "OCHA's place code"),
    "precision": ("precision", "1 exact, to 7 (UCDP where_prec)"),
    "reliability": ("reliability", "A completely reliable, to F cannot be judged (Admiralty code)"),
    # every report
    "claimant_basis": ("claimant is", "how the claimant is known"),
    "relays": ("relays", "another claimant whose count this repeats"),
    "via": ("via", "outlets that carried it"),
    "handling": ("handling", "whether exports hold it"),
}
_OF_A_TYPE: dict[str, tuple[str, str]] = {
    "ceasefire.suspended.by": ("by whom", "who suspends it"),
    "ceasefire.resumed.by": ("by whom", "who resumes it"),
    "ceasefire.ended.by": ("by whom", "who ends it"),
    "ceasefire.phase_changed.by": ("by whom", "who announced it, if somebody did"),
    "crossing.announcement_denied.target": ("announcement", "the announcement that is denied"),
    "crossing.change_announced.status": ("status", "the status that is to hold"),
    "crossing.quota_set.basis": ("basis", "the text or the agreement that it rests on"),
    "crossing.quota_set.kind": ("kind", "what sort of number it is"),
    "series.defined.of": ("of whom", "a population, like palestinians, where it counts people"),
    "series.rebased.reason": ("reason", "why it is counted anew"),
    "source.rated.by": ("rated by", "who rates it, like desk"),
    "strike.responsibility_stated.target": ("target given", "in the claimant's account"),
}


def label(topic: str, name: str) -> str:
    """What a field is called: `of` of a casualty claim is "of whom"."""
    return _words(topic, name)[0]


def says(topic: str, name: str) -> str:
    """What a field means, in a few words; nothing where the table has none."""
    return _words(topic, name)[1]


def _words(topic: str, name: str) -> tuple[str, str]:
    return _OF_A_TYPE.get(f"{topic}.{name}") or _WORDS.get(name) or (name.replace("_", " "), "")
