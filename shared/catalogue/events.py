"""What changed in the master data. These facts stand in the cloud's own log; stores get the rows by the feed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from shared.access.labels import COST, PERSONAL
from shared.ledger.fact import Fact

Storage = Literal["ambient", "chilled", "frozen"]
NegativePolicy = Literal["block", "warn", "provisional"]
Aim = Literal["on", "off"]
"""Whether a scanner says the symbology (AIM identifier) before the text."""


class CategoryDefined(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.category_defined.v1"
    category: str
    zh: str
    en: str


class SupplierDefined(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.supplier_defined.v1"
    supplier: str
    name: str
    phone: Annotated[str, Meta(extra={"label": PERSONAL})] = ""
    lead_days: int = 1


class ProductDefined(Fact, frozen=True, kw_only=True):
    """`decimals` is how fine the SKU is counted: 0 for pieces, 3 for kilograms to the gram."""

    kind: ClassVar[str] = "catalogue.product_defined.v1"
    sku: str
    name: str
    category: str
    base_unit: str
    decimals: int = 0
    storage: Storage = "ambient"
    shelf_life_days: int | None = None
    min_remaining_days: int = 0
    supplier: str = ""
    negative: NegativePolicy = "warn"
    min_cover_days: int = 3
    max_cover_days: int = 7
    unit_cost: Annotated[int, Meta(extra={"label": COST})] = 0


class BarcodeAssigned(Fact, frozen=True, kw_only=True):
    """One code for one pack level: `factor` base units (millionths) in one `unit`."""

    kind: ClassVar[str] = "catalogue.barcode_assigned.v1"
    code: str
    sku: str
    unit: str
    factor: int


class PriceSet(Fact, frozen=True, kw_only=True):
    """`store` empty: the chain's price. Millionths of a yuan per base unit."""

    kind: ClassVar[str] = "catalogue.price_set.v1"
    sku: str
    store: str = ""
    price: int


class StoreDefined(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.store_defined.v1"
    store: str
    name: str
    timezone: str = "Asia/Shanghai"
    cutoff_minutes: int = 0


class PlaceDefined(Fact, frozen=True, kw_only=True):
    """A shelf, fridge or freezer of a store: where lots lie and what a sensor watches."""

    kind: ClassVar[str] = "catalogue.place_defined.v1"
    place: str
    store: str
    name: str
    storage: Storage


class ScannerSet(Fact, frozen=True, kw_only=True):
    """What a scanner of a store sends: `gs_as` for the separator (empty: the separator itself), AIM or not."""

    kind: ClassVar[str] = "catalogue.scanner_set.v1"
    store: str
    scanner: str
    name: str = ""
    gs_as: str = ""
    aim: Aim = "on"


class LabelTemplateSet(Fact, frozen=True, kw_only=True):
    """How a store's own scale labels are laid out (`FFIIIIIPPPPPC`); `store` empty: the whole chain."""

    kind: ClassVar[str] = "catalogue.label_template_set.v1"
    store: str = ""
    template: str
    prefixes: tuple[str, ...]
    price_decimals: int = 2
    weight_decimals: int = 3
