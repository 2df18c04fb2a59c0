"""The outbox: every reading lies here, on disk, until the edge says it has committed it.

A broker's PUBACK does not count (it loses its queue when it is killed), so a row leaves only by `ack`, the
edge's own word. A reading's name is (epoch, seq): the epoch is random and belongs to this database file, the
seq comes from AUTOINCREMENT and is never used twice. When the disk share is used up, the oldest sensor rows
and events make room, and one "gap" event says how many and which; scans and weights are never dropped,
whatever the cap says.

Beside the rows lie the quarantine (foreign payloads nobody could read, bounded) and which scales still carry
something already taken, so that a restart does not take it again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from firmware_bridge import dbapi
from shared.sensing.reading import EVENT_GAP, READINGS_MAX, Reading, decode_reading, encode

log = logging.getLogger(__name__)

MESSAGE_BYTES_MAX = 128 * 1024
"""Bytes of readings in one message; the broker refuses messages above 262144."""
TAKEN_MS = 60_000
NAMED_MAX = 20_000
"""Messages remembered by the name their sender gave them: two hours of 160 sensors that speak once a minute."""
QUARANTINE_ROWS_MAX = 1000
QUARANTINE_BYTES_MAX = 4096
ROOM_PERCENT = 1
"""How much is cleared at once when the cap is reached, so that one gap event stands for many rows."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  kind    TEXT NOT NULL,
  device  TEXT NOT NULL,
  payload BLOB NOT NULL,
  bytes   INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_droppable ON outbox (seq) WHERE kind IN ('sensor', 'event');
