"""Master data from head office: whole checkpoints, each in one transaction with its cursor, signed by its sender.

Asked for every few seconds. A position head office no longer knows, or one of another generation, is answered by
a fresh snapshot, which replaces what we keep in one transaction too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from edge.ledger import feed
from edge.ledger.writer import Transaction
from edge.sync.desk import Desk
from edge.sync.head_office import HeadOffice, NotNow, Snapshot
from edge.sync.pace import Backoff, Chance, Pace
from shared.errors import DomainError
from shared.sync.messages import FeedPage

_log = structlog.get_logger("edge.sync.downlink")


def take_snapshot(tx: Transaction, snapshot: Snapshot) -> None:
    """Everything head office keeps, as of the snapshot's position."""
    feed.apply_snapshot(tx, snapshot.gen, snapshot.pos, snapshot.tables)


class Downlink:
    """Runs inside the sync thread's event loop."""

    def __init__(
        self,
        desk: Desk,
        head_office: HeadOffice,
        pace: Pace,
        backoff: Backoff,
        chance: Chance,
        greet: Callable[[], Awaitable[None]],
    ) -> None:
        self.problem = ""
        self._desk = desk
        self._head_office = head_office
        self._pace = pace
        self._backoff = backoff
        self._chance = chance
        self._greet = greet
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Head office has been reached again: do not wait out what is left of a backoff."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                more = await self._step()
                self._backoff.succeeded()
                self.problem = ""
            except (NotNow, DomainError) as error:
                self.problem = str(error)
                after_s = error.after_s if isinstance(error, NotNow) else None
                await self._pause(self._backoff.wait_s(after_s))
                continue
            if not more:
                # Between two and four thirds of the poll time, so that stores drift apart.
                await self._pause(self._pace.poll_s * (2 + 2 * self._chance()) / 3)

    async def _pause(self, seconds: float) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    async def _step(self) -> bool:
        """One page, or one snapshot; whether there is more to ask for at once."""
        with self._desk.read() as connection:
            cursor = feed.read_cursor(connection)
        page = None if cursor.gen == 0 else await self._head_office.feed(cursor.gen, cursor.pos)
        if page is None or page.gen != cursor.gen:
            await self._renew()
            return True
        if page.checkpoint > cursor.pos:
            await self._apply(page)
        return page.checkpoint < page.head

    async def _apply(self, page: FeedPage) -> None:
        applied = await self._desk.write(lambda tx: feed.apply_page(tx, page))
        if applied:
            _log.info("master data", rows=applied, pos=page.checkpoint)

    async def _renew(self) -> None:
        # Before our position is gone: one that head office has never reached tells it that it is a restored
        # copy, and only a new generation keeps other stores from taking new positions for old ones.
        await self._greet()
        snapshot = await self._head_office.snapshot()
        await self._desk.write(lambda tx: take_snapshot(tx, snapshot))
        _log.info("snapshot taken", gen=snapshot.gen, pos=snapshot.pos)
