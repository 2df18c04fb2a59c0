"""Amounts in the smallest coin (fen, cent): integers, rounded half-up once, where a line is priced."""

from __future__ import annotations

import re
from functools import lru_cache

from shared.errors import DomainError
from shared.units import DECIMAL_PATTERN, LARGEST, MICRO, half_up

FEN = 100
_AMOUNT = re.compile(DECIMAL_PATTERN, re.ASCII)
_A_FEN = MICRO * MICRO // FEN
"""One fen, as a quantity times a unit price counts it: 0.01 of 10^12."""
_LARGEST_FEN = 99_999_999_999
LARGEST_BOOKED = 1000 * (_LARGEST_FEN + 1) - 1
"""What a whole company's books may hold in one line; a till takes a thousandth of it."""


def line_amount_fen(qty: int, unit_price: int) -> int:
    """Amount of a line in fen from millionths: 1.5 kg at 26.00 is (1_500_000, 26_000_000) -> 3900."""
    return half_up(qty * unit_price, _A_FEN)


def quantity_for_amount(amount_fen: int, unit_price: int) -> int:
    """The quantity behind a price-only label: 40.08 at 26.00/kg is 1.541538 kg; the caller rounds to the unit."""
    if unit_price <= 0:
        raise DomainError("price_missing_for_label")
    return min(half_up(amount_fen * MICRO * MICRO, unit_price * FEN), LARGEST)


@lru_cache(maxsize=1024)
def fen(text: str, field: str = "amount", largest: int = _LARGEST_FEN) -> int:
    """Fen of a decimal string with at most two decimals: "40.08" is 4008. Raises `number_malformed`."""
    if len(text) > 20 or not _AMOUNT.fullmatch(text):
        raise DomainError("number_malformed", field=field, text=text[:20])
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(fraction.rstrip("0")) > 2:
        raise DomainError("amount_finer_than_fen", field=field, text=text)
    value = int(whole) * FEN + int(fraction[:2].ljust(2, "0"))
    if value > largest:
        raise DomainError("number_too_large", field=field, text=text)
    return -value if text.startswith("-") else value


def positive_fen(text: str, field: str = "amount") -> int:
    """As `fen`, and refuses zero and negatives with `amount_not_positive`."""
    amount = fen(text, field)
    if amount <= 0:
        raise DomainError("amount_not_positive", field=field, text=text)
    return amount


def not_negative_fen(text: str, field: str = "amount") -> int:
    """As `fen`, and refuses negatives with `number_negative`."""
    amount = fen(text, field)
    if amount < 0:
        raise DomainError("number_negative", field=field, text=text)
    return amount


def fen_text(value: int) -> str:
    """Fen as people write money: 4008 is "40.08"."""
    whole, cents = divmod(abs(value), FEN)
    return f"{'-' if value < 0 else ''}{whole}.{cents:02d}"
