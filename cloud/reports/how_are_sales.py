"""How are sales: by day, store, SKU, category, or store and day; from the projector's roll-ups alone.

`amount` is what customers paid less what they got back, which is what the till's money adds up to.
"""

from __future__ import annotations

from typing import Any, Literal, TypeGuard, get_args

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, select

from cloud.reports.asked import (
    Named,
    Page,
    Question,
    amount_text,
    category_names,
    facts_url,
    in_period,
    of_stores,
    qty_text,
    sku_names,
    store_names,
)
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.catalogue.projection import SKU
from shared.errors import DomainError
from shared.sales.projection import SALES_DAY, SALES_TOTAL

By = Literal["day", "store", "sku", "category", "store_day"]
BYS: tuple[By, ...] = get_args(By)


def is_by(by: str) -> TypeGuard[By]:
    return by in BYS


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """`count`: receipts where whole receipts are grouped, receipt lines where goods are."""

    amount: str
    qty: str
    count: int
    discount: str
    returned: str


class SalesRow(Figures, frozen=True, kw_only=True, omit_defaults=True):
    key: str
    label: Named | str
    store: str | None = None
    date: str | None = None
    facts: str


class Sales(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    by: By
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    rows: list[SalesRow]
    total: Figures
    next: str | None = None


def how_are_sales(reading: Reading, asked: Question, by: str, page: Page) -> Sales:
    """One page of rows, days in order of time, others the largest amount first, and the total of all rows."""
    if not is_by(by):
        raise DomainError("report_by_unknown", by=by[:40], known=", ".join(BYS))
    found = reading.all(_grouped(asked, by).limit(page.limit + 1).offset(page.after))
    return Sales(
        by=by,
        first=asked.first.isoformat(),
        last=asked.last.isoformat(),
        rows=_labelled(reading, asked, by, found[: page.limit]),
        total=total(reading, asked, by_goods=by in ("sku", "category")),
        next=str(page.after + page.limit) if len(found) > page.limit else None,
    )


def total(reading: Reading, asked: Question, *, by_goods: bool = False) -> Figures:
    """The whole period over all stores asked about."""
    table = table_of(SALES_DAY if by_goods else SALES_TOTAL)
    sums = _sums(table, "lines" if by_goods else "sales")
    return _figures(reading.first(select(*sums).where(of_stores(asked, table), in_period(asked, table))))


def _sums(table: Any, counted: str) -> list[ColumnElement[int]]:
    columns = table.c
    return [
        func.sum(columns.amount - columns.returned).label("amount"),
        func.sum(columns.qty - columns.returned_qty).label("qty"),
        func.sum(columns[counted]).label("counted"),
        func.sum(columns.discount).label("discount"),
        func.sum(columns.returned).label("returned"),
    ]


def _grouped(asked: Question, by: By) -> Select[Any]:
    if by in ("sku", "category"):
        return _by_goods(asked, by)
    table = table_of(SALES_TOTAL)
    sums = _sums(table, "sales")
    day, store = table.c.business_date, table.c.node_id
    keys = {"day": [day], "store": [store], "store_day": [day, store]}[by]
    chosen = select(*keys, *sums).where(of_stores(asked, table), in_period(asked, table)).group_by(*keys)
    return chosen.order_by(sums[0].desc(), store) if by == "store" else chosen.order_by(*keys)


def _by_goods(asked: Question, by: By) -> Select[Any]:
    table = table_of(SALES_DAY)
    sums = _sums(table, "lines")
    inside = and_(of_stores(asked, table), in_period(asked, table))
    if by == "sku":
        key: ColumnElement[Any] = table.c.sku
        chosen = select(key, *sums).where(inside)
    else:
        product = table_of(SKU)
        key = func.coalesce(product.c.category, "").label("category")
        joined = table.outerjoin(
            product, and_(product.c.tenant_id == table.c.tenant_id, product.c.sku == table.c.sku)
        )
        chosen = select(key, *sums).select_from(joined).where(inside)
    return chosen.group_by(key).order_by(sums[0].desc(), key)


def _figures(row: Any) -> Figures:
    return Figures(
        amount=amount_text(row.amount),
        qty=qty_text(row.qty),
        count=int(row.counted or 0),
        discount=amount_text(row.discount),
        returned=amount_text(row.returned),
    )


def _labelled(reading: Reading, asked: Question, by: By, found: Any) -> list[SalesRow]:
    stores = store_names(reading)
    skus = sku_names(reading, {row.sku for row in found}) if by == "sku" else {}
    categories = category_names(reading) if by == "category" else {}
    rows = []
    for row in found:
        seen = row._mapping
        day, store = seen.get("business_date"), seen.get("node_id")
        sku, category = seen.get("sku"), seen.get("category")
        label: Named | str = {
            "day": day,
            "store": stores.get(store, store),
            "store_day": f"{day} {stores.get(store, store)}",
            "sku": skus.get(sku),
            "category": categories.get(category, Named(category or "未分类", category or "Uncategorised")),
        }[by]
        figures = msgspec.structs.asdict(_figures(row))
        period = {"date": day} if day else {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
        rows.append(
            SalesRow(
                key=str(
                    {"day": day, "store": store, "store_day": f"{day}/{store}"}.get(by, sku or category or "")
                ),
                label=label,
                store=store,
                date=day,
                facts=facts_url(node=store, kind="sales.", sku=sku, category=category, **period),
                **figures,
            )
        )
    return rows
