"""People as rows that stores receive: a user's grant goes by feed to the stores it covers, and nowhere else.

A node needs it to let people sign in while the line is down. It is a row and no fact, because a password's hash
must not stand in a day-book that nothing can be removed from.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, select

from cloud.store import feed
from cloud.store.identity_tables import USER
from cloud.store.ledger_tables import NODE, TENANT
from cloud.store.tenant import Reading, Writing, mine
from shared.access.kept import GRANT
from shared.access.kept import TENANT as TENANT_KEPT
from shared.access.roles import WHOLE_CHAIN, Role


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person's account."""

    user: str
    name: str
    role: Role
    stores: tuple[str, ...]
    language: str
    password_hash: str
    revoked: bool
    ver: int = 0

    @property
    def covers(self) -> frozenset[str]:
        """The stores that must know this user; empty means all of them."""
        return frozenset() if WHOLE_CHAIN in self.stores else frozenset(self.stores)

    def body(self) -> dict[str, str | int]:
        """The row as a store keeps it."""
        return {
            "name": self.name,
            "role": self.role,
            "stores": msgspec.json.encode(self.stores).decode(),
            "password_hash": self.password_hash,
            "language": self.language,
            "revoked": int(self.revoked),
        }


def users(reading: Reading) -> list[User]:
    """Everybody, by user name."""
    return [user_of(row) for row in reading.all(select(USER).where(mine(USER)).order_by(USER.c.user_id))]


def user(reading: Reading, user_id: str) -> User | None:
    """One user."""
    row = reading.first(select(USER).where(mine(USER), USER.c.user_id == user_id))
    return None if row is None else user_of(row)


def user_of(found: Row[Any]) -> User:
    """The account of a row."""
    row = found._mapping
    return User(
        user=row["user_id"],
        name=row["name"],
        role=row["role"],
        stores=tuple(msgspec.json.decode(row["stores"], type=list[str])),
        language=row["language"],
        password_hash=row["password_hash"],
        revoked=bool(row["revoked"]),
        ver=row["ver"],
    )


def save(writing: Writing, kept: User, before: User | None, batch: bytes, now_ms: int) -> User:
    """Store the account and tell the stores; those it no longer covers are told to forget it."""
    after = msgspec.structs.replace(kept, ver=(before.ver if before else 0) + 1)
    writing.put(
        USER,
        {
            "user_id": after.user,
            "name": after.name,
            "role": after.role,
            "stores": msgspec.json.encode(after.stores).decode(),
            "language": after.language,
            "password_hash": after.password_hash,
            "revoked": int(after.revoked),
            "ver": after.ver,
            "made_ms": now_ms,
        },
    )
    # A user without any store works at head office alone: no node learns the hash.
    if after.stores:
        lost = _lost(writing, before, after)
        feed.emit(writing, batch, [_change(after, lost)])
    elif before is not None and before.stores:
        feed.emit(writing, batch, [_forgotten(after, before)])
    return after


def _lost(reading: Reading, before: User | None, after: User) -> frozenset[str]:
    if before is None or not before.stores or not after.covers:
        return frozenset()
    known = before.covers or frozenset(
        row.node_id for row in reading.all(select(NODE.c.node_id).where(mine(NODE)))
    )
    return known - after.covers


def _change(after: User, lost: frozenset[str]) -> feed.FeedChange:
    return feed.FeedChange(
        table=GRANT.name,
        key=(after.user,),
        ver=after.ver,
        body=after.body(),
        stores=after.covers,
        lost_by=lost,
    )


def _forgotten(after: User, before: User) -> feed.FeedChange:
    return feed.FeedChange(
        table=GRANT.name, key=(after.user,), ver=after.ver, body=None, stores=before.covers
    )


def announce_tenant(writing: Writing, batch: bytes) -> None:
    """Tell every store the chain's name and currency."""
    row = writing.first(select(TENANT).where(mine(TENANT)))
    assert row is not None
    feed.emit(
        writing,
        batch,
        [
            feed.FeedChange(
                table=TENANT_KEPT.name, key=(row.tenant_id,), ver=row.ver, body=tenant_body(row._mapping)
            )
        ],
    )


def tenant_body(row: object) -> dict[str, str | int]:
    """The chain's row as a store keeps it."""
    cells = dict(row)  # type: ignore[call-overload]
    return {name: cells[name] for name in ("name", "currency", "symbol", "digits")}
