"""A disk that is full at head office: nothing is acknowledged, nothing is half there, and it goes on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as listening
from sqlalchemy import select, text

from cloud.app import create_app
from cloud.identity import first_run
from cloud.intake import projector
from cloud.intake.audit import audit
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import EVENT
from cloud.store.migrate import prepare
from cloud.store.tenant import mine
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import PASSWORD, Browser, Machine, Office, key_of
from tests.unit.cloud.shop import NOW, Shop


class SmallDisk:
    """A database that may not grow beyond some pages, as on a disk with no room left; SQLite says the same of both."""

    def __init__(self, file: Path) -> None:
        self.pages = 0
        self.database = Database(sqlite_url(file))
        listening.listen(self.database.engine, "begin", self._limit)

    def _limit(self, connection: Any) -> None:
        # Zero asks for the most there may be; a limit below the present size becomes the present size.
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self.pages or 4_294_967_294}")

    def fill(self) -> None:
        with self.database.reading() as connection:
            self.pages = int(connection.scalar(text("PRAGMA page_count")) or 0) + 4

    def empty(self) -> None:
        self.pages = 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    made = SmallDisk(tmp_path / "cloud.db")
    prepare(made.database)
    yield made
    made.database.close()


def test_a_full_disk_is_503_and_stores_hold_what_they_have(
    disk: SmallDisk, tmp_path: Path, clock: Clock
) -> None:
    """Pushes fail with 503 and Retry-After while there is no room; afterwards the same frames are taken."""
    installation = Installation(disk.database, tmp_path / "office", clock=clock)
    first_run.ensure_tenant(installation)
    code = first_run.new_code(installation)
    app = create_app(installation)
    app.on_startup.clear()
    app.on_shutdown.clear()
    with Browser(app) as owner:
        told = {"code": code, "user": "boss", "name": "Boss", "password": PASSWORD}
        assert owner.post("/v1/bootstrap", json=told).status_code == 200
        Office(installation).open_shops()
        machine = Machine(owner, clock.now_ms // 1000)
        machine.enrol(owner.post("/v1/nodes/enrolment-codes", json={"store": "s1"}).json()["code"])
        shop = object.__new__(Shop)
        shop.store, shop.node, shop.wire_id = installation.home, "s1", machine.node_id
        log = shop.log("one").sell(*(f"sale {number}" for number in range(400)))
        disk.fill()
        answers = [
            owner.post("/sync/v1/push", content=log.frame(first, first + 99), headers=machine.headers())
            for first in (1, 101, 201, 301)
        ]
        refused = [answer for answer in answers if answer.status_code == 503]
        assert refused
        assert {key_of(answer) for answer in refused} == {"service_unavailable"}
        assert all(answer.headers["retry-after"] for answer in refused)
        taken = 100 * sum(answer.status_code == 200 for answer in answers)
        with installation.home.reading() as reading:
            rows = reading.all(select(EVENT.c.seq).where(mine(EVENT), EVENT.c.node_id == "s1"))
        assert len(rows) == taken
        disk.empty()
        for first in (1, 101, 201, 301):
            frame = log.frame(first, first + 99)
            assert owner.post("/sync/v1/push", content=frame, headers=machine.headers()).status_code == 200
    assert projector.project_all(installation.home, NOW) == 400
    told_of = audit(installation.home)
    assert (told_of.findings, told_of.behind) == ([], 0)
