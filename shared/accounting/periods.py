"""Periods of the books: calendar months, open until head office closes them, and what stands against closing one (R5).

Whether a period may be closed depends on what the books hold; `may_close` is told that and names every reason, so
that a page can show them all at once. A store that has sealed only October 30 keeps October open: its till may still
be holding sales of the 31st.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import msgspec

from shared.accounting.projection import PERIOD
from shared.errors import DomainError
from shared.ledger.command import Asked
from shared.ledger.view import View, row

Obstacle = Literal[
    "store_not_sealed",
    "earlier_period_open",
    "negative_stock",
    "subledger_differs",
    "pending_true_up",
    "pending_disposal",
    "invoice_held",
    "facts_unposted",
    "month_end_due",
]


class Reason(msgspec.Struct, frozen=True):
    """One thing that stands against closing: what it is, where, and how much of it there is, in words."""

    obstacle: Obstacle
    where: str
    told: str = ""


class CloseState(msgspec.Struct, frozen=True, kw_only=True):
    """What the books know of a period that somebody wants to close."""

    period: str
    sealed_through: Mapping[str, date | None]
    """By store of the chain; None: it has never sealed a day."""
    earlier_open: str = ""
    """The oldest earlier period that is open, if any."""
    negative_stock: Mapping[str, str] = {}
    """Quantity below zero by "store/sku"."""
    subledger_differences: Mapping[str, str] = {}
    """Difference in yuan by account."""
    pending_true_ups: int = 0
    pending_disposals: int = 0
    held_invoices: tuple[str, ...] = ()
    unposted_facts: int = 0
    month_end_due: int = 0
    """Accounts of income and expense, and of VAT, that no month-end has emptied."""


def may_close(state: CloseState) -> tuple[Reason, ...]:
    """Every reason against closing; empty: it may be closed. A forced close records them instead of obeying them."""
    reasons: list[Reason] = []
    last = last_day(state.period)
    for store, sealed in sorted(state.sealed_through.items()):
        if sealed is None or sealed < last:
            reasons.append(Reason("store_not_sealed", store, "" if sealed is None else sealed.isoformat()))
    if state.earlier_open:
        reasons.append(Reason("earlier_period_open", state.earlier_open))
    reasons += [Reason("negative_stock", where, qty) for where, qty in sorted(state.negative_stock.items())]
    reasons += [
        Reason("subledger_differs", account, difference)
        for account, difference in sorted(state.subledger_differences.items())
    ]
    reasons += [Reason("invoice_held", invoice) for invoice in state.held_invoices]
    counted: tuple[tuple[Obstacle, int], ...] = (
        ("pending_true_up", state.pending_true_ups),
        ("pending_disposal", state.pending_disposals),
        ("facts_unposted", state.unposted_facts),
        ("month_end_due", state.month_end_due),
    )
    reasons += [Reason(obstacle, "", str(count)) for obstacle, count in counted if count]
    return tuple(reasons)


def period_of(day: date) -> str:
    """The period a day belongs to: "2026-10"."""
    return f"{day:%Y-%m}"


def last_day(period: str) -> date:
    """The last day of a period "2026-10"."""
    first = date.fromisoformat(f"{period}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def is_closed(view: View, period: str) -> bool:
    found = row(view, PERIOD, period)
    return found is not None and found["state"] == "closed"


def require_open(view: View, day: date) -> None:
    """Raises `period_closed`: what is dated into a closed period is refused, never moved silently."""
    period = period_of(day)
    if is_closed(view, period):
        raise DomainError("period_closed", period=period)


def require_bookable_day(dated: date, asked: Asked, view: View) -> None:
    """An open period, and not the future; a day of grace, because head office may sit east of its server."""
    require_open(view, dated)
    if dated > asked.today + timedelta(days=1):
        raise DomainError("dated_in_future", dated=dated.isoformat())
