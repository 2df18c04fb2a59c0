"""From the balance of an account down to its lines: general ledger by account, detail ledger (明细账) line by line.

Balances come from day and month sums. Lines are read from the vouchers of those days alone on which the account moved,
so that a page of a quiet account costs as little as one of a busy account, whatever the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import func, select, tuple_

from cloud.books.ledger import balances, chart_now
from cloud.books.shelf import decode_entries
from cloud.books.terms import policy_now
from cloud.books.told import AccountName, PartnerNames, account_name, memo_in, names_of_goods, places
from cloud.store.book_tables import GL_DAY, VOUCHER, VOUCHER_KEY
from cloud.store.tenant import Reading, mine
from shared.accounting.accounts import AccountType, Chart
from shared.accounting.periods import last_day, period_of
from shared.accounting.voucher import Entry
from shared.errors import DomainError
from shared.i18n import Language
from shared.money import fen_text

_AT_ONCE = 1000
SHOWN = (
    VOUCHER.c.kind,
    VOUCHER.c.reference,
    VOUCHER.c.business_date,
    VOUCHER.c.posting_date,
    VOUCHER.c.amount,
)


class Span(msgspec.Struct, frozen=True):
    """Posting days, both included, and the places asked about; None: the whole company."""

    first: date
    last: date
    stores: tuple[str, ...] | None = None


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """An account over a span. Balances are debit less credit: what is owed is negative."""

    account: str
    name: AccountName
    type: AccountType | None
    opening: str
    debit: str
    credit: str
    closing: str


class Accounts(msgspec.Struct, frozen=True, kw_only=True):
    """The span's trial balance by account; debits equal credits where `balanced`."""

    first: str
    last: str
    rows: list[AccountRow]
    debit: str
    credit: str
    balanced: bool


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the account; `against` are the accounts on the other side of its voucher."""

    posting_date: str
    business_date: str
    log: str
    seq: int
    part: int
    number: int
    kind: str
    reference: str
    store: str
    memo: str
    sku: str
    sku_name: str
    partner: str
    partner_name: str
    lot: str
    against: list[str]
    debit: str
    credit: str
    balance: str


class Ledger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of an account's lines, oldest first. `opening` is the balance before the span's first day."""

    account: str
    name: AccountName
    type: AccountType | None
    first: str
    last: str
    opening: str
    debit: str
    credit: str
    closing: str
    count: int
    rows: list[LedgerLine]
    next: str | None = None


def span_of(
    first: date | None, last: date | None, today: date, stores: tuple[str, ...] | None = None
) -> Span:
    """The span asked for; the month of its last day where no first day is given. Raises `period_malformed`."""
    end = last or (last_day(period_of(first)) if first else today)
    begin = first or end.replace(day=1)
    if begin > end:
        raise DomainError("period_malformed", first=begin.isoformat(), last=end.isoformat())
    return Span(begin, end, stores)


def accounts(reading: Reading, span: Span) -> Accounts:
    """Every account that ever moved up to the span's end."""
    chart = chart_now(reading)
    listed = balances(reading, span.stores, span.first, span.last)
    rows = [
        AccountRow(
            account=code,
            name=account_name(chart, code),
            type=_type(chart, code),
            opening=fen_text(one.opening),
            debit=fen_text(one.debit),
            credit=fen_text(one.credit),
            closing=fen_text(one.closing),
        )
        for code, one in listed.items()
    ]
    debits, credited = sum(one.debit for one in listed.values()), sum(one.credit for one in listed.values())
    return Accounts(
        first=span.first.isoformat(),
        last=span.last.isoformat(),
        rows=rows,
        debit=fen_text(debits),
        credit=fen_text(credited),
        balanced=debits == credited,
    )


def ledger(reading: Reading, account: str, span: Span, after: str, limit: int, language: Language) -> Ledger:
    """A page of the account's lines. Raises `ledger_account_unknown`, `query_malformed`."""
    chart = chart_now(reading)
    days = _days(reading, account, span, places(reading, policy_now(reading)))
    if not days:
        chart.account(account)
    first = span.first.isoformat()
    opening = sum(day.moved for day in days if day.day < first)
    within = [day for day in days if day.day >= first]
    found, following = _page(
        reading, account, span, within, opening, position_of(after, _LINE) if after else None, limit
    )
    goods = names_of_goods(reading, {line.entry.sku for line in found})
    partners = PartnerNames(reading, {line.entry.partner for line in found})
    debit, credit = sum(day.debit for day in within), sum(day.credit for day in within)
    return Ledger(
        account=account,
        name=account_name(chart, account),
        type=_type(chart, account),
        first=first,
        last=span.last.isoformat(),
        opening=fen_text(opening),
        debit=fen_text(debit),
        credit=fen_text(credit),
        closing=fen_text(opening + debit - credit),
        count=sum(day.count for day in within),
        rows=[
            LedgerLine(
                posting_date=line.row.posting_date,
                business_date=line.row.business_date,
                log=bytes(line.row.log_id).hex(),
                seq=line.row.seq,
                part=line.row.part,
                number=line.row.number,
                kind=line.row.kind,
                reference=line.row.reference,
                store=line.entry.store,
                memo=memo_in(language, line.entry.memo),
                sku=line.entry.sku,
                sku_name=goods[line.entry.sku],
                partner=line.entry.partner,
                partner_name=partners.of(line.entry.partner),
                lot=line.entry.lot,
                against=line.against,
                debit=fen_text(max(line.entry.amount, 0)),
                credit=fen_text(max(-line.entry.amount, 0)),
                balance=fen_text(line.balance),
            )
            for line in found
        ],
        next=following,
    )


