"""A copy of the database, proved before it counts: only what such a copy holds is `stable`.

Phones and nodes may forget a fact once it is stable and not before, so a copy nobody has read back is worth
nothing. The embedded database gives one moment of itself by VACUUM INTO, PostgreSQL by one REPEATABLE READ
transaction read into a file of rows. The copy is read back, every chain in it walked, and its contents held
against those of the moment that was copied. Then copy and manifest are moved to their place and the heads in them
become stable.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import update

from cloud.intake import mending
from cloud.jobs import rows_file
from cloud.jobs.manifest import (
    Contents,
    CopyBroken,
    Manifest,
    Reading,
    beside,
    contents_of,
    difference,
    digest_of,
)
from cloud.jobs.rows_file import Unreadable
from cloud.store.installation import Installation
from cloud.store.ledger_tables import LOG
from cloud.store.tenant import mine

FOLDER = "backups"
Kind = Literal["database", "rows"]
SUFFIX: dict[Kind, str] = {"database": ".db", "rows": ".rows"}


class Copied(msgspec.Struct, frozen=True):
    """A proved copy and the heads in it, by tenant and log."""

    file: Path
    heads: dict[tuple[str, bytes], int]


def back_up(installation: Installation) -> Copied:
    """Copy, prove, keep. Raises `CopyBroken`; then nothing has become stable and nothing is left behind."""
    folder = installation.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left_over in folder.glob("*.part"):
        left_over.unlink()
    kind: Kind = "database" if installation.database.is_sqlite else "rows"
    now = installation.clock()
    made = folder / f"cloud-{now}{SUFFIX[kind]}"
    part = made.with_suffix(".part")
    try:
        expected = _copy(installation, part)
        contents = read_back(part, kind)
        if expected is not None and (wrong := difference(expected, contents)):
            raise CopyBroken("; ".join(wrong[:5]))
        _keep(part, made, kind, contents, now)
    except CopyBroken as error:
        if error.damaged is not None:
            # In the database itself? Then the store is asked for the fact at its next hello.
            tenant, log_id = error.damaged
            mending.look(installation.store_of(tenant), log_id)
        raise
    finally:
        part.unlink(missing_ok=True)
    heads = heads_of(contents)
    call_stable(installation, heads)
    _make_room(folder, installation.settings.backup_keep)
    return Copied(made, heads)


def copies(folder: Path) -> list[Path]:
    """The copies of a head office's folder, oldest first."""
    found = [path for suffix in SUFFIX.values() for path in (folder / FOLDER).glob(f"cloud-*{suffix}")]
    return sorted(found, key=lambda path: path.stem)


def _make_room(folder: Path, keep: int) -> None:
    for old in copies(folder.parent)[:-keep]:
        beside(old).unlink(missing_ok=True)
        old.unlink()


def _copy(installation: Installation, part: Path) -> Contents | None:
    """Copy one moment. Rows pass through our own hands, so what was there is told as they pass."""
    database = installation.database
    if not database.is_sqlite:
        with database.reading() as connection:
            tables = [(name, columns) for name, columns, _ in rows_file.tables_of(connection)]
            reading = Reading()
            rows_file.write(part, reading.listen(rows_file.blocks_of(connection)), tables)
        return reading.told()
    os.close(os.open(part, os.O_CREAT | os.O_RDWR, 0o600))
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(part),))
    finally:
        raw.close()
    return None


def read_back(copy: Path, kind: Kind) -> Contents:
    """What is in a copy whose pages and chains are whole. Raises `CopyBroken`."""
    try:
        if kind == "rows":
            return contents_of(rows_file.read(copy))
        with rows_file.opened_copy(copy) as connection:
            told = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if told != "ok":
                raise CopyBroken(str(told)[:200])
            return contents_of(rows_file.blocks_of(connection))
    except Unreadable as error:
        raise CopyBroken(str(error)) from None


def kind_of(copy: Path) -> Kind:
    """By its name; anything not called `.rows` is taken for an embedded database."""
    return "rows" if copy.suffix == SUFFIX["rows"] else "database"


def prove(copy: Path) -> dict[tuple[str, bytes], int]:
    """The heads of a copy whose pages and chains are whole. Raises `CopyBroken`."""
    return heads_of(read_back(copy, kind_of(copy)))


def heads_of(contents: Contents) -> dict[tuple[str, bytes], int]:
    return {
        (tenant, bytes.fromhex(log)): seq for tenant, heads in contents.heads.items() for log, seq, _ in heads
    }


def call_stable(installation: Installation, heads: dict[tuple[str, bytes], int]) -> None:
    """A proved copy holds these facts: phones and nodes may forget them when they wish."""
    for tenant in sorted({tenant for tenant, _ in heads}):
        with installation.store_of(tenant).writing() as writing:
            for (owner, log_id), seq in sorted(heads.items()):
                if owner == tenant:
                    writing.change(
                        update(LOG)
                        .where(mine(LOG), LOG.c.log_id == log_id, LOG.c.stable_seq < seq)
                        .values(stable_seq=seq)
                    )


def _keep(part: Path, made: Path, kind: Kind, contents: Contents, now_ms: int) -> None:
    """The manifest first: a copy in its place always has one."""
    manifest = Manifest(
        **msgspec.structs.asdict(contents),
        kind=kind,
        file=made.name,
        bytes=part.stat().st_size,
        sha256=digest_of(part),
        created_ms=now_ms,
    )
    settle(part)
    write_settled(beside(made), msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    part.rename(made)
    settle(made.parent)


def write_settled(file: Path, data: bytes) -> None:
    """The file, whole and on the disk, or the one before it."""
    part = file.with_name(file.name + ".part")
    with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(data)
    settle(part)
    part.rename(file)
    settle(file.parent)


def settle(path: Path) -> None:
    """Bring a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
