"""What vouchers add up to, kept while they are posted, so that no statement has to walk through vouchers.

`gl_day` and `gl_month` are debit and credit by store and account; `gl_closing` is the part of them that month-end
closings moved, which a profit and loss statement leaves out; `goods_month` is what each SKU brought in, cost and was
worth. Sums of a batch are gathered here and written once, in the batch's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cloud.store.book_tables import GL_CLOSING, GL_DAY, GL_MONTH, GOODS_MONTH
from cloud.store.tenant import Writing
from shared.accounting.accounts import Chart, Role
from shared.accounting.documents import CloseProfitAndLoss, Reversal
from shared.accounting.voucher import Entry, Taking

CLOSING = str(CloseProfitAndLoss.__struct_config__.tag)
"""The kind of voucher that empties the accounts of income and expense."""
REVERSAL = str(Reversal.__struct_config__.tag)
SO_FAR = ""
"""In place of a month: the sums of all of them, so that stock at a past close is these less the months since."""

_SIDES = ("debit", "credit", "count")
_GL = ("node_id", "account", "posting_date", *_SIDES)
_MONTH = ("month", "node_id", "account", *_SIDES)
_GOODS_SUMS = ("qty", "net", "cost", "worth", "worth_days")
_GOODS = ("month", "node_id", "sku", *_GOODS_SUMS)


def _adding(table: str, keys: str, columns: Sequence[str]) -> str:
    sums = ", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in columns)
    return f"ON CONFLICT (tenant_id, {keys}) DO UPDATE SET {sums}"


_DAY_SUMS = _adding("gl_day", "node_id, account, posting_date", _SIDES)
_MONTH_SUMS = _adding("gl_month", "month, node_id, account", _SIDES)
_CLOSING_SUMS = _adding("gl_closing", "posting_date, node_id, account", _SIDES)
_GOODS_ADDED = _adding("goods_month", "month, node_id, sku", _GOODS_SUMS)


class Sums:
    """The sums of one batch of vouchers."""

    def __init__(self, charts: Iterable[Chart]) -> None:
        """`charts`: all that any of the vouchers may be kept by."""
        charts = tuple(charts)
        self._cost = frozenset(chart.codes[Role.COST_OF_SALES] for chart in charts)
        self._stock = frozenset(code for chart in charts for code in chart.inventory_codes)
        self._days: dict[tuple[str, str, str], list[int]] = {}
        self._closings: dict[tuple[str, str, str], list[int]] = {}
        self._goods: dict[tuple[str, str, str], list[int]] = {}

    def add(self, kind: str, posting_day: str, entries: Iterable[Entry], takings: Iterable[Taking]) -> int:
        """A voucher's entries and takings; returns its amount, the sum of its debits."""
        red = kind == REVERSAL
        debits = 0
        month, day_of_month = posting_day[:7], int(posting_day[8:])
        days, cost, stock = self._days, self._cost, self._stock
        for entry in entries:
            account, amount = entry.account, entry.amount
            key = entry.store, account, posting_day
            known = days.get(key)
            if known is None:
                known = days[key] = [0, 0, 0]
            # What is taken back lessens its own side (红字), so that turnovers show what truly happened.
            if (amount > 0) is not red:
                known[0] += amount
            else:
                known[1] -= amount
            if amount > 0:
                debits += amount
            known[2] += 1
            if entry.sku:
                if account in cost:
                    self._of(month, entry.store, entry.sku)[2] += amount
                elif account in stock:
                    goods = self._of(month, entry.store, entry.sku)
                    goods[3] += amount
                    goods[4] += amount * (day_of_month - 1)
        for taking in takings:
            goods = self._of(month, taking.store, taking.sku)
            goods[0] += taking.qty
            goods[1] += taking.net
        if kind == CLOSING:
            self._note_closing(posting_day, entries)
        return debits

    def _of(self, month: str, store: str, sku: str) -> list[int]:
        key = month, store, sku
        known = self._goods.get(key)
        if known is None:
            known = self._goods[key] = [0, 0, 0, 0, 0]
        return known

    def _note_closing(self, posting_day: str, entries: Iterable[Entry]) -> None:
        for entry in entries:
            known = self._closings.setdefault((posting_day, entry.store, entry.account), [0, 0, 0])
            known[entry.amount < 0] += abs(entry.amount)
            known[2] += 1

    def write(self, writing: Writing) -> None:
        """Add them to what was there."""
        months: dict[tuple[str, str, str], list[int]] = {}
        for (store, account, day), sides in self._days.items():
            known = months.setdefault((day[:7], store, account), [0, 0, 0])
            for place, amount in enumerate(sides):
                known[place] += amount
        so_far: dict[tuple[str, str, str], list[int]] = {}
        for (_, store, sku), goods in self._goods.items():
            known = so_far.setdefault((SO_FAR, store, sku), [0, 0, 0, 0, 0])
            for place, amount in enumerate(goods):
                known[place] += amount
        for table, columns, sums, otherwise in (
            (GL_DAY, _GL, self._days, _DAY_SUMS),
            (GL_MONTH, _MONTH, months, _MONTH_SUMS),
            (GL_CLOSING, ("posting_date", "node_id", "account", *_SIDES), self._closings, _CLOSING_SUMS),
            (GOODS_MONTH, _GOODS, self._goods | so_far, _GOODS_ADDED),
        ):
            writing.many(table, columns, [(*key, *sums[key]) for key in sorted(sums)], otherwise)
