"""May this be booked? Money with a known partner and an open day, vouchers that balance, periods that are whole."""

from __future__ import annotations

from datetime import date

from shared.accounting import commands, events, month_end, reversals
from shared.accounting.accounts import ENTERPRISE, SMALL_BUSINESS, Chart, Role
from shared.accounting.periods import is_closed, last_day, require_bookable_day, require_open
from shared.accounting.projection import BOOKS_POLICY, DIFFERENCE, ONLY, PERIOD, SEALED
from shared.catalogue.lookup import require_store, whole
from shared.catalogue.projection import CUSTOMER, SUPPLIER
from shared.catalogue.terms import WHOLE_BP, fraction_bp, in_force, last_since
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.money import fen, fen_text, not_negative_fen, positive_fen
from shared.purchasing.projection import INVOICE
from shared.stock.projection import INBOUND
from shared.units import half_up

DECIDED_BESIDES = (month_end, reversals)
"""What is decided about whole months and whole vouchers; importing them is what registers it."""
_WITH_PARTNER = frozenset((Role.RECEIVABLE, Role.PAYABLE, Role.ESTIMATED))
"""Accounts whose balance says who owes whom: a line without a partner would be owed by nobody."""
_KEPT_BY_STOCK = frozenset((Role.RAW, Role.MERCHANDISE, Role.CONSUMABLE))
"""Accounts that equal the stock, at every instant: only what happens to goods moves them."""


@decides(commands.SealDay)
def seal_day(command: commands.SealDay, asked: Asked, view: View) -> list[Fact]:
    """Only a day that is over, and only forwards: a seal says something of all days before it too."""
    if command.through >= asked.today:
        raise DomainError("day_not_over", day=command.through.isoformat())
    before = row(view, SEALED, "day")
    if before is not None and date.fromisoformat(str(before["through"])) >= command.through:
        raise DomainError("day_already_sealed", day=command.through.isoformat())
    return [events.DaySealed(through=command.through)]


@decides(commands.ClosePeriod)
def close_period(command: commands.ClosePeriod, asked: Asked, view: View) -> list[Fact]:
    if is_closed(view, command.period):
        raise DomainError("period_already_closed", period=command.period)
    if last_day(command.period) >= asked.today:
        raise DomainError("period_not_over", period=command.period)
    if command.forced and not command.reason.strip():
        raise DomainError("reason_missing")
    if command.obstacles and not command.forced:
        first = command.obstacles[0]
        # One text for each obstacle; the others are in `count`, and on the page that asked for all.
        raise DomainError(
            f"close_{first.obstacle}",
            period=command.period,
            where=first.where,
            told=first.told or "–",
            count=len(command.obstacles),
        )
    waived = tuple(
        events.ObstacleWaived(obstacle=one.obstacle, where=one.where, told=one.told)
        for one in command.obstacles
    )
    return [
        events.PeriodClosed(
            period=command.period, forced=command.forced, reason=command.reason.strip(), waived=waived
        )
    ]


@decides(commands.AskReopen)
def ask_reopen(command: commands.AskReopen, _asked: Asked, view: View) -> list[Fact]:
    if not is_closed(view, command.period):
        raise DomainError("period_not_closed", period=command.period)
    return [events.PeriodReopenAsked(period=command.period, reason=command.reason)]


@decides(commands.ReopenPeriod)
def reopen_period(command: commands.ReopenPeriod, asked: Asked, view: View) -> list[Fact]:
    """Two people: what one alone can open, nobody can rely on as closed."""
    found = row(view, PERIOD, command.period)
    if found is None or found["state"] != "closed":
        raise DomainError("period_not_closed", period=command.period)
    if found["asked_by"] is None:
        raise DomainError("reopen_not_asked", period=command.period)
    if found["asked_by"] == asked.actor:
        raise DomainError("reopen_needs_another", period=command.period, actor=asked.actor)
    return [
        events.PeriodReopened(
            period=command.period, asked_by=str(found["asked_by"]), reason=str(found["asked_reason"])
        )
    ]


# -- money


