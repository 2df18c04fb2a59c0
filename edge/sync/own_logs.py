"""What this node has written, as sync reads it: its logs with their heads, and stored bytes as they stand."""

from __future__ import annotations

import msgspec

from edge.ledger import dbapi
from shared.ledger import envelope
from shared.ledger.chain import Head

_LOGS = (
    "SELECT l.log, l.parent_log, l.parent_seq, l.parent_hash, l.genesis, l.ordinal, e.seq, e.hash "
    "FROM log l JOIN event e ON e.log = l.log AND e.seq = (SELECT max(seq) FROM event WHERE log = l.log) "
    "WHERE l.ordinal >= ? ORDER BY l.ordinal"
)
_HASH = "SELECT hash FROM event WHERE log = ? AND seq = ?"
_RUN = "SELECT bytes, hash FROM event WHERE log = ? AND seq >= ? ORDER BY seq LIMIT ?"
_BYTES = "SELECT bytes FROM event WHERE log = ? AND seq = ?"
_UNSENT = (
    "SELECT l.log, coalesce(s.synced, 0), "
    "(SELECT max(seq) FROM event WHERE log = l.log) AS head "
    "FROM log l LEFT JOIN sent s ON s.log = l.log ORDER BY l.ordinal"
)

SINCE_EVER = -(1 << 62)


class OwnLog(msgspec.Struct, frozen=True):
    """One log: where it grew from, its hash before the first fact, its head; `ordinal` is its place."""

    head: Head
    parent: Head
    genesis: bytes
    ordinal: int


class Run(msgspec.Struct, frozen=True):
    """Consecutive facts of one log, verbatim, with the hash after each."""

    events: tuple[bytes, ...]
    hashes: tuple[bytes, ...]


class Unsent(msgspec.Struct, frozen=True):
    """How many facts head office has not confirmed, and when the oldest of them was recorded."""

    count: int = 0
    oldest_ms: int | None = None


def read_logs(connection: dbapi.Connection, from_ordinal: int = SINCE_EVER) -> list[OwnLog]:
    """Logs from that place on, parents before children."""
    return [
        OwnLog(
            head=Head(log, seq, digest), parent=Head(p_log, p_seq, p_hash), genesis=genesis, ordinal=ordinal
        )
        for log, p_log, p_seq, p_hash, genesis, ordinal, seq, digest in connection.execute(
            _LOGS, (from_ordinal,)
        )
    ]


def hash_at(connection: dbapi.Connection, log: bytes, seq: int) -> bytes | None:
    """The hash after fact `seq`; at 0 the log's genesis."""
    if seq == 0:
        found = connection.execute("SELECT genesis FROM log WHERE log = ?", (log,)).fetchone()
    else:
        found = connection.execute(_HASH, (log, seq)).fetchone()
    return None if found is None else found[0]


def read_run(connection: dbapi.Connection, log: bytes, first_seq: int, count: int) -> Run:
    """At most `count` facts from `first_seq` on."""
    found = connection.execute(_RUN, (log, first_seq, count)).fetchall()
    return Run(tuple(row[0] for row in found), tuple(row[1] for row in found))


def read_unsent(connection: dbapi.Connection) -> Unsent:
    """What is not yet confirmed, over all logs."""
    count, first = 0, None
    for log, synced, head in connection.execute(_UNSENT):
        if (head or 0) > synced:
            count += head - synced
            first = first or (log, synced + 1)
    if first is None:
        return Unsent()
    found = connection.execute(_BYTES, first).fetchone()
    return Unsent(count, None if found is None else envelope.decode(found[0]).wall_ms)
