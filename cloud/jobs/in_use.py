"""Whether head office is running on its database: servers hold a lock together, a restore wants it alone.

Over the embedded database the lock is a file in the folder; over PostgreSQL an advisory lock, so that a server on
another machine counts too. Both end with the process that holds them, however it ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from cloud.store.engine import Database
from shared.errors import DomainError

_FILE = "in-use"
_KEY = 0x11D5_5816


class InUse:
    """The share of one server; `let_go` at its end."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._file: IO[str] | None = None
        self._connection: Connection | None = None
        if database.is_sqlite:
            self._file = _locked(folder, fcntl.LOCK_SH)
        else:
            self._connection = _advised(database, "pg_try_advisory_lock_shared")

    def let_go(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._connection is not None:
            _give_back(self._connection)


@contextmanager
def alone(database: Database, folder: Path) -> Iterator[None]:
    """Nobody else uses the database while the block runs. Raises `head_office_runs`."""
    if database.is_sqlite:
        with _locked(folder, fcntl.LOCK_EX):
            yield
        return
    connection = _advised(database, "pg_try_advisory_lock")
    try:
        yield
    finally:
        _give_back(connection)


def _locked(folder: Path, how: int) -> IO[str]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / _FILE).open("w")
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise DomainError("head_office_runs") from None
    return file


def _advised(database: Database, function: str) -> Connection:
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    got = connection.scalar(text(f"SELECT {function}(:key)"), {"key": _KEY})
    if not got:
        connection.close()
        raise DomainError("head_office_runs")
    return connection


def _give_back(connection: Connection) -> None:
    """Said to the server: it would take its time to notice that a session has ended, and a pool never ends one."""
    with suppress(DBAPIError):
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
    connection.invalidate()
    connection.close()
