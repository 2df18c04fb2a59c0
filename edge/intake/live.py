"""A line for open screens that a batch has produced, held back until the batch is committed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Told = str | int | bool | None
Publish = Callable[[str, dict[str, Told]], None]


class LiveEvent(msgspec.Struct, frozen=True):
    """One server-sent event: its name and its JSON object."""

    name: str
    data: dict[str, Told]
