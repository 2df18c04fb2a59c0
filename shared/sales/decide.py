"""What may be sold and taken back, at what price."""

from __future__ import annotations

from shared.barcodes.scanned_code import read_code
from shared.catalogue.lookup import (
    in_base_units,
    label_templates,
    list_price,
    place_for,
    rounded_to_unit,
    whole,
)
from shared.catalogue.terms import item_kind
from shared.credit.exposure import require_credit
from shared.credit.projection import CREDIT_SALE
from shared.devices.weighing import Doubt, require_price_weight
from shared.errors import DomainError
from shared.ledger.command import Asked, decides, op_name
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.money import fen, fen_text, line_amount_fen, not_negative_fen, quantity_for_amount
from shared.sales import commands, events
from shared.sales.events import ReturnedLine, SoldLine, Tender
from shared.sales.projection import SALE, SALE_LINE
from shared.stock.events import NO_LOT
from shared.stock.goods import Picking
from shared.stock.weighing import require_weighed
from shared.units import micro

OVERRIDE = "sales.override_price"


@decides(commands.Sell)
def sell(command: commands.Sell, asked: Asked, view: View) -> list[Fact]:
    picking = Picking(view, asked)
    lines = tuple([_sold(line, picking, asked, view) for line in command.lines])
    tenders = tuple([tender_of(given) for given in command.tenders])
    if tenders:
        require_total(tenders, sum([line.amount for line in lines]))
    owed = sum([tender.amount for tender in tenders if tender.kind == "credit"])
    if owed or command.customer or command.customer_order:
        require_credit(view, asked, command.customer, command.customer_order, owed)
    return [
        events.SaleRecorded(
            sale=asked.op_id.hex(),
            lines=lines,
            tenders=tenders,
            reference=command.reference,
            note=command.note,
            customer=command.customer,
            customer_order=command.customer_order,
        )
    ]


def require_total(tenders: tuple[Tender, ...], total: int) -> None:
    """Tenders, where they are told, are the whole of it."""
    if tenders and sum([tender.amount for tender in tenders]) != total:
        raise DomainError("tenders_differ_from_total", total=fen_text(total))


def tender_of(given: commands.TenderGiven) -> Tender:
    if (given.kind == "platform") != bool(given.platform):
        raise DomainError("platform_missing")
    return Tender(kind=given.kind, amount=not_negative_fen(given.amount, "tender"), platform=given.platform)


def _sold(line: commands.SellLine, picking: Picking, asked: Asked, view: View) -> SoldLine:
    qty = in_base_units(view, line.sku, line.qty, line.unit)
    doubt: Doubt = ""
    if line.weighed is not None:
        require_weighed(view, line.sku, line.weighed, qty)
        doubt = require_price_weight(view, asked, line.weighed)
    unit_price, amount, discount = priced(line, qty, asked, view)
    taken = picking.take(line.sku, qty, line.lot)
    if taken.short and item_kind(view, line.sku, asked.business_date) == "service":
        raise DomainError("service_not_goods", sku=line.sku)
    return SoldLine(
        sku=line.sku,
        qty=qty,
        unit_price=unit_price,
        amount=amount,
        discount=discount,
        takes=taken.takes,
        short=taken.short,
        passed_over=taken.passed_over,
        code=line.code,
        weighed=line.weighed,
        doubt=doubt,
        typed=line.typed,
    )


def priced(line: commands.SellLine, qty: int, asked: Asked, view: View) -> tuple[int, int, int]:
    """Unit price, amount and discount of a line. The label's printed amount wins over quantity times price (R3)."""
    listed = list_price(view, line.sku, asked.store)
    if listed is not None and _asks_no_price(line):
        return listed, line_amount_fen(qty, listed), 0
    discount = not_negative_fen(line.discount, "discount")
    printed = _printed_amount(line, asked, view)
    if printed is not None and line.amount is not None and fen(line.amount) == printed and not discount:
        return listed or 0, printed, 0
    price = micro(line.unit_price, "unit_price") if line.unit_price is not None else listed
    if price is None and line.amount is None:
        raise DomainError("price_missing", sku=line.sku)
    gross = line_amount_fen(qty, price) if price is not None else fen(line.amount or "0") + discount
    amount = gross - discount if line.amount is None else fen(line.amount)
    if amount < 0 or discount > max(gross, amount + discount):
        raise DomainError("discount_above_price", sku=line.sku)
    usual = listed is not None and amount == (gross if price == listed else line_amount_fen(qty, listed))
    if not usual and OVERRIDE not in asked.permissions:
        raise DomainError("price_differs_from_list", sku=line.sku)
    return (price if price is not None else 0), amount, discount


def _asks_no_price(line: commands.SellLine) -> bool:
    """Whether neither person nor label says what the line costs, as for most goods: it is the list price then."""
    return line.amount is None and line.unit_price is None and line.discount == "0" and not line.code


