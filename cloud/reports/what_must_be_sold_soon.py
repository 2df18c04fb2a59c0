"""What must be sold soon (临期): lots with stock and few days left at the close of a day, and what to do about each.

A lot is near its end when 0 <= days left <= N. N is a third of the product's shelf life unless a number is asked for;
a product without a known shelf life has seven days. Past its last day it is no longer near but over, and shown apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import and_, func, select

from cloud.reports.asked import Named, Question, facts_url, store_names
from cloud.reports.dataset import Chart, Figure, Mark, Row, Section, col, summed, word
from cloud.reports.goods import Goods, goods_of
from cloud.reports.registry import Answer, Asking, Days, Report
from cloud.reports.stock_over_time import BY_LOT, Balance, lay_at
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import SKU
from shared.stock.projection import LOT

UNKNOWN_LIFE_DAYS = 7
_NEVER = "9999-12-31"
LOTS = col("lots", "count", sums=True)
QTY = col("qty", "qty", sums=True)
BY_STORE = (
    col("name"),
    col("code"),
    LOTS,
    QTY,
    col("lots_over", "count", sums=True),
    col("qty_over", "qty", sums=True),
)
LINES = (
    col("name"), col("code"), col("category"), col("store"), col("lot"), col("expiry", "date"),
    col("days_left", "count"), col("near_from", "count"), QTY, col("held", "qty", sums=True), col("unit"),
    col("advice"),
)  # fmt: skip


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A lot in a store: `days_left` 0 is its last day; `near_from` is the N it is measured by."""

    store: str
    sku: str
    lot: str
    expiry: date
    days_left: int
    near_from: int
    balance: Balance


def near_days(goods: Goods, asked_days: int) -> int:
    """N: what was asked for, else a third of the shelf life, else seven days."""
    if asked_days:
        return asked_days
    return goods.shelf_life_days // 3 if goods.shelf_life_days else UNKNOWN_LIFE_DAYS


def near_lots(
    reading: Reading, asked: Question, close_of: date, asked_days: int
) -> tuple[list[Near], dict[str, Goods]]:
    """Lots on hand at the close of the day that are near their end or over it, the soonest first."""
    rows = _dated_lots(reading, asked, close_of, asked_days)
    goods = goods_of(reading, {row.sku for row in rows})
    found = []
    for store, sku, lot, on_hand, sellable, last_day in rows:
        expiry = date.fromisoformat(last_day)
        near_from, left = near_days(goods[sku], asked_days), (expiry - close_of).days
        if left <= near_from:
            found.append(
                Near(
                    store=store,
                    sku=sku,
                    lot=lot,
                    expiry=expiry,
                    days_left=left,
                    near_from=near_from,
                    balance=Balance(on_hand, sellable),
                )
            )
    found.sort(key=lambda one: (one.expiry, one.store, one.sku, one.lot))
    return found, goods


def _dated_lots(reading: Reading, asked: Question, close_of: date, asked_days: int) -> Sequence[Any]:
    """Lots on hand whose last day is not further off than any product's N."""
    lots, lay, products = table_of(LOT), lay_at(asked, close_of, BY_LOT), table_of(SKU)
    longest = reading.scalar(select(func.max(products.c.shelf_life_days)).where(mine(products)))
    reach = asked_days or max(int(longest or 0) // 3, UNKNOWN_LIFE_DAYS)
    same = and_(mine(lots), *(lots.c[name] == lay.c[name] for name in (NODE_ID, "sku", "lot")))
    until = (close_of + timedelta(days=reach)).isoformat()
    # An outer join and an expression, so that no database begins at the lots that ever were.
    last_day = func.coalesce(lots.c.expiry, _NEVER)
    return reading.all(
        select(lay, lots.c.expiry)
        .select_from(lay.outerjoin(lots, same))
        .where(lay.c.on_hand > 0, last_day <= until)
    )


def advice(one: Near) -> Named:
    """What the trade does: over is taken off, the last day is marked down, the rest is moved or marked down in time."""
    if one.days_left < 0:
        return word("advice_take_off")
    if one.balance.sellable <= 0:
        return word("advice_decide_held")
    return word("advice_mark_down" if one.days_left * 3 <= one.near_from else "advice_move")


def rows_of(reading: Reading, found: list[Near], goods: dict[str, Goods]) -> tuple[Row, ...]:
    """A line a lot."""
    names = store_names(reading)
    return tuple(
        Row(
            (
                goods[one.sku].name,
                one.sku,
                goods[one.sku].category,
                names.get(one.store, one.store),
                one.lot,
                one.expiry.isoformat(),
                one.days_left,
                one.near_from,
                one.balance.on_hand,
                one.balance.on_hand - one.balance.sellable,
                goods[one.sku].unit,
                advice(one),
            ),
            facts_url(node=one.store, sku=one.sku, lot=one.lot),
            _mark(one),
        )
        for one in found
    )


def _mark(one: Near) -> Mark:
    if one.days_left < 0:
        return "block"
    return "warn" if one.days_left * 3 <= one.near_from else ""


def answer(asking: Asking) -> Answer:
    """As of the close of the last day of the period."""
    asked, reading = asking.question, asking.reading
    close_of = min(asked.last, asking.today)
    found, goods = near_lots(reading, asked, close_of, asking.days)
    of_store: defaultdict[str, tuple[list[Near], list[Near]]] = defaultdict(lambda: ([], []))
    for one in found:
        of_store[one.store][one.days_left < 0].append(one)
    stores = []
    for store, name in store_names(reading, asked.stores).items():
        near, over = of_store[store]
        cells = (len(near), _qty(near), len(over), _qty(over))
        stores.append(Row((name, store, *cells), facts_url(node=store)))
    total = summed(BY_STORE, tuple(stores), word("report_word_total"))
    rows = rows_of(reading, found, goods)
    near, over = ([one for one in found if (one.days_left < 0) == past] for past in (False, True))
    return Answer(
        sections=(
            Section(
                key="by_store",
                columns=BY_STORE,
                rows=tuple(stores),
                total=total,
                chart=Chart(kind="bar", x="name", y=("qty", "qty_over")),
            ),
            Section(
                key="near_lots",
                columns=LINES,
                rows=rows,
                total=summed(LINES, rows, word("report_word_total")),
            ),
        ),
        figures=(
            Figure(column=LOTS, value=len(near)),
            Figure(column=QTY, value=_qty(near)),
            Figure(column=col("lots_over", "count"), value=len(over)),
        ),
        notes=(
            word("report_note_as_of", last=close_of.isoformat()),
            word("report_note_near_days", n=asking.days)
            if asking.days
            else word("report_note_near", unknown=UNKNOWN_LIFE_DAYS),
        ),
    )


def _qty(lots: list[Near]) -> int:
    return sum(one.balance.on_hand for one in lots)


REPORT = Report(
    key="expiring",
    area="goods",
    permission="stock.read",
    span="day",
    days=Days(0, 0, 366),
    sections={"by_store": BY_STORE, "near_lots": LINES},
    answer=answer,
)
