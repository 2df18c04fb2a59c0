"""Sync as `edge.app` sees it: one thread with an event loop of its own, started after the writer, stopped before.

Uplink, downlink and photos are three tasks in it. Each recovers by itself from everything that can happen on the
way to head office; a mistake of ours ends the task, is logged once, and the task begins anew after a while.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import httpx
import msgspec
import structlog

from edge.ledger.feed import read_cursor
from edge.ledger.live import Live
from edge.ledger.reader import Readers
from edge.ledger.writer import Committed, Writer
from edge.sync import node_key, own_logs, sent
from edge.sync.backfill import BackfillRun
from edge.sync.blobs import Photos
from edge.sync.desk import Desk
from edge.sync.downlink import Downlink
from edge.sync.head_office import HeadOffice, NotNow, client_for
from edge.sync.pace import Backoff, Chance, Pace
from edge.sync.plan import Alarm
from edge.sync.uplink import Contact, Uplink
from shared.errors import DomainError
from shared.sync.messages import SensorSeen, Welcome

_log = structlog.get_logger("edge.sync")


class SyncStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How this node stands with head office. `oldest_unsent_ms` is an age."""

    state: Literal["alone", "never", "ok", "unreachable", "refused", "alarm"]
    since_ms: int | None
    why: str
    unsent: int
    oldest_unsent_ms: int
    last_ack_ms: int | None
    feed_gen: int
    feed_pos: int
    feed_problem: str
    alarms: tuple[Alarm, ...]
    """Logs that stand still."""
    said: tuple[Alarm, ...] = ()
    """Logs that head office wants somebody to look at: twin, late, fork."""


class _Parts(msgspec.Struct, frozen=True):
    uplink: Uplink
    downlink: Downlink
    photos: Photos


class Sync:
    """`transport` is for tests that put a bad line between store and head office."""

    def __init__(
        self,
        writer: Writer,
        readers: Readers,
        folder: Path,
        live: Live,
        *,
        sensors: Callable[[], list[SensorSeen]] = list,
        troubles: Callable[[], list[str]] = list,
        pace: Pace | None = None,
        chance: Chance = random.random,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._folder = folder
        self._live = live
        self._sensors = sensors
        self._troubles = troubles
        self._pace = pace or Pace()
        self._chance = chance
        self._transport = transport
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event
        self._parts: _Parts | None = None
        self._backfilling: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._live_on, name="sync", daemon=True)

    # -- from other threads

    def start(self) -> None:
        """Returns at once; a node that was never enrolled stays alone."""
        if self._writer.identity.cloud_url:
            self._thread.start()

    def stop(self) -> None:
        """Ends what is on the line and waits for what was asked of the writer."""
        if not self._thread.is_alive():
            return
        while self._loop is None and self._thread.is_alive():
            self._thread.join(0.01)
        self._from_outside(lambda: self._stopping.set())
        self._thread.join()

    def wake_photos(self) -> None:
        """A photo was stored."""
        parts = self._parts
        if parts is not None:
            self._from_outside(parts.photos.wake)

    def status(self) -> SyncStatus:
        """For the node's page and the ticks."""
        with self._readers.lend() as connection:
            unsent = own_logs.read_unsent(connection)
            cursor = read_cursor(connection)
            acked_ms = sent.last_ack_ms(connection)
        parts = self._parts
        alone = not self._writer.identity.cloud_url
        contact = parts.uplink.contact if parts is not None else Contact("alone" if alone else "never")
        alarms = tuple(parts.uplink.alarms.values()) if parts is not None else ()
        said = parts.uplink.said if parts is not None else ()
        oldest = 0 if unsent.oldest_ms is None else max(0, self._writer.now_ms() - unsent.oldest_ms)
        return SyncStatus(
            state="alarm" if alarms else contact.state,
            since_ms=contact.since_ms,
            why=contact.why or " ".join(sorted({alarm.why for alarm in said})),
            unsent=unsent.count,
            oldest_unsent_ms=oldest,
            last_ack_ms=contact.last_ack_ms or acked_ms,
            feed_gen=cursor.gen,
            feed_pos=cursor.pos,
            feed_problem="" if parts is None else parts.downlink.problem,
            alarms=alarms,
            said=said,
        )

    @property
    def clock_ahead_ms(self) -> int:
        """How far this box's clock runs ahead of head office's; 0 as long as nobody has compared them."""
        parts = self._parts
        return 0 if parts is None else parts.uplink.clock_ahead_ms

    def _from_outside(self, call: Callable[[], None]) -> None:
        loop = self._loop
        if loop is not None:
            try:
                loop.call_soon_threadsafe(call)
            except RuntimeError:
                # The loop has ended between the look and the call: nobody is left to wake.
                return

    def _committed(self, _: Committed) -> None:
        parts = self._parts
        if parts is not None:
            self._from_outside(parts.uplink.wake)

    # -- the sync thread

    def _live_on(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception:
            _log.exception("sync ended")

    async def _main(self) -> None:
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        identity = self._writer.identity
        desk = Desk(self._writer, self._readers)
        tokens = node_key.Tokens(
            node_key.load(self._folder),
            identity.node_id,
            identity.token_audience,
            lambda: self._writer.now_ms() // 1000,
        )
        async with client_for(identity.cloud_url, self._transport) as client:
            parts = self._assemble(desk, HeadOffice(client, identity, tokens))
            self._parts = parts
            self._writer.listeners.append(self._committed)
            running = [
                asyncio.create_task(self._again_and_again(part.run), name=type(part).__name__)
                for part in (parts.uplink, parts.downlink, parts.photos)
            ]
            try:
                await self._stopping.wait()
            finally:
                self._writer.listeners.remove(self._committed)
                if self._backfilling is not None:
                    running.append(self._backfilling)
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)
                await desk.settle()

    def _assemble(self, desk: Desk, head_office: HeadOffice) -> _Parts:
        uplink = Uplink(
            desk,
            head_office,
            self._pace,
            self._backoff(),
            told=lambda unsent: self._live.publish("sync", {"unsent": unsent}),
            reached=lambda: downlink.wake(),
            backfill=lambda welcome: self._bring_back(desk, head_office, welcome),
            sensors=self._sensors,
            troubles=self._troubles,
        )
        downlink = Downlink(desk, head_office, self._pace, self._backoff(), self._chance, uplink.greet)
        photos = Photos(desk, head_office, self._folder, uplink.caught_up, self._pace, self._backoff())
        return _Parts(uplink, downlink, photos)

    def _backoff(self) -> Backoff:
        return Backoff(self._pace, self._chance)

    def _bring_back(self, desk: Desk, head_office: HeadOffice, welcome: Welcome) -> None:
        """Beside the uplink: what is sold meanwhile does not wait for history."""
        if self._backfilling is not None and not self._backfilling.done():
            return
        assert self._parts is not None
        uplink = self._parts.uplink

        async def bring_back() -> None:
            try:
                changed = await BackfillRun(desk, head_office, uplink.raise_alarm).bring_back(welcome)
            except (NotNow, DomainError) as error:
                _log.warning("backfill interrupted", why=str(error))
                return
            # What was refused is refused again: asked for at the next heartbeat, not at once and without end.
            if changed:
                uplink.say_hello_again()

        self._backfilling = asyncio.create_task(bring_back(), name="backfill")

    async def _again_and_again(self, run: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await run()
            except Exception:
                _log.exception("sync task failed")
                await asyncio.sleep(self._pace.backoff_most_s * self._chance())
