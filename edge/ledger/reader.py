"""Read-only connections for everybody who is not the writer, and the projections' rows through them."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from edge.ledger import dbapi
from edge.ledger.tables import rows_by_key, select_group
from shared.ledger.projection import Key, Row, Table

_CHANGE_AFTER = (
    "SELECT coalesce(sum(on_hand_change), 0) FROM movement "
    "WHERE sku = ? AND happened_ms > ? AND (? IS NULL OR lot = ?)"
)
_SKUS_AT = "SELECT DISTINCT sku FROM stock WHERE location = ? AND qty > 0 ORDER BY sku"


class Readers:
    """A few connections, lent one at a time; each loan sees one unchanging state of the day-book."""

    def __init__(
        self, path: Path, limit: int = 4, *, troubled: Callable[[Exception], None] | None = None
    ) -> None:
        """`troubled` hears of every error of the engine."""
        self._path = path
        self._troubled = troubled
        self._idle: queue.SimpleQueue[dbapi.Connection | None] = queue.SimpleQueue()
        for _ in range(limit):
            self._idle.put(None)

    @contextmanager
    def lend(self) -> Iterator[dbapi.Connection]:
        """A read transaction for the length of the `with`."""
        connection = self._idle.get()
        broken = False
        try:
            if connection is None:
                connection = dbapi.open_reader(self._path)
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except dbapi.Error as error:
            broken = True
            if self._troubled is not None:
                self._troubled(error)
            raise
        finally:
            if broken and connection is not None:
                connection.close()
                connection = None
            self._idle.put(connection)

    def close(self) -> None:
        """Close what is idle."""
        while True:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                return
            if connection is not None:
                connection.close()


class ReadView:
    """Implements `shared.ledger.view.View` over a lent connection."""

    def __init__(self, connection: dbapi.Connection) -> None:
        self._connection = connection

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        return rows_by_key(table, self._connection.execute(select_group(table), group))

    def on_hand_change_after(self, sku: str, lot: str | None, happened_ms: int) -> int:
        return int(self._connection.execute(_CHANGE_AFTER, (sku, happened_ms, lot, lot)).fetchone()[0])

    def skus_at(self, location: str) -> list[str]:
        return [sku for (sku,) in self._connection.execute(_SKUS_AT, (location,))]
