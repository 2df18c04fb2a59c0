"""The only writer of the store's day-book: one thread, one connection, many ops per fsync.

It decides each op on top of the ones before it and brings facts, op ids and row changes to disk in one
transaction; only after COMMIT has returned does anybody hear of it. While a COMMIT is under way the next ops are
decided in memory, so a busy disk gathers larger batches by itself and an idle one answers at once; should that
COMMIT fail, they are decided again. Every start mints a random log that cites the head it grew from, so a folder
restored from an old backup can never reuse a name. An error from the disk means that the outcome is unknown: the
file is reopened, its head read again, a new log minted, and each op answered by whether it is there.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
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
from edge.ledger.recording import Answer, Asker, Moment, Prepared, record, told
from edge.ledger.rows import Rows, RowsNotWritten
from edge.ledger.tables import create_projection_tables
from shared.errors import DomainError
from shared.ledger import envelope
from shared.ledger.chain import NO_PARENT, Head, genesis_hash
from shared.ledger.ops import Told

OPS_PER_COMMIT = 256

DECIDED_AT_ONCE = 64
"""After so many ops the writer looks whether the disk is free, so that a crowd that was answered together travels
in two batches: one is decided while the other is committed. So many askers come back a moment later, so their COMMIT
runs beside although nobody waits yet; a phone's pile of ops is one asker."""

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


class _Ops(msgspec.Struct, eq=False):
    """Ops that travel together and are answered together."""

    ops: Sequence[Prepared]
    asker: Asker
    future: Any
    loop: asyncio.AbstractEventLoop | None


class _Work:
    """A piece of work that wants a transaction of its own."""

    __slots__ = ("action", "future")

    def __init__(self, action: Callable[[Transaction], Any], future: Future[Any]) -> None:
        self.action = action
        self.future = future


class _Flight:
    """A batch whose COMMIT runs in the committer's thread; queued to the writer when the disk is free again."""

    __slots__ = ("batch", "connection", "error", "landed")

    def __init__(self, connection: dbapi.Connection, batch: _Batch) -> None:
        self.connection = connection
        self.batch = batch
        self.error: BaseException | None = None
        self.landed = threading.Event()


class _HeadMoved(Exception):
    """The file's head is not the one in memory: it was swapped or another process wrote to it."""


class _WriteFailed(Exception):
    """A batch did not reach the disk, or nobody knows: what was decided upon it stands on nothing."""

    def __init__(self, batch: _Batch, error: BaseException) -> None:
        super().__init__(str(error))
        self.batch = batch
        self.error = error


class _StoredResult(msgspec.Struct, frozen=True, array_like=True):
    error: Told | None = None
    warnings: tuple[Told, ...] = ()


_RESULT_ENCODER = msgspec.msgpack.Encoder()
_RESULT_DECODER = msgspec.msgpack.Decoder(_StoredResult)

