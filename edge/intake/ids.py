"""Ids of the commands that the node itself asks: the same cause gives the same id.

So a crash between telemetry and ledger is repaired by asking again, and nothing can be booked twice. The id
has the shape of a UUIDv7 with the moment of the cause in front, like every other op id.
"""

from __future__ import annotations

import hashlib

import msgspec


def op_id(at_ms: int, *cause: str | int) -> bytes:
    """16 bytes from a moment and what happened then."""
    digest = hashlib.sha256(msgspec.json.encode(cause)).digest()
    rest = bytes([0x70 | digest[0] & 0x0F, digest[1], 0x80 | digest[2] & 0x3F, *digest[3:10]])
    return max(at_ms, 0).to_bytes(6, "big") + rest


def excursion_id(sensor: str, side: str, began_ms: int) -> str:
    """The name of an excursion: a sensor leaves one limit at one moment only once."""
    return op_id(began_ms, "excursion", sensor, side, began_ms).hex()
