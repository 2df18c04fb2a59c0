"""From one asked op to the facts, bytes and row changes it becomes. Nothing here touches the disk.

Everything of an op is computed before any of it is taken over, so an op that fails, whether by a rule or by a
mistake of ours, leaves no trace in the batch it travelled with.
"""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec

from shared.business_day import MINUTE_MS, business_date
from shared.catalogue.projection import STORE
from shared.devices.events import WeightBookedTwice
from shared.errors import DomainError, Value
from shared.hybrid_clock import happened, stamp
from shared.ledger.chain import Head, next_hash
from shared.ledger.command import Asked, Command, command_from_json, decide
from shared.ledger.envelope import AuthLevel, Envelope, encode, event_id
from shared.ledger.fact import Fact, encode_body, kind_and_version
from shared.ledger.ops import Op, Told, content_hash, op_id_bytes
from shared.ledger.projection import Change, Recorded, changes_of
from shared.ledger.view import View, row
from shared.quality.events import InspectionRecorded
from shared.sales.events import SaleRecorded
from shared.stock.events import (
    CountQuestioned,
    GoodsReceived,
    OpeningRecorded,
    StockCounted,
    TransferReceived,
)
from shared.units import decimal_text

_NO_ZONE = "Asia/Shanghai"


class Asker(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """On whose word an op is recorded."""

    actor: str
    permissions: frozenset[str]
    auth_level: AuthLevel
    on_behalf_of: str = ""


class Prepared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An op decoded and ready for the writer; `refused` says why its content cannot be read."""

    op_id: bytes
    device: str
    dev_seq: int
    at_ms: int
    offset_ms: int | None
    content: bytes
    command: Command | None
    refused: DomainError | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of an op: the names of its facts, or why it was refused."""

    op_id: bytes
    log: bytes | None = None
    seq: int | None = None
    count: int = 0
    error: Told | None = None
    warnings: tuple[Told, ...] = ()
    repeated: bool = False

    @property
    def accepted(self) -> bool:
        return self.error is None


class Became(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The facts of one accepted op, encoded and chained, with what they change."""

    events: list[tuple[bytes, int, bytes, bytes]]
    """(log, seq, bytes, hash) of each."""
    tip: Head
    hlc: int
    changes: list[Change]
    warnings: tuple[Told, ...]
    kinds: tuple[str, ...]


def prepare(op: Op) -> Prepared:
    """The op with its command decoded; a body that cannot be read becomes a refusal, not an error."""
    command, refused = None, None
    try:
        command = command_from_json(op.kind, bytes(op.body))
    except DomainError as error:
        refused = error
    return Prepared(
        op_id=op_id_bytes(op.op_id),
        device=op.device_id,
        dev_seq=op.dev_seq,
        at_ms=op.at_ms,
        offset_ms=op.offset_ms,
        content=content_hash(op),
        command=command,
        refused=refused,
    )


def told(key: str, **values: Value) -> Told:
    return Told(key=key, values=values)


class Moment:
    """Where and when ops are decided. Those of a batch share one, which asks for the business day of a minute once."""

    def __init__(self, view: View, store: str, now_ms: int) -> None:
        self.store = store
        self.now_ms = now_ms
        self._view = view
        self._days: dict[int, date] = {}

    @property
    def today(self) -> date:
        return self.day_of(self.now_ms)

    def day_of(self, happened_ms: int) -> date:
        """The business day of a moment, by the store's own clock and cut-off."""
        minute = happened_ms // MINUTE_MS
        day = self._days.get(minute)
        if day is None:
            known = row(self._view, STORE, self.store)
            zone = _NO_ZONE if known is None else str(known["timezone"] or _NO_ZONE)
            cutoff = 0 if known is None else int(known["cutoff_minutes"] or 0)
            day = self._days[minute] = business_date(happened_ms, zone, cutoff)
        return day


def record(op: Prepared, asker: Asker, view: View, moment: Moment, tip: Head, hlc: int) -> Became:
    """Decide the op on top of `tip`. Raises DomainError where it may not be."""
    command, store, now_ms = op.command, moment.store, moment.now_ms
    assert command is not None
    happened_ms, suspect = happened(op.at_ms, op.offset_ms, now_ms)
    asked = Asked(
        op_id=op.op_id,
        store=store,
        actor=asker.actor,
        device=op.device,
        auth_level=asker.auth_level,
        now_ms=now_ms,
        happened_ms=happened_ms,
        clock_suspect=suspect,
        business_date=moment.day_of(happened_ms),
        today=moment.today,
        on_behalf_of=asker.on_behalf_of,
        permissions=asker.permissions,
    )
    events: list[tuple[bytes, int, bytes, bytes]] = []
    changes: list[Change] = []
    warnings: list[Told] = []
    kinds: list[str] = []
    log, seq, chained = tip.log, tip.seq, tip.hash
    for index, fact in enumerate(decide(command, asked, view)):
        hlc = stamp(hlc, now_ms)
        envelope = _envelope(fact, index, asked, hlc)
        event_bytes = encode(envelope)
        seq += 1
        chained = next_hash(log, seq, chained, event_bytes)
        events.append((log, seq, event_bytes, chained))
        recorded = Recorded(node=store, log=log, seq=seq, envelope=envelope, fact=fact)
        changes += changes_of(recorded, "edge")
        warnings += warnings_of(fact)
        kinds.append(envelope.kind)
    return Became(
        events=events,
        tip=Head(log, seq, chained),
        hlc=hlc,
        changes=changes,
        warnings=tuple(warnings),
        kinds=tuple(kinds),
    )


def _envelope(fact: Fact, index: int, asked: Asked, hlc: int) -> Envelope:
    kind, version = kind_and_version(fact.kind)
    return Envelope(
        event_id=event_id(asked.op_id, index),
        kind=kind,
        kind_v=version,
        hlc=hlc,
        wall_ms=asked.now_ms,
        actor=asked.actor,
        device=asked.device,
        agg_id=fact.about(),
        body=encode_body(fact),
        op_id=asked.op_id,
        business_date=asked.business_date,
        on_behalf_of=asked.on_behalf_of,
        auth_level=asked.auth_level,
        policy_version=asked.policy_version,
        happened_ms=asked.happened_ms,
        clock_suspect=asked.clock_suspect,
    )


def warnings_of(fact: Fact) -> list[Told]:
    """What was recorded and still deserves a look."""
    if isinstance(fact, SaleRecorded):
        odd = [line for line in fact.lines if line.short or line.passed_over]
        if not odd:
            return []
        short = [
            told("sold_below_book", sku=line.sku, short=decimal_text(line.short))
            for line in odd
            if line.short
        ]
        passed = [
            told("older_lot_passed_over", sku=line.sku, lot=line.passed_over)
            for line in odd
            if line.passed_over
        ]
        return short + passed
    if isinstance(
        fact, GoodsReceived | OpeningRecorded | TransferReceived | StockCounted | InspectionRecorded
    ):
        return [
            told(f"weighed_{line.doubt}", sku=line.sku, scale=line.weighed.device)
            for line in fact.lines
            if line.doubt in ("cal_expired", "below_min") and line.weighed is not None
        ]
    if isinstance(fact, CountQuestioned):
        return [told("count_questioned", sku=fact.sku, change=decimal_text(fact.change))]
    if isinstance(fact, WeightBookedTwice):
        return [told("weight_booked_twice", sku=fact.sku, scale=fact.scale)]
    return []


_DETERMINISTIC = msgspec.json.Encoder(order="deterministic")


def internal_op(command: Command, *, op_id: bytes, device: str, at_ms: int) -> Prepared:
    """An op of the node's own making (intake, jobs, imports), by the node's own clock."""
    content = hashlib.sha256(_DETERMINISTIC.encode([command.kind, device, at_ms, command])).digest()
    return Prepared(
        op_id=op_id, device=device, dev_seq=0, at_ms=at_ms, offset_ms=0, content=content, command=command
    )
