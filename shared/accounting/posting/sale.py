"""Selling: tax-inclusive prices, the merchant's discount over the lines, cost of what left, and returns.

A line of 956.00 at 13 % is 846.02 net and 109.98 tax. A discount is spread over the lines in proportion to their
gross, each share rounded, the last line takes the rest; the tax is computed on what is left. A return reverses
the sale's own revenue, tax and cost in proportion to the quantity; the return that completes a line takes what is
left of each, so that goods sold and given back piece by piece leave nothing behind.
"""

from __future__ import annotations

from msgspec.structs import replace

from shared.accounting.accounts import Role
from shared.accounting.desk import Desk, Draft, SaleOnFile, SoldGoods
from shared.accounting.documents import Sale, SaleLine, SaleReturn, SaleReturnLine
from shared.accounting.posting import post
from shared.accounting.vat import net_of_gross
from shared.errors import DomainError
from shared.money import fen_text, line_amount_fen
from shared.stock import valuation
from shared.units import decimal_text, half_up


@post.register
def _(document: Sale, desk: Desk, draft: Draft) -> None:
    gross = _after_discount([_listed(line) for line in document.lines], document.merchant_discount)
    _paid(document, desk, draft, sum(gross))
    sold = [_sold(line, amount, document, desk) for line, amount in zip(document.lines, gross, strict=True)]
    goods = services = tax = 0
    for line in sold:
        if line.service:
            services += line.net
        else:
            goods += line.net
        tax += line.gross - line.net
        draft.take(line.sku, line.qty, line.net)
    draft.book(Role.REVENUE_GOODS, -goods)
    draft.book(Role.REVENUE_SERVICES, -services)
    draft.book(desk.policy.output_role, -tax)
    filed = tuple(
        [_with_cost(known, line, desk, draft) for known, line in zip(sold, document.lines, strict=True)]
    )
    desk.put_file(draft, "sale", document.id, SaleOnFile(document.store, document.customer, filed))


def _listed(line: SaleLine) -> int:
    return line_amount_fen(line.qty, line.price) if line.amount is None else line.amount


def _sold(line: SaleLine, gross: int, document: Sale, desk: Desk) -> SoldGoods:
    """The line before anybody knows its cost."""
    rate = desk.rate(line.sku, line.vat, document)
    service = line.service or desk.terms(line.sku).kind == "service"
    return SoldGoods(line.sku, service, line.qty, gross, net_of_gross(gross, rate), rate, 0)


def _with_cost(sold: SoldGoods, line: SaleLine, desk: Desk, draft: Draft) -> SoldGoods:
    """The goods' own cost; what a service uses up is its cost, too, but does not come back with it."""
    cost = 0 if sold.service else desk.issue_to(draft, Role.COST_OF_SALES, line, line.sku)
    for used in line.consumes:
        desk.issue_to(draft, Role.COST_OF_SALES, used, used.sku)
    return SoldGoods(sold.sku, sold.service, sold.qty, sold.gross, sold.net, sold.rate, cost)


def _after_discount(listed: list[int], discount: int) -> list[int]:
    """The lines after their share of a discount on the whole. Raises `discount_above_total`."""
    if not discount:
        return listed
    total = sum(listed)
    if discount > total:
        raise DomainError("discount_above_total", discount=fen_text(discount), total=fen_text(total))
    shares = [half_up(discount * amount, total) for amount in listed]
    shares[-1] = discount - sum(shares[:-1])
    return [amount - share for amount, share in zip(listed, shares, strict=True)]


def _paid(document: Sale, desk: Desk, draft: Draft, total: int) -> None:
    """Where the money is. Raises `payments_unbalanced`, `tender_unknown`."""
    paid = sum(document.payments.values())
    if paid != total:
        raise DomainError("payments_unbalanced", paid=fen_text(paid), total=fen_text(total))
    for method, amount in document.payments.items():
        role = desk.policy.tender_role(method)
        owing = role in (Role.RECEIVABLE, Role.ADVANCES)
        partner = (document.customer or method) if owing else ""
        draft.book(role, amount, method, partner=partner)


@post.register
def _(document: SaleReturn, desk: Desk, draft: Draft) -> None:
    sale = desk.file(draft, "sale", document.sale, SaleOnFile) if document.sale else None
    if sale is None and not desk.policy.goes_on:
        raise DomainError("sale_not_in_books", sale=document.sale, store=document.store)
    sold = list(sale.lines) if sale else []
    refunds = (document.refund, *document.further)
    given = sum(refund.amount for refund in refunds)
    unstated = all(line.amount is None for line in document.lines) and not desk.policy.goes_on
    in_proportion = unstated and given == _in_proportion(document, sold, desk)
    refunded = 0
    for line in document.lines:
        left, amount = line.qty, line.amount
        for at, qty in _which(sold, line, document.sale, desk):
            before = sold[at]
            own = _proportion(before, qty) if in_proportion else _share(amount, qty, left)
            sold[at] = _back(before, qty, own)
            back = _between(before, sold[at])
            left, amount = left - qty, None if amount is None else amount - back.gross
            refunded += back.gross
            _reverse(document, line, back, desk, draft)
        if left:
            back = _of_no_known_sale(document, line, left, amount or 0, desk)
            refunded += back.gross
            _reverse(document, line, back, desk, draft)
    if refunded != given:
        raise DomainError("refund_differs", refund=fen_text(given), expected=fen_text(refunded))
    customer = document.customer or (sale.customer if sale else "")
    for refund in refunds:
        role = desk.policy.tender_role(refund.method)
        partner = (customer or refund.method) if role is Role.RECEIVABLE else ""
        draft.book(role, -refund.amount, partner=partner)
    if sale is not None:
        desk.put_file(draft, "sale", document.sale, replace(sale, lines=tuple(sold)))


