"""What a phone sends and gets back: operations with ids of their own making, and one result each, in order.

The same id with the same content gets the same result, however often it is sent; that is the only recovery
anybody has to know. Both sides answer the same way: a store's node for the store, the cloud for master data.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shared.errors import DomainError, Value
from shared.i18n import Language, tell_error

OPS_MAX = 200
_DETERMINISTIC = msgspec.json.Encoder(order="deterministic")

OpId = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$(?!\n)")]
Moment = Annotated[int, Meta(ge=-(10**15), le=10**15)]


class Op(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One command as a device wrote it down. `at_ms` is the device's clock, `offset_ms` what must be added to it."""

    op_id: OpId
    device_id: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$(?!\n)")]
    dev_seq: Annotated[int, Meta(ge=0, le=2**53)] = 0
    kind: Annotated[str, Meta(min_length=1, max_length=60)]
    v: Annotated[int, Meta(ge=1, le=100)] = 1
    hlc: Annotated[str, Meta(max_length=40)] | None = None
    at_ms: Moment
    offset_ms: Moment | None = None
    body: msgspec.Raw


class Ops(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ops: Annotated[tuple[Op, ...], Meta(max_length=OPS_MAX)]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A text for people with the key and the values it was made of."""

    key: str
    text: str = ""
    values: dict[str, Value] = {}


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`log` (hex), `seq`, `count` name the facts that an accepted op became."""

    op_id: str
    state: Literal["accepted", "rejected"]
    log: str | None = None
    seq: int | None = None
    count: int | None = None
    error: Told | None = None
    warnings: tuple[Told, ...] = ()


class Durable(msgspec.Struct, frozen=True, kw_only=True):
    log: str
    seq: int


class Results(msgspec.Struct, frozen=True, kw_only=True):
    results: list[Result]
    server_time: str
    durable: Durable


def op_id_bytes(text: str) -> bytes:
    """The 16 bytes of an op id as it stands in the envelope."""
    return bytes.fromhex(text.replace("-", ""))


def content_hash(op: Op) -> bytes:
    """What must be equal for two ops of one id to be the same op.

    The clock offset is measured anew at each contact, and blanks or key order mean nothing, so neither counts.
    """
    content = [op.kind, op.v, op.device_id, op.at_ms, msgspec.json.decode(op.body)]
    return hashlib.sha256(_DETERMINISTIC.encode(content)).digest()


def told(error: DomainError, language: Language) -> Told:
    """A DomainError as it stands in a result."""
    return Told(key=error.key, text=tell_error(error, language), values=error.values)
