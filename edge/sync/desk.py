"""The day-book as sync may use it: reads through lent connections, writes in the writer's own thread.

A write that was asked for is always waited for, also at the end: a future of the writer must not be dropped
half way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from edge.ledger import dbapi
from edge.ledger.clock import NowMs
from edge.ledger.identity import Identity
from edge.ledger.reader import Readers
from edge.ledger.writer import Transaction, Writer

Outcome = TypeVar("Outcome")


class Desk:
    """Belongs to one event loop."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers
        self._asked: set[asyncio.Future[Any]] = set()

    @property
    def identity(self) -> Identity:
        return self._writer.identity

    @property
    def now_ms(self) -> NowMs:
        return self._writer.now_ms

    def read(self) -> AbstractContextManager[dbapi.Connection]:
        """A read transaction for the length of the `with`; nothing may be awaited inside."""
        return self._readers.lend()

    async def write(self, action: Callable[[Transaction], Outcome]) -> Outcome:
        """Run it in a transaction of the writer. Raises `disk_full`, `storage_failed`."""
        future = asyncio.wrap_future(self._writer.run(action))
        self._asked.add(future)
        future.add_done_callback(self._asked.discard)
        return await asyncio.shield(future)

    async def settle(self) -> None:
        """Wait for everything that was asked for."""
        while self._asked:
            await asyncio.wait(self._asked)
