"""What stands against closing a period, as head office's own tables know it at this moment (R5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import and_, func, or_, select

from cloud.books.month_end import is_due
from cloud.books.poster import unposted
from cloud.books.proofs import stock_differences
from cloud.store.ledger_tables import NODE
from cloud.store.projected import NODE_ID, table_of, waiting
from cloud.store.tenant import Reading, mine
from shared.accounting.commands import ClosePeriod, Obstacle
from shared.accounting.periods import CloseState, last_day, may_close, period_of
from shared.accounting.projection import DIFFERENCE, PERIOD, SEALED
from shared.money import fen_text
from shared.purchasing.projection import INVOICE
from shared.stock.projection import STOCK
from shared.units import decimal_text

_NAMED_MAX = 200
"""So many cells of negative stock are named; a shop with more has to count first anyway."""


def with_obstacles(reading: Reading, command: ClosePeriod) -> ClosePeriod:
    """The command with what head office knows in place of whatever the client sent."""
    return ClosePeriod(
        period=command.period,
        forced=command.forced,
        reason=command.reason,
        obstacles=obstacles_of(reading, command.period),
    )


def obstacles_of(reading: Reading, period: str) -> tuple[Obstacle, ...]:
    """What stands against closing, as commands carry it."""
    reasons = may_close(close_state(reading, period))
    return tuple(Obstacle(obstacle=one.obstacle, where=one.where, told=one.told) for one in reasons)


def close_state(reading: Reading, period: str) -> CloseState:
    """Seals, earlier periods, stock below zero, and what nobody has decided about."""
    return CloseState(
        period=period,
        sealed_through=_sealed(reading),
        earlier_open=_earlier_open(reading, period),
        negative_stock=dict(_negative(reading)),
        held_invoices=_held(reading, period),
        subledger_differences={
            account: fen_text(amount) for account, amount in stock_differences(reading).items()
        },
        unposted_facts=unposted(reading, last_day(period)),
        pending_disposals=_undisposed(reading, period),
        month_end_due=is_due(reading, period),
    )


def _sealed(reading: Reading) -> dict[str, date | None]:
    """Through which day each store with a node has sealed."""
    sealed = table_of(SEALED)
    same_node = and_(sealed.c.tenant_id == NODE.c.tenant_id, sealed.c[NODE_ID] == NODE.c.node_id)
    rows = reading.all(
        select(NODE.c.node_id, sealed.c.through)
        .select_from(NODE.outerjoin(sealed, same_node))
        .where(mine(NODE), NODE.c.state == "enrolled")
    )
    return {row.node_id: None if row.through is None else date.fromisoformat(row.through) for row in rows}


def _earlier_open(reading: Reading, period: str) -> str:
    """The oldest open period between those closed before and this one: periods close in their order."""
    table = table_of(PERIOD)
    reopened = reading.scalar(
        select(func.min(table.c.period)).where(mine(table), table.c.state == "open", table.c.period < period)
    )
    last = reading.scalar(
        select(func.max(table.c.period)).where(
            mine(table), table.c.state == "closed", table.c.period < period
        )
    )
    following = "" if last is None else period_of(date.fromordinal(last_day(last).toordinal() + 1))
    found = [one for one in (reopened, following) if one and one < period]
    return min(found, default="")


def _negative(reading: Reading) -> Iterator[tuple[str, str]]:
    stock = table_of(STOCK)
    inside = or_(stock.c.location.like("store/%"), stock.c.location.like("hold/%"))
    rows = reading.all(
        select(stock.c[NODE_ID], stock.c.sku, func.sum(stock.c.qty).label("below"))
        .where(mine(stock), stock.c.qty < 0, inside)
        .group_by(stock.c[NODE_ID], stock.c.sku)
        .order_by(stock.c[NODE_ID], stock.c.sku)
        .limit(_NAMED_MAX)
    )
    for row in rows:
        yield f"{row.node_id}/{row.sku}", decimal_text(int(row.below))


def _held(reading: Reading, period: str) -> tuple[str, ...]:
    """Held invoices dated into the period or before it, by the suppliers' numbers."""
    invoice = table_of(INVOICE)
    rows = reading.all(
        select(invoice.c.supplier, invoice.c.number)
        .where(mine(invoice), invoice.c.state == "held", invoice.c.dated <= last_day(period).isoformat())
        .order_by(invoice.c.supplier, invoice.c.number)
        .limit(_NAMED_MAX)
    )
    return tuple(f"{row.supplier}/{row.number}" for row in rows)


def _undisposed(reading: Reading, period: str) -> int:
    """Counts and losses of the period or before it that nobody has decided about."""
    table = table_of(DIFFERENCE)
    return int(
        reading.scalar(
            select(func.count())
            .select_from(table)
            .where(mine(table), waiting(DIFFERENCE), table.c.business_date <= last_day(period).isoformat())
        )
    )
