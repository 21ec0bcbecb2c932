"""Nothing in a text from the log is obeyed by the terminal, and nothing in it is hidden."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.safe_text import has_rtl, on_a_line, plain, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;cHduZWQ=\x07", "␛]52;c;cHduZWQ=␇"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\x9b2J", "⟦U+009B⟧2J"),
        ("32\u202e23", "32⟦U+202E⟧23"),
        ("a\u2066b\u2069", "a⟦U+2066⟧b⟦U+2069⟧"),
        ("\u200e\u200f\u061c", "⟦U+200E⟧⟦U+200F⟧⟦U+061C⟧"),
        ("two\u2028lines\u2029", "two⟦U+2028⟧lines⟦U+2029⟧"),
        ("in\u200bvisible\ufeff", "in⟦U+200B⟧visible⟦U+FEFF⟧"),
        ("tab\tnew\nline\r", "tab␉new␊line␍"),
        ("plain [closed] text", "plain [closed] text"),
        ("كرم أبو سالم", "كرم أبو سالم"),
        ("Türkiye · é", "Türkiye · é"),
    ],
)
def test_what_would_be_obeyed_or_hidden_is_shown(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


@given(st.text())
def test_nothing_unprintable_is_left(text: str) -> None:
    for char in visible(text):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_twice_is_the_same_as_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_marks_do_not_climb_over_other_lines() -> None:
    assert visible("a" + "\u0301" * 6).count("\u0301") == 4


@pytest.mark.parametrize("text", ["Rafah [closed]", "[/x]", "[@click=app.quit]go[/]", "[red]x"])
def test_plain_is_never_markup(text: str) -> None:
    content = plain(text)
    assert content.plain == text
    assert not content.spans


def test_right_to_left_text_is_named_where_it_shares_a_line() -> None:
    assert has_rtl("معبر رفح")
    assert has_rtl("רפיח")
    assert not has_rtl("Rafah 32+")
    assert on_a_line("معبر رفح 32") == "⟨right-to-left text⟩ 32"
    assert on_a_line("Rafah") == "Rafah"
