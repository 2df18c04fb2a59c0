"""What does stock earn: gross profit by the cost of stock (GMROI), days and turns in money, by store, category or SKU.

Average stock is the mean of the daily closing values at cost, over whole months. Days of stock are the period's days
times that by the cost of what was sold; turns are cost by average stock, within the period and not made to years.
Gross profit of 120.00 on an average stock of 60.00 is 200 %; margin times turns (交叉比率) tells it by sales.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from cloud.books.goods import Cut, Held, held
from cloud.reports.asked import Question, facts_url
from cloud.reports.comparing import share
from cloud.reports.dataset import Cell, Figure, Row, Section, col, summed, word
from cloud.reports.goods import goods_of
from cloud.reports.of_books import books_notes, place_names, stores_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.whole_months import whole_months
from cloud.store.tenant import Reading
from shared.accounting.bridge import Earned
from shared.units import MICRO, half_up

GMROI = col("gmroi", "percent")
DAYS = col("turn_days", "qty")
COLUMNS = (
    col("name"),
    col("code"),
    col("revenue", "money", sums=True),
    col("cost_of_sales", "money", sums=True),
    col("gross_profit", "money", sums=True),
    col("gross_margin", "percent"),
    col("average_stock_value", "money", sums=True),
    col("stock_value", "money", sums=True),
    DAYS,
    col("turns", "qty"),
    GMROI,
    col("cross_ratio", "percent"),
)


def stock_days(days: int, mean: int, cost: int) -> int | None:
    """Days the average stock lasts at this pace, in millionths to a tenth; None where nothing was sold."""
    return half_up(days * mean * 10, cost) * (MICRO // 10) if cost > 0 else None


def gmroi(gross_profit: int, mean: int) -> int | None:
    """Gross profit by average stock at cost, in hundredths of a percent; None without stock."""
    return share(gross_profit, mean) if mean > 0 else None


class _Sum(msgspec.Struct):
    """Several SKUs, or stores, together."""

    net: int = 0
    cost: int = 0
    mean: int = 0
    closing: int = 0

    def add(self, one: Held) -> None:
        self.net += one.earned.net
        self.cost += one.earned.cost
        self.mean += one.mean
        self.closing += one.closing


def answer(asking: Asking) -> Answer:
    """What earns most on its stock first; what earned nothing stands at the end, the dearest first."""
    reading, asked = asking.reading, whole_months(asking.question, asking.today)
    cut: Cut = "store" if asking.by == "store" else "sku"
    parts = held(reading, stores_of(asking), asked.first, asked.last, cut)
    name_of, line_of = _lines(reading, asking.by, parts)
    sums: dict[str, _Sum] = {}
    whole = _Sum()
    for key, one in parts.items():
        sums.setdefault(line_of(key), _Sum()).add(one)
        whole.add(one)
    ordered = sorted(sums, key=lambda key: _order(sums[key], key))
    rows = tuple(_row(asked, asking.by, key, name_of(key), sums[key]) for key in ordered)
    own = dict(zip([column.key for column in COLUMNS[2:]], _cells(asked, whole), strict=True))
    totals = {key: own[key] for key in ("gross_margin", "turn_days", "turns", "gmroi", "cross_ratio")}
    total = summed(COLUMNS, rows, word("report_word_total"), **totals)
    return Answer(
        sections=(Section(key="stock_earns", columns=COLUMNS, rows=rows, total=total),),
        figures=(Figure(column=GMROI, value=own["gmroi"]), Figure(column=DAYS, value=own["turn_days"])),
        notes=(
            word("report_note_gmroi", first=asked.first.isoformat(), last=asked.last.isoformat()),
            *books_notes(asking),
        ),
    )


def _order(one: _Sum, key: str) -> tuple[bool, int, int, str]:
    earns = gmroi(one.net - one.cost, one.mean)
    return earns is None or one.net == 0, -(earns or 0), -one.closing, key


def _lines(
    reading: Reading, by: str, parts: Iterable[str]
) -> tuple[Callable[[str], Cell], Callable[[str], str]]:
    """How a line is called, and to which line a store or a SKU belongs."""
    if by == "store":
        names = place_names(reading)
        return lambda key: names.get(key, key), lambda store: store
    goods = goods_of(reading, set(parts))
    if by == "sku":
        return lambda key: goods[key].name, lambda sku: sku
    categories = {one.category_code: one.category for one in goods.values()}
    return lambda key: categories[key], lambda sku: goods[sku].category_code


def _row(asked: Question, by: str, key: str, name: Cell, one: _Sum) -> Row:
    about = {"store": "node", "category": "category", "sku": "sku"}[by]
    span = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    return Row(
        (name, key, *_cells(asked, one)),
        facts_url(**{about: key}, **span),
        "warn" if one.closing > 0 and one.cost <= 0 else "",
    )


def _cells(asked: Question, one: _Sum) -> list[int | None]:
    profit = Earned(0, one.net, one.cost).gross_profit
    margin = share(profit, one.net) if one.net > 0 else None
    turns = half_up(one.cost * 100, one.mean) * (MICRO // 100) if one.mean > 0 else None
    cross = None if margin is None or one.mean <= 0 else half_up(margin * one.cost, one.mean)
    return [
        *(one.net, one.cost, profit, margin, one.mean, one.closing),
        *(stock_days(asked.days, one.mean, one.cost), turns, gmroi(profit, one.mean), cross),
    ]


REPORT = Report(
    key="gmroi",
    area="goods",
    permission="books.read",
    by=("store", "category", "sku"),
    sections={"stock_earns": COLUMNS},
    answer=answer,
)
