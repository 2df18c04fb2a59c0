"""Accuracy, lead-time quantiles and waste, of forecasts made at past origins for series that were kept aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from msgspec import structs

from cloud.forecasting.learned.arrays import Numbers, Whole, known_of
from cloud.forecasting.learned.backtest import Origin, backtest, origins_of
from cloud.forecasting.learned.champions import BIAS_MOST
from cloud.forecasting.learned.direct import Direct
from cloud.forecasting.learned.features import Rows
from cloud.forecasting.learned.judging import CHAMPION, Judge
from cloud.forecasting.learned.panel import Panel
from shared.forecasting.forecast import LEVELS, ForecastDay, of_estimates
from shared.forecasting.models import models
from shared.forecasting.scores import Tally
from shared.units import MICRO

PROTECTED: Final = 3
"""Periods of the lead time that a quantile must cover."""
LEAD_LEVEL: Final = 0.98
_NOTHING: Final = "nothing"
FRESH_LEVEL: Final = 0.9
"""Of goods that do not keep so much is made ready that it is enough on nine days of ten."""

OrderUpTo = Callable[[Sequence[ForecastDay], int, int, int], tuple[int, int]]
"""From days, periods, step and level (millionths) to the mean of demand and the level to order up to."""


def walked(panel: Panel, horizon: int, origins: int) -> list[Origin]:
    """Everything said at the origins and their warm-ups."""
    return list(backtest(panel, horizon, origins))


def accuracy(panel: Panel, said: Sequence[Origin]) -> dict[str, Any]:
    """The champion's scores beside the 28-day mean, series by day."""
    judge = Judge(panel)
    for origin in said:
        if origin.scored:
            judge.add(origin)
    scores = {
        model: score
        for level, segment, model, score in judge.table()
        if (level, segment) == ("series", "all")
    }
    champion, pencil = scores[CHAMPION], scores["moving_average"]
    assert champion.wape is not None
    assert pencil.wape is not None
    return {
        "series": len(panel.names),
        "origins": judge.origins,
        "wape": champion.wape,
        "bias": champion.bias,
        "wape_of_mean": pencil.wape,
        "wape_of_seasonal_naive": scores["seasonal_naive"].wape,
        "below_mean": 1 - champion.wape / pencil.wape,
        "coverage": {f"q{round(level * 100)}": champion.coverage[level] for level in LEVELS},
        "coverage_off_most": max(abs(champion.coverage[level] - level) for level in (0.9, 0.95, 0.98)),
    }


def never_seen(panel: Panel, aside: Sequence[bool], horizon: int, origins: int) -> dict[str, float]:
    """WAPE on the series of `aside`, learned on the others alone, less that learned on themselves, in points.

    Both learn as many series: all others, drawn to the number of those aside, against those aside.
    """
    kept = np.flatnonzero(aside)
    others = np.random.default_rng(1).permutation(np.flatnonzero(~np.array(aside)))[: len(kept)]
    unseen_panel, own_panel = _part(panel, np.sort(others)), _part(panel, kept)
    unseen, own = Rows(unseen_panel), Rows(own_panel)
    off = {"unseen": 0.0, "own": 0.0}
    sold = 0.0
    for origin, scored in origins_of(panel.demand.shape[1] - horizon, horizon, origins):
        if not scored:
            continue
        actual = own_panel.demand[:, origin + 1 : origin + 1 + horizon]
        for name, rows in (("unseen", unseen), ("own", own)):
            told = Direct(rows, origin, horizon).ahead(own, origin)
            off[name] += float(np.nansum(np.abs((told.tweedie + told.l1) / 2 - actual)))
        sold += float(np.nansum(actual))
    wapes = {name: error / sold for name, error in off.items()}
    return wapes | {"points_worse": 100 * (wapes["unseen"] - wapes["own"])}


def _part(panel: Panel, rows: Whole) -> Panel:
    """Some series; groups keep their numbers, so that a category is the same to both."""
    return structs.replace(
        panel,
        demand=panel.demand[rows],
        sold=panel.sold[rows],
        available=panel.available[rows],
        groups={name: group[rows] for name, group in panel.groups.items()},
        known={name: values[rows] for name, values in panel.known.items()},
        past={name: values[rows] for name, values in panel.past.items()},
        names=tuple(panel.names[row] for row in rows),
        stores=tuple(panel.stores[row] for row in rows),
        skus=tuple(panel.skus[row] for row in rows),
    )


