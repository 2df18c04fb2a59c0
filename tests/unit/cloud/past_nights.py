"""Nights gone by: what the simple models would have said on each, kept and scored in order as the nightly run does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cloud.forecasting.forecasters import SIMPLE
from cloud.forecasting.issued import keep_issued
from cloud.forecasting.own_calendar import Own
from cloud.forecasting.scoring import score
from cloud.forecasting.series import read_series
from cloud.store.tenant import TenantStore


def pass_nights(store: TenantStore, origins: Iterable[date]) -> None:
    """One night for each last known day, oldest first."""
    for last in origins:
        with store.reading() as reading:
            series = list(read_series(reading, last))
        forecasts = SIMPLE.forecast(series, last, Own())
        score(store, series, last)
        with store.writing() as writing:
            keep_issued(writing, forecasts, last)
