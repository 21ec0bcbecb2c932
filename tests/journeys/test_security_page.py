"""SECURITY.md says what is defended: each row names a test that holds it, and each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_, DEFENDED, NOT_DEFENDED, *_REST = re.split(r"^## .*\n", (ROOT / "SECURITY.md").read_text(), flags=re.M)
ROWS = [line for line in DEFENDED.splitlines() if line.startswith("| ")][1:]
POINTS = re.split(r"\n(?=\* )", NOT_DEFENDED.strip())
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`")
UNTESTED = "No test can hold that."


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_each_row_names_a_test(row: str) -> None:
    assert any(test for _, test in NAMED.findall(row.split("|")[3]))


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.split("**")[1])
def test_each_point_names_a_test_or_says_that_none_can_hold_it(point: str) -> None:
    assert bool(NAMED.search(point)) != (UNTESTED in point)


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED.findall("".join((*ROWS, *POINTS))))))
def test_each_test_that_it_names_is_there(file: str, test: str) -> None:
    found: ast.AST = ast.parse((ROOT / file).read_text())
    for name in filter(None, test.split("::")):
        found = next(
            part
            for part in getattr(found, "body", ())
            if isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and part.name == name
        )
        assert name.startswith(("test_", "Test"))
