"""What happened at a cold place in a time: readings, limits, defrosting, excursions and who did what about them.

The page of a fridge and the record for the inspector are told from this, so they cannot disagree.
"""

from __future__ import annotations

import msgspec

from edge.http.node import StoreNode
from edge.intake.rules import AssignedSensor
from edge.intake.service import Intake
from edge.intake.telemetry import SensorNow, Span
from edge.intake.windows import FIVE_MINUTES_S, HOUR_S
from edge.ledger import dbapi
from shared.sensing.masks import bands

FINE_MS_MAX = 49 * 3_600_000
"""Up to two days in windows of five minutes, more of them in hours."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """`what`: acknowledged or escalated."""

    at_ms: int
    what: str
    by: str
    action: str
    level: int


class HeldLot(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    lot: str
    qty: int


class Excursion(msgspec.Struct, frozen=True, kw_only=True):
    excursion: str
    began_ms: int
    ended_ms: int | None
    limit: int
    peak: int
    backfilled: bool
    level: int
    notes: list[Note]
    held: list[HeldLot]

    @property
    def acknowledged(self) -> bool:
        return any(note.what == "acknowledged" for note in self.notes)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Of one sensor from `from_ms` until before `to_ms`."""

    sensor: AssignedSensor
    now: SensorNow
    place_name: str
    from_ms: int
    to_ms: int
    seconds: int
    spans: list[Span]
    defrost: list[tuple[int, int]]
    excursions: list[Excursion]


def record_of(node: StoreNode, sensor: str, from_ms: int, to_ms: int) -> Record | None:
    """None for a sensor that is not assigned here."""
    intake = node.cold_chain
    if not isinstance(intake, Intake):
        return None
    rule = next((one for one in intake.rules.all() if one.sensor == sensor), None)
    if rule is None:
        return None
    seconds = FIVE_MINUTES_S if to_ms - from_ms <= FINE_MS_MAX else HOUR_S
    mask = rule.mask
    with node.readers.lend() as connection:
        place = connection.execute(
            "SELECT name FROM place WHERE store = ? AND place = ?", (node.store, rule.place)
        ).fetchone()
        excursions = _excursions(connection, sensor, from_ms, to_ms)
    (now,) = [one for one in intake.latest() if one.sensor == sensor]
    return Record(
        sensor=rule,
        now=now,
        place_name=(place and place[0]) or rule.place,
        from_ms=from_ms,
        to_ms=to_ms,
        seconds=seconds,
        spans=intake.telemetry.spans(sensor, rule.quantity, from_ms, to_ms, seconds),
        defrost=bands(mask.defrost, mask.timezone, from_ms, to_ms) if mask and mask.defrost else [],
        excursions=excursions,
    )


def _excursions(connection: dbapi.Connection, sensor: str, from_ms: int, to_ms: int) -> list[Excursion]:
    rows = connection.execute(
        "SELECT excursion, began_ms, ended_ms, limit_value, peak, backfilled, level, state FROM excursion "
        "WHERE sensor = ? AND began_ms < ? AND (state = 'open' OR ended_ms >= ?) ORDER BY began_ms",
        (sensor, to_ms, from_ms),
    ).fetchall()
    return [
        Excursion(
            excursion=excursion,
            began_ms=began_ms,
            ended_ms=None if state == "open" else ended_ms,
            limit=limit,
            peak=peak,
            backfilled=bool(backfilled),
            level=level or 1,
            notes=_notes(connection, excursion),
            held=[
                HeldLot(sku=sku, name=name or sku, lot=lot, qty=qty)
                for sku, name, lot, qty in connection.execute(
                    "SELECT hold.sku, sku.name, hold.lot, hold.qty FROM hold LEFT JOIN sku USING (sku) "
                    "WHERE hold.excursion = ? AND hold.qty > 0 ORDER BY hold.sku, hold.lot",
                    (excursion,),
                )
            ],
        )
        for excursion, began_ms, ended_ms, limit, peak, backfilled, level, state in rows
    ]


def _notes(connection: dbapi.Connection, excursion: str) -> list[Note]:
    names: dict[str, str] = dict(connection.execute('SELECT user, name FROM "grant"').fetchall())
    return [
        Note(
            at_ms=at_ms, what=what, by=names.get(by or "") or by or "", action=action or "", level=level or 0
        )
        for at_ms, what, by, action, level in connection.execute(
            'SELECT at_ms, what, "by", action, level FROM excursion_note WHERE excursion = ? ORDER BY at_ms',
            (excursion,),
        )
    ]
