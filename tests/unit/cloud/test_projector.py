"""From stored facts to rows: once per op, parents first, all or nothing, and nothing ever blocks."""

from __future__ import annotations

import threading
from typing import ClassVar

import pytest
from sqlalchemy import func, select

from cloud.intake import log_order, projector, reading_facts, release
from cloud.store import apply
from cloud.store.installation import Installation
from cloud.store.ledger_tables import FACT, LOG, OP_REGISTRY, PROJ_CURSOR, QUARANTINE, SUPERSEDED
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, mine
from shared.ledger import fact as facts
from shared.ledger.fact import Fact
from shared.sales.projection import SALES_DAY, SALES_TOTAL
from shared.stock.events import LotCarried, ReceivedLine, Take, TakenLine, TransferReceived, TransferSent
from shared.stock.projection import STOCK
from tests.unit.cloud.shop import NOW, PIECE, Shop, event, sale


def total(store: TenantStore, node: str = "s1") -> tuple[int, int]:
    """Sales and amount of a store, over all days."""
    table = table_of(SALES_TOTAL)
    with store.reading() as reading:
        row = reading.first(
            select(
                func.coalesce(func.sum(table.c.sales), 0), func.coalesce(func.sum(table.c.amount), 0)
            ).where(mine(table), table.c.node_id == node)
        )
    assert row is not None
    return int(row[0]), int(row[1])


def count(store: TenantStore, table, *where) -> int:  # type: ignore[no-untyped-def]
    with store.reading() as reading:
        return int(reading.scalar(select(func.count()).select_from(table).where(mine(table), *where)))


def applied_superseded_and_held_make_the_head(store: TenantStore) -> None:
    """Invariant 7, for every log."""
    with store.reading() as reading:
        for log in reading.all(select(LOG).where(mine(LOG))):
            cursor = reading.scalar(
                select(PROJ_CURSOR.c.seq).where(mine(PROJ_CURSOR), PROJ_CURSOR.c.log_id == log.log_id)
            )
            assert cursor == log.head_seq
            facts_ = reading.scalar(
                select(func.count()).select_from(FACT).where(mine(FACT), FACT.c.log_id == log.log_id)
            )
            assert facts_ == log.head_seq


def test_sales_become_totals(store: TenantStore) -> None:
    """Three sales of 4.50 are one row of 13.50."""
    shop = Shop(store)
    shop.log("one").sell("a", "b", "c").push()
    assert shop.project() == 3
    assert total(store) == (3, 1350)
    assert shop.project() == 0
    applied_superseded_and_held_make_the_head(store)


def test_two_stores_never_share_a_row(store: TenantStore) -> None:
    """The same SKU on the same day in two stores."""
    one, two = Shop(store, "s1"), Shop(store, "s2")
    one.log("x").sell("a", "b").push()
    two.log("x").sell("c").push()
    one.project()
    assert total(store, "s1") == (2, 900)
    assert total(store, "s2") == (1, 450)


def test_an_op_seen_in_another_log_has_no_second_effect(store: TenantStore) -> None:
    """A phone offered op b again to the restored node: it is noted as superseded and counts once."""
    shop = Shop(store)
    old = shop.log("one").sell("a", "b")
    old.push()
    shop.project()
    young = shop.log("two", old.head(1)).sell("b", "c")
    young.push()
    shop.project()
    assert total(store) == (3, 1350)
    assert count(store, SUPERSEDED) == 1
    assert count(store, OP_REGISTRY) == 3
    applied_superseded_and_held_make_the_head(store)


def test_an_op_of_several_facts_is_superseded_whole(store: TenantStore) -> None:
    """Two facts of one op in two logs: the second log's two have no effect."""
    shop = Shop(store)
    pair = (event(sale("a"), "op", 0), event(sale("b"), "op", 1))
    old = shop.log("one").record(*pair)
    old.push()
    young = shop.log("two", old.head(0)).sell("first").record(*pair)
    young.push()
    shop.project()
    assert total(store) == (3, 1350)
    assert count(store, SUPERSEDED) == 2


def test_an_op_twice_in_one_log_counts_once(store: TenantStore) -> None:
    """A writer never does it; if one did, the books would still be right."""
    shop = Shop(store)
    shop.log("one").sell("a", "b", "a").push()
    shop.project()
    assert total(store) == (2, 900)
    assert count(store, SUPERSEDED) == 1


