"""Putting a proved copy back into place, and the drill that shows any day that it could be done.

A copy is read and held against its manifest before anything is touched. The restored database has its new
generation before it is in place, so no store ever takes its positions for those of the old one; and what stood
there before is put aside, never deleted. Asked again for the same copy, a restore finds its own work and says so:
whoever does not know whether the first try went through simply tries again.

A file of rows goes into an empty database of either kind, inside one transaction.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from cloud.intake import generations
from cloud.intake.audit import audit
from cloud.jobs import in_use, rows_file
from cloud.jobs.backup import copies, kind_of, read_back, settle, write_settled
from cloud.jobs.manifest import (
    Contents,
    CopyBroken,
    contents_of,
    difference,
    digest_of,
    read_manifest,
)
from cloud.jobs.rows_file import Block
from cloud.store import dbapi, migrate, projected
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import TENANT
from cloud.store.tenant import Writing
from shared.errors import DomainError

_MARK = "restored.json"
_DRILL = "last-drill.json"
_ASIDE = "replaced"


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What is in place now. `again`: it was already. `had_manifest`: it was held against what it should be."""

    copy: str
    sha256: str
    gens: dict[str, int]
    facts: int
    aside: str = ""
    had_manifest: bool = True
    again: bool = False


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill found; the copy is good for a restore when `wrong` is empty."""

    copy: str
    at_ms: int
    took_ms: int
    facts: int
    rows: int
    wrong: list[str]


def restore(installation: Installation, copy: Path) -> Restored:
    """Put the copy in place of the installation's database, with a new generation.

    Raises `CopyBroken` for a copy that is none, `head_office_runs`, `database_not_empty`.
    """
    database, folder = installation.database, installation.folder
    contents, had_manifest = proved(copy)
    digest = digest_of(copy)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with in_use.alone(database, folder):
        done = _done_before(installation, digest)
        if done is not None:
            return msgspec.structs.replace(done, again=True)
        told = Restored(
            copy=copy.name, sha256=digest, gens={}, facts=_facts(contents), had_manifest=had_manifest
        )
        if database.is_sqlite:
            return _swap(installation, copy, contents, told)
        if not is_empty(database):
            raise DomainError("database_not_empty")
        with database.writing() as connection:
            fill(connection, _blocks(copy), contents)
            gens = _begin_generations(connection, installation.clock())
            told = msgspec.structs.replace(told, gens=gens)
            _mark(folder, told)
        migrate.prepare(database)
        # Rows of older projections are made anew, which is one more generation.
        told = msgspec.structs.replace(told, gens=_gens(database))
        _mark(folder, told)
        return told


def proved(copy: Path) -> tuple[Contents, bool]:
    """The contents of a copy that is whole and what its manifest says; whether it had one."""
    if not copy.is_file():
        raise CopyBroken(f"{copy} is not there")
    manifest = read_manifest(copy)
    if manifest is not None and manifest.sha256 != digest_of(copy):
        raise CopyBroken(f"{copy.name} is not the file its manifest was written for")
    contents = read_back(copy, kind_of(copy))
    if manifest is not None and (wrong := difference(manifest, contents)):
        raise CopyBroken("; ".join(wrong[:5]))
    return contents, manifest is not None


def _facts(contents: Contents) -> int:
    return sum(seq for heads in contents.heads.values() for _, seq, _ in heads)


def _blocks(copy: Path) -> Iterator[Block]:
    if kind_of(copy) == "rows":
        yield from rows_file.read(copy)
        return
    with rows_file.opened_copy(copy) as connection:
        yield from rows_file.blocks_of(connection)


def _done_before(installation: Installation, digest: str) -> Restored | None:
    """The restore of this very copy, when its generations are the ones in the database now."""
    mark = installation.folder / _MARK
    if not mark.exists():
        return None
    told = msgspec.json.decode(mark.read_bytes(), type=Restored)
    return told if told.sha256 == digest and told.gens == _gens(installation.database) else None


def _gens(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        if not inspect(connection).has_table(TENANT.name):
            return {}
        return {row.tenant_id: row.cloud_gen for row in connection.execute(select(TENANT))}


def is_empty(database: Database) -> bool:
    """Nobody has ever used it: no tenant."""
    return not _gens(database)


def _mark(folder: Path, told: Restored) -> None:
    write_settled(folder / _MARK, msgspec.json.encode(told))


def _begin_generations(connection: Connection, now_ms: int) -> dict[str, int]:
    tenants = connection.scalars(select(TENANT.c.tenant_id).order_by(TENANT.c.tenant_id)).all()
    return {tenant: generations.begin(Writing(connection, tenant), now_ms).gen for tenant in tenants}


# -- into the embedded database: a whole file takes the place of the old one


def _swap(installation: Installation, copy: Path, contents: Contents, told: Restored) -> Restored:
    folder, place = installation.folder, Path(str(installation.database.engine.url.database))
    part = place.with_name(place.name + ".restoring")
    _away(part)
    _make(copy, part, contents)
    fresh = Database(sqlite_url(part))
    try:
        migrate.prepare(fresh)
        with fresh.writing() as connection:
            gens = _begin_generations(connection, installation.clock())
    finally:
        fresh.close()
    _in_one_file(part)
    settle(part)
    installation.database.close()
    aside = _put_aside(folder, place, installation.clock())
    told = msgspec.structs.replace(told, gens=gens, aside=str(aside or ""))
    _mark(folder, told)
    part.replace(place)
    settle(place.parent)
    return told


def _in_one_file(part: Path) -> None:
    """Without a log beside it, which a rename would leave behind."""
    connection = dbapi.module.connect(str(part))
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


def _make(copy: Path, target: Path, contents: Contents) -> None:
    """An embedded database in a file of its own, as the copy has it."""
    if kind_of(copy) == "rows":
        database = Database(sqlite_url(target))
        try:
            with database.writing() as connection:
                fill(connection, rows_file.read(copy), contents)
        finally:
            database.close()
        return
    shutil.copyfile(copy, target)
    os.chmod(target, 0o600)


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
    settle(aside.parent)
    return aside


def _away(file: Path) -> None:
    for name in (file.name, file.name + "-wal", file.name + "-shm", file.name + "-journal"):
        file.with_name(name).unlink(missing_ok=True)


# -- into an empty database: row by row


def fill(connection: Connection, blocks: Iterable[Block], expected: Contents) -> None:
    """Make the tables of the copy's time and put its rows in; then read them back and compare.

    Rows that projections made under other definitions than ours are left out: they are made anew.
    """
    config = migrate.alembic_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if expected.revision not in known:
        raise CopyBroken(f"it was made by a newer program (revision {expected.revision})")
    command.upgrade(config, expected.revision)
    ledger = set(inspect(connection).get_table_names())
    projected.METADATA.create_all(connection)
    columns = {name: set(found) for name, found, _ in rows_file.tables_of(connection)}
    connection.exec_driver_sql('DELETE FROM "alembic_version"')
    left_out = set()
    for block in blocks:
        if set(block.columns) == columns.get(block.table):
            _insert(connection, block)
        elif block.table in ledger:
            raise CopyBroken(f"table {block.table} has other columns than its revision says")
        else:
            left_out.add(block.table)
    _count_on(connection)
    found = contents_of(rows_file.blocks_of(connection))
    if left_out:
        # The rows of other projections are made anew; logs, facts and everything else must have arrived.
        held = {name: rows for name, rows in expected.tables.items() if name in ledger}
        expected = msgspec.structs.replace(expected, tables=held, trial="")
        here = {name: rows for name, rows in found.tables.items() if name in ledger}
        found = msgspec.structs.replace(found, tables=here, trial="")
    if wrong := difference(expected, found):
        raise CopyBroken("not all of it arrived: " + "; ".join(wrong[:5]))
    command.upgrade(config, "head")


def _insert(connection: Connection, block: Block) -> None:
    if not block.rows:
        return
    listed = ", ".join(f'"{column}"' for column in block.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(block.columns))
        into = f'INSERT INTO "{block.table}" ({listed}) VALUES ({marks})'  # noqa: S608 - names are our own
        connection.exec_driver_sql(into, [tuple(row) for row in block.rows])
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f'COPY "{block.table}" ({listed}) FROM STDIN') as copy:
        for row in block.rows:
            copy.write_row(row)


def _count_on(connection: Connection) -> None:
    """Numbers that the database gives out go on behind those it was given."""
    if connection.dialect.name == "sqlite":
        return
    for name, columns, _ in rows_file.tables_of(connection):
        for column in columns:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:name, :column)"),
                {"name": f'"{name}"', "column": column},
            )
            if sequence:
                connection.exec_driver_sql(
                    f'SELECT setval(%s, coalesce(max("{column}"), 0) + 1, false) FROM "{name}"',  # noqa: S608
                    (sequence,),
                )


# -- the drill


def drill(installation: Installation, copy: Path | None = None) -> Drill | None:
    """Restore the newest copy (or the one given) elsewhere, as far as serving from it; None without any copy."""
    if copy is None:
        found = copies(installation.folder)
        if not found:
            return None
        copy = found[-1]
    began = installation.clock()
    facts = rows = 0
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="liushui-drill-") as scratch:
        try:
            contents, had_manifest = proved(copy)
            facts = _facts(contents)
            if not had_manifest:
                wrong.append(f"{copy.name} has no manifest")
            target = Path(scratch) / "cloud.db"
            _make(copy, target, contents)
            rows = _serve_from(target, contents, installation.clock, wrong)
        except CopyBroken as error:
            wrong.append(str(error))
    now = installation.clock()
    told = Drill(copy=copy.name, at_ms=now, took_ms=now - began, facts=facts, rows=rows, wrong=wrong)
    write_settled(installation.folder / _DRILL, msgspec.json.encode(told))
    return told


def _serve_from(target: Path, contents: Contents, clock: Callable[[], int], wrong: list[str]) -> int:
    """Bring the restored database up to this program, and prove its books; returns the rows compared."""
    with _opened(target) as database:
        migrate.prepare(database)
        with database.writing() as connection:
            _begin_generations(connection, clock())
        with database.reading() as connection:
            facts = connection.scalar(text("SELECT count(*) FROM event"))
        if facts != contents.tables.get("event", 0):
            wrong.append(f"{facts} facts, {contents.tables.get('event', 0)} expected")
        office = Installation(database, target.parent, clock=clock)
        compared = 0
        for store in office.tenants():
            books = audit(store)
            compared += books.rows
            wrong += [f"{finding.what}: {finding.where} {finding.told}".strip() for finding in books.findings]
        return compared


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    database = Database(sqlite_url(file))
    try:
        yield database
    finally:
        database.close()
