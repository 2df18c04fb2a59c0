"""The only writer of the store's day-book: one thread, one connection, many ops per fsync.

It drains its queue (at most 256 ops or 2 ms), decides each op on top of the ones before it, and brings facts,
op ids and row changes to disk in one transaction; only after COMMIT has returned does anybody hear of it. Every
start mints a random log that cites the head it grew from, so a folder restored from an old backup can never
reuse a name. An error from the disk means that the outcome is unknown: the file is reopened, its head read
again, a new log minted, and each op answered by whether it is there.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import structlog

from edge.ledger import dbapi, migrations
from edge.ledger.clock import NowMs, machine_clock
from edge.ledger.identity import Identity, read_identity
from edge.ledger.rebuild import rebuild_if_outdated
from edge.ledger.recording import Answer, Asker, Became, Prepared, record, told
from edge.ledger.rows import Rows
from edge.ledger.tables import create_projection_tables
from shared.errors import DomainError
from shared.ledger import envelope
from shared.ledger.chain import NO_PARENT, Head, genesis_hash
from shared.ledger.ops import Told
from shared.stock.projection import STOCK

OPS_PER_COMMIT = 256
GATHER_S = 0.002
CROWD = 24
"""So many submitters at once are worth waiting 2 ms for; fewer are answered without delay."""

ORDINAL_STEP = 1 << 20
"""Room between two logs born here for those that a restore took and head office tells of again."""

_NODE_ITSELF = "node.internal"

_log = structlog.get_logger("edge.writer")
Outcome = TypeVar("Outcome")


class Transaction(msgspec.Struct, frozen=True):
    """What work inside the writer's thread may use; it is committed when the work returns."""

    connection: dbapi.Connection
    rows: Rows
    now_ms: int


class Committed(msgspec.Struct, frozen=True):
    """Told to listeners after a commit: the new head, the goods touched, the kinds of facts."""

    head: Head
    skus: frozenset[str]
    kinds: frozenset[str]


class _Ops:
    """Ops that travel together and are answered together."""

    __slots__ = ("asker", "future", "loop", "ops")

    def __init__(
        self, ops: Sequence[Prepared], asker: Asker, future: Any, loop: asyncio.AbstractEventLoop | None
    ) -> None:
        self.ops = ops
        self.asker = asker
        self.future = future
        self.loop = loop


class _Work:
    """A piece of work that wants a transaction of its own."""

    __slots__ = ("action", "future")

    def __init__(self, action: Callable[[Transaction], Any], future: Future[Any]) -> None:
        self.action = action
        self.future = future


class _HeadMoved(Exception):
    """The file's head is not the one in memory: it was swapped or another process wrote to it."""


class _StoredResult(msgspec.Struct, frozen=True, array_like=True):
    error: Told | None = None
    warnings: tuple[Told, ...] = ()


_RESULT_ENCODER = msgspec.msgpack.Encoder()
_RESULT_DECODER = msgspec.msgpack.Decoder(_StoredResult)

_FIND_OPS = "SELECT op_id, content, log, seq, count, result FROM op WHERE op_id IN ({marks})"
_FIND_AT_ONCE = 64
_INSERT_EVENT = "INSERT INTO event (log, seq, bytes, hash) VALUES (?, ?, ?, ?)"
_INSERT_OP = "INSERT INTO op (op_id, content, log, seq, count, result) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_LOG = (
    "INSERT INTO log (log, ordinal, parent_log, parent_seq, parent_hash, genesis, born_ms) "
    "SELECT ?, coalesce(max(ordinal), 0) + ?, ?, ?, ?, ?, ? FROM log"
)
_LAST = (
    "SELECT log, seq, hash, bytes FROM event WHERE log = (SELECT log FROM log ORDER BY ordinal DESC LIMIT 1) "
    "ORDER BY seq DESC LIMIT 1"
)
_LAST_HEAD = _LAST.replace(", bytes", "")
_MET_PHONE = (
    "INSERT INTO phone (device_id, last_seq, missing, seen_ms) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (device_id) DO UPDATE SET "
    "missing = max(0, phone.missing + CASE WHEN excluded.last_seq > phone.last_seq "
    "THEN excluded.last_seq - phone.last_seq - 1 ELSE -1 END), "
    "last_seq = max(phone.last_seq, excluded.last_seq), seen_ms = excluded.seen_ms"
)


