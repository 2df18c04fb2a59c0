"""North American coupons in AIs (8110) and (8112): digits whose fields each say how long the next one is.

A shop outside North America meets them on imported packs only, but a message with a broken coupon in it was
misread as a whole, so the fields are walked through to the end. "1 12345670 ..." reads: the company prefix has
6 + 1 digits, then come six digits of offer, the money saved, what must be bought, and fields of free choice.
"""

from __future__ import annotations

from datetime import date

from shared.barcodes.check_digits import are_ascii_digits


class _Short(Exception):
    """The digits end before the field does, or a digit is none of those allowed there."""


class _Fields:
    """Walks over the digits from the left."""

    def __init__(self, digits: str) -> None:
        self._digits = digits
        self._place = 0

    def take(self, length: int) -> str:
        taken = self._digits[self._place : self._place + length]
        if len(taken) < length:
            raise _Short
        self._place += length
        return taken

    def one_of(self, allowed: str) -> int:
        digit = self.take(1)
        if digit not in allowed:
            raise _Short
        return int(digit)

    def begins(self, field: str) -> bool:
        """Steps over the number of an optional field when it is the next one."""
        found = self._digits[self._place : self._place + 1] == field
        self._place += found
        return found

    @property
    def ended(self) -> bool:
        return self._place == len(self._digits)


def is_coupon(digits: str) -> bool:
    """True for the data of AI (8110): offer, saving, one to three purchases, dates, serial number, retailer."""
    fields = _Fields(digits)
    try:
        fields.take(6 + fields.one_of("0123456"))
        fields.take(6)
        fields.take(fields.one_of("12345"))
        _purchase(fields)
        if fields.begins("1"):
            fields.one_of("0123")
            _purchase(fields)
            _company(fields)
        if fields.begins("2"):
            _purchase(fields)
            _company(fields)
        _dates(fields)
        if fields.begins("5"):
            fields.take(6 + fields.one_of("0123456789"))
        if fields.begins("6"):
            fields.take(6 + fields.one_of("1234567"))
        if fields.begins("9"):
            for allowed in ("01256", "012", "0123456789", "01"):
                fields.one_of(allowed)
    except _Short:
        return False
    return are_ascii_digits(digits) and fields.ended


def is_offer_on_file(digits: str) -> bool:
    """True for the data of AI (8112): format, funder, offer and serial number of an offer kept on file."""
    fields = _Fields(digits)
    try:
        fields.one_of("01")
        fields.take(6 + fields.one_of("0123456"))
        fields.take(6)
        fields.take(6 + fields.one_of("0123456789"))
    except _Short:
        return False
    return are_ascii_digits(digits) and fields.ended


def _purchase(fields: _Fields) -> None:
    """How much must be bought, in which unit, of which family of goods."""
    fields.take(fields.one_of("12345"))
    fields.one_of("012349")
    fields.take(3)


def _company(fields: _Fields) -> None:
    """Whose goods count for a further purchase; 9 says the same company as before."""
    length = fields.one_of("01234569")
    fields.take(0 if length == 9 else 6 + length)


def _dates(fields: _Fields) -> None:
    """The last and the first day of the offer; the first must not be later, as written, than the last."""
    until = _day(fields) if fields.begins("3") else None
    since = _day(fields) if fields.begins("4") else None
    if until and since and since > until:
        raise _Short


def _day(fields: _Fields) -> str:
    text = fields.take(6)
    try:
        # 00 is the year 2000, a leap year; every other two digits are leap years in both centuries or in none.
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise _Short from None
    return text
