"""What the intake's tests share: a telemetry file, the assigned fridge, messages as a bridge makes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.intake.telemetry import Telemetry


@pytest.fixture
def telemetry(tmp_path: Path) -> Iterator[Telemetry]:
    """An empty telemetry file."""
    opened = Telemetry(tmp_path / "telemetry.db")
    yield opened
    opened.close()
