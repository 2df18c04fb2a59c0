"""What was forecast, as it was said, and how it fared once the days were known.

Derived rows: nothing is decided by them, and whoever loses them waits some weeks for new ones. Forecasts are kept for
four weeks of nights, which is what judging a fortnight again takes when facts come late; their sums for eight weeks.
"""

from __future__ import annotations

from cloud.store.columns import number, raw, tenant_table, words
from cloud.store.ledger_tables import METADATA

FORECAST_ISSUED = tenant_table(
    "forecast_issued",
    METADATA,
    words("origin", key=True),
    words("store", key=True),
    words("sku", key=True),
    words("model"),
    words("segment"),
    words("degraded"),
    raw("days"),
)
"""`origin` is the last day whose sales were known; `days` is `cloud.forecasting.issued`'s packing of what was said of
the days after it; `degraded` names, parted by blanks, what was wrong with the past."""

FORECAST_SCORED_DAY = tenant_table(
    "forecast_scored_day",
    METADATA,
    words("day", key=True),
    words("store", key=True),
    number("sales"),
    number("qty"),
    number("returned_qty"),
)
"""The store's day as it was known when it was scored; where the day-book says otherwise by now, it is scored again."""

SUMS = (
    *("series", "sold", "said", "missed", "mean_said", "mean_missed", "naive_said", "naive_missed"),
    *("within_q50", "within_q80", "within_q90", "within_q95", "within_q98"),
)
FORECAST_SCORE = tenant_table(
    "forecast_score",
    METADATA,
    words("cycle", key=True),
    words("day", key=True),
    words("store", key=True),
    number("ahead", key=True),
    words("segment", key=True),
    *(number(name) for name in SUMS),
)
"""Sums over the products of a store. `cycle` is day or week; a week is known by its last day. `ahead` is how many days
ahead it was said: of a week, of its first day. `missed` adds up |said - sold|; the same of the mean of four weeks and
of last week's same day, as they would have been said on the same night. `within_q90` counts series that sold no more
than their q90; of weeks nothing is counted, for quantiles of days are none of weeks."""
