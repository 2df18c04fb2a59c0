"""What reports say of goods besides their figures: name, category, supplier, unit, shelf life."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import select

from cloud.reports.asked import PAGE_MAX, Named, category_names
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import SKU, SUPPLIER

UNSORTED = Named("未分类", "Uncategorised")


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """An SKU as the catalogue has it now; one it does not know is called by its code."""

    sku: str
    name: str
    category: Named
    category_code: str
    supplier: str
    unit: str
    shelf_life_days: int


def goods_of(reading: Reading, skus: Iterable[str]) -> dict[str, Goods]:
    """Each of the SKUs."""
    table, categories = table_of(SKU), category_names(reading)
    listed = sorted(set(skus))
    found = {
        sku: Goods(
            sku=sku, name=sku, category=UNSORTED, category_code="", supplier="", unit="", shelf_life_days=0
        )
        for sku in listed
    }
    for start in range(0, len(listed), PAGE_MAX):
        chosen = select(table).where(mine(table), table.c.sku.in_(listed[start : start + PAGE_MAX]))
        for row in reading.all(chosen):
            code = row.category or ""
            found[row.sku] = Goods(
                sku=row.sku,
                name=row.name or row.sku,
                category=categories.get(code, Named(code, code) if code else UNSORTED),
                category_code=code,
                supplier=row.supplier or "",
                unit=row.base_unit or "",
                shelf_life_days=int(row.shelf_life_days or 0),
            )
    return found


def supplier_names(reading: Reading) -> dict[str, str]:
    """Names of the suppliers by code."""
    table = table_of(SUPPLIER)
    rows = reading.all(select(table.c.supplier, table.c.name).where(mine(table)))
    return {row.supplier: row.name or row.supplier for row in rows}
