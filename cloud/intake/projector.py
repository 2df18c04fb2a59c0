"""The projector: right behind intake it turns stored facts into rows, a batch of one log in one transaction.

Effects, the claims of ops and the cursor move together or not at all, so a kill between them changes nothing.
A log's facts apply in order and only after the facts of the log it grew from. An op that already took effect
from another log is noted in `superseded` and has none here. Facts that cannot be applied are parked one by one.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec
import structlog
from sqlalchemy import Row, func, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, ProgrammingError

from cloud.intake import copies, corrections
from cloud.intake.authority import Judge
from cloud.intake.late_effect import in_their_place
from cloud.intake.log_order import begin, hold
from cloud.intake.reading_facts import (
    Outcome,
    Parked,
    Ready,
    Stored,
    Verdict,
    decoded,
    first_of_op,
    held_back_by,
    judged,
    the_op,
)
from cloud.intake.twins import GAP
from cloud.store import apply, feed
from cloud.store.engine import is_retryable
from cloud.store.installation import Installation
from cloud.store.ledger_tables import (
    EVENT,
    FACT,
    LOG,
    OBJECTIONS,
    OP_REGISTRY,
    PROJ_CURSOR,
    QUARANTINE,
    SUPERSEDED,
    is_verdict,
)
from cloud.store.tenant import Reading, TenantStore, Writing, mine
from shared.access.authority import Objection
from shared.ledger.envelope import Envelope

log = structlog.get_logger("cloud.projector")

BATCH = 4000
"""Facts of one transaction: the more, the fewer times a busy row is written."""
ALONE = 500
"""Facts of one transaction while they are taken one by one."""
WAITING = ("held", "allowed")
"""States of a parked fact that later facts about the same thing wait behind."""
POISON = (DataError, IntegrityError, InterfaceError, ProgrammingError, OverflowError, UnicodeError)
"""What a database says of a value it cannot hold: the fact's fault. A full disk or a lost line is not."""

FACT_COLUMNS = ("log_id", "seq", "node_id", "kind", "business_date", "happened_ms", "actor")
_POLL_S = 1.0
QUIET_S = 0.25
"""A backlog is in when no further piece of it has come for so long."""
LET_IN_S_MAX = 10.0
"""So far may the rows be behind while a backlog comes in."""


class Progress(msgspec.Struct, frozen=True):
    """What one step did to a log."""

    state: Literal["moved", "waiting", "done", "taken"]
    facts: int = 0
    fed: bool = False


def project_batch(store: TenantStore, log_id: bytes, now_ms: int, *, one_by_one: bool = False) -> Progress:
    """Apply the next facts of a log. `one_by_one` isolates each, to find the one the database refuses."""
    with store.writing() as writing:
        entry = writing.first(select(LOG).where(mine(LOG), LOG.c.log_id == log_id))
        assert entry is not None
        # The first log's own cursor is what a store's order is held by.
        is_held = entry.epoch == 1 or hold(writing, entry.node_id, wait=False)
        cursor = _cursor(writing, log_id, entry.node_id) if is_held else None
        if cursor is None:
            return Progress("taken")
        if entry.alarm != GAP and not _parent_is_applied(writing, bytes(entry.parent_log), entry.parent_seq):
            return Progress("waiting")
        rows = writing.all(
            select(EVENT.c.seq, EVENT.c.bytes)
            .where(
                mine(EVENT),
                EVENT.c.node_id == entry.node_id,
                EVENT.c.log_id == log_id,
                EVENT.c.seq.between(cursor.seq + 1, cursor.seq + (ALONE if one_by_one else BATCH)),
            )
            .order_by(EVENT.c.seq)
        )
        if not rows:
            return Progress("done")
        node = entry.node_id
        stored = [Stored(node, log_id, row.seq, row.bytes) for row in rows]
        read_all = Reader(writing, log_id, cursor.judged_seq, stored[0].seq, stored[-1].seq)
        outcomes = read_all(stored, one_by_one=one_by_one)
        if one_by_one:
            fed = False
            for outcome in outcomes:
                fed = _apply_alone(writing, outcome, read_all.held, now_ms) or fed
        else:
            fed = _apply(writing, list(outcomes), now_ms)
        last = stored[-1].seq
        writing.change(
            update(PROJ_CURSOR)
            .where(mine(PROJ_CURSOR), PROJ_CURSOR.c.log_id == log_id)
            .values(seq=last, judged_seq=max(last, cursor.judged_seq))
        )
        return Progress("moved", len(stored), fed)


