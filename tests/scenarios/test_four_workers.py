"""Four workers of head office over one PostgreSQL are killed one after another while stores push and read the feed.

At the end every fact stands once, every op has taken effect once, and every reader of the feed has seen every position
that was for it, in order, and none twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from cloud.intake.audit import audit
from cloud.store.engine import Database
from cloud.store.ledger_tables import EVENT, FEED, LOG, OP, OP_REGISTRY
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, mine
from shared.sales.projection import SALES_TOTAL
from shared.stock.events import LotCarried, Take, TakenLine, TransferSent
from shared.sync import token
from shared.sync.messages import FeedPage, Hello, Pushed, Welcome
from tests.scenarios.test_cloud_killed import PASSWORD, HeadOffice
from tests.unit.cloud.shop import PIECE, Log, Shop, event, sale

STORES = ("s1", "s2", "s3")
FRAMES, FACTS_A_FRAME = 30, 30
PRICES = 40
KILLS = 4
TRIES = 400


class Node:
    """A store's box: pushes what head office lacks, reads the feed, and asks again when nobody answers."""

    def __init__(self, office: HeadOffice, store: str) -> None:
        self.store = store
        self.key = Ed25519PrivateKey.generate()
        code = office.post("/v1/nodes/enrolment-codes", {"store": store, "node": store})["code"]
        public = self.key.public_key().public_bytes_raw().hex()
        told = office.post(
            "/v1/nodes/enrol", {"code": code, "node_public_key": public, "node_id": uuid.uuid4().hex}
        )
        self.audience = told["token_audience"]
        self.shop = object.__new__(Shop)
        self.shop.node, self.shop.wire_id = store, bytes.fromhex(told["node_id"])
        self.log = Log(self.shop, f"{store} backlog").record(*self._facts())
        self.client = httpx.Client(base_url=str(office.client.base_url), timeout=30)
        self.gen = self.pos = 0
        self.seen: list[int] = []

    def _facts(self) -> Iterator[bytes]:
        """Sales, and with every tenth a transfer to the next store, which the projector puts into the feed."""
        following = STORES[(STORES.index(self.store) + 1) % len(STORES)]
        for number in range(FRAMES * FACTS_A_FRAME):
            name = f"{self.store}-{number}"
            if number % 10:
                yield event(sale(name), name)
                continue
            sent = TransferSent(
                transfer=name,
                to_store=following,
                lines=(TakenLine(sku="milk", takes=(Take("L1", "main", PIECE),)),),
                lots=(LotCarried(sku="milk", lot="L1", qty=PIECE),),
            )
            yield event(sent, name)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer of whichever worker lives; a worker that dies meanwhile answers nothing and is asked again."""
        for _ in range(TRIES):
            claims = token.claims(self.shop.wire_id, self.audience, int(time.time()), uuid.uuid4().hex)
            signed = jwt.encode(
                claims, self.key, algorithm=token.ALGORITHM, headers=token.header(self.shop.wire_id)
            )
            try:
                answer = self.client.request(
                    method, path, headers={"Authorization": f"Bearer {signed}"}, **more
                )
            except httpx.TransportError:
                threading.Event().wait(0.05)
                continue
            if answer.status_code < 500:
                return answer
        raise AssertionError(f"{path}: no answer")

    def held(self) -> int:
        said = Hello(
            node_id=self.shop.wire_id,
            heads=[self.log.head()],
            parents=[self.log.parent],
            feed_gen=self.gen,
            feed_pos=self.pos,
            blobs_pending=0,
            hlc=0,
            versions={},
            unsent=0,
            oldest_unsent_ms=0,
        )
        answer = self.call("POST", "/sync/v1/hello", content=msgspec.msgpack.encode(said))
        welcome = msgspec.msgpack.decode(answer.content, type=Welcome)
        if not self.gen:
            self.gen = welcome.cloud_gen
        return welcome.have[0].seq if welcome.have else 0

    def push_all(self, pushed: Callable[[], None]) -> None:
        total = FRAMES * FACTS_A_FRAME
        sent = self.held()
        while sent < total:
            answer = self.call(
                "POST", "/sync/v1/push", content=self.log.frame(sent + 1, sent + FACTS_A_FRAME)
            )
            assert answer.status_code == 200, answer.content
            sent = msgspec.msgpack.decode(answer.content, type=Pushed).seq
            pushed()

    def read_feed(self) -> bool:
        """One page; whether there is more."""
        answer = self.call("GET", f"/sync/v1/feed?gen={self.gen}&pos={self.pos}&limit=20")
        assert answer.status_code == 200, answer.content
        page = msgspec.msgpack.decode(answer.content, type=FeedPage)
        self.seen += [row.pos for row in page.rows]
        self.pos = page.checkpoint
        return page.checkpoint < page.head


class Crew:
    """The worker processes of one `liushui cloud run --workers 4`; each of the first four dies once.

    Their successors are left alone: a server whose workers die as soon as they are born gives up, and rightly so.
    """

    def __init__(self, parent: int) -> None:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        self.workers = [
            pid
            for pid in map(int, children.split())
            if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        assert len(self.workers) == KILLS
        self.killed = 0

    def kill_one(self) -> None:
        """Without warning; the parent puts another in its place."""
        os.kill(self.workers[self.killed], signal.SIGKILL)
        self.killed += 1


def prices_set(office: HeadOffice, done: threading.Event) -> None:
    """Head office changes prices meanwhile: each is a row of the feed for every store."""
    for number in range(PRICES):
        op = {
            "op_id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
            "device_id": "d",
            "kind": "catalogue.set_price",
            "at_ms": 1,
            "body": {"sku": "milk", "price": f"{number + 1}.50"},
        }
        for _ in range(TRIES):
            try:
                answer = office.client.post("/v1/ops", json={"ops": [op]})
            except httpx.TransportError:
                threading.Event().wait(0.05)
                continue
            if answer.status_code == 200:
                assert answer.json()["results"][0]["state"] == "accepted", answer.text
                break
            assert answer.status_code >= 500, answer.text
    done.set()


def opened(office: HeadOffice) -> list[Node]:
    office.start()
    told = {"code": office.code, "user": "boss", "name": "Boss", "password": PASSWORD}
    office.post("/v1/bootstrap", told)
    bodies = [("catalogue.define_store", {"store": store, "name": store.upper()}) for store in STORES]
    bodies.append(("catalogue.define_category", {"category": "dairy", "zh": "奶制品", "en": "Dairy"}))
    product = {"sku": "milk", "name": "Milk", "category": "dairy", "base_unit": "pc"}
    bodies.append(("catalogue.define_product", product))
    ops = [
        {"op_id": str(uuid.uuid4()), "device_id": "d", "kind": kind, "at_ms": 1, "body": body}
        for kind, body in bodies
    ]
    results = office.post("/v1/ops", {"ops": ops})["results"]
    assert [result["state"] for result in results] == ["accepted"] * len(ops)
    return [Node(office, store) for store in STORES]


def run_all(*works: Callable[[], None]) -> None:
    """Side by side; the first failure is raised here."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    assert not any(thread.is_alive() for thread in threads), "somebody is stuck"
    if failures:
        raise failures[0]


