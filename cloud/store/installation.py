"""One head office as it runs: its database, its folder, its clock and its source of chance.

Everything that would make a test a matter of luck is handed in here, so the rest of the cloud reads no clock
and rolls no dice of its own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import bindparam, select

from cloud.store.engine import Database
from cloud.store.ledger_tables import NODE, TENANT
from cloud.store.tenant import TenantStore


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decides."""

    tenant: str = "main"
    tenant_name: str = "Liushui"
    currency: str = "CNY"
    symbol: str = "¥"
    digits: int = 2
    public_url: str = ""
    """The address people type, when a proxy stands in front; https makes the session cookie secure."""
    backup_keep: int = 7
    robot_hosts: tuple[str, ...] = ()
    """Addresses ("https://robots.example") that reports may be told by besides those of the known platforms."""

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


_TENANTS_OF_WIRE = (
    select(NODE.c.tenant_id).where(NODE.c.wire_id == bindparam("the_wire_id")).order_by(NODE.c.tenant_id)
)


class Installation:
    """What every part of the cloud is given."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        settings: Settings | None = None,
        clock: Callable[[], int] = now_ms,
        chance: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.database = database
        self.folder = folder
        self.settings = settings or Settings()
        self.clock = clock
        self.chance = chance

    @property
    def home(self) -> TenantStore:
        """The tenant that people sign in to here."""
        return self.store_of(self.settings.tenant)

    def store_of(self, tenant: str) -> TenantStore:
        return TenantStore(self.database, tenant)

    def tenants(self) -> list[TenantStore]:
        """Every tenant of this installation: for background work, never for a request."""
        with self.database.reading() as connection:
            names = connection.scalars(select(TENANT.c.tenant_id).order_by(TENANT.c.tenant_id)).all()
        return [self.store_of(name) for name in names]

    def stores_of_node(self, wire_id: bytes) -> list[TenantStore]:
        """The tenants a node may belong to; its token has yet to prove which.

        Nodes mint their ids themselves: somebody else's node may bear the same one, and must not stand in its way.
        """
        with self.database.reading() as connection:
            found = connection.scalars(_TENANTS_OF_WIRE, {"the_wire_id": wire_id}).all()
        return [self.store_of(tenant) for tenant in found]
