"""The product, broken on purpose in the ways that others were: each must be caught, or the simulator is worth nothing.

Every mutant patches the real code for the length of a `with`. They stand beside the literature: a sequence key of
(node, seq), forgetting at the first acknowledgement, acknowledging before the commit, a feed by insert order,
applying without the parent, dropping what is unknown, retrying under a new id, merging by time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import msgspec
from sqlalchemy import select, update

from cloud.intake import (
    authority,
    corrections,
    evidence,
    hello,
    projector,
    push,
    reading_facts,
    settling,
    twins,
)
from cloud.intake.reading_facts import Parked, Ready
from cloud.store import feed
from cloud.store.ledger_tables import FEED, TENANT
from cloud.store.tenant import mine
from edge.ledger import dbapi, rebuild, verdicts, writer
from edge.ledger.recording import prepare
from edge.sync import uplink
from shared.errors import DomainError
from shared.ledger import envelope as envelopes
from shared.ledger.chain import NO_PARENT, Head, genesis_hash
from shared.sync.messages import Pushed, Refused
from tests.simulator import machine as machines
from tests.simulator.broken import A_DECISION_STANDS, CORRECTIONS_BELONG, EVIDENCE_ONLY, SET_ASIDE
from tests.simulator.office import Office
from tests.simulator.power import BreakableConnection

Mutant = Callable[[], AbstractContextManager[None]]
MUTANTS: dict[str, Mutant] = {}
CAUGHT_AT = {
    "naive sequence key": 6,
    "forget at synced": 0,
    "ack before commit": 0,
    "feed by insert order": 4,
    "apply before parent": 0,
    "drop unknown": 30,
    "retry without id": 0,
    "merge by time": 126,
    "deaf to verdicts": 7,
    "goes on in its log": 2,
    "hides its origin": 2,
    "silent about twins": 7,
    "deaf to forks": 2,
    "refuses by the clock": 6,
    "lets the revoked in": 2,
    "void lets in": 2,
    "evidence is applied": 30,
    "evidence is thrown away": 30,
    "judges fact by fact": 91,
    "corrections outlive their count": 16,
}
"""A seed that catches each, so that a test run need not look for one."""

CAUGHT_BY = {
    "goes on in its log": "3:",
    "hides its origin": "16:",
    "silent about twins": "16:",
    "deaf to forks": "16:",
    "refuses by the clock": "14:",
    "lets the revoked in": SET_ASIDE,
    "void lets in": A_DECISION_STANDS,
    "evidence is applied": EVIDENCE_ONLY,
    "evidence is thrown away": EVIDENCE_ONLY,
    "judges fact by fact": SET_ASIDE,
    "corrections outlive their count": CORRECTIONS_BELONG,
}
"""Those whose harm only one check is there to see, with how its promise begins."""


def mutant(name: str) -> Callable[[Callable[[], Iterator[None]]], Mutant]:
    """Registers a broken variant under the name people read."""

    def register(variant: Callable[[], Iterator[None]]) -> Mutant:
        MUTANTS[name] = contextmanager(variant)
        return MUTANTS[name]

    return register


@contextmanager
def mutated(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Attributes of the product replaced for a while."""
    with ExitStack() as stack:
        for owner, name, broken in changes:
            stack.enter_context(patch.object(owner, name, broken))
        yield


@mutant("naive sequence key")
def naive_sequence_key() -> Iterator[None]:
    """One log for life, so a name is (node, seq): a writer goes on where its disk ends."""

    def go_on(self: Any) -> None:
        node = self.identity.node_id
        stored = self._parent if self._parent.seq else None
        self._tip = stored or Head(node, 0, genesis_hash(node, node, NO_PARENT))
        if stored is None:
            self._parent = NO_PARENT
        self._log_stored = stored is not None
        for name in ("_written", "_committed"):
            if hasattr(self, name):
                setattr(self, name, self._tip)

    with mutated((writer.Writer, "_mint", go_on)):
        yield


@mutant("forget at synced")
def forget_at_synced() -> Iterator[None]:
    """Head office calls stable what it has merely stored."""
    welcome, receive = hello.welcome, push.receive

    def eager_welcome(*given: Any) -> Any:
        said = welcome(*given)
        return msgspec.structs.replace(said, stable=[(head.log, head.seq) for head in said.have])

    def eager_receive(*given: Any) -> Any:
        said = receive(*given)
        return msgspec.structs.replace(said, stable=said.seq) if isinstance(said, Pushed) else said

    with mutated((hello, "welcome", eager_welcome), (push, "receive", eager_receive)):
        yield


