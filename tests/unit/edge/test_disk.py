"""What a disk may still be used for as it fills."""

import pytest

from edge.ledger.disk import level_of


@pytest.mark.parametrize(
    ("used", "level"),
    [
        (0.0, "ok"),
        (0.79, "ok"),
        (0.80, "warn"),
        (0.90, "shed"),
        (0.949, "shed"),
        (0.95, "ledger_only"),
        (1.0, "ledger_only"),
    ],
)
def test_a_filling_disk_sheds_what_can_wait(used: float, level: str) -> None:
    """80 % warns, 90 % stops photos, 95 % leaves the disk to the day-book."""
    assert level_of(used) == level