@decides(commands.SetPolicy)
def set_policy(command: commands.SetPolicy, _asked: Asked, view: View) -> list[Fact]:
    if command.since is None:
        raise DomainError("rate_without_date")
    if command.since.day != 1:
        raise DomainError("since_not_period_start", since=command.since.isoformat())
    require_open(view, command.since)
    last = last_since(view.rows(BOOKS_POLICY, (ONLY,)))
    if last is not None and command.since <= last:
        raise DomainError("since_not_later", since=command.since.isoformat(), last=last.isoformat())
    whole_rate = command.surtax_factor == "1"
    return [
        events.PolicySet(
            since=command.since,
            chart=command.chart,
            taxpayer=command.taxpayer,
            urban_construction_bp=fraction_bp(command.urban_construction, "urban_construction"),
            education_bp=fraction_bp(command.education, "education"),
            local_education_bp=fraction_bp(command.local_education, "local_education"),
            surtax_factor_bp=WHOLE_BP if whole_rate else fraction_bp(command.surtax_factor, "surtax_factor"),
        )
    ]


def chart_on(view: View, day: date) -> Chart:
    """The chart in force; that of small businesses where nobody has chosen."""
    policy = in_force(view.rows(BOOKS_POLICY, (ONLY,)), day)
    return ENTERPRISE if policy is not None and policy["chart"] == "enterprise" else SMALL_BUSINESS


@decides(commands.RecordCustomerPayment)
def record_customer_payment(command: commands.RecordCustomerPayment, asked: Asked, view: View) -> list[Fact]:
    _require_bookable(command, asked, view)
    require_customer(view, command.customer)
    return [
        events.CustomerPaid(
            payment=asked.op_id.hex(),
            customer=command.customer,
            amount=positive_fen(command.amount, "amount"),
            method=command.method,
            store=command.store,
            dated=command.dated,
            note=command.note,
        )
    ]


@decides(commands.PaySupplier)
def pay_supplier(command: commands.PaySupplier, asked: Asked, view: View) -> list[Fact]:
    """Nothing is paid on an invoice that is held or rejected, or twice; the rest is paid on account."""
    _require_bookable(command, asked, view)
    if row(view, SUPPLIER, command.supplier) is None:
        raise DomainError("supplier_unknown", supplier=command.supplier)
    amount = positive_fen(command.amount, "amount")
    parts: dict[str, int] = {}
    for part in command.invoices:
        if part.invoice in parts:
            raise DomainError("invoice_named_twice", invoice=part.invoice)
        parts[part.invoice] = positive_fen(part.amount, "amount")
        invoice = row(view, INVOICE, part.invoice)
        if invoice is None or invoice["supplier"] != command.supplier:
            raise DomainError("invoice_unknown", invoice=part.invoice)
        if invoice["state"] != "accepted":
            raise DomainError("invoice_not_accepted", invoice=part.invoice)
        left = whole(invoice["net"]) + whole(invoice["tax"]) - whole(invoice["paid"])
        if parts[part.invoice] > left:
            raise DomainError("payment_above_invoice", invoice=part.invoice, left=fen_text(left))
    if sum(parts.values()) > amount:
        raise DomainError("parts_above_payment", amount=fen_text(amount), parts=fen_text(sum(parts.values())))
    return [
        events.SupplierPaid(
            payment=asked.op_id.hex(),
            supplier=command.supplier,
            amount=amount,
            method=command.method,
            store=command.store,
            dated=command.dated,
            invoices=tuple(
                events.PaidInvoice(invoice=invoice, amount=paid) for invoice, paid in parts.items()
            ),
            note=command.note,
        )
    ]


@decides(commands.RecordExpense)
def record_expense(command: commands.RecordExpense, asked: Asked, view: View) -> list[Fact]:
    _require_bookable(command, asked, view)
    chart = chart_on(view, command.dated)
    for code in filter(None, (command.account, command.credit)):
        _require_account(chart, code)
    net, vat_bp = positive_fen(command.net, "net"), fraction_bp(command.rate, "rate")
    return [
        events.ExpenseRecorded(
            expense=asked.op_id.hex(),
            account=command.account,
            net=net,
            vat_bp=vat_bp,
            tax=half_up(net * vat_bp, WHOLE_BP),
            deductible=command.deductible,
            method=command.method,
            credit=command.credit,
            payee=command.payee,
            store=command.store,
            dated=command.dated,
            note=command.note,
        )
    ]


