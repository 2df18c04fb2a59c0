"""What a manager asks about facts that were set aside: let them count, or let them never count."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.catalogue.commands import Code, Note
from shared.ledger.command import Command

FACTS_MAX = 200


class FactName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name of a fact: its log in hex and its number there."""

    log: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
    seq: Annotated[int, Meta(ge=1, le=(1 << 62))]


class SettleFacts(Command, frozen=True, kw_only=True):
    """Decides facts of one store, all of them or none; head office sets aside, so head office decides."""

    decided_at: ClassVar[str] = "cloud"
    permission: ClassVar[str] = "quarantine.decide"
    store: Code
    facts: Annotated[tuple[FactName, ...], Meta(min_length=1, max_length=FACTS_MAX)]
    note: Note = ""


class ReleaseFacts(SettleFacts, frozen=True, kw_only=True):
    kind: ClassVar[str] = "quarantine.release"


class VoidFacts(SettleFacts, frozen=True, kw_only=True):
    kind: ClassVar[str] = "quarantine.void"