class _Day(msgspec.Struct, frozen=True):
    day: str
    debit: int
    credit: int
    count: int

    @property
    def moved(self) -> int:
        return self.debit - self.credit


Position = tuple[Any, ...]
"""Posting day, the voucher's key, and for a line which of the voucher's it is."""
_LINE = 1 + len(VOUCHER_KEY) + 1


class _Line(msgspec.Struct, frozen=True):
    position: Position
    row: Any
    entry: Entry
    against: list[str]
    balance: int


def _page(
    reading: Reading,
    account: str,
    span: Span,
    days: Sequence[_Day],
    opening: int,
    after: Position | None,
    limit: int,
) -> tuple[list[_Line], str | None]:
    """The lines that follow a position, and the position of the last where there are more."""
    found: list[_Line] = []
    balance = opening
    for day in days:
        if after and day.day < after[0]:
            balance += day.moved
            continue
        for position, row, entry, against in _lines(reading, account, day.day, span):
            balance += entry.amount
            if after and position <= after:
                continue
            if len(found) == limit:
                return found, position_told(found[-1].position)
            found.append(_Line(position, row, entry, against, balance))
    return found, None


def _days(reading: Reading, account: str, span: Span, known: tuple[str, ...]) -> list[_Day]:
    """The days on which the account moved. The places are named because rows lie by place, then by account."""
    rows = reading.all(
        select(
            GL_DAY.c.posting_date,
            func.sum(GL_DAY.c.debit).label("debit"),
            func.sum(GL_DAY.c.credit).label("credit"),
            func.sum(GL_DAY.c.count).label("entries"),
        )
        .where(
            mine(GL_DAY),
            GL_DAY.c.node_id.in_(known if span.stores is None else span.stores),
            GL_DAY.c.account == account,
            GL_DAY.c.posting_date <= span.last.isoformat(),
        )
        .group_by(GL_DAY.c.posting_date)
        .order_by(GL_DAY.c.posting_date)
    )
    return [_Day(row.posting_date, int(row.debit), int(row.credit), int(row.entries)) for row in rows]


def _lines(
    reading: Reading, account: str, day: str, span: Span
) -> Iterator[tuple[Position, Any, Entry, list[str]]]:
    """The account's lines of one posting day, in the order of the vouchers."""
    name = account.encode()
    asked = (
        select(*VOUCHER_KEY, *SHOWN, VOUCHER.c.entries)
        .where(mine(VOUCHER), VOUCHER.c.posting_date == day)
        .order_by(*VOUCHER_KEY)
        .limit(_AT_ONCE)
    )
    rows = reading.all(asked)
    while rows:
        for row in rows:
            blob = bytes(row.entries)
            if name not in blob:  # Most vouchers do not name the account: not worth unpacking.
                continue
            entries = decode_entries(blob)
            for at, entry in enumerate(entries):
                if entry.account != account or (span.stores is not None and entry.store not in span.stores):
                    continue
                position = (day, row.node_id, bytes(row.log_id), row.seq, row.part, row.rule, row.number, at)
                yield position, row, entry, _against(entry, entries)
        rows = reading.all(asked.where(tuple_(*VOUCHER_KEY) > tuple(rows[-1][: len(VOUCHER_KEY)])))


def _against(entry: Entry, entries: Sequence[Entry]) -> list[str]:
    """The accounts on the other side: those with just this amount where there are any, as cost has in a sale."""
    equal = {one.account for one in entries if one.amount == -entry.amount}
    return sorted(equal or {one.account for one in entries if one.amount * entry.amount < 0})


def position_told(position: Position) -> str:
    """A position as an address carries it."""
    return "~".join(part.hex() if isinstance(part, bytes) else str(part) for part in position)


def position_of(after: str, length: int) -> Position:
    """A position back from its address. Raises `query_malformed`."""
    try:
        day, node, log, *numbers = after.split("~")
        position = (day, node, bytes.fromhex(log), *map(int, numbers))
    except ValueError:
        raise DomainError("query_malformed", why="after") from None
    if len(position) != length:
        raise DomainError("query_malformed", why="after")
    return position


def _type(chart: Chart, code: str) -> AccountType | None:
    found = chart.accounts.get(code)
    return None if found is None else found.type
