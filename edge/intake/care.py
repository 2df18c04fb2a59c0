"""What a cold-chain sensor itself needs: a battery, a calibration. States of their own, beside what it measures.

A probe with a flat battery still says 4 °C until it says nothing; one whose calibration is over says 4 °C as well. So
neither changes the state of the place, and both are shown beside it, told once when they begin and once when they end.
"""

from __future__ import annotations

from datetime import date

from edge.intake.ids import op_id
from edge.intake.pending import owe
from edge.intake.rules import AssignedSensor
from edge.ledger import dbapi
from edge.ledger.live import LiveEvent
from shared.sensing.commands import ReportCondition
from shared.sensing.events import Condition
from shared.units import MICRO

BATTERY_AGAIN = 5
"""Percent above the limit from which a battery counts as changed."""
_BATTERY = (
    "SELECT quantity, good_value FROM series WHERE (sensor = ?1 OR device = ?2) "
    "AND quantity IN ('battery', 'battery_low') AND good_value IS NOT NULL ORDER BY good_ms"
)


def look_after(
    db: dbapi.Connection, sensors: list[AssignedSensor], today: date, now_ms: int
) -> list[LiveEvent]:
    """What has begun or ended since the last look, owed to the day-book and told to screens."""
    known = set(db.execute("SELECT sensor, condition FROM condition").fetchall())
    told = []
    for sensor in sensors:
        wanted: dict[Condition, bool] = {
            "battery_flat": _is_flat(db, sensor, ((sensor.sensor, "battery_flat") in known)),
            "calibration_overdue": sensor.cal_due is not None and today > sensor.cal_due,
        }
        for condition, present in wanted.items():
            if present != ((sensor.sensor, condition) in known):
                told.append(_change(db, sensor, condition, now_ms, present=present))
    return told


def _is_flat(db: dbapi.Connection, sensor: AssignedSensor, was_flat: bool) -> bool:
    """By percent where the device tells them, else by its own word. A probe's battery is its device's."""
    told: dict[str, int] = dict(db.execute(_BATTERY, (sensor.sensor, sensor.sensor.split("/")[0])).fetchall())
    if "battery" in told:
        least = sensor.battery_min + (BATTERY_AGAIN if was_flat else 0)
        return told["battery"] <= least * MICRO
    return told.get("battery_low", 0) > 0


def _change(
    db: dbapi.Connection, sensor: AssignedSensor, condition: Condition, now_ms: int, *, present: bool
) -> LiveEvent:
    if present:
        db.execute("INSERT INTO condition VALUES (?,?,?)", (sensor.sensor, condition, now_ms))
    else:
        db.execute("DELETE FROM condition WHERE sensor = ? AND condition = ?", (sensor.sensor, condition))
    owe(
        db,
        op_id(now_ms, "condition", sensor.sensor, condition, int(present)),
        ReportCondition(
            sensor=sensor.sensor, place=sensor.place, condition=condition, present=present, since_ms=now_ms
        ),
        now_ms,
        now_ms,
    )
    what = condition if present else f"{condition}_over"
    return LiveEvent(
        "excursion", {"sensor": sensor.sensor, "place": sensor.place, "what": what, "at": now_ms}
    )
