"""The tables of the day-book itself, made step by step; the projections' tables are never migrated, only rebuilt.

Logs and facts can be added and nothing else: triggers refuse every UPDATE and DELETE, and with
`recursive_triggers` a REPLACE as well. sqlite-utils is heavy to load, so it is loaded only where a step is due;
a node that is up to date starts without it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.ledger import dbapi

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

SET = "edge.ledger"
STEPS = (
    "m001_day_book",
    "m002_node_and_people",
    "m003_what_the_cloud_knows",
    "m004_verdicts",
    "m005_places_of_logs",
)

_DAY_BOOK = """
CREATE TABLE log (
  log BLOB PRIMARY KEY CHECK (length(log) = 16), ordinal INTEGER NOT NULL UNIQUE,
  parent_log BLOB NOT NULL, parent_seq INTEGER NOT NULL, parent_hash BLOB NOT NULL, genesis BLOB NOT NULL,
  born_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE event (
  log BLOB NOT NULL REFERENCES log(log), seq INTEGER NOT NULL CHECK (seq > 0), bytes BLOB NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE op (
  op_id BLOB PRIMARY KEY CHECK (length(op_id) = 16), content BLOB, log BLOB, seq INTEGER,
  count INTEGER NOT NULL, result BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE projection (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
"""

_NODE_AND_PEOPLE = """
CREATE TABLE about_node (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE session (
  id_hash BLOB PRIMARY KEY, user TEXT NOT NULL, born_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE phone (
  device_id TEXT PRIMARY KEY, last_seq INTEGER NOT NULL, missing INTEGER NOT NULL, seen_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE photo (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64), mime TEXT NOT NULL, size INTEGER NOT NULL,
  born_ms INTEGER NOT NULL, at_cloud INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX photo_by_at_cloud ON photo (at_cloud);
"""

_WHAT_THE_CLOUD_KNOWS = """
CREATE TABLE feed_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), gen INTEGER NOT NULL, pos INTEGER NOT NULL) STRICT;
INSERT INTO feed_cursor VALUES (1, 0, 0);
CREATE TABLE feed_gone (
  name TEXT NOT NULL, row_key TEXT NOT NULL, feed_pos INTEGER NOT NULL, PRIMARY KEY (name, row_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE feed_parked (
  name TEXT NOT NULL, row_key BLOB NOT NULL, feed_pos INTEGER NOT NULL, body BLOB, why TEXT NOT NULL,
  PRIMARY KEY (name, row_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE sent (
  log BLOB PRIMARY KEY, synced INTEGER NOT NULL, stable INTEGER NOT NULL, at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE push_quarantine (
  log BLOB NOT NULL, seq INTEGER NOT NULL, why TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE superseded (
  log BLOB NOT NULL, seq INTEGER NOT NULL, by_log BLOB NOT NULL, by_seq INTEGER NOT NULL, PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
"""

_VERDICTS = """
CREATE TABLE left_out (
  log BLOB NOT NULL, seq INTEGER NOT NULL, by_log BLOB, by_seq INTEGER, PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
UPDATE feed_cursor SET gen = 0, pos = 0;
"""
"""A program before this one knew no verdicts and parked them: the next snapshot brings all there are."""

_APPEND_ONLY = ("log", "event")
_OF_A_LOG = "log, parent_log, parent_seq, parent_hash, genesis, born_ms"
"""What a log is; only its place among the others may change, for head office says the order."""


def _migrations() -> Migrations:
    from sqlite_utils.migrations import Migrations

    steps = Migrations(SET)

    @steps()
    def m001_day_book(db: Database) -> None:
        _run(db, _DAY_BOOK)
        for table in _APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'the day-book is append-only'); END"
                )

    @steps()
    def m002_node_and_people(db: Database) -> None:
        _run(db, _NODE_AND_PEOPLE)

    @steps()
    def m003_what_the_cloud_knows(db: Database) -> None:
        _run(db, _WHAT_THE_CLOUD_KNOWS)

    @steps()
    def m004_verdicts(db: Database) -> None:
        _run(db, _VERDICTS)

    @steps()
    def m005_places_of_logs(db: Database) -> None:
        db.execute("DROP TRIGGER log_refuses_update")
        db.execute(
            f"CREATE TRIGGER log_refuses_update BEFORE UPDATE OF {_OF_A_LOG} ON log "
            f"BEGIN SELECT RAISE(ABORT, 'the day-book is append-only'); END"
        )

    return steps


def _run(db: Database, script: str) -> None:
    for statement in script.split(";"):
        if statement.strip():
            db.execute(statement)


def pending(connection: dbapi.Connection) -> bool:
    """Whether a step is due."""
    made = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone()[0]
    if not made:
        return True
    done = {
        name
        for (name,) in connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET,)
        )
    }
    return not done.issuperset(STEPS)


def migrate(path: Path) -> None:
    """Bring the file up to date, making it where there is none."""
    from sqlite_utils import Database

    # sqlite-utils wraps any DB-API connection; its annotations name only the standard library's.
    connection: Any = dbapi.open_writer(path)
    _migrations().apply(Database(connection))
    connection.close()


def ensure(path: Path) -> None:
    """As `migrate`, but a step that is due runs in a process of its own: the node itself stays light."""
    if path.exists():
        connection = dbapi.open_writer(path)
        due = pending(connection)
        connection.close()
        if not due:
            return
    subprocess.run([sys.executable, "-m", "edge.ledger.migrations", str(path)], check=True)


if __name__ == "__main__":
    migrate(Path(sys.argv[1]))
