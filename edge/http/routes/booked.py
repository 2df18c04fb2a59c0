"""The manager's list of weighings that were booked twice, because a phone told of its sale late."""

from __future__ import annotations

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.http.times import rfc3339

_DAYS = 30
_ROWS_MAX = 200
_TWICE = (
    "SELECT t.scale, t.value, t.unit, t.sku, coalesce(s.name, t.sku), t.first_sku, coalesce(f.name, t.first_sku), "
    "t.happened_ms, coalesce(g.name, t.actor), t.first_ms, coalesce(h.name, t.first_by) FROM weight_twice t "
    "LEFT JOIN sku s ON s.sku = t.sku LEFT JOIN sku f ON f.sku = t.first_sku "
    'LEFT JOIN "grant" g ON g.user = t.actor LEFT JOIN "grant" h ON h.user = t.first_by '
    "WHERE t.happened_ms >= ? ORDER BY t.happened_ms DESC LIMIT ?"
)


class BookedTwice(msgspec.Struct, frozen=True, kw_only=True):
    """One weighing and its two bookings; `first` is the one that stood in the book already."""

    scale: str
    value: str
    unit: str
    sku: str
    name: str
    at: str
    by: str
    first_sku: str
    first_name: str
    first_at: str
    first_by: str


class TwiceBooked(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[BookedTwice]


@get("/devices/booked-twice", opt=needs("devices.configure"), sync_to_thread=True)
def booked_twice(node: NamedDependency[StoreNode]) -> TwiceBooked:
    """Of the last thirty days, the newest first."""
    with node.readers.lend() as connection:
        found = connection.execute(_TWICE, (node.now_ms() - _DAYS * 86_400_000, _ROWS_MAX)).fetchall()
    return TwiceBooked(
        rows=[
            BookedTwice(
                scale=scale,
                value=value,
                unit=unit,
                sku=sku,
                name=name,
                at=rfc3339(at_ms),
                by=by,
                first_sku=first_sku,
                first_name=first_name,
                first_at=rfc3339(first_ms),
                first_by=first_by,
            )
            for scale, value, unit, sku, name, first_sku, first_name, at_ms, by, first_ms, first_by in found
        ]
    )


router = Router("/v1", route_handlers=[booked_twice])
