"""Two frames in flight: what becomes of the one behind, and of the ticks, when a hello comes between."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import msgspec
import zstandard

from edge.sync.head_office import MSGPACK
from shared.ledger.chain import Head
from shared.sync.frame import unpack
from shared.sync.messages import Backfill, Refused
from tests.unit.edge_sync.bad_line import BadLine
from tests.unit.edge_sync.store import Store, copy_day_book
from tests.unit.edge_sync.test_restores import put_back

ONE_HELLO = 1000.0
"""Seconds between hellos: what the test waits for must not need another one."""


def _decompress(body: bytes, size: int) -> bytes:
    return zstandard.ZstdDecompressor().decompress(body, max_output_size=size)


class HelloBetween(BadLine):
    """After the first frame's answer a hello is due; it goes out once the second frame is answered, too."""

    def __init__(self) -> None:
        super().__init__()
        self.store: Store
        self._answered = 0
        self._both = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/hello") and self._answered:
            await self._both.wait()
        answer = await super().handle_async_request(request)
        if request.url.path.endswith("/push"):
            self._answered += 1
            if self._answered == 1:
                assert self.store.sync._parts is not None
                self.store.sync._parts.uplink.say_hello_again()
            if self._answered == 2:
                self._both.set()
        return answer


def test_what_is_sold_after_a_hello_between_two_frames_is_sent_at_once(store: Store) -> None:
    """The hello says that the frame behind is stored; the store reads its own book on, and waits for no heartbeat."""
    line = HelloBetween()
    line.store, store.transport = store, line
    store.pace = msgspec.structs.replace(store.pace, heartbeat_s=ONE_HELLO)
    store.open(online=False)
    store.receive(1000)
    store.sell_many(400)
    store.sync.start()
    store.wait_until_said()
    hellos = line.asked.count("POST /sync/v1/hello")
    # A frame that overtakes the first one is refused and sent again, after one more hello.
    assert hellos >= 2
    assert line.pushes() >= 2
    store.sell()
    store.wait_until_said()
    assert line.asked.count("POST /sync/v1/hello") == hellos
    store.close()


def test_ticks_are_not_late_because_another_log_stands_still(store: Store) -> None:
    """Where one log will never be sent, the sales of the next are noted as soon as nothing else can go."""
    line = BadLine()
    store.transport = line
    store.pace = msgspec.structs.replace(store.pace, heartbeat_s=ONE_HELLO)
    store.open(online=False)
    store.receive()
    (standing,) = (log for log, _ in store.facts())
    store.close()

    def refuse(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if (
            not request.url.path.endswith("/push")
            or unpack(request.content, _decompress).header.log_id != standing
        ):
            return answer
        told = msgspec.msgpack.encode(Refused(code="FORK", have=Head(standing, 0, b"")))
        return httpx.Response(409, content=told, headers={"content-type": MSGPACK})

    line.after = refuse
    with store:
        store.wait_until(lambda: store.sync.status().state == "alarm")
        for _ in range(3):
            store.sell()
            store.wait_until(lambda: store.sync.status().unsent == 1)


def test_what_cannot_be_taken_back_is_not_asked_for_without_end(store: Store, tmp_path: Path) -> None:
    """Refused history is offered again with every hello: the next one is the heartbeat's, none is said for it."""
    copy = tmp_path / "copy.db"
    with store:
        store.receive(100)
        store.wait_until_said()
        copy_day_book(store, copy)
        store.sell(5)
        store.wait_until_said()
    put_back(store, copy)
    line = BadLine()
    store.transport = line
    store.pace = msgspec.structs.replace(store.pace, heartbeat_s=ONE_HELLO)

    def forge(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/backfill"):
            return answer
        part = msgspec.msgpack.decode(answer.content, type=Backfill)
        changed = msgspec.structs.replace(part, events=[event + b"x" for event in part.events])
        return httpx.Response(200, content=msgspec.msgpack.encode(changed))

    line.after = forge
    with store:
        store.wait_until(lambda: store.sync.status().state == "alarm")
        for _ in range(20):
            # Each of these goes the whole way, and an endless asking would have its turn between them.
            store.sell()
            store.wait_until(lambda: store.sync.status().unsent == 0)
    assert line.asked.count("GET /sync/v1/backfill") == 1
    assert line.asked.count("POST /sync/v1/hello") == 1
