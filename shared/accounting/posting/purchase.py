"""Buying: receipts with and without invoice, the invoice that follows, what goes back, and the freight.

An estimated receipt (暂估) stands at its estimate until the invoice comes. The difference then belongs to the
goods: 30 estimated at 130.00 and invoiced at 133.20 differ by 96.00; with 22 of them still on hand 70.40 go to the
stock and 25.60 to the cost of what was sold.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from shared.accounting.accounts import Role
from shared.accounting.desk import Desk, Draft, GoodsFrom, ReceiptOnFile
from shared.accounting.documents import (
    EstimatedLine,
    FreightIn,
    LandedCost,
    Opening,
    PurchasedLine,
    PurchaseInvoice,
    PurchaseReceipt,
    PurchaseReceiptEstimated,
    PurchaseReturn,
    ReturnedToSupplierLine,
)
from shared.accounting.posting import post
from shared.accounting.vat import tax_on_net
from shared.accounting.voucher import StockMove
from shared.errors import DomainError
from shared.money import fen_text, line_amount_fen
from shared.stock import valuation
from shared.units import decimal_text, half_up


@post.register
def _(document: PurchaseReceipt, desk: Desk, draft: Draft) -> None:
    total_tax = total = 0
    lines = []
    for line in document.lines:
        net, tax, cost = _priced(line, document, desk)
        if cost and not line.qty:
            raise DomainError("amount_without_quantity", sku=line.sku)
        desk.take_in(draft, line.sku, line.qty, cost, lot=line.batch)
        draft.book(desk.inventory(line.sku), cost, line.sku, sku=line.sku, lot=line.batch)
        total += net + tax
        total_tax += net + tax - cost
        rate = desk.rate(line.sku, line.vat, document)
        lines.append(GoodsFrom(line.sku, line.batch, line.qty, cost, line.net_price, rate, line.deductible))
    draft.book(Role.VAT_INPUT, total_tax)
    draft.book(Role.PAYABLE, -total, document.supplier, partner=document.supplier)
    desk.put_file(
        draft, "receipt", document.id, ReceiptOnFile(document.store, document.supplier, tuple(lines))
    )


def _priced(
    line: PurchasedLine, document: PurchaseReceipt | PurchaseInvoice, desk: Desk
) -> tuple[int, int, int]:
    """Net, tax and cost of a purchased line; tax nobody deducts is part of the cost."""
    net = line_amount_fen(line.qty, line.net_price) if line.net is None else line.net
    tax = tax_on_net(net, desk.rate(line.sku, line.vat, document)) if line.tax is None else line.tax
    return net, tax, net if desk.policy.deducts(line.deductible) else net + tax


@post.register
def _(document: PurchaseReceiptEstimated, desk: Desk, draft: Draft) -> None:
    total = 0
    lines = []
    for line in document.lines:
        cost = _estimate(line, document.store, desk)
        desk.take_in(draft, line.sku, line.qty, cost, lot=line.batch)
        draft.book(desk.inventory(line.sku), cost, line.sku, sku=line.sku, lot=line.batch)
        total += cost
        lines.append(
            GoodsFrom(
                line.sku,
                line.batch,
                line.qty,
                cost,
                line.est_price or 0,
                0,
                deductible=True,
                uninvoiced=line.qty,
                estimated=cost,
            )
        )
    draft.book(Role.ESTIMATED, -total, document.supplier, partner=document.supplier)
    desk.put_file(
        draft, "receipt", document.id, ReceiptOnFile(document.store, document.supplier, tuple(lines))
    )


def _estimate(line: EstimatedLine, store: str, desk: Desk) -> int:
    """What goods are taken to be worth until somebody knows: the price stated, contracted, or the average here."""
    price = line.est_price if line.est_price is not None else desk.terms(line.sku).price or None
    if price is not None:
        return line_amount_fen(line.qty, price)
    return valuation.worth(desk.state(store, line.sku), line.qty)


@post.register
def _(document: Opening, desk: Desk, draft: Draft) -> None:
    total = 0
    for line in document.lines:
        cost = _estimate(line, document.store, desk)
        desk.take_in(draft, line.sku, line.qty, cost, lot=line.batch)
        draft.book(desk.inventory(line.sku), cost, line.sku, sku=line.sku, lot=line.batch)
        total += cost
    draft.book(Role.OPENING, -total, "期初库存")


def _receipt(
    desk: Desk, draft: Draft, number: str, document: PurchaseInvoice | PurchaseReturn | FreightIn
) -> ReceiptOnFile:
    """The receipt that a document cites, of the same store. Raises `receipt_not_in_books`."""
    receipt = desk.file(draft, "receipt", number, ReceiptOnFile)
    if receipt is None or receipt.store != document.store:
        raise DomainError("receipt_not_in_books", receipt=number, store=document.store)
    return receipt


def _same_supplier(receipt: ReceiptOnFile, document: PurchaseInvoice | PurchaseReturn, desk: Desk) -> None:
    """Who delivered and who invoices may be two in a shop, where somebody has looked at it; in a file it is a slip."""
    if receipt.supplier != document.supplier and not desk.policy.goes_on:
        raise DomainError("supplier_differs", supplier=document.supplier, known=receipt.supplier)


@post.register
def _(document: PurchaseInvoice, desk: Desk, draft: Draft) -> None:
    receipt = _receipt(desk, draft, document.receipt, document)
    _same_supplier(receipt, document, desk)
    goods = list(receipt.lines)
    released = total_tax = total = 0
    for line in document.lines:
        at = _open_line(goods, line, document.receipt, desk)
        net, tax, cost = _priced(line, document, desk)
        goods[at], estimate = _invoiced(goods[at], line, cost, desk.rate(line.sku, line.vat, document))
        _spread_difference(draft, desk, document.receipt, goods, goods[at], cost - estimate)
        released += estimate
        total += net + tax
        total_tax += net + tax - cost
    draft.book(Role.ESTIMATED, released, partner=document.supplier)
    draft.book(Role.VAT_INPUT, total_tax)
    draft.book(Role.PAYABLE, -total, document.supplier, partner=document.supplier)
    desk.put_file(draft, "receipt", document.receipt, replace(receipt, lines=tuple(goods)))


def _open_line(goods: list[GoodsFrom], line: PurchasedLine, receipt: str, desk: Desk) -> int:
    """The line of the receipt that is invoiced: the same SKU (and lot, where named) with enough left.

    What a shop has approved beyond that is owed all the same: it makes the goods dearer.
    """
    same = [at for at, held in enumerate(goods) if held.sku == line.sku and line.batch in ("", held.lot)]
    for at in same:
        if goods[at].uninvoiced >= line.qty:
            return at
    if same and desk.policy.goes_on:
        return max(same, key=lambda at: goods[at].uninvoiced)
    left = max((goods[at].uninvoiced for at in same), default=0)
    raise DomainError(
        "invoiced_above_receipt",
        receipt=receipt,
        sku=line.sku,
        qty=decimal_text(line.qty),
        left=decimal_text(left),
    )


def _invoiced(held: GoodsFrom, line: PurchasedLine, cost: int, rate: int) -> tuple[GoodsFrom, int]:
    """The line after its invoice, and the part of the estimate that this releases; the last part takes all."""
    part = min(line.qty, held.uninvoiced)
    estimate = half_up(held.estimated * part, held.uninvoiced) if part else 0
    after = replace(
        held,
        cost=held.cost + cost - estimate,
        price=line.net_price,
        rate=rate,
        deductible=line.deductible,
        uninvoiced=held.uninvoiced - part,
        estimated=held.estimated - estimate,
    )
    return after, estimate


def _spread_difference(
    draft: Draft, desk: Desk, receipt: str, goods: Iterable[GoodsFrom], held: GoodsFrom, difference: int
) -> None:
    """What became known of a price later goes to the goods on hand and to the cost of those that left (R7).

    A layer answers for its own lot: with 10 of M1 sold and 10 of M2 left, what M1 turns out to cost is all cost of
    sales. An average does not know which of two lines is left, so lines of one SKU share what there is.
    """
    store, sku = draft.document.store, held.sku
    method, state = desk.method(sku), desk.state(store, sku)
    lot = held.lot if method == "fifo" else None
    kept = _kept_of(one for one in goods if one.sku == sku and lot in (None, one.lot))
    left = min(valuation.left_of(state, receipt, kept, method, lot=lot), kept)
    on_hand = half_up(difference * left, kept) if left > 0 else 0
    if on_hand:
        desk.revalue(draft, store, sku, on_hand, receipt, lot)
    draft.book(desk.inventory(sku), on_hand, "暂估差异-在库", sku=sku)
    draft.book(Role.COST_OF_SALES, difference - on_hand, "暂估差异-已销", sku=sku)


def _kept_of(goods: Iterable[GoodsFrom]) -> int:
    """What was received and did not go back to the supplier."""
    return sum(held.qty - held.returned for held in goods)


@post.register
def _(document: PurchaseReturn, desk: Desk, draft: Draft) -> None:
    receipt = _receipt(desk, draft, document.receipt, document)
    _same_supplier(receipt, document, desk)
    goods = list(receipt.lines)
    parts = [_sent_back(goods, line, document.receipt, desk) for line in document.lines]
    _relieve_supplier(draft, document, parts)
    for line, (estimated, net, tax, deducted, lot) in zip(document.lines, parts, strict=True):
        value = estimated + net + (0 if deducted else tax)
        _leave(draft, desk, document.receipt, line, value, lot)
    draft.book(Role.VAT_INPUT_OUT, -sum(tax for _, _, tax, deducted, _ in parts if deducted), "红字进项")
    desk.put_file(draft, "receipt", document.receipt, replace(receipt, lines=tuple(goods)))


_Part = tuple[int, int, int, bool, str]
"""Of one returned line: the estimate released, the invoiced net, its tax, whether that was deducted, and the lot."""


def _sent_back(goods: list[GoodsFrom], line: ReturnedToSupplierLine, receipt: str, desk: Desk) -> _Part:
    """Goods that go back; what is not yet invoiced goes back first, because nobody owes anything for it."""
    at = _line_to_return(goods, line, receipt, desk)
    held = goods[at]
    free = min(line.qty, held.uninvoiced)
    estimate = half_up(held.estimated * free, held.uninvoiced) if free else 0
    net = line_amount_fen(line.qty - free, held.price)
    goods[at] = replace(
        held,
        returned=held.returned + line.qty,
        uninvoiced=held.uninvoiced - free,
        estimated=held.estimated - estimate,
    )
    return estimate, net, tax_on_net(net, held.rate), desk.policy.deducts(held.deductible), held.lot


def _line_to_return(goods: list[GoodsFrom], line: ReturnedToSupplierLine, receipt: str, desk: Desk) -> int:
    """The receipt's line of that lot with enough left; a shop that names another lot returns its SKU all the same."""
    enough = [
        at for at, held in enumerate(goods) if held.sku == line.sku and held.qty - held.returned >= line.qty
    ]
    named = [at for at in enough if line.batch in ("", goods[at].lot)]
    if named or (enough and desk.policy.goes_on):
        return (named or enough)[0]
    raise DomainError("returned_above_receipt", receipt=receipt, sku=line.sku, qty=decimal_text(line.qty))


