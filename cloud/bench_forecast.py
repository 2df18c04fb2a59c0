"""`liushui bench forecast --sales FOLDER`: what is promised of forecasts, each promise with its bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from cloud.bench_goals import Bound
from cloud.replenishment.policy.protection import LeadTime, moments
from cloud.replenishment.policy.safety_stock import Aim, order_up_to
from shared.forecasting.forecast import ForecastDay
from shared.units import MICRO

PROMISES: Final = ("repair", "fresh", "unseen", "grocery", "parts")
BOUNDS: Final = (
    Bound("demand repaired on days hidden by hand, WAPE", "repair.stored.wape", "<=", 0.19),
    Bound("— bias, either way", "repair.stored.bias_either_way", "<=", 0.03),
    Bound("fresh goods, WAPE below the 28-day mean's", "fresh.accuracy.below_mean", ">=", 0.12),
    Bound("— coverage off at .9, .95 or .98, at most", "fresh.accuracy.coverage_off_most", "<=", 0.02),
    Bound("— three days covered at .98", "fresh.lead_time.covered", ">=", 0.96),
    Bound("— thrown away less than with the scaled mean", "fresh.waste.less_waste", ">=", 0.34),
    Bound("stores never seen, points of WAPE worse", "unseen.points_worse", "<=", 1.0),
    Bound("grocery, champion's WAPE above the best single model's", "grocery.worse_than_best", "<=", 0.02),
    Bound(
        "spare parts, RMSSE per 12-month mean's, above the reference run", "parts.above_reference", "<=", 0.02
    ),
    Bound("— above the best's that is not off by half", "parts.worse_than_best_sound", "<=", 0.02),
    Bound("— three months covered at .98", "parts.lead_time.covered", ">=", 0.96),
)
WEEK, QUARTER, ORIGINS = 7, 3, 4
REFERENCE: Final = 0.650 / 0.673
"""RMSSE of the best single model on all of these spare parts (gradient boosting, absolute error) per that of the mean
of twelve months, three months ahead. A reference run, with which another part of the same parts compares only so."""
ERRORS_TOGETHER: Final = 200_000
"""Correlation of neighbouring days' errors, as long as nobody has measured a chain's own."""


def promised(folder: Path, promises: Iterable[str], series: int) -> dict[str, Any]:
    """Each promise's figures by its name, on at most so many series."""
    from cloud.forecasting.learned.proof.fresh_goods import read_fresh_goods
    from cloud.forecasting.learned.proof.hiding import repaired_hidden

    measured: dict[str, Any] = {}
    for promise in promises:
        match promise:
            case "repair":
                measured[promise] = repaired_hidden(read_fresh_goods(folder), series)
            case "fresh":
                measured[promise] = _fresh(folder, series)
            case "unseen":
                measured[promise] = _unseen(folder)
            case "grocery":
                measured[promise] = _grocery(folder)
            case "parts":
                measured[promise] = _parts(folder)
    return measured


def _fresh(folder: Path, series: int) -> dict[str, Any]:
    """Stores kept aside, learned and judged as a chain of their own."""
    from cloud.forecasting.learned.proof import promised as proof
    from cloud.forecasting.learned.proof.fresh_goods import drawn, hour_profiles, read_fresh_goods
    from cloud.forecasting.learned.proof.panels import fresh_panel

    goods = read_fresh_goods(folder)
    profiles = hour_profiles(drawn(goods, kept_aside=False, series=len(goods.stores)))
    panel = fresh_panel(drawn(goods, kept_aside=True, series=series), profiles, WEEK)
    said = proof.walked(panel, WEEK, ORIGINS)
    return {
        "accuracy": proof.accuracy(panel, said),
        "lead_time": proof.lead_time(panel, said, MICRO // 10, _order_up_to),
        "waste": proof.waste(panel, said),
    }


def _unseen(folder: Path) -> dict[str, Any]:
    from cloud.forecasting.learned.proof.fresh_goods import drawn, held_out, hour_profiles, read_fresh_goods
    from cloud.forecasting.learned.proof.panels import fresh_panel
    from cloud.forecasting.learned.proof.promised import never_seen

    goods = read_fresh_goods(folder)
    profiles = hour_profiles(drawn(goods, kept_aside=False, series=len(goods.stores)))
    panel = fresh_panel(goods, profiles, WEEK)
    return never_seen(panel, [held_out(store) for store in panel.stores], WEEK, ORIGINS)


def _grocery(folder: Path) -> dict[str, Any]:
    from cloud.forecasting.learned.proof import promised as proof
    from cloud.forecasting.learned.proof.panels import grocery_panel

    panel = grocery_panel(folder, WEEK)
    return proof.against_single_models(panel, proof.walked(panel, WEEK, 2 * ORIGINS), "wape")


def _parts(folder: Path) -> dict[str, Any]:
    from cloud.forecasting.learned.proof import promised as proof
    from cloud.forecasting.learned.proof.panels import parts_panel

    panel = parts_panel(folder, QUARTER)
    said = proof.walked(panel, QUARTER, ORIGINS)
    told = proof.against_single_models(panel, said, "rmsse")
    return told | {
        "above_reference": told["of_the_moving_average"] / REFERENCE - 1,
        "lead_time": proof.lead_time(panel, said, MICRO, _order_up_to),
    }


def _order_up_to(days: Sequence[ForecastDay], periods: int, step: int, level: int) -> tuple[int, int]:
    """As replenishment reckons it."""
    reach = moments(days, LeadTime(days=periods * MICRO), 0, ERRORS_TOGETHER)
    return reach.mean, order_up_to(Aim(moments=reach, level=level, step=step))[1]
