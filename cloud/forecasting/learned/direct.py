"""The global model: one gradient-boosted forest a head, learned from every series at once (LightGBM).

Two heads give the mean: `tweedie` (many zeros, skewed; unbiased) and `l1` (the middle; steadier), and their mean is
better than either on fresh goods. Five more give the quantiles. All are learned on demand divided by the series' scale,
with a weight by what the series sells, capped, so that one petrol pump cannot outweigh a shop.

Training is the same for the same panel, origin and seed: rows are drawn by a seeded generator, threads are one (two
that share cores with other work were measured 20 times slower than one: they wait for each other at every split).
"""

from __future__ import annotations

from typing import Any, Final

import lightgbm
import msgspec
import numpy as np

from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.features import Rows
from shared.forecasting.forecast import LEVELS

ROWS_MOST: Final = 120_000
"""More rows than these bring little and cost in proportion; 10 series or 100,000 then train in the same time."""
ROWS_LEAST: Final = 300
_ROWS_FOR_FINER_TREES: Final = 50_000
_COMMON: Final[dict[str, Any]] = {
    "verbosity": -1,
    "num_threads": 1,
    "learning_rate": 0.06,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 127,
    "deterministic": True,
    "force_row_wise": True,
}
_MEANS: Final[dict[str, dict[str, Any]]] = {
    "tweedie": {"objective": "tweedie", "tweedie_variance_power": 1.3},
    "l1": {"objective": "l1"},
}
_ROUNDS_MEAN: Final = 150
_ROUNDS_QUANTILE: Final = 90


class TooFewRows(Exception):
    """There is not enough history to learn from; the simple models speak instead."""


class Told(msgspec.Struct, frozen=True):
    """Estimates in units, row a series, column a period ahead."""

    tweedie: Numbers
    l1: Numbers
    quantiles: dict[float, Numbers]


class Direct:
    """A trained model of one panel. Learns from nothing after `origin`."""

    def __init__(self, rows: Rows, origin: int, horizon: int, seed: int = 1, most: int = ROWS_MOST) -> None:
        features, target, weight = training_rows(rows, origin, horizon, np.random.default_rng(seed), most)
        data = lightgbm.Dataset(
            features,
            target,
            weight=weight,
            params=dict(_COMMON, seed=seed),
            feature_name=rows.names,
            categorical_feature=rows.categorical,
            free_raw_data=False,
        )
        leaves = 63 if len(target) >= _ROWS_FOR_FINER_TREES else 31
        common = _COMMON | {"num_leaves": leaves, "seed": seed}
        self._horizon = horizon
        self._means = {
            name: lightgbm.train(common | head, data, _ROUNDS_MEAN) for name, head in _MEANS.items()
        }
        self._quantiles = {
            level: lightgbm.train(common | {"objective": "quantile", "alpha": level}, data, _ROUNDS_QUANTILE)
            for level in LEVELS
        }

    def ahead(self, rows: Rows, origin: int) -> Told:
        """Estimates for the `horizon` periods after `origin`."""
        scale = rows.scale(origin)
        base = np.stack(rows.at_origin(origin), axis=1)
        means: dict[str, list[Numbers]] = {name: [] for name in self._means}
        quantiles: dict[float, list[Numbers]] = {level: [] for level in LEVELS}
        for ahead in range(1, self._horizon + 1):
            features = np.concatenate([base, np.stack(rows.ahead(origin, ahead), axis=1)], axis=1)
            for name, head in self._means.items():
                means[name].append(_estimate(head, features) * scale)
            for level, quantile in self._quantiles.items():
                quantiles[level].append(_estimate(quantile, features) * scale)
        rising = np.maximum.accumulate([np.stack(quantiles[level], axis=1) for level in LEVELS])
        return Told(
            np.stack(means["tweedie"], axis=1),
            np.stack(means["l1"], axis=1),
            dict(zip(LEVELS, rising, strict=True)),
        )


def _estimate(head: lightgbm.Booster, features: Numbers) -> Numbers:
    said: Numbers = np.asarray(head.predict(features, num_threads=1), dtype=np.float64)
    return np.maximum(said, 0.0)


def training_rows(
    rows: Rows, origin: int, horizon: int, draw: np.random.Generator, most: int
) -> tuple[Numbers, Numbers, Numbers]:
    """Features, scaled targets and weights of earlier origins, drawn evenly so that there are about `most`.

    Raises `TooFewRows`.
    """
    series = rows.panel.demand.shape[0]
    first = min(2 * rows.panel.season, max(1, origin // 3))
    pairs = [
        (start, ahead)
        for start in range(first, origin)
        for ahead in range(1, min(horizon, origin - start) + 1)
    ]
    share = min(1.0, most / max(1, len(pairs) * series))
    # Drawing whole origins first and series second saves the making of rows that are not drawn.
    pair_share = min(1.0, max(share * 4, 60 / max(1, len(pairs))))
    features, targets, weights = [], [], []
    base_of, base = -1, np.empty((series, 0))
    for start, ahead in pairs:
        if draw.random() >= pair_share:
            continue
        target, weight = rows.target(start, ahead)
        drawn = np.isfinite(target) & (weight > 0) & (draw.random(series) < share / pair_share)
        if not drawn.any():
            continue
        if base_of != start:
            base_of, base = start, np.stack(rows.at_origin(start), axis=1)
        features.append(
            np.concatenate([base[drawn], np.stack(rows.ahead(start, ahead), axis=1)[drawn]], axis=1)
        )
        targets.append(target[drawn])
        weights.append(weight[drawn])
    if sum(map(len, targets)) < ROWS_LEAST:
        raise TooFewRows
    weight = np.concatenate(weights)
    weight = np.minimum(weight, np.quantile(weight, 0.99))
    return np.concatenate(features), np.concatenate(targets), weight / weight.mean()
