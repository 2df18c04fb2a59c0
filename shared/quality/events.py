"""What inspectors found and what was therefore blocked or freed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec

from shared.ledger.fact import Fact
from shared.stock import locations
from shared.stock.events import Take
from shared.stock.moves import Move, expand
from shared.stock.weighing import Weighed

ReleaseTo = Literal["store", "waste"]


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question of the check; `passed` None is unanswered, which counts as not passed."""

    question: str
    passed: bool | None = None
    value: str = ""
    note: str = ""


class InspectedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The verdict per quantity: what is neither accepted nor already blocked goes to hold, place by place.

    `doubt`: what spoke against the scale's word when it was booked, as on a received line.
    """

    sku: str
    lot: str
    accepted: int
    held: int
    rejected: int
    blocks: tuple[Take, ...] = ()
    weighed: Weighed | None = None
    doubt: str = ""
    typed: bool = False


class InspectionRecorded(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "quality.inspection_recorded.v1"
    inspection: str
    receipt: str = ""
    lines: tuple[InspectedLine, ...]
    answers: tuple[Answer, ...] = ()
    photos: tuple[str, ...] = ()
    note: str = ""


class HeldLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    takes: tuple[Take, ...]


class LotHeld(Fact, frozen=True, kw_only=True):
    """Blocked from sale; `excursion` names the cold-chain excursion that caused it, if one did."""

    kind: ClassVar[str] = "quality.lot_held.v1"
    lines: tuple[HeldLine, ...]
    reason: str
    excursion: str = ""


class LotReleased(Fact, frozen=True, kw_only=True):
    """A person's decision about held goods: back to the store or to waste."""

    kind: ClassVar[str] = "quality.lot_released.v1"
    lines: tuple[HeldLine, ...]
    to: ReleaseTo
    reason: str
    photos: tuple[str, ...] = ()


def _blocked(sku: str, takes: tuple[Take, ...]) -> Iterator[Move]:
    for take in takes:
        yield Move(sku, take.lot, locations.store(take.place), locations.hold(take.place), take.qty)


@expand.register
def _(fact: InspectionRecorded) -> Iterator[Move]:
    for line in fact.lines:
        yield from _blocked(line.sku, line.blocks)


@expand.register
def _(fact: LotHeld) -> Iterator[Move]:
    for line in fact.lines:
        yield from _blocked(line.sku, line.takes)


@expand.register
def _(fact: LotReleased) -> Iterator[Move]:
    for line in fact.lines:
        for take in line.takes:
            target = locations.WASTE if fact.to == "waste" else locations.store(take.place)
            yield Move(line.sku, take.lot, locations.hold(take.place), target, take.qty)
