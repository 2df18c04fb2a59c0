"""Which sensor watches which place, and its limits, as head office assigned them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from shared.ledger.projection import Cell
from shared.sensing.alarm import Rule
from shared.sensing.reading import Reading


class AssignedSensor(msgspec.Struct, frozen=True):
    sensor: str
    place: str
    quantity: str
    rule: Rule


def assigned(row: Mapping[str, Cell]) -> AssignedSensor:
    """From a row of the projected table `sensor`."""

    def number(name: str) -> int:
        value = row[name]
        assert isinstance(value, int), (name, value)
        return value

    return AssignedSensor(
        sensor=str(row["sensor"]),
        place=str(row["place"]),
        quantity=str(row["quantity"]),
        rule=Rule(
            high=number("high") if row["has_high"] else None,
            low=number("low") if row["has_low"] else None,
            hysteresis=number("hysteresis"),
            raise_after_ms=number("raise_after_s") * 1000,
            clear_after_ms=number("clear_after_s") * 1000,
            offline_after_ms=number("offline_after_s") * 1000,
        ),
    )


def sensor_of(reading: Reading) -> str:
    """The name under which a sensor is assigned: its device, and the probe where a device has several."""
    return reading.device if reading.sub is None else f"{reading.device}/{reading.sub}"


class Rules:
    """The assignments of this store right now."""

    def __init__(self, sensors: Iterable[AssignedSensor] = ()) -> None:
        self._by_sensor = {sensor.sensor: sensor for sensor in sensors}

    def of(self, sensor: str, quantity: str) -> AssignedSensor | None:
        found = self._by_sensor.get(sensor)
        return found if found is not None and found.quantity == quantity else None

    def all(self) -> list[AssignedSensor]:
        return sorted(self._by_sensor.values(), key=lambda sensor: (sensor.place, sensor.sensor))
