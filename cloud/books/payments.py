"""Money that changed hands, in one list, and the stock differences that wait for somebody's word."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select, tuple_

from cloud.books.drill_down import Span
from cloud.books.shelf import seek
from cloud.books.told import PartnerNames
from cloud.books.waiting import still_waits
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.accounting.desk import Cell, Pending
from shared.accounting.projection import DIFFERENCE, MONEY
from shared.errors import DomainError
from shared.money import fen_text


class MoneyRow(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is the fact's: accounting.supplier_paid …; `document` is what its voucher goes by."""

    document: str
    kind: str
    store: str
    dated: str
    partner: str
    partner_name: str
    amount: str
    note: str


class MoneyPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[MoneyRow]
    next: str | None = None


class DifferenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A count, a loss or a shortage on the road: at cost, what was over and what was short, None where decided."""

    store: str
    ref: str
    business_date: str
    gain: str | None
    loss: str | None


class Differences(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[DifferenceRow]
    next: str | None = None


def money(reading: Reading, span: Span, kind: str, after: str, limit: int) -> MoneyPage:
    """Payments, expenses and settlements of a span, newest first. Raises `query_malformed`."""
    table = table_of(MONEY)
    asked = (
        select(table)
        .where(mine(table), table.c.dated.between(span.first.isoformat(), span.last.isoformat()))
        .order_by(table.c.dated.desc(), table.c.document.desc())
        .limit(limit + 1)
    )
    if kind:
        asked = asked.where(table.c.kind == kind)
    if span.stores is not None:
        asked = asked.where(table.c.store.in_(span.stores))
    if after:
        day, found, document = after.partition("~")
        if not found:
            raise DomainError("query_malformed", why="after")
        asked = asked.where(tuple_(table.c.dated, table.c.document) < tuple_(day, document))
    rows = reading.all(asked)
    shown = rows[:limit]
    names = PartnerNames(reading, {row.partner or "" for row in shown})
    return MoneyPage(
        rows=[
            MoneyRow(
                document=row.document,
                kind=row.kind,
                store=row.store or "",
                dated=row.dated,
                partner=row.partner or "",
                partner_name=names.of(row.partner or ""),
                amount=fen_text(int(row.amount)),
                note=row.note or "",
            )
            for row in shown
        ],
        next=f"{shown[-1].dated}~{shown[-1].document}" if len(rows) > limit else None,
    )


def differences(reading: Reading, after: str, limit: int) -> Differences:
    """Everything undecided, oldest first, with its worth as the books hold it. Raises `query_malformed`."""
    table = table_of(DIFFERENCE)
    place = (func.coalesce(table.c.business_date, ""), table.c.store, table.c.ref)
    asked = select(table).where(mine(table), still_waits(DIFFERENCE)).order_by(*place).limit(limit + 1)
    if after:
        parts = after.split("~", 2)
        if len(parts) < len(place):
            raise DomainError("query_malformed", why="after")
        asked = asked.where(tuple_(*place) > tuple_(*parts))
    found_rows = reading.all(asked)
    rows = found_rows[:limit]
    cells: list[Cell] = [("", "pending", row.ref) for row in rows]
    worth = {cell[2]: value for cell, _, value in seek(reading, "last", cells) if isinstance(value, Pending)}
    found = []
    for row in rows:
        pending = worth.get(row.ref, Pending())
        found.append(
            DifferenceRow(
                store=row.store,
                ref=row.ref,
                business_date=row.business_date or "",
                gain=fen_text(pending.gain) if row.gained and row.gain_disposed is None else None,
                loss=fen_text(pending.loss) if row.lost and row.loss_disposed is None else None,
            )
        )
    following = None
    if len(found_rows) > limit:
        last = rows[-1]
        following = "~".join((last.business_date or "", last.store, last.ref))
    return Differences(rows=found, next=following)
