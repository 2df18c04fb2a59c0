"""How old stock is: the bands of one SKU are always worth what the SKU is worth."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.stock.ageing import BEYOND, UNKNOWN, LotHere, band_of, worth_by_age
from shared.stock.valuation import CostState, Layer

PIECE = 1_000_000


def test_an_average_is_shared_by_quantity() -> None:
    """30 worth 90.00: 10 of 12 days are 30.00, 20 of 45 days 60.00."""
    lots = [LotHere("a", 10 * PIECE, 12), LotHere("b", 20 * PIECE, 45)]
    assert worth_by_age(CostState(30 * PIECE, 9000), lots) == (3000, 6000, 0, 0, 0, 0)


def test_a_layer_is_as_old_as_its_lot() -> None:
    """FIFO knows what each lot cost; a lot nobody can date is of unknown age."""
    layers = (Layer("old", "r1", PIECE, 700), Layer("new", "r2", PIECE, 900), Layer("?", "r3", PIECE, 50))
    state = CostState(3 * PIECE, 1650, layers=layers)
    lots = [LotHere("old", PIECE, 181), LotHere("new", PIECE, 0), LotHere("?", PIECE, None)]
    bands = worth_by_age(state, lots)
    assert (bands[0], bands[BEYOND], bands[UNKNOWN]) == (900, 700, 50)


def test_bands_reach_up_to_their_last_day() -> None:
    """30 days is still the first band, 31 the second; 181 is beyond."""
    assert [band_of(age) for age in (0, 30, 31, 60, 90, 180, 181, None)] == [
        0,
        0,
        1,
        1,
        2,
        3,
        BEYOND,
        UNKNOWN,
    ]


@given(
    qty=st.integers(-10, 1000),
    value=st.integers(-100_000, 100_000),
    lots=st.lists(st.tuples(st.integers(-5, 50), st.none() | st.integers(0, 400)), max_size=6),
)
def test_the_bands_are_worth_the_stock(qty: int, value: int, lots: list[tuple[int, int | None]]) -> None:
    """To the fen, also below zero and where lots and books disagree about the quantity."""
    here = [LotHere(str(place), pieces * PIECE, age) for place, (pieces, age) in enumerate(lots)]
    assert sum(worth_by_age(CostState(qty * PIECE, value), here)) == value
