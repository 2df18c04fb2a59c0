"""Do the books hold? Every promise of the ledger looked at anew, from the vouchers up; the first difference is named.

Vouchers balance and add up to the sums that reports read; the trial balance is zero; stock accounts are the stock
ledger, store by store and on the road; what waits on production orders, packages and in 1901 is what the accounts
say. The vouchers are read once, a few thousand at a time, so a proof needs little memory whatever the history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import func, select, tuple_

from cloud.books.poster import behind_by
from cloud.books.shelf import decode_entries, seek
from cloud.books.sums import SO_FAR
from cloud.books.terms import policy_now
from cloud.store.book_tables import BOOK_CELL, BOOK_PROBLEM, BOOK_SKU, GL_DAY, GL_MONTH, GOODS_MONTH, VOUCHER
from cloud.store.tenant import Reading, TenantStore, mine
from shared.accounting.accounts import Role
from shared.accounting.desk import Amount, Cell, Pending, TransferOnFile
from shared.accounting.policy import INVENTORY_ROLE, Policy
from shared.money import fen_text
from shared.stock.valuation import CostState

_AT_ONCE = 5000


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at: how much of it, and the first that does not hold."""

    what: str
    looked_at: int
    difference: str = ""

    @property
    def holds(self) -> bool:
        return not self.difference


class Proof(msgspec.Struct, frozen=True):
    """Everything that was looked at; `unposted` facts and `problems` are no differences, but worth a word."""

    findings: tuple[Finding, ...]
    unposted: int
    problems: int

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)


def prove(store: TenantStore) -> Proof:
    """Look at one moment of the books."""
    with store.reading() as reading:
        policy = policy_now(reading)
        vouchers, sums = _vouchers(reading)
        rolled = _rolled_up(reading)
        values = _Values(reading, policy)
        stock = {
            (node, account): amount
            for (node, account), amount in _by_account(rolled).items()
            if account in policy.chart.inventory_codes
        }
        findings = (
            vouchers,
            _equal("sums", sums, rolled),
            _equal("months", _by_month(rolled), _months(reading)),
            _equal("trial_balance", {"": sum(rolled.values())}, {"": 0}),
            _equal("stock", values.stock, stock),
            _equal("goods", _goods(reading), _by_store(stock)),
            *(
                _equal(role.value, {code: amount}, {code: _of_company(rolled, code)})
                for role, amount in values.waiting.items()
                for code in (policy.chart.codes[role],)
            ),
        )
        problems = reading.scalar(select(func.count()).select_from(BOOK_PROBLEM).where(mine(BOOK_PROBLEM)))
        return Proof(findings, behind_by(reading), int(problems))


def stock_differences(reading: Reading) -> dict[str, int]:
    """By account, what the stock ledger says less what the account does, where that is not zero."""
    policy = policy_now(reading)
    left: Counter[str] = Counter()
    for (_, account), amount in _Values(reading, policy).stock.items():
        left[account] += amount
    balance = func.sum(GL_DAY.c.debit - GL_DAY.c.credit).label("balance")
    codes = sorted(policy.chart.inventory_codes)
    rows = reading.all(
        select(GL_DAY.c.account, balance)
        .where(mine(GL_DAY), GL_DAY.c.account.in_(codes))
        .group_by(GL_DAY.c.account)
    )
    for row in rows:
        left[row.account] -= int(row.balance)
    return {account: amount for account, amount in left.items() if amount}


Sums = dict[Any, int]


def _vouchers(reading: Reading) -> tuple[Finding, Sums]:
    """Every voucher balances and says its amount; and what they add up to by store, account and day."""
    sums: Counter[Any] = Counter()
    count, first_off = 0, ""
    for row in _all_vouchers(reading):
        count += 1
        total = debits = 0
        for entry in decode_entries(bytes(row.entries)):
            total += entry.amount
            debits += max(entry.amount, 0)
            sums[entry.store, entry.account, row.posting_date] += entry.amount
        if (total or debits != row.amount) and not first_off:
            name = f"{row.node_id}/{bytes(row.log_id).hex()}:{row.seq}.{row.part}.{row.number}"
            first_off = f"{name}: {fen_text(debits)} = {fen_text(row.amount)}, {fen_text(total)}"
    return Finding("vouchers", count, first_off), {key: amount for key, amount in sums.items() if amount}


def _all_vouchers(reading: Reading) -> Iterator[Any]:
    key = (
        VOUCHER.c.node_id,
        VOUCHER.c.log_id,
        VOUCHER.c.seq,
        VOUCHER.c.part,
        VOUCHER.c.rule,
        VOUCHER.c.number,
    )
    asked = (
        select(*key, VOUCHER.c.posting_date, VOUCHER.c.amount, VOUCHER.c.entries)
        .where(mine(VOUCHER))
        .order_by(*key)
        .limit(_AT_ONCE)
    )
    rows = reading.all(asked)
    while rows:
        yield from rows
        rows = reading.all(asked.where(tuple_(*key) > tuple(rows[-1][: len(key)])))


