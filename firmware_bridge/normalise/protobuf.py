"""The wire format of Protocol Buffers, read by field numbers: all that Sparkplug B needs of it.

A message is a run of fields; each gives (number, value), where a value is an int (varint, fixed) or bytes. What a
field means is its reader's affair. Anything that is no such run raises ValueError and nothing else.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from decimal import Decimal

from firmware_bridge.normalise.payload import shortest

Value = int | bytes
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VARINT_BYTES_MAX = 10


def fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """Every field in order."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if not number:
            raise ValueError("field number 0")
        value: Value
        if wire == _VARINT:
            value, at = _varint(data, at)
        elif wire == _BYTES:
            size, at = _varint(data, at)
            value, at = _cut(data, at, size)
        elif wire == _FIXED32:
            raw, at = _cut(data, at, 4)
            value = int.from_bytes(raw, "little")
        elif wire == _FIXED64:
            raw, at = _cut(data, at, 8)
            value = int.from_bytes(raw, "little")
        else:
            raise ValueError(f"wire type {wire}")
        yield number, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """(value, where the next byte is)."""
    value = 0
    for place in range(_VARINT_BYTES_MAX):
        if at + place >= len(data):
            raise ValueError("a number without an end")
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value & (2**64 - 1), at + place + 1
    raise ValueError("a number of more than 64 bits")


def _cut(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    """(bytes, where the next byte is)."""
    if at + size > len(data):
        raise ValueError("bytes without an end")
    return data[at : at + size], at + size


def as_int(value: Value) -> int:
    """A field that must be a number."""
    if isinstance(value, bytes):
        raise ValueError("bytes where a number belongs")
    return value


def as_bytes(value: Value) -> bytes:
    """A field that must be bytes."""
    if isinstance(value, int):
        raise ValueError("a number where bytes belong")
    return value


def as_text(value: Value) -> str:
    """A field that must be a text."""
    return as_bytes(value).decode("utf-8")


def signed(value: int, bits: int) -> int:
    """A number carried unsigned (4294967295 for -1) as what it is."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def as_float(value: Value, *, double: bool) -> Decimal | None:
    """A float with the fewest digits that mean it (4.3, not 4.300000190734863); None for NaN and infinities."""
    if double:
        read: float = struct.unpack("<d", as_int(value).to_bytes(8, "little"))[0]
        exact = Decimal(repr(read))
    else:
        bits = as_int(value) & 0xFFFF_FFFF
        read = struct.unpack("<f", bits.to_bytes(4, "little"))[0]
        exact = shortest(read)
    return exact if exact.is_finite() else None


# Writing: as much as a rebirth request and an example need.


def varint_field(number: int, value: int) -> bytes:
    """A number."""
    return _write_varint(number << 3) + _write_varint(value)


def bytes_field(number: int, value: bytes) -> bytes:
    """Bytes, a text or a message within."""
    return _write_varint(number << 3 | _BYTES) + _write_varint(len(value)) + value


def float_field(number: int, value: float) -> bytes:
    """A single-precision float."""
    return _write_varint(number << 3 | _FIXED32) + struct.pack("<f", value)


def _write_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
