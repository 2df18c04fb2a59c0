"""All projections anew from the log: rows are only ever a consequence of facts.

Logs are replayed in the order they were born, each from its first fact. Where a restore made two branches of
one history, an op found in both has its effect in the older log, until head office says otherwise; the other is
written down as superseded. What head office says of single facts goes before all else (`edge.ledger.verdicts`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from edge.ledger import dbapi, verdicts
from edge.ledger.rows import Rows
from edge.ledger.tables import create_projection_tables, delete_all, drop, node_tables
from shared.ledger import envelope
from shared.ledger.fact import decode_body
from shared.ledger.projection import Recorded, changes_of, projections

_LOGS = "SELECT log FROM log ORDER BY ordinal"
_EVENTS = "SELECT seq, bytes FROM event WHERE log = ? ORDER BY seq"
_BRANCHED = (
    "SELECT 1 FROM log c JOIN event e ON e.log = c.parent_log AND e.seq = c.parent_seq + 1 "
    "UNION ALL SELECT 1 FROM log GROUP BY parent_log, parent_seq HAVING count(*) > 1 LIMIT 1"
)
"""Two logs that grew from one place, from none included: only then can an op stand in both."""
_FLUSH_EVERY = 2000


def recorded_of(store: str, log_id: bytes, seq: int, event_bytes: bytes) -> Recorded | None:
    """The fact behind stored bytes, or None for a kind this program does not know yet."""
    about = envelope.decode(event_bytes)
    fact = decode_body(about.kind, about.kind_v, about.body)
    return None if fact is None else Recorded(node=store, log=log_id, seq=seq, envelope=about, fact=fact)


class Place(msgspec.Struct):
    """Where an op's facts stand."""

    log: bytes
    seq: int
    count: int = 0


class Superseded(msgspec.Struct, frozen=True):
    """A fact without effect, because another log holds the same op."""

    log: bytes
    seq: int
    op_id: bytes
    by: Place


def rebuild(source: dbapi.Connection, rows: Rows, store: str) -> list[Superseded]:
    """Replay `source`'s logs into `rows` (whose tables are empty). Returns what was superseded."""
    silent = verdicts.silent(source)
    branched = bool(silent) or source.execute(_BRANCHED).fetchone() is not None
    seen: dict[bytes, Place] = {}
    superseded: list[Superseded] = []
    waiting = 0
    for log_id, seq, event_bytes in _in_order(source):
        if branched:
            op_id = envelope.decode(event_bytes).op_id
            if (log_id, seq) in silent:
                by = silent[log_id, seq]
                if by is not None:
                    superseded.append(Superseded(log_id, seq, op_id, seen.setdefault(op_id, Place(*by))))
                elif op_id in seen and seen[op_id].log == log_id:
                    seen[op_id].count += 1
                continue
            place = seen.setdefault(op_id, Place(log_id, seq))
            if place.log != log_id:
                superseded.append(Superseded(log_id, seq, op_id, place))
                continue
            place.count += 1
        recorded = recorded_of(store, log_id, seq, event_bytes)
        if recorded is not None:
            rows.apply(changes_of(recorded, "edge"))
            waiting += 1
        if waiting >= _FLUSH_EVERY:
            rows.flush()
            waiting = 0
    rows.flush()
    return superseded


def _in_order(source: dbapi.Connection) -> Iterator[tuple[bytes, int, bytes]]:
    for (log_id,) in source.execute(_LOGS).fetchall():
        for seq, event_bytes in source.execute(_EVENTS, (log_id,)):
            yield log_id, seq, event_bytes


def rebuild_in_place(connection: dbapi.Connection, rows: Rows, store: str) -> None:
    """Empty the node's own projections and fill them again, inside the transaction that is open."""
    rows.forget()
    for table in node_tables():
        connection.execute(delete_all(table))
    connection.execute("DELETE FROM superseded")
    for gone in rebuild(connection, rows, store):
        by = gone.by
        connection.execute("INSERT INTO superseded VALUES (?, ?, ?, ?)", (gone.log, gone.seq, by.log, by.seq))
        if by.count:
            connection.execute(
                "UPDATE op SET log = ?, seq = ?, count = ?, result = NULL WHERE op_id = ?",
                (by.log, by.seq, by.count, gone.op_id),
            )
    verdicts.note_left_out(connection, verdicts.silent(connection))


def outdate(connection: dbapi.Connection) -> None:
    """The rows no longer follow from the logs: `rebuild_now` is due, at the next start at the latest."""
    connection.execute("DELETE FROM projection")


def is_outdated(connection: dbapi.Connection) -> bool:
    """Whether the rows were made by other projections than today's, or wait for a rebuild."""
    return dict(_versions(connection)) != _wanted()


def rebuild_now(connection: dbapi.Connection, rows: Rows, store: str) -> None:
    """Make the rows anew inside the transaction that is open, and note by which projections."""
    rebuild_in_place(connection, rows, store)
    connection.execute("DELETE FROM projection")
    connection.executemany("INSERT INTO projection VALUES (?, ?)", _wanted().items())


def follow_verdicts(connection: dbapi.Connection, rows: Rows, store: str) -> bool:
    """Make the rows anew, inside the open transaction, where head office's word about facts has changed them."""
    # Rows that wait for a rebuild anyhow are made by the verdicts of that moment.
    if is_outdated(connection) or verdicts.are_followed(connection):
        return False
    rebuild_now(connection, rows, store)
    return True


def rebuild_if_outdated(connection: dbapi.Connection, rows: Rows, store: str) -> bool:
    """Rebuild when some projection's version is not the one its rows were made with."""
    if not is_outdated(connection):
        return False
    connection.execute("BEGIN IMMEDIATE")
    for table in node_tables():
        connection.execute(drop(table))
    create_projection_tables(connection)
    rebuild_now(connection, rows, store)
    connection.execute("COMMIT")
    return True


def _wanted() -> dict[str, int]:
    return {projection.name: projection.version for projection in projections("edge")}


def _versions(connection: dbapi.Connection) -> Any:
    return connection.execute("SELECT name, version FROM projection").fetchall()
