"""How are the nodes: when each store was last heard, what it has not sent yet, what is stuck."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import func, select

from cloud.reports.asked import Question, of_stores, store_names
from cloud.store.clocks import moment
from cloud.store.ledger_tables import LOG, NODE, PROJ_CURSOR, QUARANTINE
from cloud.store.tenant import Reading

State = Literal["ok", "late", "never", "fork"]
LATE_MS = 15 * 60_000


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    log: str
    seq: int
    applied: int
    parent: str
    epoch: int
    state: str
    alarm: str


class NodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """`head`: facts received over all logs of the node; `applied`: facts the projector has passed."""

    node: str
    store: str
    name: str
    last_sync_at: str | None
    head: int
    applied: int
    unsent: int
    oldest_unsent_at: str | None
    quarantined: int
    state: State
    logs: list[LogRow]


class Nodes(msgspec.Struct, frozen=True, kw_only=True):
    nodes: list[NodeRow]


def how_are_the_nodes(reading: Reading, asked: Question, now_ms: int) -> Nodes:
    """Every store of the question, also one whose node was never enrolled."""
    nodes = {row.node_id: row for row in reading.all(select(NODE).where(of_stores(asked, NODE)))}
    cursors = {
        row.log_id: int(row.seq)
        for row in reading.all(select(PROJ_CURSOR).where(of_stores(asked, PROJ_CURSOR)))
    }
    stuck = {
        row.node_id: int(row.facts)
        for row in reading.all(
            select(QUARANTINE.c.node_id, func.count().label("facts"))
            .where(of_stores(asked, QUARANTINE), QUARANTINE.c.state.in_(("held", "allowed")))
            .group_by(QUARANTINE.c.node_id)
        )
    }
    logs: dict[str, list[LogRow]] = {}
    for row in reading.all(select(LOG).where(of_stores(asked, LOG)).order_by(LOG.c.epoch)):
        logs.setdefault(row.node_id, []).append(
            LogRow(
                log=row.log_id.hex(),
                seq=int(row.head_seq),
                applied=cursors.get(row.log_id, 0),
                parent=row.parent_log.hex() if row.parent_log else "",
                epoch=int(row.epoch),
                state=row.state,
                alarm=row.alarm,
            )
        )
    return Nodes(
        nodes=[
            _node(store, name, nodes.get(store), logs.get(store, []), stuck.get(store, 0), now_ms)
            for store, name in store_names(reading, asked.stores).items()
        ]
    )


def _node(store: str, name: str, node: Any, logs: list[LogRow], stuck: int, now_ms: int) -> NodeRow:
    heard_ms = max(int(node.last_hello_ms), int(node.last_push_ms)) if node is not None else 0
    unsent = int(node.unsent) if node is not None else 0
    return NodeRow(
        node=store,
        store=store,
        name=name,
        last_sync_at=moment(heard_ms) if heard_ms else None,
        head=sum(log.seq for log in logs),
        applied=sum(log.applied for log in logs),
        unsent=unsent,
        oldest_unsent_at=moment(int(node.oldest_unsent_ms)) if unsent and node.oldest_unsent_ms else None,
        quarantined=stuck,
        state=_state(heard_ms, logs, now_ms),
        logs=logs,
    )


def _state(heard_ms: int, logs: list[LogRow], now_ms: int) -> State:
    if any(log.alarm for log in logs):
        return "fork"
    if not heard_ms:
        return "never"
    return "late" if now_ms - heard_ms > LATE_MS else "ok"
