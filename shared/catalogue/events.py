"""What changed in the master data. These facts stand in the cloud's own log; stores get the rows by the feed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from shared.access.labels import COST, PERSONAL, SUPPLIER_PRICE
from shared.i18n import Language
from shared.ledger.fact import Fact

Storage = Literal["ambient", "chilled", "frozen"]
NegativePolicy = Literal["block", "warn", "provisional"]
ItemKind = Literal["merchandise", "raw", "finished", "consumable", "service"]
"""Which stock account an SKU stands on; a service stands on none."""
CostingMethod = Literal["moving_average", "fifo"]
AtReceipt = Literal["refuse", "flag"]
"""What a price above contract does to a delivery note in a store (0029): the price is refused, or kept and flagged."""
Delivery = Literal["email", "folder", "link"]
"""How an order reaches a supplier: by mail, as a file in a folder, or by a link that somebody hands over."""
DayKind = Literal["off", "work", "school", "no_school", "payday", "event", "closed"]
"""What a business tells of a day of its own: most people are off or work against the calendar, children are at school
or not, wages are paid, something happens at the gate (`event`), or a store does not open (`closed`)."""
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
    """With `max_cover_days` a rule a person has set for how long goods should last; as they are here, nobody has."""
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


class CustomerDefined(Fact, frozen=True, kw_only=True):
    """Somebody who may owe us money. Stores get the name, never the other particulars."""

    kind: ClassVar[str] = "catalogue.customer_defined.v1"
    customer: str
    name: str
    phone: Annotated[str, Meta(extra={"label": PERSONAL})] = ""
    address: Annotated[str, Meta(extra={"label": PERSONAL})] = ""
    tax_number: Annotated[str, Meta(extra={"label": PERSONAL})] = ""
    """A sole trader's tax number is that person's identity number."""


class SupplierTermsSet(Fact, frozen=True, kw_only=True):
    """When we pay, and whether this supplier's invoices let us deduct input tax (special invoice, 专用发票)."""

    kind: ClassVar[str] = "catalogue.supplier_terms_set.v1"
    supplier: str
    terms_days: int = 0
    deductible: bool = True


class SupplierContactSet(Fact, frozen=True, kw_only=True):
    """Where this supplier's orders go and in which language. `channel` is the channel of reports they go by, empty for
    the first of its kind."""

    kind: ClassVar[str] = "catalogue.supplier_contact_set.v1"
    supplier: str
    email: Annotated[str, Meta(extra={"label": PERSONAL})] = ""
    delivery: Delivery = "link"
    channel: str = ""
    language: Language = "zh-CN"


class OwnDaySet(Fact, frozen=True, kw_only=True):
    """A day that forecasts must know of; `holds` False takes it back. Only an event has a name, and only a closed day
    may be of one store."""

    kind: ClassVar[str] = "catalogue.own_day_set.v1"
    day: date
    what: DayKind
    name: str = ""
    store: str = ""
    holds: bool = True


class ItemKindSet(Fact, frozen=True, kw_only=True):
    """From `since` on the SKU's stock stands on the account of this kind."""

    kind: ClassVar[str] = "catalogue.item_kind_set.v1"
    sku: str
    item_kind: ItemKind
    since: date


class CostingMethodSet(Fact, frozen=True, kw_only=True):
    """From `since`, the first day of a month, the category's goods are costed so; stock is revalued there (R2)."""

    kind: ClassVar[str] = "catalogue.costing_method_set.v1"
    category: str
    method: CostingMethod
    since: date


class VatRateSet(Fact, frozen=True, kw_only=True):
    """The rate of one SKU or, with `sku` empty, of a category, from a day on; 13 % is 1300 of 10,000."""

    kind: ClassVar[str] = "catalogue.vat_rate_set.v1"
    sku: str = ""
    category: str = ""
    vat_bp: int
    since: date


class PriceTier(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From `min_qty` on (millionths of the base unit) the unit costs `unit_price` (millionths of a yuan, no VAT)."""

    min_qty: int
    unit_price: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]


class ContractPriceSet(Fact, frozen=True, kw_only=True):
    """What a supplier has promised for an SKU from `since` to `until` (inclusive; None: until the next is set)."""

    kind: ClassVar[str] = "catalogue.contract_price_set.v1"
    supplier: str
    sku: str
    since: date
    until: date | None = None
    tiers: tuple[PriceTier, ...]
    tolerance_bp: int = 0
    at_receipt: AtReceipt = "refuse"
