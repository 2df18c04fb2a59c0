"""Where a quantity that was weighed comes from: which scale said what, and the very bytes it said it with.

A line that carries this can be traced to the frame on the wire. What it claims must agree with the quantity of the
line, so a number changed by hand after the weighing is not passed off as the scale's.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from shared.catalogue.lookup import product, rounded_to_unit
from shared.errors import DomainError
from shared.ledger.view import View
from shared.units import DecimalText, half_up, positive_micro

_PRINTED = r"^[^\x00-\x1f\x7f]+$(?!\n)"
MICROGRAMS = {"mg": 1_000, "g": 1_000_000, "kg": 1_000_000_000, "t": 1_000_000_000_000}
"""Every unit in micrograms, so that converting a decimal string stays in integers."""
_SAME = {"克": "g", "千克": "kg", "公斤": "kg", "吨": "t"}


class Weighed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A captured weight. `reading` names it in the store's node (bridge/epoch/seq), `raw` is its frame in hex."""

    device: Annotated[str, Meta(min_length=1, max_length=255, pattern=_PRINTED)]
    value: DecimalText
    unit: Annotated[str, Meta(min_length=1, max_length=8, pattern=_PRINTED)]
    reading: Annotated[str, Meta(min_length=1, max_length=600, pattern=_PRINTED)]
    raw: Annotated[str, Meta(min_length=2, max_length=512, pattern=r"^([0-9a-f]{2})+$(?!\n)")]
    cal_id: Annotated[str, Meta(max_length=64)] = ""


def require_weighed(view: View, sku: str, weighed: Weighed | None, *quantities: int) -> None:
    """Refuse a weight that is none of the quantities it is said to have given, in the goods' own unit."""
    if weighed is None:
        return
    base = str(product(view, sku)["base_unit"])
    goods, scale = MICROGRAMS.get(_SAME.get(base, base)), MICROGRAMS.get(weighed.unit)
    if goods is None or scale is None:
        raise DomainError("weight_unit_differs", sku=sku, unit=base, scale_unit=weighed.unit)
    told = half_up(positive_micro(weighed.value, "weight") * scale, goods)
    if told not in quantities and rounded_to_unit(view, sku, told) not in quantities:
        raise DomainError("weight_differs", sku=sku, weight=weighed.value, unit=weighed.unit)