_FIND_AT_ONCE = 64
_FIND_OP = "SELECT op_id, content, log, seq, count, result FROM op WHERE op_id = ?"
_FIND_OPS = _FIND_OP.replace("= ?", f"IN ({', '.join('?' * _FIND_AT_ONCE)})")
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
MET_PHONE = (
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
        connect_reader: Callable[[Path], dbapi.Connection] | None = dbapi.open_reader,
    ) -> None:
        """`connect_reader` None: old answers are looked up on the writing connection, when it is free."""
        self.path = path
        self.now_ms = now_ms or machine_clock()
        self.identity = Identity(node_id=b"")
        self.failures = 0
        self.listeners: list[Callable[[Committed], None]] = []
        self._new_id = new_id
        self._connect = connect
        self._connect_reader = connect_reader
        self._queue: queue.SimpleQueue[_Ops | _Work | _Flight | None] = queue.SimpleQueue()
        self._stopping = False
        self._ended = False
        self._connection: dbapi.Connection | None = None
        self._reader: dbapi.Connection | None = None
        self._flights: queue.SimpleQueue[_Flight | None] = queue.SimpleQueue()
        self._rows: Rows
        self._batch = _Batch()
        self._flight: _Flight | None = None
        self._parent = NO_PARENT
        self._tip = NO_PARENT
        """The last fact decided."""
        self._written = NO_PARENT
        """The last fact handed to the disk: what the file must end with when it is next written to."""
        self._committed = NO_PARENT
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
        return self._committed

    def submit(self, ops: Sequence[Prepared], asker: Asker) -> Future[list[Answer]]:
        """Record ops; the future resolves after COMMIT, or raises `disk_full`, `storage_failed`."""
        future: Future[list[Answer]] = _uncancelled()
        self._put(_Ops(ops, asker, future, None))
        return future

    def submit_soon(self, ops: Sequence[Prepared], asker: Asker) -> asyncio.Future[list[Answer]]:
        """As `submit`, for a caller inside an event loop; a whole batch wakes the loop once."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Answer]] = loop.create_future()
        self._put(_Ops(ops, asker, future, loop))
        return future

    def run(self, action: Callable[[Transaction], Outcome]) -> Future[Outcome]:
        """Do something in a transaction of the writer's own thread: feed, sessions, photos, backfill."""
        future: Future[Outcome] = _uncancelled()
        self._put(_Work(action, future))
        return future

    def _put(self, asked: _Ops | _Work) -> None:
        self._queue.put(asked)
        if self._ended:
            self._refuse_rest()

    def _refuse_rest(self) -> None:
        """Nobody will ever serve what is queued now: say so instead of letting it wait."""
        while True:
            try:
                found = self._queue.get_nowait()
            except queue.Empty:
                return
            failure = DomainError("storage_failed")
            if isinstance(found, _Ops):
                _deliver([found], [failure])
            elif isinstance(found, _Work):
                found.future.set_exception(failure)

    # -- the writer's own thread

    def _live(self) -> None:
        try:
            migrations.ensure(self.path)
            self._open()
            rebuild_if_outdated(self._require(), self._rows, self.identity.store)
        except BaseException as error:
            self._end()
            self._ready.set_exception(error)
            return
        committer = threading.Thread(target=self._commit_beside, name="committer", daemon=True)
        committer.start()
        self._ready.set_result(None)
        while not self._stopping:
            try:
                self._step()
            except BaseException as error:
                self._stumble(error)
        self._flights.put(None)
        committer.join()
        self._end()

    def _stumble(self, error: BaseException) -> None:
        """What nobody foresaw must not end the only thread that writes: refuse what it was at, and start afresh."""
        _log.critical("the writer stumbled", exc_info=error)
        flight, self._flight = self._flight, None
        batch, self._batch = self._batch, _Batch()
        sent = list(batch.sent)
        if flight is not None:
            flight.landed.wait()
            sent += flight.batch.sent if flight.error is not None else []
        self._lose_trust(str(error))
        _deliver(sent, [DomainError("storage_failed")] * len(sent))

    def _end(self) -> None:
        self._close()
        self._ended = True
        self._refuse_rest()

    def _open(self) -> None:
        """Open the file, read who we are and where the last log ended, and mint a log upon it."""
        self._connection = self._connect(self.path)
        try:
            create_projection_tables(self._connection)
            self._reader = self._connect_reader(self.path) if self._connect_reader else None
            self._rows = Rows(self._connection, self._claim)
            self.identity = read_identity(self._connection) or Identity(node_id=b"")
            last = self._connection.execute(_LAST).fetchone()
            if last is None:
                self._parent = NO_PARENT
            else:
                self._parent = Head(last[0], last[1], last[2])
                self._hlc = max(self._hlc, envelope.decode(last[3]).hlc)
            self._mint()
        except BaseException:
            # A file half opened must not pass for an open one: memory still tells of the one before.
            self._close()
            raise

    def _mint(self) -> None:
        """A new log upon `self._parent`; its row reaches the disk together with its first fact."""
        log_id = self._new_id()
        self._tip = Head(log_id, 0, genesis_hash(log_id, self.identity.node_id, self._parent))
        self._written = self._committed = self._tip
        self._log_stored = False

    def _step(self) -> None:
        """Take what has come, decide it, and write as soon as the disk is free."""
        batch = self._batch
        work = self._gather(batch)
        try:
            self._decide(batch)
            alone = bool(work) or self._stopping
            if self._disk_is_free or alone or batch.is_full:
                self._settle()
                if batch.sent:
                    self._write(alone=alone)
        except Exception as error:
            self._rescue(error)
        if work:
            self._serve_work(work)

    @property
    def _disk_is_free(self) -> bool:
        return self._flight is None or self._flight.landed.is_set()

    def _gather(self, batch: _Batch) -> _Work | None:
        """Wait for something to come, and take with it what else is there; returns work that ends the batch."""
        decided = batch.count
        found = self._queue.get()
        while True:
            if isinstance(found, _Ops):
                batch.take(found)
            elif isinstance(found, _Work):
                return found
            elif found is None:
                self._stopping = True
                return None
            # With the disk free, so many in all: those who wait for it longer are not made to wait for more company.
            before = 0 if self._disk_is_free else decided
            if batch.count >= min(before + DECIDED_AT_ONCE, OPS_PER_COMMIT):
                return None
            try:
                found = self._queue.get_nowait()
            except queue.Empty:
                return None

    def _decide(self, batch: _Batch) -> None:
        """Decide what the batch has taken in and not yet answered, in memory."""
        waiting = batch.sent[len(batch.answers) :]
        if not waiting:
            return
        batch.known.update(self._look_up([op.op_id for sent in waiting for op in sent.ops]))
        moment = Moment(self._rows, self.identity.store, self.now_ms())
        for sent in waiting:
            batch.answers.append([self._answer(op, sent.asker, batch, moment) for op in sent.ops])

    def _write(self, *, alone: bool) -> None:
        """Bring the batch to the disk. Its COMMIT runs beside where somebody waits or soon will: deciding goes on."""
        batch = self._batch
        connection = self._require()
        if self._tip.seq and not self._log_stored:
            batch.statements.append((_INSERT_LOG, [self._log_row()]))
        batch.statements += [(_INSERT_EVENT, batch.events), (_INSERT_OP, list(batch.ops.values()))]
        batch.statements.append((MET_PHONE, batch.met))
        changes = self._rows.take_pending()
        batch.skus = self._rows.take_touched()
        batch.upon, batch.head = self._head_on_disk, self._tip
        self._batch = _Batch()
        self._written = self._tip
        self._log_stored = self._log_stored or self._tip.seq > 0
        self._rows.keep_small()
        try:
            _begin(connection, batch.upon)
            for sql, rows in batch.statements:
                connection.executemany(sql, rows)
            self._rows.write(changes)
            if alone or (len(batch.sent) < DECIDED_AT_ONCE and self._queue.empty()):
                self._commit(connection, batch)
                self._answer_all(batch)
                return
        except Exception as error:
            raise _WriteFailed(batch, error) from error
        self._flight = _Flight(connection, batch)
        self._flights.put(self._flight)

    def _commit(self, connection: dbapi.Connection, batch: _Batch) -> None:
        connection.execute("COMMIT")
        self._committed = batch.head

    def _answer_all(self, batch: _Batch) -> None:
        """Whoever asked hears of it, now that it is true."""
        _deliver(batch.sent, batch.answers)
        self._tell(batch)

    def _commit_beside(self) -> None:
        """The committer's thread. The writer has the disk again before anybody is told, which also takes its time."""
        while (flight := self._flights.get()) is not None:
            try:
                self._commit(flight.connection, flight.batch)
            except BaseException as error:
                flight.error = error
            flight.landed.set()
            self._queue.put(flight)
            if flight.error is None:
                try:
                    self._answer_all(flight.batch)
                except Exception:
                    _log.exception("answers not delivered", ops=len(flight.batch.sent))

    def _settle(self) -> None:
        """Wait until the disk is free. Raises `_WriteFailed`."""
        flight, self._flight = self._flight, None
        if flight is not None:
            flight.landed.wait()
            if flight.error is not None:
                raise _WriteFailed(flight.batch, flight.error)

    def _claim(self) -> None:
        """Before the connection is used in the middle of a batch: the transaction it will be written in."""
        self._settle()
        _begin(self._require(), self._head_on_disk)

    def _rescue(self, error: Exception) -> None:
        """After an error find out what is true, answer by that, and decide again what stood on it."""
        batch, self._batch = self._batch, _Batch()
        failures = [error]
        try:
            self._settle()
        except _WriteFailed as earlier:
            failures.insert(0, earlier)
        again: list[_Ops] = []
        for failure in failures:
            if isinstance(failure, _WriteFailed):
                again += self._after_failure(failure.batch, failure.error)
            else:
                again += self._after_failure(batch, failure)
                batch = _Batch()
        self._batch.sent = again + batch.sent
        if self._batch.sent:
            try:
                self._decide(self._batch)
                self._write(alone=True)
            except Exception as another:
                self._rescue(another)

    def _after_failure(self, batch: _Batch, error: BaseException) -> list[_Ops]:
        """Answer the batch by what is on the disk; returns those that must be decided again."""
        if isinstance(error, _HeadMoved):
            self._lose_trust("head moved")
            return batch.sent
        if not isinstance(error, dbapi.Error):
            # Ours, not the disk's: nothing was committed, and what memory holds may be half an op.
            ids = [op.op_id.hex() for sent in batch.sent for op in sent.ops][:20]
            _log.error("batch failed", ops=ids, exc_info=error)
        if batch.sent and isinstance(error, RowsNotWritten):
            self._lose_trust(str(error))
            self._one_by_one(batch.sent)
        else:
            _deliver(batch.sent, self._find_out(batch.sent, error))
        return []

    def _one_by_one(self, sent: list[_Ops]) -> None:
        """One of them makes a sum too large for its column: each in its own transaction, so that it fails alone."""
        for several in sent:
            if len(several.ops) == 1 and len(sent) == 1:
                (op,) = several.ops
                _deliver([several], [[_failed_by_us(op)]])
                continue
            answers: list[Answer] = []
            try:
                for op in several.ops:
                    answers += self._alone(op, several.asker)
            except DomainError as failure:
                _deliver([several], [failure])
            else:
                _deliver([several], [answers])

    def _alone(self, op: Prepared, asker: Asker) -> list[Answer]:
        """One op, decided and brought to the disk. Raises `disk_full`, `storage_failed`."""
        future: Future[list[Answer]] = Future()
        self._batch.sent = [_Ops([op], asker, future, None)]
        try:
            self._decide(self._batch)
            self._write(alone=True)
        except Exception as error:
            self._rescue(error)
        return future.result(0)

    def _answer(self, op: Prepared, asker: Asker, batch: _Batch, moment: Moment) -> Answer:
        stored = batch.ops.get(op.op_id) or batch.known.get(op.op_id)
        if stored is not None:
            return _repeated(op, stored)
        refused = _may_not(op, asker)
        if refused is not None:
            return Answer(op_id=op.op_id, error=refused)
        tip = self._tip
        try:
            became = record(op, asker, self._rows, moment, tip, self._hlc)
        except DomainError as error:
            refusal = told(error.key, **error.values)
            batch.ops[op.op_id] = (op.op_id, op.content, None, None, 0, _result(refusal, ()))
            return Answer(op_id=op.op_id, error=refusal)
        except (dbapi.Error, RowsNotWritten, _HeadMoved, _WriteFailed):
            raise
        except Exception:
            # A mistake of ours in one op must not take its neighbours with it; the id tells support where to look.
            _log.exception("op failed", op_id=op.op_id.hex())
            return _failed_by_us(op)
        self._rows.apply(became.changes)
        self._tip, self._hlc = became.tip, became.hlc
        if op.dev_seq:
            batch.met.append((op.device, op.dev_seq, op.dev_seq - 1, moment.now_ms))
        first, count = tip.seq + 1, len(became.events)
        batch.events += became.events
        batch.ops[op.op_id] = (op.op_id, op.content, tip.log, first, count, _result(None, became.warnings))
        batch.kinds.update(became.kinds)
        return Answer(op_id=op.op_id, log=tip.log, seq=first, count=count, warnings=became.warnings)

    def _look_up(self, op_ids: list[bytes]) -> dict[bytes, tuple[Any, ...]]:
        """The stored answers of those ops that have one, those under way to the disk included."""
        if self._reader is None:
            self._settle()
        flying = {} if self._flight is None else self._flight.batch.ops
        found = {op_id: flying[op_id] for op_id in op_ids if op_id in flying}
        return found | _find(self._reader or self._require(), op_ids)

    @property
    def _head_on_disk(self) -> Head:
        """What the file must end with; anything else means that somebody else wrote there."""
        return self._written if self._log_stored else self._parent

    def _log_row(self) -> tuple[Any, ...]:
        tip, parent = self._tip, self._parent
        genesis = genesis_hash(tip.log, self.identity.node_id, parent)
        return (tip.log, ORDINAL_STEP, parent.log, parent.seq, parent.hash, genesis, self.now_ms())

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
        except BaseException as error:
            work.future.set_exception(error)
            raise
        if failure is None:
            work.future.set_result(outcome)
        else:
            work.future.set_exception(failure)
        return None

    def _in_transaction(self, action: Callable[[Transaction], Any]) -> Any:
        self._claim()
        connection = self._require()
        outcome = action(Transaction(connection, self._rows, self.now_ms()))
        self._rows.flush()
        connection.execute("COMMIT")
        self._rows.keep_small()
        self._after_work(connection)
        return outcome

    def _after_work(self, connection: dbapi.Connection) -> None:
        """Work may have taught us who we are, or brought back facts that belong before our own."""
        self.identity = read_identity(connection) or self.identity
        last = connection.execute(_LAST_HEAD).fetchone() or NO_PARENT_CELLS
        if not self._log_stored or last[0] != self._tip.log:
            # Facts that came back stand behind ours, where another box writes for this store: we go on upon them.
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
        self._close()

    def _close(self) -> None:
        connections = (self._reader, self._connection)
        self._reader = self._connection = None
        for connection in connections:
            if connection is not None:
                try:
                    connection.close()
                except dbapi.Error:
                    _log.exception("close failed")

    def _failed(self, error: BaseException) -> DomainError:
        self._lose_trust(str(error))
        return DomainError("disk_full" if dbapi.is_disk_full(error) else "storage_failed")

    def _find_out(self, batch: list[_Ops], error: BaseException) -> list[list[Answer] | DomainError]:
        """After an error from the disk nobody knows what was written, so look: an op is there or it is not."""
        failure = self._failed(error)
        outcomes: list[list[Answer] | DomainError] = []
        try:
            found = _find(self._require(), [op.op_id for sent in batch for op in sent.ops])
            for sent in batch:
                if all(op.op_id in found for op in sent.ops):
                    outcomes.append([_repeated(op, found[op.op_id]) for op in sent.ops])
                else:
                    outcomes.append(failure)
        except Exception as again:
            # The second error in a row: nothing can be read, so nothing is acknowledged until it can.
            self._lose_trust(str(again))
            return [failure for _ in batch]
        return outcomes

    def _tell(self, committed: _Batch) -> None:
        if not committed.events:
            return
        told_of = Committed(committed.head, committed.skus, frozenset(committed.kinds))
        for listener in tuple(self.listeners):
            try:
                listener(told_of)
            except Exception:
                _log.exception("listener failed")


