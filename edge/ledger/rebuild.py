"""All projections anew from the log: rows are only ever a consequence of facts.

Logs are replayed in the order they were born, each from its first fact. Where a restore made two branches of
one history, an op found in both has its effect in the older log, until head office says otherwise; the other is
written down as superseded. What head office says of single facts goes before all else (`edge.ledger.verdicts`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import msgspec

from edge.ledger import dbapi, verdicts
from edge.ledger.rows import Rows
from edge.ledger.tables import create_projection_tables, delete_all, delete_row, drop, node_tables
from shared.ledger import envelope
from shared.ledger.fact import decode_body, kind_and_version
from shared.ledger.projection import Key, Recorded, Table, changes_of, projections

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


class Counting:
    """Which facts count, asked for each in the order of the logs; what a verdict names does not, nor does a copy.

    Copies are looked for only where there is a verdict or a branch: a copy that came any other way counts until head
    office names it. So what counted by the verdicts of before is told as the rows of before were made.
    """

    def __init__(self, source: dbapi.Connection, silent: verdicts.Silent) -> None:
        self.superseded: list[Superseded] = []
        self._all_count = not silent and source.execute(_BRANCHED).fetchone() is None
        self._silent = silent
        self._seen: dict[bytes, Place] = {}

    def counts(self, log_id: bytes, seq: int, event_bytes: bytes) -> bool:
        """Whether the fact has an effect. Asked once for every fact."""
        if self._all_count:
            return True
        op_id, seen = envelope.decode(event_bytes).op_id, self._seen
        if (log_id, seq) in self._silent:
            by = self._silent[log_id, seq]
            if by is not None:
                self.superseded.append(Superseded(log_id, seq, op_id, seen.setdefault(op_id, Place(*by))))
            elif op_id in seen and seen[op_id].log == log_id:
                seen[op_id].count += 1
            return False
        place = seen.setdefault(op_id, Place(log_id, seq))
        if place.log != log_id:
            self.superseded.append(Superseded(log_id, seq, op_id, place))
            return False
        place.count += 1
        return True


def rebuild(source: dbapi.Connection, rows: Rows, store: str) -> list[Superseded]:
    """Replay `source`'s logs into `rows` (whose tables are empty). Returns what was superseded."""
    counting = Counting(source, verdicts.silent(source))
    waiting = 0
    for log_id, seq, event_bytes in _in_order(source):
        if not counting.counts(log_id, seq, event_bytes):
            continue
        recorded = recorded_of(store, log_id, seq, event_bytes)
        if recorded is not None:
            rows.apply(changes_of(recorded, "edge"))
            waiting += 1
        if waiting >= _FLUSH_EVERY:
            rows.flush()
            waiting = 0
    rows.flush()
    return counting.superseded


def _in_order(source: dbapi.Connection) -> Iterator[tuple[bytes, int, bytes]]:
    for (log_id,) in source.execute(_LOGS).fetchall():
        for seq, event_bytes in source.execute(_EVENTS, (log_id,)):
            yield log_id, seq, event_bytes


def rebuild_in_place(connection: dbapi.Connection, rows: Rows, store: str) -> None:
    """Empty the node's own projections and fill them again, inside the transaction that is open."""
    rows.forget()
    for table in node_tables():
        connection.execute(delete_all(table))
    _note(connection, rebuild(connection, rows, store))


def _note(connection: dbapi.Connection, superseded: list[Superseded]) -> None:
    """Write down which copies have no effect and by which verdicts the rows are made; ops point at what counts."""
    connection.execute("DELETE FROM superseded")
    for gone in superseded:
        by = gone.by
        connection.execute("INSERT INTO superseded VALUES (?, ?, ?, ?)", (gone.log, gone.seq, by.log, by.seq))
        if by.count:
            connection.execute(
                "UPDATE op SET log = ?, seq = ?, count = ?, result = NULL WHERE op_id = ?",
                (by.log, by.seq, by.count, gone.op_id),
            )
    verdicts.note_left_out(connection, verdicts.silent(connection))


def remake(connection: dbapi.Connection, rows: Rows, store: str) -> None:
    """Make anew, inside the transaction that is open, the rows that depend on what a verdict has changed.

    Those are the rows touched by facts that counted by the verdicts of before and no longer do, or the other way
    round. A row depends on nothing but the changes that name its key, so it comes out as if all had been made anew.
    """
    touched, superseded = _touched(connection, store)
    rows.flush()
    rows.forget()
    for name, keys in touched.items():
        connection.executemany(delete_row(_tables()[name]), keys)
    counting = Counting(connection, verdicts.silent(connection))
    kinds = _kinds_touching(touched.keys())
    for log_id, seq, event_bytes in _in_order(connection):
        counts = counting.counts(log_id, seq, event_bytes)
        if not counts or envelope.decode(event_bytes).kind not in kinds:
            continue
        recorded = recorded_of(store, log_id, seq, event_bytes)
        if recorded is not None:
            changes = changes_of(recorded, "edge")
            rows.apply([change for change in changes if change.key in touched.get(change.shape.name, ())])
    rows.flush()
    _note(connection, superseded)


def _touched(connection: dbapi.Connection, store: str) -> tuple[dict[str, set[Key]], list[Superseded]]:
    """The keys, by table, of the rows that the new verdicts change, and what is superseded by them."""
    before = Counting(connection, verdicts.left_out(connection))
    now = Counting(connection, verdicts.silent(connection))
    touched: dict[str, set[Key]] = {}
    for log_id, seq, event_bytes in _in_order(connection):
        counted, counts = before.counts(log_id, seq, event_bytes), now.counts(log_id, seq, event_bytes)
        recorded = recorded_of(store, log_id, seq, event_bytes) if counted != counts else None
        for change in [] if recorded is None else changes_of(recorded, "edge"):
            touched.setdefault(change.shape.name, set()).add(change.key)
    return touched, now.superseded


@cache
def _tables() -> dict[str, Table]:
    return {table.name: table for table in node_tables()}


def _kinds_touching(tables: Collection[str]) -> set[str]:
    """The kinds of facts, whatever their version, that may change rows of these tables."""
    return {
        kind_and_version(fact.kind)[0]
        for projection in projections("edge")
        if any(table.name in tables for table in projection.tables)
        for fact in projection.facts
    }


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
    """Make those rows anew, inside the open transaction, that head office's word about facts has changed."""
    # Rows that wait for a rebuild anyhow are made by the verdicts of that moment.
    if is_outdated(connection) or verdicts.are_followed(connection):
        return False
    remake(connection, rows, store)
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