@decides(commands.SettleWallet)
def settle_wallet(command: commands.SettleWallet, asked: Asked, view: View) -> list[Fact]:
    _require_bookable(command, asked, view)
    gross = positive_fen(command.gross, "gross")
    return [
        events.WalletSettled(
            settlement=asked.op_id.hex(),
            wallet=command.wallet,
            gross=gross,
            fee=_part_of(gross, command.fee, "fee"),
            store=command.store,
            dated=command.dated,
            note=command.note,
        )
    ]


@decides(commands.SettlePlatform)
def settle_platform(command: commands.SettlePlatform, asked: Asked, view: View) -> list[Fact]:
    """The commission holds its tax: 282.75 at 6 % is 266.75 and 16.00."""
    _require_bookable(command, asked, view)
    gross, vat_bp = positive_fen(command.gross, "gross"), fraction_bp(command.rate, "rate")
    commission = _part_of(gross, command.commission, "commission")
    return [
        events.PlatformSettled(
            settlement=asked.op_id.hex(),
            platform=command.platform,
            gross=gross,
            commission=commission,
            vat_bp=vat_bp,
            tax=commission - half_up(commission * WHOLE_BP, WHOLE_BP + vat_bp),
            deductible=command.deductible,
            store=command.store,
            dated=command.dated,
            note=command.note,
        )
    ]


@decides(commands.PayInCapital)
def pay_in_capital(command: commands.PayInCapital, asked: Asked, view: View) -> list[Fact]:
    require_bookable_day(command.dated, asked, view)
    return [
        events.CapitalPaidIn(
            contribution=asked.op_id.hex(),
            amount=positive_fen(command.amount, "amount"),
            method=command.method,
            investor=command.investor,
            dated=command.dated,
            note=command.note,
        )
    ]


@decides(commands.CollectPayment)
def collect_payment(command: commands.CollectPayment, asked: Asked, view: View) -> list[Fact]:
    require_customer(view, command.customer)
    return [
        events.CustomerPaid(
            payment=asked.op_id.hex(),
            customer=command.customer,
            amount=positive_fen(command.amount, "amount"),
            method=command.method,
            at_till=True,
            store=asked.store,
            dated=asked.business_date,
            note=command.note,
        )
    ]


@decides(commands.DepositCash)
def deposit_cash(command: commands.DepositCash, asked: Asked, _view: View) -> list[Fact]:
    return [
        events.CashDeposited(
            deposit=asked.op_id.hex(),
            amount=positive_fen(command.amount, "amount"),
            store=asked.store,
            dated=asked.business_date,
            note=command.note,
        )
    ]


@decides(commands.PayExpense)
def pay_expense(command: commands.PayExpense, asked: Asked, _view: View) -> list[Fact]:
    """A till knows no accounts and deducts no tax: head office has the receipt and books it otherwise where it must."""
    return [
        events.ExpenseRecorded(
            expense=asked.op_id.hex(),
            net=positive_fen(command.amount, "amount"),
            deductible=False,
            method=command.method,
            payee=command.payee,
            store=asked.store,
            dated=asked.business_date,
            note=command.note,
        )
    ]


# -- the accountant's own


@decides(commands.EnterVoucher)
def enter_voucher(command: commands.EnterVoucher, asked: Asked, view: View) -> list[Fact]:
    require_bookable_day(command.dated, asked, view)
    chart = chart_on(view, command.dated)
    lines = tuple(_voucher_line(line, chart, view) for line in command.lines)
    debit, credit = sum(line.debit for line in lines), sum(line.credit for line in lines)
    if debit != credit:
        raise DomainError("voucher_unbalanced", debit=fen_text(debit), credit=fen_text(credit))
    return [
        events.VoucherEntered(
            voucher=asked.op_id.hex(), dated=command.dated, lines=lines, reason=command.reason
        )
    ]


