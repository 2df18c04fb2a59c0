"""Contract prices at the counter (0029): the order is stopped, a delivery note's price is refused or flagged.

The goods themselves are never refused: they stand in the store and must be in the book. Only their price is, and a
receipt without a price is always taken in; the invoice is matched against the contract anyway.
"""

from __future__ import annotations

from datetime import date

from shared.catalogue.lookup import product, whole
from shared.catalogue.terms import contract_price
from shared.errors import DomainError
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.purchasing.events import PriceQuestioned
from shared.purchasing.projection import ORDER, ORDER_LINE
from shared.stock.events import GoodsReceived
from shared.units import decimal_text


def ordered_price(view: View, supplier: str, sku: str, qty: int, asked: int | None, day: date) -> int | None:
    """The price an order line gets: the asked one, or the contract's where none is asked.

    Raises `price_above_contract`: contract 5.00 with 2 % stops an order at 5.20 (R12).
    """
    contract = contract_price(view, supplier, sku, qty, day)
    if contract is None:
        return asked
    if asked is None:
        return contract.price
    if contract.is_above(asked):
        raise DomainError(
            "price_above_contract",
            sku=sku,
            price=decimal_text(asked),
            contract=decimal_text(contract.price),
            deviation=percent_text(contract.deviation_bp(asked)),
            tolerance=percent_text(contract.tolerance_bp),
        )
    return asked


def questioned_prices(view: View, receipt: GoodsReceived, day: date) -> list[Fact]:
    """A fact for each price of a delivery note that is above contract, where the contract lets it be kept.

    What an order agreed on binds as well: an order placed at 5.00 before the contract fell to 4.80 arrives at 5.00.
    Raises `receipt_above_contract` where the contract refuses such a price.
    """
    supplier = receipt.supplier
    if receipt.order:
        order = row(view, ORDER, receipt.order)
        supplier = supplier or ("" if order is None else str(order["supplier"]))
    found: list[Fact] = []
    arrived: dict[str, int] = {}
    for line in receipt.lines:
        arrived[line.sku] = arrived.get(line.sku, 0) + line.qty
    for sku, price in _highest(receipt).items():
        ordered = row(view, ORDER_LINE, receipt.order, sku) if receipt.order else None
        qty = max(arrived[sku], 0 if ordered is None else whole(ordered["ordered"]))
        of = supplier or str(product(view, sku)["supplier"] or "")
        contract = contract_price(view, of, sku, qty, day)
        agreed = 0 if ordered is None else whole(ordered["unit_cost"])
        if contract is None or not contract.is_above(price) or price <= agreed:
            continue
        if not contract.flags:
            raise DomainError(
                "receipt_above_contract",
                sku=sku,
                price=decimal_text(price),
                contract=decimal_text(contract.price),
                deviation=percent_text(contract.deviation_bp(price)),
                tolerance=percent_text(contract.tolerance_bp),
            )
        found.append(
            PriceQuestioned(
                receipt=receipt.receipt,
                sku=sku,
                supplier=of,
                order=receipt.order,
                qty=arrived[sku],
                price=price,
                contract_price=contract.price,
                tolerance_bp=contract.tolerance_bp,
            )
        )
    return found


def _highest(receipt: GoodsReceived) -> dict[str, int]:
    """The highest price of each SKU that has one; a delivery note may split an SKU into lots."""
    prices: dict[str, int] = {}
    for line in receipt.lines:
        if line.unit_cost is not None:
            prices[line.sku] = max(line.unit_cost, prices.get(line.sku, 0))
    return prices


def percent_text(bp: int) -> str:
    """Parts of ten thousand as people say them: 425 is "4.25", 400 is "4"."""
    return decimal_text(bp * 10_000)
