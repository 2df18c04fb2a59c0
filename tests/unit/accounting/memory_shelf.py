"""A shelf in memory: the plainest thing that keeps the histories of cells, to hold the others against."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from shared.accounting.desk import Cell
from shared.accounting.documents import Document
from shared.accounting.keeping import Booked, Keeper, Place
from shared.accounting.voucher import Entry, Taking


class MemoryShelf:
    def __init__(self) -> None:
        self.places: dict[Cell, list[Place]] = {}
        self.values: dict[tuple[Cell, Place], Any] = {}
        self.documents: dict[Place, Document] = {}
        self.vouchers: dict[Place, list[Booked]] = {}

    def heads(self, cells: Collection[Cell]) -> Mapping[Cell, tuple[Place, Any]]:
        known = [cell for cell in cells if self.places.get(cell)]
        return {cell: (self.places[cell][-1], self.values[cell, self.places[cell][-1]]) for cell in known}

    def before(self, cells: Collection[Cell], place: Place) -> Mapping[Cell, Any]:
        found = {}
        for cell in cells:
            places = self.places.get(cell, [])
            at = bisect_left(places, place)
            if at:
                found[cell] = self.values[cell, places[at - 1]]
        return found

    def standing(self, cells: Collection[Cell], place: Place) -> Mapping[Cell, Any]:
        return {cell: self.values[cell, place] for cell in cells if (cell, place) in self.values}

    def following(self, cells: Collection[Cell], place: Place) -> Collection[Place]:
        found = set()
        for cell in cells:
            places = self.places.get(cell, [])
            at = bisect_right(places, place)
            if at < len(places):
                found.add(places[at])
        return found

    def keep(self, entries: Sequence[tuple[Cell, Place, Any]]) -> None:
        for cell, place, value in entries:
            if (cell, place) not in self.values:
                places = self.places.setdefault(cell, [])
                places.insert(bisect_left(places, place), place)
            self.values[cell, place] = value

    def drop(self, cells: Collection[Cell], place: Place) -> None:
        for cell in cells:
            self.places[cell].remove(place)
            del self.values[cell, place]

    def document(self, place: Place) -> Document:
        return self.documents[place]

    def posted(self, place: Place) -> tuple[int, Iterable[Entry], Iterable[Taking]]:
        vouchers = self.vouchers.get(place, [])
        entries = [entry for voucher in vouchers for entry in voucher.entries]
        return len(vouchers), entries, [taking for voucher in vouchers for taking in voucher.takings]

    # What a test does besides.

    def post(self, keeper: Keeper, documents: Sequence[tuple[Place, Document]]) -> list[Booked]:
        """Keep the documents and file the vouchers, as head office does."""
        self.documents.update(documents)
        booked = keeper.keep(documents)
        for added in booked:
            assert sum(entry.amount for entry in added.entries) == 0
            vouchers = self.vouchers.setdefault(added.place, [])
            assert added.number == len(vouchers)
            if added.entries:
                vouchers.append(added)
        return [added for added in booked if added.entries or added.refusal]

    def books(self) -> dict[Any, int]:
        """What all vouchers say together, by document, account and what it is about, and what goods brought in."""
        sums: Counter[Any] = Counter()
        for place, vouchers in self.vouchers.items():
            for voucher in vouchers:
                for entry in voucher.entries:
                    sums[place, entry.account, entry.store, entry.sku, entry.partner, entry.lot] += (
                        entry.amount
                    )
                for taking in voucher.takings:
                    sums[place, "qty", taking.store, taking.sku] += taking.qty
                    sums[place, "net", taking.store, taking.sku] += taking.net
        return {about: amount for about, amount in sums.items() if amount}
