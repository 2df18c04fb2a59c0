"""What a stored fact would do, worked out without touching the database: apply, park, or pass over.

Whatever is wrong with a fact is a reason to park it, never to stop: unknown kinds wait for a newer program,
malformed ones and those of people who may not for a person. Later facts about the same thing wait behind them, and so
does the rest of the same op, which counts as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
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
    rests_on: str = ""
    """The aggregate without which it means nothing."""

    @property
    def first_seq(self) -> int:
        """The number of the op's first fact."""
        return first_of_op(self.stored.seq, self.envelope)


Outcome = Ready | Parked | Voided
Verdict = Objection | Literal["voided"] | None
Judge = Callable[[Stored, Envelope | None], Verdict]


def first_of_op(seq: int, envelope: Envelope) -> int:
    """The number of the op's first fact, of which `seq` is one; ids of an op's facts count up from the op's own."""
    if envelope.event_id == envelope.op_id:
        return seq
    index = int.from_bytes(envelope.event_id, "big") - int.from_bytes(envelope.op_id, "big")
    return seq - index % (1 << 128)


def the_op(op_id: bytes) -> str:
    """The op, as a name among those of aggregates; empty where there is none."""
    return f"op/{op_id.hex()}" if op_id else ""


def held_back_by(envelope: Envelope) -> set[str]:
    """What waits while this fact does: what is about the same thing, and the rest of its op."""
    return {envelope.agg_id, the_op(envelope.op_id)} - {""}


def _nobody_objects(_stored: Stored, _envelope: Envelope | None) -> Verdict:
    return None


def decoded(stored: Stored) -> Envelope | str:
    """The envelope of a fact, or what is wrong with its bytes."""
    try:
        return envelopes.decode(stored.bytes)
    except msgspec.MsgspecError as error:
        return str(error)[:200]


def read(stored: Stored, held: set[str], judge: Judge = _nobody_objects) -> Outcome:
    """Decode, judge and project one fact. One that is parked holds back its aggregate and its op: `held` grows."""
    return judged(stored, decoded(stored), held, judge)


def judged(stored: Stored, envelope: Envelope | str, held: set[str], judge: Judge) -> Outcome:
    """As `read`, of an envelope that is decoded already."""
    if isinstance(envelope, str):
        if judge(stored, None) == "voided":
            return Voided(stored, None)
        return Parked(stored, None, "invalid", envelope)
    outcome = _judged(stored, envelope, held, judge)
    if isinstance(outcome, Parked):
        held |= held_back_by(envelope)
    return outcome


def _judged(stored: Stored, envelope: Envelope, held: Collection[str], judge: Judge) -> Outcome:
    verdict = judge(stored, envelope)
    if verdict is not None:
        if verdict == "voided":
            return Voided(stored, envelope)
        return Parked(stored, envelope, verdict, envelope.actor[:200])
    # Mostly nothing is held, and a backlog has no time for names nobody looks up.
    for name in sorted(held_back_by(envelope)) if held else ():
        if name in held:
            return Parked(stored, envelope, "depends_on_held", name[:200])
    try:
        fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
        if fact is None:
            return Parked(stored, envelope, "unknown_schema", f"{envelope.kind}.v{envelope.kind_v}"[:200])
        rests_on = fact.rests_on()
        if rests_on and rests_on in held:
            return Parked(stored, envelope, "depends_on_held", rests_on[:200])
        recorded = Recorded(stored.node, stored.log, stored.seq, envelope, fact)
        return Ready(stored, envelope, changes_of(recorded, "cloud"), rests_on)
    except Exception as error:
        return Parked(stored, envelope, "invalid", f"{type(error).__name__}: {error}"[:200])
