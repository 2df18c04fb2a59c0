"""Putting a copy of the day-book back: proved first, then put in place in one step; what stood there is kept.

The node need not be told that it was restored: its next start mints a new log upon the copy's head, head office
brings back what it had been sent, and phones offer again what nobody holds (`edge.sync.backfill`). What no one
can bring back is the sensors' past since the copy. Hours already told are told once more under the same ids, and
what is missing for good stands as a gap in the diary and on the page, never silent.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import msgspec

from edge.intake import schema
from edge.intake.events import GAP, note
from edge.ledger import dbapi
from edge.ledger.health import CHECK, DAMAGE
from edge.ledger.identity import Identity, read_identity
from edge.ledger.verify import Report, verify
from edge.sync import own_logs
from shared.errors import DomainError
from shared.ledger import envelope
from shared.ledger.chain import Head

DAY_BOOK = "ledger.db"
TELEMETRY = "telemetry.db"
HOUR_MS = 3_600_000
_MARK = "restored.json"
_ASIDE = "replaced"


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What is in place now. `again`: it was already. `until_ms`: when the copy's last fact was written."""

    copy: str
    sha256: str
    facts: int
    logs: int
    head: tuple[str, int]
    until_ms: int
    aside: str = ""
    hours_to_tell: int = 0
    readings_lost: bool = False
    again: bool = False


def restore(folder: Path, copy: Path, now_ms: int) -> Restored:
    """Put the copy in place of the folder's day-book; the folder is locked by the caller.

    Raises `copy_broken`, `copy_of_another_node`.
    """
    if not copy.is_file():
        raise DomainError("copy_broken", why=f"{copy} is not there")
    place = folder / DAY_BOOK
    digest = _digest(copy)
    done = _done_before(folder, place, digest)
    if done is not None:
        return msgspec.structs.replace(done, again=True)
    part = folder / f"{DAY_BOOK}.restoring"
    _away(part)
    shutil.copyfile(copy, part)
    os.chmod(part, 0o600)
    try:
        report, head, until_ms = _proved(part, place)
        _settle(part)
    except BaseException:
        _away(part)
        raise
    aside = _put_aside(folder, place, now_ms)
    hours, lost = _telemetry_back(folder, copy, until_ms, now_ms)
    told = Restored(
        copy=copy.name,
        sha256=digest,
        facts=report.facts,
        logs=report.logs,
        head=(head.log.hex(), head.seq),
        until_ms=until_ms,
        aside=str(aside or ""),
        hours_to_tell=hours,
        readings_lost=lost,
    )
    _mark(folder, told)
    part.replace(place)
    # What was known to be wrong with the file before, and how far it had been looked through.
    for gone in (DAMAGE, CHECK):
        (folder / gone).unlink(missing_ok=True)
    _settle(folder)
    return told


def _proved(part: Path, place: Path) -> tuple[Report, Head, int]:
    """The copy is a whole day-book of this node. In one file, so that no log of its own can be left behind."""
    try:
        opened = dbapi.open_writer(part)
        opened.execute("PRAGMA journal_mode=DELETE")
        identity = read_identity(opened)
        opened.close()
        report = verify(part)
        reader = dbapi.open_reader(part)
        logs = own_logs.read_logs(reader)
        head = logs[-1].head if logs else Head(b"", 0, b"")
        until_ms = _written_ms(reader, head)
        reader.close()
    except dbapi.Error as error:
        raise DomainError("copy_broken", why=str(error)[:200]) from None
    if identity is None or not identity.store:
        raise DomainError("copy_broken", why="no node's day-book")
    if report.faults:
        raise DomainError("copy_broken", why="; ".join(report.faults[:3])[:300])
    present = _identity_of(place)
    if present is not None and present.node_id != identity.node_id:
        raise DomainError("copy_of_another_node", store=identity.store)
    return report, head, until_ms


def _written_ms(reader: dbapi.Connection, head: Head) -> int:
    found = reader.execute(
        "SELECT bytes FROM event WHERE log = ? AND seq = ?", (head.log, head.seq)
    ).fetchone()
    return 0 if found is None else envelope.decode(found[0]).wall_ms


