"""A mirror of what head office confirmed, kept for the ticks people see; nothing is ever sent or skipped by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from edge.ledger import dbapi
from edge.ledger.writer import Transaction


class Confirmed(msgspec.Struct, frozen=True):
    """Of one log: what head office has stored, and what a verified backup of it holds."""

    log: bytes
    synced: int
    stable: int


_NOTE = (
    "INSERT INTO sent (log, synced, stable, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (log) DO UPDATE SET "
    "synced = excluded.synced, stable = excluded.stable, at_ms = excluded.at_ms"
)
_STANDS = (
    "INSERT INTO push_quarantine (log, seq, why, at_ms) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (log, seq) DO UPDATE SET why = excluded.why, at_ms = excluded.at_ms"
)


def note(tx: Transaction, confirmed: Iterable[Confirmed]) -> None:
    """Write down what head office says now; after a restore of head office that may be less than before."""
    tx.connection.executemany(_NOTE, [(told.log, told.synced, told.stable, tx.now_ms) for told in confirmed])


def note_standing(tx: Transaction, log: bytes, seq: int, why: str) -> None:
    """Write down that a log stands still before this fact."""
    tx.connection.execute(_STANDS, (log, seq, why, tx.now_ms))


def note_stored(tx: Transaction, told: Sequence[Confirmed]) -> None:
    """Frames were stored; a log that once stood still moves again."""
    note(tx, told)
    tx.connection.executemany("DELETE FROM push_quarantine WHERE log = ?", [(row.log,) for row in told])


def read_confirmed(connection: dbapi.Connection) -> dict[bytes, Confirmed]:
    found = connection.execute("SELECT log, synced, stable FROM sent")
    return {log: Confirmed(log, synced, stable) for log, synced, stable in found}


def last_ack_ms(connection: dbapi.Connection) -> int | None:
    """When head office last confirmed anything."""
    latest: int | None = connection.execute("SELECT max(at_ms) FROM sent").fetchone()[0]
    return latest