def _relieve_supplier(draft: Draft, document: PurchaseReturn, parts: Iterable[_Part]) -> None:
    supplier = document.supplier
    draft.book(Role.ESTIMATED, sum(part[0] for part in parts), supplier, partner=supplier)
    draft.book(Role.PAYABLE, sum(net + tax for _, net, tax, _, _ in parts), supplier, partner=supplier)


def _leave(
    draft: Draft, desk: Desk, receipt: str, line: ReturnedToSupplierLine, value: int, lot: str
) -> None:
    """Goods leave at `value`, or at their layer's cost; the difference is a price variance (R8)."""
    store, sku = draft.document.store, line.sku
    state, method = desk.state(store, sku), desk.method(sku)
    if not desk.policy.goes_on and line.qty > state.qty:
        raise DomainError(
            "stock_below_zero",
            store=store,
            sku=sku,
            on_hand=decimal_text(state.qty),
            qty=decimal_text(line.qty),
        )
    left = valuation.give_back(state, line.qty, value, method, receipt, lot=lot)
    desk.put_state(store, sku, left.state)
    if line.qty:
        draft.moves.append(StockMove(store, sku, -line.qty, -left.cost, receipt))
    draft.book(desk.inventory(sku), -left.cost, sku, sku=sku, lot=line.batch)
    draft.book(Role.COST_OF_SALES, left.cost - value, "退货价差", sku=sku)


