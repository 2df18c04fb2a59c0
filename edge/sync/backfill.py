"""The node's own facts back from head office: after a restore from an old copy, or on new hardware.

They come verbatim, are verified against the hash chain we hold (or against the log's own genesis), and stand
where they stood at head office: before anything younger that was written here meanwhile. What simply follows on
changes the rows fact by fact; where the store has already written on top of the older state, the rows are made
anew from all logs at the end, and an op found in two logs keeps its effect where head office says, or in the older.
Ops get their entries too, so a phone that asks again hears what it was promised. The rows are marked as outdated
in the same transaction, so a node that dies half way rebuilds them at its next start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import structlog

from edge.ledger import dbapi, verdicts
from edge.ledger.identity import Identity
from edge.ledger.rebuild import is_outdated, outdate, rebuild_now, recorded_of
from edge.ledger.writer import ORDINAL_STEP, Transaction
from edge.sync import own_logs
from edge.sync.arrange import arrange
from edge.sync.desk import Desk
from edge.sync.head_office import HeadOffice
from shared.errors import DomainError
from shared.ledger import envelope
from shared.ledger.chain import Head, genesis_hash, next_hash
from shared.ledger.projection import changes_of
from shared.sync.messages import Backfill, Welcome

_log = structlog.get_logger("edge.sync.backfill")

_INSERT_LOG = (
    "INSERT INTO log (log, ordinal, parent_log, parent_seq, parent_hash, genesis, born_ms) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_EVENT = "INSERT INTO event (log, seq, bytes, hash) VALUES (?, ?, ?, ?)"
_FIND_OP = "SELECT log FROM op WHERE op_id = ?"
_KNOW_OP = (
    "INSERT INTO op (op_id, content, log, seq, count, result) VALUES (?, NULL, ?, ?, 1, NULL) "
    "ON CONFLICT (op_id) DO UPDATE SET log = excluded.log, seq = excluded.seq, count = 1, result = NULL"
)
_ONE_MORE = "UPDATE op SET count = count + 1 WHERE op_id = ?"
_ORDINAL = "SELECT ordinal FROM log WHERE log = ?"
_NEXT_ORDINAL = "SELECT min(ordinal) FROM log WHERE ordinal > ?"
_HEAD_SEQ = "SELECT coalesce(max(seq), 0) FROM event WHERE log = ?"
_YOUNGER_FACTS = "SELECT 1 FROM log l JOIN event e ON e.log = l.log WHERE l.ordinal > ? LIMIT 1"


class NotOurs(Exception):
    """What came back does not fit the chain: it is not taken, and its log raises the alarm."""


class Room(msgspec.Struct, frozen=True):
    """Where a log belongs: behind the last of `older` that is here, with as many more to come as `more`."""

    older: Sequence[bytes] = ()
    more: int = 0


def take_back(tx: Transaction, identity: Identity, part: Backfill, known: Head, room: Room) -> int:
    """Insert a verified run of facts; returns the number of the next missing one.

    `known` is the head that head office claims for the log.
    """
    connection = tx.connection
    hashes = _verified(connection, identity, part, known)
    ordinal = _place(tx, identity, part, room)
    rows = zip(range(part.first_seq, part.first_seq + len(hashes)), part.events, hashes, strict=True)
    connection.executemany(_INSERT_EVENT, [(part.log, seq, data, digest) for seq, data, digest in rows])
    follows = connection.execute(_YOUNGER_FACTS, (ordinal,)).fetchone() is None
    elsewhere = sum(not _know_op(connection, part, index) for index in range(len(part.events)))
    if elsewhere or not follows or not verdicts.are_followed(connection):
        outdate(connection)
    if not is_outdated(connection):
        for seq, event_bytes in enumerate(part.events, part.first_seq):
            recorded = recorded_of(identity.store, part.log, seq, event_bytes)
            if recorded is not None:
                tx.rows.apply(changes_of(recorded, "edge"))
    return part.first_seq + len(part.events)


def _verified(connection: dbapi.Connection, identity: Identity, part: Backfill, known: Head) -> list[bytes]:
    """The hash after each fact. Raises NotOurs where the run does not grow from what we hold."""
    held = own_logs.hash_at(connection, part.log, part.first_seq - 1)
    if held is None and part.first_seq == 1:
        held = genesis_hash(part.log, identity.node_id, part.parent)
    if held is None or held != part.prev_hash:
        raise NotOurs("does not join")
    if connection.execute(_HEAD_SEQ, (part.log,)).fetchone()[0] != part.first_seq - 1:
        raise NotOurs("the log has grown here")
    last, hashes = held, []
    for seq, event_bytes in enumerate(part.events, part.first_seq):
        last = next_hash(part.log, seq, last, event_bytes)
        hashes.append(last)
        if seq == known.seq and last != known.hash:
            raise NotOurs("ends elsewhere")
    if not hashes or part.first_seq + len(hashes) - 1 > known.seq:
        raise NotOurs("wrong range")
    return hashes


def _place(tx: Transaction, identity: Identity, part: Backfill, room: Room) -> int:
    """The log's place among ours, noted now if it is new here.

    Between its neighbours there is room for all that come; where there is none left it goes behind all others, and
    `arrange` gives it its place.
    """
    connection = tx.connection
    found = connection.execute(_ORDINAL, (part.log,)).fetchone()
    if found is not None:
        return int(found[0])
    before = _place_of_last(connection, room.older)
    after = connection.execute(
        _NEXT_ORDINAL, (own_logs.SINCE_EVER if before is None else before,)
    ).fetchone()[0]
    if after is None:
        place = (before or 0) + ORDINAL_STEP
    else:
        if before is None:
            before = after - ORDINAL_STEP
        place = before + (after - before) // (room.more + 2)
        if place == before:
            place = connection.execute("SELECT max(ordinal) FROM log").fetchone()[0] + ORDINAL_STEP
    parent = part.parent
    genesis = genesis_hash(part.log, identity.node_id, parent)
    connection.execute(
        _INSERT_LOG, (part.log, place, parent.log, parent.seq, parent.hash, genesis, tx.now_ms)
    )
    return place


def _place_of_last(connection: dbapi.Connection, logs: Sequence[bytes]) -> int | None:
    for log in reversed(logs):
        found = connection.execute(_ORDINAL, (log,)).fetchone()
        if found is not None:
            return int(found[0])
    return None


def _know_op(connection: dbapi.Connection, part: Backfill, index: int) -> bool:
    """Note the op behind a fact; False when it already had its effect from another log here."""
    op_id = envelope.decode(part.events[index]).op_id
    found = connection.execute(_FIND_OP, (op_id,)).fetchone()
    if found is None or found[0] is None:
        # Unknown here, or refused here on an older state of the books than the one it was accepted on.
        connection.execute(_KNOW_OP, (op_id, part.log, part.first_seq + index))
        return True
    if found[0] != part.log:
        return False
    connection.execute(_ONE_MORE, (op_id,))
    return True


def finish(tx: Transaction, identity: Identity, order: Sequence[bytes]) -> bool:
    """Let logs stand as head office has them, and make the rows anew where that is due."""
    arrange(tx.connection, order)
    if not is_outdated(tx.connection):
        return False
    rebuild_now(tx.connection, tx.rows, identity.store)
    return True


class BackfillRun:
    """Brings back everything one Welcome offers."""

    def __init__(
        self, desk: Desk, head_office: HeadOffice, refused: Callable[[bytes, int, str], None]
    ) -> None:
        self._desk = desk
        self._head_office = head_office
        self._refused = refused

    async def bring_back(self, welcome: Welcome) -> bool:
        """Whether anything here is another than before: facts, or the places of logs."""
        order = [head.log for head in welcome.have]
        heads = {head.log: head for head in welcome.have}
        count = 0
        for number, (log, first, last) in enumerate(welcome.backfill, 1):
            room = Room(order[: order.index(log)], len(welcome.backfill) - number)
            try:
                count += await self._bring(heads[log], first, last, room)
            except (NotOurs, DomainError) as error:
                if isinstance(error, DomainError) and error.key == "disk_full":
                    raise
                # One log that cannot be taken back keeps no other from coming.
                _log.error("backfill refused", log=log.hex(), why=str(error))
                self._refused(log, first, f"backfill: {error}")
        identity = self._desk.identity
        rebuilt = await self._desk.write(lambda tx: finish(tx, identity, order))
        _log.info("facts brought back", facts=count, rebuilt=rebuilt)
        return bool(count) or rebuilt

    async def _bring(self, head: Head, first: int, last: int, room: Room) -> int:
        at = first
        while at <= last:
            part = await self._head_office.backfill(head.log, at, last)
            if part.log != head.log or part.first_seq != at:
                raise NotOurs("another range than asked for")
            at = await self._take(part, head, room)
        return at - first

    async def _take(self, part: Backfill, head: Head, room: Room) -> int:
        identity = self._desk.identity
        return await self._desk.write(lambda tx: take_back(tx, identity, part, head, room))
