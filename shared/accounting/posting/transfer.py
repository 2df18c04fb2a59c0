"""Goods on the road between stores of one company: at the sender's cost, through TRANSIT, without VAT (R11).

60 sent for 1440.00 of which 58 arrive: 1392.00 is received and 48.00 waits in 1901 for somebody's decision. Goods
of a transfer that the receiver does not mention stay in transit, with an owner.

A shop's books meet a receipt before its sending where the sender was offline. It then comes in at what such goods
cost there, and the sending trues it up: 9 received at a provisional 5.00, sent at 6.00, 3 of them left: 3.00 more
for the stock, 6.00 more for the cost of sales.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from shared.accounting.accounts import Role
from shared.accounting.desk import Desk, Draft, EarlyArrival, InTransit, TransferOnFile
from shared.accounting.documents import StockLine, TransferIn, TransferOut
from shared.accounting.posting import post
from shared.accounting.posting.shrinkage import wait
from shared.errors import DomainError
from shared.stock import valuation
from shared.stock.valuation import Slice
from shared.units import decimal_text, half_up


@post.register
def _(document: TransferOut, desk: Desk, draft: Draft) -> None:
    known = desk.file(draft, "transfer", document.id, TransferOnFile) or TransferOnFile()
    early = list(known.early)
    underway = list(known.lines)
    for line in document.lines:
        cost, slices = desk.take_out(draft, line.sku, line.qty, line.batch, line.lots)
        role = desk.inventory(line.sku)
        transit = desk.policy.transit
        draft.book(role, cost, line.sku, store=transit, sku=line.sku, lot=line.batch)
        draft.book(role, -cost, line.sku, sku=line.sku, lot=line.batch)
        sent = InTransit(line.sku, line.batch, line.qty, cost, slices)
        for arrival in [one for one in early if one.sku == line.sku]:
            early.remove(arrival)
            sent = _true_up(arrival, sent, line.qty, cost, desk, draft)
        if sent.qty or sent.value:
            underway.append(sent)
    desk.put_file(draft, "transfer", document.id, TransferOnFile(tuple(underway), tuple(early)))


def _true_up(
    arrival: EarlyArrival, sent: InTransit, qty: int, cost: int, desk: Desk, draft: Draft
) -> InTransit:
    """Goods that arrived before their sending get their true cost where they are; what is left on the road."""
    true = sent.value if arrival.qty == sent.qty else half_up(cost * arrival.qty, qty)
    difference = true - arrival.value
    store, sku = arrival.store, arrival.sku
    method, state = desk.method(sku), desk.state(store, sku)
    left = min(valuation.left_of(state, arrival.document, arrival.qty, method), arrival.qty)
    on_hand = half_up(difference * left, arrival.qty) if left else 0
    if on_hand:
        desk.revalue(draft, store, sku, on_hand, arrival.document)
    role = desk.inventory(sku)
    draft.book(role, on_hand, sku, store=store, sku=sku)
    draft.book(Role.COST_OF_SALES, difference - on_hand, "调拨成本调整", store=store, sku=sku)
    draft.book(role, -difference, sku, store=desk.policy.transit, sku=sku)
    _, rest = _split(sent.slices, arrival.qty, "")
    return replace(sent, qty=sent.qty - arrival.qty, value=sent.value - true, slices=rest)


@post.register
def _(document: TransferIn, desk: Desk, draft: Draft) -> None:
    transfer = desk.file(draft, "transfer", document.transfer, TransferOnFile)
    if transfer is None and not desk.policy.goes_on:
        raise DomainError("transfer_not_sent", transfer=document.transfer)
    underway = list(transfer.lines) if transfer else []
    if not desk.policy.goes_on:
        underway = _as_received(underway, document.lines)
    early = list(transfer.early) if transfer else []
    lost = 0
    for line in document.lines:
        sent = _underway(underway, line, document.transfer, desk)
        if sent is None:
            early.append(_unannounced(document, line, desk, draft))
            continue
        underway.remove(sent)
        if document.closes:
            lost += _arrive_for_good(document, line, sent, desk, draft)
        else:
            rest = _arrive(line, sent, desk, draft)
            underway += [rest] if rest.qty or rest.value else []
    desk.put_file(draft, "transfer", document.transfer, TransferOnFile(tuple(underway), tuple(early)))
    if lost:
        wait(desk, draft, loss=lost)


def _as_received(underway: list[InTransit], received: Iterable[StockLine]) -> list[InTransit]:
    """What is on the road, cut or put together as the receiver counted it, so that lines answer each other.

    8 sent as one line, of which 5 of M1 and 3 of M2 are received, are two lines; 5 of M1 and 3 of M2 that are
    received as 8 are one. Goods that the receiver does not mention stay as they are. The last line answers for
    what is missing.
    """
    lines: dict[str, list[StockLine]] = {}
    for line in received:
        lines.setdefault(line.sku, []).append(line)
    parted = [sent for sent in underway if sent.sku not in lines]
    for sku, counted in lines.items():
        same = [sent for sent in underway if sent.sku == sku]
        named = {sent.batch for sent in same if sent.batch}
        if len(counted) == len(same) or any(line.batch in named for line in counted):
            parted += same
        elif same:
            parted += _cut(_together(same), counted)
    return parted


def _together(same: list[InTransit]) -> InTransit:
    return InTransit(
        same[0].sku,
        "",
        sum(sent.qty for sent in same),
        sum(sent.value for sent in same),
        tuple(part for sent in same for part in sent.slices),
    )


def _cut(sent: InTransit, counted: list[StockLine]) -> Iterator[InTransit]:
    """One piece for each line but the last as it was counted; the last is the rest."""
    slices = sent.slices
    for line in counted[:-1]:
        arrived, slices = _split(slices, line.qty, line.batch)
        yield _piece(sent.sku, line.batch, arrived)
    yield _piece(sent.sku, counted[-1].batch, slices)


def _piece(sku: str, batch: str, slices: tuple[Slice, ...]) -> InTransit:
    return InTransit(sku, batch, sum(part.qty for part in slices), sum(part.value for part in slices), slices)


def _underway(underway: list[InTransit], line: StockLine, transfer: str, desk: Desk) -> InTransit | None:
    """What was sent of the line and has not arrived. Raises `transfer_line_unknown`, `received_above_sent`."""
    same = [sent for sent in underway if sent.sku == line.sku]
    named = [sent for sent in same if line.batch and line.batch == sent.batch] or same
    if desk.policy.goes_on:
        return next((sent for sent in named if sent.qty > 0), None)
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


def _unannounced(document: TransferIn, line: StockLine, desk: Desk, draft: Draft) -> EarlyArrival:
    """Goods nobody is known to have sent come in at what such goods cost here; the road owes them."""
    store, sku = document.store, line.sku
    value = valuation.worth(desk.state(store, sku), line.qty, desk.terms(sku).price)
    desk.take_in(draft, sku, line.qty, value, lot=line.batch)
    draft.book(desk.inventory(sku), value, sku, sku=sku, lot=line.batch)
    draft.book(desk.inventory(sku), -value, sku, store=desk.policy.transit, sku=sku)
    return EarlyArrival(document.id, store, sku, line.qty, value)


def _arrive_for_good(document: TransferIn, line: StockLine, sent: InTransit, desk: Desk, draft: Draft) -> int:
    """The line comes in layer by layer as it left; what is missing is the loss, which is answered."""
    value = sent.value if line.qty == sent.qty else half_up(sent.value * line.qty, sent.qty)
    role = desk.inventory(line.sku)
    for part in _worth_together(_split(sent.slices, line.qty, "")[0], value):
        lot = part.lot or line.batch
        desk.take_in(draft, line.sku, part.qty, part.value, lot=lot, source=document.id)
    draft.book(role, value, line.sku, sku=line.sku, lot=line.batch)
    draft.book(Role.PENDING, sent.value - value, "调拨途损", sku=line.sku)
    transit = desk.policy.transit
    draft.book(role, -sent.value, line.sku, store=transit, sku=line.sku, lot=sent.batch)
    return sent.value - value


def _arrive(line: StockLine, sent: InTransit, desk: Desk, draft: Draft) -> InTransit:
    """The line comes in at its own layers' cost; the rest stays on the road, below zero where more came than left."""
    arrived, rest = _split(sent.slices, line.qty, line.batch)
    beyond = line.qty - sum(part.qty for part in arrived)
    if beyond:
        arrived = (*arrived, Slice(line.batch, beyond, half_up(sent.value * beyond, sent.qty)))
    role = desk.inventory(line.sku)
    for part in arrived:
        lot = part.lot or line.batch
        desk.take_in(draft, line.sku, part.qty, part.value, lot=lot)
    value = sum(part.value for part in arrived)
    draft.book(role, value, line.sku, sku=line.sku, lot=line.batch)
    draft.book(role, -value, line.sku, store=desk.policy.transit, sku=line.sku, lot=sent.batch)
    return replace(sent, qty=sent.qty - line.qty, value=sent.value - value, slices=rest)


def _split(slices: tuple[Slice, ...], qty: int, lot: str) -> tuple[tuple[Slice, ...], tuple[Slice, ...]]:
    """The slices that cover `qty`, a named lot's first, and the others; a slice that is cut costs pro rata."""
    arrived: list[Slice] = []
    rest: list[Slice] = []
    for part in sorted(slices, key=lambda part: part.lot != lot) if lot else slices:
        take = min(part.qty, max(qty, 0))
        worth = part.value if take == part.qty else half_up(part.value * take, part.qty)
        if take:
            arrived.append(Slice(part.lot, take, worth))
        if take < part.qty:
            rest.append(Slice(part.lot, part.qty - take, part.value - worth))
        qty -= take
    return tuple(arrived), tuple(rest)


def _worth_together(slices: tuple[Slice, ...], value: int) -> tuple[Slice, ...]:
    """The slices with their worth adding up to `value`; the last takes the difference."""
    if not slices:
        return ()
    before = sum(part.value for part in slices[:-1])
    return (*slices[:-1], replace(slices[-1], value=value - before))
