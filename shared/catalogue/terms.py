"""What was agreed or decided from a day on: contract prices with their tiers (R12), VAT rates, kinds and costing.

All of it is dated, and the row in force on a day is the last one that began by then. A contract of 5.00 with a
tolerance of 2 % lets 5.10 pass and stops 5.20, which is 4 % above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from shared.catalogue.lookup import product, whole
from shared.catalogue.projection import CONTRACT_PRICE, COSTING_METHOD, ITEM_KIND, VAT_RATE
from shared.errors import DomainError
from shared.ledger.projection import Key, Row
from shared.ledger.view import View
from shared.units import MICRO, half_up, micro

WHOLE_BP = 10_000
"""Rates and tolerances are whole parts of ten thousand: 13 % is 1300."""


class Contract(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The promised price of one quantity on one day, in millionths of a yuan without VAT."""

    price: int
    tolerance_bp: int
    flags: bool
    """A higher price on a delivery note is kept and flagged; otherwise it is refused."""

    def is_above(self, price: int) -> bool:
        """Whether a price is beyond the tolerance: 5.10 of 5.00 with 2 % is not, 5.100001 is."""
        return price * WHOLE_BP > self.price * (WHOLE_BP + self.tolerance_bp)

    def deviation_bp(self, price: int) -> int:
        """How far a price is above the contract; 400 for 5.20 of 5.00."""
        return half_up((price - self.price) * WHOLE_BP, self.price) if self.price else WHOLE_BP


def contract_price(view: View, supplier: str, sku: str, qty: int, day: date) -> Contract | None:
    """The contract in force for `qty` (millionths), or None: nothing was agreed, it ended, or too little is bought."""
    found = in_force(view.rows(CONTRACT_PRICE, (supplier, sku)), day)
    if found is None or (found["until"] is not None and str(found["until"]) < day.isoformat()):
        return None
    tiers = msgspec.json.decode(str(found["tiers"]), type=list[tuple[int, int]])
    reached = [unit_price for min_qty, unit_price in tiers if min_qty <= qty]
    if not reached:
        return None
    return Contract(
        price=reached[-1], tolerance_bp=whole(found["tolerance_bp"]), flags=found["at_receipt"] == "flag"
    )


def vat_bp(view: View, sku: str, day: date) -> int | None:
    """The SKU's own rate on a day, else its category's; None where nobody has set one."""
    own = in_force(view.rows(VAT_RATE, (sku, "")), day)
    if own is None:
        own = in_force(view.rows(VAT_RATE, ("", str(product(view, sku)["category"]))), day)
    return None if own is None else whole(own["vat_bp"])


def item_kind(view: View, sku: str, day: date) -> str:
    """Merchandise where nobody has said otherwise: that is what a shop sells."""
    found = in_force(view.rows(ITEM_KIND, (sku,)), day)
    return "merchandise" if found is None else str(found["item_kind"])


def costing_method(view: View, category: str, day: date) -> str:
    """Moving average where nobody has said otherwise (R2)."""
    found = in_force(view.rows(COSTING_METHOD, (category,)), day)
    return "moving_average" if found is None else str(found["method"])


def last_since(rows: Mapping[Key, Row]) -> date | None:
    """The latest first day among dated rows; `since` is the last part of their key."""
    return max((date.fromisoformat(str(key[-1])) for key in rows), default=None)


def fraction_bp(text: str, field: str) -> int:
    """Parts of ten thousand of a fraction below one: "0.13" is 1300. Raises `fraction_out_of_range`."""
    bp, rest = divmod(micro(text, field), MICRO // WHOLE_BP)
    if rest or not 0 <= bp < WHOLE_BP:
        raise DomainError("fraction_out_of_range", field=field, text=text)
    return bp


def in_force(rows: Mapping[Key, Row], day: date) -> Row | None:
    """The dated row that began last by that day."""
    begun = [key for key in rows if str(key[-1]) <= day.isoformat()]
    return rows[max(begun, key=lambda key: str(key[-1]))] if begun else None
