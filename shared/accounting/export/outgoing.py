"""Vouchers as they leave: one by one, or a day's vouchers of one kind and store as one, for people to read.

A chain makes thousands of sales a day; nobody wants them one by one in a program for ten vouchers a day. Debits and
credits of an account stay apart when they are added up, so that turnovers remain what they were. A red voucher (红字)
keeps its own sides with the sign turned.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from shared.accounting.voucher import Entry

By = Literal["day", "voucher"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line; fen, of which one is zero. `partner_class` is 客户 or 供应商, empty without a partner."""

    account: str
    debit: int
    credit: int
    summary: str
    store: str = ""
    store_name: str = ""
    partner: str = ""
    partner_name: str = ""
    partner_class: str = ""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A voucher of the other program: `number` counts within its month."""

    number: int
    day: datetime.date
    reference: str
    lines: tuple[Line, ...]

    @property
    def debit(self) -> int:
        return sum(line.debit for line in self.lines)


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What codes are called in the other program's auxiliary accounting."""

    stores: dict[str, str]
    suppliers: dict[str, str]
    customers: dict[str, str]


def lines_of(entries: Iterable[Entry], summary: str, names: Names, *, red: bool) -> Iterator[Line]:
    """Entries as lines, each by itself."""
    for entry in entries:
        if not entry.amount:
            continue
        on_debit = (entry.amount > 0) is not red
        amount = -abs(entry.amount) if red else abs(entry.amount)
        partner_class, partner_name = _partner(entry.partner, names)
        yield Line(
            account=entry.account,
            debit=amount if on_debit else 0,
            credit=0 if on_debit else amount,
            summary=summary if not entry.memo else f"{summary} {entry.memo}",
            store=entry.store,
            store_name=names.stores.get(entry.store, entry.store),
            partner=entry.partner,
            partner_name=partner_name,
            partner_class=partner_class,
        )


def _partner(partner: str, names: Names) -> tuple[str, str]:
    if not partner:
        return "", ""
    if partner in names.suppliers:
        return "供应商", names.suppliers[partner]
    return "客户", names.customers.get(partner, partner)


def added_up(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of several vouchers as one: by account, store, partner and side."""
    sums: dict[tuple[str, str, str, bool], int] = {}
    for entry in entries:
        key = entry.account, entry.store, entry.partner, entry.amount < 0
        sums[key] = sums.get(key, 0) + entry.amount
    return tuple(
        Entry(account, store, amount, "", "", partner)
        for (account, store, partner, _), amount in sorted(sums.items())
        if amount
    )
