"""The table of what may break names its tests; each of them exists."""

import ast
import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def test_every_test_of_the_failure_matrix_exists() -> None:
    """A row may not point at a test that was renamed or never written."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (HOUSE / "docs" / "failure-matrix.md").read_text())
    assert len(named) > 10
    missing = [f"{path}::{name}" for path, name in named if name not in names_in(HOUSE / path)]
    assert not missing


def names_in(path: Path) -> set[str]:
    """The names of a file's tests and state machines."""
    if not path.exists():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
