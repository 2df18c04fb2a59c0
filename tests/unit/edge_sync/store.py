"""A store's day-book with its sync running inside the test: the real writer, the real line, events to wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx

from edge.ledger import dbapi
from edge.ledger.live import Live
from edge.ledger.reader import Readers, ReadView
from edge.ledger.recording import Answer, Asker, prepare
from edge.ledger.tables import cloud_tables, node_tables, select_all
from edge.ledger.writer import Writer
from edge.sync.enrolment import DAY_BOOK, enrol
from edge.sync.pace import Pace
from edge.sync.service import Sync
from shared.access.roles import EVERY_PERMISSION
from shared.ledger.projection import Table
from shared.stock.goods import on_hand
from shared.units import decimal_text
from tests.support.edge_node import typed_op

BRISK = Pace(
    backoff_first_s=0.02, backoff_most_s=0.3, heartbeat_s=0.5, linger_s=0.0, poll_s=0.05, photos_s=0.2
)
"""The same behaviour in small: nobody wants to wait five minutes for a test."""

CLERK = Asker(actor="li", permissions=EVERY_PERMISSION, auth_level="password")
WITHIN_S = 60
"""What has not come by then never comes; how long anything takes on a busy machine is no test's affair."""


class TellingLive(Live):
    """The store's live channel, which also lets a test wait for what it tells."""

    def __init__(self) -> None:
        super().__init__()
        self._told = threading.Condition()

    def publish(self, event: str, data: Mapping[str, Any]) -> None:
        with self._told:
            self._told.notify_all()
        super().publish(event, data)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Looks again whenever something is told, and now and then besides.

        The time is what ends it: a till that sells a thousand times tells a thousand things in a moment.
        """
        until = time.monotonic() + WITHIN_S
        with self._told:
            while not is_so():
                assert time.monotonic() < until, f"it did not become so within {WITHIN_S} s"
                self._told.wait(0.05)


class Store:
    """A node's folder, opened and closed at will."""

    def __init__(self, folder: Path, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.folder = folder
        self.transport = transport
        self.pace = BRISK
        self.live = TellingLive()
        self.writer: Writer
        self.readers: Readers
        self.sync: Sync

    @classmethod
    def enrolled(cls, folder: Path, url: str, code: str, **more: Any) -> Store:
        """A new box, let in by its code."""
        enrol(folder, url, code)
        return cls(folder, **more)

    def open(self, *, online: bool = True) -> Store:
        """Start the writer, and sync unless the line is down."""
        self.writer = Writer(self.folder / DAY_BOOK)
        self.writer.start()
        self.readers = Readers(self.folder / DAY_BOOK)
        self.live = TellingLive()
        self.sync = self.new_sync()
        if online:
            self.sync.start()
        return self

    def new_sync(self) -> Sync:
        return Sync(
            self.writer, self.readers, self.folder, self.live, pace=self.pace, transport=self.transport
        )

    def close(self) -> None:
        self.sync.stop()
        self.readers.close()
        self.writer.stop()

    def __enter__(self) -> Store:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what happens in the store

    def ask(self, kind: str, body: Mapping[str, Any], **more: Any) -> Answer:
        """One op, recorded; its answer."""
        return self.writer.submit([prepare(typed_op(kind, body, **more))], CLERK).result()[0]

    def receive(self, qty: int = 1000, lot: str = "L1", **more: Any) -> Answer:
        answer = self.ask("stock.receive", {"lines": [{"sku": "milk", "qty": str(qty), "lot": lot}]}, **more)
        assert answer.accepted, answer
        return answer

    def sell(self, qty: int = 1, **more: Any) -> Answer:
        answer = self.ask("sales.sell", {"lines": [{"sku": "milk", "qty": str(qty)}]}, **more)
        assert answer.accepted, answer
        return answer

    def sell_many(self, count: int) -> None:
        """So many sales, as a busy till would: together, one fact each."""
        waiting: list[Future[list[Answer]]] = []
        for _ in range(0, count, 100):
            ops = [
                prepare(typed_op("sales.sell", {"lines": [{"sku": "milk", "qty": "1"}]})) for _ in range(100)
            ]
            waiting.append(self.writer.submit(ops, CLERK))
        for future in waiting:
            assert all(answer.accepted for answer in future.result())

    # -- what the test looks at

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        self.live.wait_until(is_so)

    def wait_until_said(self) -> None:
        """Until head office has everything and has said so."""

        def said() -> bool:
            status = self.sync.status()
            return status.unsent == 0 and status.state == "ok"

        self.wait_until(said)

    def rows(self, *tables: Table) -> dict[str, list[Any]]:
        """Every row of the node's own projections (or of these tables), to compare."""
        with self.readers.lend() as connection:
            return {
                table.name: connection.execute(select_all(table)).fetchall()
                for table in (tables or node_tables())
            }

    def kept_rows(self) -> dict[str, list[Any]]:
        """Every row head office keeps."""
        return self.rows(*cloud_tables().values())

    def price(self) -> int | None:
        with self.readers.lend() as connection:
            found = connection.execute("SELECT price FROM price WHERE sku = 'milk' AND store = ''").fetchone()
        return None if found is None else int(found[0])

    def on_hand(self) -> str:
        """How much milk the store's book says there is."""
        with self.readers.lend() as connection:
            return decimal_text(on_hand(ReadView(connection), "milk"))

    def facts(self) -> dict[tuple[bytes, int], bytes]:
        """Every fact by its name."""
        with self.readers.lend() as connection:
            found = connection.execute("SELECT log, seq, bytes FROM event")
            return {(log, seq): data for log, seq, data in found}

    def cells(self, sql: str, *values: Any) -> list[Any]:
        with self.readers.lend() as connection:
            return connection.execute(sql, values).fetchall()


def copy_day_book(store: Store, target: Path) -> None:
    """A backup as `liushui edge backup` makes it, of a running store."""
    connection = dbapi.open_writer(store.folder / DAY_BOOK)
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()
