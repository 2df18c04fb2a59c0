"""The books as a beancount file, for auditors who check them with a program that is not ours.

Every voucher is a transaction, every account and store an account of theirs, and on the day after the last voucher
an assertion states each balance as we know it: `bean-check` then proves our sums with its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from shared.accounting.accounts import AccountType, Chart
from shared.accounting.voucher import Entry, Voucher
from shared.money import fen_text

_ROOT: dict[AccountType, str] = {
    "asset": "Assets",
    "cost": "Assets:WIP",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
_FOREIGN = re.compile(r"[^\w-]|_")


def beancount_file(
    title: str, chart: Chart, vouchers: Iterable[Voucher], currency: str = "CNY"
) -> Iterator[str]:
    """The lines of the file."""
    vouchers = list(vouchers)
    yield f'option "title" {_quoted(title)}'
    yield f'option "operating_currency" "{currency}"'
    if not vouchers:
        return
    names = _Names(chart)
    sums: dict[str, int] = {}
    for voucher in vouchers:
        for entry in voucher.entries:
            name = names.of(entry)
            sums[name] = sums.get(name, 0) + entry.amount
    first, last = min(v.day for v in vouchers), max(v.day for v in vouchers)
    for name in sorted(sums):
        yield f"{first.isoformat()} open {name} {currency}"
    for voucher in vouchers:
        yield ""
        yield f"{voucher.day.isoformat()} * {_quoted(voucher.event)} {_quoted(voucher.type)}"
        for entry in voucher.entries:
            yield f"  {names.of(entry)}  {fen_text(entry.amount)} {currency}"
            if entry.memo:
                yield f"    memo: {_quoted(entry.memo)}"
    yield ""
    stated = (last + timedelta(days=1)).isoformat()
    for name in sorted(sums):
        yield f"{stated} balance {name}  {fen_text(sums[name])} ~ 0.00 {currency}"


class _Names:
    """Beancount's name of each account and store: letters, digits and hyphens, two stores never the same."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.stores: dict[str, str] = {}

    def of(self, entry: Entry) -> str:
        root = _ROOT[self.chart.account(entry.account).type]
        return f"{root}:A{entry.account}:{self._store(entry.store)}"

    def _store(self, store: str) -> str:
        if store not in self.stores:
            plain = _FOREIGN.sub("-", store)
            name = plain if re.match(r"[A-Z0-9]", plain) else f"S-{plain}"
            while name in self.stores.values():
                name += "-2"
            self.stores[store] = name
        return self.stores[store]


def _quoted(text: str) -> str:
    """A string as beancount reads it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
