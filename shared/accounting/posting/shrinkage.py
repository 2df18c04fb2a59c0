"""Goods that go without being sold: scrap, gifts, what a count finds, and what becomes of pending differences.

Goods that expired are a selling expense. Goods lost by bad management wait in 1901 together with the input VAT
that a general taxpayer owes back for them: 134.58 at 13 % waits as 152.08.
"""

from __future__ import annotations

from msgspec.structs import replace

from shared.accounting.accounts import Role
from shared.accounting.desk import Desk, Draft, Pending, TransferOnFile
from shared.accounting.documents import CountedLine, DisposePending, Gift, Scrap, ScrappedLine, StockTake
from shared.accounting.posting import post
from shared.accounting.vat import net_of_gross, tax_on_net
from shared.errors import DomainError
from shared.money import fen_text, line_amount_fen
from shared.stock import valuation


@post.register
def _(document: Scrap, desk: Desk, draft: Draft) -> None:
    lost = 0
    for line in document.lines:
        if document.abnormal:
            lost += _lost(document, line, desk, draft)
        else:
            desk.issue_to(draft, Role.SELLING, line, "正常损耗(临期/过期)")
    if lost:
        wait(desk, draft, loss=lost)


def wait(desk: Desk, draft: Draft, *, gain: int = 0, loss: int = 0) -> None:
    """Differences wait under the document's number, together with those of earlier documents of that number."""
    number = draft.document.id
    known = desk.file(draft, "pending", number, Pending) or Pending()
    desk.put_file(draft, "pending", number, Pending(known.gain + gain, known.loss + loss))


def _lost(document: Scrap, line: ScrappedLine, desk: Desk, draft: Draft) -> int:
    cost, _ = desk.take_out(draft, line.sku, line.qty, line.batch, line.lots)
    tax = 0
    if desk.policy.taxpayer == "general":
        tax = tax_on_net(cost, desk.rate(line.sku, line.vat, document))
    draft.book(Role.PENDING, cost + tax, "非正常损失", sku=line.sku)
    draft.book(desk.inventory(line.sku), -cost, line.sku, sku=line.sku, lot=line.batch)
    draft.book(Role.VAT_INPUT_OUT, -tax)
    return cost + tax


@post.register
def _(document: Gift, desk: Desk, draft: Draft) -> None:
    for line in document.lines:
        cost, _ = desk.take_out(draft, line.sku, line.qty, line.batch, line.lots)
        gross = line_amount_fen(line.qty, line.market_price)
        tax = gross - net_of_gross(gross, desk.rate(line.sku, line.vat, document))
        draft.book(Role.SELLING, cost + tax, "赠品(视同应税交易)", sku=line.sku)
        draft.book(desk.inventory(line.sku), -cost, sku=line.sku, lot=line.batch)
        draft.book(desk.policy.output_role, -tax)


@post.register
def _(document: StockTake, desk: Desk, draft: Draft) -> None:
    gain = loss = 0
    for line in document.lines:
        found = _difference(document, line, desk)
        if found < 0:
            cost, _ = desk.take_out(draft, line.sku, -found, line.batch)
            draft.book(Role.PENDING, cost, "盘亏", sku=line.sku)
            draft.book(desk.inventory(line.sku), -cost, line.sku, sku=line.sku, lot=line.batch)
            loss += cost
        elif found:
            gain += _gained(document, line, found, desk, draft)
    if gain or loss:
        wait(desk, draft, gain=gain, loss=loss)


def _difference(document: StockTake, line: CountedLine, desk: Desk) -> int:
    if line.diff is not None:
        return line.diff
    if line.counted is None:
        raise DomainError("count_without_result", sku=line.sku)
    return line.counted - desk.state(document.store, line.sku).qty


def _gained(document: StockTake, line: CountedLine, found: int, desk: Desk, draft: Draft) -> int:
    """Goods found are worth today's average, or the last there was where nothing lies there."""
    state = desk.state(document.store, line.sku)
    value = valuation.worth(state, found, desk.terms(line.sku).price)
    batch = f"GAIN-{document.id}"
    desk.take_in(draft, line.sku, found, value, lot=line.batch or batch, tied_to=batch)
    draft.book(desk.inventory(line.sku), value, line.sku, sku=line.sku)
    draft.book(Role.PENDING, -value, "盘盈", sku=line.sku)
    return value


@post.register
def _(document: DisposePending, desk: Desk, draft: Draft) -> None:
    waiting = [_pending(document, number, desk, draft) for number in document.of]
    amount = sum(waiting)
    if document.direction == "gain":
        if document.compensation:
            raise DomainError("compensation_for_gain", amount=fen_text(document.compensation))
        draft.book(Role.PENDING, amount)
        draft.book(Role.PENDING_GAIN, -amount)
        return
    if document.compensation > amount and not desk.policy.recosted:
        raise DomainError(
            "compensation_above_loss", amount=fen_text(document.compensation), loss=fen_text(amount)
        )
    draft.book(Role.COMPENSATION, document.compensation, "责任人赔偿")
    draft.book(Role.PENDING_LOSS, amount - document.compensation)
    on_the_road = sum(_written_off(number, desk, draft) for number in document.of)
    draft.book(Role.PENDING, on_the_road - amount)


def _pending(document: DisposePending, number: str, desk: Desk, draft: Draft) -> int:
    """What waits under a number; for a shop's transfer, what of it never arrived (R11). Raises `nothing_pending`."""
    pending = desk.file(draft, "pending", number, Pending) or Pending()
    waiting = pending.gain if document.direction == "gain" else pending.loss
    if waiting:
        desk.put_file(draft, "pending", number, replace(pending, **{document.direction: 0}))
    if desk.policy.goes_on and document.direction == "loss":
        transfer = desk.file(draft, "transfer", number, TransferOnFile) or TransferOnFile()
        waiting += sum(line.value for line in transfer.lines)
    if not waiting:
        raise DomainError("nothing_pending", of=number, direction=document.direction)
    return waiting


def _written_off(number: str, desk: Desk, draft: Draft) -> int:
    """Goods still on the road leave it; what they were worth is answered."""
    transfer = desk.file(draft, "transfer", number, TransferOnFile) if desk.policy.goes_on else None
    if transfer is None:
        return 0
    for line in transfer.lines:
        draft.book(desk.inventory(line.sku), -line.value, line.sku, store=desk.policy.transit, sku=line.sku)
    desk.put_file(draft, "transfer", number, replace(transfer, lines=()))
    return sum(line.value for line in transfer.lines)
