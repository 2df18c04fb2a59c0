"""Whether a scale's word may be believed for what it is used for.

A scale whose calibration has run out, or a weight below the smallest its plate allows, may not make a price: that
is the law. For receiving, inspecting and counting it is still better than a guess, so there it is recorded with
its doubt, and whoever weighed is told.
"""

from __future__ import annotations

from typing import Literal

from shared.devices.projection import SHOP_DEVICE
from shared.errors import DomainError
from shared.ledger.command import Asked
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.stock.weighing import MICROGRAMS, Weighed
from shared.units import decimal_text, micro

Doubt = Literal["", "cal_expired", "below_min", "unregistered"]


def doubt_of(view: View, asked: Asked, weighed: Weighed | None) -> Doubt:
    """What speaks against this weight; empty when nothing does, or when nothing was weighed."""
    if weighed is None:
        return ""
    known = row(view, SHOP_DEVICE, weighed.device)
    if known is None or known["retired"] or known["device_kind"] != "scale":
        return "unregistered"
    due = str(known["cal_due"] or "")
    if due and due < asked.today.isoformat():
        return "cal_expired"
    return "below_min" if _is_below(known, weighed) else ""


def _is_below(known: Row, weighed: Weighed) -> bool:
    """Plate and reading may be in different units; a plate without one is in kilograms."""
    if not known["has_min"]:
        return False
    plate = MICROGRAMS.get(str(known["unit"] or "kg"))
    shown = MICROGRAMS.get(weighed.unit)
    if plate is None or shown is None:
        return False
    return micro(weighed.value, "weight") * shown < int(known["min_value"] or 0) * plate


def require_price_weight(view: View, asked: Asked, weighed: Weighed | None) -> Doubt:
    """As `doubt_of`, where money follows from the weight: raises `scale_cal_expired`, `scale_below_min`."""
    doubt = doubt_of(view, asked, weighed)
    if weighed is not None and doubt == "cal_expired":
        raise DomainError("scale_cal_expired", scale=weighed.device)
    if weighed is not None and doubt == "below_min":
        known = row(view, SHOP_DEVICE, weighed.device)
        assert known is not None
        smallest, unit = decimal_text(int(known["min_value"] or 0)), str(known["unit"] or "kg")
        raise DomainError("scale_below_min", scale=weighed.device, min=f"{smallest} {unit}")
    return doubt
