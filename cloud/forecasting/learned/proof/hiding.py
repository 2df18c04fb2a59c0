"""How well demand is repaired: hours are hidden on days that were in stock all day, so that the truth is known.

The hours hidden are those of other days that really ran out, laid over days that did not. Both are of stores that were
kept aside; the hours' profiles are of the other stores.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.proof.fresh_goods import (
    FreshGoods,
    availability_of,
    drawn,
    hour_profiles,
    numbered,
)
from cloud.forecasting.learned.repairing import demand_of_chain

_SHARE: Final = 0.15
"""Of the whole days of a series so many are hidden in part: as many again as really are, about."""
_WHOLE_DAYS_LEAST: Final = 10


def repaired_hidden(goods: FreshGoods, series: int, seed: int = 1) -> dict[str, Any]:
    """WAPE and bias on hidden days: as stored (two weeks later may help), as in a back-test (they may not), and where
    sales are taken for demand."""
    profiles = hour_profiles(drawn(goods, kept_aside=False, series=len(goods.stores)))
    kept = drawn(goods, kept_aside=True, series=series)
    draw = np.random.default_rng(seed)
    whole = kept.in_stock.all(axis=2)
    hidden = whole & (draw.random(whole.shape) < _SHARE) & (whole.sum(axis=1) >= _WHOLE_DAYS_LEAST)[:, None]
    masks = kept.in_stock[~whole]
    in_stock = kept.in_stock.copy()
    in_stock[hidden] = masks[draw.integers(len(masks), size=int(hidden.sum()))]
    sold = np.where(hidden, (kept.hourly * in_stock).sum(axis=2), kept.sold)
    available = availability_of(in_stock, kept.categories, profiles)
    groups = {
        "store": numbered(kept.stores),
        "sku": numbered(kept.skus),
        "category": numbered(kept.categories),
    }
    truth = kept.sold[hidden]
    estimates = {
        "stored": demand_of_chain(sold, available, groups, 7, ahead=14)[hidden],
        "at_the_time": demand_of_chain(sold, available, groups, 7, ahead=0)[hidden],
        "sales_as_demand": sold[hidden],
    }
    return {
        "days": len(truth),
        "hidden_share": float(1 - available[hidden].mean()),
        **{name: _scores(estimate, truth) for name, estimate in estimates.items()},
    }


def _scores(estimate: Numbers, truth: Numbers) -> dict[str, float]:
    bias = float(estimate.sum() / truth.sum() - 1)
    wape = float(np.abs(estimate - truth).sum() / truth.sum())
    return {"wape": wape, "bias": bias, "bias_either_way": abs(bias)}
