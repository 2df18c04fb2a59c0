"""What is selling (动销率): of the products that were there, how many sold at all.

Products with a net quantity sold above zero, by products with stock or a movement on any day of the period. A product
counts once for the chain and once for each store that had it, so stores do not add up to the chain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import ColumnElement, func

from cloud.reports.asked import facts_url, store_names
from cloud.reports.comparing import elapsed, share
from cloud.reports.dataset import Chart, Figure, Row, Section, col, word
from cloud.reports.goods import goods_of
from cloud.reports.kept_sums import sums_over
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.stock_over_time import balances_at, flows
from shared.sales.projection import SALES_DAY, SALES_MONTH

SOLD = col("products_sold", "count")
LISTED = col("products_listed", "count")
RATE = col("sell_through", "percent")
BY_STORE = (col("name"), col("code"), SOLD, LISTED, RATE)
BY_CATEGORY = (col("name"), SOLD, LISTED, RATE)
UNSOLD = (
    col("name"),
    col("code"),
    col("category"),
    col("stores", "count"),
    col("closing", "qty"),
    col("unit"),
)


def _days(_table: Any) -> list[ColumnElement[int]]:
    return [func.count().label("days")]


def _net(table: Any) -> list[ColumnElement[int]]:
    return [func.sum(table.c.qty - table.c.returned_qty).label("qty")]


def answer(asking: Asking) -> Answer:
    """The chain, its stores, its categories, and what did not sell anywhere."""
    asked, reading = elapsed(asking.question, asking.today), asking.reading
    net = sums_over(reading, asked, (SALES_DAY, SALES_MONTH), ("node_id", "sku"), _net)
    sold = {(store, sku) for store, sku, qty in net if qty > 0}
    moved = flows(reading, asked, ("node_id", "sku"), _days)
    closing = balances_at(reading, asked, asked.last)
    # What did not move lies there at the end as it did at the beginning, so the end says enough.
    listed = {key for key, balance in closing.items() if balance.on_hand > 0} | set(moved) | sold
    skus_sold, skus_listed = {sku for _, sku in sold}, {sku for _, sku in listed}
    goods = goods_of(reading, skus_listed)
    span = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    sold_in, listed_in = Counter(store for store, _ in sold), Counter(store for store, _ in listed)
    stores = []
    for store, name in store_names(reading, asked.stores).items():
        ours, there = sold_in[store], listed_in[store]
        stores.append(
            Row((name, store, ours, there, share(ours, there)), facts_url(node=store, kind="sales.", **span))
        )
    by_category: defaultdict[str, list[str]] = defaultdict(list)
    for sku in skus_listed:
        by_category[goods[sku].category_code].append(sku)
    categories = []
    for code, skus in sorted(by_category.items()):
        ours = len(skus_sold.intersection(skus))
        cells = (goods[skus[0]].category, ours, len(skus), share(ours, len(skus)))
        categories.append(Row(cells, facts_url(category=code, kind="sales.", **span)))
    lying: defaultdict[str, list[int]] = defaultdict(list)
    for (_, sku), balance in closing.items():
        lying[sku].append(balance.on_hand)
    unsold = sorted(skus_listed - skus_sold, key=lambda sku: (-sum(lying[sku]), sku))
    rate = share(len(skus_sold), len(skus_listed))
    whole = Row((word("report_word_total"), "", len(skus_sold), len(skus_listed), rate))
    return Answer(
        sections=(
            Section(
                key="by_store",
                columns=BY_STORE,
                rows=tuple(stores),
                total=whole,
                chart=Chart(kind="bar", x="name", y=("sell_through",)),
            ),
            Section(
                key="by_category",
                columns=BY_CATEGORY,
                rows=tuple(categories),
                total=Row((whole.cells[0], *whole.cells[2:])),
            ),
            Section(
                key="unsold",
                columns=UNSOLD,
                rows=tuple(
                    Row(
                        (
                            goods[sku].name,
                            sku,
                            goods[sku].category,
                            len(lying[sku]),
                            sum(lying[sku]),
                            goods[sku].unit,
                        ),
                        facts_url(sku=sku),
                    )
                    for sku in unsold
                ),
            ),
        ),
        figures=(
            Figure(column=RATE, value=rate),
            Figure(column=SOLD, value=len(skus_sold)),
            Figure(column=LISTED, value=len(skus_listed)),
        ),
        notes=(word("report_note_sell_through"),),
    )


REPORT = Report(
    key="sell-through",
    area="goods",
    permission="reports.read",
    sections={"by_store": BY_STORE, "by_category": BY_CATEGORY, "unsold": UNSOLD},
    answer=answer,
)
