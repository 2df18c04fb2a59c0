"""May the master data change like this? References must exist and a code can name only one pack."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from zoneinfo import available_timezones

import msgspec

from shared.accounting.periods import require_open
from shared.barcodes.gtin import require_check_digit
from shared.barcodes.in_store import LabelTemplate, require_template
from shared.catalogue import commands, events
from shared.catalogue.lookup import whole
from shared.catalogue.projection import (
    BARCODE,
    CATEGORY,
    COSTING_METHOD,
    CUSTOMER_PARTICULARS,
    ITEM_KIND,
    SKU,
    STORE,
    SUPPLIER,
    SUPPLIER_CONTACT,
    UNIT,
)
from shared.catalogue.terms import fraction_bp, last_since
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.projection import Table
from shared.ledger.view import View, row
from shared.mail_address import require_mail_address
from shared.units import MICRO, not_negative_micro, positive_micro

OWN_DAYS_FROM, OWN_DAYS_TO = date(2000, 1, 1), date(2099, 12, 31)
"""Days outside are slips of the thumb, like 0206 for 2026."""
_GTIN_LENGTHS = (8, 12, 13, 14)
"""Codes of these lengths are held as GTIN-14; shorter ones are item codes of scale labels or the shop's own."""


@decides(commands.DefineCategory)
def define_category(command: commands.DefineCategory, _asked: Asked, _view: View) -> list[Fact]:
    return [events.CategoryDefined(category=command.category, zh=command.zh, en=command.en)]


@decides(commands.DefineSupplier)
def define_supplier(command: commands.DefineSupplier, _asked: Asked, view: View) -> list[Fact]:
    before = row(view, SUPPLIER, command.supplier)
    phone = command.phone
    if phone is None:
        phone = "" if before is None else str(before["phone"] or "")
    return [events.SupplierDefined(**msgspec.structs.asdict(command) | {"phone": phone})]


@decides(commands.DefineProduct)
def define_product(command: commands.DefineProduct, _asked: Asked, view: View) -> list[Fact]:
    if row(view, CATEGORY, command.category) is None:
        raise DomainError("category_unknown", category=command.category)
    if command.supplier and row(view, SUPPLIER, command.supplier) is None:
        raise DomainError("supplier_unknown", supplier=command.supplier)
    before = row(view, SKU, command.sku)
    if before is not None and before["base_unit"] != command.base_unit:
        raise DomainError("base_unit_fixed", sku=command.sku, unit=str(before["base_unit"]))
    if command.unit_cost is not None:
        unit_cost = not_negative_micro(command.unit_cost, "unit_cost")
    else:
        unit_cost = 0 if before is None else whole(before["unit_cost"])
    return [events.ProductDefined(**msgspec.structs.asdict(command) | {"unit_cost": unit_cost})]


@decides(commands.AssignBarcode)
def assign_barcode(command: commands.AssignBarcode, _asked: Asked, view: View) -> list[Fact]:
    product = row(view, SKU, command.sku)
    if product is None:
        raise DomainError("sku_unknown", sku=command.sku)
    code = command.code
    if code.isascii() and code.isdigit() and len(code) in _GTIN_LENGTHS:
        require_check_digit(code)
        code = code.zfill(14)
    held = row(view, BARCODE, code)
    if held is not None and (held["sku"], held["unit"]) != (command.sku, command.unit):
        raise DomainError("barcode_taken", code=command.code, sku=str(held["sku"]))
    factor = positive_micro(command.factor, "factor")
    known = row(view, UNIT, command.sku, command.unit)
    if (known is not None and known["factor"] != factor) or (
        command.unit == product["base_unit"] and factor != MICRO
    ):
        raise DomainError("unit_factor_fixed", sku=command.sku, unit=command.unit)
    return [events.BarcodeAssigned(code=code, sku=command.sku, unit=command.unit, factor=factor)]


@decides(commands.SetPrice)
def set_price(command: commands.SetPrice, _asked: Asked, view: View) -> list[Fact]:
    if row(view, SKU, command.sku) is None:
        raise DomainError("sku_unknown", sku=command.sku)
    _require_store(command.store, view)
    price = not_negative_micro(command.price, "price")
    return [events.PriceSet(sku=command.sku, store=command.store, price=price)]


@decides(commands.DefineStore)
def define_store(command: commands.DefineStore, _asked: Asked, _view: View) -> list[Fact]:
    if command.timezone not in available_timezones():
        raise DomainError("timezone_unknown", timezone=command.timezone)
    return [events.StoreDefined(**msgspec.structs.asdict(command))]


@decides(commands.DefinePlace)
def define_place(command: commands.DefinePlace, _asked: Asked, view: View) -> list[Fact]:
    _require_store(command.store, view)
    return [events.PlaceDefined(**msgspec.structs.asdict(command))]


@decides(commands.SetScanner)
def set_scanner(command: commands.SetScanner, _asked: Asked, view: View) -> list[Fact]:
    _require_store(command.store, view)
    return [events.ScannerSet(**msgspec.structs.asdict(command))]


@decides(commands.SetLabelTemplate)
def set_label_template(command: commands.SetLabelTemplate, _asked: Asked, view: View) -> list[Fact]:
    _require_store(command.store, view)
    require_template(
        LabelTemplate(
            layout=command.template,
            prefixes=command.prefixes,
            price_decimals=command.price_decimals,
            weight_decimals=command.weight_decimals,
        )
    )
    return [events.LabelTemplateSet(**msgspec.structs.asdict(command))]


