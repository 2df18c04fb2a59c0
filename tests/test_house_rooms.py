"""Every room on the map of the house exists, so that there is one obvious place for each change."""

from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = {
    "shared": "ledger catalogue stock sales purchasing quality production service sensing accounting forms access "
    "barcodes sync i18n",
    "edge": "ledger intake sync http jobs",
    "cloud": "intake store books reports forecasting replenishment orders connectors studio ask packs identity http "
    "jobs",
    "firmware_bridge": "drivers transports outbox simulator",
    "tests": "scenarios simulator contracts browser",
}


@pytest.mark.parametrize(
    "room", [f"{side}/{room}" for side, rooms in ROOMS.items() for room in rooms.split()]
)
def test_every_room_of_the_house_exists(room: str) -> None:
    """Each folder on the map is there, and a package where it holds code."""
    folder = HOUSE / room
    assert folder.is_dir() or folder.with_suffix(".py").is_file()
    if folder.is_dir() and not room.startswith("tests/"):
        assert (folder / "__init__.py").is_file()
