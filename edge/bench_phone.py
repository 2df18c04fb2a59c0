"""Many phones that cost the machine almost nothing: bare HTTP/1.1 over open connections.

An HTTP library costs more processor time for a request than the server does, and on a small machine it would
measure itself. So requests are written as they stand on the wire, and of an answer only its length and its
verdict are read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import msgspec

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Load(msgspec.Struct, frozen=True):
    """What came of it: requests a second, and how long each waited, shortest first."""

    rate: float
    waited_ms: list[float]

    def percentile_ms(self, share: float) -> float:
        return self.waited_ms[min(int(len(self.waited_ms) * share), len(self.waited_ms) - 1)]


class _Line(asyncio.Protocol):
    """One open connection: a request at a time."""

    def __init__(self) -> None:
        self._got = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    async def ask(self, request: bytes) -> bytes:
        """The whole answer, head and body."""
        self._got = b""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, end, body = self._got.partition(_END_OF_HEAD)
        if end and len(body) >= _length(head) and self._answer is not None and not self._answer.done():
            self._answer.set_result(self._got)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError(str(exc)))


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0


def _request(method: str, path: str, body: bytes, cookie: str) -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Liushui: 1\r\nContent-Type: application/json\r\n"
        f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def sign_in(port: int, user: str, password: str = "") -> str:
    """The cookie of a signed-in person; without a password it is the name."""
    import httpx

    asked = {"user": user, "password": password or user}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as http:
        http.post("/v1/session", json=asked, headers={"X-Liushui": "1"}).raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in http.cookies.items())


async def load(
    port: int, path: str, cookie: str, bodies: Iterator[bytes], seconds: float, clients: int, rate: float = 0
) -> Load:
    """Post the bodies one by one over so many connections; without a rate as fast as answers come."""
    loop = asyncio.get_running_loop()
    lines = [(await loop.create_connection(_Line, "127.0.0.1", port))[1] for _ in range(clients)]
    waited_ms: list[float] = []
    began = time.perf_counter()
    until = began + seconds

    async def phone(line: _Line, index: int) -> None:
        pause = clients / rate if rate else 0.0
        due = began + pause * index / clients
        while True:
            if rate:
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                due += pause
            sent = time.perf_counter()
            if sent >= until:
                return
            answer = await line.ask(_request("POST", path, next(bodies), cookie))
            waited_ms.append((time.perf_counter() - sent) * 1000)
            assert b'"accepted"' in answer, answer[:500]

    await asyncio.gather(*(phone(line, index) for index, line in enumerate(lines)))
    took = time.perf_counter() - began
    for line in lines:
        line.transport.close()
    waited_ms.sort()
    return Load(len(waited_ms) / took, waited_ms)