def _identity_of(place: Path) -> Identity | None:
    """Who stands in the place now; nobody when it cannot be read any more."""
    if not place.exists():
        return None
    try:
        opened = dbapi.open_reader(place)
        try:
            return read_identity(opened)
        finally:
            opened.close()
    except dbapi.Error:
        return None


def _done_before(folder: Path, place: Path, digest: str) -> Restored | None:
    """The restore of this very copy, when the day-book in place is the one that grew from it."""
    mark = folder / _MARK
    if not mark.exists() or not place.exists():
        return None
    told = msgspec.json.decode(mark.read_bytes(), type=Restored)
    if told.sha256 != digest:
        return None
    try:
        opened = dbapi.open_reader(place)
        held = opened.execute("SELECT value FROM about_node WHERE name = 'restored'").fetchone()
        opened.close()
    except dbapi.Error:
        return None
    return told if held is not None and held[0] == digest.encode() else None


def _mark(folder: Path, told: Restored) -> None:
    """In the folder what was done, in the day-book from which copy it comes."""
    part = folder / f"{DAY_BOOK}.restoring"
    opened = dbapi.open_writer(part)
    opened.execute("PRAGMA journal_mode=DELETE")
    opened.execute(
        "INSERT INTO about_node (name, value) VALUES ('restored', ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (told.sha256.encode(),),
    )
    opened.close()
    _settle(part)
    written = folder / f"{_MARK}.part"
    written.write_bytes(msgspec.json.encode(told))
    _settle(written)
    written.replace(folder / _MARK)


def _put_aside(folder: Path, place: Path, now_ms: int) -> Path | None:
    """What stands in the place goes to `replaced/`, with the log beside it that may hold its last commits."""
    if not place.exists() or not place.stat().st_size:
        return None
    aside = folder / _ASIDE / f"{place.stem}-{now_ms}{place.suffix}"
    aside.parent.mkdir(mode=0o700, exist_ok=True)
    wal = place.with_name(place.name + "-wal")
    # The log moves first: a log beside a file it does not belong to would be replayed into it.
    if wal.exists():
        wal.replace(aside.with_name(aside.name + "-wal"))
    place.with_name(place.name + "-shm").unlink(missing_ok=True)
    place.replace(aside)
    _settle(aside.parent)
    return aside


# -- what the sensors said


def _telemetry_back(folder: Path, copy: Path, until_ms: int, now_ms: int) -> tuple[int, bool]:
    """Hours to be told once more, and whether readings since the copy are gone.

    Telemetry that is still here is kept: it is younger than any copy. What it told the lost end of the day-book
    is told again; the ids are made from the hours, so what head office knows already counts once.
    """
    place = folder / TELEMETRY
    if _reads(place):
        opened = dbapi.open_writer(place)
        hours = opened.execute(
            "UPDATE span SET told = 0 WHERE seconds = 3600 AND told != 0 AND start_ms > ?",
            (until_ms - 2 * HOUR_MS,),
        ).rowcount
        opened.close()
        return hours, False
    _put_aside(folder, place, now_ms)
    sibling = copy.with_name(copy.name.replace("ledger", "telemetry", 1))
    if sibling != copy and _reads(sibling):
        shutil.copyfile(sibling, place)
        os.chmod(place, 0o600)
    opened = dbapi.open_writer(place)
    schema.ensure(opened)
    from_ms = opened.execute("SELECT max(heard_ms) FROM series").fetchone()[0] or until_ms
    detail = {"from_ms": str(from_ms), "to_ms": str(now_ms), "why": "restored from a copy"}
    opened.execute("BEGIN IMMEDIATE")
    note(opened, now_ms, GAP, "", "", detail)
    opened.execute("COMMIT")
    opened.close()
    return 0, True


def _reads(file: Path) -> bool:
    if not file.exists():
        return False
    try:
        opened = dbapi.open_reader(file)
        try:
            verdict = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
            opened.execute("SELECT count(*) FROM span").fetchone()
        finally:
            opened.close()
    except dbapi.Error:
        return False
    return bool(verdict == "ok")


# -- files


def _away(file: Path) -> None:
    for name in (file.name, file.name + "-wal", file.name + "-shm", file.name + "-journal"):
        file.with_name(name).unlink(missing_ok=True)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