def _cursor(writing: Writing, log_id: bytes, node: str) -> Row[Any] | None:
    """The log's cursor, locked; None while another worker has it."""
    mine_alone = (
        select(PROJ_CURSOR.c.seq, PROJ_CURSOR.c.judged_seq)
        .where(mine(PROJ_CURSOR), PROJ_CURSOR.c.log_id == log_id)
        .with_for_update(skip_locked=True)
    )
    cursor = writing.first(mine_alone)
    if cursor is None:
        begin(writing, log_id, node)
        cursor = writing.first(mine_alone)
    return cursor


class Reader:
    """Reads a batch of one log: what it must know of people and of earlier verdicts is asked of the database once.

    An op is judged as a whole, when the first of its facts passes: by who may make any of them. The correction of a
    count asks for no permission, but it is a consequence of the sale before it and waits where the sale does.
    """

    def __init__(self, reading: Reading, log_id: bytes, judged_seq: int, first: int, last: int) -> None:
        self.held = held_aggregates(reading)
        self._reading = reading
        self._log_id = log_id
        self._people = Judge(reading)
        self._of_ops: dict[bytes, Objection | None] = {}
        self._judged_seq = judged_seq
        self._verdicts = verdicts(reading, log_id, first, last) if first <= judged_seq else {}

    def __call__(self, stored: Sequence[Stored], *, one_by_one: bool = False) -> Iterable[Outcome]:
        envelopes = [decoded(fact) for fact in stored]
        self._people.look_up({told.actor for told in envelopes if not isinstance(told, str)})
        self._judge_ops(stored, envelopes)
        judged_now = (
            judged(fact, envelope, self.held, self._judge)
            for fact, envelope in zip(stored, envelopes, strict=True)
        )
        # One by one, the next is read only when the one before has been applied or refused.
        return judged_now if one_by_one else list(judged_now)

    def _judge(self, stored: Stored, envelope: Envelope | None) -> Verdict:
        if stored.seq <= self._judged_seq:
            return self._verdicts.get(stored.seq)
        if envelope is None or not envelope.op_id:
            return None if envelope is None else self._people.objection(stored.node, envelope)
        return self._of_ops[envelope.op_id]

    def _judge_ops(self, stored: Sequence[Stored], envelopes: Sequence[Envelope | str]) -> None:
        """What speaks against each op of the batch that has not been judged before."""
        begun: set[bytes] = set()
        for number, (fact, told) in enumerate(zip(stored, envelopes, strict=True)):
            if isinstance(told, str) or not told.op_id:
                continue
            is_new = fact.seq > self._judged_seq
            # An op that began before the batch, or before what was judged once and for all.
            if (is_new or number == 0) and told.op_id not in begun and self._began_before(fact, told):
                begun.add(told.op_id)
            if is_new and self._of_ops.setdefault(told.op_id, None) is None and told.op_id not in begun:
                self._of_ops[told.op_id] = self._people.objection(fact.node, told)

    def _began_before(self, fact: Stored, told: Envelope) -> bool:
        """Whether the op's first fact was judged before: then the rest goes its way, even if that is decided by now."""
        if told.op_id in self._of_ops:
            return False
        first = first_of_op(fact.seq, told)
        if not 0 < first < fact.seq or not self._is_of_op(fact.node, first, told.op_id):
            return False
        rows = self._reading.all(
            select(QUARANTINE.c.reason, QUARANTINE.c.state).where(
                mine(QUARANTINE),
                QUARANTINE.c.log_id == self._log_id,
                QUARANTINE.c.seq.between(first, fact.seq - 1),
            )
        )
        for row in rows:
            if row.reason in OBJECTIONS and row.state in ("held", "voided"):
                self._of_ops[told.op_id] = row.reason
            elif row.state in WAITING:
                self.held.add(the_op(told.op_id))
        return True

    def _is_of_op(self, node: str, seq: int, op_id: bytes) -> bool:
        named = (EVENT.c.node_id == node, EVENT.c.log_id == self._log_id, EVENT.c.seq == seq)
        found = self._reading.scalar(select(EVENT.c.bytes).where(mine(EVENT), *named))
        before = "" if found is None else decoded(Stored(node, self._log_id, seq, bytes(found)))
        return not isinstance(before, str) and before.op_id == op_id


