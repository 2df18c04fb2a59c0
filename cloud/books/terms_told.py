"""By what terms the books are kept, for the page that sets them: policy, VAT rates, costing, kinds of goods, and which
goods have no rate."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import and_, select

from cloud.books.told import names_of_goods
from cloud.store.book_tables import BOOK_SKU
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.accounting.projection import BOOKS_POLICY
from shared.catalogue.projection import COSTING_METHOD, ITEM_KIND, SKU, VAT_RATE
from shared.units import MICRO, decimal_text

_BP = MICRO // 10_000
_UNRATED_MAX = 200


class PolicyRow(msgspec.Struct, frozen=True, kw_only=True):
    """Rates are fractions of the VAT that is owed; `surtax_factor` is what of them is due."""

    since: str
    chart: str
    taxpayer: str
    urban_construction: str
    education: str
    local_education: str
    surtax_factor: str


class DatedTerm(msgspec.Struct, frozen=True, kw_only=True):
    """What holds of one SKU or one category from a day on: a rate as a fraction, a method, a kind."""

    sku: str
    name: str
    category: str
    since: str
    value: str


class Unrated(msgspec.Struct, frozen=True, kw_only=True):
    """A SKU the books have met and that has no VAT rate, neither its own nor its category's."""

    sku: str
    name: str


class BookTerms(msgspec.Struct, frozen=True, kw_only=True):
    policies: list[PolicyRow]
    vat: list[DatedTerm]
    costing: list[DatedTerm]
    kinds: list[DatedTerm]
    unrated: list[Unrated]
    """Taken at the policy's usual rate; at most two hundred."""


def book_terms(reading: Reading) -> BookTerms:
    """Everything that was said, newest first."""
    vat, costing, kinds = (_rows(reading, table) for table in (VAT_RATE, COSTING_METHOD, ITEM_KIND))
    goods = names_of_goods(reading, {row.sku or "" for row in (*vat, *kinds)})
    return BookTerms(
        policies=[_policy(row) for row in _rows(reading, BOOKS_POLICY)],
        vat=[_term(row, goods, decimal_text(int(row.vat_bp) * _BP)) for row in vat],
        costing=[
            DatedTerm(sku="", name="", category=row.category, since=row.since, value=row.method)
            for row in costing
        ],
        kinds=[
            DatedTerm(sku=row.sku, name=goods[row.sku], category="", since=row.since, value=row.item_kind)
            for row in kinds
        ],
        unrated=_unrated(reading, {row.sku for row in vat}, {row.category for row in vat}),
    )


def _rows(reading: Reading, definition: Any) -> list[Any]:
    table = table_of(definition)
    return list(reading.all(select(table).where(mine(table)).order_by(table.c.since.desc())))


def _term(row: Any, goods: dict[str, str], value: str) -> DatedTerm:
    return DatedTerm(
        sku=row.sku, name=goods[row.sku], category=row.category or "", since=row.since, value=value
    )


def _policy(row: Any) -> PolicyRow:
    return PolicyRow(
        since=row.since,
        chart=row.chart,
        taxpayer=row.taxpayer,
        urban_construction=decimal_text(int(row.urban_construction_bp) * _BP),
        education=decimal_text(int(row.education_bp) * _BP),
        local_education=decimal_text(int(row.local_education_bp) * _BP),
        surtax_factor=decimal_text(int(row.surtax_factor_bp) * _BP),
    )


def _unrated(reading: Reading, rated: set[str], categories: set[str]) -> list[Unrated]:
    product = table_of(SKU)
    same = and_(product.c.tenant_id == BOOK_SKU.c.tenant_id, product.c.sku == BOOK_SKU.c.sku)
    rows = reading.all(
        select(BOOK_SKU.c.sku, product.c.name, product.c.category)
        .select_from(BOOK_SKU.outerjoin(product, same))
        .where(mine(BOOK_SKU), BOOK_SKU.c.assumed.contains("vat"))
        .order_by(BOOK_SKU.c.sku)
    )
    found = [row for row in rows if row.sku not in rated and (row.category or "") not in categories - {""}]
    return [Unrated(sku=row.sku, name=row.name or row.sku) for row in found[:_UNRATED_MAX]]
