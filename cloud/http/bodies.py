"""Request bodies, read strictly: the right content type, at most 1 MiB, nothing two readers could read differently.

A handler that takes a body says `body=SomeStruct` on its route and gets it as the argument `asked`. The same
declaration becomes the request body in the OpenAPI document.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ClientException

from shared.errors import DomainError
from shared.ledger.fact import DESCRIBING
from shared.strict_json import BODY_BYTES_MAX, strict_json


@cache
def _decoder(struct_type: Any) -> msgspec.json.Decoder[Any]:
    with DESCRIBING:
        return msgspec.json.Decoder(struct_type, strict=True)


async def provide_asked(request: Request[Any, Any, Any]) -> Any:
    """The body as the Struct its route names."""
    raw = await json_bytes(request)
    try:
        return _decoder(request.route_handler.opt["body"]).decode(raw)
    except msgspec.MsgspecError as error:
        raise DomainError("body_malformed", why=str(error)[:200]) from None


async def json_bytes(request: Request[Any, Any, Any]) -> bytes:
    """The bytes of a JSON body that has passed every check short of its own shape."""
    content_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if content_type.strip().lower() != "application/json" or charset not in ("", "utf-8"):
        raise DomainError("body_not_json_type")
    raw = await limited_bytes(request, BODY_BYTES_MAX)
    strict_json(raw)
    return raw


async def limited_bytes(request: Request[Any, Any, Any], limit: int) -> bytes:
    """The body's bytes; refuses by the declared length before reading, and by count while reading."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise DomainError("body_too_large", limit=limit)
    read = bytearray()
    try:
        async for chunk in request.stream():
            read += chunk
            if len(read) > limit:
                raise DomainError("body_too_large", limit=limit)
    except ClientException as gone:
        raise DomainError("body_malformed", why=str(gone.detail)[:100]) from None
    return bytes(read)