@post.register
def _(document: FreightIn, desk: Desk, draft: Draft) -> None:
    receipt = _receipt(desk, draft, document.receipt, document)
    tax = tax_on_net(document.net, document.vat)
    cost = document.net if desk.policy.deducts(document.deductible) else document.net + tax
    if document.capitalise_to:
        _capitalise(draft, desk, document, receipt, cost)
    else:
        draft.book(Role.SELLING, cost, "进货运费")
    draft.book(Role.VAT_INPUT, document.net + tax - cost)
    draft.book(Role.BANK, -document.net - tax, store=desk.policy.head_office)


def _capitalise(draft: Draft, desk: Desk, document: FreightIn, receipt: ReceiptOnFile, cost: int) -> None:
    """Freight becomes part of what the named goods cost."""
    sku = document.capitalise_to
    if all(held.sku != sku for held in receipt.lines):
        raise DomainError(
            "freight_without_goods", receipt=document.receipt, sku=sku, amount=fen_text(document.net)
        )
    _bear(draft, desk, document.receipt, receipt, sku, cost)


def _bear(draft: Draft, desk: Desk, number: str, receipt: ReceiptOnFile, sku: str, cost: int) -> None:
    """Goods of a receipt become dearer in so far as they still lie there; the rest was sold (R7)."""
    store, method = receipt.store, desk.method(sku)
    kept = _kept_of(held for held in receipt.lines if held.sku == sku)
    left = min(valuation.left_of(desk.state(store, sku), number, kept, method), kept)
    on_hand = half_up(cost * left, kept) if left > 0 else 0
    if on_hand:
        desk.revalue(draft, store, sku, on_hand, number)
    draft.book(desk.inventory(sku), on_hand, store=store, sku=sku)
    draft.book(Role.COST_OF_SALES, cost - on_hand, "运费-已耗用", store=store, sku=sku)


@post.register
def _(document: LandedCost, desk: Desk, draft: Draft) -> None:
    amounts = tuple(share.amount for share in document.shares)
    net, tax = sum(amounts), document.tax
    deducted = desk.policy.deducts(document.deductible)
    taxes = (0,) * len(amounts) if deducted else valuation.landed_shares(tax, amounts)
    for share, own_tax in zip(document.shares, taxes, strict=True):
        receipt = desk.file(draft, "receipt", share.receipt, ReceiptOnFile)
        if receipt is None or all(held.sku != share.sku for held in receipt.lines):
            raise DomainError("receipt_not_in_books", receipt=share.receipt, store=share.store)
        _bear(draft, desk, share.receipt, receipt, share.sku, share.amount + own_tax)
    draft.book(Role.VAT_INPUT, tax if deducted else 0)
    draft.book(Role.PAYABLE, -net - tax, document.supplier, partner=document.supplier)
