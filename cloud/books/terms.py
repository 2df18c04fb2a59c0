"""By what terms head office keeps its books: the policy, and for each SKU its account, its costing and its VAT rates.

Account and costing of a SKU are fixed when the books first meet it, because a change would have to revalue what lies
there; VAT rates are dated and read as they stand. What the master data does not say is taken by policy, and the row
says so (`assumed`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import func, select

from cloud.store.book_tables import BOOK_POLICY, BOOK_SKU, GL_MONTH
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, Writing, mine
from shared.accounting.accounts import chart_named
from shared.accounting.periods import last_day
from shared.accounting.policy import DatedRate, Policies, Policy, SkuKind, SkuTerms, TaxpayerKind
from shared.accounting.projection import BOOKS_POLICY
from shared.catalogue.projection import COSTING_METHOD, ITEM_KIND, SKU, VAT_RATE
from shared.stock.valuation import Method
from shared.units import MICRO

_OF_TEN_THOUSAND = MICRO // 10_000


class PolicyBody(msgspec.Struct, frozen=True, kw_only=True):
    """The policy as it is kept; rates in parts of ten thousand."""

    taxpayer: TaxpayerKind = "general"
    chart: str = "小企业会计准则"
    surtaxes_bp: tuple[int, ...] = (700, 300, 200)
    surtax_factor_bp: int = 5000
    default_vat_bp: int = 1300
    """For goods whose rate nobody has set."""
    dated_goods_by_lot: bool = True
    """Goods with a shelf life are costed by lot (FIFO) where their category says nothing; others by average."""

    def policy(self, version: int) -> Policy:
        return Policy(
            version=version,
            taxpayer=self.taxpayer,
            chart=chart_named(self.chart),
            surtaxes=tuple(rate * _OF_TEN_THOUSAND for rate in self.surtaxes_bp),
            surtax_factor=self.surtax_factor_bp * _OF_TEN_THOUSAND,
            gaps="provisional",
            head_office="",
        )


class _SkuBody(msgspec.Struct, frozen=True, kw_only=True):
    kind: SkuKind = "merchandise"
    costing: Method | None = "moving_average"
    price: int = 0


def keep_policies(writing: Writing, now_ms: int) -> Policies:
    """Every policy there is, each from its day on. What head office has set since (`accounting.policy_set`) becomes a
    new version; the usual one, for the days before, is written down the first time the books are kept."""
    known = _kept(writing)
    if not known:
        _write_version(writing, 1, "", PolicyBody(), now_ms)
        known = _kept(writing)
    newest = max(known, key=lambda kept: kept.version)
    version, latest = newest.version, {kept.since: kept.body for kept in known}
    table = table_of(BOOKS_POLICY)
    for row in writing.all(select(table).where(mine(table)).order_by(table.c.since)):
        body = _as_set(newest.body, row)
        if latest.get(row.since) != body:
            version += 1
            _write_version(writing, version, row.since, body, now_ms)
    return policies(writing)


class _Kept(msgspec.Struct, frozen=True):
    """A version as it is written down; `since` empty: from the beginning."""

    version: int
    since: str
    body: PolicyBody


def _kept(reading: Reading) -> list[_Kept]:
    """All versions in their order."""
    columns = (BOOK_POLICY.c.version, BOOK_POLICY.c.since, BOOK_POLICY.c.body)
    rows = reading.all(select(*columns).where(mine(BOOK_POLICY)).order_by(BOOK_POLICY.c.version))
    return [
        _Kept(int(row.version), row.since, msgspec.json.decode(row.body, type=PolicyBody)) for row in rows
    ]


def _write_version(writing: Writing, version: int, since: str, body: PolicyBody, now_ms: int) -> None:
    told = msgspec.json.encode(body).decode()
    writing.insert(BOOK_POLICY, {"version": version, "since": since, "body": told, "made_ms": now_ms})


def policies(reading: Reading) -> Policies:
    """Every policy by its day, of one day the newest version; the usual one where nothing was ever posted."""
    latest = {kept.since: kept for kept in _kept(reading)} or {"": _Kept(1, "", PolicyBody())}
    return Policies(
        tuple(
            (date.fromisoformat(since) if since else date.min, kept.body.policy(kept.version))
            for since, kept in sorted(latest.items())
        )
    )


def policy_now(reading: Reading) -> Policy:
    """The policy of the newest month with a voucher; one that is to begin later does not count yet."""
    month = reading.scalar(select(func.max(GL_MONTH.c.month)).where(mine(GL_MONTH)))
    return policies(reading).on(last_day(month) if month else date.min)


def _as_set(body: PolicyBody, row: Any) -> PolicyBody:
    """The policy with what head office has said of chart, taxpayer and surtaxes."""
    return msgspec.structs.replace(
        body,
        taxpayer=row.taxpayer,
        chart=row.chart,
        surtaxes_bp=(row.urban_construction_bp, row.education_bp, row.local_education_bp),
        surtax_factor_bp=row.surtax_factor_bp,
    )


class Terms(dict[str, SkuTerms]):
    """The terms of SKUs, fixed in the table when they are first asked for. `writing` is the transaction in hand."""

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        newest = _kept(writing)[-1]
        self.writing = writing
        self._version = newest.version
        self._body = newest.body
        self._rates = _Rates(writing)

    def __missing__(self, sku: str) -> SkuTerms:
        self.fix((sku,))
        return self[sku]

    def fix(self, skus: Iterable[str]) -> None:
        """Know the terms of these SKUs from now on."""
        missing = sorted({sku for sku in skus if sku not in self})
        for start in range(0, len(missing), 500):
            part = missing[start : start + 500]
            known = self.writing.all(
                select(BOOK_SKU.c.sku, BOOK_SKU.c.body).where(mine(BOOK_SKU), BOOK_SKU.c.sku.in_(part))
            )
            bodies = {row.sku: msgspec.json.decode(row.body, type=_SkuBody) for row in known}
            bodies |= self._first_met([sku for sku in part if sku not in bodies])
            products = self._products(part)
            for sku in part:
                self[sku] = self._terms(sku, bodies[sku], products.get(sku))

    def _terms(self, sku: str, body: _SkuBody, product: Any) -> SkuTerms:
        category = "" if product is None else product.category
        return SkuTerms(
            kind=body.kind,
            costing=body.costing,
            name=sku if product is None else product.name,
            vat=self._rates.of(sku, category) or (DatedRate(date.min, self._default_vat()),),
            price=body.price,
        )

    def _default_vat(self) -> int:
        return self._body.default_vat_bp * _OF_TEN_THOUSAND

    def _products(self, skus: list[str]) -> dict[str, Any]:
        table = table_of(SKU)
        rows = self.writing.all(select(table).where(mine(table), table.c.sku.in_(skus)))
        return {row.sku: row for row in rows}

    def _first_met(self, skus: list[str]) -> dict[str, _SkuBody]:
        if not skus:
            return {}
        products = self._products(skus)
        kinds = _newest(self.writing, ITEM_KIND, "sku", "item_kind")
        methods = _newest(self.writing, COSTING_METHOD, "category", "method")
        bodies: dict[str, _SkuBody] = {}
        rows = []
        for sku in skus:
            product = products.get(sku)
            category = "" if product is None else product.category
            kind = kinds.get(sku, "merchandise")
            method: Method | None = methods.get(category)
            assumed = [name for name, said in (("kind", sku in kinds), ("costing", method)) if not said]
            if not self._rates.of(sku, category):
                assumed.append("vat")
            if method is None:
                dated = product is not None and product.shelf_life_days is not None
                method = "fifo" if dated and self._body.dated_goods_by_lot else "moving_average"
            body = _SkuBody(
                kind=kind,
                costing=None if kind == "service" else method,
                price=0 if product is None else product.unit_cost or 0,
            )
            bodies[sku] = body
            rows.append(
                {
                    "sku": sku,
                    "version": self._version,
                    "body": msgspec.json.encode(body).decode(),
                    "assumed": " ".join(assumed),
                }
            )
        self.writing.insert(BOOK_SKU, *rows)
        return bodies


def _newest(reading: Reading, definition: Any, key: str, value: str) -> dict[str, Any]:
    """The last word on each key."""
    table = table_of(definition)
    rows = reading.all(select(table.c[key], table.c[value]).where(mine(table)).order_by(table.c.since))
    return dict(rows)  # type: ignore[arg-type]


class _Rates:
    """All VAT rates there are: of SKUs and of categories."""

    def __init__(self, reading: Reading) -> None:
        table = table_of(VAT_RATE)
        self._of: dict[tuple[str, str], list[DatedRate]] = {}
        for row in reading.all(select(table).where(mine(table)).order_by(table.c.since)):
            dated = DatedRate(date.fromisoformat(row.since), row.vat_bp * _OF_TEN_THOUSAND)
            self._of.setdefault((row.sku, row.category), []).append(dated)

    def of(self, sku: str, category: str) -> tuple[DatedRate, ...]:
        """The SKU's own rates, else its category's."""
        return tuple(self._of.get((sku, "")) or self._of.get(("", category)) or ())


def said_so_far(reading: Reading) -> int:
    """Changes whenever a VAT rate or a policy is set."""
    said = 0
    for table in (table_of(VAT_RATE), table_of(BOOKS_POLICY)):
        said += int(reading.scalar(select(func.coalesce(func.sum(table.c.ver), 0)).where(mine(table))))
    return said
