"""What a day of the calendar is worth: by how much feasts, days off and make-up workdays move demand.

A shop has seen Spring Festival once or twice when it is asked what the next one will sell: too seldom for a forest to
learn it, and the four weeks after it are spoilt for every mean. So the effect of such a day is estimated apart, as the
log of what all series together (and then each category) sold on it against what their ordinary days around it, weekday
by weekday, would have them sell. The history is divided by it before models look, and what they say is multiplied
by it. Years are aligned by the days to the feast, so that the moon moves nothing.

An effect seen once is believed by half or less: m sightings of mean x give x * m / (m + noise / prior), where the noise
is what ordinary days scatter by plus what the same feast differs by from year to year. Days of no effect have factor 1,
and a chain that never saw a feast has none for it. Only days up to the origin teach.

Example: dragon boat sold 30 % more than ordinary Mondays in each of two years, ordinary days vary by .01 as years
do, the prior is .09: log 1.3 = .262, times 2 / (2 + .02 / .09) is .236, so the third one is priced at + 27 %.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec
import numpy as np

from cloud.forecasting.learned.arrays import Numbers, Whole, added
from cloud.forecasting.learned.china import Day

_AROUND: Final = 42
"""Days before and after from which the ordinary level of a day is taken: Spring Festival alone fills five weeks."""
_ORDINARY_LEAST: Final = 7
"""So many ordinary days must be known on either side, or a change of level is taken for an effect."""
_YEARS_DIFFER: Final = 0.1**2
"""Variance of the log effect of one feast between years."""
_PRIOR: Final = 0.3**2
"""Variance of log effects of public holidays before anything was seen: a third more or less is usual."""
_PRIOR_SMALL: Final = 0.15**2
"""And of days that everybody works on, such as children's day."""
_PRIOR_CATEGORY: Final = 0.1**2
"""And of what a category differs by from the chain."""
_MOST: Final = 1.6
"""A factor lies between 1/5 and 5; beyond it the day was no day of trade."""
_BANDS: Final = {
    "spring_festival": (-21, -14, -7, -4, -3, -2, -1, 0, 1, 2, 3, 5, 8, 16),
    "national_day": (-3, -1, 0, 1, 3, 5, 8, 9),
    "labour_day": (-3, -1, 0, 1, 3, 5, 7),
}
"""Where each stretch of days around a long feast begins; days in one stretch share an effect. Others stand alone."""
_OF_DAYS_OFF: Final = ("holiday", "holiday_weekend", "makeup", "eve")
_FEASTS_OFF: Final = (
    "new_year",
    "spring_festival",
    "qingming",
    "labour_day",
    "dragon_boat",
    "mid_autumn",
    "national_day",
)


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of day does to all series together."""

    kind: str
    """`holiday`, `makeup`, `eve`, or an event with the days since it, such as "dragon_boat-1"."""
    log: float
    times: int
    """How many stretches of such days were seen."""


class Feasts(msgspec.Struct, frozen=True):
    """Effects learned up to an origin."""

    effects: tuple[Effect, ...]
    factors: Numbers
    """What an ordinary day's demand is multiplied by, row a category, column a period, those ahead too."""

    def of(self, category: Whole) -> Numbers:
        """The factors of each series."""
        factors: Numbers = self.factors[category]
        return factors


def kinds_of(days: Sequence[Day]) -> list[tuple[str, ...]]:
    """What each day is beside its weekday, the common before the special: ("holiday", "dragon_boat+0")."""
    kinds = []
    for day in days:
        own: list[str] = []
        if day.kind == "holiday":
            # A Saturday of a feast is off as any Saturday is; a Tuesday is not.
            own.append("holiday" if day.day.weekday() < 5 else "holiday_weekend")
        elif day.kind == "makeup":
            own.append("makeup")
        if day.eve:
            own.append("eve")
        own += [f"{name}{_band(name, since):+d}" for name, since in day.near]
        kinds.append(tuple(own))
    return kinds


def _band(name: str, since: int) -> int:
    starts = _BANDS.get(name)
    return max(start for start in starts if start <= since) if starts else since


def learned_feasts(demand: Numbers, days: Sequence[Day], category: Whole, origin: int) -> Feasts:
    """Effects of the days up to `origin`, priced for all periods."""
    kinds = kinds_of(days)
    groups = int(category.max(initial=0)) + 1
    factors = np.zeros((groups, len(days)))
    seen = demand[:, : origin + 1]
    # Small feasts lie so close in winter that nothing would be left beside them.
    ordinary = np.array([not any(map(_of_public_feast, own)) for own in kinds[: origin + 1]])
    chain, chain_noise = _logs(seen, days, ordinary, np.zeros(len(demand), dtype=np.int64))
    by_category, noises = _logs(seen, days, ordinary, category)
    sightings = _sightings(kinds[: origin + 1], days)
    explained = np.zeros((groups + 1, origin + 1))
    told = []
    for kind in _common_first(kinds):
        stretches = sightings.get(kind, [])
        own = _mean_by_stretch(chain[0] - explained[-1], stretches)
        effect = _shrunk(own, chain_noise[0], _prior_of(kind))
        if own:
            told.append(Effect(kind=kind, log=effect, times=len(own)))
        for group in range(groups):
            rest = _mean_by_stretch(by_category[group] - explained[group] - effect, stretches)
            special = effect + _shrunk(rest, noises[group], _PRIOR_CATEGORY)
            for place, names in enumerate(kinds):
                if kind in names:
                    factors[group, place] += special
                    if place <= origin:
                        explained[group, place] += special
        for place in range(origin + 1):
            if kind in kinds[place]:
                explained[-1, place] += effect
    return Feasts(tuple(told), np.exp(np.clip(factors, -_MOST, _MOST)))


