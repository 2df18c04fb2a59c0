"""Content tests of GS1 values: character sets, dates, check digits, code lists, by their names in `ai_table`.

Dates are judged against `today`, because a two-digit
year belongs to the century that puts it between 49 years ago and 50 years ahead: read in 2026, 76 is 2076 and
77 is 1977.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date

from shared.barcodes.check_digits import are_ascii_digits, check_pair, ends_in_check_digit
from shared.barcodes.code_lists import (
    COUNTRY_LETTERS,
    COUNTRY_NUMBERS,
    CURRENCY_NUMBERS,
    MEDIA_TYPES,
    PACKAGE_TYPES,
)
from shared.barcodes.coupons import is_coupon, is_offer_on_file

_CHARACTERS = {
    "n": re.compile(r"[0-9]*", re.ASCII),
    "x": re.compile(r"[!-\"%-?A-Z_a-z]*", re.ASCII),
    "y": re.compile(r"[#\-/0-9A-Z]*", re.ASCII),
    "z": re.compile(r"[A-Za-z0-9_-]*={0,2}", re.ASCII),
}


def has_only(characters: str, value: str) -> bool:
    """True when the value keeps to a character set of the table (n, x, y or z)."""
    return _CHARACTERS[characters].fullmatch(value) is not None


def full_year(two_digits: int, today: date) -> int:
    """The year meant by its last two digits, 49 years back to 50 years ahead of today."""
    century = today.year - today.year % 100
    ahead = two_digits - today.year % 100
    if ahead >= 51:
        return century - 100 + two_digits
    if ahead <= -50:
        return century + 100 + two_digits
    return century + two_digits


def read_date(value: str, today: date) -> date | None:
    """The date in YYMMDD, day 00 meaning the last of the month; None when there is no such day."""
    year, month, day = full_year(int(value[:2]), today), int(value[2:4]), int(value[4:6])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None


def error_of(test: str, value: str, today: date) -> str | None:
    """The key of what is wrong with a value by one of the table's tests, or None."""
    if test in ("day", "day0"):
        exists = read_date(value, today) is not None and (test == "day0" or value[4:6] != "00")
        return None if exists else "barcode_date"
    return _TESTS[test](value)


def _whole_date(value: str) -> str | None:
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        return "barcode_date"
    return None


def _hour_minute(value: str) -> str | None:
    return None if value[:2] < "24" and value[2:] < "60" else "barcode_time"


def _iban(value: str) -> str | None:
    if not 10 < len(value) <= 34 or value[:2] not in COUNTRY_LETTERS or not re.fullmatch("[0-9A-Z]+", value):
        return "barcode_value"
    digits = "".join(str(int(character, 36)) for character in value[4:] + value[:4])
    return None if int(digits) % 97 == 1 else "barcode_value"


def _piece_of_total(value: str) -> str | None:
    return None if "00" < value[:2] <= value[2:] else "barcode_value"


def _place_in_sequence(value: str) -> str | None:
    found = re.fullmatch("([1-9][0-9]*)/([1-9][0-9]*)", value)
    return None if found and int(found[1]) <= int(found[2]) else "barcode_value"


def _check_pair(value: str) -> str | None:
    return None if len(value) >= 2 and check_pair(value[:-2]) == value[-2:] else "barcode_check_pair"


def _listed_in(codes: frozenset[str]) -> Callable[[str], str | None]:
    return lambda value: None if value in codes else "barcode_value"


def _like(pattern: str) -> Callable[[str], str | None]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: None if compiled.fullmatch(value) else "barcode_value"


_TESTS: dict[str, Callable[[str], str | None]] = {
    "mod10": lambda value: None if ends_in_check_digit(value) else "barcode_check_digit_of_ai",
    "company": _like("[0-9]{4}.*"),
    "company1": _like("[0-9]{5}.*"),
    "whole_date": _whole_date,
    "hour_minute": _hour_minute,
    "hour": lambda value: None if value < "24" else "barcode_time",
    "minute": lambda value: None if value < "60" else "barcode_time",
    "country": _listed_in(COUNTRY_NUMBERS),
    "country_or_999": _listed_in(COUNTRY_NUMBERS | {"999"}),
    "country_letters": _listed_in(COUNTRY_LETTERS),
    "currency": _listed_in(CURRENCY_NUMBERS),
    "media": _listed_in(MEDIA_TYPES),
    "package": _listed_in(PACKAGE_TYPES),
    "percent": _like("([^%]|%[0-9A-Fa-f]{2})*"),
    "latitude": lambda value: None if int(value) <= 1_800_000_000 else "barcode_value",
    "longitude": lambda value: None if int(value) <= 3_600_000_000 else "barcode_value",
    "yes_no": _like("[01]"),
    "minus": _like("-"),
    "importer": _like("[-0-9A-Z_a-z]"),
    "sex": _like("[0129]"),
    "winding": _like("[019]"),
    "zero": _like("0"),
    "not_zero": lambda value: None if int(value) else "barcode_value",
    "no_leading_zero": _like("0|[1-9][0-9]*"),
    "not_all_digits": lambda value: "barcode_value" if are_ascii_digits(value) else None,
    "piece_of_total": _piece_of_total,
    "place_in_sequence": _place_in_sequence,
    "check_pair": _check_pair,
    "iban": _iban,
    "coupon": lambda value: None if is_coupon(value) else "barcode_value",
    "offer_on_file": lambda value: None if is_offer_on_file(value) else "barcode_value",
}
