"""May this be ordered, invoiced, sent back, shared out? Partners, goods and receipts must be known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from shared.accounting.periods import require_open
from shared.catalogue.lookup import in_base_units, product, whole
from shared.catalogue.projection import SKU, STORE, SUPPLIER, SUPPLIER_TERMS
from shared.catalogue.terms import WHOLE_BP, fraction_bp, vat_bp
from shared.errors import DomainError
from shared.ledger.command import Asked, decides, op_name
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.money import fen, fen_text, line_amount_fen, positive_fen
from shared.purchasing import commands, events, landed
from shared.purchasing.contract import ordered_price
from shared.purchasing.events import InvoicedLine, LandedShare, SentBackLine
from shared.purchasing.matching import came, mismatches
from shared.purchasing.orders import standing_order
from shared.purchasing.projection import (
    INVOICE,
    INVOICE_LINE,
    INVOICE_NUMBER,
    ORDER,
    ORDER_LINE,
    RECEIPT_LINE,
)
from shared.stock.goods import Picking
from shared.units import decimal_text, half_up, micro, not_negative_micro, positive_micro

TAX_DIFFERS_FEN = 5
"""So far may the tax printed on a line be from net times rate: suppliers round in their own ways."""


@decides(commands.PlaceOrder)
def place_order(command: commands.PlaceOrder, asked: Asked, view: View) -> list[Fact]:
    _require_supplier(command.supplier, view)
    if row(view, STORE, command.store) is None:
        raise DomainError("store_unknown", store=command.store)
    order = command.order or asked.op_id.hex()
    if row(view, ORDER, order) is not None:
        raise DomainError("order_exists", order=order)
    lines = []
    for line in command.lines:
        if row(view, SKU, line.sku) is None:
            raise DomainError("sku_unknown", sku=line.sku)
        qty = positive_micro(line.qty)
        cost = None if line.unit_cost is None else not_negative_micro(line.unit_cost, "unit_cost")
        cost = ordered_price(view, command.supplier, line.sku, qty, cost, asked.business_date)
        lines.append(events.OrderedLine(sku=line.sku, qty=qty, unit_cost=cost))
    return [
        events.OrderPlaced(
            order=order, supplier=command.supplier, store=command.store, due=command.due, lines=tuple(lines)
        )
    ]


@decides(commands.CancelOrder)
def cancel_order(command: commands.CancelOrder, _asked: Asked, view: View) -> list[Fact]:
    standing_order(view, command.order)
    return [events.OrderCancelled(order=command.order, reason=command.reason)]


@decides(commands.ReviseOrder)
def revise_order(command: commands.ReviseOrder, asked: Asked, view: View) -> list[Fact]:
    """Other quantities, other goods, another day. What has arrived stays ordered."""
    placed = standing_order(view, command.order, revision=command.revision)
    standing = {str(key[1]): line for key, line in view.rows(ORDER_LINE, (command.order,)).items()}
    lines: list[events.RevisedOrderLine] = []
    for line in command.lines:
        if any(line.sku == one.sku for one in lines):
            raise DomainError("order_line_twice", sku=line.sku)
        before = standing.get(line.sku)
        if before is None and row(view, SKU, line.sku) is None:
            raise DomainError("sku_unknown", sku=line.sku)
        was, received = (0, 0) if before is None else (whole(before["ordered"]), whole(before["received"]))
        qty = not_negative_micro(line.qty)
        if qty < received:
            raise DomainError("order_below_received", sku=line.sku, received=decimal_text(received))
        cost = None if line.unit_cost is None else not_negative_micro(line.unit_cost, "unit_cost")
        if cost is None and before is not None:
            cost = whole(before["unit_cost"]) or None
        if qty:
            cost = ordered_price(view, str(placed["supplier"]), line.sku, qty, cost, asked.business_date)
        if qty != was or (cost or 0) != (0 if before is None else before["unit_cost"]):
            lines.append(events.RevisedOrderLine(sku=line.sku, was=was, qty=qty, unit_cost=cost))
    due = command.due if command.due and command.due.isoformat() != placed["due"] else None
    if not lines and due is None:
        raise DomainError("order_revised_nothing", order=command.order)
    now = {sku: whole(line["ordered"]) for sku, line in standing.items()} | {
        one.sku: one.qty for one in lines
    }
    if not any(now.values()):
        raise DomainError("order_orders_nothing", order=command.order)
    revision = whole(placed["revision"]) + 1
    return [
        events.OrderRevised(
            order=command.order,
            store=str(placed["store"]),
            revision=revision,
            due=due,
            lines=tuple(lines),
            reason=command.reason,
        )
    ]


@decides(commands.RecordInvoice)
def record_invoice(command: commands.RecordInvoice, asked: Asked, view: View) -> list[Fact]:
    """Recorded as it came. What does not match is held; what matches is accepted in the same breath."""
    _require_supplier(command.supplier, view)
    require_open(view, command.dated)
    before = row(view, INVOICE_NUMBER, command.supplier, command.number)
    if before is not None:
        same = row(view, INVOICE, str(before["invoice"]))
        if same is None or same["state"] != "rejected":
            raise DomainError("invoice_exists", number=command.number, supplier=command.supplier)
    lines = tuple(_invoiced(line, command.dated, view) for line in command.lines)
    recorded = events.InvoiceRecorded(
        invoice=asked.op_id.hex(),
        number=command.number,
        supplier=command.supplier,
        dated=command.dated,
        deductible=_deductible(command.deductible, command.supplier, view),
        lines=lines,
        mismatches=mismatches(view, command.supplier, lines, command.dated),
        note=command.note,
    )
    if recorded.mismatches:
        return [recorded]
    return [
        recorded,
        events.InvoiceAccepted(
            invoice=recorded.invoice,
            number=recorded.number,
            supplier=recorded.supplier,
            dated=recorded.dated,
            deductible=recorded.deductible,
            lines=lines,
        ),
    ]


def _invoiced(line: commands.InvoiceLine, dated: date, view: View) -> InvoicedLine:
    qty = in_base_units(view, line.sku, line.qty)
    unit_price = not_negative_micro(line.unit_price, "unit_price")
    rate = vat_bp(view, line.sku, dated) if line.rate is None else fraction_bp(line.rate, "rate")
    if rate is None:
        raise DomainError("vat_rate_unknown", sku=line.sku, day=dated.isoformat())
    net = line_amount_fen(qty, unit_price)
    computed = half_up(net * rate, WHOLE_BP)
    tax = computed if line.tax is None else fen(line.tax, "tax")
    if abs(tax - computed) > TAX_DIFFERS_FEN:
        raise DomainError("tax_differs", sku=line.sku, given=fen_text(tax), computed=fen_text(computed))
    received = came(view, line.receipt, line.sku)
    return InvoicedLine(
        receipt=line.receipt,
        store="" if received is None else str(received["store"] or ""),
        sku=line.sku,
        qty=qty,
        unit_price=unit_price,
        net=net,
        vat_bp=rate,
        tax=tax,
    )


def _deductible(said: bool | None, supplier: str, view: View) -> bool:
    """What the invoice says of itself, else the supplier's terms, else yes."""
    if said is not None:
        return said
    terms = row(view, SUPPLIER_TERMS, supplier)
    return terms is None or bool(terms["deductible"])


