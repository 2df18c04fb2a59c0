"""Which facts of this store have no effect because head office says so, and which of them the rows are made without.

The first follows from what the feed brought and from the facts that are here, the second is written down whenever
the rows are made. Where the two differ the rows are due to be made anew (`rebuild.follow_verdicts`).
"""

from __future__ import annotations

from edge.ledger import dbapi
from shared.quarantine.projection import SETTLED_FACT
from shared.sync.verdicts import SUPERSEDED_FACT

Name = tuple[bytes, int]
"""A fact: its log and its number there."""
Silent = dict[Name, Name | None]
"""Facts without effect, with the fact that counts in their place in this store; None where there is none."""

assert (SETTLED_FACT.name, SUPERSEDED_FACT.name) == ("settled_fact", "superseded_fact"), "named below"

# CROSS JOIN keeps the order: a store has many facts and few verdicts.
_VOIDED = (
    "SELECT e.log, e.seq FROM settled_fact v CROSS JOIN event e ON e.log = unhex(v.log) AND e.seq = v.seq "
    "WHERE v.decision = 'voided'"
)
_SUPERSEDED = (
    "SELECT e.log, e.seq, f.log, f.seq FROM superseded_fact v "
    "CROSS JOIN event e ON e.log = unhex(v.log) AND e.seq = v.seq "
    "LEFT JOIN event f ON v.by_own = 1 AND f.log = unhex(v.by_log) AND f.seq = v.by_seq "
    "WHERE v.by_own = 0 OR f.seq IS NOT NULL"
)
"""A copy goes on counting until the one that counts in its place has come back from head office."""
_IS_KNOWN = "SELECT 1 FROM sqlite_master WHERE name = 'superseded_fact'"


def silent(connection: dbapi.Connection) -> Silent:
    """What the rows must be made without."""
    if connection.execute(_IS_KNOWN).fetchone() is None:
        # A copy made by an older program, on its way to being put back.
        return {}
    found: Silent = {}
    for log, seq, by_log, by_seq in connection.execute(_SUPERSEDED):
        found[log, seq] = None if by_log is None else (by_log, by_seq)
    for log, seq in connection.execute(_VOIDED):
        found[log, seq] = None
    return found


def left_out(connection: dbapi.Connection) -> Silent:
    """What the rows are made without."""
    return {
        (log, seq): None if by_log is None else (by_log, by_seq)
        for log, seq, by_log, by_seq in connection.execute("SELECT log, seq, by_log, by_seq FROM left_out")
    }


def note_left_out(connection: dbapi.Connection, facts: Silent) -> None:
    """Rows were made without these facts."""
    connection.execute("DELETE FROM left_out")
    connection.executemany(
        "INSERT INTO left_out VALUES (?, ?, ?, ?)",
        [(log, seq, *((None, None) if by is None else by)) for (log, seq), by in sorted(facts.items())],
    )


def are_followed(connection: dbapi.Connection) -> bool:
    """Whether the rows are made by head office's word of now."""
    wanted = silent(connection)
    made = left_out(connection)
    if wanted == made:
        return True
    if made.items() - wanted.items():
        return False
    # A verdict that agrees with what we let count by ourselves changes no row.
    if not all(_is_our_own(connection, name, by) for name, by in wanted.items() - made.items()):
        return False
    note_left_out(connection, wanted)
    return True


def _is_our_own(connection: dbapi.Connection, name: Name, by: Name | None) -> bool:
    found = connection.execute("SELECT by_log, by_seq FROM superseded WHERE log = ? AND seq = ?", name)
    return by is not None and found.fetchone() == by
