"""The store's day at a glance: what was sold, hour by hour, and what waits to be done."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.goods import NEAR_DAYS, today
from edge.http.node import StoreNode
from edge.ledger import dbapi
from edge.ledger.reader import ReadView
from shared.business_day import local_time
from shared.catalogue.projection import STORE
from shared.ledger.view import row
from shared.money import fen_text
from shared.units import decimal_text


class SalesOfDay(msgspec.Struct, frozen=True, kw_only=True):
    """Net of what came back."""

    count: int
    amount: str
    qty: str


class Tasks(msgspec.Struct, frozen=True, kw_only=True):
    to_inspect: int
    inbound_transfers: int
    near_expiry: int
    held: int
    excursions: int
    weighed_twice: int
    """Of the last two days; the page of devices lists those of thirty."""


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    hour: int
    amount: str


class Today(msgspec.Struct, frozen=True, kw_only=True):
    business_date: str
    sales: SalesOfDay
    tasks: Tasks
    hourly: list[Hour]


_NEAR = (
    "SELECT count(DISTINCT s.sku || char(0) || s.lot) FROM lot l JOIN stock s ON s.sku = l.sku AND s.lot = l.lot "
    "WHERE l.expiry <= ? AND s.location LIKE 'store/%' AND s.qty > 0"
)
_TWICE = "SELECT count(*) FROM weight_twice WHERE happened_ms >= CAST(? AS INTEGER)"
_COMING = "SELECT count(DISTINCT transfer) FROM inbound_transfer WHERE to_store = ? AND sent > received"


@get("/today", opt=needs("stock.read"), sync_to_thread=True)
def of_today(node: NamedDependency[StoreNode]) -> Today:
    """Today's sales and open tasks."""
    with node.readers.lend() as connection:
        day = today(connection, node.store, node.now_ms())
        near = (day + timedelta(days=NEAR_DAYS)).isoformat()
        total = connection.execute(
            "SELECT sales, amount - returned FROM sales_total WHERE business_date = ?", (day.isoformat(),)
        ).fetchone()
        qty = connection.execute(
            "SELECT coalesce(sum(qty - returned_qty), 0) FROM sales_day WHERE business_date = ?",
            (day.isoformat(),),
        ).fetchone()[0]
        count, amount = total or (0, 0)
        tasks = Tasks(
            to_inspect=_count(connection, "SELECT count(*) FROM receipt WHERE inspections = 0"),
            inbound_transfers=_count(connection, _COMING, node.store),
            near_expiry=_count(connection, _NEAR, near),
            held=_count(connection, "SELECT count(*) FROM hold WHERE qty > 0"),
            excursions=_count(connection, "SELECT count(*) FROM excursion WHERE state = 'open'"),
            weighed_twice=_count(connection, _TWICE, str(node.now_ms() - 2 * 86_400_000)),
        )
        hourly = _hourly(connection, node.store, day.isoformat())
    return Today(
        business_date=day.isoformat(),
        sales=SalesOfDay(count=count, amount=fen_text(amount), qty=decimal_text(qty)),
        tasks=tasks,
        hourly=hourly,
    )


def _count(connection: dbapi.Connection, sql: str, *cells: str) -> int:
    return int(connection.execute(sql, cells).fetchone()[0])


def _hourly(connection: dbapi.Connection, store: str, day: str) -> list[Hour]:
    """Amounts by the store's own hours."""
    known = row(ReadView(connection), STORE, store)
    zone = "Asia/Shanghai" if known is None else str(known["timezone"])
    hours: dict[int, int] = {}
    for at_ms, amount in connection.execute(
        "SELECT happened_ms, amount - returned FROM sale WHERE business_date = ?", (day,)
    ):
        hour = local_time(at_ms, zone).hour
        hours[hour] = hours.get(hour, 0) + amount
    return [Hour(hour=hour, amount=fen_text(amount)) for hour, amount in sorted(hours.items())]


router = Router("/v1", route_handlers=[of_today])
