"""`moves_of`: the one place that says what a fact does to stock, as double-entry moves between locations.

Every balance anywhere is a sum of these moves. A move's quantity is positive; a shrinkage goes from the store
to `count`, a gain from `count` to the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, singledispatch

import msgspec

from shared.ledger.fact import Fact
from shared.stock import locations
from shared.stock.events import (
    CountCorrected,
    GoodsGiven,
    GoodsReceived,
    GoodsWasted,
    OpeningRecorded,
    ReceivedLine,
    StockCounted,
    Take,
    TakenLine,
    TransferReceived,
    TransferSent,
)


class Move(msgspec.Struct, frozen=True, gc=False):
    """`qty` (millionths, positive) of one lot goes from `source` to `target`."""

    sku: str
    lot: str
    source: str
    target: str
    qty: int

    @property
    def on_hand_change(self) -> int:
        """What the move does to the store's own stock, held stock included."""
        return self.qty * (locations.is_on_hand(self.target) - locations.is_on_hand(self.source))


@singledispatch
def expand(_fact: Fact) -> Iterator[Move]:
    """Moves of one fact type; areas register theirs. Facts that touch no goods have none."""
    return iter(())


@cache
def _expansion(fact_type: type[Fact]) -> Callable[[Fact], Iterator[Move]]:
    """What `expand` does for this type; asked once, because every sale asks."""
    return expand.dispatch(fact_type)


class _Remembered:
    """The last answer. Deciding, late counts and balances ask about the same fact one after the other."""

    answer: tuple[Fact | None, tuple[Move, ...]] = (None, ())


_remembered = _Remembered()


def moves_of(fact: Fact) -> tuple[Move, ...]:
    """All moves of a fact, none of quantity zero and none onto itself."""
    known, moves = _remembered.answer
    if known is fact:
        return moves
    moves = tuple(
        [
            move if move.qty > 0 else _turned_round(move)
            for move in _expansion(type(fact))(fact)
            if move.qty and move.source != move.target
        ]
    )
    _remembered.answer = (fact, moves)
    return moves


def _turned_round(move: Move) -> Move:
    return Move(move.sku, move.lot, source=move.target, target=move.source, qty=-move.qty)


def taken(lines: Iterable[TakenLine], target: str) -> Iterator[Move]:
    """Goods leaving the store's places for `target`."""
    for line in lines:
        for take in line.takes:
            yield Move(line.sku, take.lot, locations.store(take.place), target, take.qty)


def brought(lines: Iterable[ReceivedLine], source: str) -> Iterator[Move]:
    """Goods arriving in the store's places from `source`."""
    for line in lines:
        yield Move(line.sku, line.lot, source, locations.store(line.place), line.qty)


def counted(sku: str, takes: Iterable[Take]) -> Iterator[Move]:
    """Differences found by a count; a negative take is turned round by `moves_of`."""
    for take in takes:
        yield Move(sku, take.lot, locations.COUNT, locations.store(take.place), take.qty)


@expand.register
def _(fact: OpeningRecorded) -> Iterator[Move]:
    return brought(fact.lines, locations.OPENING)


@expand.register
def _(fact: GoodsReceived) -> Iterator[Move]:
    return brought(fact.lines, locations.SUPPLIER)


@expand.register
def _(fact: GoodsWasted) -> Iterator[Move]:
    return taken(fact.lines, locations.WASTE)


@expand.register
def _(fact: GoodsGiven) -> Iterator[Move]:
    for line in fact.lines:
        for take in line.takes:
            yield Move(line.sku, take.lot, locations.store(take.place), locations.CUSTOMER, take.qty)


@expand.register
def _(fact: TransferSent) -> Iterator[Move]:
    return taken(fact.lines, locations.transit(fact.transfer))


@expand.register
def _(fact: TransferReceived) -> Iterator[Move]:
    return brought(fact.lines, locations.transit(fact.transfer))


@expand.register
def _(fact: StockCounted) -> Iterator[Move]:
    for line in fact.lines:
        yield from counted(line.sku, line.takes)


@expand.register
def _(fact: CountCorrected) -> Iterator[Move]:
    return counted(fact.sku, fact.takes)