def test_a_log_waits_for_its_parent(store: TenantStore) -> None:
    """The young log arrives first; its facts apply only after those it grew from."""
    shop = Shop(store)
    old = shop.log("one").sell("a", "b")
    young = shop.log("two", old.head(2)).sell("c")
    young.push()
    assert shop.project() == 0
    assert total(store) == (0, 0)
    old.push(1, 1)
    assert shop.project() == 1
    old.push(2)
    assert shop.project() == 2
    assert total(store) == (3, 1350)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_logs_of_one_store_are_applied_by_one_worker_at_a_time(store: TenantStore) -> None:
    """Another that comes meanwhile leaves them, and takes those of other stores. (SQLite has one writer anyway.)"""
    shop, other = Shop(store, "s1"), Shop(store, "s2")
    first, second = shop.log("one").sell("a"), shop.log("two").sell("b")
    elsewhere = other.log("three").sell("c")
    for log in (first, second, elsewhere):
        log.push()
    with store.writing() as writing:
        assert log_order.hold(writing, "s1")
        assert projector.project_batch(store, first.log_id, NOW).state == "taken"
        assert projector.project_batch(store, second.log_id, NOW).state == "taken"
        assert projector.project_batch(store, elsewhere.log_id, NOW).state == "moved"
    assert shop.project() == 2


