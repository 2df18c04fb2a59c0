"""The proof that a day-book is whole: every log dense and chained from its parent, every op where it says, and
the projections, rebuilt from nothing but the facts, equal to the live ones to the last unit.

It reads one unchanging state, so it may run beside a working node.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec

from edge.ledger import dbapi
from edge.ledger.identity import Identity, read_identity
from edge.ledger.rebuild import rebuild
from edge.ledger.rows import Rows
from edge.ledger.tables import create_statements, node_tables, select_all
from shared.ledger import envelope
from shared.ledger.chain import Head, genesis_hash, next_hash
from shared.ledger.projection import Table

_FAULTS_MAX = 50


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and what is wrong; no faults means that all of it is well."""

    logs: int
    facts: int
    ops: int
    tables: int
    rows: int
    faults: list[str]


def verify(path: Path) -> Report:
    """Prove the day-book in `path`."""
    connection = dbapi.open_reader(path)
    try:
        connection.execute("BEGIN")
        identity = read_identity(connection) or Identity(node_id=b"")
        faults: list[str] = []
        verdict = connection.execute("PRAGMA quick_check(5)").fetchone()[0]
        if verdict != "ok":
            faults.append(f"the file: {verdict}")
        logs, facts = _walk_logs(connection, identity, faults)
        ops = _walk_ops(connection, faults)
        rows = _compare_projections(connection, identity.store, faults)
    finally:
        connection.close()
    return Report(
        logs=logs, facts=facts, ops=ops, tables=len(node_tables()), rows=rows, faults=faults[:_FAULTS_MAX]
    )


def _walk_logs(connection: dbapi.Connection, identity: Identity, faults: list[str]) -> tuple[int, int]:
    logs = connection.execute(
        "SELECT log, parent_log, parent_seq, parent_hash, genesis FROM log ORDER BY ordinal"
    ).fetchall()
    known = {log for log, *_ in logs}
    facts = 0
    for log, parent_log, parent_seq, parent_hash, genesis in logs:
        parent = Head(parent_log, parent_seq, parent_hash)
        if genesis_hash(log, identity.node_id, parent) != genesis:
            faults.append(f"log {log.hex()}: its beginning does not follow from its parent")
        if parent_log and parent_seq:
            faults += _parent_faults(connection, log, parent, known)
        head = genesis
        seq = 0
        for found, event_bytes, digest in connection.execute(
            "SELECT seq, bytes, hash FROM event WHERE log = ? ORDER BY seq", (log,)
        ):
            seq += 1
            if found != seq:
                faults.append(f"log {log.hex()}: {seq} is missing, {found} follows")
                seq = found
            head = next_hash(log, found, head, event_bytes)
            if head != digest:
                faults.append(f"log {log.hex()}: fact {found} is not what was written")
                head = digest
            facts += 1
    return len(logs), facts


def _parent_faults(connection: dbapi.Connection, log: bytes, parent: Head, known: set[bytes]) -> list[str]:
    """A parent this box no longer holds (it was replaced) is no fault; one it holds differently is."""
    if parent.log not in known:
        return []
    found = connection.execute(
        "SELECT hash FROM event WHERE log = ? AND seq = ?", (parent.log, parent.seq)
    ).fetchone()
    if found is not None and found[0] != parent.hash:
        return [f"log {log.hex()}: its parent's fact {parent.seq} is another one"]
    return []


def _walk_ops(connection: dbapi.Connection, faults: list[str]) -> int:
    """Every accepted op points at facts that carry its id."""
    count = 0
    for op_id, log, seq, facts in connection.execute(
        "SELECT op_id, log, seq, count FROM op WHERE log IS NOT NULL"
    ):
        count += 1
        last = connection.execute(
            "SELECT bytes FROM event WHERE log = ? AND seq = ?", (log, seq + facts - 1)
        ).fetchone()
        if last is None or _op_of(last[0]) != op_id:
            faults.append(f"op {op_id.hex()}: its facts are not at {log.hex()} {seq}")
    return count


def _op_of(event_bytes: bytes) -> bytes | None:
    """The op behind stored bytes; None where they cannot be read any more."""
    try:
        return envelope.decode(event_bytes).op_id
    except msgspec.DecodeError:
        return None


def _compare_projections(connection: dbapi.Connection, store: str, faults: list[str]) -> int:
    """Replay everything into a scratch file and hold each table against the live one, row by row."""
    total = 0
    with tempfile.TemporaryDirectory(prefix="liushui-verify-") as folder:
        scratch = dbapi.open_scratch(Path(folder) / "rebuilt.db")
        try:
            for table in node_tables():
                for statement in create_statements(table):
                    scratch.execute(statement)
            scratch.execute("BEGIN")
            try:
                rebuild(connection, Rows(scratch), store)
            except msgspec.DecodeError as error:
                faults.append(f"the rows cannot be made again: {error}")
                return 0
            scratch.execute("COMMIT")
            for table in node_tables():
                total += _compare(table, connection, scratch, faults)
        finally:
            scratch.close()
    return total


def _compare(table: Table, live: dbapi.Connection, rebuilt: dbapi.Connection, faults: list[str]) -> int:
    count = 0
    for ours, theirs in zip_longest(_rows(live, table), _rows(rebuilt, table)):
        count += 1
        if ours != theirs:
            faults.append(f"table {table.name}: the live row {ours} is {theirs} by the facts")
            break
    return count


def _rows(connection: dbapi.Connection, table: Table) -> Iterator[Any]:
    return iter(connection.execute(select_all(table)))
