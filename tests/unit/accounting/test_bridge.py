"""Why gross profit changed: the parts add up to the fen, whatever was sold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.accounting.bridge import Bridge, Earned, bridge

PIECE = 1_000_000
EARNED = st.builds(
    Earned,
    qty=st.integers(-5 * PIECE, 500 * PIECE),
    net=st.integers(-10_000, 1_000_000),
    cost=st.integers(-10_000, 1_000_000),
)
GOODS = st.dictionaries(st.sampled_from("abcdefgh"), EARNED)


def test_the_worked_example() -> None:
    """Tea 100 @ 5.00 (3.00), then 120 @ 5.50 (3.20): price 60.00, cost -24.00, volume 40.00, no mix."""
    then = {"tea": Earned(100 * PIECE, 50_000, 30_000)}
    now = {"tea": Earned(120 * PIECE, 66_000, 38_400)}
    assert bridge(then, now) == Bridge(price=6000, cost=-2400, volume=4000, mix=0, came=0, went=0)


def test_more_of_what_earns_more_is_mix() -> None:
    """Revenue stays, ten pieces move from the one that earns 10 % to the one that earns 50 %: all of it is mix."""
    then = {"dear": Earned(10 * PIECE, 1000, 500), "thin": Earned(20 * PIECE, 2000, 1800)}
    now = {"dear": Earned(20 * PIECE, 2000, 1000), "thin": Earned(10 * PIECE, 1000, 900)}
    assert bridge(then, now) == Bridge(price=0, cost=0, volume=0, mix=400, came=0, went=0)


def test_goods_that_came_or_went_are_neither_volume_nor_mix() -> None:
    """One stopped earning 2.00, another began to earn 3.00."""
    then, now = {"old": Earned(PIECE, 500, 300)}, {"new": Earned(PIECE, 700, 400)}
    assert bridge(then, now) == Bridge(price=0, cost=0, volume=0, mix=0, came=300, went=-200)


@given(base=GOODS, now=GOODS)
def test_the_parts_are_the_change(base: dict[str, Earned], now: dict[str, Earned]) -> None:
    """Also with returns above sales, goods given away and quantities that do not divide."""
    change = sum(one.gross_profit for one in now.values()) - sum(one.gross_profit for one in base.values())
    assert bridge(base, now).total == change
