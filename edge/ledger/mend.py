"""A damaged day-book made whole again, without anybody's help: the newest good copy, and everything that can still
be proven from the damaged file on top of it.

A fact proves itself: its hash follows from the one before it. So whatever the damaged file still gives up and whose
chain joins what we hold is exactly what was written, and goes into the new file; a log ends there where the proof
ends. What stood behind that comes back from head office, which is told the shorter heads, and from the phones, which
offer again what is not yet safe; the next log begins where the new file ends. The damaged file is kept beside.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import structlog

from edge.ledger import dbapi, migrations
from edge.ledger.check import Progress, look
from edge.ledger.disk import Ballast, sync_folder
from edge.ledger.health import CHECK, DAMAGE, MENDED, Damage, Mended, keep, read
from edge.ledger.identity import Identity, read_identity, write_identity
from edge.ledger.rebuild import outdate
from edge.ledger.tables import cloud_tables, create_projection_tables
from shared.ledger import envelope
from shared.ledger.chain import Head, genesis_hash, next_hash

BACKUPS = "backups"
KEPT_ASIDE = "damaged"
AGAIN_WITHIN_MS = 10 * 60_000
"""Damaged again so soon after it was mended: the disk is failing, and another copy would not last either."""

_OWN = ("photo", "phone", "session")
"""Rows of this box alone, wanted also where they are younger than the copy."""
_LOGS = "SELECT log, ordinal, parent_log, parent_seq, parent_hash, genesis, born_ms FROM log ORDER BY ordinal"
_FACTS = "SELECT seq, bytes, hash FROM event WHERE log = ? AND seq > ? ORDER BY seq"
_HEAD = "SELECT seq, hash FROM event WHERE log = ? ORDER BY seq DESC LIMIT 1"
_LAST = "SELECT bytes FROM event JOIN log USING (log) ORDER BY ordinal DESC, seq DESC LIMIT 1"
_OP = "SELECT content, result FROM op WHERE op_id = ?"
_KNOW_OP = (
    "INSERT INTO op (op_id, content, log, seq, count, result) VALUES (?, ?, ?, ?, 1, ?) "
    "ON CONFLICT (op_id) DO UPDATE SET count = CASE WHEN op.log = excluded.log THEN op.count + 1 ELSE op.count END"
)

_log = structlog.get_logger("edge.mend")


class CannotMend(Exception):
    """Neither a copy nor the damaged file tells who this node is, or the disk damages what is mended."""


def mend_if_damaged(folder: Path, name: str, now_ms: int) -> Mended | None:
    """Where a damage was noted: make the day-book whole. No connection to it may be open. Raises CannotMend."""
    damage = read(folder / DAMAGE, Damage)
    if damage is None:
        return None
    aside = folder / KEPT_ASIDE / str(damage.at_ms)
    if (aside / name).exists() and (folder / name).exists():
        # The power went between the last two steps: it is mended already.
        return _done(folder, Mended(why=damage.why, at_ms=now_ms, backup="", salvaged=0, kept_as=aside.name))
    before = read(folder / MENDED, Mended)
    if before is not None and 0 <= damage.at_ms - before.at_ms < AGAIN_WITHIN_MS:
        raise CannotMend(f"damaged again right after it was mended: {damage.why}")
    Ballast(folder).drop()
    moved = aside.exists()
    if moved:
        # An earlier try was cut short on its way there.
        _put_aside(folder, name, aside)
    made = folder / f"{name}.mending"
    _remove(made)
    backup = _newest_good(folder / BACKUPS, made)
    old = _open_damaged((aside if moved else folder) / name)
    try:
        if backup is None:
            _begin_anew(made, old)
        salvaged, proven_ms = _salvage(made, old)
    finally:
        if old is not None:
            old.close()
    # Nothing is moved before there is something to put in its place: without its key the best file tells nothing.
    if not moved:
        _put_aside(folder, name, aside)
    made.replace(folder / name)
    sync_folder(folder)
    mended = Mended(
        why=damage.why,
        at_ms=now_ms,
        backup="" if backup is None else backup.name,
        salvaged=salvaged,
        kept_as=aside.name,
        proven_ms=proven_ms,
    )
    return _done(folder, mended)


def _done(folder: Path, mended: Mended) -> Mended:
    keep(folder / MENDED, mended)
    (folder / CHECK).unlink(missing_ok=True)
    (folder / DAMAGE).unlink()
    _log.warning(
        "the day-book is mended", backup=mended.backup, salvaged=mended.salvaged, kept_as=mended.kept_as
    )
    return mended


def _put_aside(folder: Path, name: str, aside: Path) -> None:
    """Move the damaged files away; those of earlier damages go, they would fill the disk."""
    if not aside.exists() and aside.parent.exists():
        shutil.rmtree(aside.parent)
    aside.mkdir(parents=True, exist_ok=True)
    # The day-book itself last: a mending that was cut short finds the rest where it left it.
    for part in (f"{name}-shm", f"{name}-wal", name):
        if (folder / part).exists():
            (folder / part).replace(aside / part)


def _newest_good(backups: Path, made: Path) -> Path | None:
    """Copy the newest backup whose pages and chain are whole."""
    for backup in sorted(backups.glob("ledger-*.db"), reverse=True):
        shutil.copyfile(backup, made)
        try:
            connection = dbapi.open_writer(made)
            try:
                found = look(connection, Progress(), 0, facts_max=1 << 40)
                whole = not found.fault and read_identity(connection) is not None
            finally:
                connection.close()
        except dbapi.Error as error:
            _log.warning("a backup cannot be used", backup=backup.name, why=str(error))
            whole = False
        if whole:
            return backup
        _remove(made)
    return None


def _remove(path: Path) -> None:
    for part in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        part.unlink(missing_ok=True)


def _open_damaged(path: Path) -> dbapi.Connection | None:
    try:
        return dbapi.open_writer(path)
    except dbapi.Error as error:
        _log.error("the damaged file gives up nothing", why=str(error))
        return None


def _begin_anew(made: Path, old: dbapi.Connection | None) -> None:
    """Without a copy: a new file for the same node, with the master data the damaged one still holds."""
    identity = None
    if old is not None:
        with contextlib.suppress(dbapi.Error, msgspec.DecodeError):
            identity = read_identity(old)
    if old is None or identity is None:
        raise CannotMend("no good backup, and the damaged file does not tell which node this is")
    migrations.ensure(made)
    connection = dbapi.open_writer(made)
    try:
        connection.execute("BEGIN IMMEDIATE")
        create_projection_tables(connection)
        write_identity(connection, identity)
        whole = [_copy(table, old, connection) for table in cloud_tables()]
        if all(whole) and _copy("feed_cursor", old, connection):
            _copy("feed_gone", old, connection)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _salvage(made: Path, old: dbapi.Connection | None) -> tuple[int, int]:
    """Everything provable from the damaged file: how many facts that is, and when the last one was written."""
    connection = dbapi.open_writer(made)
    try:
        identity = read_identity(connection) or Identity(node_id=b"")
        connection.execute("BEGIN IMMEDIATE")
        create_projection_tables(connection)
        count = 0
        if old is not None:
            for log in _readable(old, _LOGS):
                count += _salvage_log(connection, old, identity, log)
            for table in _OWN:
                _copy(table, old, connection)
        outdate(connection)
        last = connection.execute(_LAST).fetchone()
        connection.execute("COMMIT")
    finally:
        connection.close()
    return count, 0 if last is None else envelope.decode(last[0]).wall_ms


def _salvage_log(
    new: dbapi.Connection, old: dbapi.Connection, identity: Identity, row: tuple[Any, ...]
) -> int:
    log, _, parent_log, parent_seq, parent_hash, genesis, _ = row
    if genesis_hash(log, identity.node_id, Head(parent_log, parent_seq, parent_hash)) != genesis:
        return 0
    if new.execute("SELECT 1 FROM log WHERE ordinal = ? AND log != ?", row[1::-1]).fetchone():
        # Places have changed since the copy was made: behind all others, until head office has told the order.
        (last,) = new.execute("SELECT max(ordinal) FROM log").fetchone()
        row = (log, last + 1, *row[2:])
    new.execute("INSERT OR IGNORE INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    seq, digest = new.execute(_HEAD, (log,)).fetchone() or (0, genesis)
    count = 0
    for found, event_bytes, written in _readable(old, _FACTS, (log, seq)):
        if found != seq + 1 or next_hash(log, found, digest, event_bytes) != written:
            break
        seq, digest = found, written
        new.execute(
            "INSERT INTO event (log, seq, bytes, hash) VALUES (?, ?, ?, ?)", (log, seq, event_bytes, digest)
        )
        # What hashes right was written by us, so it can be decoded.
        op_id = envelope.decode(event_bytes).op_id
        content, result = next(_readable(old, _OP, (op_id,)), (None, None))
        new.execute(_KNOW_OP, (op_id, content, log, seq, result))
        count += 1
    return count


def _copy(table: str, old: dbapi.Connection, new: dbapi.Connection) -> bool:
    """Copy the rows that can be read; True when it was all of them."""
    known = [name for _, name, *_ in new.execute(f"PRAGMA table_info('{table}')").fetchall()]
    names = ", ".join(f'"{name}"' for name in known)
    marks = ", ".join("?" * len(known))
    try:
        for row in old.execute(f'SELECT {names} FROM "{table}"'):  # noqa: S608 our own tables
            new.execute(f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({marks})', row)  # noqa: S608
    except dbapi.Error as error:
        _log.warning("a table cannot be read to its end", table=table, why=str(error))
        return False
    return True


def _readable(old: dbapi.Connection, sql: str, cells: dbapi.Cells = ()) -> Iterator[Any]:
    """The rows up to the first that cannot be read."""
    try:
        yield from old.execute(sql, cells)
    except dbapi.Error as error:
        _log.warning("the damaged file breaks off", why=str(error))
