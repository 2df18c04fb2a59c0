"""What matters most: ABC by sales, XYZ by how steady demand is.

A: products, the largest sales first, up to 80 % of all sales, those before them included; B: up to 95 %; C: rest.
X: the coefficient of variation of weekly demand over the 26 whole weeks before the end is at most 0.5; Y: at most 1;
Z: above. N: sold for less than 8 of those weeks, which is too few to say. Ties go by code, so the answer never wavers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from math import isqrt
from typing import Literal

from sqlalchemy import func, select

from cloud.reports.asked import Question, facts_url, of_stores
from cloud.reports.comparing import elapsed, share
from cloud.reports.dataset import Column, Figure, Row, Section, col, summed, word
from cloud.reports.goods import goods_of
from cloud.reports.how_do_sales_compare import sums_by
from cloud.reports.registry import Answer, Asking, Report
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.sales.projection import SALES_WEEK

WEEKS, WEEKS_LEAST = 26, 8
Abc = Literal["A", "B", "C"]
Xyz = Literal["X", "Y", "Z", "N"]
AMOUNT = col("amount", "money", sums=True)
COLUMNS = (
    col("name"),
    col("code"),
    col("category"),
    AMOUNT,
    col("share", "percent"),
    col("share_so_far", "percent"),
    col("abc"),
    col("variation", "percent"),
    col("xyz"),
    col("weeks_sold", "count"),
)
MATRIX: tuple[Column, ...] = (
    col("abc"),
    *(col(f"class_{name}", "count", sums=True) for name in ("x", "y", "z", "n")),
    col("products", "count", sums=True),
    AMOUNT,
    col("share", "percent"),
)


def abc(amounts: Sequence[tuple[str, int]]) -> dict[str, tuple[Abc, int]]:
    """(class, amount so far) by SKU. What sold for nothing or less is C and adds nothing.

    80.00 + 15.00 + 5.00: the first is A because 80 % is not above 80 %, the second B, the third C.
    """
    ordered = sorted(amounts, key=lambda item: (-item[1], item[0]))
    whole = sum(amount for _, amount in ordered if amount > 0)
    found: dict[str, tuple[Abc, int]] = {}
    so_far = 0
    for sku, amount in ordered:
        so_far += max(amount, 0)
        if amount > 0 and so_far * 100 <= whole * 80:
            found[sku] = ("A", so_far)
        elif amount > 0 and so_far * 100 <= whole * 95:
            found[sku] = ("B", so_far)
        else:
            found[sku] = ("C", so_far)
    return found


def xyz(demand: Sequence[int]) -> tuple[Xyz, int | None]:
    """(class, coefficient of variation in hundredths of a percent) of week after week since the first sale.

    With sum S and sum of squares Q over n weeks the variation is sqrt(n Q - S^2) / S, so the limits are compared
    without a root: 4 (n Q - S^2) <= S^2 is X. 10, 10, 10, 30 is 57.7 %: Y.
    """
    if len(demand) < WEEKS_LEAST:
        return "N", None
    sum_, squares, count = sum(demand), sum(qty * qty for qty in demand), len(demand)
    if sum_ <= 0:
        return "Z", None
    spread = count * squares - sum_ * sum_
    variation = isqrt(spread * 10**8 // (sum_ * sum_))
    if 4 * spread <= sum_ * sum_:
        return "X", variation
    return ("Y" if spread <= sum_ * sum_ else "Z"), variation


def weekly_demand(reading: Reading, asked: Question) -> dict[str, list[int]]:
    """By SKU: net quantity of each of the last whole weeks, from the first in which it sold."""
    after = asked.last + timedelta(days=1)
    end = after - timedelta(days=after.weekday())
    mondays = [end - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    table = table_of(SALES_WEEK)
    rows = reading.all(
        select(table.c.sku, table.c.monday, func.sum(table.c.qty - table.c.returned_qty).label("qty"))
        .where(
            of_stores(asked, table),
            table.c.monday.between(mondays[0].isoformat(), mondays[-1].isoformat()),
        )
        .group_by(table.c.sku, table.c.monday)
    )
    place = {monday.isoformat(): number for number, monday in enumerate(mondays)}
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    first: dict[str, int] = {}
    for row in rows:
        at = place[row.monday]
        found[row.sku][at] = int(row.qty)
        first[row.sku] = min(first.get(row.sku, WEEKS), at)
    return {sku: weeks[first[sku] :] for sku, weeks in found.items()}


def answer(asking: Asking) -> Answer:
    """The table of nine fields, then every product that sold."""
    asked, reading = elapsed(asking.question, asking.today), asking.reading
    sold = sums_by(reading, asked, "sku")
    amounts = {sku: sums.amount for sku, sums in sold.items()}
    classes, demand = abc(list(amounts.items())), weekly_demand(reading, asked)
    whole = sum(amount for amount in amounts.values() if amount > 0)
    goods = goods_of(reading, amounts)
    rows, fields, worth = [], Counter[tuple[Abc, Xyz]](), Counter[Abc]()
    for sku in classes:
        (of_abc, so_far), (of_xyz, variation) = classes[sku], xyz(demand.get(sku, []))
        fields[of_abc, of_xyz] += 1
        worth[of_abc] += amounts[sku]
        rows.append(
            Row(
                (
                    goods[sku].name,
                    sku,
                    goods[sku].category,
                    amounts[sku],
                    share(max(amounts[sku], 0), whole),
                    share(so_far, whole),
                    of_abc,
                    variation,
                    of_xyz,
                    len(demand.get(sku, [])),
                ),
                _facts(asked, sku),
            )
        )
    names: tuple[Abc, ...] = ("A", "B", "C")
    matrix = tuple(
        Row(
            (
                name,
                *(fields[name, of_xyz] for of_xyz in ("X", "Y", "Z", "N")),
                sum(count for (of_abc, _), count in fields.items() if of_abc == name),
                worth[name],
                share(max(worth[name], 0), whole),
            )
        )
        for name in names
    )
    return Answer(
        sections=(
            Section(
                key="matrix",
                columns=MATRIX,
                rows=matrix,
                total=summed(MATRIX, matrix, word("report_word_total")),
            ),
            Section(
                key="products",
                columns=COLUMNS,
                rows=tuple(rows),
                total=summed(COLUMNS, tuple(rows), word("report_word_total")),
            ),
        ),
        figures=(
            Figure(column=AMOUNT, value=sum(amounts.values())),
            Figure(
                column=col("products_a", "count"), value=sum(1 for one, _ in classes.values() if one == "A")
            ),
        ),
        notes=(word("report_note_abc", last=_last_sunday(asked.last).isoformat()),),
    )


def _last_sunday(day: date) -> date:
    after = day + timedelta(days=1)
    return after - timedelta(days=after.weekday() + 1)


def _facts(asked: Question, sku: str) -> str:
    return facts_url(
        sku=sku, kind="sales.", **{"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    )


REPORT = Report(
    key="abc-xyz",
    area="goods",
    permission="reports.read",
    sections={"matrix": MATRIX, "products": COLUMNS},
    answer=answer,
)
