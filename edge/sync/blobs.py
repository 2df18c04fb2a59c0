"""Photos to head office: after the facts, in chunks, each checked, going on where the last try ended.

A fact names its photos by their hash and never waits for them; here they follow when nothing else is to be said.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import msgspec
import structlog

from edge.ledger.photos import path_of
from edge.ledger.writer import Transaction
from edge.sync.desk import Desk
from edge.sync.head_office import MSGPACK, HeadOffice, NotNow, Reply
from edge.sync.pace import Backoff, Pace
from shared.errors import DomainError
from shared.sync.signing import SHA256_HEADER

CHUNK_BYTES = 1024 * 1024
CHUNKS_HEADER = "X-Liushui-Chunks"
"""On the answer to HEAD: the numbers of the chunks that have arrived, with commas between."""

AT_CLOUD, LOST = 1, -1

_WAITING = "SELECT sha256, mime FROM photo WHERE at_cloud = 0 ORDER BY born_ms, sha256 LIMIT 50"
_MARK = "UPDATE photo SET at_cloud = ? WHERE sha256 = ?"

_log = structlog.get_logger("edge.sync.blobs")


class Complete(msgspec.Struct, frozen=True):
    """All chunks were sent: what they make together."""

    chunks: int
    size: int
    mime: str


class Photo(msgspec.Struct, frozen=True):
    sha256: str
    mime: str


class Photos:
    """Runs inside the sync thread's event loop; `facts_said` is set while no fact waits."""

    def __init__(
        self,
        desk: Desk,
        head_office: HeadOffice,
        folder: Path,
        facts_said: asyncio.Event,
        pace: Pace,
        backoff: Backoff,
    ) -> None:
        self._desk = desk
        self._head_office = head_office
        self._folder = folder
        self._facts_said = facts_said
        self._pace = pace
        self._backoff = backoff
        self._news = asyncio.Event()
        self._put_aside: set[str] = set()

    def wake(self) -> None:
        """A photo was stored."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._news.clear()
            try:
                for photo in self._waiting():
                    await self._send(photo)
                    self._backoff.succeeded()
            except (NotNow, DomainError) as error:
                after_s = error.after_s if isinstance(error, NotNow) else None
                await asyncio.sleep(self._backoff.wait_s(after_s))
                continue
            if not self._waiting():
                await self._pause()

    def _waiting(self) -> list[Photo]:
        with self._desk.read() as connection:
            found = [Photo(sha256, mime) for sha256, mime in connection.execute(_WAITING)]
        return [photo for photo in found if photo.sha256 not in self._put_aside]

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._pace.photos_s):
                await self._news.wait()
        except TimeoutError:
            return

    async def _send(self, photo: Photo) -> None:
        data = await asyncio.to_thread(_read, path_of(self._folder, photo.sha256))
        if data is None or hashlib.sha256(data).hexdigest() != photo.sha256:
            _log.error("photo lost", sha256=photo.sha256)
            await self._mark(photo, LOST)
            return
        await self._facts_said.wait()
        found = await self._head_office.blob("HEAD", photo.sha256)
        if found.status != 200 and not await self._send_chunks(photo, data, _arrived(found)):
            return
        await self._mark(photo, AT_CLOUD)

    async def _send_chunks(self, photo: Photo, data: bytes, arrived: set[int]) -> bool:
        count = max(1, -(-len(data) // CHUNK_BYTES))
        for index in range(count):
            if index in arrived:
                continue
            # A sale that came in meanwhile goes first.
            await self._facts_said.wait()
            chunk = data[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
            told = {
                SHA256_HEADER: hashlib.sha256(chunk).hexdigest(),
                "Content-Type": "application/octet-stream",
            }
            reply = await self._head_office.blob("PUT", f"{photo.sha256}/{index}", chunk, told)
            if not self._went_well(photo, reply):
                return False
        whole = msgspec.msgpack.encode(Complete(count, len(data), photo.mime))
        reply = await self._head_office.blob(
            "POST", f"{photo.sha256}/complete", whole, {"Content-Type": MSGPACK}
        )
        if reply.status == 409:
            raise NotNow("photo incomplete")
        return self._went_well(photo, reply)

    def _went_well(self, photo: Photo, reply: Reply) -> bool:
        """A photo head office does not take must not keep the others: it waits for the node's next start."""
        if reply.status < 300:
            return True
        _log.error("photo refused", sha256=photo.sha256, status=reply.status)
        self._put_aside.add(photo.sha256)
        return False

    async def _mark(self, photo: Photo, state: int) -> None:
        def mark(tx: Transaction) -> None:
            tx.connection.execute(_MARK, (state, photo.sha256))

        await self._desk.write(mark)


def _arrived(reply: Reply) -> set[int]:
    listed = reply.headers.get(CHUNKS_HEADER, "").split(",")
    return {int(number) for number in listed if number.strip().isdigit()}


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