class Writer:
    """Start it once per process; `submit` ops and `run` work from any thread."""

    def __init__(
        self,
        path: Path,
        *,
        now_ms: NowMs | None = None,
        new_id: Callable[[], bytes] = lambda: os.urandom(16),
        connect: Callable[[Path], dbapi.Connection] = dbapi.open_writer,
    ) -> None:
        self.path = path
        self.now_ms = now_ms or machine_clock()
        self.identity = Identity(node_id=b"")
        self.failures = 0
        self.listeners: list[Callable[[Committed], None]] = []
        self._new_id = new_id
        self._connect = connect
        self._queue: queue.SimpleQueue[_Ops | _Work | None] = queue.SimpleQueue()
        self._held: _Work | None = None
        self._stopping = False
        self._crowded = False
        self._connection: dbapi.Connection | None = None
        self._rows: Rows
        self._parent = NO_PARENT
        self._tip = NO_PARENT
        self._log_stored = False
        self._hlc = 0
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, name="writer", daemon=True)

    # -- what other threads call

    def start(self) -> None:
        """Returns when the file is open and the log minted; raises what went wrong."""
        self._thread.start()
        self._ready.result()

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    @property
    def head(self) -> Head:
        """The last committed head of this writer's log."""
        return self._tip

    def submit(self, ops: Sequence[Prepared], asker: Asker) -> Future[list[Answer]]:
        """Record ops; the future resolves after COMMIT, or raises `disk_full`, `storage_failed`."""
        future: Future[list[Answer]] = Future()
        self._queue.put(_Ops(ops, asker, future, None))
        return future

    def submit_soon(self, ops: Sequence[Prepared], asker: Asker) -> asyncio.Future[list[Answer]]:
        """As `submit`, for a caller inside an event loop; a whole batch wakes the loop once."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Answer]] = loop.create_future()
        self._queue.put(_Ops(ops, asker, future, loop))
        return future

    def run(self, action: Callable[[Transaction], Outcome]) -> Future[Outcome]:
        """Do something in a transaction of the writer's own thread: feed, sessions, photos, backfill."""
        future: Future[Outcome] = Future()
        self._queue.put(_Work(action, future))
        return future

    # -- the writer's own thread

    def _live(self) -> None:
        try:
            migrations.ensure(self.path)
            self._open()
            rebuild_if_outdated(self._require(), self._rows, self.identity.store)
        except BaseException as error:
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        while not self._stopping:
            self._serve(self._gather())
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> None:
        """Open the file, read who we are and where the last log ended, and mint a log upon it."""
        connection = self._connect(self.path)
        create_projection_tables(connection)
        self._connection = connection
        self._rows = Rows(connection)
        self.identity = read_identity(connection) or Identity(node_id=b"")
        last = connection.execute(_LAST).fetchone()
        if last is None:
            self._parent = NO_PARENT
        else:
            self._parent = Head(last[0], last[1], last[2])
            self._hlc = max(self._hlc, envelope.decode(last[3]).hlc)
        self._mint()

    def _mint(self) -> None:
        """A new log upon `self._parent`; its row reaches the disk together with its first fact."""
        log_id = self._new_id()
        self._tip = Head(log_id, 0, genesis_hash(log_id, self.identity.node_id, self._parent))
        self._log_stored = False

    def _gather(self) -> list[_Ops] | _Work:
        """The next batch. A few ops do not wait for company; where many are writing, 2 ms gather them."""
        held, self._held = self._held, None
        if held is not None:
            return held
        first = self._queue.get()
        if first is None:
            self._stopping = True
            return []
        if isinstance(first, _Work):
            return first
        batch, count = [first], len(first.ops)
        if self._crowded:
            # One sleep, then everything that has come: waking up for each op would cost more than it brings.
            time.sleep(GATHER_S)
        while count < OPS_PER_COMMIT:
            try:
                found = self._queue.get_nowait()
            except queue.Empty:
                break
            if found is None:
                self._stopping = True
                break
            if isinstance(found, _Work):
                self._held = found
                break
            batch.append(found)
            count += len(found.ops)
        self._crowded = len(batch) >= CROWD
        return batch

    def _serve(self, batch: list[_Ops] | _Work) -> None:
        if isinstance(batch, _Work):
            self._serve_work(batch)
        elif batch:
            self._serve_ops(batch)

    def _serve_ops(self, batch: list[_Ops]) -> None:
        committed = _Batch()
        outcomes: list[list[Answer] | DomainError]
        try:
            outcomes = list(self._record(batch, committed))
        except _HeadMoved:
            self._lose_trust("head moved")
            return self._serve_ops(batch)
        except dbapi.Error as error:
            outcomes = self._find_out(batch, error)
        except Exception as error:
            # Ours, not the disk's: nothing was committed, and what memory holds may be half an op.
            _log.exception("batch failed", ops=[op.op_id.hex() for sent in batch for op in sent.ops][:20])
            outcomes = self._find_out(batch, error)
        _deliver(batch, outcomes)
        self._tell(committed)
        return None

    def _record(self, batch: list[_Ops], committed: _Batch) -> list[list[Answer]]:
        connection = self._require()
        now_ms = self.now_ms()
        connection.execute("BEGIN IMMEDIATE")
        self._assert_head(connection)
        tip, hlc = self._tip, self._hlc
        committed.known = self._find([op.op_id for sent in batch for op in sent.ops])
        answers: list[list[Answer]] = []
        for sent in batch:
            of_sent: list[Answer] = []
            for op in sent.ops:
                answer, became = self._answer(op, sent.asker, committed, tip, hlc, now_ms)
                if became is not None:
                    tip, hlc = became.tip, became.hlc
                of_sent.append(answer)
            answers.append(of_sent)
        if tip.seq > self._tip.seq and not self._log_stored:
            self._store_log(connection, now_ms)
        if committed.events:
            connection.executemany(_INSERT_EVENT, committed.events)
        if committed.ops:
            connection.executemany(_INSERT_OP, committed.ops.values())
        if committed.met:
            connection.executemany(_MET_PHONE, committed.met)
        self._rows.flush()
        connection.execute("COMMIT")
        self._log_stored = self._log_stored or tip.seq > self._tip.seq
        self._tip, self._hlc = tip, hlc
        committed.head = tip
        self._rows.keep_small()
        return answers

    def _answer(
        self, op: Prepared, asker: Asker, committed: _Batch, tip: Head, hlc: int, now_ms: int
    ) -> tuple[Answer, Became | None]:
        stored = committed.ops.get(op.op_id) or committed.known.get(op.op_id)
        if stored is not None:
            return _repeated(op, stored), None
        refused = _may_not(op, asker)
        if refused is not None:
            return Answer(op_id=op.op_id, error=refused), None
        try:
            became = record(op, asker, self._rows, self.identity.store, tip, hlc, now_ms)
        except DomainError as error:
            refusal = told(error.key, **error.values)
            committed.ops[op.op_id] = (op.op_id, op.content, None, None, 0, _result(refusal, ()))
            return Answer(op_id=op.op_id, error=refusal), None
        except dbapi.Error:
            raise
        except Exception:
            # A mistake of ours in one op must not take its neighbours with it; the id tells support where to look.
            _log.exception("op failed", op_id=op.op_id.hex())
            return Answer(op_id=op.op_id, error=told("op_failed", reference=op.op_id.hex())), None
        self._rows.apply(became.changes)
        if op.dev_seq:
            committed.met.append((op.device, op.dev_seq, op.dev_seq - 1, now_ms))
        first, log_id = tip.seq + 1, tip.log
        committed.events += [(log_id, seq, data, digest) for seq, data, digest in became.events]
        count = len(became.events)
        result = _result(None, became.warnings)
        committed.ops[op.op_id] = (op.op_id, op.content, log_id, first, count, result)
        committed.kinds.update(became.kinds)
        committed.skus.update(str(change.key[0]) for change in became.changes if change.table is STOCK)
        answer = Answer(op_id=op.op_id, log=log_id, seq=first, count=count, warnings=became.warnings)
        return answer, became

    def _find(self, op_ids: list[bytes]) -> dict[bytes, tuple[Any, ...]]:
        """The stored answers of those ops that have one."""
        connection = self._require()
        found: dict[bytes, tuple[Any, ...]] = {}
        for at in range(0, len(op_ids), _FIND_AT_ONCE):
            # Always the same number of marks, so that the statement stays prepared.
            part = op_ids[at : at + _FIND_AT_ONCE]
            few = 1 if len(part) == 1 else _FIND_AT_ONCE
            cells = part + part[-1:] * (few - len(part))
            rows = connection.execute(_FIND_OPS.format(marks=", ".join("?" * few)), cells)
            found.update((row[0], row) for row in rows)
        return found

    def _assert_head(self, connection: dbapi.Connection) -> None:
        """The head on disk must be the one in memory; anything else means that somebody else wrote here."""
        last = connection.execute(_LAST_HEAD).fetchone() or NO_PARENT_CELLS
        mine = self._tip if self._log_stored else self._parent
        if (last[0], last[1], last[2]) != (mine.log, mine.seq, mine.hash):
            raise _HeadMoved

    def _store_log(self, connection: dbapi.Connection, now_ms: int) -> None:
        parent = self._parent
        genesis = genesis_hash(self._tip.log, self.identity.node_id, parent)
        cells = (self._tip.log, ORDINAL_STEP, parent.log, parent.seq, parent.hash, genesis, now_ms)
        connection.execute(_INSERT_LOG, cells)

    def _serve_work(self, work: _Work) -> None:
        outcome: Any = None
        failure: BaseException | None = None
        try:
            outcome = self._in_transaction(work.action)
        except _HeadMoved:
            self._lose_trust("head moved")
            return self._serve_work(work)
        except dbapi.Error as error:
            failure = self._failed(error)
        except Exception as error:
            self._abandon()
            failure = error
        if failure is None:
            work.future.set_result(outcome)
        else:
            work.future.set_exception(failure)
        return None

    def _in_transaction(self, action: Callable[[Transaction], Any]) -> Any:
        connection = self._require()
        connection.execute("BEGIN IMMEDIATE")
        self._assert_head(connection)
        outcome = action(Transaction(connection, self._rows, self.now_ms()))
        self._rows.flush()
        connection.execute("COMMIT")
        self._rows.keep_small()
        self._after_work(connection)
        return outcome

    def _after_work(self, connection: dbapi.Connection) -> None:
        """Work may have taught us who we are, or brought back facts that belong before our own."""
        self.identity = read_identity(connection) or self.identity
        if not self._log_stored:
            last = connection.execute(_LAST_HEAD).fetchone() or NO_PARENT_CELLS
            self._parent = Head(*last)
            self._mint()

    # -- when the disk fails

    def _require(self) -> dbapi.Connection:
        """The connection, opened anew where an error has closed it."""
        if self._connection is None:
            self._open()
        assert self._connection is not None
        return self._connection

    def _abandon(self) -> None:
        """Give up the open transaction and all that memory believes of it."""
        self._rows.forget()
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except dbapi.Error:
                self._lose_trust("rollback failed")

    def _lose_trust(self, why: str) -> None:
        """Close the file; the next use opens it again, reads its head and mints a new log."""
        self.failures += 1
        _log.warning("reopening the day-book", why=why, failures=self.failures)
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except dbapi.Error:
                _log.exception("close failed")

    def _failed(self, error: Exception) -> DomainError:
        self._lose_trust(str(error))
        return DomainError("disk_full" if dbapi.is_disk_full(error) else "storage_failed")

    def _find_out(self, batch: list[_Ops], error: Exception) -> list[list[Answer] | DomainError]:
        """After an error from the disk nobody knows what was written, so look: an op is there or it is not."""
        failure = self._failed(error)
        outcomes: list[list[Answer] | DomainError] = []
        try:
            found = self._find([op.op_id for sent in batch for op in sent.ops])
            for sent in batch:
                if all(op.op_id in found for op in sent.ops):
                    outcomes.append([_repeated(op, found[op.op_id]) for op in sent.ops])
                else:
                    outcomes.append(failure)
        except dbapi.Error as again:
            # The second error in a row: nothing can be read, so nothing is acknowledged until it can.
            self._lose_trust(str(again))
            return [failure for _ in batch]
        return outcomes

    def _tell(self, committed: _Batch) -> None:
        if committed.head is None or not committed.events:
            return
        told_of = Committed(committed.head, frozenset(committed.skus), frozenset(committed.kinds))
        for listener in self.listeners:
            try:
                listener(told_of)
            except Exception:
                _log.exception("listener failed")


