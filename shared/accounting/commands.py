"""What accountants ask of the books, and what a node says of its own days."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.access.labels import PERSONAL
from shared.accounting.events import (
    ChartName,
    Direction,
    Method,
    PaymentTakenBack,
    Taxpayer,
    VoucherLine,
)
from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command
from shared.stock.commands import OptionalCode
from shared.units import DecimalText

PeriodName = Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\n)")]
"""A calendar month: "2026-10"."""


class SealDay(Command, frozen=True, kw_only=True):
    """The node's own word, given some time after the day's cut-off."""

    kind: ClassVar[str] = "accounting.seal_day"
    permission: ClassVar[str] = "node.internal"
    through: date


class AtTheBooks(Command, frozen=True, kw_only=True):
    """Decided at head office, which owns the books."""

    decided_at: ClassVar[str] = "cloud"


class Obstacle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filled in by head office from its books; whatever a client sends here is not looked at."""

    obstacle: Annotated[str, Meta(max_length=40)]
    where: Annotated[str, Meta(max_length=200)] = ""
    told: Annotated[str, Meta(max_length=200)] = ""


class ClosePeriod(AtTheBooks, frozen=True, kw_only=True):
    """`forced` closes against the obstacles and needs a reason; late arrivals then go to the first open period."""

    kind: ClassVar[str] = "accounting.close_period"
    permission: ClassVar[str] = "books.close"
    period: PeriodName
    forced: bool = False
    reason: Note = ""
    obstacles: Annotated[tuple[Obstacle, ...], Meta(max_length=2000)] = ()


class AskReopen(AtTheBooks, frozen=True, kw_only=True):
    kind: ClassVar[str] = "accounting.ask_reopen"
    permission: ClassVar[str] = "books.close"
    period: PeriodName
    reason: Name


class ReopenPeriod(AtTheBooks, frozen=True, kw_only=True):
    """By another person than the one who asked."""

    kind: ClassVar[str] = "accounting.reopen_period"
    permission: ClassVar[str] = "books.close"
    period: PeriodName


class SetPolicy(AtTheBooks, frozen=True, kw_only=True):
    """Rates are fractions: 7 % is "0.07". `since` may not be left out."""

    kind: ClassVar[str] = "accounting.set_policy"
    permission: ClassVar[str] = "books.configure"
    since: date | None = None
    chart: ChartName = "small_business"
    taxpayer: Taxpayer
    urban_construction: DecimalText = "0.07"
    education: DecimalText = "0.03"
    local_education: DecimalText = "0.02"
    surtax_factor: DecimalText = "1"


class MoneyCommand(AtTheBooks, frozen=True, kw_only=True):
    """Money that head office's people see move, mostly at the bank. `store` empty: head office's own."""

    permission: ClassVar[str] = "books.record"
    dated: date
    store: OptionalCode = ""
    note: Note = ""