def _rolled_up(reading: Reading) -> Sums:
    rows = reading.all(
        select(
            GL_DAY.c.node_id, GL_DAY.c.account, GL_DAY.c.posting_date, GL_DAY.c.debit, GL_DAY.c.credit
        ).where(mine(GL_DAY), GL_DAY.c.debit != GL_DAY.c.credit)
    )
    return {(row.node_id, row.account, row.posting_date): row.debit - row.credit for row in rows}


def _by_month(sums: Sums) -> Sums:
    found: Counter[Any] = Counter()
    for (node, account, day), amount in sums.items():
        found[node, account, day[:7]] += amount
    return {key: amount for key, amount in found.items() if amount}


def _months(reading: Reading) -> Sums:
    balance = (GL_MONTH.c.debit - GL_MONTH.c.credit).label("balance")
    rows = reading.all(
        select(GL_MONTH.c.node_id, GL_MONTH.c.account, GL_MONTH.c.month, balance).where(mine(GL_MONTH))
    )
    return {(row.node_id, row.account, row.month): int(row.balance) for row in rows if row.balance}


def _by_store(stock: Sums) -> Sums:
    found: Counter[Any] = Counter()
    for (node, _), amount in stock.items():
        found[node] += amount
    return {node: amount for node, amount in found.items() if amount}


def _goods(reading: Reading) -> Sums:
    """What the sums by SKU say the stock of each place is worth."""
    worth = func.sum(GOODS_MONTH.c.worth).label("worth")
    rows = reading.all(
        select(GOODS_MONTH.c.node_id, worth)
        .where(mine(GOODS_MONTH), GOODS_MONTH.c.month == SO_FAR)
        .group_by(GOODS_MONTH.c.node_id)
    )
    return {row.node_id: int(row.worth) for row in rows if row.worth}


def _by_account(sums: Sums) -> Sums:
    found: Counter[Any] = Counter()
    for (node, account, _), amount in sums.items():
        found[node, account] += amount
    return {key: amount for key, amount in found.items() if amount}


def _of_company(sums: Sums, account: str) -> int:
    return sum(amount for (_, code, _), amount in sums.items() if code == account)


class _Values:
    """What the newest cells say: stock by store and account, goods on the road, and what waits under numbers."""

    def __init__(self, reading: Reading, policy: Policy) -> None:
        kinds = {
            row.sku: msgspec.json.decode(row.body)["kind"]
            for row in reading.all(select(BOOK_SKU.c.sku, BOOK_SKU.c.body).where(mine(BOOK_SKU)))
        }
        stock: Counter[Any] = Counter()
        waiting: Counter[Role] = Counter({Role.WORK_IN_PROGRESS: 0, Role.PENDING: 0, Role.ADVANCES: 0})
        codes = policy.chart.codes

        def account(sku: str) -> str:
            return codes[INVENTORY_ROLE[kinds[sku]]]

        for (node, kind, item), value in _newest_cells(reading):
            match value:
                case CostState():
                    stock[node, account(item)] += value.value
                case TransferOnFile():
                    for line in value.lines:
                        stock[policy.transit, account(line.sku)] += line.value
                    for early in value.early:
                        stock[policy.transit, account(early.sku)] -= early.value
                case Pending():
                    waiting[Role.PENDING] += value.loss - value.gain
                case Amount() if kind == "order":
                    waiting[Role.WORK_IN_PROGRESS] += value.fen
                case Amount() if kind == "package":
                    waiting[Role.ADVANCES] -= value.fen
                case _:
                    pass
        self.stock = {key: amount for key, amount in stock.items() if amount}
        self.waiting = dict(waiting)


_KINDS = ("stock", "transfer", "pending", "order", "package")


def _newest_cells(reading: Reading) -> Iterator[tuple[Cell, Any]]:
    """The last value of each cell that says what something is worth now."""
    key = (BOOK_CELL.c.node_id, BOOK_CELL.c.kind, BOOK_CELL.c.item)
    known = reading.all(select(*key).where(mine(BOOK_CELL), BOOK_CELL.c.kind.in_(_KINDS)).distinct())
    for start in range(0, len(known), _AT_ONCE):
        cells = [(row.node_id, row.kind, row.item) for row in known[start : start + _AT_ONCE]]
        for cell, _, value in seek(reading, "last", cells):
            yield cell, value


def _equal(what: str, ours: Sums, theirs: Sums) -> Finding:
    """Two ways to the same figures; the first that differs is named with both."""
    for key in sorted(ours.keys() | theirs.keys(), key=str):
        mine_is, other_is = ours.get(key, 0), theirs.get(key, 0)
        if mine_is != other_is:
            name = "/".join(map(str, key)) if isinstance(key, tuple) else str(key)
            return Finding(what, len(ours), f"{name}: {fen_text(mine_is)} ≠ {fen_text(other_is)}")
    return Finding(what, len(ours))
