"""One line of a vector file: what came in, from what, and under which settings."""

from __future__ import annotations

from typing import Any

import msgspec


class Vector(msgspec.Struct, frozen=True, kw_only=True):
    """A case to decode. `input` and `context` mean what each kind of device says they mean."""

    id: str | int | None = None
    kind: str
    input: Any
    context: dict[str, Any] = {}
