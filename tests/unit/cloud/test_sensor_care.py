"""How a fridge is cared for is said at head office, once, with a limit up to which anything is excused."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import DomainError
from shared.ledger.command import Asked
from shared.sensing.commands import AssignSensor
from shared.sensing.decide import assign_sensor
from shared.sensing.events import SensorAssigned


class Shop:
    """A view of one store with one fridge."""

    def row(self, _table: Any, _key: Any) -> dict[str, Any]:
        return {"name": "Shop"}

    def rows(self, _table: Any, _prefix: Any) -> dict[tuple[str, ...], dict[str, Any]]:
        return {("s1", "fridge"): {}, ("s1",): {}}


def assigned(**more: Any) -> SensorAssigned:
    command = AssignSensor(
        sensor="probe-1", store="s1", place="fridge", quantity="temperature", high="8", **more
    )
    asked: Asked = None  # type: ignore[assignment]
    (fact,) = assign_sensor(command, asked, Shop())  # type: ignore[arg-type]
    assert isinstance(fact, SensorAssigned)
    return fact


def test_a_cycle_is_written_out_as_times_of_day() -> None:
    """02:00 and every eight hours: 02:00, 10:00 and 18:00, up to 12 degrees."""
    fact = assigned(defrost_at=("02:00",), defrost_every_h=8, defrost_minutes=20, masked_up_to="12")
    assert fact.defrost_starts == (120, 600, 1080)
    assert fact.masked_up_to == 12_000_000


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"defrost_at": ("02:00",)}, "defrost_incomplete"),
        ({"defrost_minutes": 20}, "defrost_incomplete"),
        ({"defrost_at": ("02:00",), "defrost_minutes": 20, "defrost_every_h": 5}, "defrost_cycle"),
        ({"defrost_at": ("02:00",), "defrost_minutes": 20}, "mask_without_limit"),
        ({"door": "door-1"}, "mask_without_limit"),
        ({"door": "door-1", "masked_up_to": "8"}, "mask_without_limit"),
    ],
)
def test_what_excuses_without_end_is_refused(more: dict[str, Any], key: str) -> None:
    """A window without a length, a cycle that drifts, and any excuse without a limit above the fridge's own."""
    with pytest.raises(DomainError) as refused:
        assigned(**more)
    assert refused.value.key == key
