"""How cold is it: every sensor with its last hour and its state, and every excursion with what it blocked.

A sensor that nobody has heard for too long is `silent`, one that never spoke `unknown`; neither is ever `ok`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import and_, func, select

from cloud.reports.asked import Question, facts_url, of_stores, qty_text, sku_names, store_names
from cloud.store.clocks import moment
from cloud.store.ledger_tables import NODE
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.access.labels import PERSONAL
from shared.catalogue.projection import PLACE
from shared.oversight.projection import NOTED_EXCURSION
from shared.quality.projection import HOLD
from shared.sensing.projection import EXCURSION, READING_WINDOW, SENSOR, SENSOR_STATE
from shared.sync.messages import SensorSeen
from shared.units import decimal_text

State = Literal["ok", "warning", "excursion", "silent", "unknown"]
_DAY_MS = 86_400_000
_LATE_WINDOWS_MS = 3 * 3_600_000
"""Nodes say hello twice a minute; after three hours without word the last value is no longer news."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    t: str
    avg: str
    min: str
    max: str


class SensorRow(msgspec.Struct, frozen=True, kw_only=True):
    sensor: str
    store: str
    store_name: str
    place: str
    place_name: str
    quantity: str
    unit: str
    value: str | None
    at: str | None
    state: State
    high: str | None
    low: str | None
    excursion: str | None
    series: list[Point]
    facts: str


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody at head office said about an excursion."""

    action: str
    note: str
    by: Annotated[str, msgspec.Meta(extra={"label": PERSONAL})]
    at: str


class HeldThere(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    lot: str
    qty: str


class ExcursionRow(msgspec.Struct, frozen=True, kw_only=True):
    excursion: str
    store: str
    store_name: str
    place: str
    sensor: str
    quantity: str
    began: str
    ended: str | None
    limit: str
    peak: str
    state: str
    backfilled: bool
    action: str
    acknowledged_by: str
    level: int
    """How far it has gone up unacknowledged: 1 the shop, 2 its manager, 3 head office."""
    noted: Noted | None
    held: list[HeldThere]
    facts: str


class ColdChain(msgspec.Struct, frozen=True, kw_only=True):
    sensors: list[SensorRow]
    excursions: list[ExcursionRow]


def how_cold_is_it(reading: Reading, asked: Question, now_ms: int) -> ColdChain:
    """All sensors of the stores asked about, each with a day of hourly windows, and the newest excursions."""
    names = store_names(reading)
    excursions = _excursions(reading, asked, names)
    open_by_sensor = {(row.store, row.sensor): row.excursion for row in excursions if row.state == "open"}
    return ColdChain(sensors=_sensors(reading, asked, names, open_by_sensor, now_ms), excursions=excursions)


def _sensors(
    reading: Reading,
    asked: Question,
    names: dict[str, str],
    open_by_sensor: dict[tuple[str, str], str],
    now_ms: int,
) -> list[SensorRow]:
    sensor, place, state = table_of(SENSOR), table_of(PLACE), table_of(SENSOR_STATE)
    joined = sensor.outerjoin(
        place,
        and_(
            place.c.tenant_id == sensor.c.tenant_id,
            place.c.store == sensor.c.store,
            place.c.place == sensor.c.place,
        ),
    ).outerjoin(
        state,
        and_(
            state.c.tenant_id == sensor.c.tenant_id,
            state.c.node_id == sensor.c.store,
            state.c.sensor == sensor.c.sensor,
        ),
    )
    found = reading.all(
        select(sensor, place.c.name.label("place_name"), state.c.state)
        .select_from(joined)
        .where(of_stores(asked, sensor, "store"))
        .order_by(sensor.c.store, sensor.c.place, sensor.c.sensor)
    )
    windows, shown = _windows(reading, asked), _shown_now(reading, asked)
    rows = []
    for row in found:
        seen = windows.get((row.store, row.sensor), [])
        last = _newest(seen[-1] if seen else None, shown.get((row.store, row.sensor)))
        rows.append(
            SensorRow(
                sensor=row.sensor,
                store=row.store,
                store_name=names.get(row.store, row.store),
                place=row.place,
                place_name=row.place_name or row.place,
                quantity=row.quantity,
                unit=(last.unit if last else None) or "",
                value=qty_text(last.value) if last else None,
                at=moment(last.at_ms) if last else None,
                state=_state(row, last, (row.store, row.sensor) in open_by_sensor, now_ms),
                high=decimal_text(row.high) if row.has_high else None,
                low=decimal_text(row.low) if row.has_low else None,
                excursion=open_by_sensor.get((row.store, row.sensor)),
                series=[
                    Point(
                        t=moment(window.start_ms),
                        avg=qty_text(window.mean),
                        min=qty_text(window.lowest),
                        max=qty_text(window.highest),
                    )
                    for window in seen
                ],
                facts=facts_url(node=row.store, kind="sensing."),
            )
        )
    return rows


class _Last(msgspec.Struct, frozen=True):
    """The newest value known of a sensor, in millionths."""

    value: int
    at_ms: int
    unit: str
    state: str = ""


def _newest(window: Any, shown: SensorSeen | None) -> _Last | None:
    """The end of the last rolled-up window, or what the node's latest hello said if that is younger."""
    rolled_up = None
    if window is not None:
        rolled_up = _Last(int(window.last), int(window.start_ms + window.seconds * 1000), window.unit or "")
    if shown is None or shown.value is None or shown.at_ms is None:
        return rolled_up
    if rolled_up is not None and rolled_up.at_ms > shown.at_ms:
        return rolled_up
    return _Last(shown.value, shown.at_ms, shown.unit, shown.state)


