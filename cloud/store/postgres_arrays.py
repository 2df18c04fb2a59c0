"""Columns of many rows as PostgreSQL's binary arrays, packed here in three passes instead of cell by cell.

A frame is a thousand facts, a batch of the projector tens of thousands of cells; the driver's own array writer
escapes each as text, which cost more than everything else about a push. The format is one header (dimensions, flag
for nulls, element type, length, lower bound), then for each element its length and bytes, or -1 for null.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)


class Packed(bytes):
    """An array's bytes; the subclass says of what."""

    array_oid = 0


class Numbers(Packed):
    """bigint[]"""

    array_oid = 1016


class Texts(Packed):
    """text[]"""

    array_oid = 1009


class Raws(Packed):
    """bytea[]"""

    array_oid = 1001


def numbers(cells: Sequence[int | None]) -> Numbers:
    """Raises OverflowError for a number of more than 64 bits."""
    if None in cells:
        whole = (
            _NULL if cell is None else b"\0\0\0\x08" + cell.to_bytes(8, "big", signed=True) for cell in cells
        )
        return Numbers(_header(20, len(cells), has_null=True) + b"".join(whole))
    try:
        packed = struct.pack(f">{'iq' * len(cells)}", *chain.from_iterable(zip(repeat(8), cells)))
    except struct.error:
        raise OverflowError("a number of more than 64 bits") from None
    return Numbers(_header(20, len(cells)) + packed)


def texts(cells: Sequence[str | None]) -> Texts:
    """Raises UnicodeEncodeError for half a character; what PostgreSQL refuses inside a text it refuses itself."""
    return Texts(_of_bytes(25, [None if cell is None else cell.encode() for cell in cells]))


def raws(cells: Sequence[bytes | None]) -> Raws:
    return Raws(_of_bytes(17, cells))


PACKERS: dict[str, Callable[[Any], Packed]] = {"bigint": numbers, "text": texts, "bytea": raws}


def _of_bytes(element: int, cells: Sequence[bytes | None]) -> bytes:
    if None in cells:
        whole = (_NULL if cell is None else _LENGTH.pack(len(cell)) + cell for cell in cells)
        return _header(element, len(cells), has_null=True) + b"".join(whole)
    given: Sequence[Any] = cells
    lengths = map(_LENGTH.pack, map(len, given))
    return _header(element, len(cells)) + b"".join(chain.from_iterable(zip(lengths, given, strict=True)))


def _header(element: int, count: int, *, has_null: bool = False) -> bytes:
    return _HEADER.pack(1, int(has_null), element, count, 1)


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> bytes:
        return bytes(obj)


def _teach_driver(packed: type[Packed]) -> None:
    dumper = type(f"{packed.__name__}Dumper", (_PackedDumper,), {"oid": packed.array_oid})
    psycopg.adapters.register_dumper(packed, dumper)


for _packed in (Numbers, Texts, Raws):
    _teach_driver(_packed)
