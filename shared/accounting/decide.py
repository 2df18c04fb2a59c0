"""May a day be sealed, a period be closed or opened again?"""

from __future__ import annotations

from datetime import date

from shared.accounting import commands, events
from shared.accounting.periods import is_closed, last_day
from shared.accounting.projection import PERIOD, SEALED
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row


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
