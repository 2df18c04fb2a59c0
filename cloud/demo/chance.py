"""Chance without dice: every choice of the demo's story follows from what it is about.

The same excerpt and the same day give the same story to the last byte, so a replay that was killed can be told
again from the start and every op is known already.
"""

from __future__ import annotations

import hashlib
import uuid


def pick(below: int, *about: object) -> int:
    """A number from 0 to below - 1 that depends on nothing but what it is about."""
    text = "\x1f".join(map(str, about))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") % below


def one_in(of: int, *about: object) -> bool:
    """Whether this is one of the few it happens to."""
    return pick(of, *about) == 0


def op_id(at_ms: int, *about: object) -> str:
    """A UUIDv7 of the op's own moment whose other bits come from what it is about."""
    digest = hashlib.sha256("\x1f".join(map(str, about)).encode()).digest()
    bits = (at_ms & (1 << 48) - 1) << 80 | int.from_bytes(digest[:10], "big")
    bits = bits & ~(0xF << 76) | 7 << 76
    bits = bits & ~(0b11 << 62) | 0b10 << 62
    return str(uuid.UUID(int=bits))


def ean13(product: str) -> str:
    """A valid EAN-13 made of a product's number; 690 is where Chinese goods begin."""
    digits = "690" + product.zfill(9)
    assert len(digits) == 12, product
    return digits + check_digit(digits)


def itf14(ean: str) -> str:
    """The code on the case of these goods: indicator 1 and a check digit of its own."""
    digits = "1" + ean[:12]
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The digit that makes the weighted sum (3 and 1 from the right) a multiple of ten."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)
