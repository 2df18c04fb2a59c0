"""Where a count's difference goes: which lots shrink or grow so that the book says what was counted."""

from __future__ import annotations

from datetime import date

from shared.catalogue.lookup import place_for
from shared.ledger.command import Asked
from shared.ledger.view import View
from shared.stock.events import NO_LOT, Take
from shared.stock.goods import lots_on_hand


def difference(view: View, asked: Asked, sku: str, lot: str | None, found: int) -> tuple[Take, ...]:
    """Spreads `found` (counted - expected, millionths) over lots.

    A shortage comes off the lots that would have been sold next; what no lot covers goes below zero without a
    lot. A surplus first settles balances below zero, then joins the lot received last.
    """
    if found == 0:
        return ()
    lying = [held for held in lots_on_hand(view, sku) if not held.held and (lot is None or held.lot == lot)]
    rest_lot = NO_LOT if lot is None else lot
    takes: list[Take] = []
    if found < 0:
        missing = -found
        for held in sorted(
            lying, key=lambda held: (held.expiry or date.max, held.received or date.min, held.lot)
        ):
            gone = min(max(held.qty, 0), missing)
            if gone:
                takes.append(Take(held.lot, held.place, -gone))
                missing -= gone
        if missing:
            takes.append(Take(rest_lot, place_for(view, asked.store, sku), -missing))
        return _merged(takes)
    surplus = found
    for held in lying:
        settled = min(max(-held.qty, 0), surplus)
        if settled:
            takes.append(Take(held.lot, held.place, settled))
            surplus -= settled
    if surplus:
        newest = max(
            (held for held in lying if held.qty > 0), key=lambda held: held.received or date.min, default=None
        )
        if newest is None:
            takes.append(Take(rest_lot, place_for(view, asked.store, sku), surplus))
        else:
            takes.append(Take(newest.lot, newest.place, surplus))
    return _merged(takes)


def _merged(takes: list[Take]) -> tuple[Take, ...]:
    sums: dict[tuple[str, str], int] = {}
    for take in takes:
        sums[take.lot, take.place] = sums.get((take.lot, take.place), 0) + take.qty
    return tuple(Take(lot, place, qty) for (lot, place), qty in sums.items() if qty)
