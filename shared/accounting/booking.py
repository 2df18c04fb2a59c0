"""What facts about money, vouchers by hand and approved differences are to an accountant; each says its own day."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.accounting.documents import (
    Capital,
    CashDeposit,
    CloseProfitAndLoss,
    CustomerPayment,
    DisposePending,
    Document,
    Expense,
    Manual,
    ManualLine,
    PlatformSettlement,
    Reversal,
    SupplierPayment,
    VatClose,
    WalletSettlement,
)
from shared.accounting.events import (
    CapitalPaidIn,
    CashDeposited,
    CustomerPaid,
    ExpenseRecorded,
    MonthEndBooked,
    PendingDisposed,
    PlatformSettled,
    SupplierPaid,
    VoucherEntered,
    VoucherLine,
    VoucherReversed,
    WalletSettled,
)
from shared.accounting.from_facts import Seen, booked_as


@booked_as.register
def _(fact: CustomerPaid, _seen: Seen) -> tuple[Document, ...]:
    return (
        CustomerPayment(
            id=fact.payment,
            day=fact.dated,
            store=fact.store,
            customer=fact.customer,
            amount=fact.amount,
            method=fact.method,
        ),
    )


@booked_as.register
def _(fact: SupplierPaid, _seen: Seen) -> tuple[Document, ...]:
    return (
        SupplierPayment(
            id=fact.payment,
            day=fact.dated,
            store=fact.store,
            supplier=fact.supplier,
            amount=fact.amount,
            method=fact.method,
        ),
    )


@booked_as.register
def _(fact: ExpenseRecorded, _seen: Seen) -> tuple[Document, ...]:
    return (
        Expense(
            id=fact.expense,
            day=fact.dated,
            store=fact.store,
            memo=fact.note,
            account=fact.account,
            net=fact.net,
            tax=fact.tax,
            deductible=fact.deductible,
            credit=fact.credit,
            method=fact.method,
            partner=fact.payee,
        ),
    )


@booked_as.register
def _(fact: CashDeposited, _seen: Seen) -> tuple[Document, ...]:
    return (CashDeposit(id=fact.deposit, day=fact.dated, store=fact.store, amount=fact.amount),)


@booked_as.register
def _(fact: WalletSettled, _seen: Seen) -> tuple[Document, ...]:
    return (
        WalletSettlement(
            id=fact.settlement, day=fact.dated, store=fact.store, gross=fact.gross, fee=fact.fee
        ),
    )


@booked_as.register
def _(fact: PlatformSettled, _seen: Seen) -> tuple[Document, ...]:
    return (
        PlatformSettlement(
            id=fact.settlement,
            day=fact.dated,
            store=fact.store,
            platform=fact.platform,
            gross=fact.gross,
            commission_gross=fact.commission,
            commission_tax=fact.tax,
            deductible=fact.deductible,
        ),
    )


@booked_as.register
def _(fact: CapitalPaidIn, seen: Seen) -> tuple[Document, ...]:
    return (
        Capital(
            id=fact.contribution, day=fact.dated, store=seen.store, amount=fact.amount, method=fact.method
        ),
    )


@booked_as.register
def _(fact: VoucherEntered, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(
        ManualLine(
            account=line.account,
            debit=line.debit,
            credit=line.credit,
            store=line.store,
            partner=line.partner,
            memo=line.note or fact.reason,
        )
        for line in fact.lines
    )
    return (Manual(id=fact.voucher, day=fact.dated, store=seen.store, lines=lines),)


@booked_as.register
def _(fact: MonthEndBooked, seen: Seen) -> tuple[Document, ...]:
    """The tax first: the surtaxes on it are an expense that the second moves."""
    name = f"{fact.period}#{fact.run}"
    tax, profit = _as_decided(fact.vat_lines), _as_decided(fact.profit_lines)
    made: list[Document] = []
    if tax:
        made.append(VatClose(id=name, day=fact.dated, store=seen.store, lines=tax))
    if profit:
        made.append(CloseProfitAndLoss(id=name, day=fact.dated, store=seen.store, lines=profit))
    return tuple(made)


@booked_as.register
def _(fact: VoucherReversed, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(
        msgspec.structs.replace(line, memo=f"红字冲销 {fact.reason}") for line in _as_decided(fact.lines)
    )
    return (Reversal(id=fact.reversal, day=fact.dated, store=seen.store, lines=lines),)


def _as_decided(lines: Iterable[VoucherLine]) -> tuple[ManualLine, ...]:
    return tuple(
        ManualLine(
            account=line.account,
            debit=line.debit,
            credit=line.credit,
            store=line.store,
            partner=line.partner,
            memo=line.note,
        )
        for line in lines
    )


@booked_as.register
def _(fact: PendingDisposed, _seen: Seen) -> tuple[Document, ...]:
    return (
        DisposePending(
            id=fact.disposal,
            day=fact.dated,
            store=fact.store,
            of=fact.of,
            direction=fact.direction,
            compensation=fact.compensation,
        ),
    )
