"""The master data as rows. The cloud keeps them from its log; each store holds the same rows by the feed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from shared.catalogue.events import (
    BarcodeAssigned,
    CategoryDefined,
    ContractPriceSet,
    CostingMethodSet,
    CustomerDefined,
    ItemKindSet,
    LabelTemplateSet,
    OwnDaySet,
    PlaceDefined,
    PriceSet,
    PriceTier,
    ProductDefined,
    ScannerSet,
    StoreDefined,
    SupplierContactSet,
    SupplierDefined,
    SupplierTermsSet,
    VatRateSet,
)
from shared.ledger.fact import Fact
from shared.ledger.projection import Cell, Change, Key, Recorded, Table, Where, changed, number, text

CATEGORY = Table("category", (text("category"),), (text("zh"), text("en")), keeper="cloud")
SUPPLIER = Table(
    "supplier", (text("supplier"),), (text("name"), text("phone"), number("lead_days")), keeper="cloud"
)
SKU = Table(
    "sku",
    (text("sku"),),
    (
        text("name"),
        text("category"),
        text("base_unit"),
        number("decimals"),
        text("storage"),
        number("shelf_life_days"),
        number("min_remaining_days"),
        text("supplier"),
        text("negative"),
        number("min_cover_days"),
        number("max_cover_days"),
        number("unit_cost"),
    ),
    keeper="cloud",
)
BARCODE = Table(
    "barcode",
    (text("code"),),
    (text("sku"), text("unit"), number("factor")),
    keeper="cloud",
    indexes=(("sku",),),
)
UNIT = Table("unit", (text("sku"), text("unit")), (number("factor"),), keeper="cloud")
"""Pack levels by SKU: the same facts as BARCODE, read the other way round."""
PRICE = Table("price", (text("sku"), text("store")), (number("price"),), keeper="cloud", scope="store")
STORE = Table(
    "store", (text("store"),), (text("name"), text("timezone"), number("cutoff_minutes")), keeper="cloud"
)
PLACE = Table(
    "place", (text("store"), text("place")), (text("name"), text("storage")), keeper="cloud", scope="store"
)
SCANNER = Table(
    "scanner",
    (text("store"), text("scanner")),
    (text("name"), text("gs_as"), text("aim")),
    keeper="cloud",
    scope="store",
)
LABEL_TEMPLATE = Table(
    "label_template",
    (text("store"), text("template")),
    (text("prefixes"), number("price_decimals"), number("weight_decimals")),
    keeper="cloud",
    scope="store",
)
CUSTOMER = Table("customer", (text("customer"),), (text("name"),), keeper="cloud")
CUSTOMER_PARTICULARS = Table(
    "customer_particulars",
    (text("customer"),),
    (text("phone"), text("address"), text("tax_number")),
    keeper="cloud",
    fed=False,
)
SUPPLIER_TERMS = Table(
    "supplier_terms",
    (text("supplier"),),
    (number("terms_days"), number("deductible")),
    keeper="cloud",
    fed=False,
)
SUPPLIER_CONTACT = Table(
    "supplier_contact",
    (text("supplier"),),
    (text("email"), text("delivery"), text("channel"), text("language"), number("set_ms")),
    keeper="cloud",
    fed=False,
)
"""Orders placed before `set_ms` are not sent by themselves: nobody wanted them sent when they were placed."""
OWN_DAY = Table(
    "own_day",
    (text("day"), text("what"), text("name"), text("store")),
    (number("holds"),),
    keeper="cloud",
    scope="store",
    fed=False,
)
"""Forecasts are made at head office, so days of the business's own stay there. 0 in `holds`: taken back."""
ITEM_KIND = Table("item_kind", (text("sku"), text("since")), (text("item_kind"),), keeper="cloud")
COSTING_METHOD = Table(
    "costing_method", (text("category"), text("since")), (text("method"),), keeper="cloud", fed=False
)
VAT_RATE = Table(
    "vat_rate",
    (text("sku"), text("category"), text("since")),
    (number("vat_bp"),),
    keeper="cloud",
    group=2,
)
"""Dated rates; a row is of an SKU or of a category, the other is empty."""
CONTRACT_PRICE = Table(
    "contract_price",
    (text("supplier"), text("sku"), text("since")),
    (text("until"), text("tiers"), number("tolerance_bp"), text("at_receipt")),
    keeper="cloud",
    group=2,
)
"""`tiers` is JSON: [[min_qty, unit_price], …], smallest quantity first."""

_TABLES: dict[type, Table] = {
    CategoryDefined: CATEGORY,
    SupplierDefined: SUPPLIER,
    ProductDefined: SKU,
    PriceSet: PRICE,
    StoreDefined: STORE,
    PlaceDefined: PLACE,
    LabelTemplateSet: LABEL_TEMPLATE,
    ScannerSet: SCANNER,
}


def _tier(tier: PriceTier) -> tuple[int, int]:
    return tier.min_qty, tier.unit_price


def _cell(value: object) -> Cell:
    match value:
        case tuple():
            return json.dumps(value, default=_tier)
        case date():
            return value.isoformat()
        case bool():
            return int(value)
    assert value is None or isinstance(value, int | str | bytes)
    return value


class MasterData:
    """A defining fact overwrites its row: the cloud is the single owner of each."""

    name = "master_data"
    version = 1
    tables = (CATEGORY, SUPPLIER, SKU, BARCODE, UNIT, PRICE, STORE, PLACE, LABEL_TEMPLATE, SCANNER)
    facts = (*_TABLES, BarcodeAssigned)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, BarcodeAssigned):
            yield changed(
                BARCODE, (fact.code,), put={"sku": fact.sku, "unit": fact.unit, "factor": fact.factor}
            )
            yield changed(UNIT, (fact.sku, fact.unit), put={"factor": fact.factor})
            return
        yield _row_of(fact, _TABLES[type(fact)])


_TERMS: dict[type, Table] = {
    SupplierTermsSet: SUPPLIER_TERMS,
    ItemKindSet: ITEM_KIND,
    CostingMethodSet: COSTING_METHOD,
    VatRateSet: VAT_RATE,
    ContractPriceSet: CONTRACT_PRICE,
}


class Terms:
    """Partners, and what was agreed with them or decided about the books; dated rows stand side by side."""

    name = "terms"
    version = 1
    tables = (CUSTOMER, CUSTOMER_PARTICULARS, SUPPLIER_CONTACT, OWN_DAY, *_TERMS.values())
    facts = (CustomerDefined, SupplierContactSet, OwnDaySet, *_TERMS)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, CustomerDefined):
            yield _row_of(fact, CUSTOMER)
            yield _row_of(fact, CUSTOMER_PARTICULARS)
        elif isinstance(fact, SupplierContactSet):
            put: dict[str, Cell] = {
                "email": fact.email,
                "delivery": fact.delivery,
                "channel": fact.channel,
                "language": fact.language,
                "set_ms": recorded.envelope.wall_ms,
            }
            yield changed(SUPPLIER_CONTACT, (fact.supplier,), put=put)
        elif isinstance(fact, OwnDaySet):
            yield _row_of(fact, OWN_DAY)
        else:
            yield _row_of(fact, _TERMS[type(fact)])


def _row_of(fact: Fact, table: Table) -> Change:
    """The fact's fields of the same names, as one row."""
    key: Key = tuple(_cell(getattr(fact, column.name)) for column in table.key)
    return changed(
        table, key, put={column.name: _cell(getattr(fact, column.name)) for column in table.columns}
    )


PROJECTIONS = (MasterData(), Terms())
