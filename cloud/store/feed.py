"""The downlink's rows: what changed in cloud-kept tables, in positions that a poller can never skip.

A transaction leaves its rows in `feed_pending` under one batch. `sequence` then gives positions, one at a time
per tenant and only to what is committed, so no row ever appears behind a position somebody has already read
(a database's own counter is drawn before the commit and does not promise that). Rows of a batch stay together
and the last one is a checkpoint.

`scope` is " s1 s2 " with the stores a row is for, or empty for all; a store that loses a row gets a tombstone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import delete, select, update

from cloud.store.ledger_tables import FEED, FEED_PENDING, TENANT
from cloud.store.tenant import TenantStore, Writing, mine

FOR_ALL = ""


class FeedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is now; `body` None takes it away. `stores` empty: for the whole chain."""

    table: str
    key: tuple[Any, ...]
    ver: int
    body: dict[str, Any] | None
    stores: frozenset[str] = frozenset()
    lost_by: frozenset[str] = frozenset()
    """Stores that had the row and must forget it."""


def scope_text(stores: Iterable[str]) -> str:
    """ " s1 s2 " for stores s1 and s2: codes hold no blanks, so a store is found between two of them."""
    listed = sorted(stores)
    return f" {' '.join(listed)} " if listed else FOR_ALL


def emit(writing: Writing, batch: bytes, changes: Iterable[FeedChange]) -> None:
    """Leave the changes for the sequencer, in this transaction."""
    rows: list[dict[str, Any]] = []
    for change in changes:
        key = msgspec.msgpack.encode(change.key)
        body = None if change.body is None else msgspec.msgpack.encode(change.body)
        row: dict[str, Any] = {"batch": batch, "table_name": change.table, "key": key, "ver": change.ver}
        if change.lost_by:
            rows.append(row | {"body": None, "scope": scope_text(change.lost_by)})
        rows.append(row | {"body": body, "scope": scope_text(change.stores)})
    # In this order and after the rows' locks were taken: the counter goes up as the changes of one row follow.
    columns = ("batch", "table_name", "key", "ver", "body", "scope")
    writing.many(FEED_PENDING, columns, (tuple(row[name] for name in columns) for row in rows))


def sequence(store: TenantStore, now_ms: int) -> int:
    """Give positions to everything committed so far; returns how many rows got one."""
    with store.reading() as reading:
        if reading.first(select(FEED_PENDING.c.id).where(mine(FEED_PENDING)).limit(1)) is None:
            return 0
    with store.writing() as writing:
        head = writing.scalar(select(TENANT.c.feed_head).where(mine(TENANT)).with_for_update())
        pending = writing.all(select(FEED_PENDING).where(mine(FEED_PENDING)).order_by(FEED_PENDING.c.id))
        last_of = {row.batch: row.id for row in pending}
        # By the last row of each batch: two transactions that changed the same row commit in that order.
        ordered = sorted(pending, key=lambda row: (last_of[row.batch], row.id))
        writing.insert(
            FEED,
            *(
                {
                    "pos": position,
                    "table_name": row.table_name,
                    "key": row.key,
                    "ver": row.ver,
                    "body": row.body,
                    "scope": row.scope,
                    "is_checkpoint": int(last_of[row.batch] == row.id),
                    "made_ms": now_ms,
                }
                for position, row in enumerate(ordered, head + 1)
            ),
        )
        # By name: rows committed since the list was read are not in it and stay for the next time.
        given = [row.id for row in pending]
        for start in range(0, len(given), 500):
            part = FEED_PENDING.c.id.in_(given[start : start + 500])
            writing.change(delete(FEED_PENDING).where(mine(FEED_PENDING), part))
        if pending:
            writing.change(update(TENANT).where(mine(TENANT)).values(feed_head=head + len(pending)))
        return len(pending)


def compact(store: TenantStore, older_than_ms: int) -> int:
    """Forget feed rows made before that moment; a store behind the new floor takes a snapshot instead."""
    with store.writing() as writing:
        floor = writing.scalar(
            select(FEED.c.pos)
            .where(mine(FEED), FEED.c.made_ms < older_than_ms, FEED.c.is_checkpoint == 1)
            .order_by(FEED.c.pos.desc())
            .limit(1)
        )
        if floor is None:
            return 0
        gone = writing.change(delete(FEED).where(mine(FEED), FEED.c.pos <= floor))
        writing.change(update(TENANT).where(mine(TENANT)).values(feed_floor=floor))
        return gone
