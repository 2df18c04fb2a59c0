"""A store's node as head office meets it: logs with a hash chain, frames, and the facts of a small shop."""

from __future__ import annotations

import hashlib
from datetime import date

import zstandard

from cloud.identity.nodes import KnownNode
from cloud.intake import projector, push
from cloud.store.ledger_tables import NODE
from cloud.store.tenant import TenantStore
from shared.ledger import envelope as envelopes
from shared.ledger.chain import NO_PARENT, Head, genesis_hash, walk
from shared.ledger.envelope import Envelope, event_id
from shared.ledger.fact import Fact, encode_body, kind_and_version
from shared.sales.events import SaleRecorded, SoldLine
from shared.stock.events import GoodsReceived, ReceivedLine, Take
from shared.sync.frame import Header, pack
from shared.sync.messages import Pushed, Refused

NOW = 1_795_000_000_000
DAY = date(2026, 11, 22)
PIECE = 1_000_000


def compress(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(raw)


def some_id(text: str) -> bytes:
    """Sixteen bytes that always come out the same."""
    return hashlib.sha256(text.encode()).digest()[:16]


def envelope_of(fact: Fact, op: str, index: int = 0, kind: str | None = None) -> Envelope:
    name, version = kind_and_version(kind or fact.kind)
    op_id = some_id(op)
    return Envelope(
        event_id=event_id(op_id, index),
        kind=name,
        kind_v=version,
        hlc=NOW << 16,
        wall_ms=NOW,
        actor="li",
        device="phone-1",
        agg_id=fact.about(),
        body=encode_body(fact),
        op_id=op_id,
        business_date=DAY,
        happened_ms=NOW,
    )


def event(fact: Fact, op: str, index: int = 0, kind: str | None = None) -> bytes:
    return envelopes.encode(envelope_of(fact, op, index, kind))


def sale(number: str, sku: str = "milk", pieces: int = 1, amount: int = 450) -> SaleRecorded:
    line = SoldLine(
        sku=sku,
        qty=pieces * PIECE,
        unit_price=4_500_000,
        amount=amount,
        takes=(Take("L1", "main", pieces * PIECE),),
    )
    return SaleRecorded(sale=number, lines=(line,))


def receipt(number: str, order: str = "", sku: str = "milk", pieces: int = 10) -> GoodsReceived:
    line = ReceivedLine(sku=sku, lot="L1", place="main", qty=pieces * PIECE)
    return GoodsReceived(receipt=number, supplier="farm", order=order, lines=(line,))


class Log:
    """One log of a node, in memory."""

    def __init__(self, shop: Shop, name: str, parent: Head = NO_PARENT) -> None:
        self.shop = shop
        self.log_id = some_id(name)
        self.parent = parent
        self.events: list[bytes] = []

    def record(self, *events: bytes) -> Log:
        self.events += events
        return self

    def sell(self, *numbers: str) -> Log:
        """One sale for each number, which is also the op."""
        return self.record(*(event(sale(number), number) for number in numbers))

    def hash_at(self, seq: int) -> bytes:
        origin = genesis_hash(self.log_id, self.shop.wire_id, self.parent)
        return walk(self.log_id, 1, origin, self.events[:seq])

    def head(self, seq: int | None = None) -> Head:
        at = len(self.events) if seq is None else seq
        return Head(self.log_id, at, self.hash_at(at))

    def frame(self, first: int = 1, last: int | None = None) -> bytes:
        """The frame of facts first…last."""
        events = self.events[first - 1 : last]
        before = self.hash_at(first - 1)
        header = Header(
            node_id=self.shop.wire_id,
            log_id=self.log_id,
            parent=self.parent,
            first_seq=first,
            count=len(events),
            prev_hash=before,
            last_hash=walk(self.log_id, first, before, events),
            raw_len=0,
            writer_version="test",
            min_reader=1,
            hlc_now=NOW << 16,
        )
        return pack(header, events, compress)

    def push(self, first: int = 1, last: int | None = None) -> Pushed | Refused:
        return push.receive(self.shop.known, self.frame(first, last), NOW)


class Shop:
    """A store with an enrolled node."""

    def __init__(self, store: TenantStore, node: str = "s1") -> None:
        self.store = store
        self.node = node
        self.wire_id = some_id(f"{store.tenant}/{node}")
        with store.writing() as writing:
            writing.insert(
                NODE, {"node_id": node, "wire_id": self.wire_id, "name": node, "state": "enrolled"}
            )

    @property
    def known(self) -> KnownNode:
        return KnownNode(self.store, self.node, self.wire_id)

    def log(self, name: str, parent: Head = NO_PARENT) -> Log:
        return Log(self, f"{self.node}/{name}", parent)

    def project(self) -> int:
        return projector.project_all(self.store, NOW)