@pytest.fixture
def office(tmp_path: Path, postgres_url: str) -> Iterator[HeadOffice]:
    """Head office with four workers; ended with the test, whatever came of it."""
    made = HeadOffice(tmp_path / "office", "--database", postgres_url, "--workers", "4")
    yield made
    made.process.terminate()
    try:
        made.process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        made.process.kill()
        raise


def test_killed_workers_lose_double_and_skip_nothing(office: HeadOffice, postgres_url: str) -> None:
    """Each of four workers is killed once; three stores push, all read the feed, head office changes prices."""
    nodes = opened(office)
    crew = Crew(office.process.pid)
    lock, frames = threading.Lock(), [0]
    all_pushed, all_priced = threading.Event(), threading.Event()

    def pushed() -> None:
        with lock:
            frames[0] += 1
            total = FRAMES * len(nodes)
            if crew.killed < KILLS and frames[0] >= (crew.killed + 1) * total // (KILLS + 1):
                crew.kill_one()
            if frames[0] >= total:
                all_pushed.set()

    def read_on(node: Node) -> Callable[[], None]:
        def read() -> None:
            while not (all_pushed.is_set() and all_priced.is_set()):
                node.read_feed()

        return read

    for node in nodes:
        node.held()
    run_all(
        *(lambda node=node: node.push_all(pushed) for node in nodes),  # type: ignore[misc]
        *(read_on(node) for node in nodes),
        lambda: prices_set(office, all_priced),
    )
    assert crew.killed == KILLS
    database = Database(postgres_url)
    store = TenantStore(database, "main")
    _await_applied(store)
    for node in nodes:
        while node.read_feed():
            pass
    _everything_once(store, nodes)
    database.close()


def _await_applied(store: TenantStore) -> None:
    """The workers' projectors catch up by themselves; we only look."""
    expected = FRAMES * FACTS_A_FRAME * len(STORES)
    for _ in range(600):
        found = audit_totals(store)
        if found == expected:
            return
        threading.Event().wait(0.1)
    raise AssertionError(f"{found} of {expected} facts were applied")


def audit_totals(store: TenantStore) -> int:
    with store.reading() as reading:
        return int(
            reading.scalar(
                select(func.count())
                .select_from(OP_REGISTRY.join(LOG, _same_log()))
                .where(mine(OP_REGISTRY), LOG.c.node_id.in_(STORES))
            )
        )


def _same_log() -> Any:
    return (OP_REGISTRY.c.tenant_id == LOG.c.tenant_id) & (OP_REGISTRY.c.log_id == LOG.c.log_id)


def _everything_once(store: TenantStore, nodes: list[Node]) -> None:
    told = audit(store)
    assert (told.findings, told.behind, told.superseded, told.held) == ([], 0, 0, 0)
    table = table_of(SALES_TOTAL)
    with store.reading() as reading:
        for node in nodes:
            stored = reading.all(
                select(EVENT.c.bytes)
                .where(mine(EVENT), EVENT.c.node_id == node.store)
                .order_by(EVENT.c.log_id, EVENT.c.seq)
            )
            assert [bytes(row.bytes) for row in stored] == node.log.events
            sold = reading.scalar(
                select(func.sum(table.c.sales)).where(mine(table), table.c.node_id == node.store)
            )
            assert sold == FRAMES * FACTS_A_FRAME * 9 // 10
            feed = reading.all(select(FEED.c.pos, FEED.c.scope).where(mine(FEED)).order_by(FEED.c.pos))
            assert [row.pos for row in feed] == list(range(1, len(feed) + 1))
            for_it = [row.pos for row in feed if row.scope == "" or f" {node.store} " in row.scope]
            assert node.seen == for_it
        prices = reading.scalar(
            select(func.count()).select_from(OP).where(mine(OP), OP.c.state == "accepted")
        )
    assert prices == PRICES + len(STORES) + 2
