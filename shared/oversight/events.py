"""What head office noted about something that a store keeps: the store's own facts stay as they are."""

from __future__ import annotations

from typing import ClassVar

from shared.ledger.fact import Fact


class ExcursionNoted(Fact, frozen=True, kw_only=True):
    """Somebody at head office has taken an excursion up and says what is being done."""

    kind: ClassVar[str] = "oversight.excursion_noted.v1"
    store: str
    excursion: str
    action: str
    note: str = ""
