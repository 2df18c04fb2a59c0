"""Which sensor watches which place, and its limits, as head office assigned them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from edge.ledger.reader import Readers
from edge.ledger.tables import rows_by_key, select_all
from shared.ledger.projection import Cell
from shared.sensing.alarm import Rule
from shared.sensing.projection import SENSOR
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


def assigned_to(readers: Readers, store: str) -> list[AssignedSensor]:
    """The sensors of this store, from the master data that head office sent."""
    with readers.lend() as connection:
        rows = rows_by_key(SENSOR, connection.execute(select_all(SENSOR)))
    return [assigned({"sensor": key[0], **row}) for key, row in rows.items() if row["store"] == store]


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