class RecordCustomerPayment(MoneyCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "accounting.record_customer_payment"
    customer: Code
    amount: DecimalText
    method: Method = "bank"


class InvoicePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    invoice: Code
    amount: DecimalText


class PaySupplier(MoneyCommand, frozen=True, kw_only=True):
    """`invoices` may say what is paid; together no more than `amount`."""

    kind: ClassVar[str] = "accounting.pay_supplier"
    supplier: Code
    amount: DecimalText
    method: Method = "bank"
    invoices: Annotated[tuple[InvoicePart, ...], Meta(max_length=200)] = ()


class RecordExpense(MoneyCommand, frozen=True, kw_only=True):
    """`account` and `credit` are codes of the chart in force; a rate needs no date here, the invoice has one."""

    kind: ClassVar[str] = "accounting.record_expense"
    account: OptionalCode = ""
    net: DecimalText
    rate: DecimalText = "0"
    deductible: bool = True
    method: Method = "bank"
    credit: OptionalCode = ""
    payee: OptionalCode = ""


class SettleWallet(MoneyCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "accounting.settle_wallet"
    wallet: Method
    gross: DecimalText
    fee: DecimalText = "0"


class SettlePlatform(MoneyCommand, frozen=True, kw_only=True):
    """`commission` with its tax, as the platform's statement has it."""

    kind: ClassVar[str] = "accounting.settle_platform"
    platform: Code
    gross: DecimalText
    commission: DecimalText = "0"
    rate: DecimalText = "0"
    deductible: bool = True


class PayInCapital(AtTheBooks, frozen=True, kw_only=True):
    kind: ClassVar[str] = "accounting.pay_in_capital"
    permission: ClassVar[str] = "books.record"
    amount: DecimalText
    method: Method = "bank"
    investor: Annotated[OptionalCode, Meta(extra={"label": PERSONAL})] = ""
    dated: date
    note: Note = ""


class EntryLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    account: Code
    debit: DecimalText = "0"
    credit: DecimalText = "0"
    store: OptionalCode = ""
    partner: OptionalCode = ""
    note: Note = ""


class EnterVoucher(AtTheBooks, frozen=True, kw_only=True):
    """Refused whole when it does not balance, names an unknown account or falls into a closed period."""

    kind: ClassVar[str] = "accounting.enter_voucher"
    permission: ClassVar[str] = "books.voucher"
    dated: date
    lines: Annotated[tuple[EntryLine, ...], Meta(min_length=2, max_length=500)]
    reason: Name


class BookMonthEnd(AtTheBooks, frozen=True, kw_only=True):
    """What closes a month's accounts before the month itself is closed. Head office fills in what its books say: `run`,
    `waiting` (its own facts that are in no voucher yet), the obstacles, and the lines."""

    kind: ClassVar[str] = "accounting.book_month_end"
    permission: ClassVar[str] = "books.close"
    period: PeriodName
    forced: bool = False
    reason: Note = ""
    obstacles: Annotated[tuple[Obstacle, ...], Meta(max_length=2000)] = ()
    run: int = 0
    waiting: int = 0
    vat: int = 0
    surtax: int = 0
    profit: int = 0
    vat_lines: Annotated[tuple[VoucherLine, ...], Meta(max_length=100)] = ()
    profit_lines: Annotated[tuple[VoucherLine, ...], Meta(max_length=20_000)] = ()


class ReverseVoucher(AtTheBooks, frozen=True, kw_only=True):
    """`log`, `seq`, `part`, `number`: the voucher's name. Head office fills in what it finds under it."""

    kind: ClassVar[str] = "accounting.reverse_voucher"
    permission: ClassVar[str] = "books.voucher"
    log: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
    seq: Annotated[int, Meta(ge=1)]
    part: Annotated[int, Meta(ge=0, le=255)] = 0
    number: Annotated[int, Meta(ge=0)] = 0
    dated: date
    reason: Name
    found_kind: Annotated[str, Meta(max_length=60)] = ""
    found_lines: Annotated[tuple[VoucherLine, ...], Meta(max_length=20_000)] = ()
    found_day: date | None = None
    found_payment: PaymentTakenBack | None = None


class DisposePending(AtTheBooks, frozen=True, kw_only=True):
    """`of` names counts, transfers or wastes of the store."""

    kind: ClassVar[str] = "accounting.dispose_pending"
    permission: ClassVar[str] = "books.dispose"
    store: Code
    of: Annotated[tuple[Code, ...], Meta(min_length=1, max_length=200)]
    direction: Direction
    compensation: DecimalText = "0"
    payer: Annotated[OptionalCode, Meta(extra={"label": PERSONAL})] = ""
    reason: Name
    dated: date


class AtTheTill(Command, frozen=True, kw_only=True):
    """Money that moves in the store, recorded there, with or without a line."""

    permission: ClassVar[str] = "till.record"
    amount: DecimalText
    note: Note = ""


class CollectPayment(AtTheTill, frozen=True, kw_only=True):
    """A customer pays off what was bought on account."""

    kind: ClassVar[str] = "accounting.collect_payment"
    customer: Code
    method: Method = "cash"


class DepositCash(AtTheTill, frozen=True, kw_only=True):
    kind: ClassVar[str] = "accounting.deposit_cash"


class PayExpense(AtTheTill, frozen=True, kw_only=True):
    """Petty cash: what the store pays from the till, with a word for what."""

    kind: ClassVar[str] = "accounting.pay_expense"
    payee: Name
    method: Method = "cash"
