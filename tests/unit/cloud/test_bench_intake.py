"""The measuring of many workers measures what it says: every fact arrives, and the figures stand beside each other."""

from __future__ import annotations

from cloud.bench_intake import many_workers
from cloud.store.engine import Database
from cloud.store.ledger_tables import LOG
from cloud.store.tenant import TenantStore, mine


def test_one_and_many_workers_take_in_the_same_number_of_facts(postgres_url: str) -> None:
    """A short turn; the figures themselves are no test's business."""
    told = many_workers(postgres_url, facts=80, rounds=1, many=2)
    assert set(told["workers"]) == {"1", "2"}
    assert told["many_per_one"]["median"] > 0
    assert told["at_the_limit"] in ("", "processor", "disk", "ours")
    database = Database(postgres_url)
    with TenantStore(database, "main").reading() as reading:
        heads = [row.head_seq for row in reading.all(LOG.select().where(mine(LOG)))]
    database.close()
    assert sorted(heads) == [40, 40, 80]
