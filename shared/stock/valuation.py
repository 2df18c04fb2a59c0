"""What goods cost: moving average or FIFO layers per (store, SKU), as values in and values out.

One idea carries all of R2, R4, R7, R8 and R11: a `CostState` says how much lies there and what it is worth, and
each function answers the state afterwards together with the fen that moved. Value is conserved to the fen: what
a state gains is what the books put on the stock account. An issue costs value * qty / on hand, rounded once, and
the issue that empties the stock takes all that is left, so 2 @ 1.00 + 1 @ 1.01 issued one by one cost 1.00, 1.01
and 1.00 and leave 0.00.

Stock may fall below zero where a till may not be blocked (R4). It is then worth a provisional amount, and the
next receipt settles it: 3 @ 2.00, issue 5 (10.00, of which 4.00 provisional), receive 10 @ 1.00 gives a true-up
of -2.00 to the cost of sales and leaves 8 for 8.00. Whether that is allowed is the caller's policy.

Quantities are integer millionths, values integer fen.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.money import line_amount_fen
from shared.units import half_up

Method = Literal["moving_average", "fifo"]


class Layer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Goods that came together: their lot, the document that brought them, how much is left and its worth."""

    lot: str
    source: str
    qty: int
    value: int


class CostState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One SKU in one store. `known_*` is the last average there was before the stock ran out (R4).

    `layers` stand in order of receipt under FIFO and add up to `qty` and `value` while `qty` is positive; under
    moving average there are none.
    """

    qty: int = 0
    value: int = 0
    known_value: int = 0
    known_qty: int = 0
    layers: tuple[Layer, ...] = ()


EMPTY = CostState()


class Slice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A part of an issue that came from one layer; a transfer carries it to the other store at that cost."""

    lot: str
    qty: int
    value: int


class Issued(msgspec.Struct, frozen=True, gc=False):
    state: CostState
    cost: int
    slices: tuple[Slice, ...]


class Received(msgspec.Struct, frozen=True, gc=False):
    """`true_up` goes from stock to the cost of sales: what the settled part cost more than was assumed (R4)."""

    state: CostState
    true_up: int


def lot_on_hand(state: CostState, lot: str) -> int:
    """How much of a named lot the layers still hold."""
    return sum(layer.qty for layer in state.layers if layer.lot == lot)


def left_of(
    state: CostState, source: str, received_qty: int, method: Method, *, lot: str | None = None
) -> int:
    """How much of a receipt, or of one lot of it, still lies there for what becomes known of its price later (R7).

    FIFO knows its layers; an average cannot tell, so the newest receipt is taken to be what is left.
    """
    if method == "fifo":
        return sum(layer.qty for layer in state.layers if _came_with(layer, source, lot))
    return max(0, min(state.qty, received_qty))


def worth(state: CostState, qty: int, fallback_price: int = 0) -> int:
    """What `qty` is worth at today's average, else at the last one, else at a price in millionths of a yuan."""
    if state.qty > 0:
        return half_up(state.value * qty, state.qty)
    if state.known_qty > 0:
        return half_up(state.known_value * qty, state.known_qty)
    return line_amount_fen(qty, fallback_price)


def receive(
    state: CostState, qty: int, value: int, method: Method, *, lot: str = "", source: str = ""
) -> Received:
    """Goods come in for `value`. What was sold below zero is settled first (R4)."""
    if not qty:
        assert not value, "value needs goods to lie on"
        return Received(state, 0)
    if state.qty >= 0:
        layers = (*state.layers, Layer(lot, source, qty, value)) if method == "fifo" else ()
        return Received(
            CostState(state.qty + qty, state.value + value, state.known_value, state.known_qty, layers), 0
        )
    short = -state.qty
    settled = min(qty, short)
    cost = value if settled == qty else half_up(value * settled, qty)
    assumed = -state.value if settled == short else half_up(-state.value * settled, short)
    left_qty, left_value = qty - settled, value - cost
    layers = (Layer(lot, source, left_qty, left_value),) if method == "fifo" and left_qty else ()
    after = CostState(
        state.qty + qty, state.value + assumed + left_value, state.known_value, state.known_qty, layers
    )
    return Received(after, cost - assumed)


def issue(state: CostState, qty: int, method: Method, *, lot: str = "", fallback_price: int = 0) -> Issued:
    """Goods leave. FIFO takes a named lot first; what the stock does not hold leaves at a provisional cost."""
    if qty < state.qty and method == "moving_average":
        cost = half_up(state.value * qty, state.qty)
        after = CostState(state.qty - qty, state.value - cost, state.known_value, state.known_qty)
        return Issued(after, cost, (Slice(lot, qty, cost),))
    if qty >= state.qty > 0:
        missing, known = qty - state.qty, (state.value, state.qty)
    else:
        missing, known = (0 if qty <= state.qty else qty), (state.known_value, state.known_qty)
    slices, layers = _taken(state, qty - missing, method, lot)
    provisional = (
        worth(CostState(known_value=known[0], known_qty=known[1]), missing, fallback_price) if missing else 0
    )
    if missing:
        slices = (*slices, Slice(lot, missing, provisional))
    cost = sum(part.value for part in slices)
    return Issued(CostState(state.qty - qty, state.value - cost, *known, layers), cost, slices)


