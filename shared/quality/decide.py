"""What an inspection blocks, and who may free it again. A block and its cause are one transaction."""

from __future__ import annotations

from shared.catalogue.lookup import in_base_units, product
from shared.devices.weighing import doubt_of
from shared.errors import DomainError
from shared.ledger.command import Asked, decides, op_name
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.quality import commands, events
from shared.quality.events import Answer, HeldLine, InspectedLine
from shared.quality.projection import HOLD, RECEIPT
from shared.stock.events import Take
from shared.stock.goods import lots_on_hand
from shared.stock.projection import LOT
from shared.stock.weighing import require_weighed


def _lying(view: View, sku: str, lot: str | None, place: str | None = None, *, held: bool) -> list[Take]:
    """What lies of a lot, sellable or held, place by place."""
    return [
        Take(found.lot, found.place, found.qty)
        for found in sorted(lots_on_hand(view, sku), key=lambda found: (found.lot, found.place))
        if found.held == held
        and found.qty > 0
        and (lot is None or found.lot == lot)
        and (place is None or found.place == place)
    ]


def _up_to(lying: list[Take], qty: int) -> tuple[Take, ...]:
    takes = []
    for found in lying:
        chosen = min(found.qty, qty)
        if chosen:
            takes.append(Take(found.lot, found.place, chosen))
            qty -= chosen
    return tuple(takes)


@decides(commands.Inspect)
def inspect(command: commands.Inspect, asked: Asked, view: View) -> list[Fact]:
    """Fail-closed: an answer that is missing or not passed blocks everything, whatever the split says (F23)."""
    receipt = op_name(command.receipt)
    if receipt and row(view, RECEIPT, receipt) is None:
        raise DomainError("receipt_unknown", receipt=receipt)
    passed = all(answer.passed is True for answer in command.answers)
    lines = tuple(_inspected(line, passed, asked, view) for line in command.lines)
    if len({(line.sku, line.lot) for line in lines}) != len(lines):
        raise DomainError("line_twice", sku=lines[0].sku)
    return [
        events.InspectionRecorded(
            inspection=asked.op_id.hex(),
            receipt=receipt,
            lines=lines,
            answers=tuple(
                Answer(question=given.question, passed=given.passed, value=given.value, note=given.note)
                for given in command.answers
            ),
            photos=command.photos,
            note=command.note,
        )
    ]


def _inspected(line: commands.InspectLine, passed: bool, asked: Asked, view: View) -> InspectedLine:
    """A verdict can block no more than is still here: what was sold before it is found by the recall."""
    product(view, line.sku)
    if row(view, LOT, line.sku, line.lot) is None:
        raise DomainError("lot_unknown", sku=line.sku, lot=line.lot)
    accepted, held, rejected = (
        in_base_units(view, line.sku, text, zero_allowed=True)
        for text in (line.accepted, line.held, line.rejected)
    )
    if accepted + held + rejected == 0:
        raise DomainError("nothing_inspected", sku=line.sku, lot=line.lot)
    require_weighed(view, line.sku, line.weighed, accepted, held, rejected)
    if not passed:
        accepted, held = 0, held + accepted
    blocks = _up_to(_lying(view, line.sku, line.lot, held=False), held + rejected)
    return InspectedLine(
        sku=line.sku,
        lot=line.lot,
        accepted=accepted,
        held=held,
        rejected=rejected,
        blocks=blocks,
        weighed=line.weighed,
        doubt=doubt_of(view, asked, line.weighed),
        typed=line.typed,
    )


@decides(commands.Hold)
def hold(command: commands.Hold, _asked: Asked, view: View) -> list[Fact]:
    lines = []
    for line in command.lines:
        product(view, line.sku)
        lying = _lying(view, line.sku, line.lot, held=False)
        there = sum(found.qty for found in lying)
        asked_qty = there if line.qty is None else in_base_units(view, line.sku, line.qty)
        if there == 0 or asked_qty > there:
            raise DomainError("nothing_to_hold", sku=line.sku, lot=line.lot)
        lines.append(HeldLine(sku=line.sku, takes=_up_to(lying, asked_qty)))
    return [events.LotHeld(lines=tuple(lines), reason=command.reason)]


@decides(commands.Release)
def release(command: commands.Release, _asked: Asked, view: View) -> list[Fact]:
    """One fact per destination: 40 back to the store, 20 to waste (R10).

    What got too warm is decided about with a picture and in words, whoever asks and by whatever page: the inspector
    reads both years later, beside the curve. Raises `excursion_release_unproven`.
    """
    by_target: dict[events.ReleaseTo, list[HeldLine]] = {}
    taken: dict[tuple[str, str], int] = {}
    for line in command.lines:
        qty = in_base_units(view, line.sku, line.qty)
        lying = _lying(view, line.sku, line.lot, held=True)
        already = taken.get((line.sku, line.lot), 0)
        if already + qty > sum(found.qty for found in lying):
            raise DomainError("held_less_than_asked", sku=line.sku, lot=line.lot)
        takes = _up_to(_after(lying, already), qty)
        _require_proof(command, line, takes, view)
        by_target.setdefault(line.to, []).append(HeldLine(sku=line.sku, takes=takes))
        taken[line.sku, line.lot] = already + qty
    return [
        events.LotReleased(lines=tuple(lines), to=to, reason=command.reason, photos=command.photos)
        for to, lines in by_target.items()
    ]


def _require_proof(
    command: commands.Release, line: commands.ReleaseLine, takes: tuple[Take, ...], view: View
) -> None:
    if command.photos and command.reason.strip():
        return
    for take in takes:
        held = row(view, HOLD, line.sku, take.lot, take.place)
        if held is not None and held["excursion"]:
            raise DomainError("excursion_release_unproven", sku=line.sku, lot=line.lot)


def _after(lying: list[Take], gone: int) -> list[Take]:
    """What is left of the takes once the first `gone` of them have been given away."""
    left = []
    for found in lying:
        used = min(found.qty, gone)
        gone -= used
        if found.qty > used:
            left.append(Take(found.lot, found.place, found.qty - used))
    return left


def holds_of_place(view: View, place: str, skus: list[str]) -> tuple[HeldLine, ...]:
    """Everything sellable that lies in a place: what an excursion there must block."""
    lines = []
    for sku in skus:
        takes = tuple(_lying(view, sku, None, place, held=False))
        if takes:
            lines.append(HeldLine(sku=sku, takes=takes))
    return tuple(lines)
