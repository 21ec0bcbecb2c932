"""Refuses a bare text at a widget: whatever is drawn has passed `tui/safe_text.py`. Run by `make check`, and a test.

A widget that is given a `str` may read markup in it, and a terminal obeys control characters. So only these draw:
`plain(...)` (or a `Content` of nothing but a constant or of `visible` and `on_a_line`), and lines made by `line` or
`wrapped`, which pass the same gate.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

DASHBOARD = Path(__file__).parents[2] / "tui" / "dashboard"

_WIDGETS = {"Static", "Label", "Button", "Markdown", "Link", "Digits", "Collapsible", "Checkbox", "Option", "Tooltip"}
_METHODS = {"update", "notify"}
_TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}
_GATES = {"plain", "visible", "on_a_line"}
_WHOLE = {"Segment": {"line_view.py", "one_line.py"}, "Strip": {"line_view.py", "one_line.py"}, "Input": {"field.py"}}
"""What makes something to draw of any text, and the files that may: there every text has passed the gate."""


def bare_texts(source: str, name: str) -> Iterator[tuple[int, str]]:
    """Line numbers in a module's source at which a text may reach a widget unseen, with words on what is wrong."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _of_call(node, name)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _of_assignment(target, node.value)


def _of_call(call: ast.Call, name: str) -> Iterator[tuple[int, str]]:
    called = _name(call.func)
    if called in _WIDGETS or (called in _METHODS and isinstance(call.func, ast.Attribute)):
        named = (word.value for word in call.keywords if word.arg in {"renderable", "content", "title"})
        for text in (*call.args[:1], *named):
            if not _safe(text):
                yield call.lineno, f"{called}(...) is given a text that has not passed plain()"
    elif called == "Content" and not all(isinstance(each, ast.Constant) or _name(each) in _GATES for each in call.args):
        yield call.lineno, "Content(...) is given a text that has not passed visible() or on_a_line()"
    elif called == "Line" and name != "lines.py" and not all(_are_runs(each) for each in call.args[:1]):
        yield call.lineno, "Line(...) is made of a text: make it with line(...)"
    elif name not in _WHOLE.get(called, {name}):
        yield call.lineno, f"{called}(...) draws any text as it is: use a LineView, a OneLine or a Field"
    elif called in {"from_markup", "from_rich_text"}:
        yield call.lineno, "markup is never read"


def _of_assignment(target: ast.expr, value: ast.expr) -> Iterator[tuple[int, str]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _of_assignment(one, other)
    elif isinstance(target, ast.Attribute) and target.attr in _TITLES and not _safe(value):
        yield value.lineno, f"{target.attr} is a text that has not passed plain()"


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _safe(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return value.value in ("", None)
    return isinstance(value, ast.Call) and _name(value.func) in {"plain", "Content"}


def _are_runs(value: ast.expr) -> bool:
    """Runs of lines that are made already."""
    if isinstance(value, ast.BinOp):
        return _are_runs(value.left) and _are_runs(value.right)
    return isinstance(value, ast.Attribute) and value.attr == "runs"


def found_below(folder: Path) -> list[str]:
    """Every place in a folder, as `file:line: words`."""
    return [
        f"{path.relative_to(folder)}:{number}: {words}"
        for path in sorted(folder.rglob("*.py"))
        for number, words in bare_texts(path.read_text(encoding="utf-8"), path.name)
    ]


if __name__ == "__main__":
    places = found_below(DASHBOARD)
    print("\n".join(places) or "no bare text at a widget")
    sys.exit(bool(places))
