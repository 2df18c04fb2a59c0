"""What people and devices ask for: the base of every command, what surrounds it, and who decides it.

One command carries an id made by the client before anything is shown (UUIDv7) and yields one or more facts in
one transaction. Deciding is pure: the same command, surroundings and view give the same facts or the same
DomainError. An area adds commands in `commands.py` and their decisions in `decide.py`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, ClassVar, TypeVar

import msgspec

from shared.errors import DomainError
from shared.ledger.envelope import AuthLevel
from shared.ledger.fact import DESCRIBING, Fact, area_modules
from shared.ledger.view import View


def op_name(text: str) -> str:
    """An op's id as facts name it (sale, receipt, count): hex without dashes, whichever way it was typed."""
    return text.replace("-", "").lower() if len(text) == 36 else text


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A request to record something; `kind` is its name on the wire, `permission` what the asker must hold."""

    kind: ClassVar[str]
    permission: ClassVar[str]
    decided_at: ClassVar[str] = "edge"
    """The side that owns the log this command writes to: a store's node or the cloud."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who asked, where, when: everything around a command that is not its content."""

    op_id: bytes
    store: str
    actor: str
    device: str
    auth_level: AuthLevel
    now_ms: int
    happened_ms: int
    clock_suspect: bool
    business_date: date
    today: date
    """The store's current business day by the node's clock; shelf life is judged on it."""
    on_behalf_of: str = ""
    policy_version: int = 0
    permissions: frozenset[str] = frozenset()


Decision = Callable[[Any, Asked, View], list[Fact]]
Decide = TypeVar("Decide", bound=Decision)

Consequence = Callable[[list[Fact], Asked, View], list[Fact]]

_DECISIONS: dict[type[Command], Decision] = {}
_CONSEQUENCES: list[Consequence] = []


def decides(command_type: type[Command]) -> Callable[[Decide], Decide]:
    """Registers the function that turns `command_type` into facts."""

    def register(decision: Decide) -> Decide:
        assert command_type not in _DECISIONS, f"{command_type.kind} is decided twice"
        _DECISIONS[command_type] = decision
        return decision

    return register


def follows(consequence: Consequence) -> None:
    """Registers a rule that looks at every decision and may add facts to it, in the same transaction."""
    _CONSEQUENCES.append(consequence)


@cache
def command_types() -> dict[str, type[Command]]:
    """Every known command type by its kind."""
    known: dict[str, type[Command]] = {}
    for module_name in area_modules("commands"):
        for value in vars(importlib.import_module(module_name)).values():
            if isinstance(value, type) and issubclass(value, Command) and hasattr(value, "kind"):
                assert known.get(value.kind, value) is value, f"{value.kind} stands twice"
                known[value.kind] = value
    return known


@cache
def _decisions() -> dict[type[Command], Decision]:
    for module_name in area_modules("decide"):
        importlib.import_module(module_name)
    return _DECISIONS


@cache
def _decoder(command_type: type[Command]) -> msgspec.json.Decoder[Command]:
    with DESCRIBING:
        return msgspec.json.Decoder(command_type, strict=True)


def command_from_json(kind: str, body: bytes) -> Command:
    """The command out of its JSON body. Raises `command_unknown`, `command_malformed` (with the place)."""
    command_type = command_types().get(kind)
    if command_type is None:
        raise DomainError("command_unknown", kind=kind[:60])
    try:
        return _decoder(command_type).decode(body)
    except msgspec.MsgspecError as error:
        raise DomainError("command_malformed", kind=kind, why=str(error)[:200]) from None


def decide(command: Command, asked: Asked, view: View) -> list[Fact]:
    """The facts that follow from the command; raises DomainError where it may not be."""
    facts = _decisions()[type(command)](command, asked, view)
    assert facts, f"{command.kind} was accepted without a fact"
    for consequence in _CONSEQUENCES:
        facts = facts + consequence(facts, asked, view)
    return facts
