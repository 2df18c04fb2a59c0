"""What a GS1 message means for a shop: item, lot, dates, quantity and price picked out of its elements.

The elements stay beside these facts, so nothing the label says is lost; a field here exists because
receiving, selling or counting asks for it.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from shared.barcodes.ai_content import read_date
from shared.barcodes.gs1 import Element
from shared.units import MICRO, half_up

_UNIT_OF_MEASURE = {"310": "kg", "315": "l", "311": "m", "314": "m2", "316": "m3"}


class Gs1Facts(Struct, frozen=True, kw_only=True):
    """The shop's view of a message; None where the label is silent."""

    gtin14: str | None = None
    content_gtin14: str | None = None
    sscc: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    sell_by: date | None = None
    produced: date | None = None
    packed: date | None = None
    quantity: int | None = None
    quantity_unit: str | None = None
    gross_weight: int | None = None
    count: int | None = None
    price_fen: int | None = None
    currency: str | None = None


def facts_of(elements: tuple[Element, ...], today: date) -> Gs1Facts:
    """The facts of a valid message; where an AI repeats, both say the same."""
    values = {element.ai: element.value for element in elements}
    quantity, unit = _net_measure(values)
    price_fen, currency = _price(values)
    return Gs1Facts(
        gtin14=values.get("01", values.get("03")) or values.get("8006", "")[:14] or None,
        content_gtin14=values.get("02") or values.get("8026", "")[:14] or None,
        sscc=values.get("00"),
        lot=values.get("10"),
        serial=values.get("21"),
        expiry=_date(values, "17", today) or _date(values, "7003", today),
        best_before=_date(values, "15", today),
        sell_by=_date(values, "16", today),
        produced=_date(values, "11", today) or _date(values, "8008", today),
        packed=_date(values, "13", today),
        quantity=quantity,
        quantity_unit=unit,
        gross_weight=next((_measure(ai, v) for ai, v in values.items() if ai[:3] == "330"), None),
        count=_count(values),
        price_fen=price_fen,
        currency=currency,
    )


def _date(values: dict[str, str], ai: str, today: date) -> date | None:
    return read_date(values[ai][:6], today) if ai in values else None


def _count(values: dict[str, str]) -> int | None:
    digits = values.get("30", values.get("37"))
    return int(digits) if digits else None


def _measure(ai: str, value: str) -> int:
    """Millionths of the unit: (3103) 001205 is 1.205 kg, 1_205_000. Six digits and n <= 5 divide exactly."""
    return int(value) * MICRO // int(10 ** int(ai[3]))


def _net_measure(values: dict[str, str]) -> tuple[int | None, str | None]:
    """The net weight, or else volume, length or area, in metric units; others stay in the elements."""
    for family, unit in _UNIT_OF_MEASURE.items():
        for ai, value in values.items():
            if len(ai) == 4 and ai.startswith(family):
                return _measure(ai, value), unit
    return None, None


def _price(values: dict[str, str]) -> tuple[int | None, str | None]:
    """The price of the measured item in fen, with the ISO number of its currency when the label names one."""
    for ai, value in values.items():
        if len(ai) == 4 and ai.startswith(("392", "393")):
            digits = value if ai[2] == "2" else value[3:]
            currency = None if ai[2] == "2" else value[:3]
            return half_up(int(digits) * 100, int(10 ** int(ai[3]))), currency
    return None, None
