"""Two stores, one head office, and a line that drops, repeats, reorders, cuts and flips, seed by seed.

The stores restart (new logs upon old heads) and are restored from old copies, whereupon phones offer their ops
again in the new log. A safety phase does all of that in the order a seeded die decides; then the line heals and
everything must arrive. The reference is a dict of op to effect, kept beside, that knows no logs at all. Intake,
projector and database are the real ones.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cloud.identity import first_run
from cloud.intake import push
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation, Settings
from cloud.store.ledger_tables import EVENT, PROJ_CURSOR
from cloud.store.migrate import prepare
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, mine
from shared.errors import DomainError
from shared.sales.projection import SALES_TOTAL
from shared.stock.projection import STOCK
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.shop import NOW, Log, Shop, event, receipt, sale

SEEDS = range(25)
STEPS = 60
PIECE = 1_000_000


class Store:
    """One store's side: the logs it still has, the ops it ever accepted, and what of them nobody may lose."""

    def __init__(self, shop: Shop, die: random.Random) -> None:
        self.shop = shop
        self.die = die
        self.all_logs: list[Log] = []
        self.current = self._begin(None)
        self.effects: dict[str, int] = {}
        """op → pieces on hand it brings or takes: the truth to compare with."""
        self.sold: dict[str, int] = {}

    def _begin(self, upon: tuple[Log, int] | None) -> Log:
        name = f"log{len(self.all_logs)}"
        log = self.shop.log(name) if upon is None else self.shop.log(name, upon[0].head(upon[1]))
        self.all_logs.append(log)
        return log

    def accept(self, op: str) -> None:
        """A phone's op reaches the writer; the same op again is the same event with another name."""
        if op not in self.effects:
            selling = self.die.random() < 0.8
            self.effects[op] = -1 if selling else 10
            if selling:
                self.sold[op] = 450
        fact = sale(op) if op in self.sold else receipt(op)
        self.current.record(event(fact, op))

    def restart(self) -> None:
        """The writer starts anew upon its own head; a log nobody wrote to leaves no trace."""
        if self.current.events:
            self.current = self._begin((self.current, len(self.current.events)))

    def restore_old_copy(self) -> None:
        """The file is an hour old; what was written since is offered again by the phones that hold it."""
        old = self.die.randrange(len(self.current.events) + 1)
        if old == 0:
            return
        lost = self.current.events[old:]
        before = self.current
        self.current = self._begin((before, old))
        for lost_event in lost:
            self.current.record(lost_event)


def send(store: Store, log: Log, die: random.Random) -> None:
    """One frame over the bad line: any range, in any order, perhaps damaged; answers are never looked at."""
    if not log.events:
        return
    first = die.randint(1, len(log.events))
    last = die.randint(first, len(log.events))
    frame = log.frame(first, last)
    damage = die.random()
    if damage < 0.1:
        frame = frame[: die.randrange(len(frame))]
    elif damage < 0.2:
        where = die.randrange(len(frame))
        frame = frame[:where] + bytes([frame[where] ^ (1 << die.randrange(8))]) + frame[where + 1 :]
    for _ in range(die.choice((0, 1, 1, 1, 2))):
        try:
            push.receive(store.shop.known, frame, NOW)
        except DomainError as error:
            if error.key != "bad_frame" or damage >= 0.2:
                raise


def heal(store: Store) -> None:
    """The line works: every log is sent whole, in order."""
    for log in store.all_logs:
        if log.events:
            log.push()


@pytest.fixture
def office(tmp_path: Path) -> TenantStore:
    """An empty head office."""
    database = Database(sqlite_url(tmp_path / "cloud.db"))
    prepare(database)
    installation = Installation(database, tmp_path / "office", Settings(tenant_name="Shops"), Clock())
    first_run.ensure_tenant(installation)
    return installation.home


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_line_does_every_op_counts_once(office: TenantStore, seed: int) -> None:
    """No op lost, none doubled, every fact kept byte for byte, every log fully dealt with."""
    die = random.Random(seed)
    stores = [Store(Shop(office, node), die) for node in ("s1", "s2")]
    for step in range(STEPS):
        store = die.choice(stores)
        match die.choices(("accept", "send", "project", "restart", "restore"), (6, 5, 2, 1, 1))[0]:
            case "accept":
                store.accept(f"{seed}/{store.shop.node}/{step}")
            case "send":
                send(store, die.choice(store.all_logs), die)
            case "project":
                store.shop.project()
            case "restart":
                store.restart()
            case "restore":
                store.restore_old_copy()
    for store in stores:
        heal(store)
    stores[0].shop.project()
    for store in stores:
        check(office, store)


def check(office: TenantStore, store: Store) -> None:
    """Head office against the dict that knows no logs."""
    stock, total, node = table_of(STOCK), table_of(SALES_TOTAL), store.shop.node
    with office.reading() as reading:
        on_hand = reading.scalar(
            select(func.sum(stock.c.qty)).where(
                mine(stock), stock.c.node_id == node, stock.c.location == "store/main"
            )
        )
        everywhere = reading.scalar(select(func.sum(stock.c.qty)).where(mine(stock), stock.c.node_id == node))
        sales = reading.first(
            select(total.c.sales, total.c.amount).where(mine(total), total.c.node_id == node)
        )
        for log in store.all_logs:
            kept = reading.all(
                select(EVENT.c.bytes).where(mine(EVENT), EVENT.c.log_id == log.log_id).order_by(EVENT.c.seq)
            )
            assert [bytes(row.bytes) for row in kept] == log.events
            cursor = reading.scalar(
                select(PROJ_CURSOR.c.seq).where(mine(PROJ_CURSOR), PROJ_CURSOR.c.log_id == log.log_id)
            )
            assert (cursor or 0) == len(log.events), "applied + superseded + held = head"
    assert int(on_hand or 0) == sum(store.effects.values()) * PIECE
    assert int(everywhere or 0) == 0
    assert ((sales.sales, sales.amount) if sales else (0, 0)) == (len(store.sold), sum(store.sold.values()))
