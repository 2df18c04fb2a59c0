"""Accounts: who may be given what by whom, and that a chain never loses its last owner."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import select

from cloud.identity import grants, passwords, sessions
from cloud.identity.grants import User
from cloud.store.installation import Installation
from cloud.store.ledger_tables import NODE
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, TenantStore, mine
from shared.access.roles import PERMISSIONS, WHOLE_CHAIN, Principal, Role
from shared.catalogue.commands import Code, Name
from shared.catalogue.projection import STORE
from shared.errors import DomainError

UserName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f]+$")]
Password = Annotated[str, Meta(max_length=1024)]


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account, or new values for one that exists; `password` may be left out for the latter."""

    user: UserName
    name: Name
    role: Role
    stores: Annotated[tuple[Code, ...], Meta(max_length=1000)]
    password: Password | None = None
    language: Literal["zh-CN", "en"] = "zh-CN"
    revoked: bool = False


def keep(installation: Installation, store: TenantStore, asked: NewUser, asker: Principal) -> User:
    """Make or change an account; what was signed in with it ends."""
    if not PERMISSIONS[asked.role] <= PERMISSIONS[asker.role]:
        raise DomainError("role_above_own")
    for code in asked.stores:
        if not asker.sees_store(code):
            raise DomainError("store_out_of_scope", store=code)
    new_hash = ""
    if asked.password is not None:
        passwords.require_acceptable(asked.password, asked.user)
        new_hash = passwords.hashed(asked.password)
    with store.writing() as writing:
        before = grants.user(writing, asked.user)
        if before is None and not new_hash:
            raise DomainError("password_too_short", least=passwords.LEAST_CHARACTERS)
        if before is not None and not PERMISSIONS[before.role] <= PERMISSIONS[asker.role]:
            raise DomainError("role_above_own")
        _require_stores(writing, asked.stores)
        kept = User(
            user=asked.user,
            name=asked.name,
            role=asked.role,
            stores=asked.stores,
            language=asked.language,
            password_hash=new_hash or (before.password_hash if before else ""),
            revoked=asked.revoked,
        )
        _require_an_owner(writing, before, kept)
        saved = grants.save(writing, kept, before, installation.chance(16), installation.clock())
        sessions.end_all_of(writing, asked.user)
        return saved


def _require_stores(reading: Reading, stores: tuple[str, ...]) -> None:
    table = table_of(STORE)
    for code in stores:
        if code == WHOLE_CHAIN:
            continue
        defined = reading.first(select(table.c.store).where(mine(table), table.c.store == code))
        enrolled = reading.first(select(NODE.c.node_id).where(mine(NODE), NODE.c.node_id == code))
        if defined is None and enrolled is None:
            raise DomainError("store_unknown", store=code)


def _require_an_owner(reading: Reading, before: User | None, after: User) -> None:
    if before is None or before.role != "owner" or before.revoked:
        return
    if after.role == "owner" and not after.revoked and WHOLE_CHAIN in after.stores:
        return
    others = [
        user
        for user in grants.users(reading)
        if user.role == "owner" and not user.revoked and user.user != after.user
    ]
    if not others:
        raise DomainError("last_owner")
