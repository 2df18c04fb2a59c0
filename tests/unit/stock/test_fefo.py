"""FEFO, R1: the worked numbers and what must hold for any shelf."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.stock.fefo import LotOnHand, allocate

TODAY = date(2026, 11, 22)


def lot(name: str, expiry: int | None, received: int, qty: int, *, held: bool = False) -> LotOnHand:
    """A lot of November 2026 by its days."""
    return LotOnHand(
        lot=name,
        place="main",
        qty=qty,
        expiry=None if expiry is None else date(2026, 11, expiry),
        received=date(2026, 11, received),
        held=held,
    )


SHELF = [
    lot("A", 30, 10, 5),
    lot("B", 25, 12, 8),
    lot("C", 23, 1, 4),
    lot("D2", 25, 15, 2),
    lot("E", None, 2, 10),
    lot("H", 24, 5, 6, held=True),
]


def test_twelve_come_from_the_lots_that_expire_first() -> None:
    """B8, D2 2, A2: C has too little life left, H is held."""
    takes, short = allocate(SHELF, 12, TODAY, 2)
    assert [(take.lot, take.qty) for take in takes] == [("B", 8), ("D2", 2), ("A", 2)]
    assert short == 0


def test_twenty_six_leave_one_short() -> None:
    """Lots without expiry come last; what is missing is said."""
    takes, short = allocate(SHELF, 26, TODAY, 2)
    assert [(take.lot, take.qty) for take in takes] == [("B", 8), ("D2", 2), ("A", 5), ("E", 10)]
    assert short == 1


lots = st.lists(
    st.builds(
        LotOnHand,
        lot=st.sampled_from("abcdefgh"),
        place=st.sampled_from(["main", "fridge"]),
        qty=st.integers(-5, 20),
        expiry=st.none() | st.integers(-3, 9).map(lambda days: TODAY + timedelta(days=days)),
        received=st.none() | st.integers(-9, 0).map(lambda days: TODAY + timedelta(days=days)),
        held=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda held: (held.lot, held.place),
)


@given(lots, st.integers(1, 60), st.integers(0, 4))
def test_takes_and_shortage_add_up_and_touch_only_eligible_lots(
    shelf: list[LotOnHand], need: int, min_days: int
) -> None:
    """Never more than lies there, never a held or too old lot, and nothing left behind while short."""
    takes, short = allocate(shelf, need, TODAY, min_days)
    by_name = {(held.lot, held.place): held for held in shelf}
    assert sum(take.qty for take in takes) + short == need
    for take in takes:
        source = by_name[take.lot, take.place]
        assert 0 < take.qty <= source.qty
        assert not source.held
        assert source.expiry is None or (source.expiry - TODAY).days >= min_days
    if short:
        eligible = sum(
            held.qty
            for held in shelf
            if held.qty > 0
            and not held.held
            and (held.expiry is None or (held.expiry - TODAY).days >= min_days)
        )
        assert eligible + short == need
