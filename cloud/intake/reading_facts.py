"""What a stored fact would do, worked out without touching the database: apply, park, or pass over.

Whatever is wrong with a fact is a reason to park it, never to stop: unknown kinds wait for a newer program,
malformed ones for a person, and later facts about the same thing wait behind them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from shared.ledger import envelope as envelopes
from shared.ledger.envelope import Envelope
from shared.ledger.fact import decode_body
from shared.ledger.projection import Change, Recorded, changes_of

Reason = Literal["unknown_schema", "invalid", "depends_on_held"]


class Stored(msgspec.Struct, frozen=True):
    """A fact as the log holds it."""

    node: str
    log: bytes
    seq: int
    bytes: bytes


class Parked(msgspec.Struct, frozen=True):
    """A fact that has no effect for now."""

    stored: Stored
    envelope: Envelope | None
    reason: Reason
    why: str


class Ready(msgspec.Struct, frozen=True):
    """A fact that may take effect, if its op has not done so from another log."""

    stored: Stored
    envelope: Envelope
    changes: list[Change]

    @property
    def first_seq(self) -> int:
        """The number of the op's first fact; ids of an op's facts count up from the op's own."""
        index = int.from_bytes(self.envelope.event_id, "big") - int.from_bytes(self.envelope.op_id, "big")
        return self.stored.seq - index % (1 << 128)


def read(stored: Stored, held_aggregates: set[str]) -> Ready | Parked:
    """Decode and project one fact. A fact that is parked holds back its aggregate: `held_aggregates` grows."""
    outcome = _read(stored, held_aggregates)
    if isinstance(outcome, Parked) and outcome.envelope is not None and outcome.envelope.agg_id:
        held_aggregates.add(outcome.envelope.agg_id)
    return outcome


def _read(stored: Stored, held_aggregates: Iterable[str]) -> Ready | Parked:
    try:
        envelope = envelopes.decode(stored.bytes)
    except msgspec.MsgspecError as error:
        return Parked(stored, None, "invalid", str(error)[:200])
    if envelope.agg_id and envelope.agg_id in held_aggregates:
        return Parked(stored, envelope, "depends_on_held", envelope.agg_id[:200])
    try:
        fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
        if fact is None:
            return Parked(stored, envelope, "unknown_schema", f"{envelope.kind}.v{envelope.kind_v}"[:200])
        recorded = Recorded(stored.node, stored.log, stored.seq, envelope, fact)
        return Ready(stored, envelope, changes_of(recorded, "cloud"))
    except Exception as error:
        return Parked(stored, envelope, "invalid", f"{type(error).__name__}: {error}"[:200])
