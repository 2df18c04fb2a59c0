"""The quantity of a suggested line by hand, from nothing but the strings on the page (F41)."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import msgspec
import pytest

from cloud.replenishment.policy.told import TermsTold
from tests.support.policy_shelf import negative_binomial

_MICRO = Decimal("0.000001")
_WORDS = ("candidates", "cut_by", "abc", "forecast", "fresh", "review_days")


def half_up(value: Decimal) -> Decimal:
    return value.quantize(_MICRO, ROUND_HALF_UP)


def redo(terms: TermsTold) -> Decimal:
    """Every step of the policy's sums again; goods that do not keep by what each candidate wastes and misses."""
    number = {
        name: Decimal(value) for name, value in msgspec.to_builtins(terms).items() if name not in _WORDS
    }
    mean = number["mean_lead"] + number["mean_review"]
    variance = number["noise"] + number["review"] + number["forecast_error"] + number["lead_time"]
    if mean:
        chances = negative_binomial(float(mean), float(variance), int(mean + 30 * variance.sqrt()) + 30)
        total, quantile = 0.0, -1
        while total < float(number["level"]) - 1e-9:
            quantile += 1
            total += chances[quantile]
        assert number["quantile"] == quantile
    stretched = half_up(number["factor"] * (number["quantile"] - mean)) + mean
    steps = (stretched / number["step"]).to_integral_value(ROUND_CEILING)
    level = max(Decimal(0), steps * number["step"], number.get("cover_least", Decimal(0)))
    assert number["order_up_to"] == min(level, number.get("cover_most", level))
    assert number["safety_stock"] == number["order_up_to"] - mean
    parts = ("safety_noise", "safety_review", "safety_forecast_error", "safety_lead_time")
    assert number["safety_stock"] == sum(number[part] for part in parts)
    there = number["on_hand"] - number["held"] - number["expiring"]
    position = there + number["in_transit"] + number["on_order"]
    assert number["position"] == position
    assert number["need"] == max(Decimal(0), number["order_up_to"] - position)
    wanted = max(Decimal(0), number["need"] - number["given"] - number["substituted"])
    assert number["wanted"] == wanted
    fresh = getattr(terms, "fresh", None)
    if fresh is not None and terms.candidates:
        assert number["ordered"] == _least_costly_fresh(terms, Decimal(fresh.over), Decimal(fresh.under))
        return number["ordered"] + number["topped_up"] - number["cut"]
    if not wanted:
        assert not terms.candidates
        return number["ordered"] + number["topped_up"] - number["cut"]
    costs = {}
    for candidate in terms.candidates:
        qty = Decimal(candidate.qty)
        assert qty % number["pack"] == 0
        assert not qty or qty >= number["least"]
        have = float(position + number["given"] + number["substituted"] + qty)
        factor, middle = float(number["factor"]), float(mean)
        at = middle + (have - middle) / factor
        left = factor * sum(max(0.0, at - k) * chance for k, chance in enumerate(chances)) if mean else have
        short = max(0.0, middle - have + left)
        level = float(number["level"])
        assert float(candidate.cost) == pytest.approx(level * short + (1 - level) * left, abs=1e-4)
        costs[qty] = Decimal(candidate.cost)
    assert number["ordered"] == min(costs, key=lambda qty: (costs[qty], qty))
    return number["ordered"] + number["topped_up"] - number["cut"]


def _least_costly_fresh(terms: TermsTold, over: Decimal, under: Decimal) -> Decimal:
    costs = {}
    for one in terms.candidates:
        assert one.waste is not None
        assert one.short is not None
        assert Decimal(one.cost) == half_up(over * Decimal(one.waste) + under * Decimal(one.short))
        costs[Decimal(one.qty)] = Decimal(one.cost)
    return min(costs, key=lambda qty: (costs[qty], qty))
