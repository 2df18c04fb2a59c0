"""Commands decided at head office: master data and orders, written into the cloud's own log like any store's facts.

The log's row is locked while a batch is decided, so there is one writer; each command sees what the one before it
did. Facts, rows, feed and the answer to the op stand in one transaction. The same op again gets the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, func, select, update

from cloud.books import month_end, obstacles, reversal
from cloud.intake import generations, release, settling
from cloud.intake.projector import FACT_COLUMNS
from cloud.store import apply, feed
from cloud.store.clocks import Clocks, chain_clocks, latest_day
from cloud.store.installation import Installation
from cloud.store.ledger_tables import EVENT, FACT, HEAD_OFFICE, LOG, OP, OP_REGISTRY, PROJ_CURSOR
from cloud.store.tenant import Reading, TenantStore, Writing, mine
from cloud.store.view import BatchView
from shared import hybrid_clock
from shared.access.roles import PERMISSIONS, WHOLE_CHAIN, Principal
from shared.accounting.commands import BookMonthEnd, ClosePeriod, ReverseVoucher
from shared.errors import DomainError
from shared.i18n import Language
from shared.ledger import envelope as envelopes
from shared.ledger.chain import NO_PARENT, Head, genesis_hash, next_hash
from shared.ledger.command import Asked, Command, command_from_json, decide
from shared.ledger.envelope import Envelope, event_id
from shared.ledger.fact import Fact, encode_body, kind_and_version
from shared.ledger.ops import Durable, Op, Ops, Result, Results, content_hash, op_id_bytes, told
from shared.ledger.projection import Recorded, changes_of
from shared.quarantine.commands import SettleFacts

_EVENT_COLUMNS = ("node_id", "log_id", "seq", "hash", "bytes")


class Rejection(msgspec.Struct, frozen=True):
    """Why an op was refused, so that it can be told again in any language."""

    key: str
    values: dict[str, str | int | None]


class OwnLog:
    """The cloud's own log during one transaction: what is decided is gathered here and written once, in `close`.

    `view` answers the next decision from the database and from what was gathered, so each sees the one before.
    """

    def __init__(self, writing: Writing, row: Row[Any], now_ms: int, batch: bytes) -> None:
        self._writing = writing
        self._now_ms = now_ms
        self._batch = batch
        self._hlc = 0
        self.has_settled = False
        """Whether something was decided about facts set aside, so that their effect is due."""
        self._events: list[tuple[Any, ...]] = []
        self._facts: list[tuple[Any, ...]] = []
        self._claims: list[tuple[Any, ...]] = []
        self.view = BatchView(writing)
        self.clocks = chain_clocks(writing)
        self.log_id = bytes(row.log_id)
        self.seq: int = row.head_seq
        self._hash = bytes(row.head_hash)

    def append(self, facts: list[Fact], asked: Asked) -> int:
        """Record an op's facts; returns the number of the first."""
        first = self.seq + 1
        for index, fact in enumerate(facts):
            envelope = self._envelope(fact, asked, index)
            event_bytes = envelopes.encode(envelope)
            self.seq += 1
            self._hash = next_hash(self.log_id, self.seq, self._hash, event_bytes)
            self._events.append((HEAD_OFFICE, self.log_id, self.seq, self._hash, event_bytes))
            day = envelope.business_date.isoformat()
            self._facts.append(
                (self.log_id, self.seq, HEAD_OFFICE, envelope.kind, day, envelope.happened_ms, envelope.actor)
            )
            recorded = Recorded(HEAD_OFFICE, self.log_id, self.seq, envelope, fact)
            self.view.take(changes_of(recorded, "cloud"))
        self._claims.append((asked.op_id, self.log_id, first))
        return first

    def with_what_is_kept(self, command: Command) -> Command:
        """The command with what head office's own tables say, where a decision rests on more than rows."""
        match command:
            case SettleFacts():
                return settling.whole_ops(self._writing, command)
            case ClosePeriod():
                return obstacles.with_obstacles(self._writing, command)
            case BookMonthEnd():
                return month_end.with_books(self._writing, obstacles.obstacles_of, command)
            case ReverseVoucher():
                return reversal.with_voucher(self._writing, command)
            case _:
                return command

    def settle(self, command: SettleFacts, asked: Asked) -> None:
        """Set the marks of a decision; all of them or, where one may not be, none."""
        with self._writing.connection.begin_nested():
            settling.carry_out(self._writing, command, asked.actor, self._now_ms)
        self.has_settled = True

    def _envelope(self, fact: Fact, asked: Asked, index: int) -> Envelope:
        kind, version = kind_and_version(fact.kind)
        self._hlc = hybrid_clock.stamp(self._hlc, self._now_ms)
        return Envelope(
            event_id=event_id(asked.op_id, index),
            kind=kind,
            kind_v=version,
            hlc=self._hlc,
            wall_ms=self._now_ms,
            actor=asked.actor,
            device=asked.device,
            agg_id=fact.about(),
            body=encode_body(fact),
            op_id=asked.op_id,
            business_date=asked.business_date,
            auth_level=asked.auth_level,
            happened_ms=asked.happened_ms,
        )

    def close(self) -> None:
        """Write what was gathered and move head and cursor over it."""
        if not self._events:
            return
        writing = self._writing
        writing.many(EVENT, _EVENT_COLUMNS, self._events)
        writing.many(FACT, FACT_COLUMNS, self._facts)
        writing.many(OP_REGISTRY, ("op_id", "log_id", "seq"), self._claims, "ON CONFLICT DO NOTHING")
        apply.write(writing, HEAD_OFFICE, self.view.pile, self._batch)
        writing.change(
            update(LOG)
            .where(mine(LOG), LOG.c.log_id == self.log_id)
            .values(head_seq=self.seq, head_hash=self._hash, last_ms=self._now_ms)
        )
        writing.put(PROJ_CURSOR, {"log_id": self.log_id, "node_id": HEAD_OFFICE, "seq": self.seq})


