"""What happens right now, as server-sent events: weights, scans, stock, excursions, sync."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.response import ServerSentEvent, ServerSentEventMessage

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.ledger.live import Screen

_BEAT_S = 15.0


async def _told(screen: Screen) -> AsyncIterator[ServerSentEventMessage]:
    """Events as they come, and a comment now and then so that a dead connection is noticed."""
    events = aiter(screen)
    waiting = asyncio.ensure_future(anext(events))
    try:
        yield ServerSentEventMessage(comment="here")
        while True:
            done, _ = await asyncio.wait((waiting,), timeout=_BEAT_S)
            if not done:
                yield ServerSentEventMessage(comment="here")
                continue
            try:
                event = waiting.result()
            except StopAsyncIteration:
                return
            waiting = asyncio.ensure_future(anext(events))
            yield ServerSentEventMessage(event=event.name, data=msgspec.json.encode(event.data).decode())
    finally:
        waiting.cancel()
        screen.close()


@get("/live", opt=needs("stock.read"))
async def live(node: NamedDependency[StoreNode]) -> ServerSentEvent:
    """A stream of events for open pages."""
    return ServerSentEvent(_told(node.live.open()))


router = Router("/v1", route_handlers=[live])
