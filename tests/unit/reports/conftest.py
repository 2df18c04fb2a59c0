"""A chain of two stores in a real database of either kind: stories are booked by the cloud's own adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloud.store.apply import fold, write
from cloud.store.engine import Database, sqlite_url
from cloud.store.ledger_tables import HEAD_OFFICE
from cloud.store.migrate import prepare
from cloud.store.tenant import TenantStore
from shared.ledger.envelope import decode
from shared.ledger.fact import decode_body
from shared.ledger.projection import Recorded, changes_of
from tests.support.shop import Shop


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A prepared database."""
    url = (
        sqlite_url(tmp_path / "cloud.db")
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    opened = Database(url)
    prepare(opened)
    yield opened
    opened.close()


@pytest.fixture
def chain(database: Database) -> TenantStore:
    """The chain's share of the database."""
    return TenantStore(database, "bakery")


@pytest.fixture
def book(chain: TenantStore) -> Callable[..., None]:
    """Books every fact of a shop as if its log had come in; master data count as head office's."""

    def booked(*shops: Shop) -> None:
        for shop in shops:
            for seq, event in enumerate(shop.events, 1):
                envelope = decode(event)
                fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
                assert fact is not None
                area = envelope.kind.split(".")[0]
                node = HEAD_OFFICE if area in ("catalogue", "purchasing") else shop.store
                log = shop.store.encode().ljust(16, b"-")
                changes = changes_of(Recorded(node, log, seq, envelope, fact), "cloud")
                with chain.writing() as writing:
                    write(writing, node, fold(changes), b"b" * 16)

    return booked
