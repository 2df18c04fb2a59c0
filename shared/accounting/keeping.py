"""Books that are kept as facts arrive, and are the same whatever order they arrive in (R6).

Every document has a *place*: business date, node, and the order of the node's log. The books are what comes out when
all documents are posted by their places. Facts come otherwise, so each value on the desk (what a SKU is worth in a
store, what a sale has sold) keeps its history: its value after each document that read or changed it. A document
behind all that its cells have seen is posted at once, at a cost that does not depend on history. A late one is run
on the values of its place; then every document that read a value it changed is run again, in order of place, and what
its voucher now says otherwise is a difference voucher. Nothing posted is rewritten.

Buy 100 @ 10.00 on the 1st, sell 60 on the 5th (600.00), buy 40 @ 12.00 on the 10th, sell 50 on the 12th (550.00). A
receipt of 20 @ 7.00 dated the 3rd comes late: the 5th gets a difference of -30.00, the 12th one of -25.00, and 50
are left for 525.00, as if it had been there in time.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from shared.accounting.desk import STOCK, Cell, Cells, Desk, Draft, file_cell
from shared.accounting.documents import Document, TransferOut
from shared.accounting.policy import Policies, SkuTerms
from shared.accounting.posting import post
from shared.accounting.voucher import Entry, Taking
from shared.errors import DomainError

Place = bytes
"""Where a document stands in the books; sorts as bytes."""


_HEAD_OFFICE = b"\xff"
"""Head office in a place: no store's code begins like that, and it sorts last. What head office records on a day (the
invoice of a receipt, freight, what becomes of a count) speaks of what stores did that day, so it is posted after it."""


def place_of(day: datetime.date, node: str, epoch: int, seq: int, part: int = 0) -> Place:
    """Business date, node, place of the log among the node's, number in the log, document among the fact's."""
    return (
        day.toordinal().to_bytes(3, "big")
        + (node.encode() or _HEAD_OFFICE)
        + b"\0"
        + epoch.to_bytes(4, "big")
        + seq.to_bytes(6, "big")
        + part.to_bytes(1, "big")
    )


def place_parts(place: Place) -> tuple[datetime.date, str, int, int, int]:
    """Day, node, epoch, number and part of a place."""
    node = place[3:-12]
    return (
        datetime.date.fromordinal(int.from_bytes(place[:3], "big")),
        "" if node == _HEAD_OFFICE else node.decode(),
        int.from_bytes(place[-11:-7], "big"),
        int.from_bytes(place[-7:-1], "big"),
        place[-1],
    )


class Booked(msgspec.Struct, frozen=True, gc=False):
    """What one document adds to the books: its voucher, or as a later number a difference from what was posted.

    Without entries there is no voucher. `cause` is the late document a difference follows from. `refusal` says why a
    document cannot be posted; that stands until an earlier document arrives that makes it possible.
    """

    place: Place
    document: Document
    entries: tuple[Entry, ...]
    number: int = 0
    cause: Place = b""
    refusal: DomainError | None = None
    takings: tuple[Taking, ...] = ()


class Shelf(Protocol):
    """Where the histories of cells and the posted entries are kept."""

    def heads(self, cells: Collection[Cell]) -> Mapping[Cell, tuple[Place, Any]]:
        """The last entry of each cell that has any."""
        ...

    def before(self, cells: Collection[Cell], place: Place) -> Mapping[Cell, Any]:
        """The value of each cell before a place, where it had one."""
        ...

    def standing(self, cells: Collection[Cell], place: Place) -> Mapping[Cell, Any]:
        """The entries of cells at exactly this place."""
        ...

    def following(self, cells: Collection[Cell], place: Place) -> Collection[Place]:
        """The first place after this one in each cell's history."""
        ...

    def keep(self, entries: Sequence[tuple[Cell, Place, Any]]) -> None:
        """Add entries, or change what they hold."""
        ...

    def drop(self, cells: Collection[Cell], place: Place) -> None:
        """The document there does not concern these cells after all."""
        ...

    def document(self, place: Place) -> Document:
        """The document that was posted there."""
        ...

    def posted(self, place: Place) -> tuple[int, Iterable[Entry], Iterable[Taking]]:
        """How many vouchers the document there has, and all their entries and takings."""
        ...


def cells_of(document: Document) -> set[Cell]:
    """Everything a document always concerns, whether it is posted or refused."""
    cells = {(store, STOCK, sku) for store, sku in document.stock_keys()}
    for kind, number in document.files():
        cells.add(file_cell(document.store, kind, number))
    return cells


def _perhaps(document: Document) -> set[Cell]:
    """What it may concern besides: a sending may have to true up goods that arrived before it."""
    if isinstance(document, TransferOut) and document.to:
        return {(document.to, STOCK, line.sku) for line in document.lines}
    return set()


