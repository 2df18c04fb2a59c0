"""What goods cost: the worked numbers of R2, R4, R7, R8 and R11, and value conserved whatever happens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.money import fen
from shared.stock import valuation
from shared.stock.valuation import (
    EMPTY,
    CostState,
    Method,
    give_back,
    issue,
    landed_shares,
    receive,
    revalue,
    worth,
)
from shared.units import micro

METHODS: tuple[Method, ...] = ("moving_average", "fifo")


def stocked(method: Method, *receipts: tuple[str, str]) -> CostState:
    """After receipts of (quantity, unit price), the first from document 1, the next from document 2 …"""
    state = EMPTY
    for number, (qty, price) in enumerate(receipts, 1):
        value = micro(qty) * micro(price) // 10**10
        state = receive(state, micro(qty), value, method, source=str(number)).state
    return state


def amounts(state: CostState) -> tuple[int, int]:
    return state.qty, state.value


def test_moving_average_and_fifo_cost_the_same_issue_differently() -> None:
    """80 @ 5.00 and 40 @ 8.00, issue 90: 540.00 at the average of 6.00, 480.00 from the layers."""
    average = issue(stocked("moving_average", ("80", "5"), ("40", "8")), micro("90"), "moving_average")
    assert (average.cost, amounts(average.state)) == (fen("540"), (micro("30"), fen("180")))
    layers = issue(stocked("fifo", ("80", "5"), ("40", "8")), micro("90"), "fifo")
    assert (layers.cost, amounts(layers.state)) == (fen("480"), (micro("30"), fen("240")))


def test_the_last_unit_takes_what_is_left() -> None:
    """Seven pieces for 10.00 cost 1.43 each and the last 1.42 or so; nothing stays behind."""
    for method in METHODS:
        state = receive(EMPTY, micro("7"), fen("10"), method).state
        costs = []
        for _ in range(7):
            issued = issue(state, micro("1"), method)
            state = issued.state
            costs.append(issued.cost)
        assert costs == [143, 143, 143, 143, 143, 143, 142]
        assert amounts(state) == (0, 0)


def test_a_sale_below_zero_is_settled_by_the_next_receipt() -> None:
    """4 @ 3.00, issue 6: 18.00, -2 for -6.00. Receive 5 @ 2.00: true-up -2.00, 3 left for 6.00."""
    for method in METHODS:
        issued = issue(stocked(method, ("4", "3")), micro("6"), method)
        assert (issued.cost, amounts(issued.state)) == (fen("18"), (micro("-2"), fen("-6")))
        received = receive(issued.state, micro("5"), fen("10"), method)
        assert (received.true_up, amounts(received.state)) == (fen("-2"), (micro("3"), fen("6")))


def test_goods_nobody_knows_a_cost_of_are_provisionally_worth_the_vendor_s_price() -> None:
    """Nothing known: 2 cost 0.00, and 6.60 once 20 @ 3.30 arrive. At a contract price of 3.00: 6.00, then 0.60."""
    blind = issue(EMPTY, micro("2"), "moving_average")
    received = receive(blind.state, micro("20"), fen("66"), "moving_average")
    assert (blind.cost, received.true_up, amounts(received.state)) == (0, 660, (micro("18"), fen("59.40")))
    priced = issue(EMPTY, micro("2"), "moving_average", fallback_price=micro("3"))
    assert priced.cost == 600
    assert receive(priced.state, micro("20"), fen("66"), "moving_average").true_up == 60


def test_a_receipt_smaller_than_the_shortage_settles_its_part() -> None:
    """-10 for -20.00; 4 @ 3.00 settle 8.00 of it with a true-up of 4.00 and leave -6 for -12.00."""
    short = issue(stocked("moving_average", ("1", "2")), micro("11"), "moving_average").state
    received = receive(short, micro("4"), fen("12"), "moving_average")
    assert (received.true_up, amounts(received.state)) == (fen("4"), (micro("-6"), fen("-12")))


def test_a_named_lot_is_consumed_first() -> None:
    """Lot B leaves although lot A is older; what B does not hold comes from A."""
    state = receive(EMPTY, micro("5"), fen("5"), "fifo", lot="A").state
    state = receive(state, micro("3"), fen("9"), "fifo", lot="B").state
    assert issue(state, micro("2"), "fifo", lot="B").cost == fen("6")
    beyond = issue(state, micro("4"), "fifo", lot="B")
    assert beyond.cost == fen("10")
    assert [(part.lot, part.qty) for part in beyond.slices] == [("B", micro("3")), ("A", micro("1"))]


def test_goods_back_to_the_supplier_leave_at_their_own_cost() -> None:
    """20 @ 4.00 and 10 @ 7.00, half of all sold; 5 of the first go back at 4.00, not at the average of 5.00."""
    state = issue(stocked("moving_average", ("20", "4"), ("10", "7")), micro("15"), "moving_average").state
    left = give_back(state, micro("5"), fen("20"), "moving_average", "1")
    assert (left.cost, amounts(left.state)) == (fen("20"), (micro("10"), fen("55")))


def test_a_return_never_leaves_less_than_nothing() -> None:
    """2 for 2.00; a return of 1 invoiced at 5.00 takes 2.00, the rest is a price variance; the last takes all."""
    state = CostState(micro("2"), fen("2"))
    assert amounts(give_back(state, micro("1"), fen("5"), "moving_average", "1").state) == (micro("1"), 0)
    assert give_back(state, micro("2"), fen("1"), "moving_average", "1").cost == fen("2")


def test_a_fifo_return_takes_the_receipt_s_own_layer() -> None:
    """The second receipt's goods go back although the first's are older, and the order of layers stays."""
    state = stocked("fifo", ("5", "1"), ("5", "2"), ("5", "3"))
    left = give_back(state, micro("2"), fen("4"), "fifo", "2")
    assert left.cost == fen("4")
    assert [(layer.source, layer.qty) for layer in left.state.layers] == [
        ("1", micro("5")),
        ("2", micro("3")),
        ("3", micro("5")),
    ]


def test_freight_goes_by_value_and_the_largest_line_takes_the_remainder() -> None:
    """100.00 over 10, 10 and 10 is 33.33, 33.33 and 33.34; over 500 and 1000 it is 33.33 and 66.67."""
    assert sorted(landed_shares(fen("100"), (10, 10, 10))) == [3333, 3333, 3334]
    assert landed_shares(fen("100"), (500, 1000)) == (3333, 6667)
    assert landed_shares(fen("1"), (0, 0)) == (50, 50)


def test_a_later_price_changes_the_layer_it_belongs_to() -> None:
    """2.00 more for receipt 2 is 2.00 more in that layer and nowhere else."""
    state = revalue(stocked("fifo", ("5", "1"), ("5", "2")), fen("2"), "fifo", "2")
    assert [layer.value for layer in state.layers] == [fen("5"), fen("12")]
    assert state.value == fen("17")


def test_goods_found_are_worth_the_last_average() -> None:
    """Sold out at 2.50 each, then one is found: 2.50."""
    for method in METHODS:
        state = issue(stocked(method, ("4", "2.50")), micro("4"), method).state
        assert worth(state, micro("1")) == 250


steps = st.lists(
    st.tuples(
        st.sampled_from(["receive", "issue", "issue_lot", "give_back", "revalue"]),
        st.integers(1, 50).map(lambda n: n * 250_000),
        st.integers(0, 5_000),
        st.sampled_from("ABC"),
    ),
    max_size=40,
)


@given(steps, st.sampled_from(METHODS))
def test_value_is_conserved_to_the_fen(steps: list[tuple[str, int, int, str]], method: Method) -> None:
    """What came in less what went out is what lies there, below zero too; layers add up to the whole."""
    state, put_in, taken_out, qty_in = EMPTY, 0, 0, 0
    for number, (what, qty, value, lot) in enumerate(steps):
        match what:
            case "receive":
                received = receive(state, qty, value, method, lot=lot, source=str(number))
                state, put_in = received.state, put_in + value - received.true_up
                qty_in += qty
            case "revalue":
                sources = {layer.source for layer in state.layers} or {""}
                source = min(sources)
                if valuation.left_of(state, source, state.qty, method) > 0:
                    state, put_in = revalue(state, value, method, source), put_in + value
            case "give_back":
                left = give_back(state, qty, value, method, lot)
                state, taken_out, qty_in = left.state, taken_out + left.cost, qty_in - qty
            case _:
                issued = issue(state, qty, method, lot=lot if what == "issue_lot" else "")
                assert sum(part.value for part in issued.slices) == issued.cost
                assert sum(part.qty for part in issued.slices) == qty
                state, taken_out, qty_in = issued.state, taken_out + issued.cost, qty_in - qty
        assert (state.qty, state.value) == (qty_in, put_in - taken_out)
        if state.qty == 0:
            assert state.value == 0
        if method == "fifo" and state.qty >= 0:
            assert sum(layer.qty for layer in state.layers) == state.qty
            assert sum(layer.value for layer in state.layers) == state.value
            assert all(layer.qty > 0 for layer in state.layers)
