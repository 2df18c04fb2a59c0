"""Head office's word about single facts: the store's rows follow it in the transaction that brings it, and back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from edge.ledger import dbapi
from edge.ledger.feed import apply_page, apply_snapshot, read_cursor
from edge.ledger.migrations import migrate
from edge.ledger.verify import verify
from edge.ledger.writer import Transaction
from edge.sync.enrolment import DAY_BOOK
from shared.stock.locations import is_on_hand
from shared.stock.projection import LOT, STOCK
from shared.sync.messages import FeedPage, FeedRow
from shared.units import decimal_text
from tests.support.edge_node import new_op_id
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store, copy_day_book


def told(store: Store, table: str, key: list[Any], body: dict[str, Any] | None) -> None:
    """The next page of the feed holds this row, or takes it away."""

    def apply(tx: Transaction) -> None:
        cursor = read_cursor(tx.connection)
        pos = cursor.pos + 1
        row = FeedRow(pos, table, key, pos, body)
        apply_page(tx, FeedPage(gen=cursor.gen or 1, rows=[row], checkpoint=pos, head=pos))

    store.writer.run(apply).result()


def settled(store: Store, name: str, fact: tuple[bytes, int], decision: str) -> None:
    """A manager at head office has decided about the fact."""
    log, seq = fact
    told(store, "settled_fact", [name, log.hex(), seq], {"decision": decision})


def is_proven(store: Store) -> bool:
    """Rows made anew from the log and the verdicts are the live ones."""
    return verify(store.folder / DAY_BOOK).faults == []


@pytest.fixture
def alone(store: Store) -> Store:
    """A store that got a hundred and sold three and one, offline."""
    store.open(online=False)
    store.receive(100)
    store.sell(3)
    store.sell(1)
    return store


def last_sale(store: Store) -> tuple[bytes, int]:
    ((log, seq),) = store.cells("SELECT log, max(seq) FROM event GROUP BY log")
    return log, seq


def test_what_head_office_voids_counts_at_the_store_no_longer(alone: Store, name: str) -> None:
    """Voided: out of the rows, also after a start; released after all: back in them."""
    fact = last_sale(alone)
    assert alone.on_hand() == "96"
    settled(alone, name, fact, "voided")
    assert alone.on_hand() == "97"
    assert is_proven(alone)
    alone.close()
    alone.open(online=False)
    assert alone.on_hand() == "97"
    alone.sell(7)
    assert alone.on_hand() == "90"
    settled(alone, name, fact, "released")
    assert alone.on_hand() == "89"
    assert is_proven(alone)
    alone.close()


def test_a_verdict_on_what_is_not_here_waits_for_it(alone: Store, name: str) -> None:
    """A fact this box does not hold, and a copy whose other half has not come back: nothing changes."""
    log, seq = last_sale(alone)
    before = alone.rows()
    settled(alone, name, (b"x" * 16, 7), "voided")
    elsewhere = {"by_log": "77" * 16, "by_seq": 1, "by_own": 1}
    told(alone, "superseded_fact", [name, log.hex(), seq], elsewhere)
    assert alone.rows() == before
    assert is_proven(alone)
    alone.close()


def test_an_op_that_counts_in_another_store_has_no_effect_here(alone: Store, name: str) -> None:
    """A phone gave one op to boxes of two stores; head office lets the other's count."""
    log, seq = last_sale(alone)
    told(alone, "superseded_fact", [name, log.hex(), seq], {"by_log": "77" * 16, "by_seq": 1, "by_own": 0})
    assert alone.on_hand() == "97"
    assert is_proven(alone)
    alone.close()


def test_what_fell_with_a_count_comes_back_with_it(alone: Store, name: str) -> None:
    """Head office takes its word about a correction back when a voided count is let in after all."""
    log, seq = last_sale(alone)
    told(alone, "superseded_fact", [name, log.hex(), seq], {"by_log": "77" * 16, "by_seq": 1, "by_own": 0})
    assert alone.on_hand() == "97"
    told(alone, "superseded_fact", [name, log.hex(), seq], None)
    assert alone.on_hand() == "96"
    assert is_proven(alone)
    alone.close()


def test_a_head_office_put_back_takes_its_verdict_back(alone: Store, name: str) -> None:
    """The snapshot of its new generation knows nothing of the decision: the fact counts again."""
    settled(alone, name, last_sale(alone), "voided")
    assert alone.on_hand() == "97"
    alone.writer.run(lambda tx: apply_snapshot(tx, 2, 1, {})).result()
    assert alone.on_hand() == "96"
    assert is_proven(alone)
    alone.close()


def test_the_verdict_and_the_rows_stand_or_fall_together(alone: Store, name: str) -> None:
    """A transaction that breaks after the page leaves cursor, verdict and rows as they were."""
    log, seq = last_sale(alone)

    def half_way(tx: Transaction) -> None:
        cursor = read_cursor(tx.connection)
        row = FeedRow(cursor.pos + 1, "settled_fact", [name, log.hex(), seq], 1, {"decision": "voided"})
        apply_page(tx, FeedPage(gen=cursor.gen or 1, rows=[row], checkpoint=row.pos, head=row.pos))
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        alone.writer.run(half_way).result()
    assert alone.on_hand() == "96"
    assert alone.cells("SELECT * FROM settled_fact") == []
    assert is_proven(alone)
    alone.close()


def test_two_boxes_of_a_store_let_the_same_copy_count_as_head_office(
    store: Store, office: HeadOffice, name: str, tmp_path: Path
) -> None:
    """A phone gave both one sale. They took it from different lots; in the end all three say the same lot."""
    with store:
        store.receive(10, lot="L5")
        store.wait_until_said()
    shutil.copytree(store.folder, tmp_path / "twin")
    twin = Store(tmp_path / "twin")
    both = new_op_id()
    with twin:
        twin.receive(10, lot="L1")
        twin.sell(2, op_id=both)
        twin.wait_until_said()
        with store:
            store.sell(2, op_id=both)
            store.wait_until_said()
            store.wait_until(lambda: store.rows(STOCK, LOT) == twin.rows(STOCK, LOT))
            assert store.on_hand() == "18"
            store.wait_until(lambda: office.on_hand(name) == "18")
            rows = office.get("/v1/reports/stock", store=name, by="lot")["rows"]
            here = {lot: qty for _, lot, place, qty in store.rows(STOCK)[STOCK.name] if is_on_hand(place)}
            assert {row["lot"]: row["on_hand"] for row in rows} == {
                lot: decimal_text(qty) for lot, qty in here.items()
            }
    assert is_proven(store)
    assert is_proven(twin)


def test_a_box_that_learns_of_verdicts_takes_all_there_are(alone: Store, name: str, tmp_path: Path) -> None:
    """A day-book of the program before this one begins its feed anew, so that no verdict it parked is missed."""
    settled(alone, name, last_sale(alone), "voided")
    copy = tmp_path / "copy.db"
    copy_day_book(alone, copy)
    alone.close()
    opened = dbapi.open_writer(copy)
    opened.execute("DROP TABLE left_out")
    opened.execute("ALTER TABLE session DROP COLUMN device")
    opened.execute("DELETE FROM _sqlite_migrations WHERE name = 'm004_verdicts'")
    opened.close()
    migrate(copy)
    opened = dbapi.open_writer(copy)
    assert opened.execute("SELECT gen, pos FROM feed_cursor").fetchone() == (0, 0)
    opened.close()
