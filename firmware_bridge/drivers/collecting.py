"""Cutting a stream into messages: text closed by an end byte, or a body between an opening and a closing byte.

All protocols of scales are one of these two or have a fixed length. Both work on whole chunks (a scale may send
a hundred frames a second), both give the same messages wherever the cable cut the stream, and neither ever
holds more than `longest` bytes. Text is masked to seven bits: a 7E1 or 7O1 line opened as 8N1 delivers its
parity on top of each byte, and no text of a scale uses that bit for anything else.
"""

from __future__ import annotations

import re
from decimal import Decimal

SEVEN_BITS = bytes(byte & 0x7F for byte in range(256))
CR, LF, STX, ETX, ESC = 0x0D, 0x0A, 0x02, 0x03, 0x1B
_ENDS = re.compile(rb"[\r\n\x8a\x8d]")
_NUMBER = re.compile(rb" *(?P<sign>[+-]?) *(?P<value>\d{1,12}(?:\.\d{1,9})?) *")


class Lines:
    """Lines closed by CR, LF or both, with or without parity; of a longer line only the last bytes are kept."""

    def __init__(self, longest: int, ends: re.Pattern[bytes] = _ENDS) -> None:
        self._longest = longest
        self._ends = ends
        self._held = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines completed by these bytes, as they came; blank ones are none."""
        *lines, rest = self._ends.split(self._held + data)
        self._held = rest[-self._longest :]
        return [line[-self._longest :] for line in lines if line]


class Between:
    """What stands between an opening and a closing byte; a new opening byte drops what came before it."""

    def __init__(self, opening: int, closing: int, longest: int) -> None:
        self._opening = bytes([opening])
        self._closing = bytes([closing])
        self._longest = longest
        self._held = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies completed by these bytes, masked to seven bits; a longer one is none."""
        *parts, rest = (self._held + data.translate(SEVEN_BITS)).split(self._closing)
        _, opened, body = rest.rpartition(self._opening)
        self._held = opened + body if opened and len(body) <= self._longest else b""
        found = (part.rpartition(self._opening) for part in parts)
        return [body for _, opened, body in found if opened and len(body) <= self._longest]


def weight_text(field: bytes) -> str | None:
    """A number as a decimal string with the field's own precision, or None when the field is none.

    Leading zeros and a plus go, a minus before zero too: "-0000.50" is -0.50 and "-0.00" is 0.00.
    """
    found = _NUMBER.fullmatch(field)
    if found is None:
        return None
    return signed(found["value"].decode("ascii"), negative=found["sign"] == b"-")


def signed(digits: str, *, negative: bool) -> str:
    """Digits with their sign, without leading zeros."""
    value = Decimal(digits)
    return format(-value if negative and value else value, "f")


def pointed(digits: str, decimals: int) -> str:
    """Digits with the point so many places from the right; below zero places the number grows by tens."""
    if decimals <= 0:
        return digits + "0" * -decimals
    padded = digits.rjust(decimals + 1, "0")
    return f"{padded[:-decimals]}.{padded[-decimals:]}"