NO_PARENT_CELLS = (NO_PARENT.log, NO_PARENT.seq, NO_PARENT.hash)


class _Batch:
    """What one transaction will write, and whom to tell."""

    def __init__(self) -> None:
        self.sent: list[_Ops] = []
        self.count = 0
        self.answers: list[list[Answer]] = []
        """Of the first of `sent`, as far as they are decided."""
        self.events: list[tuple[bytes, int, bytes, bytes]] = []
        self.ops: dict[bytes, tuple[Any, ...]] = {}
        self.known: dict[bytes, tuple[Any, ...]] = {}
        """Ops of this batch that were answered before."""
        self.met: list[tuple[str, int, int, int]] = []
        """(phone, its op number, how many before it are missing if it is new to us, when)."""
        self.statements: list[tuple[str, list[Any]]] = []
        self.skus: frozenset[str] = frozenset()
        self.kinds: set[str] = set()
        self.upon = NO_PARENT
        """What the file must end with before, and `head` after."""
        self.head = NO_PARENT

    def take(self, sent: _Ops) -> None:
        self.sent.append(sent)
        self.count += len(sent.ops)

    @property
    def is_full(self) -> bool:
        return self.count >= OPS_PER_COMMIT


def _begin(connection: dbapi.Connection, upon: Head) -> None:
    """Open the transaction, unless it is open. Raises `_HeadMoved` where the file ends with another fact."""
    if connection.in_transaction:
        return
    connection.execute("BEGIN IMMEDIATE")
    last = connection.execute(_LAST_HEAD).fetchone() or NO_PARENT_CELLS
    if last != (upon.log, upon.seq, upon.hash):
        raise _HeadMoved


