"""A bad line between a real store and a real head office: what it does to a request is up to the test."""

from __future__ import annotations

from collections.abc import Callable

import httpx


class BadLine(httpx.AsyncBaseTransport):
    """Passes everything on, except where `before` raises or `after` changes the answer."""

    def __init__(self) -> None:
        self._line = httpx.AsyncHTTPTransport()
        self.before: Callable[[httpx.Request], None] = lambda request: None
        self.after: Callable[[httpx.Request, httpx.Response], httpx.Response] = lambda request, answer: answer
        self.asked: list[str] = []
        self.sent_bytes = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        self.before(request)
        self.sent_bytes += len(request.content)
        answer = await self._line.handle_async_request(request)
        await answer.aread()
        return self.after(request, answer)

    async def aclose(self) -> None:
        await self._line.aclose()

    def pushes(self) -> int:
        return sum(asked.endswith("/push") for asked in self.asked)

    def cut(self, *_: object) -> None:
        """For `before`: nothing goes through."""
        raise httpx.ConnectError("the line is cut")

    def mend(self) -> None:
        self.before = lambda request: None
        self.after = lambda request, answer: answer


class LosesAnswers:
    """For `after`: head office did it, and the store never hears so, the first `times` times for a path."""

    def __init__(self, path: str, times: int) -> None:
        self.path = path
        self.left = times

    def __call__(self, request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if self.left and request.url.path.endswith(self.path):
            self.left -= 1
            raise httpx.ReadError("the answer was lost")
        return answer
