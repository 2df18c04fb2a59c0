"""Request bodies, read strictly once and decoded into their Struct.

Litestar's own decoder answers invalid UTF-8 with a 500, takes "1" for 1, the last of two equal keys, and a
`text/plain` form for JSON; none of that may reach a day-book.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.di import Provide

from shared.errors import DomainError
from shared.strict_json import BODY_BYTES_MAX, strict_json

Body = TypeVar("Body", bound=msgspec.Struct)
AnyRequest = Request[Any, Any, Any]
_PATIENCE = 4


async def bounded_bytes(request: AnyRequest, limit: int, too_large: str) -> bytes:
    """The raw body, kept no further than the limit.

    A body somewhat over it is read to its end all the same: a client that is still sending hears no answer.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
        elif size > limit * _PATIENCE:
            break
    if size > limit:
        raise DomainError(too_large, limit=limit)
    return b"".join(parts)


def json_body(struct_type: type[Body]) -> dict[str, Any]:
    """The dependency of a route whose parameter `asked` is this Struct."""
    decoder = msgspec.json.Decoder(struct_type, strict=True)

    async def body(request: AnyRequest) -> Body:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise DomainError("body_not_json_type")
        raw = await bounded_bytes(request, BODY_BYTES_MAX, "body_too_large")
        strict_json(raw)
        try:
            return decoder.decode(raw)
        except msgspec.MsgspecError as error:
            raise DomainError("body_malformed", why=str(error)[:200]) from None

    provider: Callable[..., Awaitable[Any]] = body
    return {"asked": Provide(provider)}
