"""Labels on fields that not everybody may see. The encoder drops a labelled field the caller holds no label for.

A field says it with `Annotated[int, Meta(extra={"label": COST})]`; a role holds labels (`shared.access.roles`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, get_args

import msgspec

Label = Literal["cost", "margin", "supplier_price", "personal"]
COST: Label = "cost"
MARGIN: Label = "margin"
SUPPLIER_PRICE: Label = "supplier_price"
PERSONAL: Label = "personal"
ALL_LABELS: frozenset[Label] = frozenset(get_args(Label))


@cache
def labelled_fields(struct_type: type[msgspec.Struct]) -> Mapping[str, Label]:
    """The labelled fields of a Struct, by the name they have on the wire."""
    info = msgspec.inspect.type_info(struct_type)
    assert isinstance(info, msgspec.inspect.StructType)
    found: dict[str, Label] = {}
    for field in info.fields:
        label = _label_of(field.type)
        if label is not None:
            found[field.encode_name] = label
    return found


def _label_of(field_type: Any) -> Label | None:
    if isinstance(field_type, msgspec.inspect.Metadata):
        label: Label | None = (field_type.extra or {}).get("label")
        return label or _label_of(field_type.type)
    return None


def visible(value: Any, held: frozenset[Label]) -> Any:
    """`value` as plain builtins without any field whose label is not in `held`, at any depth.

    Fields are left out, not emptied, so a page cannot mistake a hidden cost for a cost of zero.
    """
    if isinstance(value, msgspec.Struct):
        hidden = {name for name, label in labelled_fields(type(value)).items() if label not in held}
        return {
            encoded: visible(getattr(value, name), held)
            for name, encoded in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
            if encoded not in hidden and getattr(value, name) is not msgspec.UNSET
        }
    if isinstance(value, Mapping):
        return {key: visible(inner, held) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [visible(inner, held) for inner in value]
    return value
