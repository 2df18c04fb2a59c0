"""What head office asks of the master data."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.access.labels import COST, PERSONAL, SUPPLIER_PRICE
from shared.catalogue.events import (
    Aim,
    AtReceipt,
    CostingMethod,
    DayKind,
    Delivery,
    ItemKind,
    NegativePolicy,
    Storage,
)
from shared.i18n import Language
from shared.ledger.command import Command
from shared.units import DecimalText

Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f]+$(?!\n)")]
"""A short identifier people print on paper: no blanks, no control characters."""
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
Note = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$(?!\n)")]
Days = Annotated[int, Meta(ge=0, le=3650)]


class MasterCommand(Command, frozen=True, kw_only=True):
    """Master data have one owner, so these are decided at the cloud."""

    decided_at: ClassVar[str] = "cloud"
    permission: ClassVar[str] = "catalogue.edit"


class DefineCategory(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.define_category"
    category: Code
    zh: Name
    en: Name


class DefineSupplier(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.define_supplier"
    supplier: Code
    name: Name
    phone: Annotated[Annotated[str, Meta(max_length=40)] | None, Meta(extra={"label": PERSONAL})] = None
    """Left out: what is known stays, because not everybody who edits a supplier may see it."""
    lead_days: Days = 1


class DefineProduct(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.define_product"
    sku: Code
    name: Name
    category: Code
    base_unit: Code
    decimals: Annotated[int, Meta(ge=0, le=6)] = 0
    storage: Storage = "ambient"
    shelf_life_days: Days | None = None
    min_remaining_days: Days = 0
    supplier: Annotated[str, Meta(max_length=64)] = ""
    negative: NegativePolicy = "warn"
    min_cover_days: Days = 3
    max_cover_days: Days = 7
    unit_cost: Annotated[DecimalText | None, Meta(extra={"label": COST})] = None
    """Left out: what is known stays."""


class AssignBarcode(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.assign_barcode"
    code: Code
    sku: Code
    unit: Code
    factor: DecimalText = "1"


class SetPrice(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.set_price"
    permission: ClassVar[str] = "catalogue.price"
    sku: Code
    price: DecimalText
    store: Annotated[str, Meta(max_length=64)] = ""


class DefineStore(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.define_store"
    store: Code
    name: Name
    timezone: Name = "Asia/Shanghai"
    cutoff_minutes: Annotated[int, Meta(ge=0, le=720)] = 0


class DefinePlace(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.define_place"
    place: Code
    store: Code
    name: Name
    storage: Storage


class SetScanner(MasterCommand, frozen=True, kw_only=True):
    """How to read what a scanner sends; `scanner` is the bridge's name for it, or any name for one that types."""

    kind: ClassVar[str] = "catalogue.set_scanner"
    store: Code
    scanner: Code
    name: Annotated[str, Meta(max_length=60)] = ""
    gs_as: Annotated[str, Meta(pattern=r"^[!-~]{0,12}$(?!\n)")] = ""
    aim: Aim = "on"


class SetLabelTemplate(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.set_label_template"
    store: Annotated[str, Meta(max_length=64)] = ""
    template: Annotated[str, Meta(min_length=6, max_length=32)]
    prefixes: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[0-9]{1,4}$(?!\n)")], ...], Meta(min_length=1, max_length=20)
    ]
    price_decimals: Annotated[int, Meta(ge=0, le=3)] = 2
    weight_decimals: Annotated[int, Meta(ge=0, le=4)] = 3


Personal = Annotated[Annotated[str, Meta(max_length=200)] | None, Meta(extra={"label": PERSONAL})]
"""Left out: what is known stays, because not everybody who edits a partner may see it."""


class DefineCustomer(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.define_customer"
    customer: Code
    name: Name
    phone: Personal = None
    address: Personal = None
    tax_number: Personal = None


class SetSupplierTerms(MasterCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.set_supplier_terms"
    permission: ClassVar[str] = "purchasing.contract"
    supplier: Code
    terms_days: Days = 0
    deductible: bool = True


class SetSupplierContact(MasterCommand, frozen=True, kw_only=True):
    """`email` left out: what is known stays, because not everybody who edits a supplier may see it."""

    kind: ClassVar[str] = "catalogue.set_supplier_contact"
    supplier: Code
    email: Annotated[Annotated[str, Meta(max_length=200)] | None, Meta(extra={"label": PERSONAL})] = None
    delivery: Delivery = "link"
    channel: Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9-]*$(?!\n)")] = ""
    language: Language = "zh-CN"


class SetOwnDay(MasterCommand, frozen=True, kw_only=True):
    """Whoever told a wrong day sends it again with `holds` False."""

    kind: ClassVar[str] = "catalogue.set_own_day"
    day: date
    what: DayKind
    name: Annotated[str, Meta(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")] = ""
    store: Annotated[str, Meta(max_length=64)] = ""
    holds: bool = True


class BooksCommand(MasterCommand, frozen=True, kw_only=True):
    """What decides where and at what value goods stand in the books; `since` may not be left out (R2)."""

    permission: ClassVar[str] = "books.configure"
    since: date | None = None


class SetItemKind(BooksCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.set_item_kind"
    sku: Code
    item_kind: ItemKind


class SetCostingMethod(BooksCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "catalogue.set_costing_method"
    category: Code
    method: CostingMethod


class SetVatRate(BooksCommand, frozen=True, kw_only=True):
    """Of one SKU or of a category; `rate` is a fraction, 13 % is "0.13"."""

    kind: ClassVar[str] = "catalogue.set_vat_rate"
    sku: Annotated[str, Meta(max_length=64)] = ""
    category: Annotated[str, Meta(max_length=64)] = ""
    rate: DecimalText


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    min_qty: DecimalText = "0"
    unit_price: Annotated[DecimalText, Meta(extra={"label": SUPPLIER_PRICE})]


class SetContractPrice(MasterCommand, frozen=True, kw_only=True):
    """Prices without VAT by quantity ordered; `tolerance` is a fraction, 2 % is "0.02" (R12)."""

    kind: ClassVar[str] = "catalogue.set_contract_price"
    permission: ClassVar[str] = "purchasing.contract"
    supplier: Code
    sku: Code
    since: date | None = None
    until: date | None = None
    tiers: Annotated[tuple[Tier, ...], Meta(min_length=1, max_length=20)]
    tolerance: DecimalText = "0"
    at_receipt: AtReceipt = "refuse"
