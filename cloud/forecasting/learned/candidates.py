"""All that could speak for a series at one origin, side by side: the learned heads, their mixtures, the simple models.

The simple models are pure Python and take a while for many series; a sample of each segment is enough to judge them,
and only where one of them is champion it speaks for the whole segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import numpy as np
from msgspec import structs

from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.clock import MONTHS_SEEN
from cloud.forecasting.learned.feasts import Effect, learned_feasts
from cloud.forecasting.learned.features import Rows
from cloud.forecasting.learned.panel import Panel
from shared.forecasting.models import DAILY, models
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


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at from one origin."""

    origin: int
    rows: Rows
    """Of the panel with what its days of the calendar are worth divided out."""
    histories: list[list[Known]]
    """Of the panel as it is."""
    factors: Numbers
    """What is multiplied in again, row a series, column a period ahead."""
    effects: tuple[Effect, ...]


def view_of(rows: Rows, origin: int, horizon: int) -> View:
    """The view at `origin`. Days of the calendar are priced from five months on: before, what a feast did and
    what the season did cannot be told apart (0.2 points of WAPE on fresh goods). In a week they are a share of it."""
    panel = rows.panel
    histories = [panel.history(series, origin) for series in range(len(panel.names))]
    ahead = slice(origin + 1, origin + 1 + horizon)
    if not panel.days or panel.cadence is not DAILY or origin + 1 < MONTHS_SEEN:
        ones = np.ones((len(histories), horizon))
        return View(origin=origin, rows=rows, histories=histories, factors=ones, effects=())
    feasts = learned_feasts(panel.demand, panel.days, panel.groups["category"], origin)
    factors = feasts.of(panel.groups["category"])
    plain = structs.replace(panel, demand=panel.demand / factors, sold=panel.sold / factors)
    return View(
        origin=origin,
        rows=Rows(plain),
        histories=histories,
        factors=factors[:, ahead],
        effects=feasts.effects,
    )


def simple_means(view: View, name: str, horizon: int, rows: Iterable[int]) -> Numbers:
    """One simple model's means for the series in `rows`. A baseline is a pencil and knows no calendar."""
    origin, panel = view.origin, view.rows.panel
    means = np.full((len(view.histories), horizon), np.nan)
    model, pencil = models()[name], name in BASELINES
    for row in rows:
        history = view.histories[row] if pencil else panel.history(row, origin)
        means[row] = model.means(history, horizon, panel.cadence)
    return means if pencil else means * view.factors


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
