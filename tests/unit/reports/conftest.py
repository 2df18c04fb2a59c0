"""A chain of two stores in a real database of either kind: stories are booked by the cloud's own adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

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
from tests.unit.reports.months import SEED, ten_weeks


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

    return partial(book_into, chain)


def book_into(chain: TenantStore, *shops: Shop) -> None:
    """Every fact of the shops, a run of one owner's facts after the other."""
    for shop in shops:
        told = (_recorded(shop, seq, event) for seq, event in enumerate(shop.events, 1))
        with chain.writing() as writing:
            for node, run in groupby(told, key=lambda recorded: recorded.node):
                changes = [change for recorded in run for change in changes_of(recorded, "cloud")]
                write(writing, node, fold(changes), b"b" * 16)


class Months(NamedTuple):
    """Ten weeks of two shops at head office, for tests that only read."""

    chain: TenantStore
    shops: tuple[Shop, Shop]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def months(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Months]:
    """Booked once for all of them."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path_factory.mktemp("months") / "cloud.db")
    else:
        url = request.getfixturevalue("postgres_cluster").new_database()
    opened = Database(url)
    prepare(opened)
    chain, both = TenantStore(opened, "bakery"), ten_weeks(SEED)
    book_into(chain, *both)
    yield Months(chain, both)
    opened.close()


def _recorded(shop: Shop, seq: int, event: bytes) -> Recorded:
    envelope = decode(event)
    fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
    assert fact is not None
    area = envelope.kind.split(".")[0]
    node = HEAD_OFFICE if area in ("catalogue", "purchasing", "replenishment") else shop.store
    return Recorded(node, shop.store.encode().ljust(16, b"-"), seq, envelope, fact)