def _shown_now(reading: Reading, asked: Question) -> dict[tuple[str, str], SensorSeen]:
    """What each node's latest hello said of its sensors."""
    found = reading.all(
        select(NODE.c.node_id, NODE.c.sensors).where(of_stores(asked, NODE), NODE.c.sensors != "")
    )
    return {
        (row.node_id, seen.sensor): seen
        for row in found
        for seen in msgspec.json.decode(row.sensors, type=list[SensorSeen])
    }


def _state(row: Any, last: _Last | None, in_excursion: bool, now_ms: int) -> State:
    if in_excursion:
        return "excursion"
    if row.state == "silent" or (last is not None and last.state == "silent"):
        return "silent"
    if last is None:
        return "unknown"
    if last.at_ms < now_ms - _LATE_WINDOWS_MS:
        return "unknown"
    outside = (row.has_high and last.value > row.high) or (row.has_low and last.value < row.low)
    return "warning" if outside else "ok"


def _windows(reading: Reading, asked: Question) -> dict[tuple[str, str], list[Any]]:
    """The last day of windows of each sensor that has any, up to its newest one."""
    window = table_of(READING_WINDOW)
    newest = (
        select(window.c.node_id, window.c.sensor, func.max(window.c.start_ms).label("newest"))
        .where(of_stores(asked, window))
        .group_by(window.c.node_id, window.c.sensor)
    )
    by_sensor: dict[tuple[str, str], list[Any]] = {}
    for end in reading.all(newest):
        by_sensor[end.node_id, end.sensor] = list(
            reading.all(
                select(window)
                .where(
                    of_stores(asked, window),
                    window.c.node_id == end.node_id,
                    window.c.sensor == end.sensor,
                    window.c.start_ms > end.newest - _DAY_MS,
                )
                .order_by(window.c.start_ms)
            )
        )
    return by_sensor


def _noted(reading: Reading, asked: Question) -> dict[tuple[str, str], Noted]:
    said = table_of(NOTED_EXCURSION)
    return {
        (row.store, row.excursion): Noted(
            action=row.action, note=row.note, by=row.noted_by, at=moment(row.noted_ms)
        )
        for row in reading.all(select(said).where(of_stores(asked, said, "store")))
    }


def _excursions(reading: Reading, asked: Question, names: dict[str, str]) -> list[ExcursionRow]:
    excursion, hold = table_of(EXCURSION), table_of(HOLD)
    found = reading.all(
        select(excursion).where(of_stores(asked, excursion)).order_by(excursion.c.began_ms.desc()).limit(200)
    )
    held = reading.all(select(hold).where(of_stores(asked, hold), hold.c.qty > 0, hold.c.excursion != ""))
    skus = sku_names(reading, {row.sku for row in held})
    noted = _noted(reading, asked)
    return [
        ExcursionRow(
            excursion=row.excursion,
            store=row.node_id,
            store_name=names.get(row.node_id, row.node_id),
            place=row.place,
            sensor=row.sensor,
            quantity=row.quantity,
            began=moment(row.began_ms),
            ended=moment(row.ended_ms) if row.ended_ms else None,
            limit=qty_text(row.limit_value),
            peak=qty_text(row.peak),
            state=row.state,
            backfilled=bool(row.backfilled),
            action=row.action or "",
            acknowledged_by=row.acknowledged_by or "",
            level=row.level or 1,
            noted=noted.get((row.node_id, row.excursion)),
            held=[
                HeldThere(sku=lot.sku, name=skus[lot.sku], lot=lot.lot, qty=qty_text(lot.qty))
                for lot in held
                if (lot.node_id, lot.excursion) == (row.node_id, row.excursion)
            ],
            facts=facts_url(node=row.node_id, kind="sensing.excursion"),
        )
        for row in found
    ]
