"""What waits for somebody before the books are whole, each with how much of it there is."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, select, tuple_

from cloud.books.drill_down import position_of, position_told
from cloud.books.poster import behind_by
from cloud.store.book_tables import BOOK_PROBLEM
from cloud.store.ledger_tables import QUARANTINE
from cloud.store.projected import table_of, waiting
from cloud.store.tenant import Reading, mine
from shared.accounting.projection import DIFFERENCE
from shared.i18n import Language, tell
from shared.ledger.projection import Table
from shared.money import fen_text
from shared.purchasing.projection import INVOICE, RECEIVED


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """`what` is uninvoiced, invoice_held, invoice_unpaid, difference, problem, unposted or set_aside;
    `amount` where it is money."""

    what: str
    count: int
    amount: str | None = None


class ProblemRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document that cannot be posted yet, and the fact it follows from."""

    node: str
    log: str
    seq: int
    part: int
    business_date: str
    key: str
    text: str


class Problems(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[ProblemRow]
    next: str | None = None


def still_waits(definition: Table) -> ColumnElement[bool]:
    """The clause on whole rows that wait: their names come from the index of what waits, the rest from the table."""
    table = table_of(definition)
    key = [table.c[column.name] for column in definition.key]
    found = select(*key).where(mine(table), waiting(definition)).correlate(None)
    return tuple_(*key).in_(found)


def what_waits(reading: Reading) -> list[Waiting]:
    """Everything that waits; what there is none of is left out."""
    received, invoice, difference = table_of(RECEIVED), table_of(INVOICE), table_of(DIFFERENCE)
    billed, owed = invoice.c.net + invoice.c.tax, invoice.c.net + invoice.c.tax - invoice.c.paid
    still = QUARANTINE.c.state.in_(("held", "allowed"))
    receipts = select(func.count(func.distinct(received.c.receipt))).where(mine(received), waiting(RECEIVED))
    found = [
        Waiting(what="uninvoiced", count=int(reading.scalar(receipts))),
        _money(reading, "invoice_held", invoice, billed, invoice.c.state == "held"),
        _money(reading, "invoice_unpaid", invoice, owed, waiting(INVOICE)),
        Waiting(what="difference", count=_count(reading, difference, waiting(DIFFERENCE))),
        Waiting(what="problem", count=_count(reading, BOOK_PROBLEM)),
        Waiting(what="set_aside", count=_count(reading, QUARANTINE, still)),
        Waiting(what="unposted", count=behind_by(reading)),
    ]
    return [one for one in found if one.count]


def _count(reading: Reading, table: Any, *clauses: Any) -> int:
    return int(reading.scalar(select(func.count()).select_from(table).where(mine(table), *clauses)))


def _money(reading: Reading, what: str, table: Any, amount: Any, clause: Any) -> Waiting:
    asked = select(func.count().label("n"), func.coalesce(func.sum(amount), 0).label("fen")).select_from(
        table
    )
    row = reading.first(asked.where(mine(table), clause))
    assert row is not None
    return Waiting(what=what, count=int(row.n), amount=fen_text(int(row.fen)))


def problems(reading: Reading, language: Language, after: str, limit: int) -> Problems:
    """What cannot be posted, oldest business day first, with the reason in words. Raises `query_malformed`."""
    place = (
        BOOK_PROBLEM.c.business_date,
        BOOK_PROBLEM.c.node_id,
        BOOK_PROBLEM.c.log_id,
        BOOK_PROBLEM.c.seq,
        BOOK_PROBLEM.c.part,
    )
    asked = select(BOOK_PROBLEM).where(mine(BOOK_PROBLEM)).order_by(*place).limit(limit + 1)
    if after:
        asked = asked.where(tuple_(*place) > tuple_(*position_of(after, len(place))))
    rows = reading.all(asked)
    shown = rows[:limit]
    told = [
        ProblemRow(
            node=row.node_id,
            log=bytes(row.log_id).hex(),
            seq=row.seq,
            part=row.part,
            business_date=row.business_date,
            key=row.key,
            text=tell(row.key, language, msgspec.json.decode(row.named)),
        )
        for row in shown
    ]
    following = None
    if len(rows) > limit:
        last = shown[-1]
        following = position_told((last.business_date, last.node_id, last.log_id, last.seq, last.part))
    return Problems(rows=told, next=following)
