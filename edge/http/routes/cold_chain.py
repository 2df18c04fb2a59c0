"""The cold chain: every assigned sensor as of now, with its last day."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.http.times import rfc3339, rfc3339_or_none
from edge.intake.telemetry import SensorNow
from shared.units import decimal_text

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
    return ColdChainPage(items=[_sensor(node, sensor, places, held, noted) for sensor in sensors])


def _sensor(
    node: StoreNode, sensor: SensorNow, places: dict[str, str], held: dict[str, int], noted: dict[str, str]
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


router = Router("/v1", route_handlers=[cold_chain])
