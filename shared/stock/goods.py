"""What lies in the store, and taking goods out of it: the arithmetic that all stock decisions share."""

from __future__ import annotations

from datetime import date

import msgspec

from shared.business_day import day_of_text
from shared.catalogue.lookup import in_base_units, place_for, product, whole
from shared.errors import DomainError
from shared.ledger.command import Asked
from shared.ledger.view import View, blank_row, row
from shared.stock import fefo, locations
from shared.stock.commands import Line
from shared.stock.events import NO_LOT, Take, TakenLine
from shared.stock.fefo import LotOnHand
from shared.stock.projection import LOT, STOCK
from shared.units import decimal_text

_NOTHING_SAID = blank_row(LOT)


def _day(cell: object) -> date | None:
    return day_of_text(cell) if isinstance(cell, str) else None


def lots_on_hand(view: View, sku: str) -> list[LotOnHand]:
    """Every balance of the SKU in the store's places and holds, negative ones included."""
    found = []
    for key, balance in view.rows(STOCK, (sku,)).items():
        qty, where = balance["qty"], key[2]
        assert isinstance(qty, int)
        assert isinstance(where, str)
        lying = locations.lying(where) if qty else None
        if lying is not None:
            lot = key[:2]
            about = view.rows(LOT, lot).get(lot, _NOTHING_SAID)
            found.append(
                LotOnHand(
                    lot=str(lot[1]),
                    place=lying.place,
                    qty=qty,
                    expiry=_day(about["expiry"]),
                    received=_day(about["received"]),
                    held=lying.held,
                )
            )
    return found


def on_hand(view: View, sku: str, lot: str | None = None) -> int:
    """What lies in the store by the book, held goods included; of one lot or of all."""
    return sum(held.qty for held in lots_on_hand(view, sku) if lot is None or held.lot == lot)


def lot_expiry(view: View, sku: str, lot: str) -> date | None:
    known = row(view, LOT, sku, lot)
    return None if known is None else _day(known["expiry"])


class Taken(msgspec.Struct, frozen=True, gc=False):
    """Goods chosen to leave the store, how much of it the book did not know of, and the lot passed over (R1)."""

    takes: tuple[Take, ...]
    short: int
    passed_over: str


class Picking:
    """Chooses lots for the lines of one command; each line sees what the lines before it have taken."""

    def __init__(self, view: View, asked: Asked, *, expired_allowed: bool = False) -> None:
        self._view = view
        self._asked = asked
        self._expired_allowed = expired_allowed
        self._taken: dict[str, list[Take]] = {}
        self._held_taken: dict[tuple[str, str, str], int] = {}

    def take(self, sku: str, qty: int, lot: str | None) -> Taken:
        """Lots for `qty` of an SKU: the scanned lot, or by FEFO.

        Where the book knows of less, the SKU's policy decides: `block` refuses (`stock_short`), otherwise the
        rest is taken below zero, because a stale number must never stop a shop (R4).
        Raises `lot_held`, `lot_expired`, `stock_short`.
        """
        view, asked = self._view, self._asked
        lots = lots_on_hand(view, sku)
        if sku in self._taken:
            lots = [self._left(sku, found) for found in lots]
        known = product(view, sku)
        if lot is not None:
            takes, short = _from_lot(view, asked, sku, qty, lot, lots, self._expired_allowed)
        elif self._expired_allowed:
            takes, short = fefo.allocate(lots, qty, date.min)
        else:
            takes, short = fefo.allocate(lots, qty, asked.business_date, whole(known["min_remaining_days"]))
        if short:
            if known["negative"] == "block":
                raise DomainError("stock_short", sku=sku, short=decimal_text(short), wanted=decimal_text(qty))
            below_zero = Take(lot if lot is not None else NO_LOT, place_for(view, asked.store, sku), short)
            takes = _joined(takes, below_zero)
        self._taken.setdefault(sku, []).extend(takes)
        return Taken(takes, short, "" if lot is None else _passed_over(lots, lot, asked.business_date))

    def take_back(self, sku: str, qty: int, lot: str) -> tuple[tuple[Take, ...], tuple[Take, ...]]:
        """`qty` of one lot for the supplier who brought it: what is held goes first, it is mostly why goods go back.

        Returns what comes from the store's places and what from its holds. Raises `stock_short`.
        """
        held_takes: list[Take] = []
        rest = qty
        for found in lots_on_hand(self._view, sku):
            gone = self._held_taken.get((sku, lot, found.place), 0)
            take = min(rest, found.qty - gone) if found.held and found.lot == lot else 0
            if take > 0:
                held_takes.append(Take(lot, found.place, take))
                self._held_taken[sku, lot, found.place] = gone + take
                rest -= take
        if not rest:
            return (), tuple(held_takes)
        lying = [self._left(sku, found) for found in lots_on_hand(self._view, sku)]
        if rest > sum(found.qty for found in lying if found.lot == lot and found.qty > 0 and not found.held):
            raise DomainError("stock_short", sku=sku, short=decimal_text(rest), wanted=decimal_text(qty))
        return self.take(sku, rest, lot).takes, tuple(held_takes)

    def line(self, line: Line) -> TakenLine:
        """A command's line as goods leaving the store."""
        qty = in_base_units(self._view, line.sku, line.qty, line.unit)
        return TakenLine(sku=line.sku, takes=self.take(line.sku, qty, line.lot).takes)

    def _left(self, sku: str, found: LotOnHand) -> LotOnHand:
        """What the lines before have left of a lot; what is held they did not touch."""
        takes = () if found.held else self._taken.get(sku, ())
        gone = sum(take.qty for take in takes if (take.lot, take.place) == (found.lot, found.place))
        return msgspec.structs.replace(found, qty=found.qty - gone) if gone else found


def _from_lot(
    view: View, asked: Asked, sku: str, qty: int, lot: str, lots: list[LotOnHand], expired_allowed: bool
) -> tuple[tuple[Take, ...], int]:
    expiry = lot_expiry(view, sku, lot)
    if expiry is not None and expiry < asked.business_date and not expired_allowed:
        raise DomainError("lot_expired", sku=sku, lot=lot, expiry=expiry.isoformat())
    of_lot = [candidate for candidate in lots if candidate.lot == lot]
    takes, short = fefo.allocate(of_lot, qty, date.min)
    if short and any(candidate.held for candidate in of_lot):
        raise DomainError("lot_held", sku=sku, lot=lot)
    return takes, short


def _passed_over(lots: list[LotOnHand], lot: str, day: date) -> str:
    """The lot FEFO would have taken when a person chose one that expires later (R1)."""
    ordered = fefo.in_order(lots, day, 0)
    chosen = next((candidate for candidate in ordered if candidate.lot == lot), None)
    if chosen is None or not ordered or (ordered[0].expiry or date.max) >= (chosen.expiry or date.max):
        return ""
    return ordered[0].lot


def _joined(takes: tuple[Take, ...], more: Take) -> tuple[Take, ...]:
    """`more` added to the take of the same lot and place, or behind the others."""
    for index, held in enumerate(takes):
        if (held.lot, held.place) == (more.lot, more.place):
            return (*takes[:index], Take(held.lot, held.place, held.qty + more.qty), *takes[index + 1 :])
    return (*takes, more)
