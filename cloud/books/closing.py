"""The way to a closed month, step by step: what each step asks for, and everything that stands against it by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import select

from cloud.books.obstacles import close_state
from cloud.books.overview import PeriodRow, ProofTold, periods, proof_told
from cloud.books.proved import last_proof
from cloud.books.told import names_of_goods
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.accounting.events import ObstacleWaived
from shared.accounting.periods import Obstacle, Reason, last_day, may_close
from shared.accounting.projection import PERIOD
from shared.errors import DomainError

STEPS: tuple[tuple[str, tuple[Obstacle, ...]], ...] = (
    ("order", ("earlier_period_open",)),
    ("stores", ("store_not_sealed",)),
    ("posted", ("facts_unposted", "pending_true_up")),
    ("stock", ("negative_stock", "pending_disposal")),
    ("invoices", ("invoice_held",)),
    ("proof", ("subledger_differs",)),
    ("month_end", ("month_end_due",)),
)
"""What is looked at, in the order in which an accountant goes; every obstacle belongs to one step."""


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that stands against closing; `sku` and `sku_name` where it is about goods."""

    obstacle: str
    where: str
    told: str
    sku: str
    sku_name: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`against` empty: the step is done."""

    step: str
    against: list[Against]


class PeriodTold(msgspec.Struct, frozen=True, kw_only=True):
    """A month on its way: `steps` of an open one, `waived` of one closed by force."""

    today: str
    last_day: str
    period: PeriodRow
    steps: list[Step]
    proof: ProofTold | None
    waived: list[Against]


def period_named(text: str) -> str:
    """A month as people and addresses write it, "2026-10". Raises `month_malformed`."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text, re.ASCII):
        raise DomainError("month_malformed", period=text[:20])
    return text


def way_to_close(reading: Reading, period: str, today: date) -> PeriodTold:
    """What is done and what stands against closing, at this moment."""
    row = next(found for found in periods(reading, today, period) if found.period == period)
    reasons = may_close(close_state(reading, period)) if row.state == "open" else ()
    goods = names_of_goods(reading, {_sku(reason) for reason in reasons})
    return PeriodTold(
        today=today.isoformat(),
        last_day=last_day(period).isoformat(),
        period=row,
        steps=[Step(step=step, against=_against(reasons, kinds, goods)) for step, kinds in STEPS]
        if row.state == "open"
        else [],
        proof=proof_told(last_proof(reading)),
        waived=_waived(reading, period) if row.forced else [],
    )


def _against(reasons: Sequence[Reason], kinds: tuple[Obstacle, ...], goods: dict[str, str]) -> list[Against]:
    return [
        Against(
            obstacle=reason.obstacle,
            where=reason.where.partition("/")[0] if _sku(reason) else reason.where,
            told=reason.told,
            sku=_sku(reason),
            sku_name=goods[_sku(reason)],
        )
        for reason in reasons
        if reason.obstacle in kinds
    ]


def _sku(reason: Reason) -> str:
    return reason.where.partition("/")[2] if reason.obstacle == "negative_stock" else ""


def _waived(reading: Reading, period: str) -> list[Against]:
    table = table_of(PERIOD)
    told = reading.scalar(select(table.c.waived).where(mine(table), table.c.period == period))
    waived = msgspec.json.decode(told or "[]", type=list[ObstacleWaived])
    return [
        Against(obstacle=one.obstacle, where=one.where, told=one.told, sku="", sku_name="") for one in waived
    ]
