"""The one place that opens SQLite. The engine is the one inside `sqlcipher3`, with or without a key.

Debian 12's own SQLite can corrupt a WAL under two connections, and this engine's exceptions are not
`sqlite3.Error`, so nobody else imports an engine. There is one writer connection in the process; every other
connection is read-only twice over: opened `mode=ro` and told `query_only`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from sqlcipher3 import dbapi2

Error: type[Exception] = dbapi2.Error
IntegrityError: type[Exception] = dbapi2.IntegrityError
Cells = Sequence[int | str | bytes | None]


class Cursor(Protocol):
    """What we use of a cursor; the wheel ships no types."""

    rowcount: int

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """What we use of a connection."""

    in_transaction: bool

    def execute(self, sql: str, cells: Cells = (), /) -> Cursor: ...

    def executemany(self, sql: str, rows: Iterable[Cells], /) -> Cursor: ...

    def close(self) -> None: ...


KEY_VARIABLE = "LIUSHUI_EDGE_KEY"
"""32 bytes in hex; without it the file is plain. It comes from outside: never from a file beside the data."""

_BUSY_MS = 5000
SAFE = ("foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0")


def open_writer(path: Path, *, cache_kib: int = 8192) -> Connection:
    """The writing connection: WAL, every commit on disk before it returns, triggers that REPLACE cannot pass."""
    connection = _connect(f"file:{quote(str(path))}", query_only=False)
    make_writer(connection, cache_kib=cache_kib)
    return connection


def make_writer(connection: Connection, *, cache_kib: int = 8192) -> None:
    """What makes a connection the writing one."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "recursive_triggers=ON",
        f"cache_size=-{cache_kib}",
        # The same few pages change in every batch; a longer log writes them back less often (16 MiB at most).
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def open_scratch(path: Path) -> Connection:
    """A file nobody needs tomorrow: for rebuilding beside the real one."""
    connection = _connect(f"file:{quote(str(path))}", query_only=False)
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    return connection


def open_reader(path: Path) -> Connection:
    """A connection that can only read."""
    return _connect(f"file:{quote(str(path))}?mode=ro", query_only=True)


def _connect(uri: str, *, query_only: bool) -> Connection:
    connection: Connection = dbapi2.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    key = os.environ.get(KEY_VARIABLE, "")
    if key:
        connection.execute(f"PRAGMA key = \"x'{bytes.fromhex(key).hex()}'\"")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    for pragma in SAFE:
        connection.execute(f"PRAGMA {pragma}")
    if query_only:
        connection.execute("PRAGMA cache_size=-2048")
        connection.execute("PRAGMA query_only=ON")
    return connection


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of the engine says that no space is left."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or "disk is full" in str(error)
