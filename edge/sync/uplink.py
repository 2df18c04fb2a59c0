"""Facts on their way to head office: hello, then frames until nothing is unsent, then again at the next commit.

The decisions are in `plan` and `pace`; here they meet the day-book and the line. A frame is made of the stored
bytes, two are in flight at most, and what head office answers at hello is the only cursor. A chain cannot skip
a fact: a log with a fork, or with a fact head office cannot read even alone, stands still with an alarm while
all other logs go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from importlib import metadata
from typing import Literal

import msgspec
import structlog
import zstandard

from edge.ledger.feed import read_cursor
from edge.ledger.rebuild import is_outdated
from edge.ledger.writer import Transaction
from edge.sync import own_logs, plan, receipts, sent
from edge.sync.arrange import is_arranged
from edge.sync.desk import Desk
from edge.sync.head_office import HeadOffice, NotNow
from edge.sync.own_logs import SINCE_EVER, OwnLog, Run
from edge.sync.pace import Backoff, Pace, Window
from edge.sync.plan import Alarm, Narrowing, Push
from edge.sync.sent import Confirmed
from shared.errors import DomainError
from shared.hybrid_clock import stamp
from shared.ledger.chain import Head, walk
from shared.sync import frame
from shared.sync.messages import PROTOCOL, Hello, Mend, Pushed, Refused, SensorSeen, Welcome

MIN_READER = 1
"""The oldest protocol that can read our frames."""
GAPS_MAX = 3
"""Corrections of the cursor in a row before we take a breath and say hello again."""

HANDED_OVER_S = 0.002
"""By then a frame is in the hands of the operating system."""
NOTE_EVERY_S = 0.5
"""What head office confirmed is noted here so often while a backlog goes out, and at once when nothing is left."""

_UNREADABLE = "unreadable"
BACKFILL = "backfill"
"""What alarms begin with when facts could not be brought back."""

State = Literal["alone", "never", "ok", "unreachable", "refused"]

_log = structlog.get_logger("edge.sync.uplink")


class Contact(msgspec.Struct, frozen=True):
    """How we stand with head office."""

    state: State
    since_ms: int | None = None
    last_ack_ms: int | None = None
    why: str = ""


class Uplink:
    """Runs inside the sync thread's event loop; `wake` may come from any part of it."""

    def __init__(
        self,
        desk: Desk,
        head_office: HeadOffice,
        pace: Pace,
        backoff: Backoff,
        *,
        told: Callable[[int], None],
        reached: Callable[[], None],
        backfill: Callable[[Welcome], None],
        sensors: Callable[[], list[SensorSeen]],
        troubles: Callable[[], list[str]] = list,
    ) -> None:
        self.contact = Contact("never")
        self.alarms: dict[bytes, Alarm] = {}
        self.said: tuple[Alarm, ...] = ()
        """What head office has to say about our logs; they go on all the same."""
        self.clock_ahead_ms = 0
        """How far our clock runs ahead of head office's, as of the last hello."""
        self.caught_up = asyncio.Event()
        self._desk = desk
        self._head_office = head_office
        self._pace = pace
        self._backoff = backoff
        self._told = told
        self._reached = reached
        self._backfill = backfill
        self._sensors = sensors
        self._troubles = troubles
        self._window = Window()
        self._narrowing = Narrowing()
        self._once_more: set[bytes] = set()
        """Logs that stand still because a frame could not be read, not yet tried again since the last hello."""
        self._news = asyncio.Event()
        self._logs: list[OwnLog] = []
        self._have: dict[bytes, Head] = {}
        self._stable: dict[bytes, int] = {}
        self._behind: _Flying | None = None
        self._ready: _Packed | None = None
        self._to_note: dict[bytes, Confirmed] = {}
        self._noted_s = -NOTE_EVERY_S
        self._gaps = 0
        self._fresh = False

    def wake(self) -> None:
        """Something was committed."""
        self._news.set()

    def say_hello_again(self) -> None:
        """What we hold has changed in another way than by growing."""
        self._fresh = False
        self._news.set()

    async def greet(self) -> None:
        """A hello between two conversations, for what head office makes of it."""
        await self._head_office.hello(self._hello())

    def raise_alarm(self, log: bytes, seq: int, why: str) -> None:
        """Somebody else found a log that must stand still."""
        self.alarms.setdefault(log, Alarm(log, seq, why))

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                try:
                    await self._converse()
                except NotNow as refusal:
                    await self._wait_out(refusal)
        finally:
            await self._call_back()

    async def _wait_out(self, refusal: NotNow) -> None:
        self.caught_up.clear()
        self._window.failed()
        if self.contact.state != refusal.standing or self.contact.why != refusal.why:
            _log.warning("head office out of reach", why=refusal.why, standing=refusal.standing)
        self._stand(refusal.standing, refusal.why)
        if self._to_note:
            await self._note_stored()
        await asyncio.sleep(self._backoff.wait_s(refusal.after_s))

    def _stand(self, state: State, why: str = "") -> None:
        since = self.contact.since_ms if self.contact.state == state else self._desk.now_ms()
        self.contact = Contact(state, since, self.contact.last_ack_ms, why)

    # -- one conversation: from a hello to the next

    async def _converse(self) -> None:
        self._fresh = True
        if self._to_note:
            # Before the hello, whose answer may say less: what is noted last must be the later word.
            await self._note_stored()
        hello = self._hello()
        await self._take(await self._head_office.hello(hello))
        loop = asyncio.get_running_loop()
        until = loop.time() + self._pace.heartbeat_s
        while self._fresh and loop.time() < until:
            self._news.clear()
            if self._behind is None:
                self._read_logs()
            standing = self.alarms.keys() - self._once_more
            push = plan.next_push(self._logs, self._have, standing, self._window.events)
            if push is not None:
                self.caught_up.clear()
                await self._push(push)
                continue
            if self._behind is not None:
                # A hello has come between: what is on its way is stored by now, or its log stands still.
                await self._call_back()
                continue
            if self._to_note:
                await self._note_stored()
            if not self.caught_up.is_set():
                self.caught_up.set()
                self._told(0)
            await self._wait_for_news(until - loop.time())

    async def _wait_for_news(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._news.wait()
        except TimeoutError:
            return

    def _hello(self) -> Hello:
        with self._desk.read() as connection:
            self._logs = own_logs.read_logs(connection)
            cursor = read_cursor(connection)
            unsent = own_logs.read_unsent(connection)
            photos = connection.execute("SELECT count(*) FROM photo WHERE at_cloud = 0").fetchone()[0]
        return Hello(
            node_id=self._desk.identity.node_id,
            heads=[log.head for log in self._logs],
            parents=[log.parent for log in self._logs],
            feed_gen=cursor.gen,
            feed_pos=cursor.pos,
            blobs_pending=photos,
            hlc=stamp(0, self._desk.now_ms()),
            versions={"protocol": str(PROTOCOL), "edge": _version(), "troubles": " ".join(self._troubles())},
            unsent=unsent.count,
            oldest_unsent_ms=unsent.oldest_ms or 0,
            sensors=self._sensors(),
        )

    async def _take(self, welcome: Welcome) -> None:
        """Believe head office: what it has is where we go on, wherever that is."""
        self._have = {head.log: head for head in welcome.have}
        self._stable = dict(welcome.stable)
        self._window.limit(welcome.events_max)
        # A line that damages may look like a fact nobody can read; one try at each hello tells them apart in time.
        self._once_more = {log for log, alarm in self.alarms.items() if alarm.why.startswith(_UNREADABLE)}
        wanting = {log for log, _, _ in welcome.backfill}
        for name in [name for name, alarm in self.alarms.items() if alarm.why.startswith(BACKFILL)]:
            if name not in wanting:
                # What could not be brought back is here by now.
                del self.alarms[name]
        self.clock_ahead_ms = self._desk.now_ms() - welcome.server_ms
        for log in self._logs:
            if log.head.log in welcome.sealed and plan.unsent((log,), self._have):
                await self._halt(log.head.log, self._have[log.head.log].seq + 1, "sealed")
        await self._compare_heads()
        await self._note_all()
        await self._keep_receipt(welcome)
        await self._mend(welcome)
        self.said = tuple(Alarm(log, 0, why) for log, why in welcome.alarms)
        self._backoff.succeeded()
        if self.contact.state != "ok":
            self._reached()
        self._stand("ok")
        order = [head.log for head in welcome.have]
        if welcome.backfill or self._rows_wait() or not is_arranged(order, self._logs):
            self._backfill(welcome)

    def _rows_wait(self) -> bool:
        """Whether history that was cut short left rows to be made anew; head office may have no more of it by now."""
        with self._desk.read() as connection:
            return is_outdated(connection)

    async def _compare_heads(self) -> None:
        """Where head office holds another hash than we do under one name, two histories claim that name."""
        forks = []
        with self._desk.read() as connection:
            for log in self._logs:
                known = self._have.get(log.head.log)
                if known is None or known.seq > log.head.seq:
                    continue
                if own_logs.hash_at(connection, known.log, known.seq) != known.hash:
                    forks.append(known)
        for known in forks:
            await self._halt(known.log, known.seq, "fork")

    async def _note_all(self) -> None:
        with self._desk.read() as connection:
            noted = sent.read_confirmed(connection)
        told = {log: Confirmed(log, head.seq, self._stable.get(log, 0)) for log, head in self._have.items()}
        # Head office may have lost what it once confirmed: its word of today counts.
        lost = {log: Confirmed(log, 0, 0) for log in noted if log not in told}
        changed = [row for log, row in (told | lost).items() if noted.get(log) != row]
        if changed:
            await self._mirror(lambda tx: sent.note(tx, changed))
            self._acked()

    async def _mend(self, welcome: Welcome) -> None:
        """Facts that have rotted at head office, once more: as far as they are here, and whole here."""
        for log, first, last in welcome.mend:
            with self._desk.read() as connection:
                run = own_logs.read_run(connection, log, first, last - first + 1)
                before = own_logs.hash_at(connection, log, first - 1)
            whole = len(run.events) == last - first + 1 and before is not None
            if whole and before is not None and _is_whole(log, first, before, run):
                taken = await self._head_office.mend(Mend(log=log, first_seq=first, events=list(run.events)))
                _log.warning("mended at head office", log=log.hex(), seq=first, taken=taken)

    async def _keep_receipt(self, welcome: Welcome) -> None:
        """Head office's signature over what it has; written only when it has more than it had."""
        receipt = welcome.receipt
        if receipt is None:
            return
        with self._desk.read() as connection:
            is_news = receipts.is_news(connection, receipt, self._desk.identity)
        if is_news:
            await self._mirror(lambda tx: receipts.keep(tx, receipt))

    def _read_logs(self) -> None:
        """Only from the first log that is not finished: a node restarts daily, and logs add up over years."""
        lowest = plan.lowest_unfinished(self._logs, self._have) if self._logs else SINCE_EVER
        with self._desk.read() as connection:
            fresh = own_logs.read_logs(connection, lowest)
        self._logs = [log for log in self._logs if log.ordinal < lowest] + fresh

    # -- one frame

    async def _push(self, push: Push) -> None:
        """Have one frame stored. While head office has it in hand the next one is made and follows it."""
        flying = await self._flying(push)
        if flying is None:
            # What is on our own disk is not what was written: nothing of it may reach the chain's books.
            await self._halt(push.log.head.log, push.first_seq, "damaged here")
            return
        count = len(flying.packed.run.events)
        try:
            await self._follow(push, count, flying)
            answer = await flying.asked
        except BaseException:
            await self._call_back()
            await _gone(flying)
            raise
        if isinstance(answer, Pushed):
            await self._stored(push, flying.packed.run, answer)
        else:
            await self._call_back()
            await self._refused(push, count, answer)

    async def _flying(self, push: Push) -> _Flying | None:
        """The frame that is on its way already, if it is this one; or a new one, sent."""
        count = self._narrowing.count(push)
        behind = self._behind
        if behind is not None and behind.packed.suits(push, count):
            self._behind = None
            return behind
        await self._call_back()
        return self._send(self._pack(push, count))

    async def _follow(self, push: Push, count: int, first: _Flying) -> None:
        """Send the next frame behind the first, and make the one after it, to have it at hand."""
        after = plan.after(push, count, self._window.foreseen(1))
        if after is None:
            return
        ready, self._ready = self._ready, None
        if ready is None or not ready.suits(after, self._narrowing.count(after)):
            ready = await self._packed_beside(after, first)
        if first.asked.done() and not isinstance(_answer(first), Pushed):
            return
        self._behind = self._send(ready)
        beyond = plan.after(after, len(ready.run.events), self._window.foreseen(2))
        if self._behind is not None and beyond is not None:
            self._ready = await self._packed_beside(beyond, self._behind)

    async def _packed_beside(self, push: Push, sent: _Flying) -> _Packed:
        # Not before what was just sent is out of our hands: both would want the interpreter.
        await asyncio.wait({sent.asked}, timeout=HANDED_OVER_S)
        return await asyncio.to_thread(self._pack, push, self._narrowing.count(push))

    def _send(self, packed: _Packed) -> _Flying | None:
        if packed.frame is None:
            return None
        return _Flying(packed, asyncio.ensure_future(self._head_office.push(packed.frame)))

    async def _call_back(self) -> None:
        """What was to follow has no place any more. If it was stored all the same, the next `have` says so."""
        self._ready = None
        behind, self._behind = self._behind, None
        if behind is not None:
            await _gone(behind)

    def _pack(self, push: Push, count: int) -> _Packed:
        """Read, verified and packed. No packed bytes when the disk does not hold what was written."""
        log = push.log.head.log
        with self._desk.read() as connection:
            run = own_logs.read_run(connection, log, push.first_seq, count)
            before = own_logs.hash_at(connection, log, push.first_seq - 1)
        run = _fitting(run)
        if before is None or not run.events or not _is_whole(log, push.first_seq, before, run):
            return _Packed(push, run, None)
        header = frame.Header(
            node_id=self._desk.identity.node_id,
            log_id=log,
            parent=push.log.parent,
            first_seq=push.first_seq,
            count=len(run.events),
            prev_hash=before,
            last_hash=run.hashes[-1],
            raw_len=0,
            writer_version=_version(),
            min_reader=MIN_READER,
            hlc_now=stamp(0, self._desk.now_ms()),
        )
        # Not shared between threads: a compressor is not made for that.
        compress = zstandard.ZstdCompressor(level=3).compress
        return _Packed(push, run, frame.pack(header, run.events, compress))

    async def _stored(self, push: Push, run: Run, answer: Pushed) -> None:
        log, last = push.log.head.log, push.first_seq + len(run.events) - 1
        if answer.seq == last and answer.hash != run.hashes[-1]:
            await self._halt(log, last, "fork")
            return
        self._gaps = 0
        self._window.stored(len(run.events))
        self._narrowing.stored(log)
        if log in self._once_more:
            self._once_more.discard(log)
            del self.alarms[log]
        self._have[log] = Head(log, answer.seq, answer.hash)
        self._to_note[log] = Confirmed(log, answer.seq, answer.stable)
        self._acked()
        left = plan.unsent(self._logs, self._have)
        if not left or asyncio.get_running_loop().time() - self._noted_s >= NOTE_EVERY_S:
            await self._note_stored()
        self._told(left)
        if not left:
            await asyncio.sleep(self._pace.linger_s)

    async def _note_stored(self) -> None:
        """For the ticks. In a backlog not after each frame: every note is a sync of the till's own disk."""
        told, self._to_note = list(self._to_note.values()), {}
        self._noted_s = asyncio.get_running_loop().time()
        await self._mirror(lambda tx: sent.note_stored(tx, told))

    async def _refused(self, push: Push, count: int, refusal: Refused) -> None:
        log = push.log.head.log
        _log.warning("frame refused", code=refusal.code, log=log.hex(), seq=push.first_seq, why=refusal.why)
        if refusal.code == "GAP" and refusal.have is not None:
            self._gaps += 1
            self._have[log] = refusal.have
            await self._compare_heads()
            # It has lost facts, of this log and perhaps of others: what it has now it says at hello.
            self._fresh = False
            if self._gaps > GAPS_MAX:
                self._gaps = 0
                raise NotNow("GAP again and again")
        elif refusal.code in ("BAD_FRAME", "TOO_LARGE"):
            self._window.failed()
            if self._narrowing.refused(log, count):
                await self._halt(log, push.first_seq, f"{_UNREADABLE}: {refusal.why}")
        elif refusal.code in ("FORK", "SEALED"):
            await self._halt(log, push.first_seq, refusal.code.lower())
        else:
            raise NotNow(refusal.code)

    async def _halt(self, log: bytes, seq: int, why: str) -> None:
        """This log stands still until somebody has looked, or the node is started again; the others go on."""
        self._once_more.discard(log)
        if log in self.alarms:
            return
        self.alarms[log] = Alarm(log, seq, why)
        _log.error("log stands still", log=log.hex(), seq=seq, why=why)
        await self._mirror(lambda tx: sent.note_standing(tx, log, seq, why))

    async def _mirror(self, note: Callable[[Transaction], None]) -> None:
        """Ticks are a courtesy: a full disk here is one more reason to get the facts to head office."""
        try:
            await self._desk.write(note)
        except DomainError as error:
            _log.warning("not noted", why=error.key)

    def _acked(self) -> None:
        self.contact = msgspec.structs.replace(self.contact, last_ack_ms=self._desk.now_ms())


class _Packed(msgspec.Struct, frozen=True):
    """A frame ready to go; `frame` is None where our own disk is damaged."""

    push: Push
    run: Run
    frame: bytes | None

    def suits(self, push: Push, count: int) -> bool:
        """Whether this is what shall go now: the same facts on, no more of them than may go."""
        told = (self.push.log.head.log, self.push.first_seq)
        return told == (push.log.head.log, push.first_seq) and len(self.run.events) <= count


class _Flying(msgspec.Struct, frozen=True):
    """A frame on its way."""

    packed: _Packed
    asked: asyncio.Future[Pushed | Refused]


def _answer(flying: _Flying) -> Pushed | Refused | None:
    """What head office said, as far as it has."""
    asked = flying.asked
    return asked.result() if asked.done() and not asked.cancelled() and asked.exception() is None else None


async def _gone(flying: _Flying) -> None:
    """Let it go. Whatever became of it, nobody waits for its answer any more."""
    flying.asked.cancel()
    await asyncio.gather(flying.asked, return_exceptions=True)


def _fitting(run: Run) -> Run:
    fits = frame.events_that_fit(run.events) if run.events else 0
    return Run(run.events[:fits], run.hashes[:fits])


def _is_whole(log: bytes, first_seq: int, before: bytes, run: Run) -> bool:
    return walk(log, first_seq, before, run.events) == run.hashes[-1]


@cache
def _version() -> str:
    """Looked up once: reading a distribution's metadata costs as much as storing a frame."""
    try:
        return metadata.version("liushui")
    except metadata.PackageNotFoundError:
        return "unknown"
