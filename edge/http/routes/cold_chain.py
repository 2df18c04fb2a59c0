"""The cold chain: every assigned sensor as of now with its last day, one of them over a longer time, and its record."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter, QueryParameter

from edge.http.access import needs
from edge.http.node import Caller, StoreNode
from edge.http.temperature_record import Excursion, Record, record_of
from edge.http.temperature_sheet import sheet_of
from edge.http.times import rfc3339, rfc3339_or_none
from edge.intake.telemetry import SensorNow
from edge.printing.temperature_log import temperature_log
from shared.errors import DomainError
from shared.i18n import Language
from shared.units import decimal_text

RECORD_DAYS_MAX = 31
_DAY_MS = 24 * 3600 * 1000


class Window(msgspec.Struct, frozen=True, kw_only=True):
    t: str
    avg: str
    min: str
    max: str


class OpenExcursion(msgspec.Struct, frozen=True, kw_only=True):
    excursion: str
    began: str | None
    peak: str | None
    held_lots: int
    noted: str
    """What head office says is being done, empty for nothing."""


class Sensor(msgspec.Struct, frozen=True, kw_only=True):
    sensor: str
    place: str
    place_name: str
    quantity: str
    value: str | None
    unit: str
    at: str | None
    state: str
    high: str | None
    low: str | None
    excursion: OpenExcursion | None
    conditions: list[str]
    """What the sensor itself needs: battery_flat, calibration_overdue."""
    unanswered: int
    """Excursions that nobody has acknowledged, open or over, and how far the oldest of them has gone up."""
    level: int
    series: list[Window]


class ColdChainPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Sensor]


def _text(value: int | None) -> str | None:
    return None if value is None else decimal_text(value)


@get("/cold-chain", opt=needs("sensing.read"), sync_to_thread=True)
def cold_chain(node: NamedDependency[StoreNode]) -> ColdChainPage:
    """What each place's sensor says, whether it may be believed, and what is blocked because of it."""
    sensors = node.cold_chain.latest()
    with node.readers.lend() as connection:
        places: dict[str, str] = dict(
            connection.execute("SELECT place, name FROM place WHERE store = ?", (node.store,)).fetchall()
        )
        unanswered: dict[str, tuple[int, int]] = {
            sensor: (count, level)
            for sensor, count, level in connection.execute(
                "SELECT sensor, count(*), max(coalesce(level, 0)) FROM excursion "
                "WHERE coalesce(acknowledged_by, '') = '' AND backfilled = 0 GROUP BY sensor"
            )
        }
        held: dict[str, int] = dict(
            connection.execute(
                "SELECT excursion, count(*) FROM hold WHERE qty > 0 AND excursion != '' GROUP BY excursion"
            ).fetchall()
        )
        noted: dict[str, str] = dict(
            connection.execute(
                "SELECT excursion, action FROM noted_excursion WHERE store = ?", (node.store,)
            ).fetchall()
        )
    return ColdChainPage(
        items=[
            _sensor(node, sensor, places, held, noted, unanswered.get(sensor.sensor, (0, 0)))
            for sensor in sensors
        ]
    )


def _sensor(
    node: StoreNode,
    sensor: SensorNow,
    places: dict[str, str],
    held: dict[str, int],
    noted: dict[str, str],
    unanswered: tuple[int, int],
) -> Sensor:
    since = node.now_ms() - _DAY_MS
    points: list[Any] = node.cold_chain.series(sensor.sensor, sensor.quantity, since)
    return Sensor(
        sensor=sensor.sensor,
        place=sensor.place,
        place_name=places.get(sensor.place) or sensor.place,
        quantity=sensor.quantity,
        value=_text(sensor.value),
        unit=sensor.unit,
        at=rfc3339_or_none(sensor.at_ms),
        state=sensor.state,
        high=_text(sensor.high),
        low=_text(sensor.low),
        excursion=None
        if sensor.excursion is None
        else OpenExcursion(
            excursion=sensor.excursion,
            began=rfc3339_or_none(sensor.began_ms),
            peak=_text(sensor.peak),
            held_lots=held.get(sensor.excursion, 0),
            noted=noted.get(sensor.excursion, ""),
        ),
        conditions=sensor.conditions,
        unanswered=unanswered[0],
        level=max(1, unanswered[1]) if unanswered[0] else 0,
        series=[
            Window(
                t=rfc3339(point.start_ms),
                avg=decimal_text(point.mean),
                min=decimal_text(point.lowest),
                max=decimal_text(point.highest),
            )
            for point in points
        ],
    )


class FridgeWindow(Window, frozen=True, kw_only=True):
    outside_s: int


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    start: str
    end: str


