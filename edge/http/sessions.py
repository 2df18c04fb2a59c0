"""Sessions of people at this store: an opaque random id in a cookie, its hash on disk, two limits in time.

Who may do what is read from the grant at every request, so a revoked person is out as soon as the feed says so.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from concurrent.futures import Future

import msgspec

from edge.ledger.clock import NowMs
from edge.ledger.reader import Readers, ReadView
from edge.ledger.writer import Transaction, Writer
from shared.access.kept import GRANT, principal_of
from shared.access.roles import Principal
from shared.ledger.view import row

IDLE_MS = 4 * 3600 * 1000
ABSOLUTE_MS = 12 * 3600 * 1000
_SEEN_EVERY_MS = 60_000
"""`seen` reaches the disk at most this often: a session is not worth an fsync a request."""


class Session(msgspec.Struct):
    user: str
    born_ms: int
    seen_ms: int
    stored_seen_ms: int

    def is_over(self, now_ms: int) -> bool:
        return now_ms - self.seen_ms > IDLE_MS or now_ms - self.born_ms > ABSOLUTE_MS


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

    def open(self, user: str) -> tuple[str, Future[None]]:
        """A new session's cookie, and the promise that it is on the disk."""
        cookie = secrets.token_urlsafe(32)
        id_hash, now_ms = hash_of(cookie), self._now_ms()
        with self._lock:
            self._known[id_hash] = Session(user, now_ms, now_ms, now_ms)

        def store(tx: Transaction) -> None:
            tx.connection.execute("DELETE FROM session WHERE born_ms < ?", (now_ms - ABSOLUTE_MS,))
            tx.connection.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (id_hash, user, now_ms, now_ms))

        return cookie, self._writer.run(store)

    def close(self, id_hash: bytes) -> Future[None]:
        """End a session everywhere."""
        with self._lock:
            self._known.pop(id_hash, None)

        def forget(tx: Transaction) -> None:
            tx.connection.execute("DELETE FROM session WHERE id_hash = ?", (id_hash,))

        return self._writer.run(forget)

    def who(self, cookie: str) -> tuple[bytes, Principal] | None:
        """The person behind a cookie, if the session lives and the grant still stands."""
        id_hash, now_ms = hash_of(cookie), self._now_ms()
        with self._readers.lend() as connection:
            session = self._known.get(id_hash)
            if session is None:
                found = connection.execute(
                    "SELECT user, born_ms, seen_ms FROM session WHERE id_hash = ?", (id_hash,)
                ).fetchone()
                if found is None:
                    return None
                user, born_ms, seen_ms = found
                session = Session(user, born_ms, seen_ms, seen_ms)
                with self._lock:
                    self._known[id_hash] = session
            if session.is_over(now_ms):
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