def verdicts(reading: Reading, log_id: bytes, first: int, last: int) -> dict[int, Verdict]:
    """What was found or decided about facts of a log when they passed before; it stands."""
    rows = reading.all(
        select(QUARANTINE.c.seq, QUARANTINE.c.reason, QUARANTINE.c.state).where(
            mine(QUARANTINE),
            QUARANTINE.c.log_id == log_id,
            QUARANTINE.c.seq.between(first, last),
            QUARANTINE.c.state != "released",
            is_verdict(QUARANTINE),
        )
    )
    return {row.seq: "voided" if row.state == "voided" else row.reason for row in rows}


def _parent_is_applied(writing: Writing, parent: bytes, parent_seq: int) -> bool:
    if not parent or not parent_seq:
        return True
    applied = writing.scalar(
        select(PROJ_CURSOR.c.seq).where(mine(PROJ_CURSOR), PROJ_CURSOR.c.log_id == parent)
    )
    return applied is not None and applied >= parent_seq


def held_aggregates(reading: Reading) -> set[str]:
    """What parked facts are about; later facts about the same wait behind them."""
    rows = reading.all(
        select(QUARANTINE.c.agg_id)
        .where(mine(QUARANTINE), QUARANTINE.c.state.in_(WAITING), QUARANTINE.c.agg_id != "")
        .distinct()
    )
    return {row.agg_id for row in rows}


def _apply(writing: Writing, outcomes: Sequence[Outcome], now_ms: int) -> bool:
    ready = [outcome for outcome in outcomes if isinstance(outcome, Ready)]
    parked = [outcome for outcome in outcomes if isinstance(outcome, Parked)]
    _note_facts(writing, outcomes)
    fed = take_effect(writing, ready)
    park(writing, parked, now_ms)
    return fed


def _apply_alone(writing: Writing, outcome: Outcome, held: set[str], now_ms: int) -> bool:
    """One fact behind a savepoint; what the database refuses is parked like any other poison."""
    try:
        with writing.connection.begin_nested():
            _note_facts(writing, [outcome])
            if isinstance(outcome, Ready):
                return take_effect(writing, [outcome])
    except POISON as error:
        if outcome.envelope is not None:
            held |= held_back_by(outcome.envelope)
        outcome = Parked(outcome.stored, None, "invalid", f"{type(error).__name__}"[:200])
        _note_facts(writing, [outcome])
    if isinstance(outcome, Parked):
        park(writing, [outcome], now_ms)
    return False


def take_effect(writing: Writing, ready: Sequence[Ready], *, late: bool = False) -> bool:
    """Write the rows of facts whose ops are theirs; returns whether the feed got some.

    `late`: facts that follow them in their log have taken effect before.
    """
    if not ready:
        return False
    first = ready[0].stored
    batch = hashlib.sha256(first.log + first.seq.to_bytes(8, "big")).digest()[:16]
    winners, told = _claim(writing, ready, batch)
    pile = apply.fold(change for fact in winners for change in fact.changes)
    pile = in_their_place(writing, ready[-1].stored, pile, late=late)
    fed = apply.write(writing, first.node, pile, batch) or told
    for fact in corrections.risen(writing, winners, batch):
        take_effect(writing, [fact], late=True)
        fed = True
    return fed


