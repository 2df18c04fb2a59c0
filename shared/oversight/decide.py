"""May head office say this? The store must be one of ours; the excursion is the store's, and is looked up there."""

from __future__ import annotations

import msgspec

from shared.catalogue.projection import STORE
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.oversight import commands, events


@decides(commands.NoteExcursion)
def note_excursion(command: commands.NoteExcursion, _asked: Asked, view: View) -> list[Fact]:
    if row(view, STORE, command.store) is None:
        raise DomainError("store_unknown", store=command.store)
    return [events.ExcursionNoted(**msgspec.structs.asdict(command))]
