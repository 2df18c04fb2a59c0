"""The replenishment list: sums that anybody can redo, and transfers before purchases."""

from hypothesis import given
from hypothesis import strategies as st

from cloud.replenishment.plan import Line, Position, Sourcing, judge, plan, surplus_of
from shared.units import MICRO

MILK = Sourcing(supplier="V1", min_cover_days=3, max_cover_days=7, pack=6 * MICRO)


def at(store: str, sold: int, on_hand: int, **more: int) -> Position:
    """A position in whole pieces; `sold` over 28 days."""
    told = {name: qty * MICRO for name, qty in more.items()}
    return Position(sku="milk", store=store, sold=sold * MICRO, on_hand=on_hand * MICRO, **told)


def asked(lines: list[Line]) -> list[tuple[str, str, str, int]]:
    return [(line.kind, line.from_store, line.to_store, line.qty // MICRO) for line in lines]


def test_below_the_minimum_a_store_is_filled_to_the_maximum_in_whole_packs() -> None:
    """112 in 28 days are 4 a day: min 12, max 28; 10 on hand need 18, which are three packs of six."""
    (line,) = plan([at("S1", 112, 10)], {"milk": MILK}, 28)
    assert (line.kind, line.qty, line.supplier) == ("purchase", 18 * MICRO, "V1")
    assert (line.terms.min, line.terms.max, line.terms.need) == (12 * MICRO, 28 * MICRO, 18 * MICRO)


def test_at_the_minimum_nothing_is_asked() -> None:
    """Twelve on hand are exactly enough."""
    assert plan([at("S1", 112, 12)], {"milk": MILK}, 28) == []


def test_what_nobody_buys_is_not_ordered_to_fill_a_hole_in_the_book() -> None:
    """One below zero and nothing sold in four weeks is a matter for a count, not for a van."""
    assert plan([at("S1", 0, -1), at("S2", 0, 40)], {"milk": MILK}, 28) == []


def test_a_sister_stores_surplus_comes_before_the_supplier() -> None:
    """S2 has 40 and keeps 28 for itself: 12 move, 6 are bought."""
    lines = plan([at("S1", 112, 10), at("S2", 112, 40)], {"milk": MILK}, 28)
    assert asked(lines) == [("transfer", "S2", "S1", 12), ("purchase", "", "S1", 6)]
    assert lines[0].terms.surplus == 12 * MICRO


def test_held_near_expiry_and_coming_goods_count_as_what_they_are() -> None:
    """Held and nearly expired goods are no stock; what is on its way is."""
    terms = judge(at("S1", 112, 30, held=10, near_expiry=8, in_transit=3, on_order=2), MILK, 28)
    assert terms.position == 17 * MICRO
    assert terms.need == 0
    assert surplus_of(judge(at("S2", 0, 30, near_expiry=30), MILK, 28)) == 0


def test_the_emptiest_store_is_served_first() -> None:
    """One surplus, two needs: the store with fewer days left gets it."""
    lines = plan([at("S1", 112, 8), at("S2", 112, 1), at("S3", 28, 20)], {"milk": MILK}, 28)
    assert asked(lines)[0] == ("transfer", "S3", "S2", 13)


def test_nobody_covers_more_days_than_the_goods_keep() -> None:
    """Bread that keeps one day is not ordered for seven."""
    bread = Sourcing(supplier="V1", min_cover_days=3, max_cover_days=7, shelf_life_days=1)
    (line,) = plan([at("S1", 112, 0)], {"milk": bread}, 28)
    assert line.qty == 4 * MICRO


positions = st.lists(
    st.builds(
        lambda store, **qty: Position(
            sku="milk", store=store, **{name: value * MICRO for name, value in qty.items()}
        ),
        store=st.sampled_from([f"S{number}" for number in range(8)]),
        sold=st.integers(-20, 400),
        on_hand=st.integers(-20, 300),
        held=st.integers(0, 50),
        near_expiry=st.integers(0, 50),
        in_transit=st.integers(0, 50),
        on_order=st.integers(0, 50),
    ),
    unique_by=lambda position: position.store,
    min_size=1,
    max_size=8,
)


@given(positions)
def test_no_store_gives_what_it_needs_and_every_line_can_be_redone_by_hand(shelf: list[Position]) -> None:
    """Given goods stay within the surplus, needs are met exactly or by the last pack, the terms add up."""
    lines = plan(shelf, {"milk": MILK}, 28)
    first = {position.store: judge(position, MILK, 28) for position in shelf}
    for store, terms in first.items():
        given_away = sum(line.qty for line in lines if line.from_store == store)
        assert given_away <= surplus_of(terms)
        got = sum(line.qty for line in lines if line.to_store == store)
        assert terms.need <= got < terms.need + MILK.pack if terms.need else got == 0
    for line in lines:
        terms = line.terms
        assert terms.position == (
            terms.on_hand - terms.held - terms.near_expiry + terms.in_transit + terms.on_order
        )
        assert terms.rounded == line.qty > 0
        if line.kind == "purchase":
            assert line.qty % MILK.pack == 0
            assert line.qty - terms.need < MILK.pack


@given(positions)
def test_nothing_is_bought_while_a_sister_store_has_a_surplus(shelf: list[Position]) -> None:
    """Transfer before buy: once a purchase appears, all surplus is given away."""
    lines = plan(shelf, {"milk": MILK}, 28)
    if any(line.kind == "purchase" for line in lines):
        spare = sum(surplus_of(judge(position, MILK, 28)) for position in shelf)
        assert spare == sum(line.qty for line in lines if line.kind == "transfer")
