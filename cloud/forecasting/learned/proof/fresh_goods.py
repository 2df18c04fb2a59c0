"""Fresh goods of a Chinese chain with the hours they were out of stock (FreshRetailNet-50K, CC BY 4.0), as a panel.

The file has 76 days of some thousand store-SKU series; quantities are normalised by the publisher to tenths of a unit
nobody knows. What is sold between eleven at night and six in the morning (4 %) is left out, as hours in stock are told
for the open hours.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from pyarrow import parquet

from cloud.forecasting.learned.arrays import Numbers, Whole

FILE: Final = "freshretail_daily.parquet"
HOURS: Final = range(6, 23)
_KNOWN: Final = {"discount": "discount", "holiday_flag": "holiday", "activity_flag": "activity"}
"""What a shop knows in advance. The file's weather is what came, not what was forecast, and stays out."""
_PROFILE_DAYS: Final = 300.0
"""A category's hours are drawn to everybody's as if by so many days."""


class FreshGoods(msgspec.Struct, frozen=True, kw_only=True):
    """Series by day (and hour). `sold` in units, `in_stock` by hour from six."""

    sold: Numbers
    hourly: Numbers
    in_stock: npt.NDArray[np.bool_]
    known: dict[str, Numbers]
    stores: tuple[str, ...]
    skus: tuple[str, ...]
    categories: tuple[str, ...]
    dates: tuple[Any, ...]

    def of(self, rows: Whole) -> FreshGoods:
        """Only some series."""
        return FreshGoods(
            sold=self.sold[rows],
            hourly=self.hourly[rows],
            in_stock=self.in_stock[rows],
            known={name: values[rows] for name, values in self.known.items()},
            stores=tuple(self.stores[row] for row in rows),
            skus=tuple(self.skus[row] for row in rows),
            categories=tuple(self.categories[row] for row in rows),
            dates=self.dates,
        )


def held_out(name: str) -> bool:
    """Whether a store, item or part was kept aside from all trying: four of ten, by a checksum of its name."""
    return zlib.crc32(name.encode()) % 10 >= 6


def read_fresh_goods(folder: Path) -> FreshGoods:
    """The whole file, by store and SKU. Raises FileNotFoundError."""
    table = parquet.read_table(folder / FILE)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    order = np.lexsort((columns["dt"], columns["product_id"], columns["store_id"]))
    days = len(np.unique(columns["dt"]))
    assert len(order) % days == 0, "every series has every day"

    def laid_out(name: str) -> Any:
        return columns[name][order].reshape(-1, days)

    hourly = np.stack([laid_out(f"h{hour:02d}") for hour in HOURS], axis=2) / 10
    bits = laid_out("stockout_bits")
    return FreshGoods(
        sold=hourly.sum(axis=2),
        hourly=hourly,
        in_stock=np.stack([(bits >> hour) & 1 == 0 for hour in HOURS], axis=2),
        known={name: laid_out(column).astype(np.float64) for column, name in _KNOWN.items()},
        stores=tuple(f"s{store}" for store in laid_out("store_id")[:, 0]),
        skus=tuple(f"p{sku}" for sku in laid_out("product_id")[:, 0]),
        categories=tuple(f"c{category}" for category in laid_out("third_category_id")[:, 0]),
        dates=tuple(laid_out("dt")[0].astype("datetime64[D]").tolist()),
    )


def drawn(goods: FreshGoods, kept_aside: bool, series: int, seed: int = 1) -> FreshGoods:
    """At most so many series of stores kept aside, or of the others."""
    rows = np.array([row for row, store in enumerate(goods.stores) if held_out(store) is kept_aside])
    draw = np.random.default_rng(seed)
    return goods.of(np.sort(draw.permutation(rows)[:series]))


def hour_profiles(goods: FreshGoods) -> dict[str, Numbers]:
    """What share of a day's demand falls into each hour, by category; "" is everybody's. From hours in stock."""
    there = np.where(goods.in_stock, goods.hourly, 0.0).sum(axis=1)
    hours = goods.in_stock.sum(axis=1)
    everybody = there.sum(axis=0) / np.maximum(hours.sum(axis=0), 1)
    level = there.sum(axis=1) / np.maximum(hours.sum(axis=1), 1)
    usual = everybody / everybody.mean()
    profiles = {"": everybody / everybody.sum()}
    for category in sorted(set(goods.categories)):
        rows = np.array([own == category for own in goods.categories])
        expected = (hours[rows] * level[rows, None]).sum(axis=0)
        prior = _PROFILE_DAYS * float(level.mean())
        shape = (there[rows].sum(axis=0) + prior * usual) / (expected + prior)
        profiles[category] = shape / shape.sum()
    return profiles


def availability_of(
    in_stock: npt.NDArray[np.bool_], categories: Sequence[str], profiles: dict[str, Numbers]
) -> Numbers:
    """The share of each day's demand hours that were in stock; exactly 1 where all were."""
    shapes = np.stack([profiles.get(category, profiles[""]) for category in categories])
    shares: Numbers = np.where(in_stock.all(axis=2), 1.0, (in_stock * shapes[:, None, :]).sum(axis=2))
    return shares


def numbered(labels: Sequence[str]) -> Whole:
    """Labels as numbers from 0."""
    return np.unique(np.array(labels), return_inverse=True)[1].astype(np.int64)
