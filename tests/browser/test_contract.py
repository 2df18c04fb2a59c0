"""The app's types are made from the servers' own description of their HTTP side, and that description is current."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloud.cli import cloud
from edge.cli import edge


@pytest.mark.parametrize("side", ["edge", "cloud"])
def test_the_app_knows_the_contract_as_it_is(house: Path, side: str) -> None:
    """pwa/openapi holds what `liushui edge|cloud openapi` print; `npm run check` does the rest."""
    told = CliRunner().invoke({"edge": edge, "cloud": cloud}[side], ["openapi"], catch_exceptions=False)
    kept = (house / "pwa" / "openapi" / f"{side}.json").read_text(encoding="utf-8")
    assert json.loads(kept) == json.loads(told.stdout), (
        f"write pwa/openapi/{side}.json anew, then `npm run api`"
    )
