"""Goods on the road between stores of one company: at the sender's cost, through TRANSIT, without VAT (R11).

60 sent for 1440.00 of which 58 arrive: 1392.00 is received and 48.00 waits in 1901 for somebody's decision. Goods
of a transfer that the receiver does not mention stay in transit, with an owner.
"""

from __future__ import annotations

from msgspec.structs import replace

from shared.accounting.accounts import Role
from shared.accounting.desk import Desk, Draft, InTransit, Pending, TransferOnFile
from shared.accounting.documents import StockLine, TransferIn, TransferOut
from shared.accounting.posting import post
from shared.errors import DomainError
from shared.stock.valuation import Slice
from shared.units import decimal_text, half_up


@post.register
def _(document: TransferOut, desk: Desk, draft: Draft) -> None:
    sent = []
    transit = desk.policy.transit
    for line in document.lines:
        cost, slices = desk.take_out(draft, line.sku, line.qty, line.batch, line.lots)
        role = desk.inventory(line.sku)
        draft.book(role, cost, line.sku, store=transit, sku=line.sku, lot=line.batch)
        draft.book(role, -cost, line.sku, sku=line.sku, lot=line.batch)
        sent.append(InTransit(line.sku, line.batch, line.qty, cost, slices))
    desk.put_file("transfer", document.id, TransferOnFile(document.store, tuple(sent)))


@post.register
def _(document: TransferIn, desk: Desk, draft: Draft) -> None:
    transfer = desk.file("transfer", document.transfer, TransferOnFile)
    if transfer is None:
        raise DomainError("transfer_not_sent", transfer=document.transfer)
    underway = list(transfer.lines)
    lost = 0
    for line in document.lines:
        sent = _underway(underway, line, document.transfer)
        lost += _arrive(document, line, sent, desk, draft)
        underway.remove(sent)
    desk.put_file("transfer", document.transfer, replace(transfer, lines=tuple(underway)))
    if lost:
        desk.put_file("pending", document.id, Pending(loss=lost))


def _underway(underway: list[InTransit], line: StockLine, transfer: str) -> InTransit:
    """What was sent of the line and has not arrived. Raises `transfer_line_unknown`, `received_above_sent`."""
    same = [sent for sent in underway if sent.sku == line.sku]
    named = [sent for sent in same if line.batch and line.batch == sent.batch] or same
    if not named:
        raise DomainError("transfer_line_unknown", transfer=transfer, sku=line.sku)
    if line.qty > named[0].qty:
        raise DomainError(
            "received_above_sent",
            transfer=transfer,
            sku=line.sku,
            qty=decimal_text(line.qty),
            sent=decimal_text(named[0].qty),
        )
    return named[0]


def _arrive(document: TransferIn, line: StockLine, sent: InTransit, desk: Desk, draft: Draft) -> int:
    """The line comes in layer by layer as it left; what is missing is the loss, which is answered."""
    value = sent.value if line.qty == sent.qty else half_up(sent.value * line.qty, sent.qty)
    role = desk.inventory(line.sku)
    for part in _arrived(sent.slices, line.qty, value):
        lot = part.lot or line.batch
        desk.take_in(draft, line.sku, part.qty, part.value, lot=lot, source=document.id, tied_to=line.batch)
    draft.book(role, value, line.sku, sku=line.sku, lot=line.batch)
    draft.book(Role.PENDING, sent.value - value, "调拨途损", sku=line.sku)
    transit = desk.policy.transit
    draft.book(role, -sent.value, line.sku, store=transit, sku=line.sku, lot=sent.batch)
    return sent.value - value


def _arrived(slices: tuple[Slice, ...], qty: int, value: int) -> list[Slice]:
    """The slices that cover `qty`; together they are worth `value`, the last takes the remainder."""
    arrived: list[Slice] = []
    for part in slices:
        if qty <= 0:
            break
        take = min(part.qty, qty)
        qty -= take
        worth = part.value if qty else value
        arrived.append(Slice(part.lot, take, worth))
        value -= worth
    return arrived
