"""A month's end at head office: what its books say goes into the command, and the job that carries the month over.

The job waits some days, because accountants book into a month that is over; whoever closes earlier asks by hand. What a
run moves is a function of balances, so a run that comes twice finds nothing left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from cloud.books.ledger import by_account, turnover, turnover_before
from cloud.books.poster import own_unposted
from cloud.books.shelf import decode_entries
from cloud.books.terms import policies
from cloud.store.book_tables import VOUCHER
from cloud.store.ledger_tables import HEAD_OFFICE
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.accounting.accounts import Role
from shared.accounting.closing import Turnover
from shared.accounting.commands import BookMonthEnd, Obstacle
from shared.accounting.month_end import MonthEnd, month_end
from shared.accounting.periods import last_day
from shared.accounting.policy import Policy
from shared.accounting.projection import MONTH_END, PERIOD

WAIT_DAYS = 5
"""So many days of the next month the job leaves to people."""
_BY_PEOPLE = ("expense", "manual", "reversal")
"""Vouchers of head office that pay VAT, rather than make it."""


def what_is_due(reading: Reading, period: str) -> tuple[int, MonthEnd]:
    """The number of the next run, and what it would move as things stand."""
    policy = policies(reading).on(last_day(period))
    after = last_day(period) + timedelta(days=1)
    booked = turnover_before(reading, None, after)
    by_store: dict[str, dict[str, list[int]]] = {}
    for (store, account), sides in booked.items():
        by_store.setdefault(store, {})[account] = sides
    table = table_of(MONTH_END)
    known = reading.first(select(table.c.runs, table.c.vat).where(mine(table), table.c.period == period))
    runs, bore = (0, 0) if known is None else (int(known.runs), int(known.vat))
    if policy.taxpayer == "general":
        return runs + 1, month_end(policy, by_store, by_account(booked))
    return runs + 1, month_end(policy, by_store, _made_in(reading, policy, period), bore)


def _made_in(reading: Reading, policy: Policy, period: str) -> Turnover:
    """A small-scale taxpayer's VAT of the month: what its account moved, without what people paid on it."""
    code, first, last = (
        policy.chart.codes[Role.VAT_SMALL_SCALE],
        date.fromisoformat(f"{period}-01"),
        last_day(period),
    )
    debit, credit = by_account(turnover(reading, None, first, last)).get(code, [0, 0])
    made = debit - credit
    day = first
    while day <= last:
        # By day and node, as the index has it: a month of sales is not read for a handful of payments.
        rows = reading.all(
            select(VOUCHER.c.entries).where(
                mine(VOUCHER),
                VOUCHER.c.posting_date == day.isoformat(),
                VOUCHER.c.node_id == HEAD_OFFICE,
                VOUCHER.c.kind.in_(_BY_PEOPLE),
            )
        )
        for row in rows:
            made -= sum(one.amount for one in decode_entries(bytes(row.entries)) if one.account == code)
        day += timedelta(days=1)
    return {code: (max(made, 0), max(-made, 0))}


def is_due(reading: Reading, period: str) -> int:
    """How many accounts a run would empty now."""
    _, due = what_is_due(reading, period)
    return len({(line.store, line.account) for line in due.profit_lines}) + bool(due.vat)


def with_books(
    reading: Reading, obstacles_of: Callable[[Reading, str], tuple[Obstacle, ...]], command: BookMonthEnd
) -> BookMonthEnd:
    """The command with what head office's books say in place of whatever the client sent."""
    run, due = what_is_due(reading, command.period)
    return BookMonthEnd(
        period=command.period,
        forced=command.forced,
        reason=command.reason,
        obstacles=obstacles_of(reading, command.period),
        run=run,
        waiting=own_unposted(reading),
        vat=due.vat,
        surtax=due.surtax,
        profit=due.profit,
        vat_lines=due.vat_lines,
        profit_lines=due.profit_lines,
    )


def open_month(reading: Reading, today: date) -> str | None:
    """The month before this one, where it is over long enough, not closed, and has something to carry over."""
    first = today.replace(day=1)
    period = f"{first - timedelta(days=1):%Y-%m}"
    if (today - first).days < WAIT_DAYS:
        return None
    table = table_of(PERIOD)
    state = reading.scalar(select(table.c.state).where(mine(table), table.c.period == period))
    return None if state == "closed" or not is_due(reading, period) else period


def run_key(tenant: str, period: str, run: int, attempt: str) -> str:
    """The id of a run's op: the same run tried twice at one time is one op."""
    return hashlib.sha256(f"month-end/{tenant}/{period}/{run}/{attempt}".encode()).hexdigest()[:32]
