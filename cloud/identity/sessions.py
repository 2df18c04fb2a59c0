"""Signing in and staying signed in: an opaque cookie, of which only the hash is kept, with two time limits."""

from __future__ import annotations

import base64
import hashlib

import msgspec
from sqlalchemy import delete, select, update

from cloud.identity import grants, passwords, throttle
from cloud.identity.grants import User
from cloud.store.identity_tables import SESSION
from cloud.store.installation import Installation
from cloud.store.tenant import TenantStore, Writing, mine
from shared.access.roles import Principal
from shared.errors import DomainError

IDLE_MS = 30 * 60_000
ABSOLUTE_MS = 12 * 3_600_000
_NOTE_EVERY_MS = 60_000


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: the cookie's value leaves the server once and is never stored."""

    cookie: str
    principal: Principal


def principal_of(user: User) -> Principal:
    return Principal(
        user=user.user, name=user.name, role=user.role, stores=user.stores, language=user.language
    )


def sign_in(installation: Installation, user_id: str, password: str, address: str) -> SignedIn:
    """Raises `sign_in_failed` for a wrong user or password alike, `sign_in_throttled` for too many tries."""
    store, now = installation.home, installation.clock()
    subjects = (f"user {user_id[:64]}", f"address {address[:64]}")
    with store.reading() as reading:
        throttle.require_patience(reading, subjects, now)
        known = grants.user(reading, user_id)
    kept = passwords.NOBODY if known is None else known.password_hash
    right = passwords.matches(kept, password)
    if not right or known is None or known.revoked:
        with store.writing() as writing:
            throttle.note_failure(writing, subjects, now)
        raise DomainError("sign_in_failed")
    with store.writing() as writing:
        throttle.forget(writing, subjects[0])
        return start(installation, writing, known)


def start(installation: Installation, writing: Writing, user: User) -> SignedIn:
    """A session for somebody who has proved who they are."""
    cookie = base64.urlsafe_b64encode(installation.chance(32)).decode().rstrip("=")
    now = installation.clock()
    writing.insert(
        SESSION, {"session_hash": _hash(cookie), "user_id": user.user, "made_ms": now, "seen_ms": now}
    )
    return SignedIn(cookie, principal_of(user))


def who(store: TenantStore, cookie: str, now_ms: int) -> Principal | None:
    """The person behind a cookie, or None; being seen prolongs the session up to its absolute end."""
    session_hash = _hash(cookie)
    with store.reading() as reading:
        session = reading.first(select(SESSION).where(mine(SESSION), SESSION.c.session_hash == session_hash))
        if session is None or not session.seen_ms <= now_ms + IDLE_MS:
            return None
        if now_ms - session.seen_ms > IDLE_MS or now_ms - session.made_ms > ABSOLUTE_MS:
            return None
        user = grants.user(reading, session.user_id)
    if user is None or user.revoked:
        return None
    if now_ms - session.seen_ms > _NOTE_EVERY_MS:
        with store.writing() as writing:
            writing.change(
                update(SESSION)
                .where(mine(SESSION), SESSION.c.session_hash == session_hash)
                .values(seen_ms=now_ms)
            )
    return principal_of(user)


def sign_out(store: TenantStore, cookie: str) -> None:
    with store.writing() as writing:
        writing.change(delete(SESSION).where(mine(SESSION), SESSION.c.session_hash == _hash(cookie)))


def end_all_of(writing: Writing, user_id: str) -> None:
    """A changed password, role or scope ends what was signed in before."""
    writing.change(delete(SESSION).where(mine(SESSION), SESSION.c.user_id == user_id))


def sweep(store: TenantStore, now_ms: int) -> int:
    """Forget sessions past their absolute end."""
    with store.writing() as writing:
        return writing.change(delete(SESSION).where(mine(SESSION), SESSION.c.made_ms < now_ms - ABSOLUTE_MS))


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(b"liushui/session\x00" + cookie.encode()).digest()