def against_single_models(panel: Panel, said: Sequence[Origin], by: str) -> dict[str, Any]:
    """The champion's loss (`wape` or `rmsse`) against that of the best single model, which is known in hindsight; of
    the best whose sum is not off by half, for of spare parts always too little has the least squared error; and of the
    moving average, so that runs over other series can be held against it. Beside them what always zero would score."""
    tallies = {name: Tally() for name in (CHAMPION, _NOTHING, *models())}
    for origin in (one for one in said if one.scored):
        horizon = origin.mean.shape[1]
        told = {CHAMPION: origin.mean, _NOTHING: np.zeros_like(origin.mean)} | origin.learned
        for row in range(len(panel.names)):
            actual = known_of(panel.demand[row, origin.origin + 1 : origin.origin + 1 + horizon])
            history = panel.history(row, origin.origin)
            for name, means in told.items():
                tallies.setdefault(name, Tally()).add(actual, means[row].tolist(), past=origin.steps[row])
            for name, model in models().items():
                tallies[name].add(
                    actual, model.means(history, horizon, panel.cadence), past=origin.steps[row]
                )
    scores = {name: tally.score() for name, tally in tallies.items()}
    losses = {name: getattr(score, by) for name, score in scores.items()}
    champion, nothing = losses.pop(CHAMPION), losses.pop(_NOTHING)
    sound = [name for name in losses if abs(scores[name].bias or 0.0) <= BIAS_MOST]
    best, best_sound = min(losses, key=losses.__getitem__), min(sound, key=losses.__getitem__)
    return {
        "series": len(panel.names),
        by: champion,
        "best_single": best,
        "worse_than_best": champion / losses[best] - 1,
        "best_sound": best_sound,
        "worse_than_best_sound": champion / losses[best_sound] - 1,
        "of_the_moving_average": champion / losses["moving_average"],
        "always_zero_worse_than_best": nothing / losses[best] - 1,
        "all": {
            name: {by: getattr(score, by), "bias": score.bias, "wape": score.wape}
            for name, score in scores.items()
        },
    }


def lead_time(panel: Panel, said: Sequence[Origin], step: int, order_up_to: OrderUpTo) -> dict[str, float]:
    """How often the order-up-to level at .98 was enough for the next three periods.

    The factor that stretches the safety stock is what the cycles of the origins before would have needed.
    """
    needed: list[Numbers] = []
    covered = plain = cycles = 0
    stock = mean_sum = 0.0
    for origin in said:
        actual = panel.demand[:, origin.origin + 1 : origin.origin + 1 + PROTECTED].sum(axis=1)
        levels = np.array([order_up_to(_days(panel, origin, row), PROTECTED, step, round(LEAD_LEVEL * MICRO))
                           for row in range(len(panel.names))]) / MICRO  # fmt: skip
        mean, level = levels[:, 0], levels[:, 1]
        known = np.isfinite(actual)
        if origin.scored:
            factor = _factor(needed)
            stretched = mean + factor * (level - mean)
            covered += int((actual <= stretched + 1e-9)[known].sum())
            plain += int((actual <= level + 1e-9)[known].sum())
            cycles += int(known.sum())
            stock += float(stretched[known].sum())
            mean_sum += float(mean[known].sum())
        needed.append(((actual - mean) / np.maximum(level - mean, 1e-9))[known])
    return {
        "cycles": cycles,
        "covered": covered / cycles,
        "covered_before_the_factor": plain / cycles,
        "order_up_to_per_mean": stock / mean_sum,
    }


def _factor(needed: Sequence[Numbers]) -> float:
    """What would have been enough on .98 of the cycles before, from half to twice."""
    if not needed:
        return 1.0
    return float(np.clip(np.quantile(np.concatenate(needed), LEAD_LEVEL), 0.5, 2.0))


def _days(panel: Panel, origin: Origin, row: int) -> tuple[ForecastDay, ...]:
    quantiles = {level: origin.quantiles[level][row].tolist() for level in LEVELS}
    return of_estimates(panel.dates[origin.origin], origin.mean[row].tolist(), quantiles)


def waste(panel: Panel, said: Sequence[Origin]) -> dict[str, float]:
    """Goods that keep a day, made ready up to the .9 quantile: what is thrown away, against the 28-day mean times the
    one figure that in hindsight would have filled as much. Only days in stock all day count, for others do not say what
    was asked for."""
    asked, ready, pencil = [], [], []
    for origin in (one for one in said if one.scored):
        ahead = slice(origin.origin + 1, origin.origin + 1 + origin.mean.shape[1])
        whole = np.isfinite(panel.sold[:, ahead]) & (panel.available[:, ahead] >= 1.0)
        asked.append(panel.sold[:, ahead][whole])
        ready.append(origin.quantiles[FRESH_LEVEL][whole])
        pencil.append(origin.baselines["moving_average"][0][whole])
    demand, made, mean = np.concatenate(asked), np.concatenate(ready), np.concatenate(pencil)
    fill = _fill(demand, made)
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _fill(demand, middle * mean) < fill else (low, middle)
    ours, theirs = _thrown(demand, made), _thrown(demand, high * mean)
    return {
        "fill": fill,
        "waste_of_made": ours / float(made.sum()),
        "mean_times": high,
        "waste_of_made_by_mean": theirs / float(high * mean.sum()),
        "less_waste": 1 - ours / theirs,
    }


def _fill(demand: Numbers, made: Numbers) -> float:
    return float(np.minimum(demand, made).sum() / demand.sum())


def _thrown(demand: Numbers, made: Numbers) -> float:
    return float(np.maximum(made - demand, 0.0).sum())
