"""R9 as a law: whatever order word of sales, receipts and counts arrives in, on hand is what was last counted
plus what happened after it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support.shop import Shop

Happening = tuple[int, str, int]
"""(minute of the day, what, how much)"""

happenings = st.lists(
    st.tuples(st.integers(1, 600), st.sampled_from(["receive", "sell", "count"]), st.integers(1, 30)),
    min_size=1,
    max_size=12,
    unique_by=lambda happening: happening[0],
)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def tell(shop: Shop, happening: Happening, lot: str | None) -> None:
    """One happening reaches the writer."""
    minute, what, qty = happening
    at = clock(minute)
    if what == "receive":
        shop.receive("cake", str(qty), lot=lot or f"L{minute}", at=at)
    elif what == "sell":
        shop.ask("sales.sell", at=at, lines=[{"sku": "cake", "qty": str(qty), "lot": lot}])
    else:
        shop.ask("stock.count", at=at, lines=[{"sku": "cake", "counted": str(qty), "lot": lot}])


def truth(told: list[Happening]) -> int:
    """What lies there by the clock on the wall, whoever heard of what when."""
    on_hand = 0
    for _, what, qty in sorted(told):
        on_hand = qty if what == "count" else on_hand + (qty if what == "receive" else -qty)
    return on_hand


@given(happenings, st.randoms(use_true_random=False))
def test_on_hand_does_not_depend_on_the_order_of_arrival(told: list[Happening], chance: object) -> None:
    """Counts of the whole SKU."""
    arriving = told.copy()
    chance.shuffle(arriving)  # type: ignore[attr-defined]
    shop = Shop().open_up()
    for happening in arriving:
        tell(shop, happening, None)
    assert shop.on_hand("cake") == str(truth(told))


@given(happenings, st.randoms(use_true_random=False))
def test_the_same_holds_for_counts_of_one_lot(told: list[Happening], chance: object) -> None:
    """Everything about lot L, which is then counted by itself."""
    arriving = told.copy()
    chance.shuffle(arriving)  # type: ignore[attr-defined]
    shop = Shop().open_up()
    shop.receive("cake", "7", lot="OTHER", at="00:00")
    for happening in arriving:
        tell(shop, happening, "L")
    assert shop.on_hand("cake", "L") == str(truth(told))
    assert shop.on_hand("cake", "OTHER") == "7"
