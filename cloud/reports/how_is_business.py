"""How is business: the one page an owner opens first. Sales against the period before, stores, days, troubles."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
from sqlalchemy import ColumnElement, func, select

from cloud.reports.asked import Page, Question, of_stores, qty_text, store_names
from cloud.reports.how_are_sales import Figures, how_are_sales, total
from cloud.reports.how_are_the_nodes import State, how_are_the_nodes
from cloud.reports.what_is_expiring import expiring_lots
from cloud.store.ledger_tables import PROJ_CURSOR
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.quality.projection import HOLD
from shared.sensing.projection import EXCURSION
from shared.units import half_up

NEAR_DAYS = 7


class Lots(msgspec.Struct, frozen=True, kw_only=True):
    lots: int
    qty: str


class Compared(Figures, frozen=True, kw_only=True):
    previous: Figures


class StoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """`share` is per mille of the chain's amount."""

    store: str
    name: str
    amount: str
    qty: str
    count: int
    share: int
    last_sync_at: str | None
    unsent: int
    state: State
    facts: str


class DayRow(msgspec.Struct, frozen=True, kw_only=True):
    date: str
    amount: str
    qty: str
    count: int
    facts: str


class Business(msgspec.Struct, frozen=True, kw_only=True):
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    sales: Compared
    stores: list[StoreRow]
    days: list[DayRow]
    near_expiry: Lots
    held: Lots
    excursions_open: int
    nodes_late: int
    fact_count: int


def how_is_business(reading: Reading, asked: Question, today: date, now_ms: int) -> Business:
    """All figures of one moment: everything is read in one transaction."""
    everything = Page(0, 10_000)
    now, before = total(reading, asked), total(reading, asked.before())
    nodes = {node.store: node for node in how_are_the_nodes(reading, asked, now_ms).nodes}
    sold = {row.key: row for row in how_are_sales(reading, asked, "store", everything).rows}
    chain_fen = max(_fen(now.amount), 1)
    stores = []
    for store, name in store_names(reading, asked.stores).items():
        row, node = sold.get(store), nodes[store]
        stores.append(
            StoreRow(
                store=store,
                name=name,
                amount=row.amount if row else "0.00",
                qty=row.qty if row else "0",
                count=row.count if row else 0,
                share=half_up(1000 * _fen(row.amount), chain_fen) if row else 0,
                last_sync_at=node.last_sync_at,
                unsent=node.unsent,
                state=node.state,
                facts=row.facts if row else f"/v1/facts?node={store}",
            )
        )
    return Business(
        first=asked.first.isoformat(),
        last=asked.last.isoformat(),
        sales=Compared(previous=before, **msgspec.structs.asdict(now)),
        stores=sorted(stores, key=lambda store: -_fen(store.amount)),
        days=_days(reading, asked, everything),
        near_expiry=_near_expiry(reading, asked, today),
        held=_held(reading, asked),
        excursions_open=_excursions_open(reading, asked),
        nodes_late=sum(node.state != "ok" for node in nodes.values()),
        fact_count=int(
            reading.scalar(select(func.sum(PROJ_CURSOR.c.seq)).where(of_stores(asked, PROJ_CURSOR))) or 0
        ),
    )


def _fen(amount: str) -> int:
    return int(amount.replace(".", ""))


def _days(reading: Reading, asked: Question, everything: Page) -> list[DayRow]:
    """Every day of the period, also those without a sale, so that a chart has no gaps that look like none."""
    sold = {row.key: row for row in how_are_sales(reading, asked, "day", everything).rows}
    days = [(asked.first + timedelta(days=offset)).isoformat() for offset in range(asked.days)]
    return [
        DayRow(
            date=day,
            amount=sold[day].amount if day in sold else "0.00",
            qty=sold[day].qty if day in sold else "0",
            count=sold[day].count if day in sold else 0,
            facts=sold[day].facts if day in sold else f"/v1/facts?date={day}",
        )
        for day in days
    ]


def _near_expiry(reading: Reading, asked: Question, today: date) -> Lots:
    found = reading.all(expiring_lots(asked, today + timedelta(days=NEAR_DAYS)))
    return Lots(lots=len(found), qty=qty_text(sum(int(row.on_hand) for row in found)))


def _held(reading: Reading, asked: Question) -> Lots:
    hold = table_of(HOLD)
    sums: list[ColumnElement[int]] = [func.count().label("lots"), func.sum(hold.c.qty).label("qty")]
    row = reading.first(select(*sums).where(of_stores(asked, hold), hold.c.qty > 0))
    assert row is not None, "a sum always answers"
    return Lots(lots=int(row.lots), qty=qty_text(row.qty))


def _excursions_open(reading: Reading, asked: Question) -> int:
    excursion = table_of(EXCURSION)
    opened = select(func.count()).where(of_stores(asked, excursion), excursion.c.state == "open")
    return int(reading.scalar(opened.where(excursion.c.backfilled == 0)))
