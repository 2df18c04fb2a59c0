"""A copy of the embedded database, proved before it counts: only what such a copy holds is `stable`.

Phones and nodes may forget a fact once it is stable and not before, so a copy nobody has read back is worth
nothing. VACUUM INTO gives one moment of the database; the copy is opened, checked page by page, and every log in
it is walked from its first fact to its head. Then it is moved to its place and the heads in it become stable.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import update

from cloud.store import dbapi
from cloud.store.installation import Installation
from cloud.store.ledger_tables import LOG
from cloud.store.tenant import mine
from shared.ledger.chain import Head, genesis_hash, next_hash

_WHERE = "backups"


class Copied(msgspec.Struct, frozen=True):
    """A proved copy and the heads in it, by tenant and log."""

    file: Path
    heads: dict[tuple[str, bytes], int]


class CopyBroken(Exception):
    """The copy is not what it should be; it was removed and nothing became stable."""


def back_up(installation: Installation) -> Copied | None:
    """Copy, prove, keep. None on PostgreSQL, whose own tools do this."""
    if not installation.database.is_sqlite:
        return None
    folder = installation.folder / _WHERE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left_over in folder.glob("*.part"):
        left_over.unlink()
    made = folder / f"cloud-{installation.clock()}.db"
    part = made.with_suffix(".part")
    _copy(installation, part)
    try:
        heads = prove(part)
    except CopyBroken:
        part.unlink()
        raise
    _settle(part, made)
    for tenant in sorted({tenant for tenant, _ in heads}):
        with installation.store_of(tenant).writing() as writing:
            for (owner, log_id), seq in heads.items():
                if owner == tenant:
                    writing.change(
                        update(LOG)
                        .where(mine(LOG), LOG.c.log_id == log_id, LOG.c.stable_seq < seq)
                        .values(stable_seq=seq)
                    )
    for old in sorted(folder.glob("cloud-*.db"))[: -installation.settings.backup_keep]:
        old.unlink()
    return Copied(made, heads)


def _copy(installation: Installation, part: Path) -> None:
    os.close(os.open(part, os.O_CREAT | os.O_RDWR, 0o600))
    connection = installation.database.engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(part),))
    finally:
        connection.close()


def prove(file: Path) -> dict[tuple[str, bytes], int]:
    """The heads of a copy whose pages and chains are whole. Raises `CopyBroken`."""
    connection = dbapi.module.connect(f"file:{file}?mode=ro", uri=True)
    try:
        told = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if told != "ok":
            raise CopyBroken(str(told)[:200])
        heads: dict[tuple[str, bytes], int] = {}
        logs = connection.execute(
            "SELECT l.tenant_id, l.node_id, l.log_id, l.parent_log, l.parent_seq, l.parent_hash, l.head_seq,"
            " l.head_hash, coalesce(n.wire_id, t.wire_id) FROM log l JOIN tenant t USING (tenant_id)"
            " LEFT JOIN node n ON n.tenant_id = l.tenant_id AND n.node_id = l.node_id"
        ).fetchall()
        for log in logs:
            _walk(connection, *log)
            heads[(log[0], log[2])] = log[6]
        return heads
    finally:
        connection.close()


def _walk(
    connection: Any,
    tenant: str,
    node: str,
    log_id: bytes,
    parent_log: bytes,
    parent_seq: int,
    parent_hash: bytes,
    head_seq: int,
    head_hash: bytes,
    wire_id: bytes,
) -> None:
    running = genesis_hash(log_id, wire_id, Head(parent_log, parent_seq, parent_hash))
    rows = connection.execute(
        "SELECT seq, bytes FROM event WHERE tenant_id = ? AND node_id = ? AND log_id = ? ORDER BY seq",
        (tenant, node, log_id),
    )
    last = 0
    for seq, event_bytes in rows:
        if seq != last + 1:
            raise CopyBroken(f"log {log_id.hex()} lacks fact {last + 1}")
        running, last = next_hash(log_id, seq, running, event_bytes), seq
    if last != head_seq or running != head_hash:
        raise CopyBroken(f"log {log_id.hex()} does not end at its head {head_seq}")


def _settle(part: Path, made: Path) -> None:
    for path in (part, None):
        handle = os.open(path or part.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if path is not None:
            part.rename(made)
