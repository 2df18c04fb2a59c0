"""Customers with what they owe, and the contracts with suppliers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from msgspec import Meta

from cloud.http import gate
from cloud.http.answers import Answer
from cloud.http.asker import Asker
from cloud.http.master import After, Cells, Limit, MasterPage, Query, page_of, rows_by
from cloud.store.tenant import Reading
from shared.access.labels import PERSONAL, SUPPLIER_PRICE
from shared.catalogue.projection import CONTRACT_PRICE, CUSTOMER, CUSTOMER_PARTICULARS, SKU, SUPPLIER
from shared.credit.exposure import exposure_in
from shared.credit.projection import CREDIT
from shared.money import fen_text
from shared.units import MICRO, decimal_text

Personal = Annotated[str, Meta(extra={"label": PERSONAL})]
_BP = MICRO // 10_000


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """`exposure` is what is owed, delivered and not billed, and ordered on account; `limit` what it may come to."""

    customer: str
    name: str
    phone: Personal
    address: Personal
    tax_number: Personal
    limit: str
    terms_days: int
    exposure: str


class ContractTier(msgspec.Struct, frozen=True, kw_only=True):
    min_qty: str
    unit_price: Annotated[str, Meta(extra={"label": SUPPLIER_PRICE})]


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A price without VAT, by quantity ordered, from a day on; `tolerance` is a fraction."""

    supplier: str
    supplier_name: str
    sku: str
    name: str
    unit: str
    since: str
    until: str | None
    tiers: list[ContractTier]
    tolerance: str
    at_receipt: str


@get(
    "/v1/master/customers",
    permission="catalogue.read",
    scope=gate.NONE,
    answers=MasterPage[Customer],
    sync_to_thread=True,
)
def customers(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500
) -> Answer:
    """Who buys on account, and how far each has used the limit."""
    return page_of(asker, CUSTOMER, ("customer", "name"), q, after, limit, _customers)


@get(
    "/v1/master/contracts",
    permission="purchasing.read",
    scope=gate.CHAIN,
    answers=MasterPage[Contract],
    sync_to_thread=True,
)
def contracts(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 200
) -> Answer:
    """Contract prices, those that have ended included."""
    return page_of(asker, CONTRACT_PRICE, ("supplier", "sku"), q, after, limit, _contracts)


def _customers(reading: Reading, rows: list[Cells]) -> list[Customer]:
    wanted = [row["customer"] for row in rows]
    particulars = rows_by(reading, CUSTOMER_PARTICULARS, "customer", wanted)
    terms = rows_by(reading, CREDIT, "customer", wanted)
    return [
        Customer(
            customer=row["customer"],
            name=row["name"],
            phone=particulars.get(row["customer"], {}).get("phone") or "",
            address=particulars.get(row["customer"], {}).get("address") or "",
            tax_number=particulars.get(row["customer"], {}).get("tax_number") or "",
            limit=fen_text(int(terms.get(row["customer"], {}).get("credit_limit") or 0)),
            terms_days=int(terms.get(row["customer"], {}).get("terms_days") or 0),
            exposure=fen_text(exposure_in(terms.get(row["customer"])).exposure),
        )
        for row in rows
    ]


def _contracts(reading: Reading, rows: list[Cells]) -> list[Contract]:
    suppliers = rows_by(reading, SUPPLIER, "supplier", [row["supplier"] for row in rows])
    goods = rows_by(reading, SKU, "sku", [row["sku"] for row in rows])
    return [
        Contract(
            supplier=row["supplier"],
            supplier_name=suppliers.get(row["supplier"], {}).get("name") or row["supplier"],
            sku=row["sku"],
            name=goods.get(row["sku"], {}).get("name") or row["sku"],
            unit=goods.get(row["sku"], {}).get("base_unit") or "",
            since=row["since"],
            until=row["until"],
            tiers=[
                ContractTier(min_qty=decimal_text(least), unit_price=decimal_text(price))
                for least, price in msgspec.json.decode(row["tiers"], type=list[tuple[int, int]])
            ],
            tolerance=decimal_text(int(row["tolerance_bp"]) * _BP),
            at_receipt=row["at_receipt"],
        )
        for row in rows
    ]


router = Router("/", route_handlers=[customers, contracts])