NO_PARENT_CELLS = (NO_PARENT.log, NO_PARENT.seq, NO_PARENT.hash)


class _Batch:
    """What one transaction will write."""

    def __init__(self) -> None:
        self.events: list[tuple[bytes, int, bytes, bytes]] = []
        self.ops: dict[bytes, tuple[Any, ...]] = {}
        self.known: dict[bytes, tuple[Any, ...]] = {}
        """Ops of this batch that were answered before."""
        self.met: list[tuple[str, int, int, int]] = []
        """(phone, its op number, how many before it are missing if it is new to us, when)."""
        self.skus: set[str] = set()
        self.kinds: set[str] = set()
        self.head: Head | None = None


def _may_not(op: Prepared, asker: Asker) -> Told | None:
    """Refusals that are no decision about the op, so that it may be asked again."""
    if op.command is None:
        assert op.refused is not None
        return told(op.refused.key, **op.refused.values)
    if op.command.decided_at != "edge":
        return told("decided_at_head_office", kind=op.command.kind)
    if op.command.permission not in asker.permissions:
        return told("not_permitted", permission=op.command.permission)
    return None


def _result(error: Told | None, warnings: tuple[Told, ...]) -> bytes | None:
    if error is None and not warnings:
        return None
    return _RESULT_ENCODER.encode(_StoredResult(error, warnings))


