"""The one place that opens SQLite. The engine is the one inside `sqlcipher3`, with or without a key.

Debian 12's own SQLite can corrupt a WAL under two connections, and this engine's exceptions are not
`sqlite3.Error`, so nobody else imports an engine. There is one writer connection in the process; every other
connection is read-only twice over: opened `mode=ro` and told `query_only`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import quote

from sqlcipher3 import dbapi2

_AS_THEY_ARE: dict[Any, Callable[[Any], Any]] = {
    (bytes, dbapi2.PrepareProtocol): bytes,
    (type(None), dbapi2.PrepareProtocol): lambda nothing: nothing,
}
"""The driver takes text and integers as they are; bytes and nothing it first asks how they want to be written, by
attributes they do not have. Asked and refused twice, that costs 1 µs a cell: 9 of the 27 µs that a sale's rows took.
With an adapter it asks nobody."""
dbapi2.adapters.update(_AS_THEY_ARE)


@contextmanager
def driver_as_it_comes() -> Iterator[None]:
    """The driver without our adapters, as any program finds it: what a measurement compares with."""
    for kind in _AS_THEY_ARE:
        del dbapi2.adapters[kind]
    try:
        yield
    finally:
        dbapi2.adapters.update(_AS_THEY_ARE)


Error: type[Exception] = dbapi2.Error
IntegrityError: type[Exception] = dbapi2.IntegrityError
Cells = Sequence[int | str | bytes | None]
Trouble = Literal["full", "io", "corrupt"]
"""What an error of the engine says of the disk: no space, no answer, or not what was written."""


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


def open_writer(
    path: Path, *, cache_kib: int = 8192, troubled: Callable[[Exception], None] | None = None
) -> Connection:
    """The writing connection: WAL, every commit on disk before it returns, triggers that REPLACE cannot pass.

    `troubled` hears of every error of the engine before whoever asked does.
    """
    connection = _connect(f"file:{quote(str(path))}", query_only=False, troubled=troubled)
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


class _Watched(dbapi2.Connection):  # type: ignore[misc]  # the wheel ships no types
    """A connection that tells of its errors."""

    troubled: Callable[[Exception], None] | None = None

    def execute(self, *asked: Any) -> Any:
        try:
            return super().execute(*asked)
        except dbapi2.Error as error:
            if self.troubled:
                self.troubled(error)
            raise

    def executemany(self, *asked: Any) -> Any:
        try:
            return super().executemany(*asked)
        except dbapi2.Error as error:
            if self.troubled:
                self.troubled(error)
            raise


def _connect(
    uri: str, *, query_only: bool, troubled: Callable[[Exception], None] | None = None
) -> Connection:
    connection: Any = dbapi2.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=_Watched if troubled else dbapi2.Connection,
    )
    if troubled:
        connection.troubled = troubled
    key = os.environ.get(KEY_VARIABLE, "")
    if key:
        connection.execute(f"PRAGMA key = \"x'{bytes.fromhex(key).hex()}'\"")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    for pragma in SAFE:
        connection.execute(f"PRAGMA {pragma}")
    if query_only:
        connection.execute("PRAGMA cache_size=-2048")
        connection.execute("PRAGMA query_only=ON")
    ours: Connection = connection
    return ours


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of the engine says that no space is left."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or "disk is full" in str(error)


def trouble_of(error: BaseException) -> Trouble | None:
    """What an error says of the disk, or None where it says something of the question."""
    if is_disk_full(error):
        return "full"
    name, text = getattr(error, "sqlite_errorname", ""), str(error)
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) or "disk I/O error" in text:
        return "io"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "malformed" in text:
        return "corrupt"
    return None
