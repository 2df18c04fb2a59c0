"""Next Monday sells what last Monday sold: the second line that every model is held against."""

from __future__ import annotations

from collections.abc import Sequence

from shared.forecasting.models import Cadence, Model, same_places
from shared.forecasting.models.moving_average import means as moving_average
from shared.forecasting.repair import Known


def means(history: Sequence[Known], horizon: int, cadence: Cadence) -> list[float]:
    """The figure of the same place in the last season that has one; without any, the moving average."""
    level = moving_average(history, 1, cadence)[0]
    return [_last(history, ahead, cadence.season, level) for ahead in range(horizon)]


def _last(history: Sequence[Known], ahead: int, season: int, level: float) -> float:
    places = same_places(len(history), ahead, season)
    return next((max(0.0, value) for place in places if (value := history[place]) is not None), level)


MODEL = Model(name="seasonal_naive", means=means)
