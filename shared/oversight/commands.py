"""What people at head office do about things that happen in a store."""

from __future__ import annotations

from typing import ClassVar

from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command


class NoteExcursion(Command, frozen=True, kw_only=True):
    """As the store's own acknowledgement, but said at head office; the store reads it beside its own."""

    kind: ClassVar[str] = "oversight.note_excursion"
    permission: ClassVar[str] = "sensing.acknowledge"
    decided_at: ClassVar[str] = "cloud"
    store: Code
    excursion: Name
    action: Name
    note: Note = ""
