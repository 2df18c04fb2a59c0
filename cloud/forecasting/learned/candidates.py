"""All that could speak for a series at one origin, side by side: the learned heads, their mixtures, the simple models.

The simple models are pure Python and take a while for many series; a sample of each segment is enough to judge them,
and only where one of them is champion it speaks for the whole segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import numpy as np

from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.panel import Panel
from shared.forecasting.models import models
from shared.forecasting.repair import Known

BASELINES: Final = ("moving_average", "seasonal_naive")
"""What every score stands beside."""
ASKED_OF_ALL: Final = (*BASELINES, "weekday_mean")
"""Simple models that speak for every series and not only for the sample: the baselines, and what a mixture needs."""
LEARNED: Final = ("lightgbm", "lightgbm_tweedie", "lightgbm_l1", "lightgbm_weekday")
SAMPLE: Final = 200
"""Series of a segment on which candidates are judged."""


class Candidates(msgspec.Struct, frozen=True):
    """Means by name, row a series; NaN rows where a simple model was not asked. `quantiles` are the learned heads'."""

    means: dict[str, Numbers]
    quantiles: dict[float, Numbers]
    """Empty where nothing could be learned."""

    def quantile(self, name: str, level: float) -> Numbers:
        """The estimate that calibration starts from: the quantile head for learned means, else the mean itself."""
        return self.quantiles[level] if name in LEARNED else self.means[name]


def simple_means(
    panel: Panel, histories: Sequence[Sequence[Known]], name: str, horizon: int, rows: Iterable[int]
) -> Numbers:
    """One simple model's means for the series in `rows`."""
    means = np.full((len(histories), horizon), np.nan)
    model = models()[name]
    for row in rows:
        means[row] = model.means(histories[row], horizon, panel.cadence)
    return means


def learned_means(tweedie: Numbers, l1: Numbers, weekday: Numbers) -> dict[str, Numbers]:
    """The heads and their mixtures; where there is no weekday mean the mixture stands alone."""
    mixed = (tweedie + l1) / 2
    return {
        "lightgbm": mixed,
        "lightgbm_tweedie": tweedie,
        "lightgbm_l1": l1,
        "lightgbm_weekday": np.where(np.isfinite(weekday), (mixed + weekday) / 2, mixed),
    }


def sampled(segments: Sequence[str]) -> list[int]:
    """At most `SAMPLE` series of each segment, evenly spread over their order."""
    by_segment: dict[str, list[int]] = {}
    for row, segment in enumerate(segments):
        by_segment.setdefault(segment, []).append(row)
    chosen: list[int] = []
    for rows in by_segment.values():
        step = max(1, -(-len(rows) // SAMPLE))
        chosen += rows[::step]
    return sorted(chosen)


def early_misses(panel: Panel, origin: int, scale: Numbers) -> Numbers:
    """How far single periods lay from the mean of their span, in scales: all there is before an origin is judged."""
    recent = panel.demand[:, max(0, origin + 1 - panel.span) : origin + 1]
    known = np.isfinite(recent)
    level = np.where(known, recent, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    misses: Numbers = (recent - level[:, None]) / scale[:, None]
    return misses
