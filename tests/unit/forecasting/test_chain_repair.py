"""Demand of a chain repaired with what the same day was to others, made up here and on fresh goods."""

from pathlib import Path

import numpy as np

from cloud.forecasting.learned.proof.fresh_goods import read_fresh_goods
from cloud.forecasting.learned.proof.hiding import repaired_hidden
from cloud.forecasting.learned.repairing import day_factors, demand_of_chain


def _shops(feast: int = 30) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Ten shops that sell 10 a day of one SKU, and 20 on the feast; the first is out of stock that day."""
    sold = np.full((10, 40), 10.0)
    sold[:, feast] = 20.0
    shares = np.ones_like(sold)
    sold[0, feast], shares[0, feast] = 0.0, 0.0
    groups = {
        "store": np.arange(10),
        "sku": np.zeros(10, dtype=np.int64),
        "category": np.zeros(10, dtype=np.int64),
    }
    return sold, shares, groups


def test_a_feast_that_one_shop_missed_is_known_from_the_others() -> None:
    """Alone it would be taken for a usual day of 10; the nine others say it was nearly twice that."""
    sold, shares, groups = _shops()
    demand = demand_of_chain(sold, shares, groups, 7, ahead=14)
    assert demand[0, 30] > 15
    assert np.array_equal(demand[1:], sold[1:])


def test_a_series_is_no_witness_of_its_own_day() -> None:
    """A single series has no others, so every day's factor is one, whatever it sold."""
    sold = np.array([[3.0, 9.0, 1.0, 0.0, 7.0, np.nan]])
    one = np.zeros(1, dtype=np.int64)
    factors = day_factors(sold, np.ones_like(sold), {"store": one, "sku": one, "category": one}, ahead=0)
    assert np.allclose(factors, 1.0)


def test_without_looking_ahead_no_later_day_changes_an_earlier_one() -> None:
    """Also not by way of the other shops."""
    sold, shares, groups = _shops()
    later = sold.copy()
    later[:, 31:] = 500.0
    before = demand_of_chain(sold, shares, groups, 7, ahead=0)
    after = demand_of_chain(later, shares, groups, 7, ahead=0)
    assert np.array_equal(before[:, :31], after[:, :31])


def test_a_chain_that_sold_nothing_stays_at_nothing() -> None:
    """No level, no factor, no division by it."""
    sold, shares, groups = (
        np.zeros((3, 5)),
        np.full((3, 5), 0.5),
        {n: np.arange(3) for n in ("store", "sku", "category")},
    )
    assert np.array_equal(demand_of_chain(sold, shares, groups, 7, ahead=14), sold)


def test_days_hidden_by_hand_in_fresh_goods_are_repaired(shared_data: Path) -> None:
    """On stores kept aside: WAPE at most .19 and bias at most 3 %, where sales taken for demand miss 40 %."""
    measured = repaired_hidden(read_fresh_goods(shared_data / "sales"), series=1500)
    assert measured["days"] > 5000
    assert measured["hidden_share"] > 0.35
    assert measured["stored"]["wape"] <= 0.19
    assert abs(measured["stored"]["bias"]) <= 0.03
    assert measured["sales_as_demand"]["bias"] < -0.35
