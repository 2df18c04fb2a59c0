"""A device's value as a number of millionths, where it is one.

Sensors send more decimals than anybody measures and now and then nonsense; switches send words. What is not a
number in a range that a shop can have is kept as text and never compared with a limit.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from shared.units import MICRO

LARGEST = 100_000_000 * MICRO
"""So that the sum of a window of tens of thousands of samples still fits 64 bits."""

_SWITCH = {"true": MICRO, "false": 0}


def micro_of(text: str) -> int | None:
    """-18.25 is -18_250_000, "true" is 1_000_000; None for what is no such number."""
    if text in _SWITCH:
        return _SWITCH[text]
    if not text.isascii() or len(text) > 40:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) * MICRO > LARGEST:
        return None
    return int((number * MICRO).quantize(Decimal(1), rounding=ROUND_HALF_UP))
