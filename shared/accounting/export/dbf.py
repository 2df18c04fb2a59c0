"""A dBASE III file as bytes, as Kingdee KIS and others of its time read it: Chinese in GBK, one record a row.

Layout: a header of 32 bytes, 32 bytes a field, 0x0D, then the records, each begun by a blank (0x2A would mean deleted),
and 0x1A. Numbers are right-aligned text, dates eight digits, a truth value one letter. What GBK cannot write becomes
"?", a text too long is cut between two letters; a number too long is refused, because cut it would be another one.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from shared.errors import DomainError

Kind = Literal["C", "N", "D", "L"]
Value = str | int | datetime.date | bool | None
ENCODING = "gbk"
_GBK_DRIVER = 0x4D
"""The language driver byte that says the texts are in code page 936."""


class Field(msgspec.Struct, frozen=True):
    """A column: name (ten letters), kind, width in bytes, and decimals of a number, given as an integer of them."""

    name: str
    kind: Kind
    width: int
    decimals: int = 0


def dbf(fields: Sequence[Field], rows: Iterable[Mapping[str, Value]], written: datetime.date) -> bytes:
    """The file. Raises `export_number_too_long`."""
    records = [b" " + b"".join(_cell(field, row.get(field.name)) for field in fields) for row in rows]
    width = 1 + sum(field.width for field in fields)
    head = struct.pack(
        "<4BIHH17xB2x",
        3,
        written.year % 100,
        written.month,
        written.day,
        len(records),
        32 + 32 * len(fields) + 1,
        width,
        _GBK_DRIVER,
    )
    columns = b"".join(
        struct.pack("<11s1s4xBB14x", field.name.encode(), field.kind.encode(), field.width, field.decimals)
        for field in fields
    )
    return b"".join((head, columns, b"\r", *records, b"\x1a"))


def _cell(field: Field, value: Value) -> bytes:
    match field.kind:
        case "C":
            return _text("" if value is None else str(value), field.width).ljust(field.width)
        case "D":
            return (b"" if value is None else f"{value:%Y%m%d}".encode()).ljust(field.width)
        case "L":
            return b"T" if value else b"F"
        case "N":
            return _number(field, value)


def _text(text: str, width: int) -> bytes:
    """As many whole letters as fit."""
    encoded = text.replace("\r", " ").replace("\n", " ").encode(ENCODING, "replace")
    if len(encoded) <= width:
        return encoded
    return encoded[:width].decode(ENCODING, "ignore").encode(ENCODING)


def _number(field: Field, value: Value) -> bytes:
    if value is None:
        return b" " * field.width
    assert isinstance(value, int)
    whole, fraction = divmod(abs(value), 10**field.decimals)
    told = f"{'-' if value < 0 else ''}{whole}"
    if field.decimals:
        told += f".{fraction:0{field.decimals}d}"
    if len(told) > field.width:
        raise DomainError("export_number_too_long", field=field.name, number=told)
    return told.rjust(field.width).encode()
