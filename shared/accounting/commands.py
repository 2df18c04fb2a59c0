"""What accountants ask of the books, and what a node says of its own days."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.catalogue.commands import Name, Note
from shared.ledger.command import Command

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
