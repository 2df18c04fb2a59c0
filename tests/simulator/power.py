"""Pulling the plug in the middle of a statement: the edge's connection and head office's, both real, both breakable.

A cut raises through everything like the death of the process would; what was not committed is gone when the file
is opened again. The disk itself loses nothing here: a disk that does is the business of `tests/support/losing_disk`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from edge.ledger import dbapi

FOUND_OUT = ("COMMIT", "ROLLBACK")


class PowerCut(BaseException):
    """The process is dead. Not an Exception: nobody in the product catches it."""


class Fuse:
    """Counts statements and blows at the one it was set for."""

    def __init__(self) -> None:
        self.left = 0
        self.after_commit = False
        self.fails_commit = ""
        """`before` or `after`: the next COMMIT reports an error, and was not or was done."""
        self.dead = False
        self.blown: Callable[[], None] = lambda: None

    def set(self, statements: int, *, after_commit: bool) -> None:
        """Blow in so many statements; `after_commit`: if that is a COMMIT, right behind it."""
        self.left, self.after_commit = statements, after_commit

    def blow(self) -> None:
        self.dead = True
        self.left = 0
        self.blown()
        raise PowerCut

    def is_due(self) -> bool:
        """One statement more; whether this is the one."""
        if self.dead:
            raise PowerCut
        if not self.left:
            return False
        self.left -= 1
        return self.left == 0


class BreakableConnection:
    """The writer's connection behind a fuse."""

    def __init__(self, real: dbapi.Connection, fuse: Fuse) -> None:
        self._real = real
        self._fuse = fuse

    @property
    def in_transaction(self) -> bool:
        return self._real.in_transaction

    @in_transaction.setter
    def in_transaction(self, value: bool) -> None:
        raise AssertionError("the engine says so, nobody else")

    def execute(self, sql: str, cells: dbapi.Cells = (), /) -> dbapi.Cursor:
        fuse = self._fuse
        if not fuse.is_due():
            if sql == "COMMIT" and fuse.fails_commit:
                return self._fail_commit()
            return self._real.execute(sql, cells)
        if sql == "COMMIT" and fuse.after_commit:
            self._real.execute(sql)
        fuse.blow()
        raise AssertionError

    def executemany(self, sql: str, rows: Iterable[dbapi.Cells], /) -> dbapi.Cursor:
        if self._fuse.is_due():
            self._fuse.blow()
        return self._real.executemany(sql, rows)

    def close(self) -> None:
        self._real.close()

    def _fail_commit(self) -> dbapi.Cursor:
        """EIO from fsync: whether the transaction is there will only be known after reopening."""
        when, self._fuse.fails_commit = self._fuse.fails_commit, ""
        self._real.execute("COMMIT" if when == "after" else "ROLLBACK")
        raise dbapi.Error("disk I/O error")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
