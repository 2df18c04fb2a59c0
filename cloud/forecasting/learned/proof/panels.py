"""The published sales as panels: fresh goods, a grocery chain's best sellers, spare parts by the month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import compute, parquet

from cloud.forecasting.learned.arrays import Numbers, Whole
from cloud.forecasting.learned.china import days_of
from cloud.forecasting.learned.clock import clock_of
from cloud.forecasting.learned.panel import Panel, calendar
from cloud.forecasting.learned.proof.fresh_goods import FreshGoods, availability_of, held_out, numbered
from cloud.forecasting.own_calendar import Own
from shared.forecasting.models import DAILY, MONTHLY, Cadence

_NO_STOCK: Final = ("FUEL", "COUPON", "COUP/STR & MFG", "MISCELLANEOUS", "CONTROL STORE SUP")
"""Departments whose lines are no goods on a shelf; their quantities are in the thousands."""


def fresh_panel(goods: FreshGoods, profiles: dict[str, Numbers], horizon: int) -> Panel:
    """Fresh goods with what a shop knew: price cuts, activities, days off. The publisher's unit is a tenth."""
    available = availability_of(goods.in_stock, goods.categories, profiles)
    dates = [*goods.dates, *_after(goods.dates[-1], horizon)]
    return Panel(
        demand=_open_ended(goods.sold, horizon),
        sold=_open_ended(goods.sold, horizon),
        available=_open_ended(available, horizon),
        groups={
            "store": numbered(goods.stores),
            "sku": numbered(goods.skus),
            "category": numbered(goods.categories),
        },
        known={name: _open_ended(values, horizon) for name, values in goods.known.items()},
        past={},
        clock=clock_of(dates, DAILY, len(goods.dates), Own()),
        names=tuple(f"{store}/{sku}" for store, sku in zip(goods.stores, goods.skus, strict=True)),
        stores=goods.stores,
        skus=goods.skus,
        dates=tuple(dates),
        cadence=DAILY,
        days=tuple(days_of(dates)),
    )


def grocery_panel(folder: Path, horizon: int, items: int = 400) -> Panel:
    """The items kept aside among the chain's `items` most often bought, sold by all stores together on each day."""
    products = parquet.read_table(folder / "grocery_products.parquet")
    goods = products.filter(
        compute.invert(compute.is_in(products["department"].cast("string"), value_set=_texts(_NO_STOCK)))
    )
    category_of = dict(
        zip(goods["product_id"].to_pylist(), goods["product_category"].to_pylist(), strict=True)
    )
    lines = parquet.read_table(
        folder / "grocery_transactions.parquet", columns=["product_id", "quantity", "transaction_timestamp"]
    )
    item = lines["product_id"].to_numpy()
    day = lines["transaction_timestamp"].to_numpy().astype("datetime64[D]").astype(np.int64)
    names, place, bought = np.unique(item, return_inverse=True, return_counts=True)
    stocked = [row for row in np.argsort(-bought, kind="stable") if int(names[row]) in category_of][:items]
    kept = [row for row in stocked if held_out(f"g{names[row]}")]
    sold = np.zeros((len(names), int(day.max() - day.min()) + 1))
    np.add.at(sold, (place, day - day.min()), lines["quantity"].to_numpy())
    first = date(1970, 1, 1) + timedelta(days=int(day.min()))
    labels = [str(category_of[int(names[row])]) for row in kept]
    return _plain(sold[kept], [f"g{names[row]}" for row in kept], labels, first, DAILY, horizon)


def parts_panel(folder: Path, horizon: int) -> Panel:
    """Spare parts kept aside, by the month."""
    table = parquet.read_table(folder / "carparts_monthly.parquet")
    month = table["month"].to_numpy().astype("datetime64[M]").astype(np.int64)
    names, place = np.unique(table["part"].to_numpy(), return_inverse=True)
    sold = np.full((len(names), int(month.max() - month.min()) + 1), np.nan)
    sold[place, month - month.min()] = table["qty"].to_numpy()
    kept = [row for row, name in enumerate(names) if held_out(f"c{name}")]
    year, rest = divmod(int(month.min()), 12)
    first = date(1970 + year, rest + 1, 1)
    return _plain(
        sold[kept], [f"c{names[row]}" for row in kept], ["part"] * len(kept), first, MONTHLY, horizon
    )


def _plain(
    sold: Numbers,
    names: Sequence[str],
    categories: Sequence[str],
    first: date,
    cadence: Cadence,
    horizon: int,
) -> Panel:
    """One shop, always in stock, that follows no calendar of China."""
    past = sold.shape[1]
    dates = calendar(first, first, cadence, past - 1 + horizon)
    one: Whole = np.zeros(len(sold), dtype=np.int64)
    return Panel(
        demand=_open_ended(sold, horizon),
        sold=_open_ended(sold, horizon),
        available=np.ones((len(sold), past + horizon)),
        groups={"store": one, "sku": np.arange(len(sold)), "category": numbered(categories)},
        known={},
        past={},
        clock=clock_of(dates, cadence, past, None),
        names=tuple(names),
        stores=("",) * len(sold),
        skus=tuple(names),
        dates=tuple(dates),
        cadence=cadence,
    )


def _open_ended(values: Numbers, horizon: int) -> Numbers:
    """With `horizon` periods behind the last that nobody knows."""
    return np.concatenate([values, np.full((len(values), horizon), np.nan)], axis=1)


def _after(last: date, days: int) -> list[date]:
    return [last + timedelta(days=ahead) for ahead in range(1, days + 1)]


def _texts(values: Sequence[str]) -> Any:
    return pa.array(values, pa.string())
