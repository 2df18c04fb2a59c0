"""Work by the clock: a proved copy makes facts stable, a broken one does not, and a run is done once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from cloud.intake import hello
from cloud.jobs import backup, lease, scheduler
from cloud.jobs.backup import CopyBroken, back_up, prove
from cloud.store import dbapi
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import LOG
from cloud.store.migrate import prepare
from cloud.store.tenant import mine
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Office
from tests.unit.cloud.shop import NOW, Shop
from tests.unit.cloud.test_intake import said_hello


def stable(installation: Installation) -> dict[str, int]:
    with installation.home.reading() as reading:
        rows = reading.all(select(LOG.c.node_id, LOG.c.stable_seq).where(mine(LOG)))
    return {row.node_id: row.stable_seq for row in rows}


@pytest.fixture
def embedded(installation: Installation) -> Installation:
    if not installation.database.is_sqlite:
        pytest.skip("PostgreSQL is backed up by its own tools")
    return installation


def test_facts_are_stable_once_a_proved_copy_holds_them(embedded: Installation, clock: Clock) -> None:
    """Before the copy nothing is, after it everything in it, and the node is told."""
    Office(embedded).open_shops()
    shop = Shop(embedded.home)
    log = shop.log("one").sell("a", "b")
    log.push()
    assert stable(embedded)["s1"] == 0
    copied = back_up(embedded)
    assert copied is not None
    log.sell("c")
    log.push(3)
    assert stable(embedded)["s1"] == 2
    assert hello.welcome(shop.known, said_hello(shop, [log]), NOW).stable == [(log.log_id, 2)]
    opened = Database(sqlite_url(copied.file))
    with Installation(opened, Path("."), clock=clock).home.reading() as reading:
        heads = {row.node_id: row.head_seq for row in reading.all(select(LOG).where(mine(LOG)))}
    opened.close()
    assert heads == {"": 5, "s1": 2}


def test_old_copies_make_room(embedded: Installation, clock: Clock) -> None:
    """Seven are kept."""
    for _ in range(9):
        clock.pass_(minutes=30)
        back_up(embedded)
    kept = sorted((embedded.folder / "backups").glob("*"))
    assert len(kept) == 7
    assert kept[-1].name == f"cloud-{clock.now_ms}.db"
    assert kept[-1].stat().st_mode & 0o077 == 0


def test_a_broken_copy_makes_nothing_stable(embedded: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact changed on its way into the copy: the copy is thrown away and the alarm raised."""
    log = Shop(embedded.home).log("one").sell("a", "b")
    log.push()
    copy = backup._copy

    def copy_badly(installation: Installation, part: Path) -> None:
        copy(installation, part)
        connection = dbapi.module.connect(str(part))
        connection.execute("UPDATE event SET bytes = x'00' WHERE seq = 1")
        connection.commit()
        connection.close()

    monkeypatch.setattr(backup, "_copy", copy_badly)
    with pytest.raises(CopyBroken):
        back_up(embedded)
    assert stable(embedded)["s1"] == 0
    assert list((embedded.folder / "backups").iterdir()) == []


def test_a_restored_copy_serves_and_says_that_it_is_one(embedded: Installation, clock: Clock) -> None:
    """A node that had read further unmasks it; what the copy lacks is pushed again."""
    office = Office(embedded)
    office.open_shops()
    shop = Shop(embedded.home)
    log = shop.log("one").sell("a", "b")
    log.push()
    copied = back_up(embedded)
    assert copied is not None
    log.sell("c")
    log.push(3)
    for _ in range(3):
        office.do("catalogue.set_price", sku="milk", price="4")
    before = hello.welcome(shop.known, said_hello(shop, [log]), NOW)
    restored = Database(sqlite_url(copied.file))
    prepare(restored)
    again = object.__new__(Shop)
    again.store = Installation(restored, embedded.folder, clock=clock).home
    again.node, again.wire_id = shop.node, shop.wire_id
    welcome = hello.welcome(again.known, said_hello(again, [log], before.cloud_gen, before.feed_head), NOW)
    assert welcome.cloud_gen > before.cloud_gen
    assert welcome.have[0].seq == 2
    log.shop = again
    log.push(3)
    assert again.project() == 3
    assert prove(copied.file)
    restored.close()


def test_a_run_is_done_once_however_many_workers(installation: Installation, clock: Clock) -> None:
    """The second worker finds it taken; the next run may be anybody's; a dead holder delays it only so long."""
    assert lease.take(installation, "count", "one", "run-1", 60_000)
    assert not lease.take(installation, "count", "two", "run-1", 60_000)
    lease.give_back(installation, "count", "one")
    assert not lease.take(installation, "count", "two", "run-1", 60_000)
    assert lease.take(installation, "count", "two", "run-2", 60_000)
    assert not lease.take(installation, "count", "one", "run-3", 60_000)
    clock.pass_(minutes=2)
    assert lease.take(installation, "count", "one", "run-3", 60_000)


def test_a_failing_job_stops_nothing(installation: Installation, clock: Clock) -> None:
    """It is told once and runs again at its next time."""
    runs: list[int] = []

    def fail(_installation: Installation) -> None:
        runs.append(1)
        raise RuntimeError("no paper in the printer")

    job = scheduler.Job("fail", 60, 0, fail)
    assert scheduler.run_once(installation, job, "one")
    assert not scheduler.run_once(installation, job, "two")
    clock.pass_(minutes=1)
    assert scheduler.run_once(installation, job, "two")
    assert len(runs) == 2


def test_every_job_runs_on_an_empty_office(installation: Installation) -> None:
    """The first night of a new installation."""
    for job in scheduler.JOBS:
        job.work(installation)
