"""What the books are kept by: taxpayer kind, chart, costing methods, dated VAT rates, surtaxes, tenders.

A policy is a frozen value with a version. Everything posted is a function of the facts and of this, so the same
facts under another policy are another, comparable set of books (the what-if of `liushui books replay`).
Legal figures are data with dates, to be checked by the shop's own accountant, never constants in a posting.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

import msgspec

from shared.accounting.accounts import SMALL_BUSINESS, Chart, Role
from shared.errors import DomainError
from shared.stock.valuation import Method
from shared.units import MICRO

TaxpayerKind = Literal["general", "small_scale"]
SkuKind = Literal["merchandise", "raw", "finished", "consumable", "service"]
Gaps = Literal["refuse", "provisional"]
"""What is done where goods or papers are missing: a file is refused, a shop goes on at provisional cost (R4, R11)."""

INVENTORY_ROLE: Mapping[SkuKind, Role] = {
    "merchandise": Role.MERCHANDISE,
    "finished": Role.MERCHANDISE,
    "raw": Role.RAW,
    "consumable": Role.CONSUMABLE,
}

TENDERS: Mapping[str, Role] = MappingProxyType(
    {
        "cash": Role.CASH,
        "bank": Role.BANK,
        "card": Role.WALLET,
        "unionpay": Role.WALLET,
        "wechat": Role.WALLET,
        "alipay": Role.WALLET,
        "other": Role.WALLET,
        "credit": Role.RECEIVABLE,
        "meituan": Role.RECEIVABLE,
        "jd": Role.RECEIVABLE,
        "eleme": Role.RECEIVABLE,
        "douyin": Role.RECEIVABLE,
        "taobao": Role.RECEIVABLE,
        "tmall": Role.RECEIVABLE,
        "pdd": Role.RECEIVABLE,
        "kuaishou": Role.RECEIVABLE,
        "xiaohongshu": Role.RECEIVABLE,
        "prepaid": Role.ADVANCES,
    }
)
"""Where money waits: wallets until the provider settles, platforms and credit as receivables."""


class DatedRate(msgspec.Struct, frozen=True):
    """A rate in millionths from a day on."""

    since: date
    rate: int


class SkuTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How the books treat one SKU. `costing` is None for what is never in stock."""

    kind: SkuKind
    costing: Method | None
    name: str = ""
    vat: tuple[DatedRate, ...] = ()
    price: int = 0
    """Contract or vendor price in millionths, for stock sold before any cost is known (R4)."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    version: int = 1
    taxpayer: TaxpayerKind = "general"
    chart: Chart = SMALL_BUSINESS
    surtaxes: tuple[int, ...] = (70_000, 30_000, 20_000)
    """Urban construction, education, local education: 7, 3 and 2 % of the VAT payable."""
    surtax_factor: int = MICRO // 2
    tenders: Mapping[str, Role] = msgspec.field(default_factory=lambda: TENDERS)
    gaps: Gaps = "refuse"
    recosted: bool = False
    """The same documents costed another way: what people decided on the true figures is not refused for the others."""
    head_office: str = "HQ"
    transit: str = "TRANSIT"

    @property
    def goes_on(self) -> bool:
        """Whether what is missing is booked provisionally instead of refused."""
        return self.gaps == "provisional"

    @property
    def output_role(self) -> Role:
        return Role.VAT_OUTPUT if self.taxpayer == "general" else Role.VAT_SMALL_SCALE

    def deducts(self, deductible: bool) -> bool:
        """Whether input VAT is reclaimed; where not, it is part of the cost."""
        return deductible and self.taxpayer == "general"

    def tender_role(self, method: str) -> Role:
        """The account a payment waits on. Raises `tender_unknown`."""
        role = self.tenders.get(method)
        if role is None and self.goes_on:
            return Role.RECEIVABLE  # A shop's tills know only the tenders above and the names of platforms.
        if role is None:
            raise DomainError("tender_unknown", tender=method)
        return role


class Policies(msgspec.Struct, frozen=True):
    """What a company's books were and are kept by: each policy from a day on, in the order of days, one at least.

    Days before the first are kept by the first.
    """

    dated: tuple[tuple[date, Policy], ...]

    @classmethod
    def always(cls, policy: Policy) -> Policies:
        """One policy for every day."""
        return cls(((date.min, policy),))

    def on(self, day: date) -> Policy:
        """The policy in force on a business day, whenever the document of that day arrives."""
        if len(self.dated) == 1:
            return self.dated[0][1]
        begun = [policy for since, policy in self.dated if since <= day]
        return begun[-1] if begun else self.dated[0][1]


def rate_on(rates: tuple[DatedRate, ...], day: date, sku: str) -> int:
    """The rate in force on a day. Raises `vat_rate_missing` where no rate has begun by then."""
    if len(rates) == 1 and rates[0].since <= day:
        return rates[0].rate
    begun = [dated for dated in rates if dated.since <= day]
    if not begun:
        raise DomainError("vat_rate_missing", sku=sku, date=day.isoformat())
    return max(begun, key=lambda dated: dated.since).rate