def _taken(
    state: CostState, qty: int, method: Method, lot: str
) -> tuple[tuple[Slice, ...], tuple[Layer, ...]]:
    """The slices of `qty` on hand and the layers that stay; an average has one slice, here always all of it."""
    if method == "moving_average":
        return ((Slice(lot, qty, state.value),) if qty else ()), ()
    slices: list[Slice] = []
    left = dict(enumerate(state.layers))
    for at, layer in _in_turn(state.layers, lot):
        if not qty:
            break
        take = min(qty, layer.qty)
        value = layer.value if take == layer.qty else half_up(layer.value * take, layer.qty)
        slices.append(Slice(layer.lot, take, value))
        qty -= take
        if take == layer.qty:
            del left[at]
        else:
            left[at] = Layer(layer.lot, layer.source, layer.qty - take, layer.value - value)
    return tuple(slices), tuple(left.values())


def _in_turn(layers: tuple[Layer, ...], lot: str) -> list[tuple[int, Layer]]:
    """First the named lot's layers, then the others, each in order of receipt."""
    numbered = list(enumerate(layers))
    return sorted(numbered, key=lambda at: at[1].lot != lot) if lot else numbered


def _came_with(layer: Layer, source: str, lot: str | None) -> bool:
    """Whether a document brought the layer: any lot of it, or the one named ("" is goods without a lot)."""
    return layer.source == source and lot in (None, layer.lot)


def give_back(
    state: CostState, qty: int, value: int, method: Method, source: str, *, lot: str | None = None
) -> Issued:
    """Goods go back to the supplier (R8): at their original cost, or the cost of the receipt's own layer.

    The average gives `value` where it holds that much: 12 for 156.00 after a return of 3 bought at 10.00 leaves
    9 for 126.00. It never goes below zero, and the return that empties the stock takes all; the caller books the
    difference from the credit note as a price variance. FIFO takes the named lot of the receipt first, then its other
    layers, and the rest from the oldest ones where the receipt's own are already sold.
    """
    if method == "moving_average":
        cost = state.value if qty == state.qty else value if qty > state.qty else min(value, state.value)
        known = (state.value, state.qty) if 0 < state.qty <= qty else (state.known_value, state.known_qty)
        after = CostState(state.qty - qty, state.value - cost, *known)
        return Issued(after, cost, (Slice("", qty, cost),))
    nearest_first = sorted(
        state.layers,
        key=lambda layer: (not _came_with(layer, source, lot), not _came_with(layer, source, None)),
    )
    taken = issue(msgspec.structs.replace(state, layers=tuple(nearest_first)), qty, method)
    order = {id_of(layer): at for at, layer in enumerate(state.layers)}
    layers = tuple(sorted(taken.state.layers, key=lambda layer: order[id_of(layer)]))
    return Issued(msgspec.structs.replace(taken.state, layers=layers), taken.cost, taken.slices)


def id_of(layer: Layer) -> tuple[str, str]:
    """What names a layer: its document and its lot."""
    return layer.source, layer.lot


def revalue(
    state: CostState, amount: int, method: Method, source: str, *, lot: str | None = None
) -> CostState:
    """The price of goods on hand turns out `amount` higher: freight, or an invoice above the estimate (R7)."""
    assert state.qty > 0 or amount == 0, "goods that are not there cannot change their worth"
    if method == "moving_average":
        return msgspec.structs.replace(state, value=state.value + amount)
    own = [at for at, layer in enumerate(state.layers) if _came_with(layer, source, lot)]
    assert own or amount == 0, "a layer that is gone cannot change its worth"
    layers = list(state.layers)
    total, left = sum(layers[at].qty for at in own), amount
    for at in own:
        layer = layers[at]
        part = left if at == own[-1] else half_up(amount * layer.qty, total)
        layers[at] = Layer(layer.lot, layer.source, layer.qty, layer.value + part)
        left -= part
    return msgspec.structs.replace(state, value=state.value + amount, layers=tuple(layers))


def landed_shares(amount: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """A cost spread over lines by value, quantity or weight; the largest line takes the remainder (R7).

    300.00 by value over 500.00 and 1000.00 is 100.00 and 200.00. Weights that add up to nothing share equally.
    """
    if not sum(weights):
        weights = (1,) * len(weights)
    total = sum(weights)
    shares = [half_up(amount * weight, total) for weight in weights]
    shares[weights.index(max(weights))] += amount - sum(shares)
    return tuple(shares)
