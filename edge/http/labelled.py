"""The response that leaves labelled fields out: nobody has to remember which page shows costs.

The guard notes which labels the caller holds; without it nothing labelled is shown.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from typing import Any

import msgspec
from litestar import Response

from shared.access.labels import Label, labelled_fields, visible

HELD: ContextVar[frozenset[Label]] = ContextVar("labels held by the caller", default=frozenset())


@cache
def carries_labels(struct_type: type[msgspec.Struct]) -> bool:
    """Whether some field of the Struct, at any depth, is labelled."""
    if labelled_fields(struct_type):
        return True
    info = msgspec.inspect.type_info(struct_type)
    assert isinstance(info, msgspec.inspect.StructType)
    return any(
        inner is not struct_type and carries_labels(inner)
        for field in info.fields
        for inner in _structs_in(field.type)
    )


def _structs_in(field_type: Any) -> list[type[msgspec.Struct]]:
    if isinstance(field_type, msgspec.inspect.StructType):
        return [field_type.cls]
    parts: list[Any] = []
    for name in ("type", "item_type", "value_type"):
        parts += [getattr(field_type, name)] if hasattr(field_type, name) else []
    for name in ("item_types", "types"):
        parts += list(getattr(field_type, name, ()))
    return [found for part in parts for found in _structs_in(part)]


class LabelledResponse(Response[Any]):
    """Every JSON answer of the node goes through here."""

    def render(self, content: Any, media_type: str, enc_hook: Any = None) -> bytes:
        if isinstance(content, msgspec.Struct) and carries_labels(type(content)):
            content = visible(content, HELD.get())
        return super().render(content, media_type, enc_hook)
