"""What lies in one of the demo's stores, lot by lot, while its story is made up.

The story must know which lot will be left over to be thrown away, sent on or counted, so this mirrors the
system's own first-expired-first-out. It decides nothing in the system: every op still passes the real rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass
class Lot:
    """So many pieces of one lot; `held` of them are blocked."""

    lot: str
    qty: int
    expiry: date | None
    received: date
    held: int = 0

    @property
    def order(self) -> tuple[date, date, str]:
        return (self.expiry or date.max, self.received, self.lot)


@dataclass
class Shelf:
    """The lots of every product in a store."""

    lots: dict[str, list[Lot]] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)

    def put(self, product: str, lot: str, qty: int, expiry: date | None, day: date) -> None:
        """Goods arrive; what comes of a lot that is here already joins it."""
        for known in self.lots.setdefault(product, []):
            if known.lot == lot:
                known.qty += qty
                known.received = day
                return
        self.lots[product].append(Lot(lot, qty, expiry, day))

    def sellable(self, product: str, day: date) -> list[Lot]:
        """The lots a sale would take, first to go first."""
        return sorted(
            (
                lot
                for lot in self.lots.get(product, ())
                if lot.qty > 0 and (lot.expiry is None or lot.expiry >= day)
            ),
            key=lambda lot: lot.order,
        )

    def take(self, product: str, qty: int, day: date) -> str:
        """Takes goods by FEFO; answers the lot of the first piece, and "" where nothing is left."""
        first = ""
        for lot in self.sellable(product, day):
            taken = min(lot.qty, qty)
            lot.qty -= taken
            qty -= taken
            first = first or lot.lot
            if not qty:
                break
        if qty:
            self.missing[product] = self.missing.get(product, 0) + qty
        return first

    def there(self, product: str, day: date) -> int:
        """What could be sold."""
        return sum(lot.qty for lot in self.sellable(product, day))

    def by_the_book(self, product: str) -> int:
        """What a count would expect: held and expired goods lie there too."""
        return sum(lot.qty + lot.held for lot in self.lots.get(product, ())) - self.missing.get(product, 0)

    def expired(self, day: date) -> list[tuple[str, Lot]]:
        """Sellable no more, and not blocked."""
        return [
            (product, lot)
            for product, lots in self.lots.items()
            for lot in lots
            if lot.qty > 0 and lot.expiry is not None and lot.expiry < day
        ]

    def find(self, product: str, name: str) -> Lot:
        return next(lot for lot in self.lots[product] if lot.lot == name)

    def forget_empty(self) -> None:
        """Lots that are gone need no more thought."""
        for product, lots in self.lots.items():
            self.lots[product] = [lot for lot in lots if lot.qty or lot.held]
