"""Money that changed hands, and what people did to the books themselves: vouchers, days sealed, periods closed.

Amounts in fen, rates in parts of ten thousand. `dated` is the day it belongs to in the books, `store` the store whose
books they are (empty: head office's). Entries are no facts: they follow from facts, by the same pure rules, whenever
somebody asks.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from shared.access.labels import PERSONAL
from shared.ledger.fact import Fact

Method = Literal["cash", "bank", "card", "wechat", "alipay", "other"]
"""How money moved. A wallet's money is ours when it is settled, not when it is paid."""
ChartName = Literal["small_business", "enterprise"]
Taxpayer = Literal["general", "small_scale"]
Direction = Literal["gain", "loss"]


class DaySealed(Fact, frozen=True, kw_only=True):
    """A store's node says that it knows of nothing more to come for business days through this one.

    The fact's own name (log, seq) is the watermark: what stands behind it and is dated before is a late arrival (R5).
    """

    kind: ClassVar[str] = "accounting.day_sealed.v1"
    through: date


class ObstacleWaived(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What stood against closing and was overruled."""

    obstacle: str
    where: str
    told: str = ""


class PeriodClosed(Fact, frozen=True, kw_only=True):
    """From here on nothing is dated into the period. `waived`: closed by force, against these obstacles."""

    kind: ClassVar[str] = "accounting.period_closed.v1"
    period: str
    forced: bool = False
    reason: str = ""
    waived: tuple[ObstacleWaived, ...] = ()


class PeriodReopenAsked(Fact, frozen=True, kw_only=True):
    """The first of two people asks that a closed period be opened again."""

    kind: ClassVar[str] = "accounting.period_reopen_asked.v1"
    period: str
    reason: str


class PeriodReopened(Fact, frozen=True, kw_only=True):
    """Somebody else than `asked_by` agreed."""

    kind: ClassVar[str] = "accounting.period_reopened.v1"
    period: str
    asked_by: str
    reason: str


class PolicySet(Fact, frozen=True, kw_only=True):
    """What the books are kept by from `since`, the first of a month: chart, kind of taxpayer, surtaxes on VAT."""

    kind: ClassVar[str] = "accounting.policy_set.v1"
    since: date
    chart: ChartName
    taxpayer: Taxpayer
    urban_construction_bp: int
    education_bp: int
    local_education_bp: int
    surtax_factor_bp: int
    """What of the surtaxes is due: 5000 where a small business pays half."""


class CustomerPaid(Fact, frozen=True, kw_only=True):
    """A customer settles what was bought on account."""

    kind: ClassVar[str] = "accounting.customer_paid.v1"
    payment: str
    customer: str
    amount: int
    method: Method
    at_till: bool = False
    """A store took it: it may lend so much again, without asking (R12)."""
    store: str = ""
    dated: date
    note: str = ""


class PaidInvoice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How much of a payment goes to which purchase invoice."""

    invoice: str
    amount: int


class SupplierPaid(Fact, frozen=True, kw_only=True):
    """What no invoice takes is paid on account."""

    kind: ClassVar[str] = "accounting.supplier_paid.v1"
    payment: str
    supplier: str
    amount: int
    method: Method
    store: str = ""
    dated: date
    invoices: tuple[PaidInvoice, ...] = ()
    note: str = ""


class ExpenseRecorded(Fact, frozen=True, kw_only=True):
    """`account` is a code of the chart (empty: selling expenses); `credit`, where it is not paid yet, names the account
    it is owed on."""

    kind: ClassVar[str] = "accounting.expense_recorded.v1"
    expense: str
    account: str = ""
    net: int
    vat_bp: int = 0
    tax: int = 0
    deductible: bool = True
    method: Method = "bank"
    credit: str = ""
    payee: str = ""
    store: str = ""
    dated: date
    note: str = ""


class CashDeposited(Fact, frozen=True, kw_only=True):
    """The day's takings are brought to the bank."""

    kind: ClassVar[str] = "accounting.cash_deposited.v1"
    deposit: str
    amount: int
    store: str = ""
    dated: date
    note: str = ""


class WalletSettled(Fact, frozen=True, kw_only=True):
    """A wallet's provider pays out: `gross` of what customers paid, less its `fee`."""

    kind: ClassVar[str] = "accounting.wallet_settled.v1"
    settlement: str
    wallet: Method
    gross: int
    fee: int
    store: str = ""
    dated: date
    note: str = ""


class PlatformSettled(Fact, frozen=True, kw_only=True):
    """A delivery platform pays out: `gross` of its orders, less its `commission`, which holds `tax`."""

    kind: ClassVar[str] = "accounting.platform_settled.v1"
    settlement: str
    platform: str
    gross: int
    commission: int
    vat_bp: int = 0
    tax: int = 0
    deductible: bool = True
    store: str = ""
    dated: date
    note: str = ""


class CapitalPaidIn(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "accounting.capital_paid_in.v1"
    contribution: str
    amount: int
    method: Method = "bank"
    investor: Annotated[str, Meta(extra={"label": PERSONAL})] = ""
    dated: date
    note: str = ""


class VoucherLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Debit or credit of one account; the other is zero."""

    account: str
    debit: int = 0
    credit: int = 0
    store: str = ""
    partner: str = ""
    note: str = ""


class VoucherEntered(Fact, frozen=True, kw_only=True):
    """An entry that follows from no other fact: depreciation, accruals, a correction by the accountant."""

    kind: ClassVar[str] = "accounting.voucher_entered.v1"
    voucher: str
    dated: date
    lines: tuple[VoucherLine, ...]
    reason: str


class MonthEndBooked(Fact, frozen=True, kw_only=True):
    """A month's VAT moved to what is owed, surtaxes on it, and income and expenses into the year's profit.

    `run` counts within the period: a later run moves only what was booked after the one before. Fen: `vat` is what was
    moved or, for a small-scale taxpayer, what has borne its surtaxes; `profit` is below zero for a loss.
    """

    kind: ClassVar[str] = "accounting.month_end_booked.v1"
    period: str
    run: int
    dated: date
    vat: int
    surtax: int
    profit: int
    vat_lines: tuple[VoucherLine, ...]
    profit_lines: tuple[VoucherLine, ...]


class PaymentTakenBack(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a payment had settled and now has not: a customer's debt, or parts of a supplier's `invoices`."""

    document: str
    amount: int
    customer: str = ""
    supplier: str = ""
    invoices: tuple[PaidInvoice, ...] = ()


class VoucherReversed(Fact, frozen=True, kw_only=True):
    """红字冲销: a voucher is taken back whole, by a voucher of its own on a day of its own.

    `log`, `seq`, `part` and `number` are the name of the voucher taken back, `reversed_kind` what it was, `lines` its
    lines as they stood; `payment` is what becomes open again where it was a payment.
    """

    kind: ClassVar[str] = "accounting.voucher_reversed.v1"
    reversal: str
    log: str
    seq: int
    part: int
    number: int
    reversed_kind: str
    lines: tuple[VoucherLine, ...]
    dated: date
    reason: str
    payment: PaymentTakenBack | None = None


class PendingDisposed(Fact, frozen=True, kw_only=True):
    """Somebody approved what becomes of differences that wait in 1901: counts, transfers, abnormal waste.

    `compensation` is what `payer` (a person, a carrier, an insurance) makes good of a loss.
    """

    kind: ClassVar[str] = "accounting.pending_disposed.v1"
    disposal: str
    store: str
    of: tuple[str, ...]
    direction: Direction
    compensation: int = 0
    payer: Annotated[str, Meta(extra={"label": PERSONAL})] = ""
    reason: str
    dated: date
