"""GTIN and UPC numbers: the digits under the bars, checked and brought to the 14-digit form we look up by.

GTIN-8, GTIN-12 (UPC-A), GTIN-13 and GTIN-14 are one number written with more or fewer leading zeros, so the
catalogue stores 14 digits; UPC-E is a compressed UPC-A and is expanded first ("04963406" is 049000006346).
"""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from shared.barcodes.check_digits import are_ascii_digits, check_digit, ends_in_check_digit
from shared.errors import DomainError

PRINTED_LENGTHS = (8, 12, 13, 14)


class Gtin(Struct, frozen=True):
    """A valid trade item number; `size` is its shortest standard form (8, 12, 13 or 14)."""

    gtin14: str
    size: int

    @property
    def printed(self) -> str:
        """The number in its shortest standard form, as people read it off the pack."""
        return self.gtin14[-self.size :]

    @property
    def prefix(self) -> str:
        """The three leading digits that tell which organisation issued the number: 690-699 is China."""
        return self.printed[:3] if self.size == 8 else self.gtin14[1:4]


def typed_text(text: str) -> str:
    """What a person meant by typed or pasted text: fullwidth forms made ASCII (NFKC), outer blanks off."""
    return unicodedata.normalize("NFKC", text).strip()


def require_digits(text: str) -> None:
    """Raises `barcode_empty` or `barcode_not_ascii_digits` unless the text is made of 0-9."""
    if not text:
        raise DomainError("barcode_empty")
    if not are_ascii_digits(text):
        raise DomainError("barcode_not_ascii_digits", text=text[:40])


def require_check_digit(number: str) -> None:
    """Raises `barcode_check_digit` naming the digit that would have been right."""
    if not ends_in_check_digit(number):
        raise DomainError(
            "barcode_check_digit", text=number, expected=check_digit(number[:-1]), found=int(number[-1])
        )


def read_gtin(text: str) -> Gtin:
    """The GTIN in exactly 8, 12, 13 or 14 ASCII digits."""
    if len(text) > 40:
        raise DomainError("barcode_wrong_length", text=text[:40], length=len(text))
    require_digits(text)
    if len(text) not in PRINTED_LENGTHS:
        raise DomainError("barcode_wrong_length", text=text, length=len(text))
    require_check_digit(text)
    return Gtin(gtin14=text.zfill(14), size=_shortest_size(text))


def expand_upc_e(text: str) -> str:
    """The 12-digit UPC-A behind a UPC-E of 6 digits (without system and check digit), 7 or 8 digits."""
    if len(text) > 40:
        raise DomainError("barcode_wrong_length", text=text[:40], length=len(text))
    require_digits(text)
    if len(text) not in (6, 7, 8):
        raise DomainError("barcode_wrong_length", text=text, length=len(text))
    system, body = ("0", text) if len(text) == 6 else (text[0], text[1:7])
    if system not in "01":
        raise DomainError("barcode_upc_e_system", text=text, found=int(system))
    payload = system + _expanded_body(body)
    expected = check_digit(payload)
    if len(text) == 8 and int(text[7]) != expected:
        raise DomainError("barcode_check_digit", text=text, expected=expected, found=int(text[7]))
    return f"{payload}{expected}"


def _expanded_body(body: str) -> str:
    """Ten digits from six: the last digit tells where the zeros were squeezed out."""
    last = body[5]
    if last in "012":
        return f"{body[:2]}{last}0000{body[2:5]}"
    if last == "3":
        return f"{body[:3]}00000{body[3:5]}"
    if last == "4":
        return f"{body[:4]}00000{body[4]}"
    return f"{body[:5]}0000{last}"


def _shortest_size(text: str) -> int:
    significant = len(text.lstrip("0"))
    return next(size for size in PRINTED_LENGTHS if significant <= size)


def issuing_organisation(gtin: Gtin) -> str | None:
    """Who issued the number's prefix ("GS1 China"), from biip's table; None when unassigned."""
    # biip costs 0.2 s to import and only a detail page asks for this, so start-up does not pay for it.
    from biip.gtin import Gtin as BiipGtin

    prefix = BiipGtin.parse(gtin.printed).prefix
    return prefix.usage if prefix else None
