"""A store's box loses power at the worst moments: what was promised is there once, what was not may be asked again."""

import random
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.verify import verify
from tests.support.edge_node import EdgeNode, Phone, op


def ask_until_answered(phone: Phone, asked: list[dict[str, Any]], node_is_up: threading.Event) -> None:
    """Send the op again and again until the box answers; that is all a phone knows of recovery."""
    while True:
        node_is_up.wait()
        try:
            answer = phone.post("/v1/ops", json={"ops": asked})
            answer.raise_for_status()
        except (httpx.TransportError, httpx.HTTPStatusError):
            continue
        assert all(result["state"] == "accepted" for result in answer.json()["results"])
        return


def sales_recorded(folder: Path) -> tuple[int, int]:
    """How many sales and how much of the goods went to customers."""
    connection = dbapi.open_reader(folder / DAY_BOOK)
    count = connection.execute("SELECT coalesce(sum(sales), 0) FROM sales_total").fetchone()[0]
    sold = connection.execute(
        "SELECT coalesce(sum(qty), 0) FROM stock WHERE location = 'customer'"
    ).fetchone()[0]
    connection.close()
    return count, sold // 1_000_000


@pytest.mark.parametrize("seed", [7])
def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    """Six phones sell without pause while the box is killed three times; every sale is there exactly once."""
    chance = random.Random(seed)
    node = EdgeNode(tmp_path / "node")
    node.start()
    phones = [node.sign_in("clerk") for _ in range(6)]
    up = threading.Event()
    up.set()
    sent = 25

    def sell(phone: Phone) -> None:
        for _ in range(sent):
            sale = op("sales.sell", {"lines": [{"sku": "rice", "qty": "1"}]})
            ask_until_answered(phone, [sale], up)

    threads = [threading.Thread(target=sell, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for _ in range(3):
        # The moment is drawn, not awaited: a power cut waits for nobody.
        threading.Event().wait(chance.uniform(0.01, 0.4))
        up.clear()
        node.kill()
        node.start()
        up.set()
    for thread in threads:
        thread.join()
    node.stop()
    assert sales_recorded(node.folder) == (6 * sent, 6 * sent)
    assert verify(node.folder / DAY_BOOK).faults == []


DIE_AT = """
# The node as it is, but its disk connection kills the process around the commit of the next facts.
import os, signal, sys
from edge.ledger import dbapi, writer
moment = sys.argv[1]

class Dying:
    def __init__(self, connection): self._connection, self._facts = connection, False
    def __getattr__(self, name): return getattr(self._connection, name)
    def die(self): os.kill(os.getpid(), signal.SIGKILL)
    def execute(self, sql, cells=()):
        if sql == "COMMIT" and self._facts and moment == "before": self.die()
        found = self._connection.execute(sql, cells)
        if sql == "COMMIT" and self._facts and moment == "after": self.die()
        self.see(sql)
        return found
    def executemany(self, sql, rows):
        found = self._connection.executemany(sql, rows)
        self.see(sql)
        return found
    def see(self, sql):
        self._facts = self._facts or sql.startswith("INSERT INTO event")
        if self._facts and moment == "middle": self.die()

original = writer.Writer.__init__
def begin(self, path, **options):
    original(self, path, **(options | {"connect": lambda p: Dying(dbapi.open_writer(p))}))
writer.Writer.__init__ = begin
from edge.cli import edge
edge(sys.argv[2:])
"""


@pytest.mark.parametrize("moment", ["before", "middle", "after"])
def test_death_around_the_commit(tmp_path: Path, moment: str) -> None:
    """Killed before, inside and right after COMMIT: the retry gives one sale each time, never none, never two."""
    node = EdgeNode(tmp_path / "node")
    node.start()
    phone = node.sign_in("clerk")
    phone.sell("rice", "1")
    node.stop()
    node.start(program=["-c", DIE_AT, moment])
    sale = op("sales.sell", {"lines": [{"sku": "rice", "qty": "1"}]})
    with pytest.raises(httpx.TransportError):
        phone.send_ops([sale])
    node.kill()
    assert sales_recorded(node.folder)[0] == (2 if moment == "after" else 1)
    node.start()
    (result,) = phone.send_ops([sale])
    assert result["state"] == "accepted"
    assert phone.send_ops([sale]) == [result]
    node.stop()
    assert sales_recorded(node.folder) == (2, 2)
    assert verify(node.folder / DAY_BOOK).faults == []


def test_a_store_set_back_to_an_old_copy_never_reuses_a_name(tmp_path: Path) -> None:
    """The folder is restored from a backup and goes on selling: its new facts stand in a log of their own."""
    from edge.jobs.backup import copy

    node = EdgeNode(tmp_path / "node")
    node.start()
    node.sign_in("clerk").sell("rice", "1")
    copy(node.folder / DAY_BOOK, tmp_path / "old.db")
    lost = node.sign_in("clerk").sell("rice", "1")
    node.stop()
    for file in node.folder.glob(f"{DAY_BOOK}*"):
        file.unlink()
    (tmp_path / "old.db").rename(node.folder / DAY_BOOK)
    node.start()
    new = node.sign_in("clerk").sell("rice", "1")
    node.stop()
    assert (new["log"], new["seq"]) != (lost["log"], lost["seq"])
    assert new["log"] != lost["log"]
    assert verify(node.folder / DAY_BOOK).faults == []


def test_only_one_process_may_use_a_folder(tmp_path: Path) -> None:
    """A second node on the same folder refuses to start."""
    node = EdgeNode(tmp_path / "node")
    node.start()
    with pytest.raises(AssertionError, match="another liushui process"):
        EdgeNode.start(second_on(node))
    node.stop()


def second_on(node: EdgeNode) -> EdgeNode:
    second = EdgeNode.__new__(EdgeNode)
    second.__dict__.update(node.__dict__)
    return second
