"""The general ledger as statements read it: debit and credit by store and account, from day and month sums alone.

Stores are those of the question; the whole company (`None`) includes what stands at head office and on the road.
Days count by the day of posting, so a month that is closed says the same for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, and_, func, literal_column, select

from cloud.books.poster import behind_by
from cloud.books.terms import policy_now
from cloud.store.book_tables import BOOK_PROBLEM, GL_CLOSING, GL_DAY, GL_MONTH
from cloud.store.spans import Span, is_monthly, spans_of
from cloud.store.tenant import Reading, mine
from shared.accounting.accounts import CHARTS, Chart
from shared.accounting.voucher import Entry

Sides = list[int]
Sums = dict[tuple[str, str], Sides]
"""Debit and credit in fen by (store, account)."""
Stores = Collection[str] | None


def chart_now(reading: Reading) -> Chart:
    """The chart the books are kept by; accounts of the one that was used before are known besides."""
    chart = policy_now(reading).chart
    known = {code: account for other in CHARTS for code, account in other.accounts.items()}
    return msgspec.structs.replace(chart, accounts={**known, **chart.accounts})


def turnover(reading: Reading, stores: Stores, first: date, last: date) -> Sums:
    """What was booked in a period, both days included: whole months from month sums, the rest from days."""
    sums: Sums = {}
    for table, inside in spans_of(first, last, GL_DAY, GL_MONTH, "posting_date"):
        _add(sums, reading, table, _of(table, stores), inside)
    return sums


def turnover_before(reading: Reading, stores: Stores, day: date) -> Sums:
    """Everything booked before a day: the balances a statement opens with."""
    sums: Sums = {}
    month = f"{day:%Y-%m}"
    _add(sums, reading, GL_MONTH, _of(GL_MONTH, stores), GL_MONTH.c.month < month)
    if day.day > 1:
        began = GL_DAY.c.posting_date.between(f"{month}-01", (day - timedelta(days=1)).isoformat())
        _add(sums, reading, GL_DAY, _of(GL_DAY, stores), began)
    return sums


def closings(reading: Reading, stores: Stores, first: date, last: date) -> Sums:
    """The part of a period's turnover that month-end closings moved."""
    sums: Sums = {}
    inside = GL_CLOSING.c.posting_date.between(first.isoformat(), last.isoformat())
    _add(sums, reading, GL_CLOSING, _of(GL_CLOSING, stores), inside)
    return sums


def earned(reading: Reading, stores: Stores, first: date, last: date) -> list[Entry]:
    """A period's income and expenses as entries, one a store and account, as `profit_and_loss` takes them."""
    accounts = chart_now(reading).accounts
    moved = closings(reading, stores, first, last)
    entries = []
    for (store, account), (debit, credit) in sorted(turnover(reading, stores, first, last).items()):
        if accounts[account].type not in ("income", "expense"):
            continue
        closing = moved.get((store, account), (0, 0))
        amount = debit - credit - closing[0] + closing[1]
        if amount:
            entries.append(Entry(account, store, amount))
    return entries


Bucket = Literal["day", "month"]


def turnover_by(
    reading: Reading, stores: Stores, first: date, last: date, bucket: Bucket, accounts: Collection[str] = ()
) -> dict[tuple[str, str], Sides]:
    """Debit, credit and how many entries by (account, day or month), for all stores together."""
    found: dict[tuple[str, str], Sides] = {}
    in_days = GL_DAY.c.posting_date.between(first.isoformat(), last.isoformat())
    spans: Iterable[Span] = ((GL_DAY, in_days),)
    if bucket == "month":
        spans = spans_of(first, last, GL_DAY, GL_MONTH, "posting_date")
    for table, inside in spans:
        columns = table.c
        key: ColumnElement[str] = columns.month if is_monthly(table) else columns.posting_date
        if bucket == "month" and not is_monthly(table):
            key = func.substr(key, 1, 7)
        chosen = and_(_of(table, stores), inside)
        if accounts:
            chosen = and_(chosen, columns.account.in_(sorted(accounts)))
        sums = (func.sum(columns[name]).label(name) for name in ("debit", "credit"))
        count = func.sum(columns["count"]).label("entries")
        statement = select(columns.account, key.label("bucket"), *sums, count).where(chosen)
        # By its name: PostgreSQL takes the same expression with other parameters for another one.
        for row in reading.all(statement.group_by(columns.account, literal_column("bucket"))):
            # No month stands in two spans: it is whole, or its days are.
            found[row.account, row.bucket] = [int(row.debit), int(row.credit), int(row.entries)]
    return found


def by_account(sums: Mapping[tuple[str, str], Collection[int]]) -> dict[str, Sides]:
    """The stores' sums added up."""
    found: dict[str, Sides] = {}
    for (_, account), sides in sums.items():
        known = found.setdefault(account, [0, 0])
        for place, amount in enumerate(sides):
            known[place] += amount
    return found


class Balance(msgspec.Struct, frozen=True):
    """An account over a period in fen. Balances are debit less credit."""

    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


def balances(reading: Reading, stores: Stores, first: date, last: date) -> dict[str, Balance]:
    """Every account that moved up to the period's end, in the order of the codes."""
    before = by_account(turnover_before(reading, stores, first))
    moved = by_account(turnover(reading, stores, first, last))
    found = {}
    for code in sorted({*before, *moved}):
        opened, (debit, credit) = before.get(code, [0, 0]), moved.get(code, [0, 0])
        found[code] = Balance(opened[0] - opened[1], debit, credit)
    return found


def not_in_the_books(reading: Reading) -> tuple[int, int]:
    """Facts the books have not passed yet, and documents that cannot be posted."""
    problems = select(func.count()).select_from(BOOK_PROBLEM).where(mine(BOOK_PROBLEM))
    return behind_by(reading), int(reading.scalar(problems))


def _of(table: Any, stores: Stores) -> ColumnElement[bool]:
    return mine(table) if stores is None else and_(mine(table), table.c.node_id.in_(sorted(stores)))


def _add(
    sums: Sums, reading: Reading, table: Any, of: ColumnElement[bool], inside: ColumnElement[bool]
) -> None:
    keys = (table.c.node_id, table.c.account)
    asked = select(*keys, func.sum(table.c.debit).label("debit"), func.sum(table.c.credit).label("credit"))
    for row in reading.all(asked.where(of, inside).group_by(*keys)):
        known = sums.setdefault((row.node_id, row.account), [0, 0])
        known[0] += int(row.debit)
        known[1] += int(row.credit)