class FridgeNote(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    what: Literal["acknowledged", "escalated"]
    by: str
    action: str
    level: int


class FridgeLot(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    lot: str
    qty: str


class FridgeExcursion(msgspec.Struct, frozen=True, kw_only=True):
    excursion: str
    began: str
    ended: str | None
    limit: str
    peak: str
    backfilled: bool
    acknowledged: bool
    level: int
    notes: list[FridgeNote]
    held: list[FridgeLot]
    """What is still blocked because of it and waits for a decision."""


class Fridge(msgspec.Struct, frozen=True, kw_only=True):
    """One cold place over a time, as its chart and its record tell it."""

    sensor: str
    place: str
    place_name: str
    quantity: str
    unit: str
    value: str | None
    at: str | None
    state: str
    conditions: list[str]
    high: str | None
    low: str | None
    cal_due: date | None
    masked_up_to: str | None
    start: str
    end: str
    window_s: int
    windows: list[FridgeWindow]
    defrost: list[Stretch]
    excursions: list[FridgeExcursion]


SensorName = Annotated[str, Parameter(min_length=1, max_length=120)]


@get("/cold-chain/fridge", opt=needs("sensing.read"), sync_to_thread=True)
def fridge(
    node: NamedDependency[StoreNode],
    sensor: SensorName,
    hours: Annotated[int, Parameter(ge=1, le=24 * 31)] = 24,
) -> Fridge:
    """One sensor's readings, limits, defrosting and excursions up to now."""
    now_ms = node.now_ms()
    record = _record(node, sensor, now_ms - hours * 3_600_000, now_ms)
    rule, now = record.sensor, record.now
    return Fridge(
        sensor=rule.sensor,
        place=rule.place,
        place_name=record.place_name,
        quantity=rule.quantity,
        unit=now.unit,
        value=_text(now.value),
        at=rfc3339_or_none(now.at_ms),
        state=now.state,
        conditions=now.conditions,
        high=_text(rule.rule.high),
        low=_text(rule.rule.low),
        cal_due=rule.cal_due,
        masked_up_to=None if rule.mask is None else _text(rule.mask.limit),
        start=rfc3339(record.from_ms),
        end=rfc3339(record.to_ms),
        window_s=record.seconds,
        windows=[
            FridgeWindow(
                t=rfc3339(span.start_ms),
                avg=decimal_text(span.mean),
                min=decimal_text(span.lowest),
                max=decimal_text(span.highest),
                outside_s=span.seconds_above + span.seconds_below,
            )
            for span in record.spans
        ],
        defrost=[Stretch(start=rfc3339(start), end=rfc3339(end)) for start, end in record.defrost],
        excursions=[_excursion(one) for one in reversed(record.excursions)],
    )


def _excursion(one: Excursion) -> FridgeExcursion:
    return FridgeExcursion(
        excursion=one.excursion,
        began=rfc3339(one.began_ms),
        ended=rfc3339_or_none(one.ended_ms),
        limit=decimal_text(one.limit),
        peak=decimal_text(one.peak),
        backfilled=one.backfilled,
        acknowledged=one.acknowledged,
        level=one.level,
        notes=[
            FridgeNote(
                at=rfc3339(note.at_ms),
                what="acknowledged" if note.what == "acknowledged" else "escalated",
                by=note.by,
                action=note.action,
                level=note.level,
            )
            for note in one.notes
        ],
        held=[
            FridgeLot(sku=lot.sku, name=lot.name, lot=lot.lot, qty=decimal_text(lot.qty)) for lot in one.held
        ],
    )


def _record(node: StoreNode, sensor: str, from_ms: int, to_ms: int) -> Record:
    record = record_of(node, sensor, from_ms, to_ms)
    if record is None:
        raise DomainError("sensor_unknown", sensor=sensor)
    return record


@get("/cold-chain/record", opt=needs("sensing.read"), sync_to_thread=True)
def temperature_record(
    node: NamedDependency[StoreNode],
    caller: NamedDependency[Caller],
    sensor: SensorName,
    first: FromQuery[date],
    last: FromQuery[date],
    language: Annotated[Language | None, QueryParameter(name="lang")] = None,
) -> Response[bytes]:
    """The record of these days of the store as PDF, for the inspector."""
    if not 0 <= (last - first).days < RECORD_DAYS_MAX:
        raise DomainError("record_period")
    with node.readers.lend() as connection:
        known = connection.execute(
            "SELECT name, timezone FROM store WHERE store = ?", (node.store,)
        ).fetchone()
    name, timezone = (known[0] or node.store, known[1] or "UTC") if known else (node.store, "UTC")
    zone = ZoneInfo(timezone)
    from_ms, to_ms = (
        int(datetime.combine(day, time(), zone).timestamp() * 1000)
        for day in (first, last + timedelta(days=1))
    )
    record = _record(node, sensor, from_ms, to_ms)
    sheet = sheet_of(record, name, timezone, node.now_ms(), language or caller.language)
    return Response(
        temperature_log(sheet),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="temperature-{first}-{last}.pdf"'},
    )


router = Router("/v1", route_handlers=[cold_chain, fridge, temperature_record])
