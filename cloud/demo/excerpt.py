"""Reads the excerpt of real baskets that the demo replays (see `make_excerpt.py` for what its columns mean)."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec

DATA = Path(__file__).resolve().parent / "data"


class Product(msgspec.Struct, frozen=True):
    """One product of the data."""

    product: str
    department: str
    category: str
    type: str
    size: str
    brand: str

    @property
    def name(self) -> str:
        """The data's own words: type, size, and whether it is the chain's own brand."""
        words = [self.type or self.category or self.department, self.size]
        if self.brand == "Private":
            words.append("(Private)")
        return " ".join(" ".join(word.split()) for word in words if word.strip())


class SaleLine(msgspec.Struct, frozen=True):
    """A line of a basket; figures in cents."""

    product: str
    quantity: int
    amount: int
    discount: int
    coupon: int


class Basket(msgspec.Struct, frozen=True):
    """What one customer bought at once; `at` is the store's wall time."""

    store: str
    basket: str
    at: datetime
    lines: tuple[SaleLine, ...]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


@cache
def products() -> dict[str, Product]:
    """Every product that occurs in a basket."""
    return {
        row["product"]: Product(
            row["product"], row["department"], row["category"], row["type"], row["size"], row["brand"]
        )
        for row in _rows("products")
    }


@cache
def baskets() -> tuple[Basket, ...]:
    """Every basket in the order of time. A basket that stretches over two seconds is one at its first."""
    found: dict[tuple[str, str], tuple[datetime, list[SaleLine]]] = {}
    for row in _rows("transactions"):
        key = (row["store"], row["basket"])
        _, lines = found.setdefault(key, (datetime.fromisoformat(row["at"]), []))
        figures = (int(row[column]) for column in ("quantity", "amount", "discount", "coupon"))
        lines.append(SaleLine(row["product"], *figures))
    kept = [Basket(store, name, at, tuple(lines)) for (store, name), (at, lines) in found.items()]
    return tuple(sorted(kept, key=lambda basket: (basket.at, basket.store, basket.basket)))


def replayed(
    today: date, days: int | None = None, stores: tuple[str, ...] | None = None
) -> tuple[Basket, ...]:
    """The baskets moved by whole weeks, so that the last day is yesterday and every weekday stays what it was.

    The excerpt ends on a Sunday; up to six of its last days would lie in the future and are left out, and with
    `days` only the last so many remain.
    """
    last = max(basket.at for basket in baskets()).date()
    yesterday = today - timedelta(days=1)
    weeks = -((last - yesterday).days // 7)
    shift = timedelta(weeks=weeks)
    first = date.min if days is None else yesterday - timedelta(days=days - 1)
    return tuple(
        msgspec.structs.replace(basket, at=basket.at + shift)
        for basket in baskets()
        if first <= (basket.at + shift).date() <= yesterday and (stores is None or basket.store in stores)
    )
