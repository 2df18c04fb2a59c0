"""The tables of `telemetry.db`: raw samples, windows, scans, weights, and what is still owed to the ledger.

A file of its own, so that the churn of sensors never touches the day-book, and every table has a bound
(`edge.intake.pruning`). Values are millionths of their unit, moments milliseconds since 1970. The steps below
only ever grow; `PRAGMA user_version` counts those that are done.
"""

from __future__ import annotations

from edge.ledger import dbapi

_FIRST = """
CREATE TABLE source (
  id INTEGER PRIMARY KEY, bridge TEXT NOT NULL, epoch TEXT NOT NULL, watermark INTEGER NOT NULL DEFAULT 0,
  floor INTEGER NOT NULL DEFAULT 0, heard_ms INTEGER NOT NULL, UNIQUE (bridge, epoch)
) STRICT;
CREATE TABLE seen (
  source INTEGER NOT NULL, seq INTEGER NOT NULL, digest BLOB NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (source, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE bridge (
  bridge TEXT PRIMARY KEY, epoch TEXT NOT NULL, session TEXT NOT NULL DEFAULT '',
  dead_session TEXT, version TEXT NOT NULL DEFAULT '', since_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE device (
  bridge TEXT NOT NULL, device TEXT NOT NULL, make TEXT, model TEXT, serial TEXT, protocol TEXT, cal_id TEXT,
  status TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY (bridge, device)
) STRICT, WITHOUT ROWID;
CREATE TABLE series (
  id INTEGER PRIMARY KEY, sensor TEXT NOT NULL, quantity TEXT NOT NULL, unit TEXT NOT NULL,
  bridge TEXT NOT NULL, device TEXT NOT NULL, latest_ms INTEGER NOT NULL, latest_value INTEGER,
  latest_text TEXT, latest_quality TEXT NOT NULL, stored_ms INTEGER NOT NULL, stored_value INTEGER,
  heard_ms INTEGER NOT NULL, UNIQUE (sensor, quantity)
) STRICT;
CREATE TABLE sample (
  series INTEGER NOT NULL, at_ms INTEGER NOT NULL, value INTEGER, text TEXT, quality TEXT NOT NULL,
  clock TEXT NOT NULL, device_ms INTEGER, source INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT;
CREATE INDEX sample_by_series ON sample (series, at_ms);
CREATE TABLE span (
  series INTEGER NOT NULL, seconds INTEGER NOT NULL, start_ms INTEGER NOT NULL, count INTEGER NOT NULL,
  lowest INTEGER NOT NULL, highest INTEGER NOT NULL, total INTEGER NOT NULL, last INTEGER NOT NULL,
  last_ms INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (series, seconds, start_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE scan (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, seq INTEGER NOT NULL, device TEXT NOT NULL,
  value TEXT NOT NULL, symbology TEXT, at_ms INTEGER NOT NULL, heard_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE weight (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, seq INTEGER NOT NULL, device TEXT NOT NULL,
  value TEXT NOT NULL, unit TEXT, mode TEXT, stable INTEGER, cal_id TEXT, raw TEXT,
  at_ms INTEGER NOT NULL, heard_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE event (
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, what TEXT NOT NULL, bridge TEXT NOT NULL,
  device TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
  size INTEGER NOT NULL, error TEXT NOT NULL
) STRICT;
CREATE TABLE alarm (sensor TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT;
CREATE TABLE excursion (
  excursion TEXT PRIMARY KEY, sensor TEXT NOT NULL, side TEXT NOT NULL, began_ms INTEGER NOT NULL,
  ended_ms INTEGER, backfilled INTEGER NOT NULL
) STRICT;
CREATE INDEX excursion_by_sensor ON excursion (sensor, began_ms);
CREATE TABLE pending (
  id INTEGER PRIMARY KEY, op_id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, body BLOB NOT NULL,
  happened_ms INTEGER NOT NULL, made_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, error TEXT
) STRICT;
CREATE TABLE job_run (
  job TEXT NOT NULL, run_key TEXT NOT NULL, ended_ms INTEGER NOT NULL, outcome TEXT NOT NULL,
  PRIMARY KEY (job, run_key)
) STRICT, WITHOUT ROWID;
"""

_HOW_LONG_OUTSIDE = """
ALTER TABLE span ADD COLUMN above_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE span ADD COLUMN below_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN good_ms INTEGER;
ALTER TABLE series ADD COLUMN good_value INTEGER;
CREATE TABLE condition (
  sensor TEXT NOT NULL, condition TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY (sensor, condition)
) STRICT, WITHOUT ROWID;
"""

STEPS = (_FIRST, _HOW_LONG_OUTSIDE)


def ensure(db: dbapi.Connection) -> None:
    """Make or complete the tables; each step with its number in one transaction."""
    done = db.execute("PRAGMA user_version").fetchone()[0]
    for number, step in enumerate(STEPS[done:], done + 1):
        db.execute("BEGIN IMMEDIATE")
        for statement in step.split(";"):
            if statement.strip():
                db.execute(statement)
        db.execute(f"PRAGMA user_version={number}")
        db.execute("COMMIT")