def _claim(writing: Writing, ready: Sequence[Ready], batch: bytes) -> tuple[list[Ready], bool]:
    """The facts that count: their op is first claimed here, and the count they correct was not voided.

    The others are noted as superseded, and their store is told.
    """
    claims: dict[bytes, tuple[bytes, int]] = {}
    for fact in ready:
        if fact.envelope.op_id:
            claims.setdefault(fact.envelope.op_id, (fact.stored.log, fact.first_seq))
    rows = [(op, *first_fact) for op, first_fact in sorted(claims.items())]
    owners = claims
    if writing.many(OP_REGISTRY, ("op_id", "log_id", "seq"), rows, "ON CONFLICT DO NOTHING") != len(rows):
        owners = _owners(writing, list(claims))
    without_count = corrections.fallen(writing, ready)
    winners: list[Ready] = []
    superseded: list[dict[str, Any]] = []
    for fact in ready:
        op_id = fact.envelope.op_id
        owner = owners.get(op_id)
        if not op_id or owner == (fact.stored.log, fact.first_seq):
            owner = without_count.get((fact.stored.log, fact.stored.seq))
        if owner is None:
            winners.append(fact)
            continue
        superseded.append(
            {
                "log_id": fact.stored.log,
                "seq": fact.stored.seq,
                "op_id": op_id,
                "first_log": owner[0],
                "first_seq": owner[1],
            }
        )
    writing.insert_missing(SUPERSEDED, *superseded)
    told = copies.tell(writing, batch, [(row["log_id"], row["seq"]) for row in superseded])
    return winners, told


def _owners(writing: Writing, ops: list[bytes]) -> dict[bytes, tuple[bytes, int]]:
    found: dict[bytes, tuple[bytes, int]] = {}
    for start in range(0, len(ops), 500):
        rows = writing.all(
            select(OP_REGISTRY).where(mine(OP_REGISTRY), OP_REGISTRY.c.op_id.in_(ops[start : start + 500]))
        )
        found |= {bytes(row.op_id): (bytes(row.log_id), row.seq) for row in rows}
    return found


def _note_facts(writing: Writing, outcomes: Sequence[Outcome]) -> None:
    writing.many(FACT, FACT_COLUMNS, [_fact_row(outcome) for outcome in outcomes])


def _fact_row(outcome: Outcome) -> tuple[bytes, int, str, str, str, int, str]:
    stored, envelope = outcome.stored, outcome.envelope
    if envelope is None or not isinstance(outcome, Ready):
        # What a parked fact says of itself may be just what a database cannot hold.
        return (stored.log, stored.seq, stored.node, "", "", 0, "")
    day = envelope.business_date.isoformat()
    return (stored.log, stored.seq, stored.node, envelope.kind, day, envelope.happened_ms, envelope.actor)


