"""The mean of the last four Mondays for a Monday. A node falls back to it when head office's table has run out."""

from __future__ import annotations

from collections.abc import Sequence

from shared.forecasting.models import Cadence, Model, same_places
from shared.forecasting.models.moving_average import means as moving_average
from shared.forecasting.repair import Known

SEASONS = 4


def means(history: Sequence[Known], horizon: int, cadence: Cadence) -> list[float]:
    """The mean of the same place in the last four seasons; where none has a figure, the moving average."""
    level = moving_average(history, 1, cadence)[0]
    return [_same(history, ahead, cadence.season, level) for ahead in range(horizon)]


def _same(history: Sequence[Known], ahead: int, season: int, level: float) -> float:
    places = same_places(len(history), ahead, season)[:SEASONS]
    seen = [value for place in places if (value := history[place]) is not None]
    return max(0.0, sum(seen) / len(seen)) if seen else level


MODEL = Model(name="weekday_mean", means=means)
