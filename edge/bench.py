"""How fast this node is, against what the same disk and engine can do at all, measured in one run.

Numerator: sales by 128 submitters who each wait for their answer, from the command to the disk (decision, facts,
chain, projections, one COMMIT per batch with synchronous=FULL); beside it the same with each sale's JSON body read
and checked on the way. Denominator: the very row writes of those sales (facts, op ids, phones, projection rows, all
worked out beforehand), by plain `executemany` of the driver as it comes, 100 sales to a transaction, FULL as well;
beside it the same with the node's adapters for bytes (`edge.ledger.dbapi`), the most this driver can do. All write
into a day-book that holds 100,000 sales already: a shop has a past, and an empty file tells of none. Ratios survive
machines; the plain numbers only describe this one.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from edge.app import DAY_BOOK, as_a_node_runs
from edge.ledger import dbapi
from edge.ledger.feed import apply_page
from edge.ledger.identity import Identity, write_identity
from edge.ledger.migrations import ensure
from edge.ledger.rebuild import recorded_of
from edge.ledger.recording import Asker, Prepared, prepare
from edge.ledger.tables import node_tables, select_all, upsert
from edge.ledger.writer import MET_PHONE, Writer
from shared.access.roles import EVERY_PERMISSION
from shared.ledger.ops import Op
from shared.ledger.projection import changes_of
from shared.strict_json import strict_json
from shared.sync.messages import FeedPage, FeedRow

SUBMITTERS = 128
RAW_BATCH = 100
PAST = 100_000
SKUS = 200
STORE = "BENCH"
ASKER = Asker(actor="bench", permissions=EVERY_PERMISSION, auth_level="password")


def bench(*, rounds: int = 5, ops: int = 4000, past: int = PAST, http_seconds: float = 6.0) -> dict[str, Any]:
    """All measurements, as one JSON-able object."""
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        folder = Path(place)
        live_through(folder / "past", past)
        before = rows_of(folder / "past")
        pairs = [one_round(folder, before, ops) for _ in range(rounds)]
        served = _serve(folder / "served", http_seconds)
    ops_per_s = [pair["ops_per_s"] for pair in pairs]
    ratios = [pair["ops_per_s"] / pair["same_writes_per_s"] for pair in pairs]
    from_json = [pair["from_json_per_s"] / pair["same_writes_per_s"] for pair in pairs]
    return {
        "durable_ops": {
            "submitters": SUBMITTERS,
            "ops": ops,
            "sales_before": past,
            "ops_per_s": spread(ops_per_s),
            "from_json_ops_per_s": spread([pair["from_json_per_s"] for pair in pairs]),
            "raw_same_writes_ops_per_s": spread([pair["same_writes_per_s"] for pair in pairs]),
            "raw_facts_only_per_s": spread([pair["facts_only_per_s"] for pair in pairs]),
            "writes_per_op": round(pairs[0]["writes_per_op"], 1),
            "raw_adapted_ops_per_s": spread([pair["adapted_writes_per_s"] for pair in pairs]),
            "ratio": spread(ratios),
            "ratio_of_adapted": spread([pair["ops_per_s"] / pair["adapted_writes_per_s"] for pair in pairs]),
            "ratio_from_json": spread(from_json),
        },
        **served,
        "machine": {"python": platform.python_version(), "cpus": os.cpu_count(), "load": os.getloadavg()[0]},
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


def _seed_rows() -> list[FeedRow]:
    rows: list[tuple[str, list[Any], dict[str, Any]]] = [
        ("store", [STORE], {"name": STORE, "timezone": "Asia/Shanghai", "cutoff_minutes": 0}),
        ("category", ["dry"], {"zh": "干货", "en": "Dry"}),
    ]
    for number in range(SKUS):
        sku = f"sku-{number:04d}"
        about = {
            "name": sku,
            "category": "dry",
            "base_unit": "ea",
            "decimals": 0,
            "storage": "ambient",
            "min_remaining_days": 0,
            "negative": "warn",
        }
        rows += [("sku", [sku], about), ("price", [sku, ""], {"price": 9_900_000})]
    return [FeedRow(pos, table, key, 1, body) for pos, (table, key, body) in enumerate(rows, 1)]


def new_writer(folder: Path) -> Writer:
    folder.mkdir()
    ensure(folder / DAY_BOOK)
    writer = Writer(folder / DAY_BOOK)
    writer.start()
    rows = _seed_rows()
    page = FeedPage(gen=1, rows=rows, checkpoint=len(rows), head=len(rows))
    writer.run(
        lambda tx: write_identity(tx.connection, Identity(node_id=os.urandom(16), store=STORE))
    ).result()
    writer.run(lambda tx: apply_page(tx, page)).result()
    receive_goods(writer)
    return writer


def receive_goods(writer: Writer, moment: int = 0) -> None:
    """Enough of everything to sell for weeks."""
    lines = [{"sku": f"sku-{number:04d}", "qty": "100000", "lot": "L1"} for number in range(SKUS)]
    body = op_body("stock.receive", {"lines": lines}, 0, moment)
    assert writer.submit([read_sale(body)], ASKER).result()[0].accepted


def op_body(kind: str, body: dict[str, Any], number: int, moment: int = 0) -> bytes:
    """An op as a phone sends it, now or at that millisecond."""
    moment = moment or time.time_ns() // 1_000_000
    # As random as a phone's: what cannot be guessed cannot be compressed either.
    op_id = (moment << 80) | (7 << 76) | (random.getrandbits(12) << 64) | (2 << 62) | random.getrandbits(62)
    return msgspec.json.encode(
        {
            "op_id": f"{op_id:032x}",
            "device_id": f"phone-{number % SUBMITTERS}",
            "dev_seq": number + 1,
            "kind": kind,
            "at_ms": moment,
            "offset_ms": 0,
            "body": body,
        }
    )


def sale_body(number: int, moment: int = 0) -> bytes:
    """One piece sold."""
    line = {"sku": f"sku-{number % SKUS:04d}", "qty": "1"}
    return op_body("sales.sell", {"lines": [line]}, number, moment)


_OP_DECODER = msgspec.json.Decoder(Op, strict=True)


def _decoded(raw: bytes) -> Op:
    """As the HTTP side reads a body."""
    strict_json(raw)
    return _OP_DECODER.decode(raw)


def live_through(folder: Path, sales: int) -> None:
    """A day-book with a past."""
    writer = new_writer(folder)
    for start in range(0, sales, 5000):
        numbers = range(start, min(start + 5000, sales))
        asked = [
            writer.submit([prepare(_decoded(sale_body(number))) for number in numbers[at : at + 100]], ASKER)
            for at in range(0, len(numbers), 100)
        ]
        for answers in asked:
            assert all(answer.accepted for answer in answers.result())
    writer.stop()


def one_round(folder: Path, before: dict[str, set[Any]], ops: int) -> dict[str, float]:
    read_s = sell_all(copy_of_past(folder, "own"), [sale_body(number) for number in range(ops)], read_sale)
    own = copy_of_past(folder, "own")
    took = sell_all(own, [read_sale(sale_body(number)) for number in range(ops)], lambda op: op)
    final = _written_since(own, before)
    writes = _row_writes(final, ops)
    with dbapi.driver_as_it_comes():
        same_s = _write_again(copy_of_past(folder, "same"), writes)
        facts_s = _write_again(copy_of_past(folder, "facts"), _in_batches({"event": final["event"]}, ops))
    adapted_s = _write_again(copy_of_past(folder, "same"), writes)
    return {
        "ops_per_s": ops / took,
        "from_json_per_s": ops / read_s,
        "same_writes_per_s": ops / same_s,
        "adapted_writes_per_s": ops / adapted_s,
        "facts_only_per_s": ops / facts_s,
        "writes_per_op": sum(len(rows) for batch in writes for _, rows in batch) / ops,
    }


def copy_of_past(folder: Path, name: str) -> Path:
    copy = folder / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / "past", copy)
    os.sync()  # else the copy itself is still on its way to the disk when the clock starts
    return copy


def read_sale(body: bytes) -> Prepared:
    """As the HTTP side makes an op of a body."""
    return prepare(_decoded(body))


Sale = TypeVar("Sale", bytes, Prepared)


def sell_all(
    folder: Path, sales: Sequence[Sale], read: Callable[[Sale], Prepared], submitters: int = SUBMITTERS
) -> float:
    """Seconds until every sale was answered."""
    writer = Writer(folder / DAY_BOOK)
    writer.start()
    took = asyncio.run(_submit_all(writer, sales, read, submitters))
    writer.stop()
    return took


async def _submit_all(
    writer: Writer, sales: Sequence[Sale], read: Callable[[Sale], Prepared], submitters: int
) -> float:
    """So many tasks, each sending its next sale when the last one was answered."""
    waiting = iter(sales)

    async def submitter() -> None:
        for sale in waiting:
            (answer,) = await writer.submit_soon([read(sale)], ASKER)
            assert answer.accepted, answer.error

    as_a_node_runs()
    began = time.perf_counter()
    await asyncio.gather(*(submitter() for _ in range(submitters)))
    return time.perf_counter() - began


_OWN = {"event": "SELECT * FROM event ORDER BY log, seq", "op": "SELECT * FROM op ORDER BY op_id"}
_MET = [(f"phone-{number}", 1, 0, 1) for number in range(RAW_BATCH)]
"""Every sale also notes which number its phone has come to."""


def _questions() -> dict[str, str]:
    return _OWN | {table.name: select_all(table) for table in node_tables()}


def rows_of(folder: Path) -> dict[str, set[Any]]:
    connection = dbapi.open_reader(folder / DAY_BOOK)
    found = {name: set(connection.execute(sql).fetchall()) for name, sql in _questions().items()}
    connection.close()
    return found


def _written_since(folder: Path, before: dict[str, set[Any]]) -> dict[str, list[Any]]:
    """Every row the sales made or changed, in its final form; a row changed by many sales counts once."""
    connection = dbapi.open_reader(folder / DAY_BOOK)
    found = {
        name: [row for row in connection.execute(sql) if row not in before[name]]
        for name, sql in _questions().items()
    }
    connection.close()
    return {name: rows for name, rows in found.items() if rows}


Batch = list[tuple[str, list[Any]]]
"""Statements with their rows: what one transaction writes."""


def _in_batches(rows: dict[str, list[Any]], ops: int) -> list[Batch]:
    """The rows spread evenly over as many transactions as 100 sales each would make."""
    batches = -(-ops // RAW_BATCH)
    found: list[Batch] = []
    for number in range(batches):
        batch: Batch = []
        for name, table in rows.items():
            size = -(-len(table) // batches)
            part = table[number * size : (number + 1) * size]
            if part:
                marks = ", ".join("?" * len(part[0]))
                batch.append((f"INSERT INTO {name} VALUES ({marks})", part))  # noqa: S608 names are our own
        found.append(batch)
    return found


def _row_writes(rows: dict[str, list[Any]], ops: int) -> list[Batch]:
    """What each 100 sales write, worked out beforehand: every row as often as a sale changes it."""
    found: list[Batch] = []
    for batch in _in_batches({name: rows[name] for name in _OWN}, ops):
        written: dict[str, list[Any]] = {}
        for log, seq, event_bytes, _ in batch[0][1]:
            recorded = recorded_of(STORE, log, seq, event_bytes)
            assert recorded is not None
            for change in changes_of(recorded, "edge"):
                sql = upsert(change.table, change.shape.adds, change.shape.puts)
                written.setdefault(sql, []).append(change.key + change.cells)
        found.append([*batch, (MET_PHONE, _MET), *written.items()])
    return found


def _write_again(folder: Path, batches: list[Batch]) -> float:
    """Seconds to write the batches into a copy of the past, one transaction each."""
    connection = dbapi.open_writer(folder / DAY_BOOK)
    connection.execute("PRAGMA foreign_keys=OFF")
    began = time.perf_counter()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        for sql, rows in batch:
            connection.executemany(sql, rows)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def _serve(folder: Path, seconds: float) -> dict[str, Any]:
    """A real node process: seconds to ready, its memory, and the time from scan to answer at half load."""
    from edge.http.passwords import hash_password

    writer = new_writer(folder)
    grant = {
        "name": "Bench",
        "role": "owner",
        "stores": '["*"]',
        "password_hash": hash_password("bench"),
        "language": "en",
        "revoked": 0,
    }
    page = FeedPage(gen=1, rows=[FeedRow(10**6, "grant", ["bench"], 1, grant)], checkpoint=10**6, head=10**6)
    writer.run(lambda tx: apply_page(tx, page)).result()
    writer.stop()
    port = free_port()
    began = time.perf_counter()
    command = [sys.executable, "-m", "edge.cli", "run", "--dir", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline().startswith("ready")
        ready_s = time.perf_counter() - began
        url = f"http://127.0.0.1:{port}"
        asyncio.run(_load(url, 1.5, rate=None))
        full = asyncio.run(_load(url, seconds / 2, rate=None))
        half = asyncio.run(_load(url, seconds, rate=full["rate"] / 2))
        memory = _tree_rss_mib(process.pid)
    finally:
        process.terminate()
        process.wait(20)
    return {
        "http": {
            "full_rate": round(full["rate"]),
            "rate": round(half["rate"]),
            "p50_ms": round(half["p50"], 2),
            "p99_ms": round(half["p99"], 2),
            "full_p99_ms": round(full["p99"], 2),
        },
        "rss_mib": round(memory, 1),
        "ready_s": round(ready_s, 2),
    }


async def _load(url: str, seconds: float, rate: float | None, clients: int = 16) -> dict[str, float]:
    """Sales one by one over HTTP; without a rate as fast as 16 phones can."""
    import httpx

    times: list[float] = []
    number = int(time.time() * 1000) % 10**9 * 100
    headers = {"X-Liushui": "1", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=30) as http:
        signed = await http.post("/v1/session", json={"user": "bench", "password": "bench"})
        signed.raise_for_status()
        began = time.perf_counter()

        async def phone(index: int) -> None:
            nonlocal number
            pause = 0.0 if rate is None else clients / rate
            due = began + pause * index / clients
            while time.perf_counter() - began < seconds:
                if rate is not None:
                    await asyncio.sleep(max(due - time.perf_counter(), 0))
                    due += pause
                number += 1
                body = b'{"ops":[' + sale_body(number) + b"]}"
                sent = time.perf_counter()
                answer = await http.post("/v1/ops", content=body)
                times.append((time.perf_counter() - sent) * 1000)
                assert b'"accepted"' in answer.content, answer.text

        await asyncio.gather(*(phone(index) for index in range(clients)))
        took = time.perf_counter() - began
    times.sort()
    return {
        "rate": len(times) / took,
        "p50": times[len(times) // 2],
        "p99": times[min(int(len(times) * 0.99), len(times) - 1)],
    }


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _tree_rss_mib(pid: int) -> float:
    """Resident memory of a process and all its children."""
    total = 0.0
    for process in (pid, *_children(pid)):
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except FileNotFoundError:
            continue
        total += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
    return total


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def as_lines(result: dict[str, Any]) -> str:
    return json.dumps(result, indent=2)
