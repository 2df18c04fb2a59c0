"""A phone's outbox by its rules: queued, accepted, synced, stable, refused; only what is stable is forgotten.

The real one is TypeScript over IndexedDB (`pwa/src/core/outbox.ts`) and cannot run here. This is a model of its
transitions, and both are held to the same table, `outbox_vectors.json`: this one by `test_outbox_rules.py`, the
real one by `pwa/tests/outbox_vectors.test.ts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from shared.ledger.ops import Op, Result

State = Literal["queued", "accepted", "synced", "stable", "refused"]
BATCH_MAX = 100
_RANK = {"accepted": 1, "synced": 2, "stable": 3}


class Entry(msgspec.Struct):
    """One op on the phone."""

    op: Op
    state: State = "queued"
    log: str = ""
    log_seq: int = 0


class Ledger(msgspec.Struct, frozen=True):
    """What a box says of the log it writes now."""

    log: str
    parent: str
    parent_seq: int


class Outbox:
    """What one phone holds; it survives everything that happens to the phone's program."""

    def __init__(self, forgotten: Callable[[Entry], None] = lambda entry: None) -> None:
        self.entries: dict[str, Entry] = {}
        self._met = ""
        self._forgotten = forgotten

    def put(self, op: Op) -> None:
        """Made safe on the device before anything is shown or sent."""
        self.entries[op.op_id] = Entry(op)

    def batch(self) -> list[Op]:
        """What to send next, oldest first."""
        queued = [entry.op for entry in self.entries.values() if entry.state == "queued"]
        return queued[:BATCH_MAX]

    def settle(self, results: Sequence[Result]) -> None:
        """The box has answered."""
        for result in results:
            entry = self.entries.get(result.op_id)
            if entry is None or entry.state != "queued":
                continue
            entry.state = "accepted" if result.state == "accepted" else "refused"
            if result.log:
                entry.log = result.log
            if result.seq is not None:
                entry.log_seq = result.seq

    def delivered(self) -> list[Entry]:
        """What the box has and nobody may forget yet."""
        return [entry for entry in self.entries.values() if entry.state in ("accepted", "synced")]

    def meet_ledger(self, ledger: Ledger) -> bool:
        """A log that grows from before what we were told of: the box was put back. Everything is offered again."""
        if self._met == ledger.log:
            return False
        waiting = self.delivered()
        lost = any(self._is_beyond(entry, ledger) for entry in waiting)
        if lost:
            for entry in waiting:
                entry.state = "queued"
        self._met = ledger.log
        return lost

    def _is_beyond(self, entry: Entry, ledger: Ledger) -> bool:
        if entry.log == ledger.parent and entry.log_seq > ledger.parent_seq:
            return True
        return self._met != ledger.parent and entry.log not in (ledger.parent, ledger.log)

    def advance(self, states: Mapping[str, str]) -> None:
        """How far the delivered ones have come; what a box does not know is offered again."""
        for op_id, state in states.items():
            entry = self.entries.get(op_id)
            if entry is None or entry.state not in ("accepted", "synced"):
                continue
            if state == "unknown":
                entry.state = "queued"
            elif _RANK[state] > _RANK[entry.state]:
                entry.state = state  # type: ignore[assignment]

    def forget(self) -> None:
        """Stable and no longer looked back on; a run has no month to wait."""
        for op_id in [op_id for op_id, entry in self.entries.items() if entry.state == "stable"]:
            self._forgotten(self.entries.pop(op_id))
