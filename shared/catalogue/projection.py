"""The master data as rows. The cloud keeps them from its log; each store holds the same rows by the feed."""

from __future__ import annotations

import json
from collections.abc import Iterable

from shared.catalogue.events import (
    BarcodeAssigned,
    CategoryDefined,
    LabelTemplateSet,
    PlaceDefined,
    PriceSet,
    ProductDefined,
    ScannerSet,
    StoreDefined,
    SupplierDefined,
)
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


def _cell(value: object) -> Cell:
    if isinstance(value, tuple):
        return json.dumps(value)
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
        table = _TABLES[type(fact)]
        key: Key = tuple(_cell(getattr(fact, column.name)) for column in table.key)
        yield changed(
            table, key, put={column.name: _cell(getattr(fact, column.name)) for column in table.columns}
        )


PROJECTIONS = (MasterData(),)