CREATE TABLE IF NOT EXISTS loaded (device TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS taken (
  digest       BLOB PRIMARY KEY,
  monotonic_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS named (
  n       INTEGER PRIMARY KEY AUTOINCREMENT,
  name    BLOB NOT NULL UNIQUE,
  content BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS quarantine (
  n        INTEGER PRIMARY KEY AUTOINCREMENT,
  topic    TEXT NOT NULL,
  payload  BLOB NOT NULL,
  error    TEXT NOT NULL,
  detail   TEXT NOT NULL,
  at_ms    INTEGER
) STRICT;
"""


class Source(msgspec.Struct, frozen=True):
    """The message that readings came from, to know it again when the broker delivers it twice."""

    digest: bytes
    monotonic_ms: int
    name: bytes | None = None
    """Digest of the sender's own name for it (a frame counter, an id, its time); null where it has none."""
    content: bytes = b""
    """Digest of what it says under that name."""


Delivery = Literal["new", "again", "other_content"]


class Batch(msgspec.Struct, frozen=True):
    """Readings to send in one message; nothing the outbox holds lies between `after` and the first."""

    after: int
    readings: tuple[Reading, ...]


class Outbox:
    """One database file, one writer at a time; every public method may be called from any thread."""

    def __init__(
        self,
        path: Path,
        new_epoch: Callable[[], str],
        *,
        rows_max: int = 200_000,
        bytes_max: int = 64 * 1024 * 1024,
    ) -> None:
        self._path = path
        self._new_epoch = new_epoch
        self._rows_max = rows_max
        self._bytes_max = bytes_max
        self._lock = threading.RLock()
        self._rows = self._bytes = self._last_seq = 0
        self._epoch = ""
        self.arrived = threading.Event()
        """Set whenever a row came in; whoever ships rows clears it."""
        self._open()

    # What the rest of the bridge asks

    @property
    def epoch(self) -> str:
        """The name of this database's numbering."""
        return self._epoch

    @property
    def last_seq(self) -> int:
        """The highest seq ever given in this file."""
        return self._last_seq

    @property
    def rows(self) -> int:
        """Readings waiting for the edge's word."""
        return self._rows

    def first_unacked(self) -> int:
        """The lowest seq still held, or the next one to be given."""
        with self._lock:
            (first,) = self._db.execute("SELECT min(seq) FROM outbox").fetchone()
        return int(self._last_seq + 1 if first is None else first)

    def append(
        self,
        readings: Sequence[Reading],
        loaded: Mapping[str, bool] | None = None,
        source: Source | None = None,
    ) -> None:
        """Keep these readings, all or none; their seq is given here. On disk when this returns.

        When the commit's outcome is unknown the file is opened again and looked at: numbered means kept.
        """
        with self._lock:
            before = self._last_seq
            try:
                self._append(readings, loaded or {}, source)
            except dbapi.Error:
                self._reopen()
                if self._last_seq == before:
                    raise
        self.arrived.set()

    def batch(self, after: int) -> Batch | None:
        """The next readings above `after`, as many as fit one message; None when there are none."""
        with self._lock:
            rows = self._db.execute(
                "SELECT seq, payload FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", (after, READINGS_MAX)
            ).fetchall()
        readings: list[Reading] = []
        size = 0
        for seq, payload in rows:
            size += len(payload)
            if readings and size > MESSAGE_BYTES_MAX:
                break
            readings.append(msgspec.structs.replace(decode_reading(payload), seq=seq))
        return Batch(after, tuple(readings)) if readings else None

    def ack(self, epoch: str, upto: int) -> int:
        """Delete what the edge has committed and say how many rows that were.

        An ack beyond our own numbering means that this file is an older copy of itself and its numbers have
        been used before: then everything goes on under a new epoch, rather twice than not at all.
        """
        with self._lock:
            if epoch != self._epoch:
                return 0
            if upto > self._last_seq:
                log.error("outbox_is_an_old_copy upto=%d last_seq=%d", upto, self._last_seq)
                self._write_epoch(self._new_epoch())
                return 0
            self._db.execute("BEGIN IMMEDIATE")
            try:
                gone = self._db.execute("DELETE FROM outbox WHERE seq <= ?", (upto,)).rowcount
                self._db.execute("COMMIT")
            except dbapi.Error:
                self._reopen()
                raise
            if gone:
                self._measure()
            return int(gone)

    def was_taken(self, source: Source) -> bool:
        """Whether this very content was kept within the last minute; asked only about redeliveries.

        The machine's monotonic time outlives a process but not a reboot, so a time ahead of ours is no match.
        """
        with self._lock:
            row = self._db.execute(
                "SELECT monotonic_ms FROM taken WHERE digest = ?", (source.digest,)
            ).fetchone()
        return row is not None and 0 <= source.monotonic_ms - row[0] < TAKEN_MS

    def delivery(self, source: Source) -> Delivery:
        """Whether a message of this name was kept before, and whether it said the same."""
        if source.name is None:
            return "new"
        with self._lock:
            row = self._db.execute("SELECT content FROM named WHERE name = ?", (source.name,)).fetchone()
        if row is None:
            return "new"
        return "again" if bytes(row[0]) == source.content else "other_content"

    def is_loaded(self, device: str) -> bool:
        """Whether this scale carries something already taken."""
        with self._lock:
            return self._db.execute("SELECT 1 FROM loaded WHERE device = ?", (device,)).fetchone() is not None

    def set_loaded(self, device: str, loaded: bool) -> None:
        """Remember that a scale was cleared (or not)."""
        with self._lock:
            self._set_loaded({device: loaded})

    def quarantine(self, topic: str, payload: bytes, error: str, detail: str, at_ms: int | None) -> None:
        """Keep a payload nobody could read; only the newest thousand stay."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute(
                    "INSERT INTO quarantine (topic, payload, error, detail, at_ms) VALUES (?, ?, ?, ?, ?)",
                    (topic[:512], payload[:QUARANTINE_BYTES_MAX], error, detail, at_ms),
                )
                self._db.execute(
                    "DELETE FROM quarantine WHERE n <= (SELECT max(n) FROM quarantine) - ?",
                    (QUARANTINE_ROWS_MAX,),
                )
                self._db.execute("COMMIT")
            except dbapi.Error:
                self._reopen()
                raise

    def quarantined(self) -> list[tuple[str, bytes, str]]:
        """(topic, payload, error) of everything in the quarantine, oldest first."""
        with self._lock:
            return [
                (str(topic), bytes(payload), str(error))
                for topic, payload, error in self._db.execute(
                    "SELECT topic, payload, error FROM quarantine ORDER BY n"
                )
            ]

    def close(self) -> None:
        """Close the file; nothing is lost by not calling this."""
        with self._lock:
            self._db.close()

    # How it is kept

    def _open(self) -> None:
        """Open the file; one that is damaged is set aside, because readings must go on being kept."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connect()
        except dbapi.DatabaseError as broken:
            if isinstance(broken, dbapi.OperationalError):
                raise
            self._set_aside(broken)
            self._connect()

    def _connect(self) -> None:
        """Open and check the file, and find its epoch or give it one."""
        self._db = dbapi.connect(str(self._path), isolation_level=None, check_same_thread=False, timeout=10)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA journal_size_limit = 4194304")
        self._db.execute("PRAGMA cache_size = -1024")
        (verdict,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise dbapi.DatabaseError(verdict)
        self._db.executescript(_SCHEMA)
        row = self._db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
        if row is None:
            self._write_epoch(self._new_epoch())
        else:
            self._epoch = str(row[0])
        self._measure()

    def _set_aside(self, broken: Exception) -> None:
        """Move a damaged file and its companions out of the way, keeping them for who can read them."""
        number = 1
        while (aside := self._path.with_name(f"{self._path.name}.damaged-{number}")).exists():
            number += 1
        log.error("outbox_damaged %s set aside as %s: %s", self._path, aside.name, broken)
        self._db.close()
        self._path.rename(aside)
        for companion in ("-wal", "-shm"):
            self._path.with_name(self._path.name + companion).unlink(missing_ok=True)

    def _reopen(self) -> None:
        """Start over with a fresh connection, which knows what really was committed."""
        self._db.close()
        self._connect()

    def _write_epoch(self, epoch: str) -> None:
        """Give the file this epoch."""
        self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('epoch', ?)", (epoch,))
        self._epoch = epoch

    def _measure(self) -> None:
        """Count what lies in the file."""
        self._rows, self._bytes = self._db.execute(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM outbox"
        ).fetchone()
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
        self._last_seq = int(row[0]) if row else 0

    def _append(self, readings: Sequence[Reading], loaded: Mapping[str, bool], source: Source | None) -> None:
        """One transaction: the rows, room for them, the scales' state and the message they came from."""
        self._db.execute("BEGIN IMMEDIATE")
        rows, size, last = self._insert(readings)
        self._rows += rows
        self._bytes += size
        if self._rows > self._rows_max or self._bytes > self._bytes_max:
            last = self._make_room() or last
        self._set_loaded(loaded)
        if source is not None:
            self._note_source(source)
        self._db.execute("COMMIT")
        self._last_seq = last

    def _insert(self, readings: Iterable[Reading]) -> tuple[int, int, int]:
        """(rows, bytes, last seq) of what was inserted."""
        count = size = 0
        last = self._last_seq
        for reading in readings:
            payload = encode(msgspec.structs.replace(reading, seq=0))
            last = int(
                self._db.execute(
                    "INSERT INTO outbox (kind, device, payload, bytes) VALUES (?, ?, ?, ?)",
                    (reading.kind, reading.device, payload, len(payload)),
                ).lastrowid
            )
            count += 1
            size += len(payload)
        return count, size, last

    def _make_room(self) -> int | None:
        """Drop the oldest sensor rows and events until there is room, and leave one gap event for them.

        An older gap event that falls among them is folded into the new one. Returns the gap's seq; None when
        only scans and weights are left, which stay.
        """
        rows_goal = self._rows_max - max(1, self._rows_max * ROOM_PERCENT // 100)
        bytes_goal = self._bytes_max - self._bytes_max * ROOM_PERCENT // 100
        rows_left, bytes_left = self._rows, self._bytes
        doomed: list[int] = []
        spans: list[tuple[int, int, int]] = []
        fresh = False
        for seq, size, payload in self._db.execute(
            "SELECT seq, bytes, payload FROM outbox WHERE kind IN ('sensor', 'event') ORDER BY seq"
        ):
            if rows_left <= rows_goal and bytes_left <= bytes_goal:
                break
            folded = _gap_of(payload)
            fresh = fresh or folded is None
            doomed.append(seq)
            spans.append(folded or (1, seq, seq))
            rows_left -= 1
            bytes_left -= size
        if not fresh:
            # Nothing but our own gap event: folding it into a new one would free no room.
            log.debug("outbox_full_of_scans rows=%d bytes=%d", self._rows, self._bytes)
            return None
        self._db.executemany("DELETE FROM outbox WHERE seq = ?", [(seq,) for seq in doomed])
        gap = (sum(s[0] for s in spans), min(s[1] for s in spans), max(s[2] for s in spans))
        log.warning("outbox_dropped count=%d first_seq=%d last_seq=%d", *gap)
        rows, size, last = self._insert([_gap(*gap)])
        self._rows = rows_left + rows
        self._bytes = bytes_left + size
        return last

    def _note_source(self, source: Source) -> None:
        """Remember the newest message and forget the ones that are too old to come again."""
        self._db.execute(
            "INSERT OR REPLACE INTO taken (digest, monotonic_ms) VALUES (?, ?)",
            (source.digest, source.monotonic_ms),
        )
        self._db.execute(
            "DELETE FROM taken WHERE monotonic_ms NOT BETWEEN ? AND ?",
            (source.monotonic_ms - TAKEN_MS, source.monotonic_ms),
        )
        if source.name is not None:
            self._db.execute(
                "INSERT OR IGNORE INTO named (name, content) VALUES (?, ?)", (source.name, source.content)
            )
            self._db.execute("DELETE FROM named WHERE n <= (SELECT max(n) FROM named) - ?", (NAMED_MAX,))

    def _set_loaded(self, loaded: Mapping[str, bool]) -> None:
        """Write which scales carry something already taken."""
        for device, is_loaded in loaded.items():
            self._db.execute(
                "INSERT OR IGNORE INTO loaded (device) VALUES (?)"
                if is_loaded
                else "DELETE FROM loaded WHERE device = ?",
                (device,),
            )


def _gap(count: int, first_seq: int, last_seq: int) -> Reading:
    """The event that stands for dropped rows."""
    return Reading(
        seq=0,
        kind="event",
        device="bridge",
        quantity=EVENT_GAP,
        detail={"count": str(count), "first_seq": str(first_seq), "last_seq": str(last_seq)},
    )


def _gap_of(payload: bytes) -> tuple[int, int, int] | None:
    """(count, first, last) when a row is itself a gap."""
    reading = decode_reading(payload)
    if reading.kind != "event" or reading.quantity != EVENT_GAP:
        return None
    detail = reading.detail
    return int(detail["count"]), int(detail["first_seq"]), int(detail["last_seq"])
