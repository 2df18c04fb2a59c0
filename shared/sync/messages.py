"""The other messages between a node and the cloud, as msgpack Structs (`sync.md` 2.5 in the project's docs)."""

from __future__ import annotations

from typing import Any

import msgspec

from shared.ledger.chain import Head
from shared.sync.bundle import Receipt

PROTOCOL = 1


class SensorSeen(msgspec.Struct, frozen=True, array_like=True):
    """What a sensor shows this minute; no fact, only so that head office need not wait for the hour's roll-up.

    `value` in millionths; None with state `silent` or `unknown` where nothing was heard.
    """

    sensor: str
    quantity: str
    unit: str
    state: str
    value: int | None
    at_ms: int | None


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """What the node holds. `heads`: every log it has, oldest first, each with the parent it grew from."""

    node_id: bytes
    heads: list[Head]
    parents: list[Head]
    feed_gen: int
    feed_pos: int
    blobs_pending: int
    hlc: int
    versions: dict[str, str]
    unsent: int
    oldest_unsent_ms: int
    sensors: list[SensorSeen] = []


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the cloud holds of this node: `have` is the only cursor there is. `backfill`: what it has and the
    node lacks, [log, from, to]. `stable`: what a verified backup of the cloud contains."""

    have: list[Head]
    stable: list[tuple[bytes, int]]
    backfill: list[tuple[bytes, int, int]]
    cloud_gen: int
    feed_head: int
    sealed: list[bytes]
    events_max: int
    retry_ms: int
    revoked: list[str]
    server_ms: int
    receipt: Receipt | None = None
    """`have`, signed: what the node keeps for the day somebody denies it."""
    mend: list[tuple[bytes, int, int]] = []
    """Facts that have rotted at head office, [log, from, to]: the node is asked for them once more."""
    alarms: list[tuple[bytes, str]] = []
    """Logs that somebody at head office should look at: twin, late, fork."""


class Mend(msgspec.Struct, frozen=True, kw_only=True):
    """The node's own facts once more, verbatim, because head office's have rotted."""

    log: bytes
    first_seq: int
    events: list[bytes]


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """The cloud's answer to a frame it stored."""

    seq: int
    hash: bytes
    stable: int


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why a frame was not stored: GAP and FORK carry what the cloud has."""

    code: str
    have: Head | None = None
    why: str = ""


class FeedRow(msgspec.Struct, frozen=True, array_like=True):
    """One change of master data at position `pos`; `body` None is a tombstone."""

    pos: int
    table: str
    key: list[Any]
    ver: int
    body: dict[str, Any] | None


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """`checkpoint`: rows up to here form a whole; the node applies up to it or not at all."""

    gen: int
    rows: list[FeedRow]
    checkpoint: int
    head: int


class Backfill(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of the node's own log that a restore had taken from it, verbatim."""

    log: bytes
    parent: Head
    first_seq: int
    prev_hash: bytes
    events: list[bytes]
