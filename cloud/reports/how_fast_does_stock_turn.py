"""How fast does stock turn: days of stock in quantity, product by product.

Average stock is the mean of the daily closing quantities, not of the two ends: 100 pieces that came on the last day of
ten are an average of 10. From the closing stock C and each day's change c on day k of n it is C - sum(c * (k - 1)) / n,
because a change was missing on the k - 1 days before it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func

from cloud.reports.asked import facts_url
from cloud.reports.comparing import elapsed
from cloud.reports.dataset import Figure, Row, Section, col, word
from cloud.reports.goods import goods_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.reports.stock_over_time import added_up_at, flows
from cloud.store.spans import is_monthly, months_of
from shared.units import MICRO, half_up

TURN_DAYS = col("turn_days", "qty")
COLUMNS = (
    col("name"),
    col("code"),
    col("category"),
    col("unit"),
    col("sold_net", "qty"),
    col("average_stock", "qty"),
    col("closing", "qty"),
    TURN_DAYS,
    col("turns", "qty"),
)


def turn_days(days: int, average_stock: int, sold: int) -> int | None:
    """Days of the period times average stock by what was sold, in millionths of a day, to a tenth; None if unsold."""
    if sold <= 0:
        return None
    return half_up(days * average_stock * 10, sold) * (MICRO // 10)


def answer(asking: Asking) -> Answer:
    """The slowest first; what never sold stands before all."""
    asked = elapsed(asking.question, asking.today)
    reading, first = asking.reading, asked.first.toordinal()

    # A change of a month was missing before that month, and on the days of it that `on_hand_days` counts.
    before = {f"{day:%Y-%m}": day.toordinal() - first for day in months_of(asked.first, asked.last)}

    def sums(table: Any) -> list[ColumnElement[int]]:
        change = table.c.on_hand
        if is_monthly(table):
            missing = table.c.on_hand_days + change * case(before, value=table.c.month)
        else:
            missing = change * (table.c.day - first)
        return [func.sum(missing).label("missing"), func.sum(table.c.sold - table.c.returned).label("sold")]

    closing = added_up_at(reading, asked, asked.last, "sku")
    moved = {sku: row for (sku,), row in flows(reading, asked, ("sku",), sums).items()}
    goods = goods_of(reading, {*closing, *moved})
    lines = []
    for sku in goods:
        row, closes = moved.get(sku), closing[sku].on_hand if sku in closing else 0
        missing, sold = (0, 0) if row is None else (int(row.missing or 0), int(row.sold or 0))
        stock = half_up(closes * asked.days - missing, asked.days)
        lines.append((sku, sold, stock, closes, turn_days(asked.days, stock, sold)))
    lines.sort(key=lambda line: (line[4] is not None, -(line[4] or 0), line[0]))
    rows = tuple(
        Row(
            (
                goods[sku].name,
                sku,
                goods[sku].category,
                goods[sku].unit,
                sold,
                stock,
                closes,
                days,
                half_up(sold * 100, stock) * (MICRO // 100) if stock > 0 else None,
            ),
            facts_url(sku=sku, **{"from": asked.first.isoformat(), "to": asked.last.isoformat()}),
            "warn" if days is None and closes > 0 else "",
        )
        for sku, sold, stock, closes, days in lines
    )
    unsold = sum(1 for *_, closes, days in lines if days is None and closes > 0)
    return Answer(
        sections=(Section(key="turnover", columns=COLUMNS, rows=rows),),
        figures=(Figure(column=col("unsold_products", "count"), value=unsold),),
        notes=(word("report_note_turnover", days=asked.days),),
    )


REPORT = Report(
    key="turnover",
    area="goods",
    permission="reports.read",
    sections={"turnover": COLUMNS},
    answer=answer,
)
