"""Ops that happened before a count but reach the writer after it (R9).

The count stays true of its moment, so what arrives late changes the count's difference and not the result:
sold 5 at 10:01, counted at 10:05, arriving at 11:30 -> the sale takes 5 and a correction gives 5 back. Only the
first count behind the op is corrected; later counts already started from its result. A count that comes late is
such an op too: its own difference must not move what was counted after it. This is the one place
where device times are compared; with a suspect clock a person is asked instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.catalogue.lookup import whole
from shared.ledger.command import Asked
from shared.ledger.fact import Fact
from shared.ledger.projection import Key, Row
from shared.ledger.view import View
from shared.stock import locations
from shared.stock.events import CountCorrected, CountQuestioned, Take
from shared.stock.moves import moves_of
from shared.stock.projection import COUNT_LINE


def for_earlier_counts(facts: list[Fact], asked: Asked, view: View) -> list[Fact]:
    """The corrections that follow from `facts`."""
    changes: dict[str, dict[tuple[str, str], int]] = {}
    for fact in facts:
        for move in moves_of(fact):
            # Most goods were never counted: then there is nothing to correct, and nothing more to work out.
            if view.rows(COUNT_LINE, (move.sku,)) and move.on_hand_change:
                inside = move.target if locations.is_on_hand(move.target) else move.source
                of_sku = changes.setdefault(move.sku, {})
                key = (move.lot, locations.place_of(inside))
                of_sku[key] = of_sku.get(key, 0) + move.on_hand_change
    found: list[Fact] = []
    for sku, of_sku in changes.items():
        found += _corrections(sku, of_sku, view.rows(COUNT_LINE, (sku,)), asked)
    return found


def _corrections(
    sku: str, changes: Mapping[tuple[str, str], int], counts: Mapping[Key, Row], asked: Asked
) -> list[Fact]:
    behind = [(whole(line["counted_ms"]), key, line) for key, line in counts.items()]
    behind = [entry for entry in behind if entry[0] > asked.happened_ms]
    by_count: dict[tuple[int, str, str | None], list[Take]] = {}
    for (lot, place), change in changes.items():
        concerned = [
            (counted_ms, str(key[1]), None if line["whole_sku"] else str(key[2]))
            for counted_ms, key, line in behind
            if line["whole_sku"] or key[2] == lot
        ]
        if concerned and change:
            first = min(concerned, key=lambda entry: entry[:2])
            by_count.setdefault(first, []).append(Take(lot, place, -change))
    if asked.clock_suspect:
        return [
            CountQuestioned(count=count, sku=sku, lot=lot, change=-sum(take.qty for take in takes))
            for (_, count, lot), takes in by_count.items()
        ]
    return [
        CountCorrected(count=count, counted_ms=counted_ms, sku=sku, lot=lot, takes=tuple(takes))
        for (counted_ms, count, lot), takes in by_count.items()
    ]
