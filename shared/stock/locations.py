"""Typed locations: where goods come from, lie and go to. The type is the part before the slash.

Goods lie in a store's places (`store/fridge-1`), blocked ones in the same place's hold (`hold/fridge-1`), so
that a hold changes what may be sold and nothing else. The other types are where goods leave our sight; with
them every move has two ends and, per lot, everything sums to zero.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

MAIN_PLACE: Final = "main"
SUPPLIER: Final = "supplier"
CUSTOMER: Final = "customer"
WASTE: Final = "waste"
COUNT: Final = "count"
OPENING: Final = "opening"
SERVICE: Final = "service"
"""Where goods go that work on a customer used up."""


@lru_cache(maxsize=4096)
def store(place: str) -> str:
    return f"store/{place}"


def hold(place: str) -> str:
    return f"hold/{place}"


def transit(transfer: str) -> str:
    return f"transit/{transfer}"


def production(order: str) -> str:
    return f"production/{order}"


@lru_cache(maxsize=4096)
def type_of(location: str) -> str:
    return location.partition("/")[0]


@lru_cache(maxsize=4096)
def place_of(location: str) -> str:
    return location.partition("/")[2]


class Lying(NamedTuple):
    """A place of the store, and whether what lies there is held."""

    place: str
    held: bool


@lru_cache(maxsize=4096)
def lying(location: str) -> Lying | None:
    """Where in the store goods of that location lie; None where they are out of it."""
    kind, _, place = location.partition("/")
    return Lying(place, kind == "hold") if kind in ("store", "hold") else None


@lru_cache(maxsize=4096)
def is_on_hand(location: str) -> bool:
    """Whether goods there lie in the store, sellable or held."""
    return lying(location) is not None


@lru_cache(maxsize=4096)
def is_sellable(location: str) -> bool:
    """Whether goods there lie in the store and nobody has blocked them."""
    return type_of(location) == "store"
