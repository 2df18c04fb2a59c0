"""The first start: the tenant and its key are made, and a one-time code on the console lets the owner in.

There is no default account. The code has 128 bits, lives 15 minutes and survives five wrong tries; a new one can
be printed at any time until there is an owner.
"""

from __future__ import annotations

import hmac

from sqlalchemy import delete, select, update

from cloud.identity import codes, grants, keys, passwords, sessions
from cloud.identity.sessions import SignedIn
from cloud.store.identity_tables import BOOTSTRAP_CODE, USER
from cloud.store.installation import Installation
from cloud.store.ledger_tables import TENANT
from cloud.store.tenant import Reading, mine
from shared.access.roles import WHOLE_CHAIN
from shared.errors import DomainError

CODE_LIFE_MS = 15 * 60_000
TRIES_MAX = 5


def ensure_tenant(installation: Installation) -> None:
    """Make the home tenant where it does not exist; its name and currency follow the settings."""
    settings, now = installation.settings, installation.clock()
    told = {
        "name": settings.tenant_name,
        "currency": settings.currency,
        "symbol": settings.symbol,
        "digits": settings.digits,
    }
    with installation.home.writing() as writing:
        known = writing.first(select(TENANT).where(mine(TENANT)))
        if known is None:
            added = writing.insert_missing(
                TENANT, told | {"ver": 1, "cloud_gen": 1, "wire_id": installation.chance(16), "made_ms": now}
            )
            if added:
                keys.make_signing_key(writing, installation.chance(32), now)
                grants.announce_tenant(writing, installation.chance(16))
        elif any(known._mapping[name] != value for name, value in told.items()):
            writing.change(update(TENANT).where(mine(TENANT)).values(**told, ver=TENANT.c.ver + 1))
            grants.announce_tenant(writing, installation.chance(16))


def needs_owner(reading: Reading) -> bool:
    return reading.first(select(USER.c.user_id).where(mine(USER)).limit(1)) is None


def new_code(installation: Installation) -> str | None:
    """A fresh code, which replaces the one before; None once there is an owner."""
    with installation.home.writing() as writing:
        if not needs_owner(writing):
            return None
        code = codes.code_text(installation.chance(codes.CODE_BYTES))
        writing.put(
            BOOTSTRAP_CODE,
            {
                "code_hash": codes.code_hash(code),
                "expires_ms": installation.clock() + CODE_LIFE_MS,
                "tries": 0,
            },
        )
        return code


def bootstrap(installation: Installation, code: str, user: str, name: str, password: str) -> SignedIn:
    """The owner signs in for the first time. Raises `already_bootstrapped`, `code_refused`, `password_…`."""
    _spend_a_try(installation, code)
    passwords.require_acceptable(password, user)
    password_hash = passwords.hashed(password)
    with installation.home.writing() as writing:
        if not needs_owner(writing) or not writing.change(delete(BOOTSTRAP_CODE).where(mine(BOOTSTRAP_CODE))):
            raise DomainError("already_bootstrapped")
        owner = grants.User(
            user=user,
            name=name,
            role="owner",
            stores=(WHOLE_CHAIN,),
            language="zh-CN",
            password_hash=password_hash,
            revoked=False,
        )
        grants.save(writing, owner, None, installation.chance(16), installation.clock())
        return sessions.start(installation, writing, owner)


def _spend_a_try(installation: Installation, code: str) -> None:
    """Counts the try before looking at the code, in a transaction of its own, so that no error gives it back."""
    with installation.home.writing() as writing:
        if not needs_owner(writing):
            raise DomainError("already_bootstrapped")
        kept = writing.first(select(BOOTSTRAP_CODE).where(mine(BOOTSTRAP_CODE)).with_for_update())
        if kept is None or kept.expires_ms < installation.clock() or kept.tries >= TRIES_MAX:
            raise DomainError("code_refused")
        right = hmac.compare_digest(bytes(kept.code_hash), codes.code_hash(code))
        if not right:
            writing.change(update(BOOTSTRAP_CODE).where(mine(BOOTSTRAP_CODE)).values(tries=kept.tries + 1))
    if not right:
        raise DomainError("code_refused")