class _FromShelf(Cells):
    """The values before one place, or the newest ones; what is asked for and not here is fetched."""

    def __init__(self, shelf: Shelf, place: Place | None = None) -> None:
        super().__init__()
        self._shelf = shelf
        self._place = place
        self.places: dict[Cell, Place] = {}
        """Of the newest values: the place of each cell's last entry."""

    def fetch(self, cells: Collection[Cell]) -> None:
        missing = [cell for cell in cells if cell not in self]
        if not missing:
            return
        self.update(dict.fromkeys(missing))
        if self._place is not None:
            self.update(self._shelf.before(missing, self._place))
            return
        for cell, (place, value) in self._shelf.heads(missing).items():
            self[cell] = value
            self.places[cell] = place

    def forget(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self.pop(cell, None)
            self.places.pop(cell, None)

    def __missing__(self, cell: Cell) -> Any:
        self.fetch((cell,))
        return self[cell]


REMEMBERED = 200_000
"""Newest values kept in memory between batches; beyond that all are asked for anew."""


class Keeper:
    """Keeps one company's books on a shelf; remembers the newest values between batches."""

    def __init__(self, policies: Policies, skus: Mapping[str, SkuTerms], shelf: Shelf) -> None:
        self.policies = policies
        self.skus = skus
        self.shelf = shelf
        self._newest = _FromShelf(shelf)

    def forget(self) -> None:
        """Somebody else may have kept these books meanwhile."""
        self._newest = _FromShelf(self.shelf)

    def keep(self, documents: Sequence[tuple[Place, Document]]) -> list[Booked]:
        """Post documents, each new; returns what they add to the books, differences of earlier ones included."""
        if len(self._newest) > REMEMBERED:
            self.forget()
        newest = self._newest
        concerned = [cells_of(document) for _, document in documents]
        newest.fetch(set().union(*concerned))
        policies = self.policies
        desk = Desk(policies.on(datetime.date.min), self.skus, newest)
        booked: dict[Place, Booked] = {}
        late: list[tuple[Place, Document]] = []
        entries: list[tuple[Cell, Place, Any]] = []
        places = newest.places
        for (place, document), cells in zip(documents, concerned, strict=True):
            desk.policy = policies.on(document.day)
            added = _run(desk, place, document, cells)
            touched = desk.touched
            if any(places.get(cell, b"") > place for cell in touched):
                desk.undo()
                late.append((place, document))
                continue
            for cell in touched:
                entries.append((cell, place, newest[cell]))
                places[cell] = place
            desk.settle()
            booked[place] = added
        self.shelf.keep(entries)
        differences = self._put_in_their_places(late, booked) if late else []
        return [*booked.values(), *differences]

    def _put_in_their_places(
        self, late: Sequence[tuple[Place, Document]], booked: dict[Place, Booked]
    ) -> list[Booked]:
        """Late documents at their places, and every document that one of them changes, once each.

        `booked` holds what is not yet posted: there a change is no difference. The answer are the differences.
        """
        new = dict(late)
        causes: dict[Place, Place] = dict.fromkeys(new, b"")
        queue = sorted(new)
        differences: list[Booked] = []
        while queue:
            place = heapq.heappop(queue)
            fresh = booked.get(place)
            document = new.get(place) or (fresh.document if fresh else self.shelf.document(place))
            added, changed = self._run_at(place, document)
            for following in self.shelf.following(changed, place):
                if following not in causes:
                    causes[following] = causes[place] or place
                    heapq.heappush(queue, following)
            if place in new or fresh:
                booked[place] = added
            else:
                differences.append(self._difference(added, causes[place]))
        return differences

    def _run_at(self, place: Place, document: Document) -> tuple[Booked, set[Cell]]:
        """Run a document on the values of its place; what it books, and which cells it leaves otherwise."""
        values = _FromShelf(self.shelf, place)
        known = cells_of(document)
        values.fetch(known)
        desk = Desk(self.policies.on(document.day), self.skus, values)
        added = _run(desk, place, document, known)
        touched = set(desk.touched)
        stood = self.shelf.standing(touched | known | _perhaps(document), place)
        changed = {cell for cell in touched if cell not in stood or stood[cell] != values[cell]}
        self.shelf.keep([(cell, place, values[cell]) for cell in changed])
        gone = stood.keys() - touched
        self.shelf.drop(gone, place)
        self._newest.forget(changed | gone)
        return added, changed | gone

    def _difference(self, now: Booked, cause: Place) -> Booked:
        """What a document's voucher now says otherwise than all that was posted of it; perhaps nothing."""
        count, before, taken = self.shelf.posted(now.place)
        entries = difference(before, now.entries)
        takings = taken_otherwise(taken, now.takings)
        return msgspec.structs.replace(now, entries=entries, takings=takings, number=count, cause=cause)


def _run(desk: Desk, place: Place, document: Document, cells: Iterable[Cell]) -> Booked:
    """One document on the desk, which keeps what it touched; a refused one concerns its `cells` all the same."""
    draft = Draft(document, desk.policy)
    refusal = None
    try:
        post(document, desk, draft)
    except DomainError as error:
        refusal = error
        desk.undo()
    for cell in cells:
        if cell not in desk.touched:
            desk.read(cell)
    if refusal is not None:
        return Booked(place, document, (), refusal=refusal)
    return Booked(place, document, draft.voucher().entries, takings=tuple(draft.takings))


def difference(before: Iterable[Entry], after: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that turn what was posted into what should stand there, by account and what they are about."""
    sums: dict[tuple[str, str, str, str, str], int] = {}
    for sign, entries in ((-1, before), (1, after)):
        for entry in entries:
            about = (entry.account, entry.store, entry.sku, entry.partner, entry.lot)
            sums[about] = sums.get(about, 0) + sign * entry.amount
    return tuple(
        Entry(account, store, amount, "调整", sku, partner, lot)
        for (account, store, sku, partner, lot), amount in sorted(sums.items())
        if amount
    )


def taken_otherwise(before: Iterable[Taking], after: Iterable[Taking]) -> tuple[Taking, ...]:
    """What goods brought in according to `after` that `before` did not say."""
    sums: dict[tuple[str, str], list[int]] = {}
    for sign, takings in ((-1, before), (1, after)):
        for taking in takings:
            known = sums.setdefault((taking.store, taking.sku), [0, 0])
            known[0] += sign * taking.qty
            known[1] += sign * taking.net
    return tuple(Taking(*key, *found) for key, found in sorted(sums.items()) if any(found))