@decides(commands.DefineCustomer)
def define_customer(command: commands.DefineCustomer, _asked: Asked, view: View) -> list[Fact]:
    before = row(view, CUSTOMER_PARTICULARS, command.customer)
    kept = {
        name: given if given is not None else ("" if before is None else str(before[name] or ""))
        for name, given in (
            ("phone", command.phone),
            ("address", command.address),
            ("tax_number", command.tax_number),
        )
    }
    return [events.CustomerDefined(customer=command.customer, name=command.name, **kept)]


@decides(commands.SetSupplierTerms)
def set_supplier_terms(command: commands.SetSupplierTerms, _asked: Asked, view: View) -> list[Fact]:
    _require(SUPPLIER, "supplier", command.supplier, view)
    return [events.SupplierTermsSet(**msgspec.structs.asdict(command))]


@decides(commands.SetSupplierContact)
def set_supplier_contact(command: commands.SetSupplierContact, _asked: Asked, view: View) -> list[Fact]:
    _require(SUPPLIER, "supplier", command.supplier, view)
    email = command.email
    if email is None:
        before = row(view, SUPPLIER_CONTACT, command.supplier)
        email = "" if before is None else str(before["email"] or "")
    email = email.strip()
    if email:
        require_mail_address(email)
    elif command.delivery == "email":
        raise DomainError("supplier_email_missing", supplier=command.supplier)
    return [events.SupplierContactSet(**msgspec.structs.asdict(command) | {"email": email})]


@decides(commands.SetOwnDay)
def set_own_day(command: commands.SetOwnDay, _asked: Asked, view: View) -> list[Fact]:
    if not OWN_DAYS_FROM <= command.day <= OWN_DAYS_TO:
        raise DomainError("own_day_far", day=command.day.isoformat())
    name = command.name.strip()
    if (command.what == "event") != bool(name):
        raise DomainError("own_day_name")
    if command.store:
        if command.what != "closed":
            raise DomainError("own_day_store")
        _require(STORE, "store", command.store, view)
    return [events.OwnDaySet(**msgspec.structs.asdict(command) | {"name": name})]


@decides(commands.SetItemKind)
def set_item_kind(command: commands.SetItemKind, _asked: Asked, view: View) -> list[Fact]:
    _require(SKU, "sku", command.sku, view)
    since = _first_of_a_month(command.since, view)
    _require_later(view, ITEM_KIND, command.sku, since)
    return [events.ItemKindSet(sku=command.sku, item_kind=command.item_kind, since=since)]


@decides(commands.SetCostingMethod)
def set_costing_method(command: commands.SetCostingMethod, _asked: Asked, view: View) -> list[Fact]:
    _require(CATEGORY, "category", command.category, view)
    since = _first_of_a_month(command.since, view)
    _require_later(view, COSTING_METHOD, command.category, since)
    return [events.CostingMethodSet(category=command.category, method=command.method, since=since)]


@decides(commands.SetVatRate)
def set_vat_rate(command: commands.SetVatRate, _asked: Asked, view: View) -> list[Fact]:
    if bool(command.sku) == bool(command.category):
        raise DomainError("rate_of_sku_or_category")
    if command.sku:
        _require(SKU, "sku", command.sku, view)
    else:
        _require(CATEGORY, "category", command.category, view)
    if command.since is None:
        raise DomainError("rate_without_date")
    require_open(view, command.since)
    vat_bp = fraction_bp(command.rate, "rate")
    return [events.VatRateSet(sku=command.sku, category=command.category, vat_bp=vat_bp, since=command.since)]


@decides(commands.SetContractPrice)
def set_contract_price(command: commands.SetContractPrice, _asked: Asked, view: View) -> list[Fact]:
    _require(SUPPLIER, "supplier", command.supplier, view)
    _require(SKU, "sku", command.sku, view)
    if command.since is None:
        raise DomainError("since_missing")
    if command.until is not None and command.until < command.since:
        raise DomainError("until_before_since", since=str(command.since), until=str(command.until))
    tiers = tuple(
        events.PriceTier(
            min_qty=not_negative_micro(tier.min_qty, "min_qty"),
            unit_price=positive_micro(tier.unit_price, "unit_price"),
        )
        for tier in command.tiers
    )
    if any(one.min_qty >= other.min_qty for one, other in pairwise(tiers)):
        raise DomainError("tiers_not_rising", sku=command.sku)
    return [
        events.ContractPriceSet(
            supplier=command.supplier,
            sku=command.sku,
            since=command.since,
            until=command.until,
            tiers=tiers,
            tolerance_bp=fraction_bp(command.tolerance, "tolerance"),
            at_receipt=command.at_receipt,
        )
    ]


def _first_of_a_month(since: date | None, view: View) -> date:
    """What changes values changes them where a period begins, and only while that period is open (R2)."""
    if since is None:
        raise DomainError("since_missing")
    if since.day != 1:
        raise DomainError("since_not_period_start", since=since.isoformat())
    require_open(view, since)
    return since


def _require_later(view: View, table: Table, name: str, since: date) -> None:
    """Dated rows are added at the end; what a past month was costed by is history."""
    last = last_since(view.rows(table, (name,)))
    if last is not None and since <= last:
        raise DomainError("since_not_later", since=since.isoformat(), last=last.isoformat())


def _require(table: Table, what: str, name: str, view: View) -> None:
    """Raises `sku_unknown`, `supplier_unknown` or `category_unknown`."""
    if row(view, table, name) is None:
        raise DomainError(f"{what}_unknown", **{what: name})


def _require_store(store: str, view: View) -> None:
    if store and row(view, STORE, store) is None:
        raise DomainError("store_unknown", store=store)
