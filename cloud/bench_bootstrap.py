"""How soon a new store can sell: from its one-time code to knowing every article, and nothing of other stores.

Twice the same lists. By snapshot, as a box gets them that is enrolled today; and by feed, as a node gets them that
stood there before head office entered them. Both are real processes; what each knows at the end it says itself.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from cloud.bench_chain import call, enrol, enter, first_owner, free_port, head_office, lists_of, person, store
from cloud.demo.wire import Person
from cloud.store.engine import DATABASE_FILE, Database, sqlite_url
from cloud.store.ledger_tables import TENANT
from cloud.store.tenant import TenantStore, mine

NEW, BEFORE = "NEW", "BEFORE"


def bench_bootstrap(goods: int) -> dict[str, Any]:
    """Seconds to enter the goods, to bring them by snapshot and by feed, and what stands in the new store."""
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        folder, port = Path(place), free_port()
        with head_office(folder / "cloud", port) as office:
            owner = first_owner(office, port)
            enter(owner, lists_of([NEW, BEFORE], 0))
            _staff(owner)
            enrol(owner, BEFORE, folder / BEFORE, port)
            began = time.perf_counter()
            enter(owner, lists_of([NEW, BEFORE], goods))
            entered = time.perf_counter()
            enrol(owner, NEW, folder / NEW, port)
            by_snapshot = time.perf_counter()
            _feed(folder / BEFORE, _feed_head(folder / "cloud"))
            by_feed = time.perf_counter()
            owner.close()
        known = {code: _knows(folder / code) for code in (NEW, BEFORE)}
    assert known[NEW]["rows"]["sku"] == known[BEFORE]["rows"]["sku"] == goods, known
    return {
        "goods": goods,
        "entered_s": round(entered - began, 2),
        "snapshot_s": round(by_snapshot - entered, 2),
        "feed_s": round(by_feed - by_snapshot, 2),
        "rows": known[NEW]["rows"],
        "foreign": known[NEW]["foreign"] + known[BEFORE]["foreign"],
    }


def _staff(owner: Person) -> None:
    """A manager for each store, whom the other must never hear of."""
    for code in (NEW, BEFORE):
        told = {"user": f"manager-{code.lower()}", "name": code, "role": "store_manager", "stores": [code]}
        owner.post("/v1/users", told | {"password": "a quiet morning 早晨", "language": "zh-CN"})


def _feed(folder: Path, head: int) -> None:
    """Start the node and wait until it has everything up to head office's last position."""
    port = free_port()
    with store(folder, port):
        owner = person(port)
        while owner.get("/v1/node")["feed"]["pos"] < head:
            time.sleep(0.1)
        owner.close()


def _feed_head(folder: Path) -> int:
    database = Database(sqlite_url(folder / DATABASE_FILE))
    with TenantStore(database, "main").reading() as reading:
        head: int = reading.scalar(select(TENANT.c.feed_head).where(mine(TENANT)))
    database.close()
    return head


def _knows(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(call("edge", "bench", "goods", "--dir", str(folder)))
    return told
