"""A look at a slice of the day-book: is it still what was written? Bounded work, resumed where the last look stopped.

Two things are looked at in turn: the pages of each table and its indexes, by the engine's own check, and the facts
themselves, whose hashes must follow from one another. A round is over when both have been through everything.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from edge.ledger import dbapi
from edge.ledger.identity import Identity, read_identity
from shared.ledger.chain import Head, genesis_hash, next_hash

FACTS_AT_ONCE = 50_000

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_LOGS = "SELECT ordinal, log, parent_log, parent_seq, parent_hash, genesis FROM log WHERE ordinal >= ? ORDER BY ordinal"
_FACTS = "SELECT seq, bytes, hash FROM event WHERE log = ? AND seq > ? ORDER BY seq LIMIT ?"
_SINCE_EVER = -(1 << 62)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the next look goes on: after which table, after which fact of which log."""

    rounds: int = 0
    finished_ms: int | None = None
    """When the last whole round ended."""
    table: str = ""
    tables_done: bool = False
    ordinal: int = _SINCE_EVER
    log: bytes = b""
    """Places may change between two looks."""
    seq: int = 0
    hash: bytes = b""
    facts_done: bool = False


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """How far the look came, and what is wrong, if anything."""

    progress: Progress
    fault: str = ""
    facts: int = 0


def look(
    connection: dbapi.Connection,
    progress: Progress,
    now_ms: int,
    *,
    facts_max: int = FACTS_AT_ONCE,
    enough: Callable[[], bool] = lambda: False,
) -> Found:
    """The next slice. `enough` says when no further table shall be begun; a table is looked at whole."""
    try:
        found = _tables(connection, progress, enough)
        if not found.fault:
            found = _facts(connection, found.progress, facts_max)
    except dbapi.Error as error:
        if dbapi.trouble_of(error) != "corrupt":
            raise
        return Found(progress=progress, fault=str(error))
    at = found.progress
    if at.tables_done and at.facts_done and not found.fault:
        at = Progress(rounds=at.rounds + 1, finished_ms=now_ms)
    return msgspec.structs.replace(found, progress=at)


def _tables(connection: dbapi.Connection, progress: Progress, enough: Callable[[], bool]) -> Found:
    if progress.tables_done:
        return Found(progress=progress)
    at = progress.table
    for (name,) in connection.execute(_TABLES).fetchall():
        # Facts are read one by one below, which says more than a look at their pages.
        if name <= progress.table or name == "event":
            continue
        if enough():
            return Found(progress=msgspec.structs.replace(progress, table=at))
        verdict = connection.execute(f"PRAGMA quick_check('{name}')").fetchone()[0]
        if verdict != "ok":
            return Found(progress=progress, fault=f"table {name}: {' '.join(verdict.split())}")
        at = name
    return Found(progress=msgspec.structs.replace(progress, table=at, tables_done=True))


def _facts(connection: dbapi.Connection, progress: Progress, most: int) -> Found:
    if progress.facts_done:
        return Found(progress=progress)
    identity = read_identity(connection) or Identity(node_id=b"")
    walked = 0
    for ordinal, log, parent_log, parent_seq, parent_hash, genesis in connection.execute(
        _LOGS, (progress.ordinal,)
    ).fetchall():
        parent = Head(parent_log, parent_seq, parent_hash)
        if genesis_hash(log, identity.node_id, parent) != genesis:
            return Found(
                progress=progress, fault=f"log {log.hex()}: its beginning does not follow from its parent"
            )
        resumed = log == progress.log and progress.seq > 0
        seq, digest = (progress.seq, progress.hash) if resumed else (0, genesis)
        for found, event_bytes, written in connection.execute(_FACTS, (log, seq, most - walked)):
            if found != seq + 1:
                return Found(progress=progress, fault=f"log {log.hex()}: fact {seq + 1} is missing")
            seq, digest = found, next_hash(log, found, digest, event_bytes)
            walked += 1
            if digest != written:
                return Found(progress=progress, fault=f"log {log.hex()}: fact {seq} is not what was written")
        progress = msgspec.structs.replace(progress, ordinal=ordinal, log=log, seq=seq, hash=digest)
        if walked >= most:
            return Found(progress=progress, facts=walked)
    return Found(progress=msgspec.structs.replace(progress, facts_done=True), facts=walked)
