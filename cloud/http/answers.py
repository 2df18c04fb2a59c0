"""Answers as JSON, without any field whose label the asker does not hold."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response
from litestar.enums import MediaType

from cloud.http.asker import Asker
from shared.access.labels import visible

Answer = Response[bytes]


def answer(value: Any, asker: Asker, status: int = 200) -> Answer:
    """The value as this person may see it."""
    return plain(visible(value, asker.principal.labels), status)


def plain(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """The value as JSON for anybody: only for what holds no labelled field."""
    return Response(
        msgspec.json.encode(value), status_code=status, media_type=MediaType.JSON, headers=headers or {}
    )


def packed(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """The value as msgpack: what nodes read."""
    return Response(
        msgspec.msgpack.encode(value),
        status_code=status,
        media_type="application/msgpack",
        headers=headers or {},
    )
