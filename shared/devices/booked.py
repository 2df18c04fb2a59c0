"""One weighing is booked once: a melon that lay on the scale once is not sold, received or counted twice.

A captured weight has a name (its bridge's epoch and number), and whatever was booked from it is kept under that
name. Two phones look at the same scale, so both can take the same weighing. While the second one is still standing
there, it is refused and can put the goods on again. What comes later has happened: the customer is gone, so it is
booked as it is told, and a fact beside it puts it on the manager's list.
"""

from __future__ import annotations

from typing import NamedTuple

from shared.devices.events import WeightBookedTwice
from shared.devices.projection import BOOKED_WEIGHT, weighings_of
from shared.errors import DomainError
from shared.ledger.command import Asked
from shared.ledger.fact import Fact
from shared.ledger.view import View

STILL_THERE_MS = 60_000
"""So long after it was recorded somebody is still at the scale and can be asked to weigh again. A phone in the network
delivers within a second; one that was out of it for longer tells of what is over. Of a clock nobody can believe it is
not known, and then nothing is refused either."""


def for_weighings_booked_before(facts: list[Fact], asked: Asked, view: View) -> list[Fact]:
    """What is to be looked at because of `facts`. Raises `weight_booked_already`."""
    found: list[Fact] = []
    of_this_op: dict[str, _Booking] = {}
    for fact in facts:
        for sku, weighed in weighings_of(fact):
            before = _first(weighed.reading, view) or of_this_op.get(weighed.reading)
            of_this_op.setdefault(
                weighed.reading, _Booking(asked.happened_ms, asked.op_id.hex(), sku, asked.actor)
            )
            if before is None:
                continue
            if not asked.clock_suspect and asked.now_ms - asked.happened_ms <= STILL_THERE_MS:
                raise DomainError(
                    "weight_booked_already", scale=weighed.device, weight=weighed.value, unit=weighed.unit
                )
            found.append(
                WeightBookedTwice(
                    reading=weighed.reading,
                    scale=weighed.device,
                    value=weighed.value,
                    unit=weighed.unit,
                    sku=sku,
                    first_op=before.op,
                    first_ms=before.happened_ms,
                    first_sku=before.sku,
                    first_by=before.actor,
                )
            )
    return found


class _Booking(NamedTuple):
    """Where a weighing stands in the book, in the order in which the first is found."""

    happened_ms: int
    op: str
    sku: str
    actor: str


def _first(reading: str, view: View) -> _Booking | None:
    return min(
        (
            _Booking(
                int(booking["happened_ms"] or 0),
                str(key[1]),
                str(booking["sku"] or ""),
                str(booking["actor"] or ""),
            )
            for key, booking in view.rows(BOOKED_WEIGHT, (reading,)).items()
        ),
        default=None,
    )
