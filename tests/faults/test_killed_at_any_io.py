"""A real process, engine and disk die by SIGKILL at any write: another process finds all in order."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.verify import verify
from tests.support.edge_node import EdgeNode, Phone, new_day_book, op, store_rows
from tests.support.killed_writer import KilledWriter

KILLS = int(os.environ.get("LIUSHUI_KILLS", "40"))
IO_MAX = 90
"""A life of forty ops is some four hundred writes and syncs; most ends should come early, where files are made anew."""

KILLED_NODE = """
# The node as it is, but the n-th change of its day-book's files, counted from the first fact asked for, is its last.
import sys, threading
from edge.http.routes import ops
from tests.support.io_hooks import HALF, end_process, meddle
left, half = int(sys.argv[1]), sys.argv[2] == "half"
asked = threading.Event()
submit = ops.prepare
def prepare(op):
    asked.set()
    return submit(op)
ops.prepare = prepare
def decide(call, path):
    global left
    if asked.is_set() and "ledger.db" in path and not path.endswith("-shm"):
        left -= 1
        if left == 0:
            if half: return HALF
            end_process()
    return 0
meddle(decide)
from edge.cli import edge
edge(sys.argv[3:])
"""


@pytest.fixture
def killed() -> Iterator[KilledWriter]:
    helper = KilledWriter()
    yield helper
    helper.close()


def change(chance: random.Random) -> dict[str, Any]:
    """Goods come or go."""
    kind = chance.choice(("stock.receive", "sales.sell"))
    return op(kind, {"lines": [{"sku": "rice", "qty": str(chance.randint(1, 9))}]})


def found(path: Path) -> dict[str, list[Any]]:
    """Every op on the disk, as another process sees it."""
    connection = dbapi.open_reader(path)
    try:
        rows = connection.execute("SELECT hex(op_id), hex(log), seq, count FROM op").fetchall()
    finally:
        connection.close()
    return {op_id.lower(): [log.lower(), seq, count] for op_id, log, seq, count in rows}


def on_hand(path: Path) -> int:
    connection = dbapi.open_reader(path)
    try:
        (total,) = connection.execute(
            "SELECT sum(qty) FROM stock WHERE sku = 'rice' AND location LIKE 'store/%'"
        ).fetchone()
    finally:
        connection.close()
    return int(total) // 1_000_000


def send_one_by_one(phone: Phone, ops: list[dict[str, Any]]) -> None:
    for one in ops:
        phone.send_ops([one])


def test_killed_forty_times_at_any_write_every_op_counts_once(tmp_path: Path, killed: KilledWriter) -> None:
    """Each life ends inside a write or a sync, half done or not begun; the next asks again what was not answered."""
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    path = tmp_path / "node" / DAY_BOOK
    new_day_book(path.parent, rows=store_rows()).stop()
    promised: dict[str, list[Any]] = {}
    asked: dict[str, dict[str, Any]] = {}
    ends = 0
    while ends < KILLS:
        waiting = [one for op_id, one in asked.items() if op_id not in promised]
        fresh = [change(chance) for _ in range(40)]
        asked |= {one["op_id"].replace("-", ""): one for one in fresh}
        batches = [[one] for one in waiting] + [fresh[:3], *([one] for one in fresh[3:])]
        told, was_killed = killed.live(path, batches, chance.randint(1, IO_MAX), chance.random() < 0.5)
        ends += was_killed
        assert all(promised.get(op_id, said) == said for op_id, said in told.items()), f"seed {seed}"
        promised |= told
        there = found(path)
        assert {op_id: there.get(op_id) for op_id in promised} == promised, f"seed {seed}, kill {ends}"
        assert verify(path).faults == [], f"seed {seed}, kill {ends}"
    waiting = [one for op_id, one in asked.items() if op_id not in promised]
    told, was_killed = killed.live(path, [waiting], 0, False)
    assert not was_killed
    assert found(path).keys() == asked.keys()
    assert on_hand(path) == sum(
        int(one["body"]["lines"][0]["qty"]) * (1 if one["kind"] == "stock.receive" else -1)
        for one in asked.values()
    )
    assert verify(path).faults == []


@pytest.mark.parametrize(("nth", "how"), [(1, "half"), (9, "before")])
def test_a_whole_node_killed_inside_its_commit(tmp_path: Path, nth: int, how: str) -> None:
    """The process that serves phones dies at the n-th write of an op: the phone's retry gives one sale."""
    node = EdgeNode(tmp_path / "node")
    node.start()
    phone = node.sign_in("clerk")
    phone.sell("rice", "1")
    node.stop()
    node.start(program=["-c", KILLED_NODE, str(nth), how])
    sales = [op("sales.sell", {"lines": [{"sku": "rice", "qty": "1"}]}) for _ in range(3)]
    with pytest.raises(httpx.TransportError):
        send_one_by_one(phone, sales)
    node.kill()
    node.start()
    results = phone.send_ops(sales)
    assert [result["state"] for result in results] == ["accepted"] * 3
    assert json.dumps(phone.send_ops(sales)) == json.dumps(results)
    node.stop()
    assert on_hand(node.folder / DAY_BOOK) == -4
    assert verify(node.folder / DAY_BOOK).faults == []
