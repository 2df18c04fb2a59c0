"""Order, receipt and invoice held against each other (three-way match, 三单匹配).

An invoice of 30 at 133.20 for a receipt of 30 ordered at 130.00 with a contract tolerance of 2 % does not match: it
is 2.46 % above the order. It is kept, held, and a person decides; nothing about it is posted until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared.catalogue.lookup import whole
from shared.catalogue.terms import WHOLE_BP, contract_price
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.purchasing.events import Difference, InvoicedLine, Mismatch
from shared.purchasing.projection import ORDER_LINE, RECEIVED


def came(view: View, receipt: str, sku: str) -> Row | None:
    """What head office knows of an SKU of a receipt; None where only an invoice has spoken of it so far."""
    found = row(view, RECEIVED, receipt, sku)
    return found if found is not None and found["received"] else None


def mismatches(
    view: View, supplier: str, lines: Sequence[InvoicedLine], dated: date, *, already: bool = False
) -> tuple[Mismatch, ...]:
    """Every line that does not meet its order, its receipt or the contract.

    `already`: the lines are counted as invoiced before, as those of a held invoice are.
    """
    found: list[Mismatch] = []
    own: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines):
        key = (line.receipt, line.sku)
        own[key] = own.get(key, 0) + line.qty
        received = came(view, *key)
        if received is None:
            found.append(Mismatch(line=number, difference="receipt_unknown"))
            continue
        if received["supplier"] and received["supplier"] != supplier:
            found.append(Mismatch(line=number, difference="supplier_differs"))
        kept = whole(received["received"]) - whole(received["sent_back"])
        others = whole(received["invoiced"])
        if already:
            others -= sum(one.qty for one in lines if (one.receipt, one.sku) == key)
        if others + own[key] > kept:
            found.append(
                Mismatch(line=number, difference="more_than_received", known=kept - others, given=own[key])
            )
        found += _dear(view, supplier, line, received, number, dated)
    return tuple(found)


def _dear(
    view: View, supplier: str, line: InvoicedLine, received: Row, number: int, dated: date
) -> list[Mismatch]:
    """A price above what was agreed: the order's, else the delivery note's; and above the contract in any case.

    The contract of the receipt's day binds, not that of the day the invoice was written.
    """
    day = date.fromisoformat(str(received["business_date"])) if received["business_date"] else dated
    ordered = row(view, ORDER_LINE, str(received["order_id"]), line.sku) if received["order_id"] else None
    qty = max(whole(received["received"]), 0 if ordered is None else whole(ordered["ordered"]))
    contract = contract_price(view, supplier, line.sku, qty, day)
    tolerance_bp = 0 if contract is None else contract.tolerance_bp
    agreed = 0 if ordered is None else whole(ordered["unit_cost"])
    noted = whole(received["unit_cost"])
    known: tuple[Difference, int] | None = None
    if agreed:
        known = ("price_above_order", agreed)
    elif contract is not None:
        known = ("price_above_contract", contract.price)
    elif noted:
        known = ("price_above_receipt", noted)
    if known is None or line.unit_price * WHOLE_BP <= known[1] * (WHOLE_BP + tolerance_bp):
        return []
    return [Mismatch(line=number, difference=known[0], known=known[1], given=line.unit_price)]