def _in_proportion(document: SaleReturn, sold: list[SoldGoods], desk: Desk) -> int:
    """What comes back if each piece is refunded by itself: three for 10.00 at 3.33 each, also the last of them.

    Somebody who writes a file by the rule gives that much; the fen that is left was not refunded and stays revenue.
    """
    sold, total = list(sold), 0
    for line in document.lines:
        for at, qty in _which(sold, line, document.sale, desk):
            total += _proportion(sold[at], qty)
            sold[at] = replace(sold[at], back_qty=sold[at].back_qty + qty)
    return total


def _proportion(goods: SoldGoods, qty: int) -> int:
    return half_up(goods.gross * qty, goods.qty)


def _share(amount: int | None, qty: int, of: int) -> int | None:
    """The part of a refund that belongs to `qty` of a returned line."""
    return None if amount is None else amount if qty == of else half_up(amount * qty, of)


def _which(sold: list[SoldGoods], line: SaleReturnLine, sale: str, desk: Desk) -> list[tuple[int, int]]:
    """Which lines of the sale come back, and how much of each. Raises `returned_above_sale`."""
    wanted = line.qty
    found = []
    for at, goods in enumerate(sold):
        left = goods.qty - goods.back_qty
        if goods.sku != line.sku or line.line not in (None, at) or not left or not wanted:
            continue
        found.append((at, min(left, wanted)))
        wanted -= min(left, wanted)
    if wanted and not desk.policy.goes_on:
        raise DomainError(
            "returned_above_sale",
            sale=sale,
            sku=line.sku,
            qty=decimal_text(line.qty),
            left=decimal_text(line.qty - wanted),
        )
    return found


def _back(goods: SoldGoods, qty: int, refund: int | None) -> SoldGoods:
    """The sold line after `qty` of it came back; the last piece takes what is left of every amount.

    A `refund` that is not the line's share reverses what was refunded; the cost is the sale's own all the same.
    """
    last = goods.back_qty + qty == goods.qty
    cost = goods.cost if last else goods.back_cost + half_up(goods.cost * qty, goods.qty)
    if last and refund in (None, goods.gross - goods.back_gross):
        gross, net = goods.gross, goods.net
    else:
        share = _proportion(goods, qty) if refund is None else refund
        gross = goods.back_gross + share
        net = goods.back_net + net_of_gross(share, goods.rate)
    return replace(goods, back_qty=goods.back_qty + qty, back_gross=gross, back_net=net, back_cost=cost)


def _between(before: SoldGoods, after: SoldGoods) -> SoldGoods:
    """What one return gave back of a line."""
    return replace(
        before,
        qty=after.back_qty - before.back_qty,
        gross=after.back_gross - before.back_gross,
        net=after.back_net - before.back_net,
        cost=after.back_cost - before.back_cost,
    )


def _of_no_known_sale(
    document: SaleReturn, line: SaleReturnLine, qty: int, amount: int, desk: Desk
) -> SoldGoods:
    """Goods whose sale nobody knows: at today's rate, and at what such goods cost now on average (R8)."""
    terms = desk.terms(line.sku)
    rate = desk.rate(line.sku, None, document)
    service = terms.kind == "service"
    cost = 0 if service else valuation.worth(desk.state(document.store, line.sku), qty, terms.price)
    return SoldGoods(line.sku, service, qty, amount, net_of_gross(amount, rate), rate, cost)


def _reverse(document: SaleReturn, line: SaleReturnLine, back: SoldGoods, desk: Desk, draft: Draft) -> None:
    draft.book(Role.REVENUE_SERVICES if back.service else Role.REVENUE_GOODS, back.net)
    draft.book(desk.policy.output_role, back.gross - back.net)
    draft.take(back.sku, -back.qty, -back.net)
    if back.service:
        return
    draft.book(Role.COST_OF_SALES, -back.cost, line.sku, sku=line.sku)
    if not line.restock:
        draft.book(Role.SELLING, back.cost, "退货报废", sku=line.sku)
        return
    # A lot the goods are known by stays theirs; otherwise the return names them.
    name = f"RET-{document.id}"
    desk.take_in(draft, line.sku, back.qty, back.cost, lot=line.batch or name, tied_to=name)
    draft.book(desk.inventory(line.sku), back.cost, line.sku, sku=line.sku)