@decides(commands.SettleInvoice)
def settle_invoice(command: commands.SettleInvoice, _asked: Asked, view: View) -> list[Fact]:
    held = row(view, INVOICE, command.invoice)
    if held is None:
        raise DomainError("invoice_unknown", invoice=command.invoice)
    if held["state"] != "held":
        raise DomainError("invoice_not_held", invoice=command.invoice)
    dated = date.fromisoformat(str(held["dated"]))
    supplier, lines = str(held["supplier"]), _lines_of(command.invoice, view)
    reason = command.reason.strip()
    if command.decision != "match" and not reason:
        raise DomainError("reason_missing")
    if command.decision == "reject":
        return [events.InvoiceRejected(invoice=command.invoice, reason=reason, lines=lines)]
    require_open(view, dated)
    if command.decision == "match":
        left = mismatches(view, supplier, lines, dated, already=True)
        if left:
            raise DomainError("invoice_still_differs", invoice=command.invoice, count=len(left))
    elif any(came(view, line.receipt, line.sku) is None for line in lines):
        # Somebody may pay more than was agreed, but not for what nobody has received.
        raise DomainError("receipt_not_heard_of", receipt=", ".join(sorted({line.receipt for line in lines})))
    return [
        events.InvoiceAccepted(
            invoice=command.invoice,
            number=str(held["number"]),
            supplier=supplier,
            dated=dated,
            deductible=bool(held["deductible"]),
            lines=lines,
            approved=command.decision == "approve",
            reason=reason,
        )
    ]


def _lines_of(invoice: str, view: View) -> tuple[InvoicedLine, ...]:
    """The held lines, each with the store its receipt is known in by now."""
    found = []
    for _, line in sorted(view.rows(INVOICE_LINE, (invoice,)).items()):
        received = came(view, str(line["receipt"]), str(line["sku"]))
        store = line["store"] if received is None else received["store"]
        found.append(msgspec.convert({**line, "store": str(store or "")}, InvoicedLine))
    return tuple(found)


