"""Tonight's forecasts: what is said after the last known day, calibrated by what was said before and what came.

The same walk as a back-test, ending at today: every forecast that replenishment reckons with is made by the code that
was judged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import date
from typing import Final

from cloud.forecasting.learned.backtest import HISTORY_LEAST, Origin, walk
from cloud.forecasting.learned.china import unannounced_years
from cloud.forecasting.learned.panel import Panel, panel_of_series
from cloud.forecasting.own_calendar import Own
from cloud.forecasting.series import HORIZON, Series
from shared.forecasting.forecast import LEVELS, Forecast, of_estimates

JUDGED: Final = 3
"""Earlier origins that choose champions and shift quantiles."""


def forecast_learned(series: Sequence[Series], last: date, own: Own) -> list[Forecast]:
    """One forecast a series, in their order; `last` is the last known day of all of them."""
    if not series:
        return []
    panel = panel_of_series(series, last, HORIZON, own)
    unsure = {"calendar_unannounced"} if unannounced_years(panel.days) else set()
    return tonight(panel, faults={f"{one.store}/{one.sku}": unsure.union(one.faults) for one in series})


def tonight(
    panel: Panel, horizon: int = HORIZON, faults: dict[str, set[str]] | None = None
) -> list[Forecast]:
    """One forecast a series, in the panel's order. The panel has `horizon` empty days after the last known one."""
    last = len(panel.dates) - horizon - 1
    origins = [last - horizon * back for back in range(JUDGED, -1, -1)]
    first = max(HISTORY_LEAST, 2 * panel.season)
    walked = walk(panel, horizon, [(origin, True) for origin in origins if origin >= first or origin == last])
    (said,) = deque(walked, maxlen=1)
    return [_forecast(panel, said, row, faults or {}) for row in range(len(panel.names))]


def _forecast(panel: Panel, said: Origin, row: int, faults: dict[str, set[str]]) -> Forecast:
    origin = panel.dates[said.origin]
    quantiles = {level: said.quantiles[level][row].tolist() for level in LEVELS}
    return Forecast(
        store=panel.stores[row],
        sku=panel.skus[row],
        origin=origin,
        model=said.model[row],
        segment=said.segments[row],
        days=of_estimates(origin, said.mean[row].tolist(), quantiles),
        degraded=tuple(sorted(faults.get(panel.names[row], ()))),
    )
