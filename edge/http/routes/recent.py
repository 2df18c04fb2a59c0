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

_DAY_MS = 24 * 3600 * 1000


class RecentWeight(msgspec.Struct, frozen=True, kw_only=True):
    """`reading` (bridge/epoch/seq) and `raw` go with whatever is booked from it."""

    reading: str
    value: str
    unit: str
    mode: str
    cal_id: str
    raw: str
    at: str


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


router = Router("/v1", route_handlers=[recent])
