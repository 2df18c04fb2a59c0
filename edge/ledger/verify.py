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
from edge.ledger.rebuild import is_outdated, rebuild
from edge.ledger.rows import Rows
from edge.ledger.tables import create_statements, node_tables, select_all
from shared.ledger import envelope
from shared.ledger.chain import Head
from shared.ledger.projection import Table
from shared.ledger.proof import Finding, Walk

_FAULTS_MAX = 50
_HASH = "SELECT hash FROM event WHERE log = ? AND seq = ?"
_FACTS = "SELECT seq, bytes, hash FROM event WHERE log = ? ORDER BY seq"
_UNBALANCED = (
    "SELECT sku, lot, sum(qty) AS left_over FROM stock GROUP BY sku, lot HAVING left_over != 0 LIMIT 50"
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and what is wrong; no faults means that all of it is well."""

    logs: int
    facts: int
    ops: int
    tables: int
    rows: int
    faults: list[str]
    """The findings as lines."""
    findings: list[Finding] = []
    skipped: list[str] = []


def verify(path: Path) -> Report:
    """Prove the day-book in `path`."""
    connection = dbapi.open_reader(path)
    try:
        connection.execute("BEGIN")
        identity = read_identity(connection) or Identity(node_id=b"")
        findings: list[Finding] = []
        skipped: list[str] = []
        verdict = connection.execute("PRAGMA quick_check(5)").fetchone()[0]
        if verdict != "ok":
            findings.append(Finding(what="file", where="the file", told=str(verdict)))
        logs, facts = _walk_logs(connection, identity, findings)
        ops = _walk_ops(connection, findings)
        rows = 0
        if is_outdated(connection):
            skipped.append("rows: they wait for a rebuild at the next start")
        else:
            rows = _compare_projections(connection, identity.store, findings)
            _sum_moves(connection, findings)
    finally:
        connection.close()
    return Report(
        logs=logs,
        facts=facts,
        ops=ops,
        tables=len(node_tables()),
        rows=rows,
        faults=[finding.text() for finding in findings[:_FAULTS_MAX]],
        findings=findings[:_FAULTS_MAX],
        skipped=skipped,
    )


def _walk_logs(connection: dbapi.Connection, identity: Identity, findings: list[Finding]) -> tuple[int, int]:
    logs = connection.execute(
        "SELECT log, parent_log, parent_seq, parent_hash, genesis FROM log ORDER BY ordinal"
    ).fetchall()
    walk = Walk(findings.append)
    parents = [Head(log, seq, digest) for _, log, seq, digest, _ in logs]
    for parent in parents:
        # A parent this box no longer holds (it was replaced) is no fault; one it holds differently is.
        walk.expect([parent])
        held = connection.execute(_HASH, (parent.log, parent.seq)).fetchone()
        if held is not None:
            walk.remember(Head(parent.log, parent.seq, held[0]))
    for (log, _, _, _, genesis), parent in zip(logs, parents, strict=True):
        walking = walk.log(log, identity.node_id, parent, genesis)
        for seq, event_bytes, digest in connection.execute(_FACTS, (log,)):
            if not walking.fact(seq, event_bytes, digest):
                break
        walking.end()
    return walk.logs, walk.facts


def _walk_ops(connection: dbapi.Connection, findings: list[Finding]) -> int:
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
            told = f"op {op_id.hex()} has its facts elsewhere"
            findings.append(Finding(what="op", log=log.hex(), seq=seq, told=told))
    return count


def _op_of(event_bytes: bytes) -> bytes | None:
    """The op behind stored bytes; None where they cannot be read any more."""
    try:
        return envelope.decode(event_bytes).op_id
    except msgspec.DecodeError:
        return None


def _sum_moves(connection: dbapi.Connection, findings: list[Finding]) -> None:
    """Goods come from somewhere and go somewhere: of each lot all places together hold nothing."""
    for sku, lot, left in connection.execute(_UNBALANCED):
        where = f"stock of {sku} lot {lot}"
        findings.append(Finding(what="moves", where=where, told=f"sums to {left}, not to zero"))


def _compare_projections(connection: dbapi.Connection, store: str, findings: list[Finding]) -> int:
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
                findings.append(Finding(what="rows", told=f"they cannot be made again: {error}"))
                return 0
            scratch.execute("COMMIT")
            for table in node_tables():
                total += _compare(table, connection, scratch, findings)
        finally:
            scratch.close()
    return total


def _compare(table: Table, live: dbapi.Connection, rebuilt: dbapi.Connection, findings: list[Finding]) -> int:
    count = 0
    for ours, theirs in zip_longest(_rows(live, table), _rows(rebuilt, table)):
        count += 1
        if ours != theirs:
            told = f"the live row {ours} is {theirs} by the facts"
            findings.append(Finding(what="row differs", where=f"table {table.name}", told=told))
            break
    return count


def _rows(connection: dbapi.Connection, table: Table) -> Iterator[Any]:
    return iter(connection.execute(select_all(table)))
