"""Opening the database: the same code over embedded SQLite (one writer at a time) and PostgreSQL (many).

SQLite: WAL with synchronous=FULL, and every write transaction starts with BEGIN IMMEDIATE behind one lock of
this process, so a writer waits in line instead of failing half-way. PostgreSQL: row locks do the same job per
log, so any number of workers may write.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from cloud.store import dbapi

BUSY_MS = 30_000
_RETRYABLE = frozenset(("40001", "40P01"))
"""PostgreSQL's serialization failure and deadlock: the transaction did nothing and may be run again."""

_UNAVAILABLE_STATES = ("08", "53", "57P")
"""PostgreSQL's classes of broken connections, missing resources (a full disk among them) and shutting down."""
_UNAVAILABLE_WORDS = ("disk is full", "disk I/O error", "database is locked", "connection failed")
"""What SQLite says, which has no states; and the driver, where there is no server to give one."""


class Database:
    """An open database. `writing` and `reading` are the only ways in; `cloud.store.tenant` scopes them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._one_writer = threading.RLock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction; committed when the block ends, rolled back when it raises."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._one_writer, self.engine.connect() as connection:
            writer = connection.execution_options(liushui_begin="BEGIN IMMEDIATE")
            with writer.begin():
                yield writer

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction that sees one moment of the database, whatever is committed meanwhile."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def is_retryable(error: DBAPIError) -> bool:
    """Whether the database asks to run the same transaction again."""
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE


def is_unavailable(error: BaseException) -> bool:
    """Whether the database or its disk cannot serve now (full, unreachable, shutting down) and may do so later."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_UNAVAILABLE_STATES)
    return error.connection_invalidated or any(words in str(error.orig) for words in _UNAVAILABLE_WORDS)


DATABASE_FILE = "cloud.db"
"""The embedded database in head office's folder."""


def database_url(folder: Path, url: str) -> str:
    """The database asked for; without a URL the embedded one in the folder."""
    return url or sqlite_url(folder / DATABASE_FILE)


def sqlite_url(file: Path) -> str:
    """The URL of an embedded database; the file is made readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    return f"sqlite:///{file.resolve()}"


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="sqlite+pysqlite"), module=dbapi.module, pool_size=10, max_overflow=40
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver's own idea of when a transaction begins is switched off; `_begin` says it.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            f"busy_timeout={BUSY_MS}",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("liushui_begin", "BEGIN"))

    return engine


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20, pool_pre_ping=True
    )