def _repeated(op: Prepared, stored: tuple[Any, ...]) -> Answer:
    """The stored answer, unless somebody has used the id for something else."""
    _, content, log_id, seq, count, result = stored
    if content is not None and content != op.content:
        return Answer(op_id=op.op_id, error=told("id_reuse_mismatch", op_id=op.op_id.hex()))
    kept = _StoredResult() if result is None else _RESULT_DECODER.decode(result)
    return Answer(
        op_id=op.op_id,
        log=log_id,
        seq=seq,
        count=count,
        error=kept.error,
        warnings=kept.warnings,
        repeated=True,
    )


def _deliver(batch: list[_Ops], outcomes: list[list[Answer] | DomainError]) -> None:
    """Resolve every future; those of one event loop together."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Any, list[Answer] | DomainError]]] = defaultdict(list)
    for sent, outcome in zip(batch, outcomes, strict=True):
        if sent.loop is not None:
            by_loop[sent.loop].append((sent.future, outcome))
        else:
            _resolve([(sent.future, outcome)])
    for loop, resolved in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, resolved)


def _resolve(resolved: list[tuple[Any, list[Answer] | DomainError]]) -> None:
    for future, outcome in resolved:
        if future.cancelled():
            continue
        if isinstance(outcome, DomainError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def node_asker(actor: str = "node") -> Asker:
    """The node's own intake and jobs: they hold what no person holds."""
    return Asker(actor=actor, permissions=frozenset((_NODE_ITSELF,)), auth_level="system")
