"""The mean of the last four weeks: what a shop does with a pencil, and the line every other model is held against."""

from __future__ import annotations

from collections.abc import Sequence

from shared.forecasting.models import Cadence, Model
from shared.forecasting.repair import Known


def means(history: Sequence[Known], horizon: int, cadence: Cadence) -> list[float]:
    """The mean of the last `span` periods that have a figure, the same for every period ahead."""
    recent = [value for value in history[-cadence.span :] if value is not None]
    level = max(0.0, sum(recent) / len(recent)) if recent else 0.0
    return [level] * horizon


MODEL = Model(name="moving_average", means=means)
