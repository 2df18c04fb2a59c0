"""What every fact carries besides its own content, and the bytes that are hashed, stored and shipped.

A fact is encoded ONCE, at the node where it happened, as a msgpack array; those very bytes travel to the cloud
and stay there. Fields are only ever appended, so an old reader skips what it does not know and a new reader
finds defaults. The name of a fact is (log, seq); neither stands inside the bytes, the hash chain binds them.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

FORMAT = 1

AuthLevel = Literal["pin", "password", "mfa", "passkey", "offline_pin", "device", "system"]


class FactRef(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The name of another fact: what a correction corrects, what a return gives back."""

    log: bytes
    seq: int


class Envelope(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One recorded fact. `wall_ms` is the node's clock, `hlc` its hybrid clock; neither orders anything."""

    fmt: int = FORMAT
    event_id: bytes
    kind: str
    kind_v: int
    hlc: int
    wall_ms: int
    actor: str
    device: str
    agg_id: str
    causes: tuple[FactRef, ...] = ()
    body: bytes = b""
    op_id: bytes = b""
    business_date: date
    on_behalf_of: str = ""
    auth_level: AuthLevel = "system"
    policy_version: int = 0
    happened_ms: int = 0
    """When it happened by the corrected clock of the device that saw it; used by counts alone (R9)."""
    clock_suspect: bool = False


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Envelope)


def encode(envelope: Envelope) -> bytes:
    """The canonical bytes; made once per fact and never again."""
    return _ENCODER.encode(envelope)


def decode(event_bytes: bytes) -> Envelope:
    """The envelope back from its bytes. Raises `msgspec.DecodeError` on bytes no writer of ours has made."""
    return _DECODER.decode(event_bytes)


def event_id(op_id: bytes, index: int) -> bytes:
    """The id of the index-th fact of a command: the command's own id, counted up, so a retry names the same."""
    if index == 0:
        return op_id
    return ((int.from_bytes(op_id, "big") + index) % (1 << 128)).to_bytes(16, "big")
