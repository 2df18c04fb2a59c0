"""A box in a store: the real day-book writer, run without its thread, and the real sync on the run's virtual loop.

This is the one file that reaches into the edge past its public face; whoever changes the writer's queue or the
assembly of sync finds here what the simulator needs of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec

from edge.http.routes import ops as ops_route
from edge.http.sessions import device_is_revoked
from edge.jobs.backup import copy as back_up
from edge.ledger import dbapi, feed, photos
from edge.ledger.live import Live
from edge.ledger.reader import Readers, ReadView
from edge.ledger.rebuild import outdate, rebuild_if_outdated
from edge.ledger.recording import Answer, Asker, Prepared, prepare
from edge.ledger.writer import Transaction, Writer
from edge.sync import own_logs
from edge.sync.desk import Desk
from edge.sync.head_office import HeadOffice, NotNow, Reply
from edge.sync.node_key import Tokens
from edge.sync.pace import Pace
from edge.sync.service import Sync
from shared.access.kept import GRANT, principal_of
from shared.access.roles import PERMISSIONS
from shared.errors import DomainError
from shared.ledger.chain import Head
from shared.ledger.ops import Op, Result
from shared.ledger.view import row
from tests.simulator import programs
from tests.simulator.books import DAY_BOOK, EVERYTHING, key_of, opening
from tests.simulator.broken import NO_STUMBLING, Broken
from tests.simulator.office import Asked
from tests.simulator.power import BreakableConnection, Fuse, PowerCut

if TYPE_CHECKING:
    from tests.simulator.world import World

CLERK = Asker(actor="li", permissions=EVERYTHING, auth_level="password")
PACE = Pace(backoff_first_s=1, backoff_most_s=15, heartbeat_s=18, linger_s=0.5, poll_s=18, photos_s=20)
"""The shape of the real pace, on the scale of a run of minutes."""
Name = tuple[bytes, int]
_NEWEST = (
    "SELECT log, max(seq) FROM event WHERE log = (SELECT log FROM log ORDER BY ordinal DESC LIMIT 1) "
    "GROUP BY log"
)
_PARENT = "SELECT parent_log, parent_seq FROM log WHERE log = ?"


class WriterInHand(Writer):
    """The writer with its thread's work done on the caller's stack, batch by batch."""

    machine: Machine

    def open_now(self) -> None:
        with programs.of(self.machine):
            self._open()
            rebuild_if_outdated(self._require(), self._rows, self.identity.store)

    def submit(self, ops: Sequence[Prepared], asker: Asker) -> Future[list[Answer]]:
        future = super().submit(ops, asker)
        self._serve_now()
        return future

    def run(self, action: Callable[[Transaction], Any]) -> Future[Any]:
        future = super().run(action)
        self._serve_now()
        return future

    def _serve_now(self) -> None:
        grows_from = self.machine.newest() if not self.head.seq else None
        with programs.of(self.machine):
            take_one: Any = self
            if hasattr(self, "_step"):
                take_one._step()
            else:
                take_one._serve(take_one._gather())
        if self.head.seq:
            self.machine.wrote(self.head.log, grows_from)

    def close_now(self) -> None:
        """The process is gone, and with it its connections."""
        for connection in (getattr(self, "_reader", None), self._connection):
            if connection is not None:
                connection.close()


class HeadOfficeByLine(HeadOffice):
    """The edge's real client, whose requests go over the run's line instead of a socket."""

    def __init__(self, machine: Machine, tokens: Tokens) -> None:
        super().__init__(cast(Any, None), machine.writer.identity, tokens)
        self._machine = machine

    async def _once(self, method: str, path: str, content: bytes | None, params: Any, headers: Any) -> Reply:
        bearer = {}
        if self._machine.world.office.with_tokens:
            bearer = {"Authorization": f"Bearer {self._tokens.current()}"}
        asked = Asked(method, path, content, params or {}, {**headers, **bearer})
        return await self._machine.world.line.carry(asked, self._machine)


class Copy(msgspec.Struct, frozen=True):
    """A backup of the box, and the ops it had acknowledged by then."""

    file: Path
    acked: frozenset[bytes]
    old_program: bool


class Machine:
    """One box, on or off. A restart is a new process: a new writer, a new log."""

    def __init__(self, world: World, store: str, name: str, day_book: Path) -> None:
        self.world = world
        self.store = store
        self.name = name
        self.folder = world.folder / name
        self.folder.mkdir()
        self.path = self.folder / DAY_BOOK
        shutil.copyfile(day_book, self.path)
        self.is_up = False
        self.skew_ms = 0
        self.old_program = False
        self.acked: set[bytes] = set()
        self.copies: list[Copy] = []
        self.line_down_until = 0.0
        self.incarnation = 0
        self.process = (name, 0)
        """Which process writes here; two machines only where one was copied with its memory."""
        self.fuse = Fuse()
        self.writer: WriterInHand
        self.readers: Readers
        self.sync: Sync
        self._tasks: list[asyncio.Task[None]] = []
        self._expected_failures = 0

    def now_ms(self) -> int:
        return self.world.now_ms() + self.world.apart_ms(self.store) + self.skew_ms

    # -- on and off

    def start(self) -> None:
        """Switch on. A power cut while it starts leaves it off."""
        world = self.world
        self.incarnation += 1
        self.process = (self.name, self.incarnation)
        self.fuse = Fuse()
        self.fuse.blown = lambda: world.soon(self.power_lost)
        self._expected_failures = 0
        self.writer = WriterInHand(
            self.path,
            now_ms=self.now_ms,
            new_id=lambda: world.die.randbytes(16),
            connect=lambda path: BreakableConnection(dbapi.open_writer(path), self.fuse),
        )
        self.writer.machine = self
        self.writer.open_now()
        self.readers = Readers(self.path)
        self.is_up = True
        world.note(f"{self.name} starts log {self.writer.head.log.hex()[:8]}")
        self._assert_kept_its_word()
        self._start_sync()

    def think_on(self, other: Machine) -> None:
        """Our memory is the other's: a machine was copied while it ran, and both go on in the same log."""
        for name in ("_tip", "_written", "_committed", "_parent", "_log_stored"):
            setattr(self.writer, name, getattr(other.writer, name))
        self.process = other.process

    def _start_sync(self) -> None:
        world = self.world
        self.sync = Sync(self.writer, self.readers, self.folder, Live(), pace=PACE, chance=world.die.random)
        desk = Desk(self.writer, self.readers)
        tokens = Tokens(
            key_of(opening().boxes[self.store]),
            self.writer.identity.node_id,
            self.writer.identity.token_audience,
            lambda: self.now_ms() // 1000,
            world.die.randbytes,
        )
        parts = self.sync._assemble(desk, HeadOfficeByLine(self, tokens))
        self.sync._parts = parts
        self.sync._loop = world.loop
        self.writer.listeners.append(self.sync._committed)
        self._tasks = [
            world.loop.create_task(self._guarded(part.run), name=f"{self.name} {type(part).__name__}")
            for part in (parts.uplink, parts.downlink, parts.photos)
        ]

    async def _guarded(self, run: Callable[[], Awaitable[None]]) -> None:
        try:
            await run()
        except PowerCut:
            return
        except Broken as broken:
            self.world.fail(broken)
        except Exception as error:
            if self.is_up:
                self.world.fail(Broken(NO_STUMBLING, f"{self.name}: {type(error).__name__}: {error}"))

    def _assert_kept_its_word(self) -> None:
        """Invariant 4: whatever this disk acknowledged is on it."""
        with self.readers.lend() as connection:
            held = {op_id for (op_id,) in connection.execute("SELECT op_id FROM op")}
        lost = self.acked - held
        if lost:
            raise Broken(4, f"{self.name} acknowledged {sorted(lost)[0].hex()} and does not have it")

    def power_lost(self) -> None:
        """The plug is out; somebody puts it back after a while."""
        if self.is_up:
            self.world.note(f"{self.name} loses power")
            self.stop()
            self.world.later(self.world.die.uniform(0.1, 15), self.wake)

    def wake(self) -> None:
        """Switch on if it is off and still wanted."""
        if not self.is_up and self in self.world.machines():
            self.start()

    def stop(self) -> None:
        """Switch off."""
        if not self.is_up:
            return
        self.is_up = False
        # A twin's log that comes back behind our own looks like a foreign head: the writer starts a log upon it.
        explained = self._expected_failures or len(self.world.boxes[self.store]) > 1
        if self.writer.failures and not explained and not self.fuse.dead:
            self.world.fail(
                Broken(NO_STUMBLING, f"{self.name}: the writer reopened its file without a cause")
            )
        backfilling = self.sync._backfilling
        for task in (*self._tasks, *([] if backfilling is None else [backfilling])):
            task.cancel()
        self.readers.close()
        self.writer.close_now()

    def restart(self) -> None:
        self.stop()
        self.start()

    # -- what may befall its disk

    def take_copy(self) -> None:
        """The nightly job's copy, read back before it counts."""
        file = self.folder / f"copy-{len(self.copies)}.db"
        back_up(self.path, file)
        self.copies.append(Copy(file, frozenset(self.acked), self.old_program))

    def put_back(self, copied: Copy) -> None:
        """The disk was replaced and an old copy put in place."""
        self.stop()
        self._new_disk(copied.file)
        self.acked = set(copied.acked)
        if copied.old_program != self.old_program:
            self._rows_are_of_another_program()
        self.start()

    def become_new_hardware(self) -> None:
        """A new box, enrolled for the same store, with nothing on it."""
        self.stop()
        self._new_disk(opening().boxes[self.store] / DAY_BOOK)
        self.acked.clear()
        self.copies.clear()
        self.start()

    def _new_disk(self, file: Path) -> None:
        for left_over in self.folder.glob(f"{DAY_BOOK}*"):
            left_over.unlink()
        shutil.copyfile(file, self.path)

    def commit_fails(self, when: str) -> None:
        """The next COMMIT reports EIO."""
        self.fuse.fails_commit = when
        self._expected_failures += 1

    def change_program(self, *, old: bool) -> None:
        """Downgrade or upgrade: rows made by another program are made again at the start."""
        self.stop()
        self.old_program = old
        self._rows_are_of_another_program()
        self.start()

    def _rows_are_of_another_program(self) -> None:
        """What the versions of the projections would say."""
        connection = dbapi.open_writer(self.path)
        outdate(connection)
        connection.close()

    # -- what its process writes

    def newest(self) -> Name:
        """The newest fact on the disk, by the order of logs; an empty name where there is none."""
        with self.readers.lend() as connection:
            return connection.execute(_NEWEST).fetchone() or (b"", 0)

    def wrote(self, log: bytes, grows_from: Name | None) -> None:
        """Invariants 3 and 16: a log is begun by one process, upon what its disk held, and nobody else writes it."""
        me = self.process
        if self.world.writers.setdefault(log, me) != me:
            raise Broken(3, f"{log.hex()[:8]} of {self.world.writers[log]} is written by {me}")
        if log in self.world.began:
            return
        with self.readers.lend() as connection:
            parent = connection.execute(_PARENT, (log,)).fetchone()
        if parent is None:
            raise Broken(4, f"{self.name} acknowledged what is not on its disk")
        if grows_from is not None and parent != grows_from:
            raise Broken(
                16, f"{log.hex()[:8]} of {self.name} hides what it grew from: {grows_from[0].hex()[:8]}"
            )
        self.world.began[log] = parent

    # -- what phones ask of it

    def _asker(self, person: str) -> Asker:
        """Who is signed in on the phone; a box lets in whom it knows by the feed."""
        if not person:
            return CLERK
        with self.readers.lend() as connection:
            grant = row(ReadView(connection), GRANT, person)
        principal = None if grant is None else principal_of(person, grant)
        if principal is None:
            raise NotNow("sign in again")
        return Asker(actor=person, permissions=PERMISSIONS[principal.role], auth_level="password")

    def _refuse_revoked(self, device: str) -> None:
        with self.readers.lend() as connection:
            if device_is_revoked(connection, device):
                raise NotNow("device_revoked")

    def record(self, ops: Sequence[Op], person: str = "") -> tuple[list[Result], str]:
        """`POST /v1/ops`. Raises NotNow where there is no answer."""
        if not self.is_up:
            raise NotNow("off")
        self._refuse_revoked(ops[0].device_id)
        asker = self._asker(person)
        try:
            prepared = [programs.refuse_unknown(self, op, prepare(op)) for op in ops]
            answers = self.writer.submit(prepared, asker).result()
        except (PowerCut, DomainError) as error:
            raise NotNow(str(error)) from None
        self.acked.update(answer.op_id for answer in answers if answer.log is not None)
        results = [ops_route.result_of(op, answer, "en") for op, answer in zip(ops, answers, strict=True)]
        return results, self.writer.head.log.hex()

    def states(self, op_ids: tuple[str, ...], device: str) -> Any:
        """`POST /v1/ops/states`: how far each has come, and what this box writes now."""
        if not self.is_up:
            raise NotNow("off")
        self._refuse_revoked(device)
        node = cast(Any, SimpleNamespace(readers=self.readers, writer=self.writer))
        try:
            return ops_route._states(node, op_ids), ops_route._ledger(node)
        except PowerCut as error:
            raise NotNow(str(error)) from None

    def keep_photo(self, data: bytes) -> None:
        """A photograph reaches the disk."""
        sha = hashlib.sha256(data).hexdigest()
        photos.write(self.folder, sha, data, b"thumb")
        try:
            self.writer.run(lambda tx: photos.note(tx, sha, "image/png", len(data))).result()
        except DomainError:
            return
        parts = self.sync._parts
        assert parts is not None
        parts.photos.wake()

    # -- what the run looks at

    def cells(self, sql: str, *values: Any) -> list[Any]:
        with self.readers.lend() as connection:
            return connection.execute(sql, values).fetchall()

    def feed_cursor(self) -> feed.Cursor:
        with self.readers.lend() as connection:
            return feed.read_cursor(connection)

    def heads(self) -> dict[bytes, Head]:
        with self.readers.lend() as connection:
            return {log.head.log: log.head for log in own_logs.read_logs(connection)}

    def unsent(self) -> int:
        with self.readers.lend() as connection:
            return own_logs.read_unsent(connection).count

    def alarms(self) -> list[str]:
        parts = self.sync._parts
        assert parts is not None
        return [f"{alarm.log.hex()[:8]} {alarm.seq} {alarm.why}" for alarm in parts.uplink.alarms.values()]
