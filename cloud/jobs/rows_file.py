"""Every row of a head office's database as a stream, and as one file that any database can be filled from.

PostgreSQL has no VACUUM INTO, so its copy is a file of rows read inside one REPEATABLE READ transaction: one
moment of the whole chain. The same stream is read from an embedded copy, so whatever proves, compares or restores
a copy knows only rows. Tables are found by looking, not by a list, so a table added later is never left behind.

The file is one zstd stream of msgpack messages, each behind its length as u32: the header, blocks of rows, and at
the end the number of rows of each table, without which the file is not whole.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec
import zstandard
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from cloud.store import dbapi

FORMAT = "liushui-rows"
VERSION = 1
_BLOCK = 1000
_LENGTH = struct.Struct(">I")
_BLOCK_BYTES_MAX = 1 << 30
_FIRST = ("alembic_version", "tenant", "node", "log", "event")
"""What explains a fact comes before it, so that a reader can walk the chains as it reads."""


class Unreadable(Exception):
    """The file is not what this program writes, or it is cut short."""


class Block(msgspec.Struct, frozen=True, array_like=True):
    """Some rows of one table."""

    table: str
    columns: list[str]
    rows: list[list[Any]]


class _End(msgspec.Struct, frozen=True, array_like=True, tag="end", tag_field="what"):
    rows: dict[str, int]


class _Part(msgspec.Struct, frozen=True, array_like=True, tag="rows", tag_field="what"):
    table: int
    rows: list[list[Any]]


class _Header(msgspec.Struct, frozen=True, array_like=True, tag="header", tag_field="what"):
    format: str
    version: int
    tables: list[tuple[str, list[str]]]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Header | _Part | _End)


def blocks_of(connection: Connection) -> Iterator[Block]:
    """Every row of every table, as of this transaction; facts in the order of their logs."""
    for table, columns, key in tables_of(connection):
        yield Block(table, columns, [])
        listed = ", ".join(f'"{column}"' for column in columns)
        order = ", ".join(f'"{column}"' for column in key)
        query = f'SELECT {listed} FROM "{table}"' + (f" ORDER BY {order}" if order else "")  # noqa: S608
        found = connection.execute(text(query), execution_options={"stream_results": True})
        for rows in found.partitions(_BLOCK):
            yield Block(table, columns, [list(row) for row in rows])


def tables_of(connection: Connection) -> list[tuple[str, list[str], list[str]]]:
    """Name, columns and key of every table."""
    looking = inspect(connection)
    names = looking.get_table_names()
    ordered = [name for name in _FIRST if name in names] + sorted(set(names) - set(_FIRST))
    return [
        (
            name,
            [column["name"] for column in looking.get_columns(name)],
            list(looking.get_pk_constraint(name)["constrained_columns"]),
        )
        for name in ordered
    ]


def write(file: Path, blocks: Iterable[Block], tables: list[tuple[str, list[str]]]) -> None:
    """The file of these rows."""
    numbers = {name: number for number, (name, _) in enumerate(tables)}
    count: Counter[str] = Counter(dict.fromkeys(numbers, 0))
    with (
        open(file, "wb", opener=_for_its_owner) as raw,
        zstandard.ZstdCompressor(level=3, write_checksum=True).stream_writer(raw, closefd=False) as out,
    ):
        _put(out, _Header(FORMAT, VERSION, tables))
        for block in blocks:
            if block.rows:
                count[block.table] += len(block.rows)
                _put(out, _Part(numbers[block.table], block.rows))
        _put(out, _End(dict(count)))


def read(file: Path) -> Iterator[Block]:
    """The rows again. Raises `Unreadable` where the file is damaged, cut short or somebody else's."""
    try:
        with file.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as source:
            yield from _blocks(source)
    except (msgspec.MsgspecError, zstandard.ZstdError, struct.error, OSError) as error:
        raise Unreadable(f"{file.name}: {error}") from None


def _blocks(source: Any) -> Iterator[Block]:
    header = _take(source)
    if not isinstance(header, _Header) or (header.format, header.version) != (FORMAT, VERSION):
        raise Unreadable("not a file of rows of this version")
    count: Counter[str] = Counter()
    for name, columns in header.tables:
        count[name] = 0
        yield Block(name, columns, [])
    while isinstance(part := _take(source), _Part):
        name, columns = header.tables[part.table]
        count[name] += len(part.rows)
        yield Block(name, columns, part.rows)
    if not isinstance(part, _End) or part.rows != dict(count):
        raise Unreadable("rows are missing")


@contextmanager
def opened_copy(file: Path) -> Iterator[Connection]:
    """An embedded copy, read and never touched."""
    engine = _read_only(file)
    try:
        with engine.connect() as connection:
            yield connection
    except (DBAPIError, dbapi.module.Error) as error:
        raise Unreadable(f"{file.name}: {getattr(error, 'orig', error)}"[:200]) from None
    finally:
        engine.dispose()


def _read_only(file: Path) -> Engine:
    def connect() -> Any:
        opened = dbapi.module.connect(
            f"file:{file.resolve()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        opened.isolation_level = None
        return opened

    return create_engine("sqlite+pysqlite://", creator=connect, module=dbapi.module, poolclass=NullPool)


def _for_its_owner(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _put(out: Any, message: _Header | _Part | _End) -> None:
    data = _ENCODER.encode(message)
    out.write(_LENGTH.pack(len(data)) + data)


def _take(source: IO[bytes]) -> _Header | _Part | _End:
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
    if length > _BLOCK_BYTES_MAX:
        raise Unreadable("a block of impossible size")
    message: _Header | _Part | _End = _DECODER.decode(_exactly(source, length))
    return message


def _exactly(source: IO[bytes], size: int) -> bytes:
    parts = []
    while size:
        part = source.read(size)
        if not part:
            raise Unreadable("cut short")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