def test_killed_between_effects_and_cursor_nothing_has_happened(
    store: TenantStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Effects, claims and cursor are one transaction: after the kill the batch is done again, once."""

    class Killed(BaseException):
        pass

    shop = Shop(store)
    shop.log("one").sell("a", "b").push()
    write = apply.write

    def write_and_die(*given: object) -> bool:
        write(*given)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(apply, "write", write_and_die)
    with pytest.raises(Killed):
        shop.project()
    monkeypatch.undo()
    assert total(store) == (0, 0)
    assert count(store, OP_REGISTRY) == 0
    assert shop.project() == 2
    assert total(store) == (2, 900)


class BreadBaked(Fact, frozen=True, kw_only=True):
    """A kind that a newer store knows."""

    kind: ClassVar[str] = "production.bread_baked.v1"
    loaves: int


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Call it to make this program one that knows BreadBaked."""

    def learn() -> None:
        known = facts.fact_types() | {("production.bread_baked", 1): BreadBaked}
        monkeypatch.setattr(facts, "fact_types", lambda: known)
        facts._decoder.cache_clear()

    yield learn
    monkeypatch.undo()
    facts._decoder.cache_clear()


def test_an_unknown_kind_is_parked_and_released_after_an_upgrade(store: TenantStore, upgrade) -> None:  # type: ignore[no-untyped-def]
    """It waits with its reason, sales around it go on, and it applies once the program knows it."""
    shop = Shop(store)
    shop.log("one").sell("a").record(event(BreadBaked(loaves=3), "bake")).sell("b").push()
    assert shop.project() == 3
    assert total(store) == (2, 900)
    assert count(store, QUARANTINE, QUARANTINE.c.reason == "unknown_schema") == 1
    assert release.release(store, NOW) == 0
    upgrade()
    assert release.release(store, NOW) == 1
    assert count(store, QUARANTINE, QUARANTINE.c.state == "held") == 0
    assert release.release(store, NOW) == 0
    applied_superseded_and_held_make_the_head(store)


def transfer_sent(transfer: str) -> TransferSent:
    return TransferSent(
        transfer=transfer,
        to_store="s2",
        lines=(TakenLine(sku="milk", takes=(Take("L1", "main", 4 * PIECE),)),),
        lots=(LotCarried(sku="milk", lot="L1", qty=4 * PIECE),),
    )


def test_later_facts_about_the_same_thing_wait_and_others_do_not(store: TenantStore) -> None:
    """The sending of a transfer is malformed: its receipt waits behind it, even from another store."""
    one, two = Shop(store, "s1"), Shop(store, "s2")
    broken = event(transfer_sent("T-0000001"), "send").replace(b"takes", b"tokes")
    one.log("x").record(broken).sell("a").push()
    one.project()
    arrived = TransferReceived(
        transfer="T-0000001",
        from_store="s1",
        lines=(ReceivedLine(sku="milk", lot="L1", place="main", qty=4 * PIECE),),
    )
    two.log("x").record(event(arrived, "arrive")).sell("b").push()
    one.project()
    with store.reading() as reading:
        parked = reading.all(
            select(QUARANTINE.c.node_id, QUARANTINE.c.reason)
            .where(mine(QUARANTINE))
            .order_by(QUARANTINE.c.node_id)
        )
    assert [tuple(row) for row in parked] == [("s1", "invalid"), ("s2", "depends_on_held")]
    assert total(store, "s1") == (1, 450)
    assert total(store, "s2") == (1, 450)
    assert count(store, table_of(STOCK), table_of(STOCK).c.location.like("transit/%")) == 0
    applied_superseded_and_held_make_the_head(store)


@pytest.mark.parametrize(
    "poison",
    [
        b"no envelope at all",
        event(sale("big", amount=1 << 62, pieces=1), "big")[:-1],
        event(sale("p"), "p").replace(b"takes", b"tokes"),
    ],
)
def test_poison_is_parked_alone(store: TenantStore, poison: bytes) -> None:
    """Bytes no writer of ours made cost one row in quarantine and nothing else."""
    shop = Shop(store)
    shop.log("one").sell("a").record(poison).sell("b").push()
    assert shop.project() == 3
    assert total(store) == (2, 900)
    assert count(store, QUARANTINE) == 1
    applied_superseded_and_held_make_the_head(store)


def test_a_value_no_database_holds_is_parked_alone(store: TenantStore) -> None:
    """An amount past 64 bits only shows when the rows are written: the batch is then taken fact by fact."""
    shop = Shop(store)
    huge = event(sale("huge", pieces=9_000_000_000_000), "huge", 0)
    shop.log("one").sell("a").record(huge, event(sale("huge2", amount=(1 << 64) - 1), "huge2")).sell(
        "b"
    ).push()
    assert shop.project() == 4
    assert count(store, QUARANTINE, QUARANTINE.c.reason == "invalid") >= 1
    assert total(store)[0] >= 2
    applied_superseded_and_held_make_the_head(store)


def test_a_nul_in_a_text_blocks_nobody(store: TenantStore) -> None:
    """PostgreSQL cannot keep it and parks the fact; SQLite can. Either way the sales around it count."""
    shop = Shop(store)
    shop.log("one").sell("a").record(event(sale("x\x00y", sku="mi\x00lk"), "nul")).sell("b").push()
    assert shop.project() == 3
    table = table_of(SALES_DAY)
    with store.reading() as reading:
        milk = reading.scalar(select(table.c.amount).where(mine(table), table.c.sku == "milk"))
    assert milk == 900
    applied_superseded_and_held_make_the_head(store)


def test_more_than_one_batch_is_passed_in_one_go(store: TenantStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backlog is taken batch after batch."""
    monkeypatch.setattr(projector, "BATCH", 7)
    shop = Shop(store)
    shop.log("one").sell(*(f"sale-{number}" for number in range(50))).push()
    assert shop.project() == 50
    assert total(store) == (50, 22500)


def test_reading_a_fact_touches_nothing() -> None:
    """What a fact would do can be worked out without a database."""
    stored = reading_facts.Stored("s1", b"l" * 16, 4, event(sale("a"), "a"))
    ready = reading_facts.read(stored, set())
    assert isinstance(ready, reading_facts.Ready)
    assert ready.first_seq == 4


def test_the_same_facts_for_two_tenants_stay_apart(installation: Installation) -> None:
    """Ops, rows and cursors are a tenant's own."""
    ours, theirs = installation.store_of("main"), installation.store_of("other")
    for store in (ours, theirs):
        shop = Shop(store)
        shop.log("one").sell("a").push()
        shop.project()
    assert total(ours) == total(theirs) == (1, 450)
    assert count(theirs, SUPERSEDED) == 0


def test_a_backlog_is_let_in_before_it_is_applied(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While full frames keep coming the projector keeps off the database, and not for ever."""
    now = 100.0
    waited: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            nonlocal now
            assert timeout is not None
            waited.append(timeout)
            now += timeout
            if now < 103.0:
                thread.wake(more_to_come=True)
            return False

    thread = projector.Projector(installation, lambda: now)
    thread._stop = Stop()
    thread._let_in()
    assert waited == []
    thread.wake(more_to_come=True)
    thread._let_in()
    assert 103.0 <= now <= 103.0 + projector.QUIET_S
    monkeypatch.setattr(projector, "LET_IN_S_MAX", 1.0)
    began = now = 101.0
    thread.wake(more_to_come=True)
    thread._let_in()
    assert now == began + 1.0
