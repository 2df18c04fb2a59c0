"""Quantities and unit prices as integers of millionths, and their decimal strings at the rim.

One kilogram is 1_000_000, so is one piece; 26.00 a kilogram is 26_000_000. Integers add up exactly in any
order, which is what lets a cloud fold the logs of many stores in any interleaving.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from msgspec import Meta

from shared.errors import DomainError

MICRO = 1_000_000
LARGEST = 999_999_999 * MICRO
"""Nobody stocks a billion of anything in a shop; larger figures are typing or scanning mistakes."""

DECIMAL_PATTERN = r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$(?!\n)"
DecimalText = Annotated[str, Meta(pattern=DECIMAL_PATTERN, max_length=20)]
"""A decimal number as text in JSON: ASCII digits only, at most six decimals, no exponent."""

_DECIMAL = re.compile(DECIMAL_PATTERN, re.ASCII)


@lru_cache(maxsize=1024)
def micro(text: str, field: str = "qty") -> int:
    """Millionths of a decimal string: "1.542" is 1_542_000. Raises `number_malformed`, `number_too_large`."""
    if len(text) > 20 or not _DECIMAL.fullmatch(text):
        raise DomainError("number_malformed", field=field, text=text[:20])
    whole, _, fraction = text.lstrip("-").partition(".")
    value = int(whole) * MICRO + int(fraction.ljust(6, "0"))
    if value > LARGEST:
        raise DomainError("number_too_large", field=field, text=text)
    return -value if text.startswith("-") else value


def positive_micro(text: str, field: str = "qty") -> int:
    """As `micro`, and refuses zero and negatives with `quantity_not_positive`."""
    value = micro(text, field)
    if value <= 0:
        raise DomainError("quantity_not_positive", field=field, text=text)
    return value


def not_negative_micro(text: str, field: str = "qty") -> int:
    """As `micro`, and refuses negatives with `number_negative`."""
    value = micro(text, field)
    if value < 0:
        raise DomainError("number_negative", field=field, text=text)
    return value


def decimal_text(value: int) -> str:
    """The shortest decimal string of millionths: 1_542_000 is "1.542", 5_000_000 is "5"."""
    whole, fraction = divmod(abs(value), MICRO)
    text = str(whole) if not fraction else f"{whole}.{fraction:06d}".rstrip("0")
    return f"-{text}" if value < 0 else text


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded half away from zero, as shopkeepers and tax offices round (0.5 -> 1, -0.5 -> -1)."""
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return -quotient if numerator < 0 else quotient


def ceil_div(numerator: int, denominator: int) -> int:
    """The quotient of whole numbers, rounded up: 7 pieces need 2 cases of 6."""
    return -(-numerator // denominator)


def up_to_step(qty: int, step: int) -> int:
    """The quantity in whole steps, rounded up."""
    return ceil_div(qty, step) * step
