"""Who forecasts here tonight: the learned models where the `forecast` extra is installed, else the simple ones.

The choice is by what is installed and is written on every run: a learned model that fails stops the run, loudly,
instead of being replaced in silence by a weaker one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from importlib.util import find_spec

import msgspec

from cloud.forecasting.own_calendar import Own
from cloud.forecasting.series import Series
from cloud.forecasting.simple import forecast_simply
from shared.forecasting.forecast import Forecast


class Forecaster(msgspec.Struct, frozen=True):
    """`forecast(series, last, own)` gives one forecast a series, in their order; `own` is what the business told of its
    days."""

    name: str
    forecast: Callable[[Sequence[Series], date, Own], list[Forecast]]


SIMPLE = Forecaster("simple", forecast_simply)


def installed() -> Forecaster:
    """The best one this installation has."""
    if find_spec("lightgbm") is None:
        return SIMPLE
    from cloud.forecasting.learned.nightly import forecast_learned

    return Forecaster("learned", forecast_learned)
