"""What stock pages show, asked of the projections: no page's cost grows with the age of the day-book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from edge.ledger import dbapi
from edge.ledger.reader import ReadView
from edge.ledger.recording import Moment
from shared.catalogue.lookup import list_price
from shared.stock import locations
from shared.units import decimal_text

NEAR_DAYS = 3
"""From this many days before its last day a lot is called near."""


class Lying(msgspec.Struct):
    """What lies of something: sellable and held, in millionths."""

    free: int = 0
    held: int = 0

    def add(self, location: str, qty: int) -> None:
        kind = locations.type_of(location)
        self.free += qty if kind == "store" else 0
        self.held += qty if kind == "hold" else 0

    @property
    def on_hand(self) -> int:
        return self.free + self.held


def today(connection: dbapi.Connection, store: str, now_ms: int) -> date:
    """The store's business day."""
    return Moment(ReadView(connection), store, now_ms).today


def lying_by_lot(connection: dbapi.Connection, sku: str) -> dict[str, Lying]:
    """Every lot of an SKU with something on the shelf, in hold, or below zero."""
    lots: dict[str, Lying] = {}
    for lot, location, qty in connection.execute(
        "SELECT lot, location, qty FROM stock WHERE sku = ? AND qty != 0", (sku,)
    ):
        if locations.is_on_hand(location):
            lots.setdefault(lot, Lying()).add(location, qty)
    return lots


def whole(lots: Iterable[Lying]) -> Lying:
    """All lots together."""
    total = Lying()
    for lot in lots:
        total.free += lot.free
        total.held += lot.held
    return total


def price_text(connection: dbapi.Connection, sku: str, store: str) -> str | None:
    price = list_price(ReadView(connection), sku, store)
    return None if price is None else decimal_text(price)


def names_of(connection: dbapi.Connection, skus: Iterable[str]) -> dict[str, str]:
    """Names by SKU; an SKU nobody has named is called by itself."""
    wanted = sorted(set(skus))
    found = dict.fromkeys(wanted, "")
    for part in _parts(wanted):
        marks = ", ".join("?" * len(part))
        rows = connection.execute(f"SELECT sku, name FROM sku WHERE sku IN ({marks})", part)  # noqa: S608
        found |= {sku: name for sku, name in rows if name}
    return {sku: name or sku for sku, name in found.items()}


def _parts(values: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]


def like(text: str) -> str:
    """A pattern that finds the text anywhere, its own wildcards taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def lines_of(connection: dbapi.Connection, lines_json: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Lines that a projection keeps as JSON, and the names of their SKUs."""
    lines = msgspec.json.decode(lines_json, type=list[dict[str, Any]])
    return lines, names_of(connection, (line["sku"] for line in lines))
