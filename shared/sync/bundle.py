"""An export that proves itself without network, database or any program of ours: `docs/bundle-format.md`.

One gzip stream of msgpack messages, each behind its length as u32: what made it, the nodes, the logs (parents
first) with their heads, the facts of each log in order, the names that had no effect, a digest of each table's
rows, receipts signed by head office, and at the end the counts without which it is not whole. gzip, because it is
in every standard library: whoever audits a store in ten years needs no program of ours.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Literal

import msgspec

from shared.ledger.chain import Head

FORMAT = "liushui-bundle"
VERSION = 1
FACTS_AT_ONCE = 1000
MARK_BYTES = 8
MAGIC = b"\x1f\x8b"

_LENGTH = struct.Struct(">I")
_MESSAGE_BYTES_MAX = 64 * 1024 * 1024

Side = Literal["edge", "cloud"]


class Unreadable(Exception):
    """Not a bundle, or not all of it."""


class Start(msgspec.Struct, frozen=True, array_like=True, tag="start"):
    """Who made it, of which tenant, when, and head office's public keys (hex)."""

    format: str
    version: int
    side: Side
    tenant: str
    made_ms: int
    cloud_keys: list[str]


class Node(msgspec.Struct, frozen=True, array_like=True, tag="node"):
    """A node's store code (empty: head office's own), its id in the chain, and its public keys (hex)."""

    node: str
    wire_id: bytes
    keys: list[str] = []


class Log(msgspec.Struct, frozen=True, array_like=True, tag="log"):
    """A log with its head. `applied`: facts that rows were made of; `alarm`: what somebody should look at."""

    log: bytes
    node: str
    parent: Head
    head: Head
    applied: int
    stable: int = 0
    state: str = ""
    alarm: str = ""


class Facts(msgspec.Struct, frozen=True, array_like=True, tag="facts"):
    """Facts from `first_seq` on, verbatim. `marks`: eight bytes of the hash after each, to find a changed one by;
    the full hash of the head is what proves."""

    log: bytes
    first_seq: int
    events: list[bytes]
    marks: bytes = b""

    def mark(self, seq: int) -> bytes | None:
        at = (seq - self.first_seq) * MARK_BYTES
        return self.marks[at : at + MARK_BYTES] or None


class NoEffect(msgspec.Struct, frozen=True, array_like=True, tag="no_effect"):
    """Facts that changed no row here: `superseded` (the op counts elsewhere) or `held` (not applied)."""

    why: Literal["superseded", "held"]
    names: list[tuple[bytes, int]]


class Rows(msgspec.Struct, frozen=True, array_like=True, tag="rows"):
    """A table's rows of one node, as one figure (`shared.ledger.proof.RowDigest`)."""

    table: str
    node: str
    count: int
    digest: str


class Receipt(msgspec.Struct, frozen=True, array_like=True, tag="receipt"):
    """Heads that head office has confirmed: `body` is a `Confirmed` in msgpack, under head office's signature."""

    body: bytes
    signature: str


class Confirmed(msgspec.Struct, frozen=True, array_like=True):
    """What a receipt says: of this node head office holds these heads."""

    node_id: bytes
    heads: list[Head]
    at_ms: int


class End(msgspec.Struct, frozen=True, array_like=True, tag="end"):
    """Everything is here."""

    logs: int
    facts: int


Message = Start | Node | Log | Facts | NoEffect | Rows | Receipt | End
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Message)


def write(file: IO[bytes], messages: Iterable[Message]) -> End:
    """The bundle of these messages; returns its end."""
    end = End(0, 0)
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0, filename="") as out:
        for message in messages:
            data = _ENCODER.encode(message)
            out.write(_LENGTH.pack(len(data)) + data)
            if isinstance(message, End):
                end = message
    return end


def read(file: IO[bytes]) -> Iterator[Message]:
    """The messages again. Raises `Unreadable` where it is no bundle, damaged, or cut short."""
    logs = facts = 0
    message: Message | None = None
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as source:
            message = _take(source)
            if not isinstance(message, Start) or (message.format, message.version) != (FORMAT, VERSION):
                raise Unreadable("not a bundle of this version")
            while message is not None:
                logs += isinstance(message, Log)
                facts += len(message.events) if isinstance(message, Facts) else 0
                yield message
                message = None if isinstance(message, End) else _take(source)
            if source.read(1):
                raise Unreadable("something follows the end")
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
        raise Unreadable(str(error)) from None


def _take(source: IO[bytes] | gzip.GzipFile) -> Message:
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
    if length > _MESSAGE_BYTES_MAX:
        raise Unreadable("a message of impossible size")
    message: Message = _DECODER.decode(_exactly(source, length))
    return message


def _exactly(source: IO[bytes] | gzip.GzipFile, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise Unreadable("cut short")
    return data