def own_log(writing: Writing, chance: bytes, now_ms: int) -> Row[Any]:
    """The open log of head office, locked; a new one, citing the last, where a generation has closed it."""
    # The tenant's row first: two workers must not open two logs.
    generations.lock(writing)
    mine_open = (mine(LOG), LOG.c.node_id == HEAD_OFFICE, LOG.c.state == "open")
    found = writing.first(select(LOG).where(*mine_open).with_for_update())
    if found is not None:
        return found
    last = writing.first(
        select(LOG).where(mine(LOG), LOG.c.node_id == HEAD_OFFICE).order_by(LOG.c.epoch.desc()).limit(1)
    )
    parent = NO_PARENT if last is None else Head(bytes(last.log_id), last.head_seq, bytes(last.head_hash))
    writing.insert(
        LOG,
        {
            "log_id": chance,
            "node_id": HEAD_OFFICE,
            "epoch": 1 if last is None else last.epoch + 1,
            "parent_log": parent.log,
            "parent_seq": parent.seq,
            "parent_hash": parent.hash,
            "head_seq": 0,
            "head_hash": genesis_hash(chance, generations.current(writing).wire_id, parent),
            "state": "open",
            "first_ms": now_ms,
        },
    )
    opened = writing.first(select(LOG).where(*mine_open))
    assert opened is not None
    return opened


def submit(
    installation: Installation, store: TenantStore, asker: Principal, ops: Ops, language: Language
) -> Results:
    """Decide the ops in the order sent; each is accepted or rejected on its own."""
    now = installation.clock()
    with store.writing() as writing:
        row = own_log(writing, installation.chance(16), now)
        log = OwnLog(writing, row, now, installation.chance(16))
        answered = Answered(writing, ops)
        results = [_one(answered, log, op, asker, language, now) for op in ops.ops]
        log.close()
        answered.close()
    if log.has_settled:
        release.release(store, now)
    feed.sequence(store, now)
    moment = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds")
    return Results(
        results=results,
        server_time=moment.replace("+00:00", "Z"),
        durable=Durable(log=log.log_id.hex(), seq=log.seq),
    )


class Answer(msgspec.Struct, frozen=True):
    """What an op was told, as the table keeps it."""

    content: bytes
    state: str
    log_id: bytes = b""
    seq: int = 0
    count: int = 0
    error: str = ""


class Answered:
    """The answers to a batch's ops: those known from before, and the new ones until they are written."""

    def __init__(self, writing: Writing, ops: Ops) -> None:
        self._writing = writing
        self._new: dict[bytes, Answer] = {}
        rows = writing.all(
            select(OP).where(mine(OP), OP.c.op_id.in_([op_id_bytes(op.op_id) for op in ops.ops]))
        )
        self._known = {bytes(row.op_id): _kept(row._mapping) for row in rows}

    def before(self, op_id: bytes) -> Answer | None:
        return self._known.get(op_id) or self._new.get(op_id)

    def note(self, op_id: bytes, answer: Answer) -> None:
        self._new[op_id] = answer

    def close(self) -> None:
        columns = ("op_id", "content_hash", "state", "log_id", "seq", "count", "error")
        rows = [
            (op_id, new.content, new.state, new.log_id, new.seq, new.count, new.error)
            for op_id, new in self._new.items()
        ]
        self._writing.many(OP, columns, rows)


