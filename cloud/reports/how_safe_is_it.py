"""How safe is it: what a proved copy of head office holds of each store, and which logs somebody has to look at.

A fact is stable once a copy that was read back holds it; until then the store and its phones keep it. So the age
of the oldest fact that is not stable says how long a disaster here would lean on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from cloud.reports.asked import Question, of_stores, store_names
from cloud.store.clocks import moment
from cloud.store.ledger_tables import EVENT, LOG, NODE, TENANT
from cloud.store.tenant import Reading, mine
from shared.ledger import envelope as envelopes
from shared.ledger.envelope import Envelope

_LOOKED_AT = 50
"""So many of a node's newest facts are asked whether their clock was suspect."""


class SafeLog(msgspec.Struct, frozen=True, kw_only=True):
    """`stable`: up to here a proved copy holds it. `state` is open, late or sealed; `alarm` empty, fork or twin."""

    log: str
    epoch: int
    seq: int
    stable: int
    state: str
    alarm: str
    parent: str
    parent_seq: int
    first_at: str
    last_at: str


class SafeNode(msgspec.Struct, frozen=True, kw_only=True):
    """`standing` is enrolled, revoked, or empty for a store without a node. `suspect` counts among the newest facts
    those whose clock could not be believed; `behind` counts the changes of master data it has not fetched;
    `troubles` are keys of what the box said of its disk and day-book when it last spoke."""

    store: str
    name: str
    standing: str
    version: str
    photos_pending: int
    behind: int
    unstable: int
    oldest_unstable_at: str | None
    suspect: int
    troubles: list[str]
    logs: list[SafeLog]


class Safety(msgspec.Struct, frozen=True, kw_only=True):
    """`copied_at`: when the newest proved copy was made."""

    copied_at: str | None
    copies: int
    nodes: list[SafeNode]


def how_safe_is_it(reading: Reading, asked: Question, copies_ms: Sequence[int]) -> Safety:
    """Every store of the question with its logs, newest first."""
    nodes = {row.node_id: row for row in reading.all(select(NODE).where(of_stores(asked, NODE)))}
    feed_head = int(reading.scalar(select(TENANT.c.feed_head).where(mine(TENANT))) or 0)
    logs: dict[str, list[Any]] = {}
    for row in reading.all(select(LOG).where(of_stores(asked, LOG)).order_by(LOG.c.epoch.desc())):
        logs.setdefault(row.node_id, []).append(row)
    return Safety(
        copied_at=moment(max(copies_ms)) if copies_ms else None,
        copies=len(copies_ms),
        nodes=[
            _node(reading, store, name, nodes.get(store), logs.get(store, []), feed_head)
            for store, name in store_names(reading, asked.stores).items()
        ],
    )


def _node(
    reading: Reading, store: str, name: str, node: Any, logs: Sequence[Any], feed_head: int
) -> SafeNode:
    versions = msgspec.json.decode(node.versions, type=dict[str, str]) if node and node.versions else {}
    return SafeNode(
        store=store,
        name=name,
        standing="" if node is None else str(node.state),
        version=versions.get("edge", ""),
        photos_pending=0 if node is None else int(node.blobs_pending),
        behind=0 if node is None else max(feed_head - int(node.feed_pos), 0),
        unstable=sum(max(log.head_seq - log.stable_seq, 0) for log in logs),
        oldest_unstable_at=_oldest_unstable(reading, logs),
        suspect=_suspect(reading, logs[0]) if logs else 0,
        troubles=versions.get("troubles", "").split(),
        logs=[_log(row) for row in logs],
    )


def _log(row: Any) -> SafeLog:
    return SafeLog(
        log=bytes(row.log_id).hex(),
        epoch=row.epoch,
        seq=row.head_seq,
        stable=row.stable_seq,
        state=row.state,
        alarm=row.alarm,
        parent=bytes(row.parent_log).hex(),
        parent_seq=row.parent_seq,
        first_at=moment(row.first_ms),
        last_at=moment(row.last_ms),
    )


def _oldest_unstable(reading: Reading, logs: Sequence[Any]) -> str | None:
    for log in reversed(logs):
        if log.head_seq > log.stable_seq:
            found = _envelopes(reading, log, log.stable_seq + 1, log.stable_seq + 1)
            return moment(found[0].wall_ms) if found else None
    return None


def _suspect(reading: Reading, log: Any) -> int:
    newest = _envelopes(reading, log, log.head_seq - _LOOKED_AT + 1, log.head_seq)
    return sum(envelope.clock_suspect for envelope in newest)


def _envelopes(reading: Reading, log: Any, first: int, last: int) -> list[Envelope]:
    """Facts first…last of a log, without those that nobody can read."""
    rows = reading.all(
        select(EVENT.c.bytes)
        .where(
            mine(EVENT),
            EVENT.c.node_id == log.node_id,
            EVENT.c.log_id == log.log_id,
            EVENT.c.seq.between(first, last),
        )
        .order_by(EVENT.c.seq)
    )
    found = []
    for row in rows:
        try:
            found.append(envelopes.decode(bytes(row.bytes)))
        except msgspec.MsgspecError:
            continue
    return found
