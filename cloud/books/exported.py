"""What has left the books and what has not: batches for people, the marks on a voucher, what of a span still waits."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import and_, case, func, or_, select

from cloud.books.exporting import MARKED, Batch, batch_of
from cloud.books.told import Person
from cloud.store.book_tables import BOOK_EXPORT, BOOK_EXPORTED, VOUCHER
from cloud.store.clocks import moment
from cloud.store.tenant import Reading, mine
from shared.accounting.export.outgoing import By
from shared.errors import DomainError
from shared.money import fen_text


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    """`vouchers` of ours became `made` of the program's; `amount` is the sum of debits."""

    batch: str
    system: str
    by: By
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    vouchers: int
    made: int
    amount: str
    made_at: str
    made_by: Person


class ExportPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[ExportRow]
    next: str | None = None


class ExportMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month's vouchers within the span: how many one program has, and what of them waits."""

    month: str
    vouchers: int
    exported: int
    waiting: int
    waiting_amount: str


class ExportStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How far one program is with the vouchers posted in a span."""

    system: str
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    waiting: int
    waiting_amount: str
    months: list[ExportMonth]


class ExportMark(msgspec.Struct, frozen=True, kw_only=True):
    """That a program has a voucher, by which batch and under which number of its month."""

    system: str
    batch: str
    made_number: int
    made_at: str
    made_by: Person


def export_row(batch: Batch) -> ExportRow:
    return ExportRow(
        batch=batch.batch,
        system=batch.system,
        by=batch.by,
        first=batch.first.isoformat(),
        last=batch.last.isoformat(),
        vouchers=batch.vouchers,
        made=batch.made,
        amount=fen_text(batch.amount),
        made_at=moment(batch.made_ms),
        made_by=batch.made_by,
    )


def export_page(reading: Reading, after: str, limit: int) -> ExportPage:
    """Batches of every program, the newest first. Raises `query_malformed`."""
    asked = (
        select(BOOK_EXPORT)
        .where(mine(BOOK_EXPORT))
        .order_by(BOOK_EXPORT.c.made_ms.desc(), BOOK_EXPORT.c.batch)
        .limit(limit + 1)
    )
    if after:
        made, found, name = after.partition("~")
        if not found or not made.isdecimal():
            raise DomainError("query_malformed", why="after")
        same = and_(BOOK_EXPORT.c.made_ms == int(made), BOOK_EXPORT.c.batch > name)
        asked = asked.where(or_(BOOK_EXPORT.c.made_ms < int(made), same))
    rows = reading.all(asked)
    shown = [batch_of(row) for row in rows[:limit]]
    following = f"{shown[-1].made_ms}~{shown[-1].batch}" if len(rows) > limit else None
    return ExportPage(rows=[export_row(batch) for batch in shown], next=following)


def standing(reading: Reading, system: str, first: date, last: date) -> ExportStanding:
    """By month of posting, what the program has and what waits: late facts are posted long after their month."""
    month = func.substr(VOUCHER.c.posting_date, 1, 7)
    waits = BOOK_EXPORTED.c.batch.is_(None)
    rows = reading.all(
        select(
            month.label("month"),
            func.count().label("vouchers"),
            func.sum(case((waits, 1), else_=0)).label("waiting"),
            func.sum(case((waits, VOUCHER.c.amount), else_=0)).label("amount"),
        )
        .select_from(VOUCHER.outerjoin(BOOK_EXPORTED, and_(MARKED, BOOK_EXPORTED.c.system == system)))
        .where(mine(VOUCHER), VOUCHER.c.posting_date.between(first.isoformat(), last.isoformat()))
        .group_by("month")
        .order_by("month")
    )
    return ExportStanding(
        system=system,
        first=first.isoformat(),
        last=last.isoformat(),
        waiting=sum(int(row.waiting) for row in rows),
        waiting_amount=fen_text(sum(int(row.amount) for row in rows)),
        months=[
            ExportMonth(
                month=row.month,
                vouchers=int(row.vouchers),
                exported=int(row.vouchers) - int(row.waiting),
                waiting=int(row.waiting),
                waiting_amount=fen_text(int(row.amount)),
            )
            for row in rows
        ],
    )


def marks_of(reading: Reading, voucher: Any) -> list[ExportMark]:
    """Which programs have this voucher."""
    same_batch = and_(
        BOOK_EXPORT.c.tenant_id == BOOK_EXPORTED.c.tenant_id, BOOK_EXPORT.c.batch == BOOK_EXPORTED.c.batch
    )
    rows = reading.all(
        select(
            BOOK_EXPORTED.c.system,
            BOOK_EXPORTED.c.batch,
            BOOK_EXPORTED.c.made_number,
            BOOK_EXPORT.c.made_ms,
            BOOK_EXPORT.c.made_by,
        )
        .select_from(BOOK_EXPORTED.join(BOOK_EXPORT, same_batch))
        .where(
            mine(BOOK_EXPORTED),
            BOOK_EXPORTED.c.node_id == voucher.node_id,
            BOOK_EXPORTED.c.log_id == voucher.log_id,
            BOOK_EXPORTED.c.seq == voucher.seq,
            BOOK_EXPORTED.c.part == voucher.part,
            BOOK_EXPORTED.c.rule == voucher.rule,
            BOOK_EXPORTED.c.number == voucher.number,
        )
        .order_by(BOOK_EXPORTED.c.system)
    )
    return [
        ExportMark(
            system=row.system,
            batch=row.batch,
            made_number=int(row.made_number),
            made_at=moment(int(row.made_ms)),
            made_by=row.made_by,
        )
        for row in rows
    ]