def park(writing: Writing, parked: Sequence[Parked], now_ms: int) -> None:
    """Keep facts for later, one row each."""
    rows = []
    for outcome in parked:
        envelope = outcome.envelope
        rows.append(
            {
                "log_id": outcome.stored.log,
                "seq": outcome.stored.seq,
                "node_id": outcome.stored.node,
                "kind": _storable(envelope.kind) if envelope else "",
                "agg_id": _storable(envelope.agg_id) if envelope else "",
                "reason": outcome.reason,
                "why": _storable(outcome.why),
                "tries": 1,
                "state": "held",
                "noted_ms": now_ms,
                "decided_by": "",
                "decided_ms": 0,
                "note": "",
            }
        )
        log.warning(
            "fact_parked",
            log=outcome.stored.log.hex(),
            seq=outcome.stored.seq,
            reason=outcome.reason,
            why=outcome.why,
        )
    writing.insert_missing(QUARANTINE, *rows)


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot keep in a text."""
    return text.replace("\x00", "")[:200].encode("utf-8", "replace").decode()


def project_log(store: TenantStore, log_id: bytes, now_ms: int) -> Progress:
    """One batch, whatever is in it: on a refusal by the database the batch is taken fact by fact."""
    for _ in range(5):
        try:
            try:
                return project_batch(store, log_id, now_ms)
            except POISON:
                return project_batch(store, log_id, now_ms, one_by_one=True)
        except DBAPIError as error:
            if not is_retryable(error):
                raise
    return Progress("taken")


def project_all(store: TenantStore, now_ms: int, *, go_on: Callable[[], bool] = lambda: True) -> int:
    """Everything that can be applied now, log by log; returns how many facts were passed.

    `go_on` is asked before each batch: it may wait while something else is more urgent, and end it all.
    """
    passed = 0
    moved = True
    while moved:
        moved = False
        for log_id in _behind(store):
            if not go_on():
                return passed
            progress = project_log(store, log_id, now_ms)
            moved = moved or progress.state == "moved"
            passed += progress.facts
            if progress.fed:
                feed.sequence(store, now_ms)
    feed.sequence(store, now_ms)
    return passed


def _behind(store: TenantStore) -> list[bytes]:
    """Logs with facts beyond their cursor, parents before children."""
    applied = func.coalesce(PROJ_CURSOR.c.seq, 0)
    cursors = LOG.outerjoin(
        PROJ_CURSOR,
        (PROJ_CURSOR.c.tenant_id == LOG.c.tenant_id) & (PROJ_CURSOR.c.log_id == LOG.c.log_id),
    )
    with store.reading() as reading:
        rows = reading.all(
            select(LOG.c.log_id)
            .select_from(cursors)
            .where(mine(LOG), LOG.c.head_seq > applied)
            .order_by(LOG.c.node_id, LOG.c.epoch)
        )
    return [bytes(row.log_id) for row in rows]


class Projector:
    """The thread that keeps projecting; `wake` after every push, a poll every second for what others left.

    A store back from a week offline first brings its facts to safety: while its full frames keep coming, intake has
    the database to itself, for a few seconds at most.
    """

    def __init__(self, installation: Installation, seconds: Callable[[], float] = time.monotonic) -> None:
        self._installation = installation
        self._seconds = seconds
        self._work = threading.Event()
        self._stop = threading.Event()
        self._backlog_until = 0.0
        self._patient_again_s = 0.0
        self._thread = threading.Thread(target=self._run, name="projector", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self, *, more_to_come: bool = False) -> None:
        if more_to_come:
            self._backlog_until = self._seconds() + QUIET_S
        self._work.set()

    def is_calm(self) -> bool:
        """Whether no backlog is coming in."""
        return self._seconds() >= self._backlog_until

    def stop(self) -> None:
        """Ends after the batch in hand."""
        self._stop.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join()

    def _let_in(self) -> bool:
        """Wait while a backlog comes in; after the longest wait there is time for as much work before the next.

        False when it is time to stop.
        """
        now_s = self._seconds()
        if now_s < self._patient_again_s:
            return not self._stop.is_set()
        latest = now_s + LET_IN_S_MAX
        while (left := min(self._backlog_until, latest) - self._seconds()) > 0:
            if self._stop.wait(left):
                return False
        if self._seconds() >= latest:
            self._patient_again_s = latest + LET_IN_S_MAX
        return not self._stop.is_set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._work.wait(_POLL_S)
            self._work.clear()
            try:
                for store in self._installation.tenants():
                    project_all(store, self._installation.clock(), go_on=self._let_in)
            except Exception as error:
                log.error("projector_stumbled", error=f"{type(error).__name__}: {error}"[:500])
                self._stop.wait(_POLL_S)
