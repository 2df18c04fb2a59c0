"""Head office's rows in the store: applied in the writer's thread, whole checkpoints with their cursor.

A row this program cannot place (a table of a newer cloud, a column of the wrong kind) is parked with its
reason and the rest applies: one bad row must never keep a price list from a shop. What head office says about the
store's own facts changes the rows made of them, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog

from edge.ledger import dbapi
from edge.ledger.identity import read_identity
from edge.ledger.rebuild import follow_verdicts
from edge.ledger.tables import cloud_tables, delete_all, delete_from_feed, put_from_feed
from edge.ledger.writer import Transaction
from shared.ledger.projection import Cell, Table
from shared.sync.messages import FeedPage, FeedRow
from shared.sync.verdicts import VERDICT_TABLES

_log = structlog.get_logger("edge.feed")

GEN_BITS = 40
_VERDICTS = frozenset(table.name for table in VERDICT_TABLES)


class Cursor(msgspec.Struct, frozen=True):
    """How far the feed has been applied: the cloud's generation and the position within it."""

    gen: int
    pos: int

    @property
    def version(self) -> int:
        """One growing number for phones: a new generation is newer than any position of an older one."""
        return (self.gen << GEN_BITS) | self.pos


def read_cursor(connection: dbapi.Connection) -> Cursor:
    gen, pos = connection.execute("SELECT gen, pos FROM feed_cursor").fetchone()
    return Cursor(gen, pos)


def apply_page(tx: Transaction, page: FeedPage) -> int:
    """Apply the page's rows up to its checkpoint and move the cursor; rows behind us are skipped."""
    cursor = read_cursor(tx.connection)
    assert page.gen == cursor.gen or (cursor.gen, cursor.pos) == (0, 0), "a new generation needs a snapshot"
    applied = 0
    for row in page.rows:
        if cursor.pos < row.pos <= page.checkpoint:
            _apply_row(tx.connection, row)
            applied += 1
    _forget(tx)
    if any(row.table in _VERDICTS for row in page.rows):
        _follow(tx)
    _move_cursor(tx.connection, page.gen, max(page.checkpoint, cursor.pos))
    return applied


def apply_snapshot(
    tx: Transaction, gen: int, pos: int, tables: dict[str, list[tuple[list[Any], int, dict[str, Any]]]]
) -> None:
    """Replace everything the cloud keeps by the snapshot's rows.

    Another generation is a head office put back to an old copy, which may lack photographs that the one before
    had: each is offered again, and one that is there is passed over.
    """
    if gen != read_cursor(tx.connection).gen:
        tx.connection.execute("UPDATE photo SET at_cloud = 0 WHERE at_cloud = 1")
    for table in cloud_tables().values():
        tx.connection.execute(delete_all(table))
    tx.connection.execute("DELETE FROM feed_gone")
    tx.connection.execute("DELETE FROM feed_parked")
    for name, rows in tables.items():
        for key, ver, body in rows:
            _apply_row(tx.connection, FeedRow(pos, name, key, ver, body))
    _forget(tx)
    # A head office put back to an old copy may have taken a verdict back, or come to another.
    _follow(tx)
    _move_cursor(tx.connection, gen, pos)


def _follow(tx: Transaction) -> None:
    identity = read_identity(tx.connection)
    if identity is not None and follow_verdicts(tx.connection, tx.rows, identity.store):
        _log.info("rows made anew by head office's verdicts")


def _move_cursor(connection: dbapi.Connection, gen: int, pos: int) -> None:
    connection.execute("UPDATE feed_cursor SET gen = ?, pos = ?", (gen, pos))


def _forget(tx: Transaction) -> None:
    for table in cloud_tables().values():
        tx.rows.forget_table(table)


def _apply_row(connection: dbapi.Connection, row: FeedRow) -> None:
    table = cloud_tables().get(row.table)
    why = "unknown table" if table is None else _unfit(table, row.key, row.body)
    if table is None or why:
        _park(connection, row, why)
        return
    key_text = msgspec.json.encode(row.key).decode()
    if row.body is None:
        if not connection.execute(delete_from_feed(table), (*row.key, row.ver)).rowcount:
            return
        connection.execute(
            "INSERT INTO feed_gone VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET feed_pos = excluded.feed_pos",
            (table.name, key_text, row.pos),
        )
        return
    names = tuple(column.name for column in table.columns if column.name in row.body)
    cells = (*row.key, *(row.body[name] for name in names), row.pos, row.ver)
    connection.execute(put_from_feed(table, names), cells)
    connection.execute("DELETE FROM feed_gone WHERE name = ? AND row_key = ?", (table.name, key_text))


def _unfit(table: Table, key: Sequence[Cell], body: dict[str, Any] | None) -> str:
    """Why the row cannot stand in the table; empty when it can. Columns we do not know are left aside."""
    kinds = {"int": int, "text": str, "bytes": bytes}
    if len(key) != len(table.key):
        return "key"
    for column, cell in zip(table.key, key, strict=True):
        if not isinstance(cell, kinds[column.holds]) or isinstance(cell, bool):
            return f"key {column.name}"
    for column in table.columns:
        cell = None if body is None else body.get(column.name)
        if cell is not None and (not isinstance(cell, kinds[column.holds]) or isinstance(cell, bool)):
            return f"column {column.name}"
        if isinstance(cell, int) and not -(1 << 63) <= cell < 1 << 63:
            return f"column {column.name}"
    return ""


def _park(connection: dbapi.Connection, row: FeedRow, why: str) -> None:
    connection.execute(
        "INSERT INTO feed_parked VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "feed_pos = excluded.feed_pos, body = excluded.body, why = excluded.why",
        (
            row.table,
            msgspec.msgpack.encode(row.key),
            row.pos,
            None if row.body is None else msgspec.msgpack.encode(row.body),
            why,
        ),
    )
