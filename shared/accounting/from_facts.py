"""`documents_of`: what a recorded fact is to an accountant; areas register theirs in a module called `booking`.

A fact that moves no value is no document. A fact may be several: they are posted one after the other. A document's
number is what later facts cite (a sale, a receipt, a transfer), else the fact's own name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date
from functools import cache, singledispatch

import msgspec

from shared.accounting.documents import Document
from shared.ledger.fact import Fact, area_modules


class Seen(msgspec.Struct, frozen=True, gc=False):
    """Where a fact stands: its own name in words, its business date, and the store whose node recorded it."""

    name: str
    op: str
    """The id of the command behind it, which later facts cite where the fact has no number of its own."""
    day: date
    store: str


Booking = Callable[[Fact, Seen], tuple[Document, ...]]


@singledispatch
def booked_as(_fact: Fact, _seen: Seen) -> tuple[Document, ...]:
    """The documents of one fact type; facts nobody registered move no value."""
    return ()


@cache
def _areas() -> tuple[str, ...]:
    """Every area's `booking`, imported once: importing is what registers."""
    return tuple(importlib.import_module(name).__name__ for name in area_modules("booking"))


@cache
def _booking(fact_type: type[Fact]) -> Booking:
    """What `booked_as` does for this type; asked once, because every sale asks."""
    assert _areas()
    return booked_as.dispatch(fact_type)


def documents_of(fact: Fact, seen: Seen) -> tuple[Document, ...]:
    """The documents of a fact, in the order in which they are posted."""
    return _booking(type(fact))(fact, seen)


@cache
def is_booked(fact_type: type[Fact]) -> bool:
    """Whether facts of this type can be documents at all."""
    assert _areas()
    return booked_as.dispatch(fact_type) is not booked_as.dispatch(Fact)
