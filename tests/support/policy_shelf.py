"""What the tests of the policy start from: even days, and a shelf of milk."""

from datetime import date
from math import exp, lgamma, log

from cloud.replenishment.policy.protection import LeadTime, moments
from cloud.replenishment.policy.safety_stock import Aim
from cloud.replenishment.policy.suggesting import Shelf, Source, Suggestion, judge
from shared.forecasting.forecast import ForecastDay, of_estimates
from shared.units import MICRO

ORIGIN = date(2026, 11, 29)


def days(mean: float, deviation: float, count: int = 14) -> tuple[ForecastDay, ...]:
    """Days that are all alike; quantiles of a normal with that deviation."""
    z = {0.5: 0.0, 0.8: 0.841621, 0.9: 1.281552, 0.95: 1.644854, 0.98: 2.053749}
    levels = {level: [mean + at * deviation] * count for level, at in z.items()}
    return of_estimates(ORIGIN, [mean] * count, levels)


def aim(mean: float = 4, deviation: float = 2, lead: float = 2, review: int = 1, level: int = 950_000) -> Aim:
    """An aim over `lead` + `review` even days."""
    time = LeadTime(days=round(lead * MICRO))
    return Aim(moments=moments(days(mean, deviation), time, review, 0), level=level)


MILK = Source(
    supplier="V1",
    pack=6 * MICRO,
    unit_cost=3 * MICRO,
    price=5 * MICRO,
    volume=MICRO,
)


def line(
    store: str = "S1",
    sku: str = "milk",
    on_hand: int = 0,
    source: Source = MILK,
    to: Aim | None = None,
    **shelf: int,
) -> Suggestion:
    """A judged line; quantities in whole pieces."""
    more = {name: qty * MICRO for name, qty in shelf.items()}
    return judge(store, sku, to or aim(), Shelf(on_hand=on_hand * MICRO, **more), source)


def negative_binomial(mean: float, variance: float, most: int) -> list[float]:
    """Chances of 0..most by the formula of the textbook, each on its own."""
    if variance <= mean:
        return [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(most + 1)]
    r = mean**2 / (variance - mean)
    return [
        exp(lgamma(k + r) - lgamma(r) - lgamma(k + 1) + r * log(r / (r + mean)) + k * log(mean / (r + mean)))
        for k in range(most + 1)
    ]
