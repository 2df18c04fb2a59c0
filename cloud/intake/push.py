"""A frame of facts from a node: verified, compared with what is held, and only its new end stored.

Each log is taken one frame at a time (its row is locked), different logs run side by side. What overlaps must be
the very same bytes, told by the hash chain; if not, two histories claim one name: a fork, refused and loud.
Nothing here looks inside the facts of a frame.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from cloud.identity.nodes import KnownNode
from cloud.intake import late_effect, log_order, twins
from cloud.intake.compression import decompress
from cloud.store import apply
from cloud.store.ledger_tables import EVENT, LOG, NODE
from cloud.store.tenant import Writing, mine
from shared.errors import DomainError
from shared.ledger.chain import HASH_BYTES, ID_BYTES, Head, genesis_hash
from shared.sync.frame import Frame, Header, unpack
from shared.sync.messages import Pushed, Refused

_SEQ_LIMIT = 1 << 62
_EVENT_COLUMNS = ("node_id", "log_id", "seq", "hash", "bytes")

# Made once: building a statement costs as much as storing a hundred facts.
_THE_LOG = select(LOG).where(mine(LOG), LOG.c.log_id == bindparam("the_log")).with_for_update()
_MOVE = (
    update(LOG)
    .where(mine(LOG), LOG.c.log_id == bindparam("the_log"))
    .values({name: bindparam(f"new_{name}") for name in ("head_seq", "head_hash", "last_ms", "alarm")})
)
_HEARD = (
    update(NODE)
    .where(mine(NODE), NODE.c.node_id == bindparam("the_node"))
    .values(last_push_ms=bindparam("new_last_push_ms"))
)


def receive(node: KnownNode, data: bytes, now_ms: int) -> Pushed | Refused:
    """Store what is new in the frame; the answer is given only after the COMMIT."""
    try:
        frame = unpack(data, decompress)
        _require_sane(frame.header)
    except DomainError as error:
        return Refused(code="BAD_FRAME", why=str(error.values.get("why", "")))
    if frame.header.node_id != node.wire_id:
        raise DomainError("frame_of_another_node")
    with node.store.writing() as writing:
        answer = _take(writing, node.node, frame, now_ms)
        if node.is_replaced and isinstance(answer, Pushed):
            twins.mark_late(writing, frame.header.log_id, now_ms)
        return answer


def _require_sane(header: Header) -> None:
    parent = header.parent
    lengths = (len(header.node_id), len(header.log_id), len(header.prev_hash), len(header.last_hash))
    if lengths != (ID_BYTES, ID_BYTES, HASH_BYTES, HASH_BYTES):
        raise DomainError("bad_frame", why="lengths")
    if (len(parent.log), len(parent.hash)) not in ((0, 0), (ID_BYTES, HASH_BYTES)):
        raise DomainError("bad_frame", why="parent")
    if not 0 <= parent.seq < _SEQ_LIMIT or header.first_seq >= _SEQ_LIMIT:
        raise DomainError("bad_frame", why="sequence")


def _take(writing: Writing, node: str, frame: Frame, now_ms: int) -> Pushed | Refused:
    header = frame.header
    origin = genesis_hash(header.log_id, header.node_id, header.parent)
    if header.first_seq == 1 and header.prev_hash != origin:
        return Refused(code="BAD_FRAME", why="origin")
    log = _locked(writing, header.log_id)
    if log is None:
        if header.first_seq > 1:
            return Refused(code="GAP", have=Head(header.log_id, 0, origin))
        _open(writing, node, header, origin, now_ms)
        log = _locked(writing, header.log_id)
        assert log is not None
    if log.node_id != node or (bytes(log.parent_log), log.parent_seq, bytes(log.parent_hash)) != (
        header.parent.log,
        header.parent.seq,
        header.parent.hash,
    ):
        return _fork(writing, log, Head(header.log_id, 0, b""))
    head = Head(header.log_id, log.head_seq, bytes(log.head_hash))
    if log.state == "sealed":
        return Refused(code="SEALED", have=head)
    if header.first_seq > head.seq + 1:
        return Refused(code="GAP", have=head)
    common = _common(writing, node, head, frame)
    if common < min(header.first_seq + header.count - 1, head.seq):
        return _fork(writing, log, Head(header.log_id, max(common, 0), b""))
    return _extend(writing, node, log, frame, now_ms)


def _locked(writing: Writing, log_id: bytes) -> Row[Any] | None:
    return writing.first(_THE_LOG, {"the_log": log_id})


def _open(writing: Writing, node: str, header: Header, origin: bytes, now_ms: int) -> None:
    """Note a new log. The node's row is locked so that two logs never get one epoch.

    After head office was put back a log may come that others, long applied, grew from; then their order changes.
    """
    writing.first(select(NODE.c.node_id).where(mine(NODE), NODE.c.node_id == node).with_for_update())
    log_order.hold(writing, node)
    before = log_order.applied_of(writing, node)
    last = writing.scalar(select(func.max(LOG.c.epoch)).where(mine(LOG), LOG.c.node_id == node))
    writing.insert_missing(
        LOG,
        {
            "log_id": header.log_id,
            "node_id": node,
            "epoch": (last or 0) + 1,
            "parent_log": header.parent.log,
            "parent_seq": header.parent.seq,
            "parent_hash": header.parent.hash,
            "head_seq": 0,
            "head_hash": origin,
            "state": "open",
            "first_ms": now_ms,
        },
    )
    moved = late_effect.in_new_order(writing, node, before)
    apply.write(writing, node, moved, hashlib.sha256(b"order" + header.log_id).digest()[:16])


def _common(writing: Writing, node: str, head: Head, frame: Frame) -> int:
    """The last number up to which the frame and the stored log are the same; at least `first_seq - 1` if they join.

    A hash stands for everything before it, so the end of the overlap is compared first and decides alone in every
    case but a fork.
    """
    header, hashes = frame.header, frame.hashes
    first, last = header.first_seq, header.first_seq + header.count - 1
    overlap = min(last, head.seq)
    held = {head.seq: head.hash}
    if overlap >= first:
        if overlap != head.seq:
            held[overlap] = _stored_hashes(writing, node, head.log, overlap, overlap)[overlap]
        if held[overlap] == hashes[overlap - first]:
            return overlap
    elif header.prev_hash == head.hash:
        return head.seq
    stored = _stored_hashes(writing, node, head.log, first - 1, overlap) | held
    common = first - 2
    for seq, found in enumerate([header.prev_hash, *hashes], first - 1):
        if seq > overlap or (seq > 0 and stored.get(seq) != found):
            break
        common = seq
    return common


def _stored_hashes(writing: Writing, node: str, log_id: bytes, first: int, last: int) -> dict[int, bytes]:
    rows = writing.all(
        select(EVENT.c.seq, EVENT.c.hash).where(
            mine(EVENT),
            EVENT.c.node_id == node,
            EVENT.c.log_id == log_id,
            EVENT.c.seq.between(first, last),
        )
    )
    return {row.seq: bytes(row.hash) for row in rows}


def _fork(writing: Writing, log: Row[Any], common: Head) -> Refused:
    """Two histories under one name: nothing is stored, and the log carries the alarm until somebody has looked."""
    writing.change(update(LOG).where(mine(LOG), LOG.c.log_id == log.log_id).values(alarm="fork"))
    return Refused(code="FORK", have=common)


def _extend(writing: Writing, node: str, log: Row[Any], frame: Frame, now_ms: int) -> Pushed:
    header, hashes = frame.header, frame.hashes
    new = max(log.head_seq + 1 - header.first_seq, 0)
    if new < header.count:
        first = header.first_seq + new
        rows = [
            (node, header.log_id, seq, event_hash, event_bytes)
            for seq, (event_hash, event_bytes) in enumerate(
                zip(hashes[new:], frame.events[new:], strict=True), first
            )
        ]
        writing.many(EVENT, _EVENT_COLUMNS, rows)
        head = first + len(rows) - 1
        moved = {"new_head_seq": head, "new_head_hash": hashes[-1], "new_last_ms": now_ms}
        moved["new_alarm"] = twins.alarm_of(writing, log, head)
        writing.change(_MOVE, {"the_log": header.log_id, **moved})
        writing.change(_HEARD, {"the_node": node, "new_last_push_ms": now_ms})
        return Pushed(seq=head, hash=hashes[-1], stable=log.stable_seq)
    return Pushed(seq=log.head_seq, hash=bytes(log.head_hash), stable=log.stable_seq)
