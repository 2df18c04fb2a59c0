"""What one device has said lately: for its page, and for whoever takes a weight from a scale."""

from __future__ import annotations

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.http.times import rfc3339
from shared.units import decimal_text

_BOOKED = "SELECT reading FROM booked_weight WHERE reading IN (SELECT value FROM json_each(?))"
_DAY_MS = 24 * 3600 * 1000


class RecentWeight(msgspec.Struct, frozen=True, kw_only=True):
    """`reading` (bridge/epoch/seq) and `raw` go with whatever is booked from it; `booked`: something was already."""

    reading: str
    value: str
    unit: str
    mode: str
    cal_id: str
    raw: str
    at: str
    booked: bool


class RecentWindow(msgspec.Struct, frozen=True, kw_only=True):
    t: str
    avg: str
    min: str
    max: str


class RecentSeries(msgspec.Struct, frozen=True, kw_only=True):
    quantity: str
    unit: str
    points: list[RecentWindow]


class RecentValues(msgspec.Struct, frozen=True, kw_only=True):
    device: str
    weights: list[RecentWeight]
    series: list[RecentSeries]


@get("/devices/{device:str}/recent", opt=needs("stock.read"), sync_to_thread=True)
def recent(node: NamedDependency[StoreNode], device: FromPath[str]) -> RecentValues:
    """The last fifty captured weights, the newest first, and the last day in five-minute windows."""
    found = node.cold_chain.recent(device, node.now_ms() - _DAY_MS)
    booked = _booked(node, [one.reading for one in found.weights])
    return RecentValues(
        device=device,
        weights=[
            RecentWeight(
                reading=one.reading,
                value=one.value,
                unit=one.unit,
                mode=one.mode,
                cal_id=one.cal_id,
                raw=one.raw,
                at=rfc3339(one.at_ms),
                booked=one.reading in booked,
            )
            for one in found.weights
        ],
        series=[
            RecentSeries(
                quantity=one.quantity,
                unit=one.unit,
                points=[
                    RecentWindow(
                        t=rfc3339(point.start_ms),
                        avg=decimal_text(point.mean),
                        min=decimal_text(point.lowest),
                        max=decimal_text(point.highest),
                    )
                    for point in one.points
                ],
            )
            for one in found.series
        ],
    )


def _booked(node: StoreNode, readings: list[str]) -> set[str]:
    asked = msgspec.json.encode(readings).decode()
    with node.readers.lend() as connection:
        return {reading for (reading,) in connection.execute(_BOOKED, (asked,))}


router = Router("/v1", route_handlers=[recent])