class _LazyConnection(BreakableConnection):
    """Says that it has committed, and commits when it next begins or is closed in peace."""

    _owes = False

    def execute(self, sql: str, cells: dbapi.Cells = (), /) -> dbapi.Cursor:
        if sql == "COMMIT" and not self._fuse.fails_commit:
            self._owes = True
            return super().execute("SELECT 1")
        if sql == "BEGIN IMMEDIATE":
            self._pay()
        return super().execute(sql, cells)

    def close(self) -> None:
        if not self._fuse.dead:
            self._pay()
        super().close()

    def _pay(self) -> None:
        if self._owes:
            self._owes = False
            self._real.execute("COMMIT")


@mutant("ack before commit")
def ack_before_commit() -> Iterator[None]:
    """The edge answers, and the commit follows when there is more to do."""
    with mutated((machines, "BreakableConnection", _LazyConnection)):
        yield


@mutant("feed by insert order")
def feed_by_insert_order() -> Iterator[None]:
    """Positions come from a counter that is drawn when a transaction begins, not when it is committed."""
    drawn: dict[int, int] = {}
    current: list[int] = []

    def begin(self: Office) -> object:
        ((head,),) = self.rows("SELECT feed_head FROM tenant")
        drawn[id(self)] = max(drawn.get(id(self), 0), head) + 10
        return drawn[id(self)] - 9

    command = Office.command

    def run(self: Office, begun: object, kind: str, body: Any) -> None:
        current.append(begun if isinstance(begun, int) else 0)
        try:
            command(self, begun, kind, body)
        finally:
            current.pop()

    def emit(writing: Any, batch: bytes, changes: Iterable[feed.FeedChange]) -> None:
        head = writing.scalar(select(TENANT.c.feed_head).where(mine(TENANT)))
        pos = current[-1] if current and current[-1] else head + 1
        for pos, change in enumerate(changes, pos):  # noqa: B020
            body = None if change.body is None else msgspec.msgpack.encode(change.body)
            row = {
                "pos": pos,
                "table_name": change.table,
                "key": msgspec.msgpack.encode(change.key),
                "ver": change.ver,
                "body": body,
                "scope": feed.scope_text(change.stores),
                "is_checkpoint": 1,
                "made_ms": 0,
            }
            writing.insert_missing(FEED, row)
        writing.change(update(TENANT).where(mine(TENANT)).values(feed_head=max(head, pos)))

    with mutated(
        (Office, "begin_command", begin),
        (Office, "command", run),
        (feed, "emit", emit),
        (feed, "sequence", lambda store, now_ms: 0),
    ):
        yield


@mutant("apply before parent")
def apply_before_parent() -> Iterator[None]:
    """A log is applied as soon as it is here, whether or not what it grew from is."""
    with mutated((projector, "_parent_is_applied", lambda writing, parent, seq: True)):
        yield


@mutant("drop unknown")
def drop_unknown() -> Iterator[None]:
    """A fact of a kind head office does not know is taken for one without effect."""
    read = reading_facts._judged

    def forgiving(stored: Any, *given: Any) -> Any:
        outcome = read(stored, *given)
        if (
            isinstance(outcome, Parked)
            and outcome.reason == "unknown_schema"
            and outcome.envelope is not None
        ):
            return Ready(stored, outcome.envelope, [])
        return outcome

    with mutated((reading_facts, "_judged", forgiving)):
        yield


@mutant("retry without id")
def retry_without_id() -> Iterator[None]:
    """The node gives every op it hears an id of its own."""
    die = random.Random(7)

    def anew(op: Any) -> Any:
        return msgspec.structs.replace(prepare(op), op_id=die.randbytes(16))

    with mutated((machines, "prepare", anew)):
        yield


@mutant("merge by time")
def merge_by_time() -> Iterator[None]:
    """After a restore the facts of all logs are replayed by the clock that stamped them."""
    in_order = rebuild._in_order

    def by_clock(source: Any) -> Any:
        return iter(sorted(in_order(source), key=lambda fact: envelopes.decode(fact[2]).hlc))

    with mutated((rebuild, "_in_order", by_clock)):
        yield


@mutant("deaf to verdicts")
def deaf_to_verdicts() -> Iterator[None]:
    """A box goes by its own order of logs, whatever head office says of copies."""
    with mutated((verdicts, "silent", lambda connection: {})):
        yield


