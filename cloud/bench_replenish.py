"""`liushui bench replenish`: how near the best the transfers of a chain come, and how long that takes."""

from __future__ import annotations

import time
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any

from cloud.replenishment.transfers.random_chain import draw_chain
from cloud.replenishment.transfers.solving import best_transfers
from shared.forecasting.forecast import LEVELS, of_estimates
from shared.replenishment.shelf_plan import DAYS, HOURS, Position, ShelfPlan, StorePlan, tick
from shared.units import MICRO

SEEDS = 100
"""Chains in the comparison with the greedy plan, from small and easy to middling and dear."""


def bench_transfers(stores: int, skus: int, rounds: int) -> dict[str, Any]:
    """`rounds` chains of that size, each drawn by its own seed and solved from its file's values to the plan."""
    seconds, shares, gained = [], [], []
    for seed in range(rounds):
        chain = draw_chain(seed, stores=stores, skus=skus)
        began = time.perf_counter()
        plan = best_transfers(chain)
        seconds.append(time.perf_counter() - began)
        assert plan.bound, (
            "without ortools there is no bound to measure against: pip install 'liushui[optimise]'"
        )
        shares.append(plan.filling.value / plan.bound)
        gained.append(plan.filling.value / plan.greedy_value - 1)
    return {
        "seconds": _spread(seconds),
        "share_of_bound": _spread(shares),
        "above_greedy": _spread(gained),
    }


def never_below_greedy() -> dict[str, Any]:
    """How many of a hundred drawn chains end below the greedy plan (none may), and how much is gained over it."""
    below, gained = 0, []
    for seed in range(SEEDS):
        chain = draw_chain(
            seed,
            stores=5 + seed % 16,
            skus=20 + seed,
            neighbours=4,
            capacity=(30, 100, 400)[seed % 3],
            trip=(0, 30, 150, 600)[seed % 4],
        )
        plan = best_transfers(chain)
        below += plan.filling.value < plan.greedy_value
        gained.append(plan.filling.value / plan.greedy_value - 1 if plan.greedy_value else 0.0)
    return {"chains": SEEDS, "below": below, "above_greedy": _spread(gained)}


def bench_tick(skus: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of one minute's update of a store's plan, at every hour of a day; each SKU has hours of its own."""
    plan, positions = _drawn_plan(skus)
    took = []
    for _ in range(rounds):
        for hour in range(HOURS):
            began = time.perf_counter()
            told = tick(plan, plan.made_on + timedelta(days=1), hour * 60 + 30, positions)
            took.append((time.perf_counter() - began) * 1000)
            assert len(told.outlooks) == skus
    return {"skus": skus, "ms": _spread(took)}


def _drawn_plan(skus: int) -> tuple[StorePlan, dict[str, Position]]:
    draw = Random(1)  # noqa: S311  no secret hangs on it
    origin = date(2026, 11, 29)
    shelves, positions = [], {}
    for number in range(skus):
        sku, mean = f"K{number:04d}", draw.randrange(20 * MICRO)
        means = [mean / MICRO] * DAYS
        shares = [draw.randrange(MICRO // HOURS) for _ in range(HOURS)]
        shares[12] += MICRO - sum(shares)
        shelves.append(
            ShelfPlan(
                sku=sku,
                days=of_estimates(origin, means, dict.fromkeys(LEVELS, means)),
                profile=tuple(shares),
                order_up_to=4 * mean,
                reorder_at=mean,
            )
        )
        positions[sku] = Position(sold=draw.randrange(mean + 1), on_hand=draw.randrange(2 * mean + 1))
    plan = StorePlan(
        store="S1",
        made_on=origin,
        valid_until=origin + timedelta(days=DAYS),
        betas=(400_000,) * HOURS,
        shelves=tuple(shelves),
    )
    return plan, positions


def _spread(figures: list[float]) -> dict[str, float]:
    return {
        "min": round(min(figures), 4),
        "median": round(median(figures), 4),
        "max": round(max(figures), 4),
    }
