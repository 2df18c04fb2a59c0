"""What head office keeps, on its way to one store: the feed since a position, or everything as a snapshot.

A store gets rows of its own scope and those for all. A page ends at a checkpoint, so rows that changed together
arrive together. Page and snapshot are signed, because a store must not believe a price list from anybody else.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, or_, select

from cloud.identity import devices, grants, keys
from cloud.identity.keys import Signed
from cloud.identity.nodes import KnownNode
from cloud.intake import copies, generations
from cloud.intake.compression import compress
from cloud.store import feed
from cloud.store.ledger_tables import FEED, TENANT
from cloud.store.projected import VER, cloud_kept, table_of
from cloud.store.tenant import Reading, mine
from shared.access.kept import GRANT, REVOKED_DEVICE
from shared.access.kept import TENANT as TENANT_KEPT
from shared.errors import DomainError
from shared.sync.messages import FeedPage, FeedRow
from shared.sync.verdicts import SUPERSEDED_FACT

ROWS_MAX = 1000


class SignedBody(msgspec.Struct, frozen=True):
    """Bytes as they go out, with what the two headers say about them."""

    body: bytes
    signed: Signed


def page(node: KnownNode, gen: int, pos: int, limit: int, now_ms: int) -> SignedBody:
    """The changes after `pos`. Raises `feed_gone` for another generation or a position that is forgotten."""
    feed.sequence(node.store, now_ms)
    _fence_off_a_restored_copy(node, gen, pos, now_ms)
    with node.store.reading() as reading:
        standing = generations.current(reading)
        if gen != standing.gen or not standing.feed_floor <= pos <= standing.feed_head:
            raise DomainError("feed_gone")
        rows = reading.all(_rows_for(node.node).where(FEED.c.pos > pos).limit(min(max(limit, 1), ROWS_MAX)))
        checkpoint = standing.feed_head
        if len(rows) >= min(max(limit, 1), ROWS_MAX):
            checkpoint = reading.scalar(
                select(func.min(FEED.c.pos)).where(
                    mine(FEED), FEED.c.pos >= rows[-1].pos, FEED.c.is_checkpoint == 1
                )
            )
            rows = [
                *rows,
                *reading.all(_rows_for(node.node).where(FEED.c.pos > rows[-1].pos, FEED.c.pos <= checkpoint)),
            ]
        told = [_feed_row(row._mapping) for row in rows if _concerns(row.scope, node.node)]
        answer = FeedPage(gen=standing.gen, rows=told, checkpoint=checkpoint, head=standing.feed_head)
        body = msgspec.msgpack.encode(answer)
        return SignedBody(body, keys.sign(reading, "feed", body))


def _fence_off_a_restored_copy(node: KnownNode, gen: int, pos: int, now_ms: int) -> None:
    """A position of this generation that we never reached: we are an old copy, and every store must know."""
    with node.store.reading() as reading:
        standing = generations.current(reading)
    if gen == standing.gen and pos > standing.feed_head:
        with node.store.writing() as writing:
            if generations.current(writing).gen == gen:
                generations.begin(writing, now_ms)


def _rows_for(store: str) -> Select[Any]:
    return (
        select(FEED)
        .where(
            mine(FEED),
            or_(FEED.c.scope == feed.FOR_ALL, FEED.c.scope.contains(f" {store} ", autoescape=True)),
        )
        .order_by(FEED.c.pos)
    )


def _concerns(scope: str, store: str) -> bool:
    """Exactly, where a database's own comparison may not care about upper and lower case."""
    return scope == feed.FOR_ALL or f" {store} " in scope


def _feed_row(row: Any) -> FeedRow:
    body = None if row["body"] is None else msgspec.msgpack.decode(row["body"])
    return FeedRow(row["pos"], row["table_name"], msgspec.msgpack.decode(row["key"]), row["ver"], body)


SnapshotRow = tuple[list[Any], int, dict[str, Any]]


def snapshot(node: KnownNode) -> SignedBody:
    """Everything the store must know, as of one position of the feed."""
    with node.store.reading() as reading:
        standing = generations.current(reading)
        content = {"gen": standing.gen, "pos": standing.feed_head, "tables": _tables(reading, node.node)}
        body = compress(msgspec.msgpack.encode(content))
        return SignedBody(body, keys.sign(reading, "snapshot", body))


def _tables(reading: Reading, store: str) -> dict[str, list[SnapshotRow]]:
    tables: dict[str, list[SnapshotRow]] = {}
    for definition in cloud_kept():
        table = table_of(definition)
        # In the order of their keys: the same knowledge is the same bytes, whichever database keeps it.
        statement = (
            select(table).where(mine(table)).order_by(*(table.c[column.name] for column in definition.key))
        )
        if definition.scope:
            statement = statement.where(_for_store(table.c[definition.scope], store))
        tables[definition.name] = [
            (
                [row._mapping[column.name] for column in definition.key],
                row._mapping[VER],
                {column.name: row._mapping[column.name] for column in definition.columns},
            )
            for row in reading.all(statement)
        ]
    tables[GRANT.name] = [
        ([user.user], user.ver, user.body())
        for user in grants.users(reading)
        if user.stores and (not user.covers or store in user.covers)
    ]
    tenant = reading.first(select(TENANT).where(mine(TENANT)))
    assert tenant is not None
    tables[REVOKED_DEVICE.name] = devices.kept_rows(reading)
    tables[SUPERSEDED_FACT.name] = copies.of_store(reading, store)
    tables[TENANT_KEPT.name] = [([tenant.tenant_id], tenant.ver, grants.tenant_body(tenant._mapping))]
    return tables


def _for_store(column: ColumnElement[Any], store: str) -> ColumnElement[bool]:
    return or_(column == store, column == "", column.is_(None))