@mutant("goes on in its log")
def goes_on_in_its_log() -> Iterator[None]:
    """A process that starts takes the last log on its disk for its own."""
    mint = writer.Writer._mint

    def go_on(self: Any) -> None:
        if not self._parent.seq:
            mint(self)
            return
        self._tip = self._written = self._committed = self._parent
        self._log_stored = True

    with mutated((writer.Writer, "_mint", go_on)):
        yield


@mutant("hides its origin")
def hides_its_origin() -> Iterator[None]:
    """A box that was put back tells of its log as if it were a new box's first."""
    mint, log_row = writer.Writer._mint, writer.Writer._log_row

    def begin_anew(self: Any) -> None:
        mint(self)
        first = genesis_hash(self._tip.log, self.identity.node_id, NO_PARENT)
        self._tip = self._written = self._committed = Head(self._tip.log, 0, first)

    def row_of_a_first_log(self: Any) -> Any:
        known, self._parent = self._parent, NO_PARENT
        try:
            return log_row(self)
        finally:
            self._parent = known

    with mutated((writer.Writer, "_mint", begin_anew), (writer.Writer, "_log_row", row_of_a_first_log)):
        yield


@mutant("silent about twins")
def silent_about_twins() -> Iterator[None]:
    """Head office takes the facts of both boxes and tells nobody that there are two."""
    with mutated((twins, "alarm_of", lambda writing, log, head: str(log.alarm))):
        yield


@mutant("deaf to forks")
def deaf_to_forks() -> Iterator[None]:
    """Another fact under a name that is taken is passed over, at both ends."""

    async def nothing(self: Any) -> None:
        return

    def have(writing: Any, log: Any, common: Head) -> Refused:
        return Refused(code="GAP", have=Head(bytes(log.log_id), log.head_seq, bytes(log.head_hash)))

    with mutated(
        (push, "_fork", have),
        (hello, "_agrees", lambda writing, node, head: True),
        (uplink.Uplink, "_compare_heads", nothing),
    ):
        yield


@mutant("refuses by the clock")
def refuses_by_the_clock() -> Iterator[None]:
    """A box refuses what a phone says happened more than an hour from now, by the box's own clock."""
    hour_ms = 3_600_000

    class Strict(machines.WriterInHand):
        def submit(self, ops: Any, asker: Any) -> Any:
            far = DomainError("body_malformed", why="at_ms")
            now_ms = self.machine.now_ms()
            checked = [
                msgspec.structs.replace(op, command=None, refused=far)
                if abs(op.at_ms - now_ms) > hour_ms
                else op
                for op in ops
            ]
            return super().submit(checked, asker)

    with mutated((machines, "WriterInHand", Strict)):
        yield


@mutant("lets the revoked in")
def lets_the_revoked_in() -> Iterator[None]:
    """Head office applies whatever a store has let through."""
    with mutated((authority.Judge, "objection", lambda self, node, envelope: None)):
        yield


class _Nobody:
    """No command is one of these."""


@mutant("void lets in")
def void_lets_in() -> Iterator[None]:
    """A manager's no is carried out as a yes."""
    with mutated((settling, "VoidFacts", _Nobody)):
        yield


@mutant("judges fact by fact")
def judges_fact_by_fact() -> Iterator[None]:
    """What follows from a sale is let in where the sale is not, because its kind needs nobody's permission."""

    def judge(self: Any, stored: Any, envelope: Any) -> Any:
        if stored.seq <= self._judged_seq:
            return self._verdicts.get(stored.seq)
        return self._people.objection(stored.node, envelope)

    with mutated((projector.Reader, "_judge", judge)):
        yield


@mutant("corrections outlive their count")
def corrections_outlive_their_count() -> Iterator[None]:
    """A count is voided and what was corrected because of it stays."""
    with mutated((corrections, "fallen", lambda reading, facts: {})):
        yield


@mutant("evidence is applied")
def evidence_is_applied() -> Iterator[None]:
    """A frame of a revoked node is stored like any other."""
    with mutated((evidence, "keep", push.receive)):
        yield


@mutant("evidence is thrown away")
def evidence_is_thrown_away() -> Iterator[None]:
    """A revoked node is turned away, and nobody can ever ask what it sent."""
    with mutated((evidence, "keep", lambda node, data, now_ms: False)):
        yield
