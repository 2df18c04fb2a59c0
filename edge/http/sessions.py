"""Sessions of people at this store: an opaque random id in a cookie, its hash on disk, two limits in time.

Who may do what is read from the grant at every request, so a revoked person is out as soon as the feed says so, and
so is everybody on a revoked phone. A session belongs to the phone that named itself when it began, or to the first
one whose ops came with it.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable
from concurrent.futures import Future

import msgspec

from edge.ledger import dbapi
from edge.ledger.clock import NowMs
from edge.ledger.reader import Readers, ReadView
from edge.ledger.writer import Transaction, Writer
from shared.access.kept import GRANT, REVOKED_DEVICE, principal_of
from shared.access.roles import Principal
from shared.ledger.view import row

IDLE_MS = 4 * 3600 * 1000
ABSOLUTE_MS = 12 * 3600 * 1000
_SEEN_EVERY_MS = 60_000
"""`seen` reaches the disk at most this often: a session is not worth an fsync a request."""


_INSERT = "INSERT INTO session (id_hash, user, born_ms, seen_ms, device) VALUES (?, ?, ?, ?, ?)"
_REVOKED = 'SELECT 1 FROM "revoked_device" WHERE device = ? AND revoked != 0'

assert REVOKED_DEVICE.name == "revoked_device", "the question above names this table"


class Session(msgspec.Struct):
    user: str
    born_ms: int
    seen_ms: int
    stored_seen_ms: int
    device: str = ""

    def is_over(self, now_ms: int) -> bool:
        return now_ms - self.seen_ms > IDLE_MS or now_ms - self.born_ms > ABSOLUTE_MS


def device_is_revoked(connection: dbapi.Connection, device: str) -> bool:
    """Whether head office has said so, as far as this store has heard."""
    return bool(device) and connection.execute(_REVOKED, (device,)).fetchone() is not None


def hash_of(cookie: str) -> bytes:
    """What is stored of a session's id: a stolen file opens no session."""
    return hashlib.sha256(b"liushui session\x00" + cookie.encode("utf-8", "replace")).digest()


class Sessions:
    def __init__(self, writer: Writer, readers: Readers, now_ms: NowMs) -> None:
        self._writer = writer
        self._readers = readers
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._known: dict[bytes, Session] = {}
        self._ending: set[bytes] = set()
        """Ended for everybody, though the disk may not know yet."""

    def open(self, user: str, device: str) -> tuple[str, Future[None]]:
        """A new session's cookie, and the promise that it is on the disk; `device` is empty where none is named."""
        cookie = secrets.token_urlsafe(32)
        id_hash, now_ms = hash_of(cookie), self._now_ms()
        with self._lock:
            self._known[id_hash] = Session(user, now_ms, now_ms, now_ms, device)

        def store(tx: Transaction) -> None:
            tx.connection.execute("DELETE FROM session WHERE born_ms < ?", (now_ms - ABSOLUTE_MS,))
            tx.connection.execute(_INSERT, (id_hash, user, now_ms, now_ms, device))

        return cookie, self._writer.run(store)

    def belongs_to(self, id_hash: bytes, device: str) -> None:
        """The session's ops come from this phone."""
        with self._lock:
            session = self._known.get(id_hash)
            if session is None or session.device:
                return
            session.device = device

        def store(tx: Transaction) -> None:
            tx.connection.execute("UPDATE session SET device = ? WHERE id_hash = ?", (device, id_hash))

        self._writer.run(store)

    def is_revoked(self, devices: Iterable[str]) -> str:
        """The first of these phones that head office has revoked; empty when it has revoked none."""
        with self._readers.lend() as connection:
            return next((name for name in devices if name and device_is_revoked(connection, name)), "")

    def close(self, id_hash: bytes) -> Future[None]:
        """End a session everywhere."""
        with self._lock:
            self._known.pop(id_hash, None)
            self._ending.add(id_hash)

        def forget(tx: Transaction) -> None:
            tx.connection.execute("DELETE FROM session WHERE id_hash = ?", (id_hash,))

        ended = self._writer.run(forget)
        ended.add_done_callback(lambda _: self._ending.discard(id_hash))
        return ended

    def who(self, cookie: str) -> tuple[bytes, Principal] | None:
        """The person behind a cookie, if the session lives and the grant still stands."""
        id_hash, now_ms = hash_of(cookie), self._now_ms()
        with self._readers.lend() as connection:
            session = self._known.get(id_hash)
            if session is None:
                found = connection.execute(
                    "SELECT user, born_ms, seen_ms, device FROM session WHERE id_hash = ?", (id_hash,)
                ).fetchone()
                if found is None or id_hash in self._ending:
                    return None
                user, born_ms, seen_ms, device = found
                session = Session(user, born_ms, seen_ms, seen_ms, device)
                with self._lock:
                    self._known[id_hash] = session
            if session.is_over(now_ms) or device_is_revoked(connection, session.device):
                self.close(id_hash)
                return None
            grant = row(ReadView(connection), GRANT, session.user)
        self._seen(id_hash, session, now_ms)
        principal = None if grant is None else principal_of(session.user, grant)
        return None if principal is None else (id_hash, principal)

    def _seen(self, id_hash: bytes, session: Session, now_ms: int) -> None:
        session.seen_ms = now_ms
        if now_ms - session.stored_seen_ms < _SEEN_EVERY_MS:
            return
        session.stored_seen_ms = now_ms

        def store(tx: Transaction) -> None:
            tx.connection.execute("UPDATE session SET seen_ms = ? WHERE id_hash = ?", (now_ms, id_hash))

        self._writer.run(store)