def _printed_amount(line: commands.SellLine, asked: Asked, view: View) -> int | None:
    """The amount a scale printed on the label behind this line, if the quantity agrees with it."""
    if not line.code:
        return None
    scanned = read_code(line.code, today=asked.today, templates=label_templates(view, asked.store))
    if scanned.price_fen is None:
        return None
    listed = list_price(view, line.sku, asked.store)
    if scanned.quantity is None and listed:
        by_price = rounded_to_unit(view, line.sku, quantity_for_amount(scanned.price_fen, listed))
        if by_price != in_base_units(view, line.sku, line.qty, line.unit):
            raise DomainError("label_quantity_differs", sku=line.sku)
    return scanned.price_fen


@decides(commands.TakeBack)
def take_back(command: commands.TakeBack, asked: Asked, view: View) -> list[Fact]:
    sale = op_name(command.sale)
    if sale and row(view, SALE, sale) is None:
        raise DomainError("sale_unknown", sale=sale)
    given_back: dict[int, tuple[int, int]] = {}
    lines = tuple(
        _given_back(line, sale, given_back, asked, view) if sale else _unlinked(line, asked, view)
        for line in command.lines
    )
    customer, tenders = _refund(command, sale, sum(line.amount for line in lines), view)
    return [
        events.GoodsReturned(
            sale=sale,
            lines=lines,
            reason=command.reason,
            reference=command.reference,
            customer=customer,
            tenders=tenders,
        )
    ]


def _refund(command: commands.TakeBack, sale: str, total: int, view: View) -> tuple[str, tuple[Tender, ...]]:
    """Whose debt goes down, and how the money goes back.

    Goods sold on account lower the debt first: nobody is handed money for what was never paid.
    """
    tenders = tuple(tender_of(given) for given in command.tenders)
    require_total(tenders, total)
    sold = row(view, CREDIT_SALE, sale) if sale else None
    due = 0 if sold is None else min(total, whole(sold["owed"]) - whole(sold["credited"]))
    given = sum(tender.amount for tender in tenders if tender.kind == "credit")
    if not tenders and due:
        tenders = (Tender(kind="credit", amount=due),)
        if total > due:
            tenders += (Tender(kind="cash", amount=total - due),)
    elif given != due:
        raise DomainError("refund_lowers_debt", due=fen_text(due))
    return ("" if sold is None or not due else str(sold["customer"])), tenders


def _given_back(
    line: commands.TakeBackLine, sale: str, given_back: dict[int, tuple[int, int]], asked: Asked, view: View
) -> ReturnedLine:
    """A line of a known sale: never more than was sold, never more money than was paid for it."""
    qty = in_base_units(view, line.sku, line.qty, line.unit)
    for key, sold in sorted(view.rows(SALE_LINE, (sale,)).items(), key=lambda entry: whole(entry[0][1])):
        number = whole(key[1])
        qty_before, amount_before = given_back.get(number, (0, 0))
        left = whole(sold["qty"]) - whole(sold["returned_qty"]) - qty_before
        if sold["sku"] != line.sku or left < qty:
            continue
        paid_left = whole(sold["amount"]) - whole(sold["returned"]) - amount_before
        share = paid_left if qty == left else whole(sold["amount"]) * qty // whole(sold["qty"])
        amount = share if line.amount is None else not_negative_fen(line.amount, "amount")
        if amount > paid_left:
            raise DomainError("refund_above_paid", sku=line.sku, paid=fen_text(paid_left))
        given_back[number] = (qty_before + qty, amount_before + amount)
        lot = line.lot if line.lot is not None else str(sold["lot"] or NO_LOT)
        return ReturnedLine(
            sku=line.sku,
            qty=qty,
            amount=amount,
            lot=lot,
            place=place_for(view, asked.store, line.sku, line.place),
            disposition=line.disposition,
            line=number,
        )
    raise DomainError("more_than_sold", sku=line.sku)


def _unlinked(line: commands.TakeBackLine, asked: Asked, view: View) -> ReturnedLine:
    """Without a receipt the list price is the ceiling; above it somebody allowed to change prices must act."""
    qty = in_base_units(view, line.sku, line.qty, line.unit)
    listed = list_price(view, line.sku, asked.store)
    if listed is None and line.amount is None:
        raise DomainError("price_missing", sku=line.sku)
    ceiling = 0 if listed is None else line_amount_fen(qty, listed)
    amount = ceiling if line.amount is None else not_negative_fen(line.amount, "amount")
    if amount > ceiling and OVERRIDE not in asked.permissions:
        raise DomainError("refund_above_paid", sku=line.sku, paid=fen_text(ceiling))
    return ReturnedLine(
        sku=line.sku,
        qty=qty,
        amount=amount,
        lot=line.lot or NO_LOT,
        place=place_for(view, asked.store, line.sku, line.place),
        disposition=line.disposition,
    )
