"""The filter language: what each term lets through, what is wrong with a term, and no road that finds other records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.feed import listing as feed
from projections.feed.filter_parser import FIELDS, FLAGS, HARMS, FilterRefused, Term, language, parse
from projections.feed.filter_sql import wanted as conditions_of
from projections.readmodel import ReadModel
from projections.situation import RecordLine
from tests.projections.records import CIVIL_DEFENCE, NOW, Log, at_least, exactly
from tests.reliability.scale import scaled


@pytest.fixture
def model(log: Log, tmp_path: Path) -> Iterator[ReadModel]:
    report = log.struck()  # 1
    claim = log.killed(26, caused_by=report.id, via=("Reuters",))  # 2
    log.killed(32, CIVIL_DEFENCE)  # 3
    log.correct(claim, {"figure": exactly(28)})  # 4
    log.status("limited", "2026-02-02", conditions="a list, no limit on goods")  # 5
    gone = log.killed(7)  # 6
    log.retract(gone)  # 7
    with ReadModel.open(log, tmp_path / "m.db") as found:
        yield found


def found(model: ReadModel, text: str, as_of: str | None = None, known_at: str | None = None) -> list[int]:
    vantage = model.vantage(as_of, known_at, now=NOW)
    wanted = model.wanted(text, now=NOW)
    positions = [line.position for line in model.feed(vantage, wanted=wanted)]
    assert model.feed_count(vantage, wanted=wanted) == len(positions)
    return positions


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("", [7, 6, 5, 4, 3, 2, 1]),
        ("!", [7, 6, 5, 4, 3, 2, 1]),
        ("type:strike.casualties_claimed", [6, 3, 2]),
        ("type:strike", [6, 3, 2, 1]),
        ("type:crossing.*", [5]),
        ("type:record", [7, 4]),
        ("!type:record type:strike", [6, 3, 2, 1]),
        ("claimant:gaza-civil-defence", [3]),
        ("claimant:civil", [3]),
        ("claimant:DEFENCE", [3]),
        ("claimant=gaza-moh", [6, 2, 1]),
        ("claimant=gaza", []),
        ("stream:crossing", [5]),
        ("stream=crossing", []),
        ("via:reut", [2]),
        ("of:palestin", [6, 3, 2]),
        ("of:israelis", []),
        ("state:retracted", [6]),
        ("retracted", [6]),
        ('"retracted"', [7]),
        ("corrected", [2]),
        ("!corrected !retracted type:strike", [3, 1]),
        ("state:edit", [7, 4]),
        ("killed>=28", [3, 2]),
        ("killed>28", [3]),
        ("killed<28", [6]),
        ("killed<=28", [6, 2]),
        ("killed=28", [2]),
        ("killed:28", [2]),
        ("!killed>=28 type:strike.casualties_claimed", [6]),
        ("injured>=0", []),
        ("since:2026-02-01 type:crossing", [5]),
        ("since:2026-02-03 type:crossing", []),
        ("since:2026-02 type:crossing", [5]),
        ("since:2026-03 type:crossing", []),
        ("until:2026-02-01 type:crossing", []),
        ("until:2026-02-02 type:crossing", [5]),
        ('"no limit"', [5]),
        ('"limit no"', []),
        ("no limit", [5]),
        ('!"no limit" type:crossing', []),
        ("goods !killed", [5]),
        ("kill civil", [3]),
    ],
)
@pytest.mark.parametrize("rare", [0, feed.RARE])
def test_what_a_filter_lets_through(
    model: ReadModel, monkeypatch: pytest.MonkeyPatch, text: str, positions: list[int], rare: int
) -> None:
    monkeypatch.setattr(feed, "RARE", rare)  # 0: walking along the log, whatever the indexes know
    assert found(model, text) == positions


def test_a_filter_sees_what_was_known_then(model: ReadModel) -> None:
    assert found(model, "killed=26", known_at="@3") == [2]
    assert found(model, "killed=28", known_at="@3") == []
    assert found(model, "retracted", known_at="@6") == []
    assert found(model, "type:strike", as_of="2026-01-30") == []


def test_open_ends_reach_as_far_as_their_number(log: Log, tmp_path: Path) -> None:
    log.struck()
    log.killed(at_least(32))
    with ReadModel.open(log, tmp_path / "m.db") as model:
        assert found(model, "killed>=32") == [2]
        assert found(model, "killed>=33") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("staet:retracted", {"staet:retracted": "did you mean state?"}),
        ("type:strik", {"type:strik": "did you mean type:strike?"}),
        ("state:gone", {"state:gone": "use one of standing, corrected, retracted, erased, unreadable, edit"}),
        ("claimant:", {"claimant:": "write claimant:gaza-moh"}),
        ("via=reuters", {"via=reuters": "write via:reuters"}),
        ("killed>=many", {"killed>=many": "write killed>=5, killed<3 or killed=0"}),
        ('no "limit on', {'"limit on': "where they end"}),
        ('claimant:"moh', {'claimant:"moh': "where they end"}),
        ('"no limit" "', {'"': "where they end"}),
        ("http://x", {"http://x": "put words that hold a colon in quotes"}),
        ("rafah killed> since:2026-01-01 of>2", {"killed>": "write killed>=5", "of>2": "write of:palestinians"}),
    ],
)
def test_each_wrong_term_is_named_with_its_remedy(text: str, wrong: dict[str, str]) -> None:
    with pytest.raises(FilterRefused) as refused:
        parse(text)
    told = {problem.where: problem.remedy for problem in refused.value.problems}
    assert told.keys() == wrong.keys()
    assert all(remedy in told[where] for where, remedy in wrong.items())


def test_names_and_times_are_held_against_the_log(model: ReadModel) -> None:
    with pytest.raises(FilterRefused) as refused:
        model.wanted("claimant:gaza-moj since:soon until:day:1", now=NOW)
    told = [(problem.where, problem.what) for problem in refused.value.problems]
    assert told[:2] == [
        ("claimant:gaza-moj", "no claimant 'gaza-moj' is on record"),
        ("since:soon", "'soon' is not a time"),
    ]
    assert "day can be counted" in told[2][1]
    assert refused.value.problems[0].remedy == "did you mean claimant:gaza-moh?"


def test_the_language_lists_every_word_of_it() -> None:
    listed = " ".join(typed for typed, _ in language()) + " ".join(meaning for _, meaning in language())
    assert all(word in listed for word in (*FIELDS, *FLAGS, *HARMS))
    for typed, _ in language():
        parse(typed)


@pytest.mark.parametrize(
    "text",
    ["killed", "moh", "type:crossing rafah", "claimant:moh killed>=10", "late", '!"people" type:crossing', "people in"],
)
@pytest.mark.parametrize("as_of", [None, "2026-01-31"])
def test_pages_by_position_are_the_whole_list(
    gaza: ReadModel, monkeypatch: pytest.MonkeyPatch, text: str, as_of: str | None
) -> None:
    vantage, wanted = gaza.vantage(as_of, None, now=NOW), gaza.wanted(text, now=NOW)
    whole = gaza.feed(vantage, wanted=wanted, limit=10_000)
    paged: list[RecordLine] = []
    while page := gaza.feed(vantage, wanted=wanted, before=paged[-1].position if paged else None, limit=7):
        paged += page
    assert paged == whole
    assert gaza.feed_count(vantage, wanted=wanted, at_most=5) == min(5, len(whole))
    monkeypatch.setattr(feed, "RARE", 0)
    assert gaza.feed(vantage, wanted=wanted, limit=10_000) == whole


WORDS = st.text("abé-_ .:", max_size=8)


@given(texts=st.lists(WORDS, min_size=2, max_size=2), words=WORDS, whole=st.booleans())
@settings(max_examples=scaled(100, 1_000), deadline=None, suppress_health_check=list(HealthCheck))
def test_words_are_found_as_a_plain_reading_finds_them(texts: list[str], words: str, whole: bool) -> None:
    """As beginnings, wherever they stand; or as a whole, side by side."""
    import sqlite3  # noqa: PLC0415 - the one test that needs a bare index

    sought = [tokens(words)] if whole else [tokens(word) for word in words.split()]
    with sqlite3.connect(":memory:") as index:
        terms = (Term("phrase" if whole else "words", words),)
        if not any(sought):
            return
        [condition] = conditions_of(terms, index, lambda *_: 0)
        index.execute("CREATE VIRTUAL TABLE t USING fts5(a, b, tokenize='unicode61 remove_diacritics 2')")
        index.execute("INSERT INTO t VALUES (?, ?)", texts)
        hit = index.execute("SELECT 1 FROM t WHERE t MATCH ?", (condition.match,)).fetchone() is not None
    assert hit == all(any(stand(each, tokens(text), whole=whole) for text in texts) for each in sought if each)


def tokens(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain.lower())


def stand(words: list[str], text: list[str], *, whole: bool) -> bool:
    """Whether words stand in a text side by side; unless they are the whole, the last of them may go on."""
    *before, last = words
    size = len(words)
    places = (text[start : start + size] for start in range(len(text) - size + 1))
    return any(
        place[:-1] == before and (place[-1] == last if whole else place[-1].startswith(last)) for place in places
    )


@given(text=st.text(max_size=100))
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_no_filter_makes_it_fail(model: ReadModel, text: str) -> None:
    with suppress(FilterRefused):
        found(model, text)


@pytest.mark.parametrize("text", ["!corrected", "killed>=1", "since:2025-02-01", "via:a", "of:palestinians"])
def test_a_walk_along_the_log_goes_block_by_block_and_stops(
    gaza: ReadModel, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """What a page costs must not grow with the log: block after block, until it is full."""
    monkeypatch.setattr(feed, "RARE", -1)  # no condition leaves few
    vantage, wanted = gaza.vantage(None, None, now=NOW), gaza.wanted(text, now=NOW)
    with gaza._connected() as connection:
        reading = gaza._reading(connection, vantage)
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        assert len(feed.feed_lines(reading, wanted, limit=3)) == 3
        connection.set_trace_callback(None)
    blocks = [sql for sql in asked if "ORDER BY o.id" in sql]
    assert 0 < len(blocks) < 3  # of the three that there are


def test_every_mistake_is_named_whatever_it_takes_to_see_it(model: ReadModel) -> None:
    with pytest.raises(FilterRefused) as refused:
        model.wanted('foo:bar since:soon killed>=x "open', now=NOW)
    assert {one.where for one in refused.value.problems} == {"foo:bar", "since:soon", "killed>=x", '"open'}
