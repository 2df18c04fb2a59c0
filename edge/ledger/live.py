"""What open screens are told at once: weights, scans, excursions, stock, sync. Nothing here is stored.

Any thread may publish; a screen reads its own queue on the event loop. A screen that does not keep up loses
the oldest, since a newer weight makes the older one worthless.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Mapping

import msgspec

QUEUE_MAX = 200

Told = str | int | bool | None


class LiveEvent(msgspec.Struct, frozen=True):
    """One server-sent event: its name and its JSON object."""

    name: str
    data: Mapping[str, Told]


class Screen:
    """One open screen's queue: iterate over it, and close it when the screen has gone."""

    def __init__(self, live: Live, loop: asyncio.AbstractEventLoop) -> None:
        self._live = live
        self._loop = loop
        self._waiting: deque[LiveEvent] = deque(maxlen=QUEUE_MAX)
        self._arrived = asyncio.Event()
        self._closed = False

    def put(self, event: LiveEvent) -> None:
        """From any thread."""
        self._waiting.append(event)
        self._wake()

    def close(self) -> None:
        """From any thread; the iteration ends."""
        self._closed = True
        self._live.forget(self)
        self._wake()

    def _wake(self) -> None:
        # The loop may have stopped with its server; then nobody is left to wake.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    async def __aiter__(self) -> AsyncIterator[LiveEvent]:
        while not self._closed:
            while self._waiting:
                yield self._waiting.popleft()
            self._arrived.clear()
            if not self._waiting and not self._closed:
                await self._arrived.wait()


class Live:
    """Everybody who is looking right now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._screens: set[Screen] = set()

    def open(self) -> Screen:
        """A new screen, on the running event loop."""
        screen = Screen(self, asyncio.get_running_loop())
        with self._lock:
            self._screens.add(screen)
        return screen

    def forget(self, screen: Screen) -> None:
        with self._lock:
            self._screens.discard(screen)

    def publish(self, event: str, data: Mapping[str, Told]) -> None:
        """From any thread; never waits."""
        with self._lock:
            screens = tuple(self._screens)
        for screen in screens:
            screen.put(LiveEvent(event, data))

    def close(self) -> None:
        """The node stops: every screen's stream ends."""
        with self._lock:
            screens = tuple(self._screens)
        for screen in screens:
            screen.close()
