"""Holds head office's figures against the source file, store by store and day by day, to the cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from cloud.demo.ops import TIMEZONE, Op
from cloud.demo.totals import Figures
from cloud.demo.wire import Person

Days = dict[tuple[str, str], Figures]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What head office says, what the file says, and every figure in which they differ."""

    found: Days
    differences: list[str]


def compare(office: Person, source: Days, ops: Iterable[Op], first: date, last: date) -> Comparison:
    """Reads the report page by page and compares it with the file.

    Head office shows sales less returns. The file knows no returns, they belong to the story, so what the
    story gave back is added again: the money as the report names it, the pieces as they were sent.
    """
    given_back = _pieces_given_back(ops)
    found: Days = {}
    after = "0"
    while after:
        report = office.get(
            "/v1/reports/sales", **{"by": "store_day", "from": f"{first}", "to": f"{last}", "after": after}
        )
        for row in report["rows"]:
            key = (str(row["store"]), str(row["date"]))
            found[key] = {
                "amount": _cents(row["amount"]) + _cents(row["returned"]),
                "qty": int(Decimal(row["qty"])) + given_back[key],
                "lines": 0,
                "count": int(row["count"]),
            }
        after = report.get("next") or ""
    found = {key: day for key, day in found.items() if day["count"]}
    return Comparison(found=found, differences=_differences(found, source))


def _differences(found: Days, source: Days) -> list[str]:
    told = []
    for key in sorted(found.keys() | source.keys()):
        here, there = found.get(key), source.get(key)
        for name in ("amount", "qty", "count"):
            mine = 0 if here is None else here[name]
            theirs = 0 if there is None else there[name]
            if mine != theirs:
                told.append(f"{key[0]} {key[1]} {name}: head office {mine}, source {theirs}")
    return told


def _pieces_given_back(ops: Iterable[Op]) -> Counter[tuple[str, str]]:
    pieces: Counter[tuple[str, str]] = Counter()
    for op in ops:
        if op.kind == "sales.take_back":
            day = datetime.fromtimestamp(op.at_ms / 1000, ZoneInfo(TIMEZONE)).date()
            pieces[op.store, day.isoformat()] += sum(int(line["qty"]) for line in op.body["lines"])
    return pieces


def _cents(amount: str) -> int:
    return int(Decimal(amount) * 100)
