"""The push frame: a run of one log's facts with everything needed to verify it before a byte is believed.

`"ELF1" | flags u8 | hdr_len u32 | hdr | body_len u32 | body | sha256(all before)`; hdr is a msgpack array, body
the zstd-compressed msgpack array of event bytes. Compression is passed in, because this package has no I/O
libraries. Limits: 1000 events, 4 MiB raw, 1 MiB compressed.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence

import msgspec

from shared.errors import DomainError
from shared.ledger.chain import Head, trail

MAGIC = b"ELF1"
EVENTS_MAX = 1000
RAW_BYTES_MAX = 4 * 1024 * 1024
COMPRESSED_BYTES_MAX = 1024 * 1024
_SHA_BYTES = 32
_U32 = struct.Struct(">I")

Compress = Callable[[bytes], bytes]
Decompress = Callable[[bytes, int], bytes]
"""(compressed, largest allowed output) -> raw; raises ValueError beyond the limit or on garbage."""


class Header(msgspec.Struct, frozen=True, array_like=True):
    """What the body holds. `prev_hash` is the hash before `first_seq`, `last_hash` the one after the last."""

    node_id: bytes
    log_id: bytes
    parent: Head
    first_seq: int
    count: int
    prev_hash: bytes
    last_hash: bytes
    raw_len: int
    writer_version: str
    min_reader: int
    hlc_now: int


class Frame(msgspec.Struct, frozen=True):
    """A verified frame; `hashes` are those after each event."""

    header: Header
    events: tuple[bytes, ...]
    hashes: tuple[bytes, ...]


_HEADER_ENCODER = msgspec.msgpack.Encoder()
_HEADER_DECODER = msgspec.msgpack.Decoder(Header)
_EVENTS_DECODER = msgspec.msgpack.Decoder(tuple[bytes, ...])


def events_that_fit(events: Sequence[bytes]) -> int:
    """How many of the first events go into one frame; at least one."""
    size = 0
    for index, event_bytes in enumerate(events[:EVENTS_MAX]):
        size += len(event_bytes) + 5
        if size > RAW_BYTES_MAX - 16:
            return max(index, 1)
    return min(len(events), EVENTS_MAX)


def pack(header: Header, events: Sequence[bytes], compress: Compress) -> bytes:
    """The frame's bytes. `header.raw_len` is filled in here."""
    raw = _HEADER_ENCODER.encode(list(events))
    header = msgspec.structs.replace(header, raw_len=len(raw))
    head, body = _HEADER_ENCODER.encode(header), compress(raw)
    frame = MAGIC + b"\x00" + _U32.pack(len(head)) + head + _U32.pack(len(body)) + body
    return frame + hashlib.sha256(frame).digest()


def unpack(data: bytes, decompress: Decompress) -> Frame:
    """The verified frame: checksum, limits, count and hash chain. Raises `bad_frame` with the reason."""
    if len(data) > COMPRESSED_BYTES_MAX + 4096:
        raise DomainError("bad_frame", why="too large")
    if len(data) < len(MAGIC) + 9 + _SHA_BYTES or data[:4] != MAGIC:
        raise DomainError("bad_frame", why="not a frame")
    payload, checksum = data[:-_SHA_BYTES], data[-_SHA_BYTES:]
    if hashlib.sha256(payload).digest() != checksum:
        raise DomainError("bad_frame", why="checksum")
    try:
        header, body = _split(payload)
        if header.raw_len > RAW_BYTES_MAX or header.count > EVENTS_MAX or header.count < 1:
            raise DomainError("bad_frame", why="over the limits")
        events = _EVENTS_DECODER.decode(decompress(body, header.raw_len))
    except (msgspec.MsgspecError, ValueError, struct.error, IndexError) as error:
        raise DomainError("bad_frame", why=str(error)[:120]) from None
    if len(events) != header.count or header.first_seq < 1:
        raise DomainError("bad_frame", why="count")
    hashes = trail(header.log_id, header.first_seq, header.prev_hash, events)
    if hashes[-1] != header.last_hash:
        raise DomainError("bad_frame", why="hash chain")
    return Frame(header, events, tuple(hashes))


def _split(payload: bytes) -> tuple[Header, bytes]:
    at = len(MAGIC) + 1
    (head_len,) = _U32.unpack_from(payload, at)
    at += 4
    head = payload[at : at + head_len]
    at += head_len
    (body_len,) = _U32.unpack_from(payload, at)
    body = payload[at + 4 : at + 4 + body_len]
    if len(head) != head_len or len(body) != body_len or at + 4 + body_len != len(payload):
        raise ValueError("lengths")
    return _HEADER_DECODER.decode(head), body
