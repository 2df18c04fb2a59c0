"""What a stored fact would do, worked out without touching the database: apply, park, or pass over.

Whatever is wrong with a fact is a reason to park it, never to stop: unknown kinds wait for a newer program,
malformed ones and those of people who may not for a person, and later facts about the same thing wait behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from shared.access.authority import Objection
from shared.ledger import envelope as envelopes
from shared.ledger.envelope import Envelope
from shared.ledger.fact import decode_body
from shared.ledger.projection import Change, Recorded, changes_of

Reason = Literal["unknown_schema", "invalid", "depends_on_held", "over_authority", "revoked_actor"]


class Stored(msgspec.Struct, frozen=True, gc=False):
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


class Voided(msgspec.Struct, frozen=True):
    """A fact that has no effect and never will, because a person said so; nothing waits behind it."""

    stored: Stored
    envelope: Envelope | None


class Ready(msgspec.Struct, frozen=True, gc=False):
    """A fact that may take effect, if its op has not done so from another log."""

    stored: Stored
    envelope: Envelope
    changes: list[Change]

    @property
    def first_seq(self) -> int:
        """The number of the op's first fact; ids of an op's facts count up from the op's own."""
        envelope = self.envelope
        if envelope.event_id == envelope.op_id:
            return self.stored.seq
        index = int.from_bytes(envelope.event_id, "big") - int.from_bytes(envelope.op_id, "big")
        return self.stored.seq - index % (1 << 128)


Outcome = Ready | Parked | Voided
Verdict = Objection | Literal["voided"] | None
Judge = Callable[[Stored, Envelope | None], Verdict]


def _nobody_objects(_stored: Stored, _envelope: Envelope | None) -> Verdict:
    return None


def decoded(stored: Stored) -> Envelope | str:
    """The envelope of a fact, or what is wrong with its bytes."""
    try:
        return envelopes.decode(stored.bytes)
    except msgspec.MsgspecError as error:
        return str(error)[:200]


def read(stored: Stored, held_aggregates: set[str], judge: Judge = _nobody_objects) -> Outcome:
    """Decode, judge and project one fact. A fact that is parked holds back its aggregate: `held_aggregates` grows."""
    return judged(stored, decoded(stored), held_aggregates, judge)


def judged(stored: Stored, envelope: Envelope | str, held_aggregates: set[str], judge: Judge) -> Outcome:
    """As `read`, of an envelope that is decoded already."""
    if isinstance(envelope, str):
        if judge(stored, None) == "voided":
            return Voided(stored, None)
        return Parked(stored, None, "invalid", envelope)
    outcome = _judged(stored, envelope, held_aggregates, judge)
    if envelope.agg_id and isinstance(outcome, Parked):
        held_aggregates.add(envelope.agg_id)
    return outcome


def _judged(stored: Stored, envelope: Envelope, held_aggregates: Iterable[str], judge: Judge) -> Outcome:
    verdict = judge(stored, envelope)
    if verdict is not None:
        if verdict == "voided":
            return Voided(stored, envelope)
        return Parked(stored, envelope, verdict, envelope.actor[:200])
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
