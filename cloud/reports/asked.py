"""What every report is asked about: a period of business days and the stores the caller may see."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

import msgspec
from sqlalchemy import ColumnElement, FromClause, and_, func, select, true

from cloud.store.clocks import chain_clocks, latest_day
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import CATEGORY, SKU, STORE
from shared.errors import DomainError
from shared.money import fen_text
from shared.sales.projection import SALES_TOTAL
from shared.units import decimal_text

PERIOD_DAYS_MAX = 3 * 366
PAGE_MAX = 500


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`stores` None is the whole chain; otherwise exactly these, already cut to the caller's scope."""

    first: date
    last: date
    stores: tuple[str, ...] | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Question:
        """The equally long period just before, for comparison."""
        return Question(
            first=self.first - timedelta(days=self.days),
            last=self.first - timedelta(days=1),
            stores=self.stores,
        )


def question(stores: tuple[str, ...] | None, first: date | None, last: date | None, until: date) -> Question:
    """A period that ends on `until` and has seven days unless said otherwise. Raises `period_malformed`."""
    end = last or until
    begin = first or end - timedelta(days=6)
    if begin > end or (end - begin).days >= PERIOD_DAYS_MAX:
        raise DomainError("period_malformed", first=begin.isoformat(), last=end.isoformat())
    return Question(first=begin, last=end, stores=stores)


def business_today(reading: Reading, now_ms: int) -> date:
    """The business day it is now in the chain's stores; the latest of them where they span time zones."""
    return latest_day(chain_clocks(reading), now_ms)


def latest_day_sold(reading: Reading, stores: tuple[str, ...] | None, today: date) -> date:
    """The last business day with a sale or return, so that a report opens on figures; today where nothing ever was."""
    table = table_of(SALES_TOTAL)
    chain = Question(first=today, last=today, stores=stores)
    day = reading.scalar(
        select(func.max(table.c.business_date)).where(
            of_stores(chain, table), table.c.business_date <= today.isoformat()
        )
    )
    return date.fromisoformat(day) if day else today


def of_stores(asked: Question, table: FromClause, column: str = NODE_ID) -> ColumnElement[bool]:
    """The clause that keeps a statement to its tenant and to the stores asked about."""
    if asked.stores is None:
        return mine(table)
    return and_(mine(table), table.c[column].in_(asked.stores))


def in_period(asked: Question, table: FromClause) -> ColumnElement[bool]:
    """The clause on `business_date`, both ends included."""
    return table.c.business_date.between(asked.first.isoformat(), asked.last.isoformat())


def store_names(reading: Reading, stores: tuple[str, ...] | None = None) -> dict[str, str]:
    """Names of the stores by code, in the order of the codes."""
    table = table_of(STORE)
    chosen = true() if stores is None else table.c.store.in_(stores)
    found = reading.all(
        select(table.c.store, table.c.name).where(mine(table), chosen).order_by(table.c.store)
    )
    return {row.store: row.name for row in found}


class Named(msgspec.Struct, frozen=True):
    """A category in both languages, as the catalogue has it."""

    zh: str
    en: str


def category_names(reading: Reading) -> dict[str, Named]:
    table = table_of(CATEGORY)
    found = reading.all(select(table.c.category, table.c.zh, table.c.en).where(mine(table)))
    return {row.category: Named(row.zh, row.en) for row in found}


def sku_names(reading: Reading, skus: set[str]) -> dict[str, str]:
    """Names of the given SKUs; an SKU without master data is called by its code."""
    table = table_of(SKU)
    named = dict.fromkeys(skus, "")
    listed = sorted(skus)
    for start in range(0, len(listed), PAGE_MAX):
        part = listed[start : start + PAGE_MAX]
        for row in reading.all(select(table.c.sku, table.c.name).where(mine(table), table.c.sku.in_(part))):
            named[row.sku] = row.name
    return {sku: name or sku for sku, name in named.items()}


def qty_text(value: Any) -> str:
    """Millionths as a decimal string, whatever integer type the database summed them into."""
    return decimal_text(int(value or 0))


def amount_text(value: Any) -> str:
    """Fen as money."""
    return fen_text(int(value or 0))


def facts_url(**wanted: str | None) -> str:
    """Where the facts behind a number are listed."""
    return "/v1/facts?" + "&".join([f"{name}={_quoted(value)}" for name, value in wanted.items() if value])


_quoted = lru_cache(maxsize=20_000)(quote_plus)
"""A report of ten thousand lines names the same stores, products and days again and again."""


class Page(msgspec.Struct, frozen=True):
    """`after` rows are skipped; pages of figures are short and their order is by the figures."""

    after: int
    limit: int


def page(after: str | None, limit: int | None) -> Page:
    """Raises `page_malformed`."""
    if after and not (after.isascii() and after.isdigit() and len(after) < 9):
        raise DomainError("page_malformed")
    if limit is not None and not 1 <= limit <= PAGE_MAX:
        raise DomainError("page_malformed")
    return Page(int(after or 0), limit or 100)
