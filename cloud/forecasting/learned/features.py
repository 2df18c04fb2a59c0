"""What a learned model looks at: for every series, origin and day ahead one row of numbers.

A row knows nothing after its origin but the target day's own date and what was known about it in advance
(`known`). One model serves all horizons, with the number of days ahead as a feature: tomorrow then profits from
today's sales and the fourteenth day does not pretend to. All quantities in a row are divided by the series'
scale at the origin (its mean of four weeks), so that a shop that sells 3 a day and one that sells 3,000 teach each
other (in raw units the quantile heads blew up).

Means over windows come from running sums, so a row costs the same whatever the window.
"""

from __future__ import annotations

import numpy as np

from cloud.forecasting.learned.arrays import Numbers, Whole
from cloud.forecasting.learned.panel import Panel

WINDOWS = (1, 2, 3, 4, 8, 13)
"""Windows of means, in quarters of `Panel.span`: a week, two, three, four, eight, a quarter of a year for days."""
SEASONS_BACK = 4
_PRIOR_PERIODS = 4.0
"""A series' scale counts as this many periods of its group's mean: what carries a series without a past."""


class Sums:
    """Running sums over time of the values that are there; a mean over any window is two look-ups."""

    def __init__(self, values: Numbers) -> None:
        there = np.isfinite(values)
        zero = np.zeros((values.shape[0], 1))
        self._total = np.concatenate([zero, np.cumsum(np.where(there, values, 0.0), axis=1)], axis=1)
        self._count = np.concatenate([zero, np.cumsum(there, axis=1)], axis=1)

    def window(self, origin: int, periods: int) -> tuple[Numbers, Numbers]:
        """Sum and number of values in the `periods` up to and including `origin`."""
        first = max(0, origin + 1 - periods)
        return (
            self._total[:, origin + 1] - self._total[:, first],
            self._count[:, origin + 1] - self._count[:, first],
        )

    def mean(self, origin: int, periods: int) -> Numbers:
        total, count = self.window(origin, periods)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


