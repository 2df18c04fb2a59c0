"""Which sensor watches which place, and its limits: as head office assigned them, else as the store registered them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from edge.ledger.reader import Readers
from edge.ledger.tables import rows_by_key, select_all
from shared.devices.projection import SHOP_DEVICE
from shared.ledger.projection import Cell
from shared.sensing.alarm import Rule
from shared.sensing.masks import Defrost, Door, Mask
from shared.sensing.projection import SENSOR
from shared.sensing.reading import Reading

BATTERY_MIN = 15
ESCALATE_AFTER_S = 900
"""What counts for a sensor that was assigned before these could be said."""
_HYSTERESIS = 500_000
_RAISE_AFTER_MS, _CLEAR_AFTER_MS, _OFFLINE_AFTER_MS = 1_800_000, 300_000, 900_000


class AssignedSensor(msgspec.Struct, frozen=True):
    """`mask` is what excuses warmth; `cal_due` the last day on which its calibration counts."""

    sensor: str
    place: str
    quantity: str
    rule: Rule
    mask: Mask | None = None
    cal_due: date | None = None
    battery_min: int = BATTERY_MIN
    escalate_after_ms: int = ESCALATE_AFTER_S * 1000


def _number(row: Mapping[str, Cell], name: str) -> int:
    """A cell that is a number; one that head office's program does not know yet is 0."""
    value = row.get(name) or 0
    assert isinstance(value, int), (name, value)
    return value


def assigned(row: Mapping[str, Cell], timezone: str = "UTC") -> AssignedSensor:
    """From a row of the projected table `sensor`, in a store of this time zone."""

    def number(name: str) -> int:
        return _number(row, name)

    cal_due = row.get("cal_due")
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
        mask=_mask(row, timezone),
        cal_due=date.fromisoformat(str(cal_due)) if cal_due else None,
        battery_min=number("battery_min") or BATTERY_MIN,
        escalate_after_ms=(number("escalate_after_s") or ESCALATE_AFTER_S) * 1000,
    )


def _mask(row: Mapping[str, Cell], timezone: str) -> Mask | None:
    """Nothing is excused without a limit up to which."""
    if not _number(row, "has_masked"):
        return None
    starts = tuple(int(minute) for minute in str(row.get("defrost_starts") or "").split())
    door = str(row.get("door") or "")
    return Mask(
        timezone=timezone,
        limit=_number(row, "masked_up_to"),
        defrost=Defrost(starts=starts, minutes=_number(row, "defrost_minutes")) if starts else None,
        door=Door(
            sensor=door,
            open_ms=_number(row, "door_open_s") * 1000,
            after_ms=_number(row, "door_after_s") * 1000,
        )
        if door
        else None,
    )


def assigned_to(readers: Readers, store: str) -> list[AssignedSensor]:
    """The sensors of this store: head office's word first, and beside it what the store itself has registered."""
    with readers.lend() as connection:
        devices = rows_by_key(SHOP_DEVICE, connection.execute(select_all(SHOP_DEVICE)))
        rows = rows_by_key(SENSOR, connection.execute(select_all(SENSOR)))
        known = connection.execute("SELECT timezone FROM store WHERE store = ?", (store,)).fetchone()
    timezone = str(known[0]) if known and known[0] else "UTC"
    told = [
        assigned({"sensor": key[0], **row}, timezone) for key, row in rows.items() if row["store"] == store
    ]
    theirs = {sensor.sensor for sensor in told}
    own = [
        registered({"device": key[0], **row})
        for key, row in devices.items()
        if key[0] not in theirs and is_watched(row)
    ]
    return told + own


def is_watched(row: Mapping[str, Cell]) -> bool:
    """Whether a registered device says what is too warm or too cold where it stands."""
    return bool(
        (row["has_high"] or row["has_low"]) and row["place"] and row["quantity"] and not row["retired"]
    )


def registered(row: Mapping[str, Cell]) -> AssignedSensor:
    """From a row of the store's own register; how long is too long is what head office would have said unasked."""
    cal_due = str(row["cal_due"] or "")
    return AssignedSensor(
        sensor=str(row["device"]),
        place=str(row["place"]),
        quantity=str(row["quantity"]),
        rule=Rule(
            high=_number(row, "high_value") if row["has_high"] else None,
            low=_number(row, "low_value") if row["has_low"] else None,
            hysteresis=_HYSTERESIS,
            raise_after_ms=_RAISE_AFTER_MS,
            clear_after_ms=_CLEAR_AFTER_MS,
            offline_after_ms=_OFFLINE_AFTER_MS,
        ),
        cal_due=date.fromisoformat(cal_due) if cal_due else None,
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