@decides(commands.SendBack)
def send_back(command: commands.SendBack, asked: Asked, view: View) -> list[Fact]:
    receipt = op_name(command.receipt)
    picking = Picking(view, asked, expired_allowed=True)
    left: dict[tuple[str, str], int] = {}
    supplier = command.supplier
    lines = []
    for line in command.lines:
        qty = in_base_units(view, line.sku, line.qty, line.unit)
        lots = _left_of_receipt(view, receipt, line.sku, left)
        if not lots:
            raise DomainError("sku_not_on_receipt", receipt=receipt, sku=line.sku)
        for lot, share in _shared_over(lots, line.lot, qty, receipt, line.sku).items():
            left[line.sku, lot] = lots[lot] - share
            free, held = picking.take_back(line.sku, share, lot)
            lines.append(SentBackLine(sku=line.sku, takes=free, held=held))
        supplier = supplier or _supplier_of(view, receipt, line.sku)
    if supplier:
        _require_supplier(supplier, view)
    return [
        events.GoodsSentBack(
            sending=asked.op_id.hex(),
            receipt=receipt,
            supplier=supplier,
            lines=tuple(lines),
            reason=command.reason,
        )
    ]


def _left_of_receipt(
    view: View, receipt: str, sku: str, left: Mapping[tuple[str, str], int]
) -> dict[str, int]:
    """What may still go back of each lot of the SKU; `left` are the lots earlier lines have drawn on."""
    return {
        str(key[2]): left.get((sku, str(key[2])), whole(known["received"]) - whole(known["sent_back"]))
        for key, known in sorted(view.rows(RECEIPT_LINE, (receipt,)).items())
        if key[1] == sku
    }


def _shared_over(lots: dict[str, int], lot: str | None, qty: int, receipt: str, sku: str) -> dict[str, int]:
    """How much of which lot. Raises `lot_not_on_receipt`, `more_than_received`."""
    if lot is not None and lot not in lots:
        raise DomainError("lot_not_on_receipt", receipt=receipt, sku=sku, lot=lot)
    wanted, found = qty, {}
    for name, rest in lots.items():
        if lot in (None, name) and rest > 0 and wanted:
            found[name] = min(rest, wanted)
            wanted -= found[name]
    if wanted:
        raise DomainError("more_than_received", sku=sku, left=decimal_text(qty - wanted))
    return found


def _supplier_of(view: View, receipt: str, sku: str) -> str:
    told = (line["supplier"] for key, line in view.rows(RECEIPT_LINE, (receipt,)).items() if key[1] == sku)
    return next((str(supplier) for supplier in told if supplier), "")


@decides(commands.AllocateLandedCost)
def allocate_landed_cost(command: commands.AllocateLandedCost, asked: Asked, view: View) -> list[Fact]:
    _require_supplier(command.supplier, view)
    require_open(view, command.dated)
    net = positive_fen(command.net, "net")
    bases, stores = [], []
    seen: set[tuple[str, str]] = set()
    for line in command.lines:
        if (line.receipt, line.sku) in seen:
            raise DomainError("line_twice", sku=line.sku)
        seen.add((line.receipt, line.sku))
        received = came(view, line.receipt, line.sku)
        if received is None:
            raise DomainError("receipt_not_heard_of", receipt=line.receipt)
        product(view, line.sku)
        match command.shared_by:
            case "value":
                basis = whole(received["value"])
            case "quantity":
                basis = whole(received["received"])
            case "weight":
                basis = 0 if line.weight is None else micro(line.weight, "weight")
        if basis <= 0:
            raise DomainError("share_has_no_basis", receipt=line.receipt, sku=line.sku)
        bases.append(basis)
        stores.append(str(received["store"]))
    rate = fraction_bp(command.rate, "rate")
    return [
        events.LandedCostAllocated(
            cost=asked.op_id.hex(),
            supplier=command.supplier,
            dated=command.dated,
            shared_by=command.shared_by,
            net=net,
            vat_bp=rate,
            tax=half_up(net * rate, WHOLE_BP),
            deductible=_deductible(command.deductible, command.supplier, view),
            shares=tuple(
                LandedShare(receipt=line.receipt, store=store, sku=line.sku, amount=amount)
                for line, store, amount in zip(command.lines, stores, landed.shares(net, bases), strict=True)
            ),
            note=command.note,
        )
    ]


def _require_supplier(supplier: str, view: View) -> None:
    if row(view, SUPPLIER, supplier) is None:
        raise DomainError("supplier_unknown", supplier=supplier)
