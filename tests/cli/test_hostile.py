"""Whatever is typed: an exit code of the table, words, and no control character from anybody's text."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import CLAIM
from tests.reliability.scale import scaled
from tui.commands.root import COMMANDS, ceasefire

NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "-",
            "--",
            "-3d",
            "@",
            "@99999999999999999999",
            "day:",
            "day:99999999999",
            "9999-12-30",
            "1066-10-14",
            "2026-02-02/",
            "2026-05-22/9999-12-31",
            "/2026-02-02",
            "now",
            "\x1b]52;c;aGk=\x07",
            "\u202eevil",
            "\ud800",
            "a\x00b",
            "[/x]",
            "[@click=app.bell]x[/]",
            "%s%n",
            "'; DROP TABLE records; --",
            "9" * 400,
            "-" * 50,
            '{"key": 1}',
        ]
    ),
)
WORDS = st.one_of(
    st.tuples(st.sampled_from([*COMMANDS, "nonsense"]), NASTY, NASTY).map(list),
    st.tuples(st.sampled_from(["replay", "show"]), NASTY, st.just("--known-at"), NASTY).map(list),
    st.tuples(st.just("events"), st.sampled_from(["--since", "--until", "--text", "--type", "--stream"]), NASTY).map(
        list
    ),
    st.tuples(
        st.sampled_from(
            ["--figure", "--part", "--data", "--occurred", "--reported-at", "--claimant", "--source", "--key"]
        ),
        NASTY,
    ).map(lambda pair: [*CLAIM, "--figure", "3", "--dry-run", *pair]),
    st.tuples(st.sampled_from(["figure", "occurred", "sources", "via", "of", "x"]), NASTY).map(
        lambda pair: ["correct", "@1", "--set", "=".join(pair), "--kind", "translation", "--reason", "r", "--dry-run"]
    ),
)

MAKERS = [
    "demo",
    "init",
    "import",
    "export",
    "backup",
    "restore",
    "migrate",
    "recover",
    "bundle",
    "sign-head",
    "screenshot",
]
"""These would write where the text says."""


@pytest.mark.usefixtures("seeded")
@settings(max_examples=scaled(50, 2_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, as_json=st.booleans())
def test_anything_typed(seeded: Path, words: list[str], as_json: bool) -> None:
    if words[0] in MAKERS:
        words = [words[0], "--help"]
    runner = CliRunner(env={"CEASEFIRE_LOG": str(seeded)})
    result = runner.invoke(ceasefire, [*words, "--json"] if as_json else words)
    assert result.exit_code in (0, 1, 2), result.output
    assert "Traceback" not in result.output
    assert "this is a defect" not in result.output, result.output
    for character in result.output.replace("\n", ""):
        assert unicodedata.category(character) != "Cc", hex(ord(character))
    if as_json and result.exit_code == 1:
        assert json.loads(result.stderr.strip().splitlines()[-1])["error"]["what"]


@pytest.mark.usefixtures("seeded")
@settings(max_examples=scaled(20, 1_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.one_of(st.binary(max_size=40), NASTY.map(lambda text: text.encode(errors="surrogatepass")))))
def test_anything_on_stdin(seeded: Path, lines: list[bytes]) -> None:
    for words in (["append", "-"], ["import", "-"]):
        result = CliRunner(env={"CEASEFIRE_LOG": str(seeded)}).invoke(ceasefire, words, input=b"\n".join(lines))
        assert result.exit_code in (0, 1), result.output
        assert "Traceback" not in result.output
        assert "this is a defect" not in result.output, result.output
