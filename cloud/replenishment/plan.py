"""What each store needs, what a sister store can give, and what is left to buy. Pure: positions in, lines out.

Minimum and maximum follow recent sales: a store that sells 4 a day and should cover 3 to 7 days has min 12 and
max 28. Below the minimum it is filled to the maximum, from surplus in other stores first (it is paid for and
ages), then from the supplier in whole packs. Every line carries every term, so that anybody can redo the sum:

    position  = on_hand - held - near_expiry + in_transit + on_order
    need      = max - position        when position < min and anything was sold, else 0
    surplus   = min(on_hand - held - near_expiry, position - max), never below 0

Quantities are millionths of the base unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from shared.units import MICRO, ceil_div, up_to_step

LineKind = Literal["transfer", "purchase"]


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU in one store as the ledger has it now."""

    sku: str
    store: str
    sold: int
    """Net of returns, over the window."""
    on_hand: int
    held: int = 0
    near_expiry: int = 0
    """Sellable goods that expire before the minimum cover runs out: neither stock to count on nor to send."""
    in_transit: int = 0
    on_order: int = 0


class Sourcing(msgspec.Struct, frozen=True, kw_only=True):
    """How an SKU is kept and bought. `pack` is the smallest quantity the supplier delivers, `step` the finest
    quantity it is counted in."""

    supplier: str
    min_cover_days: int
    max_cover_days: int
    shelf_life_days: int = 0
    pack: int = MICRO
    step: int = MICRO


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Everything behind one line. `window_days` and `sold` give the mean, so the sum can be redone exactly."""

    window_days: int
    sold: int
    days_cover_min: int
    days_cover_max: int
    min: int
    max: int
    on_hand: int
    held: int
    near_expiry: int
    in_transit: int
    on_order: int
    position: int
    need: int
    surplus: int | None = None
    """What the giving store could spare before this line; None for purchases."""
    pack: int
    rounded: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Move `qty` from a sister store, or buy it."""

    kind: LineKind
    sku: str
    to_store: str
    from_store: str = ""
    supplier: str = ""
    qty: int
    terms: Terms


class _Judged(msgspec.Struct):
    """A position with what follows from it; `need` and `surplus` shrink while lines are made."""

    position: Position
    terms: Terms
    need: int
    surplus: int


def cover_days(sourcing: Sourcing) -> tuple[int, int]:
    """Minimum and maximum days to cover; never more than the goods keep."""
    longest = sourcing.shelf_life_days or sourcing.max_cover_days
    most = min(sourcing.max_cover_days, longest)
    return min(sourcing.min_cover_days, most), most


def judge(position: Position, sourcing: Sourcing, window_days: int) -> Terms:
    """The terms of one SKU in one store, before anybody gives or buys."""
    days_min, days_max = cover_days(sourcing)
    sold = max(position.sold, 0)
    lowest = up_to_step(ceil_div(sold * days_min, window_days), sourcing.step)
    highest = up_to_step(ceil_div(sold * days_max, window_days), sourcing.step)
    there = position.on_hand - position.held - position.near_expiry
    stands_at = there + position.in_transit + position.on_order
    return Terms(
        window_days=window_days,
        sold=sold,
        days_cover_min=days_min,
        days_cover_max=days_max,
        min=lowest,
        max=highest,
        on_hand=position.on_hand,
        held=position.held,
        near_expiry=position.near_expiry,
        in_transit=position.in_transit,
        on_order=position.on_order,
        position=stands_at,
        need=highest - stands_at if sold and stands_at < lowest else 0,
        pack=sourcing.pack,
        rounded=0,
    )


def surplus_of(terms: Terms) -> int:
    """What the store can give without falling below its own maximum."""
    there = terms.on_hand - terms.held - terms.near_expiry
    return max(min(there, terms.position - terms.max), 0)


def plan(positions: Iterable[Position], sourcing: dict[str, Sourcing], window_days: int) -> list[Line]:
    """Lines for all SKUs, by SKU, the most urgent store first. SKUs without sourcing are left out."""
    assert window_days > 0
    by_sku: dict[str, list[Position]] = {}
    for position in positions:
        if position.sku in sourcing:
            by_sku.setdefault(position.sku, []).append(position)
    return [line for sku in sorted(by_sku) for line in _plan_sku(by_sku[sku], sourcing[sku], window_days)]


def _plan_sku(positions: Sequence[Position], sourcing: Sourcing, window_days: int) -> Iterable[Line]:
    judged = []
    for position in positions:
        terms = judge(position, sourcing, window_days)
        judged.append(_Judged(position, terms, terms.need, surplus_of(terms)))
    needy = sorted(
        (one for one in judged if one.need),
        key=lambda one: (one.terms.position * window_days // max(one.terms.sold, 1), one.position.store),
    )
    for one in needy:
        yield from _from_sisters(one, judged, sourcing)
        if one.need > 0:
            rounded = up_to_step(one.need, sourcing.pack)
            yield Line(
                kind="purchase",
                sku=one.position.sku,
                to_store=one.position.store,
                supplier=sourcing.supplier,
                qty=rounded,
                terms=msgspec.structs.replace(one.terms, need=one.need, rounded=rounded),
            )


def _from_sisters(one: _Judged, judged: Sequence[_Judged], sourcing: Sourcing) -> Iterable[Line]:
    """Takes from the largest surplus first, so that few vans carry much."""
    for sister in sorted(judged, key=lambda other: (-other.surplus, other.position.store)):
        given = min(one.need, sister.surplus) // sourcing.step * sourcing.step
        if given <= 0:
            return
        yield Line(
            kind="transfer",
            sku=one.position.sku,
            to_store=one.position.store,
            from_store=sister.position.store,
            qty=given,
            terms=msgspec.structs.replace(one.terms, need=one.need, surplus=sister.surplus, rounded=given),
        )
        one.need -= given
        sister.surplus -= given