def _find(connection: dbapi.Connection, op_ids: list[bytes]) -> dict[bytes, tuple[Any, ...]]:
    """The answers that the day-book holds to these ops."""
    found: dict[bytes, tuple[Any, ...]] = {}
    for at in range(0, len(op_ids), _FIND_AT_ONCE):
        # One or the other number of marks, so that the statement stays prepared.
        part = op_ids[at : at + _FIND_AT_ONCE]
        if len(part) == 1:
            found.update((row[0], row) for row in connection.execute(_FIND_OP, part))
        else:
            cells = part + part[-1:] * (_FIND_AT_ONCE - len(part))
            found.update((row[0], row) for row in connection.execute(_FIND_OPS, cells))
    return found


def _uncancelled() -> Future[Any]:
    """A future that an asker who goes away cannot cancel: it is done anyway, and resolving it must not fail."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future


def _failed_by_us(op: Prepared) -> Answer:
    return Answer(op_id=op.op_id, error=told("op_failed", reference=op.op_id.hex()))


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


def _deliver(batch: Sequence[_Ops], outcomes: Sequence[list[Answer] | DomainError]) -> None:
    """Resolve every future; those of one event loop together."""
    by_loop: defaultdict[asyncio.AbstractEventLoop | None, list[tuple[Any, list[Answer] | DomainError]]]
    by_loop = defaultdict(list)
    for sent, outcome in zip(batch, outcomes, strict=True):
        by_loop[sent.loop].append((sent.future, outcome))
    _resolve(by_loop.pop(None, []))
    for loop, resolved in by_loop.items():
        assert loop is not None
        try:
            loop.call_soon_threadsafe(_resolve, resolved)
        except RuntimeError:
            _log.warning("nobody left to answer", ops=len(resolved))


def _resolve(resolved: list[tuple[Any, list[Answer] | DomainError]]) -> None:
    for future, outcome in resolved:
        if future.done():
            continue
        if isinstance(outcome, DomainError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def node_asker(actor: str = "node") -> Asker:
    """The node's own intake and jobs: they hold what no person holds."""
    return Asker(actor=actor, permissions=frozenset((_NODE_ITSELF,)), auth_level="system")
