"""What head office keeps about people, their phones and the chain; every store's node holds the rows by the feed.

They are no facts: a password's hash and a person's name must be erasable, and the day-book is not.
"""

from __future__ import annotations

import msgspec

from shared.access.roles import ROLES, Principal
from shared.ledger.projection import Row, Table, number, text

GRANT = Table(
    "grant",
    (text("user"),),
    (
        text("name"),
        text("role"),
        text("stores"),
        text("password_hash"),
        text("language"),
        number("revoked"),
    ),
    keeper="cloud",
)
"""Who may sign in where: `stores` is a JSON list of store codes, or ["*"] for the whole chain."""

TENANT = Table(
    "tenant",
    (text("tenant"),),
    (text("name"), text("currency"), text("symbol"), number("digits")),
    keeper="cloud",
)
"""The chain's name and currency; one row."""

REVOKED_DEVICE = Table("revoked_device", (text("device"),), (number("revoked"),), keeper="cloud")
"""Phones by the id each gives itself; `revoked` is 0 for one that is trusted again. Others are not here."""

KEPT_TABLES = (GRANT, TENANT, REVOKED_DEVICE)


def principal_of(user: str, grant: Row) -> Principal | None:
    """The person behind a grant's row, or None where the grant is revoked or names no role we know."""
    role = next((known for known in ROLES if known == grant["role"]), None)
    if role is None or grant["revoked"]:
        return None
    return Principal(
        user=user,
        name=str(grant["name"] or user),
        role=role,
        stores=tuple(msgspec.json.decode(str(grant["stores"] or "[]"), type=list[str])),
        language=str(grant["language"] or "zh-CN"),
    )