def _voucher_line(line: commands.EntryLine, chart: Chart, view: View) -> events.VoucherLine:
    debit, credit = fen(line.debit, "debit"), fen(line.credit, "credit")
    if min(debit, credit) < 0 or (debit > 0) == (credit > 0):
        raise DomainError("debit_or_credit", account=line.account)
    _require_account(chart, line.account)
    if line.account in {chart.codes[role] for role in _KEPT_BY_STOCK}:
        raise DomainError("account_kept_by_stock", account=line.account)
    if line.account in {chart.codes[role] for role in _WITH_PARTNER} and not line.partner:
        raise DomainError("partner_missing", account=line.account)
    if line.partner and not any(row(view, table, line.partner) for table in (CUSTOMER, SUPPLIER)):
        raise DomainError("partner_unknown", partner=line.partner)
    if line.store:
        require_store(view, line.store)
    return events.VoucherLine(
        account=line.account,
        debit=debit,
        credit=credit,
        store=line.store,
        partner=line.partner,
        note=line.note,
    )


@decides(commands.DisposePending)
def dispose_pending(command: commands.DisposePending, asked: Asked, view: View) -> list[Fact]:
    """Each difference once in each direction: a count may have found too much of one and too little of another."""
    require_store(view, command.store)
    require_bookable_day(command.dated, asked, view)
    compensation = not_negative_fen(command.compensation, "compensation")
    if compensation and command.direction == "gain":
        raise DomainError("gain_not_compensated")
    for ref in command.of:
        if command.of.count(ref) > 1:
            raise DomainError("difference_named_twice", ref=ref)
        known = row(view, DIFFERENCE, command.store, ref)
        if known is None or not (known["gained"] or known["lost"]):
            legs = view.rows(INBOUND, (ref,)).values()
            if not any(leg["to_store"] == command.store and leg["sent"] for leg in legs):
                raise DomainError("difference_unknown", store=command.store, ref=ref)
        if known is not None and known[f"{command.direction}_disposed"] is not None:
            raise DomainError("difference_disposed", ref=ref)
    return [
        events.PendingDisposed(
            disposal=asked.op_id.hex(),
            store=command.store,
            of=command.of,
            direction=command.direction,
            compensation=compensation,
            payer=command.payer,
            reason=command.reason,
            dated=command.dated,
        )
    ]


def require_customer(view: View, customer: str) -> None:
    if row(view, CUSTOMER, customer) is None:
        raise DomainError("customer_unknown", customer=customer)


def _require_bookable(command: commands.MoneyCommand, asked: Asked, view: View) -> None:
    require_bookable_day(command.dated, asked, view)
    if command.store:
        require_store(view, command.store)


def _require_account(chart: Chart, code: str) -> None:
    """Raises `ledger_account_unknown`; and `account_has_parts` for one that only adds up its sub-accounts."""
    chart.account(code)
    if _has_parts(chart, code):
        raise DomainError("account_has_parts", account=code)


def _has_parts(chart: Chart, code: str) -> bool:
    """222101 is where a small-scale taxpayer's VAT stands, though a general one's accounts begin with it."""
    if code == chart.codes[Role.VAT_SMALL_SCALE]:
        return False
    return any(other != code and other.startswith(code) for other in chart.accounts)


def rules_by_hand(chart: Chart, code: str) -> tuple[bool, bool]:
    """Whether a manual voucher may name the account, and whether its line must name a partner."""
    by_stock = code in {chart.codes[role] for role in _KEPT_BY_STOCK}
    partner = code in {chart.codes[role] for role in _WITH_PARTNER}
    return not by_stock and not _has_parts(chart, code), partner


def _part_of(gross: int, text: str, field: str) -> int:
    """A fee or commission: nothing negative, and less than what it is taken from."""
    part = fen(text, field)
    if not 0 <= part < gross:
        raise DomainError("part_out_of_range", field=field, text=text, gross=fen_text(gross))
    return part