def _kept(cells: Mapping[Any, Any]) -> Answer:
    return Answer(
        content=bytes(cells["content_hash"]),
        state=cells["state"],
        log_id=bytes(cells["log_id"]),
        seq=cells["seq"],
        count=cells["count"],
        error=cells["error"],
    )


def _one(
    answered: Answered, log: OwnLog, op: Op, asker: Principal, language: Language, now_ms: int
) -> Result:
    op_id, content = op_id_bytes(op.op_id), content_hash(op)
    known = answered.before(op_id)
    if known is not None:
        return _told_again(known, op, content, language)
    try:
        command = command_from_json(op.kind, bytes(op.body))
        _require_rights(command, asker)
        asked = _asked(op, op_id, asker, now_ms, log.clocks)
        command = log.with_what_is_kept(command)
        facts = decide(command, asked, log.view)
        if isinstance(command, SettleFacts):
            log.settle(command, asked)
    except DomainError as error:
        rejection = msgspec.json.encode(Rejection(error.key, error.values)).decode()
        answered.note(op_id, Answer(content, "rejected", error=rejection))
        return Result(op_id=op.op_id, state="rejected", error=told(error, language))
    first = log.append(facts, asked)
    answered.note(op_id, Answer(content, "accepted", log.log_id, first, len(facts)))
    return Result(op_id=op.op_id, state="accepted", log=log.log_id.hex(), seq=first, count=len(facts))


def _told_again(known: Answer, op: Op, content: bytes, language: Language) -> Result:
    if known.content != content:
        mismatch = DomainError("id_reuse_mismatch", op_id=op.op_id)
        return Result(op_id=op.op_id, state="rejected", error=told(mismatch, language))
    if known.state == "accepted":
        return Result(
            op_id=op.op_id, state="accepted", log=known.log_id.hex(), seq=known.seq, count=known.count
        )
    rejection = msgspec.json.decode(known.error, type=Rejection)
    return Result(
        op_id=op.op_id,
        state="rejected",
        error=told(DomainError(rejection.key, **rejection.values), language),
    )


def _require_rights(command: Command, asker: Principal) -> None:
    if command.decided_at != "cloud":
        raise DomainError("decided_in_store", kind=command.kind)
    if not asker.may(command.permission):
        raise DomainError("not_permitted", permission=command.permission)
    # What names no store is for the whole chain, and so is its asker's scope.
    store = getattr(command, "store", "") or WHOLE_CHAIN
    if not asker.sees_store(store):
        raise DomainError("store_out_of_scope", store=store)


def _asked(op: Op, op_id: bytes, asker: Principal, now_ms: int, clocks: Clocks) -> Asked:
    # No stock is counted at head office, so a suspect clock needs no mark here (R9).
    happened_ms, _ = hybrid_clock.happened(op.at_ms, op.offset_ms, now_ms)
    # By the stores' clocks: at six in the morning in Shanghai a receipt of this day must not lie in the future.
    today = latest_day(clocks, happened_ms)
    return Asked(
        op_id=op_id,
        store=HEAD_OFFICE,
        actor=asker.user,
        device=op.device_id,
        auth_level="password",
        now_ms=now_ms,
        happened_ms=happened_ms,
        clock_suspect=False,
        business_date=today,
        today=today,
        permissions=PERMISSIONS[asker.role],
    )


def op_states(reading: Reading, op_ids: list[bytes]) -> dict[bytes, str]:
    """How far each op has come: what head office accepted itself is synced at once."""
    rows = reading.all(
        select(OP.c.op_id, OP.c.log_id, OP.c.seq, func.coalesce(LOG.c.stable_seq, 0).label("stable"))
        .select_from(OP.outerjoin(LOG, (LOG.c.tenant_id == OP.c.tenant_id) & (LOG.c.log_id == OP.c.log_id)))
        .where(mine(OP), OP.c.state == "accepted", OP.c.op_id.in_(op_ids))
    )
    return {bytes(row.op_id): "stable" if row.seq <= row.stable else "synced" for row in rows}
