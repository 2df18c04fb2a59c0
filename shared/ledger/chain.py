"""The hash chain of one log: any edited, removed or reordered fact breaks every hash behind it.

`h(log, 0) = SHA256("L1" ‖ log_id ‖ node_id ‖ parent)` and
`h(log, n) = SHA256(log_id ‖ u64be(n) ‖ h(log, n-1) ‖ event_bytes)`. A log is minted at every start of a
writer and cites the head it grew from, so a store restored from an old backup can never reuse a name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

ID_BYTES = 16
HASH_BYTES = 32


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The end of a log as somebody knows it: also the parent that a younger log cites."""

    log: bytes
    seq: int
    hash: bytes


NO_PARENT = Head(log=b"", seq=0, hash=b"")


def genesis_hash(log_id: bytes, node_id: bytes, parent: Head) -> bytes:
    """The hash before the first fact; binds the log to its node and to the head it grew from."""
    cited = parent.log + parent.seq.to_bytes(8, "big") + parent.hash
    return hashlib.sha256(b"L1" + log_id + node_id + cited).digest()


def next_hash(log_id: bytes, seq: int, previous: bytes, event_bytes: bytes) -> bytes:
    """The hash of fact `seq` (from 1)."""
    return hashlib.sha256(log_id + seq.to_bytes(8, "big") + previous + event_bytes).digest()


def trail(log_id: bytes, first_seq: int, previous: bytes, events: Iterable[bytes]) -> list[bytes]:
    """The hash after each of `events`, the first of which has number `first_seq`."""
    hashes, head = [], previous
    for seq, event_bytes in enumerate(events, first_seq):
        head = next_hash(log_id, seq, head, event_bytes)
        hashes.append(head)
    return hashes


def walk(log_id: bytes, first_seq: int, previous: bytes, events: Iterable[bytes]) -> bytes:
    """The hash after all `events`, the first of which has number `first_seq`."""
    return [previous, *trail(log_id, first_seq, previous, events)][-1]