def _common_first(kinds: Iterable[tuple[str, ...]]) -> list[str]:
    """Every kind there is; what a public holiday does in general is learned before what one does in particular."""
    return sorted(
        {kind for own in kinds for kind in own}, key=lambda kind: (any(c in kind for c in "+-"), kind)
    )


def _logs(demand: Numbers, days: Sequence[Day], ordinary: Numbers, group: Whole) -> tuple[Numbers, Numbers]:
    """For each group and day the log of what was sold to what ordinary days around it say, NaN where they say nothing;
    and the variance of that over ordinary days."""
    known = np.isfinite(demand)
    sold, counted = np.where(known, demand, 0.0), known & ordinary
    profile = _weekdays(np.where(counted, demand, 0.0), counted, days, group)
    weekday = np.array([day.day.weekday() for day in days[: demand.shape[1]]], dtype=np.int64)
    usual_weekday = profile[group][:, weekday]
    sides = [
        (
            _beside(np.where(counted, demand, 0.0), side),
            _beside(np.where(counted, usual_weekday, 0.0), side),
            _beside(counted.astype(float), side),
        )
        for side in (-1, 1)
    ]
    enough = np.logical_and.reduce([count >= _ORDINARY_LEAST for _, _, count in sides])
    level = sum(total / np.maximum(weight, 1e-9) for total, weight, _ in sides) / len(sides)
    expected = np.where(known & enough, level * usual_weekday, 0.0)
    of_group, of_group_expected = added(np.where(known & enough, sold, 0.0), group), added(expected, group)
    count = added((known & enough).astype(float), group).sum(axis=1)
    # One usual series-day on both sides keeps a small category's empty day from being minus infinity.
    drawn = np.maximum(of_group_expected.sum(axis=1) / np.maximum(count, 1.0), 1e-9)[:, None]
    logs = np.where(of_group_expected > 0, np.log((of_group + drawn) / (of_group_expected + drawn)), np.nan)
    plain = np.where(ordinary & np.isfinite(logs), logs, 0.0)
    variance = (plain**2).sum(axis=1) / np.maximum((ordinary & np.isfinite(logs)).sum(axis=1), 1)
    return logs, variance


def _weekdays(demand: Numbers, counted: Numbers, days: Sequence[Day], group: Whole) -> Numbers:
    """What each weekday sells to the mean of all, row a group; drawn to 1 by one day of all its series."""
    weekday = np.array([day.day.weekday() for day in days[: demand.shape[1]]], dtype=np.int64)
    sums, counts = added(demand, group), added(counted.astype(float), group)
    usual = sums.sum(axis=1) / np.maximum(counts.sum(axis=1), 1.0)
    of_day = np.stack([sums[:, weekday == own].sum(axis=1) for own in range(7)], axis=1)
    count = np.stack([counts[:, weekday == own].sum(axis=1) for own in range(7)], axis=1)
    one = np.bincount(group, minlength=len(sums)).astype(float)[:, None]
    profile: Numbers = (of_day + one * usual[:, None]) / np.maximum((count + one) * usual[:, None], 1e-9)
    return np.where(usual[:, None] > 0, np.maximum(profile, 0.05), 1.0)


def _beside(values: Numbers, side: int) -> Numbers:
    """Sums over the days before (-1) or after (1) each, the day itself left out."""
    sums = np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1)], axis=1)
    days = np.arange(values.shape[1])
    first, until = (np.maximum(days - _AROUND, 0), days) if side < 0 else (days + 1, days + _AROUND + 1)
    beside: Numbers = sums[:, np.minimum(until, len(days))] - sums[:, first]
    return beside


def _sightings(kinds: Sequence[tuple[str, ...]], days: Sequence[Day]) -> Mapping[str, list[list[int]]]:
    """The places of each kind of day, in stretches: the seven days of one national day are one sighting."""
    stretches: dict[str, list[list[int]]] = defaultdict(list)
    for place, own in enumerate(kinds):
        for kind in own:
            seen = stretches[kind]
            if seen and days[place].day - days[seen[-1][-1]].day <= timedelta(days=10):
                seen[-1].append(place)
            else:
                seen.append([place])
    return stretches


def _mean_by_stretch(logs: Numbers, stretches: Iterable[list[int]]) -> list[float]:
    known = (logs[stretch][np.isfinite(logs[stretch])] for stretch in stretches)
    return [float(found.mean()) for found in known if len(found)]


def _prior_of(kind: str) -> float:
    return _PRIOR if _of_public_feast(kind) else _PRIOR_SMALL


def _of_public_feast(kind: str) -> bool:
    return kind in _OF_DAYS_OFF or kind.startswith(_FEASTS_OFF)


def _shrunk(seen: Sequence[float], noise: float, prior: float) -> float:
    return sum(seen) / (len(seen) + (noise + _YEARS_DIFFER) / prior)