class Rows:
    """Makes rows of one panel; what all rows share is reckoned once."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self._demand = Sums(panel.demand)
        self._square = Sums(panel.demand**2)
        self._sales = Sums(panel.sold)
        self._zero = Sums(np.where(np.isfinite(panel.sold), (panel.sold <= 0).astype(float), np.nan))
        self._available = Sums(panel.available)
        self._past = {name: Sums(values) for name, values in panel.past.items()}
        self._known = {name: Sums(values) for name, values in panel.known.items()}
        self._windows = sorted({max(1, round(w * panel.span / 4)) for w in WINDOWS})
        self.names = self._names()
        self.categorical = [name for name in self.names if name == "group_category"]

    def scale(self, origin: int) -> Numbers:
        """Each series' mean over `span`, drawn towards its SKU's, category's and the whole's where it is short."""
        total, count = self._demand.window(origin, self.panel.span)
        prior = np.full(len(total), _ratio(total.sum(), count.sum(), 1.0))
        for name in ("category", "sku"):
            group = self.panel.groups[name]
            sums, counts = np.bincount(group, total), np.bincount(group, count)
            first = np.zeros(len(sums))
            first[group] = prior
            prior = ((sums + _PRIOR_PERIODS * first) / (counts + _PRIOR_PERIODS))[group]
        scale: Numbers = (total + _PRIOR_PERIODS * prior) / (count + _PRIOR_PERIODS)
        return np.maximum(scale, 1e-6)

    def at_origin(self, origin: int) -> list[Numbers]:
        """Columns that do not depend on the day ahead."""
        panel, scale = self.panel, self.scale(origin)
        mean = {w: self._demand.mean(origin, w) / scale for w in self._windows}
        square = self._square.mean(origin, panel.span) / scale**2
        columns = [np.log(scale), *mean.values()]
        columns.append(np.sqrt(np.maximum(square - self._demand.mean(origin, panel.span) ** 2 / scale**2, 0)))
        columns += [panel.demand[:, max(0, origin - back)] / scale for back in range(3)]
        columns.append(self._zero.mean(origin, panel.span))
        columns += [self._available.mean(origin, w) for w in (panel.season, panel.span)]
        columns.append(self._sales.mean(origin, panel.span) / scale)
        columns.append(np.minimum(self._demand.window(origin, origin + 1)[1], 4.0 * panel.span))
        columns.append(self._last_seen(origin))
        short = max(1, panel.span // 4)
        for group in panel.groups.values():
            columns.append(self._drift(origin, group, short))
        columns += [sums.mean(origin, short) for sums in self._past.values()]
        return columns

    def ahead(self, origin: int, ahead: int) -> list[Numbers]:
        """Columns of the period `ahead` after `origin`."""
        panel, scale, target = self.panel, self.scale(origin), origin + ahead
        rows = len(scale)
        back = [target - panel.season * k for k in range(1, SEASONS_BACK + 8)]
        same = [b for b in back if 0 <= b <= origin][:SEASONS_BACK]
        seen = np.stack([panel.demand[:, b] for b in same]) if same else np.full((1, rows), np.nan)
        columns = [_mean_of(seen) / scale, seen[0] / scale, np.full(rows, float(ahead))]
        columns += [
            self._season_profile(panel.groups[name], origin, same) for name in ("store", "sku", "category")
        ]
        columns += [np.full(rows, values[target]) for values in panel.clock.values()]
        for name, values in panel.known.items():
            usual = self._known[name].mean(origin, panel.span)
            columns += [values[:, target], values[:, target] - usual]
        columns.append(panel.groups["category"].astype(float))
        return columns

    def target(self, origin: int, ahead: int) -> tuple[Numbers, Numbers]:
        """Scaled demand of the day and the weight of its row: more for what sells more, less for half-hidden days."""
        scale = self.scale(origin)
        value = self.panel.demand[:, origin + ahead] / scale
        hidden = np.nan_to_num(self.panel.available[:, origin + ahead], nan=1.0)
        return value, scale * np.where(hidden < 0.2, 0.0, hidden)

    def _names(self) -> list[str]:
        panel = self.panel
        return [
            "log_scale",
            *(f"mean_{w}" for w in self._windows),
            "spread",
            *("last_0", "last_1", "last_2"),
            *("zero_share", "available_short", "available_long", "sold_to_demand", "age", "since_sale"),
            *(f"drift_{name}" for name in panel.groups),
            *(f"past_{name}" for name in panel.past),
            *("same_season_mean", "same_season_last", "ahead"),
            *("profile_store", "profile_sku", "profile_category"),
            *(f"clock_{name}" for name in panel.clock),
            *(f"{kind}_{name}" for name in panel.known for kind in ("known", "unusual")),
            "group_category",
        ]

    def _last_seen(self, origin: int) -> Numbers:
        """Periods since anything was sold, at most two spans."""
        window = self.panel.sold[:, max(0, origin + 1 - 2 * self.panel.span) : origin + 1]
        sold = np.nan_to_num(window[:, ::-1]) > 0
        since: Numbers = np.where(sold.any(axis=1), sold.argmax(axis=1), window.shape[1]).astype(np.float64)
        return since

    def _drift(self, origin: int, group: Whole, short: int) -> Numbers:
        """How a group's last week stands to its last four, each per period and series."""
        total, count = self._demand.window(origin, short)
        long_total, long_count = self._demand.window(origin, self.panel.span)
        now = np.bincount(group, total) / np.maximum(np.bincount(group, count), 1.0)
        before = np.bincount(group, long_total) / np.maximum(np.bincount(group, long_count), 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            drift: Numbers = np.where(before > 0, now / before, np.nan)[group]
        return drift

    def _season_profile(self, group: Whole, origin: int, same: list[int]) -> Numbers:
        """What the group sells on this weekday against its mean of four weeks."""
        total, count = self._demand.window(origin, self.panel.span)
        usual = np.bincount(group, total) / np.maximum(np.bincount(group, count), 1.0)
        if not same:
            return np.full(len(group), np.nan)
        values = self.panel.demand[:, same]
        there = np.isfinite(values)
        of_day = np.bincount(group, np.where(there, values, 0.0).sum(axis=1)) / np.maximum(
            np.bincount(group, there.sum(axis=1).astype(float)), 1.0
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            profile: Numbers = np.where(usual > 0, of_day / usual, np.nan)[group]
        return profile


def _mean_of(seen: Numbers) -> Numbers:
    there = np.isfinite(seen)
    count = there.sum(axis=0)
    return np.where(count > 0, np.where(there, seen, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _ratio(total: float, count: float, otherwise: float) -> float:
    return total / count if count > 0 and total > 0 else otherwise
