"""The page for those who record by hand says what the program takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from shared.ledger.command import command_from_json, command_types

PAGE = Path(__file__).resolve().parents[3] / "docs/how-to/record-for-the-books.md"
EXAMPLES = [
    (kind, body)
    for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for line in block.splitlines()
    for kind, body in json.loads(line).items()
]


@pytest.mark.parametrize(("kind", "body"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_an_example_is_a_command(kind: str, body: dict[str, object]) -> None:
    """Every example decodes as what it says it is."""
    assert command_from_json(kind, json.dumps(body).encode()).kind == kind


def test_every_command_for_the_books_has_an_example() -> None:
    """Nothing can be asked of the books that the page does not show, but what a node says by itself."""
    shown = {kind for kind, _ in EXAMPLES}
    areas = ("accounting", "credit", "production", "service")
    asked = {
        kind
        for kind, command in command_types().items()
        if kind.split(".")[0] in areas and command.permission != "node.internal"
    }
    assert sorted(asked - shown) == []
