"""The month's end: VAT to what is owed with the surtaxes on it, then income and expenses into the year's profit.

What is moved are balances, so a second run moves only what was booked after the first, and running it again changes
nothing. A small-scale taxpayer's VAT is owed where it stands and is moved nowhere: it bears its surtaxes, once. Profit
is moved store by store, so that every store's accounts of income and expense are empty afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from shared.accounting import commands, events
from shared.accounting.accounts import Chart, Role
from shared.accounting.closing import Turnover, payable_vat, profit_entries
from shared.accounting.events import VoucherLine
from shared.accounting.periods import is_closed, last_day
from shared.accounting.policy import Policy
from shared.accounting.projection import MONTH_END
from shared.accounting.vat import surtax
from shared.catalogue.lookup import whole
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row


class MonthEnd(msgspec.Struct, frozen=True):
    """What a run moves, in fen, and the lines that do it; nothing left to move has no lines."""

    vat: int
    surtax: int
    vat_lines: tuple[VoucherLine, ...]
    profit: int
    profit_lines: tuple[VoucherLine, ...]


def month_end(
    policy: Policy, by_store: Mapping[str, Turnover], taxed: Turnover, bore_surtax: int = 0
) -> MonthEnd:
    """The lines that empty a month's accounts.

    `by_store` is everything booked up to the month's end by store; `taxed` what the payable VAT is figured from: the
    same for the whole company or, for a small-scale taxpayer, the month's own turnover less what was paid.
    `bore_surtax` is what of it earlier runs have dealt with.
    """
    payable, levied, vat_lines = _vat(policy, taxed, bore_surtax)
    profit_lines: list[VoucherLine] = []
    profit = 0
    after = dict(by_store)
    if levied:
        taxes = policy.chart.codes[Role.TAXES]
        head_office = {code: list(sides) for code, sides in after.get(policy.head_office, {}).items()}
        head_office.setdefault(taxes, [0, 0])[0] += levied
        after[policy.head_office] = head_office
    for store in sorted(after):
        moved, lines = _profit(policy.chart, store, after[store])
        profit += moved
        profit_lines += lines
    return MonthEnd(payable, levied, vat_lines, profit, tuple(profit_lines))


def _vat(policy: Policy, taxed: Turnover, bore_surtax: int) -> tuple[int, int, tuple[VoucherLine, ...]]:
    """What is owed, the surtaxes on it, and the lines; more input than output is carried forward where it stands."""
    payable = payable_vat(policy, taxed) - bore_surtax
    if payable <= 0:
        return 0, 0, ()
    levied = surtax(payable, policy.surtaxes, policy.surtax_factor)
    store, codes = policy.head_office, policy.chart.codes
    lines: list[VoucherLine] = []
    if policy.taxpayer == "general":
        lines.append(_line(codes[Role.VAT_TO_UNPAID], payable, store, "转出未交增值税"))
        lines.append(_line(codes[Role.VAT_UNPAID], -payable, store, "转出未交增值税"))
    if levied:
        lines.append(_line(codes[Role.TAXES], levied, store, "附加税费"))
        lines.append(_line(codes[Role.SURTAX_PAYABLE], -levied, store, "附加税费"))
    return payable, levied, tuple(lines)


def _profit(chart: Chart, store: str, turnover: Turnover) -> tuple[int, list[VoucherLine]]:
    lines = [_line(code, amount, store, "结转损益") for code, amount in profit_entries(chart, turnover)]
    profit = sum(line.debit - line.credit for line in lines)
    if profit:
        lines.append(_line(chart.codes[Role.YEAR_PROFIT], -profit, store, "结转损益"))
    return profit, lines


def _line(account: str, amount: int, store: str, note: str) -> VoucherLine:
    return VoucherLine(account=account, debit=max(amount, 0), credit=max(-amount, 0), store=store, note=note)


@decides(commands.BookMonthEnd)
def book_month_end(command: commands.BookMonthEnd, asked: Asked, view: View) -> list[Fact]:
    """Refused with the reason named; by force against everything but head office's own facts still on their way.

    Those might be a run just decided: what it moved does not show yet, and would be moved a second time.
    """
    if is_closed(view, command.period):
        raise DomainError("period_already_closed", period=command.period)
    if last_day(command.period) >= asked.today:
        raise DomainError("period_not_over", period=command.period)
    known = row(view, MONTH_END, command.period)
    if command.waiting or command.run != 1 + (0 if known is None else whole(known["runs"])):
        raise DomainError("month_end_waits", period=command.period, count=command.waiting)
    if command.forced and not command.reason.strip():
        raise DomainError("reason_missing")
    against = [one for one in command.obstacles if one.obstacle != "month_end_due"]
    if against and not command.forced:
        raise DomainError(
            f"close_{against[0].obstacle}",
            period=command.period,
            where=against[0].where,
            told=against[0].told or "–",
            count=len(against),
        )
    if not command.vat and not command.profit_lines:
        raise DomainError("month_end_nothing", period=command.period)
    for lines in (command.vat_lines, command.profit_lines):
        assert _off(lines) == 0, "head office fills in what balances"
    return [
        events.MonthEndBooked(
            period=command.period,
            run=command.run,
            dated=last_day(command.period),
            vat=command.vat,
            surtax=command.surtax,
            profit=command.profit,
            vat_lines=command.vat_lines,
            profit_lines=command.profit_lines,
        )
    ]


def _off(lines: Iterable[VoucherLine]) -> int:
    return sum(line.debit - line.credit for line in lines)
