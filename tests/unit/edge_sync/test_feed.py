"""Head office's rows in the store: equal to its own, whole checkpoints, anew after its own restore."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.ledger import feed
from edge.ledger.tables import cloud_tables
from shared.sync.messages import FeedPage, FeedRow
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store


@pytest.fixture
def own_office(tmp_path: Path) -> Iterator[HeadOffice]:
    """A head office that this test alone may end."""
    started = HeadOffice(tmp_path / "cloud")
    started.start()
    yield started
    started.stop()


def rows_at(office: HeadOffice, store: str) -> dict[str, list[Any]]:
    """What head office itself says this store must know, read from its database."""
    from cloud.identity.nodes import KnownNode
    from cloud.intake.compression import decompress
    from cloud.intake.downlink import snapshot
    from cloud.store.engine import Database, sqlite_url
    from cloud.store.tenant import TenantStore

    database = Database(sqlite_url(office.folder / "cloud.db"))
    try:
        told = snapshot(KnownNode(TenantStore(database, "main"), store, b""))
    finally:
        database.close()
    tables = msgspec.msgpack.decode(decompress(told.body, 1 << 28))["tables"]
    return {
        name: sorted(
            (*key, *(cells[column.name] for column in table.columns)) for key, _, cells in tables[name]
        )
        for name, table in cloud_tables().items()
    }


def test_what_arrives_by_the_feed_equals_what_head_office_keeps(
    store: Store, office: HeadOffice, name: str
) -> None:
    """Prices, places, sensors and people set while the store listens: every row the same on both sides."""
    neighbour = f"{name}-next-door"
    office.open_store(neighbour)
    with store:
        for price in range(1, 30):
            office.set_price(f"{price}.50")
        office.ask(
            ("catalogue.define_place", {"place": "fridge", "store": name, "name": "F", "storage": "chilled"}),
            ("catalogue.assign_barcode", {"code": "6901234567892", "sku": "milk", "unit": "pc"}),
            ("catalogue.define_place", {"place": "x", "store": neighbour, "name": "Y", "storage": "ambient"}),
            ("catalogue.set_price", {"sku": "milk", "price": "3.00", "store": name}),
        )
        office.set_price("12.50")
        store.wait_until(lambda: store.price() == 12_500_000)
        assert {kind: sorted(rows) for kind, rows in store.kept_rows().items()} == rows_at(office, name)


def test_a_restored_head_office_is_noticed_and_filled_again(own_office: HeadOffice, tmp_path: Path) -> None:
    """Its backup is of yesterday: stores send again what it lost, and take its master data anew."""
    store = Store.enrolled(tmp_path / "node", own_office.url, own_office.open_store("s1"))
    copy = tmp_path / "copy"
    with store:
        store.receive()
        store.wait_until_said()
        own_office.stop()
        shutil.copytree(own_office.folder, copy)
        own_office.start()
        for _ in range(5):
            store.sell()
        own_office.set_price("99.00")
        store.wait_until(lambda: store.price() == 99_000_000)
        store.wait_until_said()
        own_office.kill()
        shutil.rmtree(own_office.folder)
        shutil.copytree(copy, own_office.folder)
        before = store.sync.status().feed_gen
        own_office.start()
        store.wait_until(lambda: own_office.facts_of("s1") == 6)
        store.wait_until(lambda: store.price() == 12_500_000)
        store.wait_until_said()
        assert store.sync.status().feed_gen > before
        own_office.set_price("13.00")
        store.wait_until(lambda: store.price() == 13_000_000)


def test_rows_this_program_does_not_know_are_parked(store: Store) -> None:
    """A newer head office speaks of things we do not know: the rest applies, nothing is lost."""
    store.open(online=False)

    def apply(tx: Any) -> int:
        at = feed.read_cursor(tx.connection)
        rows = [
            FeedRow(at.pos + 1, "moon_phase", ["full"], 1, {"light": 3}),
            FeedRow(at.pos + 2, "price", ["milk", ""], 999, {"price": 5_000_000}),
            FeedRow(at.pos + 3, "price", ["milk", ""], 998, {"price": 4_000_000}),
            FeedRow(at.pos + 4, "price", ["milk", ""], 1000, {"price": 6_000_000}),
        ]
        return feed.apply_page(tx, FeedPage(gen=at.gen, rows=rows, checkpoint=at.pos + 3, head=at.pos + 4))

    assert store.writer.run(apply).result() == 3
    # 998 is older than 999, and what stands behind the checkpoint does not exist yet.
    assert store.price() == 5_000_000
    assert store.cells("SELECT name, why FROM feed_parked") == [("moon_phase", "unknown table")]
    store.close()


def test_the_price_list_of_a_rebuilt_head_office_is_taken_whole(
    own_office: HeadOffice, tmp_path: Path
) -> None:
    """`liushui cloud rebuild` begins a new generation; the store ends with the same rows."""
    store = Store.enrolled(tmp_path / "node", own_office.url, own_office.open_store("s1"))
    with store:
        own_office.set_price("5.00")
        store.wait_until(lambda: store.price() == 5_000_000)
        own_office.stop()
        own_office.run("rebuild")
        before = store.sync.status().feed_gen
        own_office.start()
        store.wait_until(lambda: store.sync.status().feed_gen > before)
        own_office.set_price("6.00")
        store.wait_until(lambda: store.price() == 6_000_000)
        assert {kind: sorted(rows) for kind, rows in store.kept_rows().items()} == rows_at(own_office, "s1")
