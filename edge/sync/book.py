"""A store's day-book as `liushui verify` and an export see it: proved by itself, or told as bundle messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge.ledger import dbapi, verdicts
from edge.ledger.identity import Identity, read_identity
from edge.ledger.tables import node_tables, select_all
from edge.ledger.verify import verify
from edge.sync import node_key, own_logs, receipts, sent
from shared.ledger.proof import Finding, RowDigest, Verdict
from shared.sync.bundle import (
    FACTS_AT_ONCE,
    FORMAT,
    MARK_BYTES,
    VERSION,
    Confirmed,
    End,
    Facts,
    Log,
    Message,
    Node,
    NoEffect,
    Rows,
    Start,
)
from shared.sync.proving import receipt_to_sign

DAY_BOOK = "ledger.db"

is_signed = node_key.is_signed


def claims(target: str) -> bool:
    """A node's folder, or the file of a day-book."""
    return _file(target) is not None


def _file(target: str) -> Path | None:
    path = Path(target)
    if path.is_dir():
        return path / DAY_BOOK if (path / DAY_BOOK).is_file() else None
    if not path.is_file():
        return None
    try:
        opened = dbapi.open_reader(path)
        try:
            opened.execute("SELECT 1 FROM about_node LIMIT 1").fetchone()
        finally:
            opened.close()
    except dbapi.Error:
        return None
    return path


def verdict(target: str) -> Verdict:
    """The day-book, its rows, and what head office has signed for."""
    file = _file(target)
    assert file is not None
    report = verify(file)
    findings = list(report.findings)
    connection = dbapi.open_reader(file)
    try:
        checked = _check_receipt(connection, findings)
    finally:
        connection.close()
    return Verdict(
        target=target,
        logs=report.logs,
        facts=report.facts,
        rows=report.rows,
        receipts=checked,
        findings=findings,
        skipped=report.skipped,
    )


def _check_receipt(connection: dbapi.Connection, findings: list[Finding]) -> int:
    kept = receipts.read(connection)
    identity = read_identity(connection)
    if kept is None or identity is None:
        return 0
    signed = receipt_to_sign(str(identity.tenant.get("tenant", "")), kept.body)
    if not is_signed(identity.cloud_public_key, kept.signature, signed):
        findings.append(Finding(what="receipt", told="the receipt kept here is not signed by head office"))
        return 0
    checked = 0
    for head in msgspec.msgpack.decode(kept.body, type=Confirmed).heads:
        if own_logs.hash_at(connection, head.log, head.seq) == head.hash:
            checked += 1
        else:
            told = f"head office confirmed fact {head.seq}, and it is not here"
            findings.append(Finding(what="receipt", log=head.log.hex(), seq=head.seq, told=told))
    return checked


def messages(target: str, now_ms: int = 0) -> Iterator[Message]:
    """Everything, as of one moment; may run beside the node."""
    file = _file(target)
    assert file is not None
    connection = dbapi.open_reader(file)
    try:
        connection.execute("BEGIN")
        yield from _messages(connection, read_identity(connection) or Identity(node_id=b""), now_ms)
    finally:
        connection.close()


def _messages(connection: dbapi.Connection, identity: Identity, now_ms: int) -> Iterator[Message]:
    tenant = str(identity.tenant.get("tenant", ""))
    keys = [identity.cloud_public_key] if identity.cloud_public_key else []
    yield Start(FORMAT, VERSION, "edge", tenant, now_ms, keys)
    yield Node(identity.store, identity.node_id)
    logs = own_logs.read_logs(connection)
    told = sent.read_confirmed(connection)
    for log in logs:
        stable = told[log.head.log].stable if log.head.log in told else 0
        yield Log(log.head.log, identity.store, log.parent, log.head, log.head.seq, stable)
    superseded = connection.execute("SELECT log, seq FROM superseded ORDER BY log, seq").fetchall()
    yield NoEffect("superseded", [(log, seq) for log, seq in superseded])
    yield NoEffect("held", sorted(name for name, by in verdicts.left_out(connection).items() if by is None))
    count = 0
    for log in logs:
        for first in range(1, log.head.seq + 1, FACTS_AT_ONCE):
            run = own_logs.read_run(connection, log.head.log, first, FACTS_AT_ONCE)
            count += len(run.events)
            marks = b"".join(digest[:MARK_BYTES] for digest in run.hashes)
            yield Facts(log.head.log, first, list(run.events), marks)
    for table in node_tables():
        digest = RowDigest()
        keys_wide = len(table.key)
        names = [column.name for column in table.columns]
        for row in connection.execute(select_all(table)):
            digest.add(row[:keys_wide], dict(zip(names, row[keys_wide:], strict=True)))
        yield Rows(table.name, identity.store, digest.count, digest.value)
    kept = receipts.read(connection)
    if kept is not None:
        yield kept
    yield End(len(logs), count)
