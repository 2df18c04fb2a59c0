"""All lines of one evening, in the order in which a careful buyer goes about it.

Judge every shelf; let a substitute on the same shelf stand in; move what sister stores can spare; buy the rest in
packs; fill up a supplier's minimum; keep within the money of the day and the room of each store. Every step leaves its
terms in the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from cloud.replenishment.policy.limits import cost_of, fill_up, ration, room_of
from cloud.replenishment.policy.substitutes import Covered, Substitute, cover
from cloud.replenishment.policy.suggesting import Suggestion, bought
from cloud.replenishment.policy.transfers_first import Given, shared_out, with_given

Sender = Callable[[Sequence[Suggestion]], Iterable[Given]]
"""Decides what travels between stores: `sent_without_lanes`, or the optimiser over known lanes."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`minimum` by supplier and `budget` of all stores together in millionths of a yuan, `room` by store in millionths
    of a unit of volume; none: no limit."""

    minimum: Mapping[str, int] = {}
    cover_days_max: int = 28
    budget: int | None = None
    room: Mapping[str, int] = {}


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """Lines with all terms, what travels and what stands in. Shadow prices in millionths of a yuan, of one yuan more in
    the budget and of one unit more of room in a store; absent where the limit does not bind."""

    lines: tuple[Suggestion, ...]
    given: tuple[Given, ...]
    covered: Mapping[tuple[str, str], tuple[Covered, ...]]
    budget_price: int = 0
    room_prices: Mapping[str, int] = {}


def sent_without_lanes(lines: Sequence[Suggestion]) -> list[Given]:
    """SKU by SKU, the largest spare first (`shared_out`)."""
    by_sku: dict[str, list[Suggestion]] = {}
    for line in lines:
        by_sku.setdefault(line.sku, []).append(line)
    return [given for sku in sorted(by_sku) for given in shared_out(by_sku[sku])]


def suggest(
    judged: Iterable[Suggestion],
    *,
    today: date,
    substitutes: Sequence[Substitute] = (),
    limits: Limits | None = None,
    send: Sender = sent_without_lanes,
    buy: Callable[[Suggestion], Suggestion] = bought,
) -> Suggested:
    """The evening's lines, by store and SKU. `buy` chooses the quantity of one line (`bought`, `bought_fresh`)."""
    limits = limits or Limits()
    lines, covered = _substituted(sorted(judged, key=lambda one: (one.store, one.sku)), substitutes, today)
    given = tuple(send(lines))
    lines = [buy(line) for line in with_given(lines, given)]
    lines = _filled_up(lines, limits)
    budget_price = 0
    room_prices: dict[str, int] = {}
    by_store: dict[str, list[Suggestion]] = {}
    for line in lines:
        by_store.setdefault(line.store, []).append(line)
    for store in sorted(limits.room.keys() & by_store.keys()):
        rationed = ration(by_store[store], limits.room[store], room_of, "storage")
        by_store[store] = list(rationed.lines)
        if rationed.shadow_price:
            room_prices[store] = rationed.shadow_price
    lines = [line for own in by_store.values() for line in own]
    if limits.budget is not None:
        rationed = ration(lines, limits.budget, cost_of, "budget")
        lines, budget_price = list(rationed.lines), rationed.shadow_price
    return Suggested(
        lines=tuple(lines),
        given=given,
        covered=covered,
        budget_price=budget_price,
        room_prices=room_prices,
    )


def _substituted(
    lines: Sequence[Suggestion], substitutes: Sequence[Substitute], today: date
) -> tuple[list[Suggestion], dict[tuple[str, str], tuple[Covered, ...]]]:
    spare: dict[str, dict[str, int]] = {}
    for line in lines:
        spare.setdefault(line.store, {})[line.sku] = line.spare
    found: dict[tuple[str, str], tuple[Covered, ...]] = {}
    stood_in = []
    for line in lines:
        covered = cover(line.sku, line.need, line.aim.step, substitutes, spare[line.store], today)
        if covered:
            found[line.store, line.sku] = tuple(covered)
        stood_in.append(msgspec.structs.replace(line, substituted=sum(one.covers for one in covered)))
    # What stands in for another SKU on its own shelf is not there to be sent away.
    return [msgspec.structs.replace(line, spare=spare[line.store][line.sku]) for line in stood_in], found


def _filled_up(lines: Sequence[Suggestion], limits: Limits) -> list[Suggestion]:
    orders: dict[tuple[str, str], list[Suggestion]] = {}
    for line in lines:
        orders.setdefault((line.store, line.source.supplier), []).append(line)
    filled: list[Suggestion] = []
    for (_store, supplier), order in orders.items():
        minimum = limits.minimum.get(supplier, 0)
        wanted = minimum and any(line.qty for line in order)
        filled += fill_up(order, minimum, limits.cover_days_max) if wanted else order
    return sorted(filled, key=lambda one: (one.store, one.sku))
