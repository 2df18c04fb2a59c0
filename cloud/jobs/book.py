"""Head office's books as `liushui verify` and an export see them: proved by themselves, or told as bundle messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import inspect, select

from cloud.identity import keys
from cloud.intake import audit
from cloud.intake.log_order import logs_in_order
from cloud.jobs.rows_file import Unreadable, opened_copy
from cloud.store.engine import DATABASE_FILE, Database
from cloud.store.identity_tables import NODE_KEY, SIGNING_KEY
from cloud.store.installation import Installation
from cloud.store.ledger_tables import PROJ_CURSOR, QUARANTINE, SUPERSEDED
from cloud.store.tenant import Reading, TenantStore, mine
from shared.ledger.chain import Head
from shared.ledger.projection import projected_tables
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
    Receipt,
    Rows,
    Start,
)


def is_signed(public_key_hex: str, signature_hex: str, signed: bytes) -> bool:
    """Whether that key made this signature."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex))
        public.verify(bytes.fromhex(signature_hex), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def claims(target: str) -> bool:
    """A URL of PostgreSQL, head office's folder, or the file of an embedded database or its copy."""
    return target.startswith("postgresql") or _file(target) is not None


def _file(target: str) -> Path | None:
    path = Path(target)
    if path.is_dir():
        return path / DATABASE_FILE if (path / DATABASE_FILE).is_file() else None
    if not path.is_file() or not _starts(path).startswith(b"SQLite"):
        return None
    try:
        with opened_copy(path) as connection:
            return path if inspect(connection).has_table("proj_cursor") else None
    except Unreadable:
        return None


def _starts(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(16)


@contextmanager
def _opened(target: str) -> Iterator[Installation]:
    file = _file(target)
    url = target if file is None else f"sqlite:///{file.resolve()}"
    database = Database(url)
    try:
        yield Installation(database, Path(target) if file is None else file.parent)
    finally:
        database.close()


def verdict(target: str) -> Verdict:
    """Every tenant's chains and rows."""
    findings: list[Finding] = []
    skipped: list[str] = []
    logs = facts = rows = 0
    with _opened(target) as installation:
        for store in installation.tenants():
            told = audit.audit(store)
            logs, facts, rows = logs + told.logs, facts + told.facts, rows + told.rows
            findings += told.findings
            if told.behind:
                skipped.append(f"{store.tenant}: {told.behind} facts are not yet applied")
    return Verdict(
        target=target, logs=logs, facts=facts, rows=rows, receipts=0, findings=findings, skipped=skipped
    )


def messages(target: str, now_ms: int = 0, tenant: str = "", node: str = "") -> Iterator[Message]:
    """One tenant's books, as of one moment; `node` limits them to one store."""
    with _opened(target) as installation:
        stores = [store for store in installation.tenants() if tenant in ("", store.tenant)]
        if stores:
            yield from told(stores[0], now_ms, node)


def told(store: TenantStore, now_ms: int, node: str = "") -> Iterator[Message]:
    """The messages of one tenant."""
    with store.reading() as reading:
        wire_ids = audit.wire_ids(reading)
        public = reading.all(select(SIGNING_KEY.c.public_key).where(mine(SIGNING_KEY)))
        own_keys = [bytes(row.public_key).hex() for row in public]
        yield Start(FORMAT, VERSION, "cloud", store.tenant, now_ms, own_keys)
        nodes = {name: wire_id for name, wire_id in wire_ids.items() if node in ("", name)}
        yield from _nodes(reading, nodes)
        logs = logs_in_order(reading, nodes)
        cursors = {
            bytes(row.log_id): row.seq for row in reading.all(select(PROJ_CURSOR).where(mine(PROJ_CURSOR)))
        }
        heads: defaultdict[str, list[Head]] = defaultdict(list)
        for log in logs:
            head = Head(bytes(log.log_id), log.head_seq, bytes(log.head_hash))
            heads[log.node_id].append(head)
            parent = Head(bytes(log.parent_log), log.parent_seq, bytes(log.parent_hash))
            applied = cursors.get(head.log, 0)
            yield Log(head.log, log.node_id, parent, head, applied, log.stable_seq, log.state, log.alarm)
        yield NoEffect("superseded", sorted(audit.names(reading, SUPERSEDED)))
        yield NoEffect("held", sorted(audit.names(reading, QUARANTINE, QUARANTINE.c.state != "released")))
        count = 0
        for log in logs:
            part = Facts(bytes(log.log_id), 1, [])
            marks: list[bytes] = []
            for seq, digest, event_bytes in audit.events(reading, log):
                count += 1
                part.events.append(event_bytes)
                marks.append(digest[:MARK_BYTES])
                if len(marks) == FACTS_AT_ONCE:
                    yield msgspec.structs.replace(part, marks=b"".join(marks))
                    part, marks = Facts(part.log, seq + 1, []), []
            if marks:
                yield msgspec.structs.replace(part, marks=b"".join(marks))
        yield from _rows(reading, nodes)
        for name, of_node in heads.items():
            body = msgspec.msgpack.encode(Confirmed(nodes[name], of_node, now_ms))
            yield Receipt(body, keys.sign(reading, "heads", body).signature)
        yield End(len(logs), count)


def _nodes(reading: Reading, nodes: dict[str, bytes]) -> Iterator[Node]:
    held: defaultdict[str, list[str]] = defaultdict(list)
    for row in reading.all(select(NODE_KEY.c.node_id, NODE_KEY.c.public_key).where(mine(NODE_KEY))):
        held[row.node_id].append(bytes(row.public_key).hex())
    for name, wire_id in nodes.items():
        yield Node(name, wire_id, held[name])


def _rows(reading: Reading, nodes: dict[str, bytes]) -> Iterator[Rows]:
    for table in projected_tables("cloud"):
        if table.keeper != "node":
            continue
        digests: defaultdict[str, RowDigest] = defaultdict(RowDigest)
        for owner, key, cells in audit.live_rows(reading, table):
            digests[owner].add(key, cells)
        for name in nodes:
            yield Rows(table.name, name, digests[name].count, digests[name].value)
