"""One fact for each fact decided on. That they are set aside at all is looked up by whoever holds the logs."""

from __future__ import annotations

from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View
from shared.quarantine import commands, events


@decides(commands.ReleaseFacts)
def release(command: commands.ReleaseFacts, _asked: Asked, _view: View) -> list[Fact]:
    return _each(command, events.FactReleased)


@decides(commands.VoidFacts)
def void(command: commands.VoidFacts, _asked: Asked, _view: View) -> list[Fact]:
    return _each(command, events.FactVoided)


def _each(
    command: commands.SettleFacts, decided: type[events.FactReleased] | type[events.FactVoided]
) -> list[Fact]:
    named = [(bytes.fromhex(name.log), name.seq) for name in command.facts]
    if len(set(named)) != len(named):
        raise DomainError("fact_named_twice")
    return [decided(store=command.store, log=log, seq=seq, note=command.note) for log, seq in named]
