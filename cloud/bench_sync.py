"""A store comes back after a week without head office: how fast its backlog drains, and what people notice of it.

Real processes: a node, enrolled before the week began, and a head office with its projector, a counting wire
between them. The clock runs from the first byte on the wire until the last fact of the backlog is committed at head
office; the projector works meanwhile, and how long it needs is told as well. Every 50 ms somebody sells something
at the node. Beside it the raw limit of the same run: the very rows, a thousand a transaction, with nothing else
going on. At the end the node is put back to a copy from before that week, and head office gives it its facts again.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from cloud import bench_raw
from cloud.bench_chain import (
    Ports,
    call,
    enrol,
    enter,
    first_owner,
    free_port,
    head_office,
    lists_of,
    person,
    sale,
    store,
)
from cloud.bench_wire import Wire
from cloud.store.engine import DATABASE_FILE, Database, sqlite_url
from cloud.store.ledger_tables import EVENT, LOG, PROJ_CURSOR
from cloud.store.tenant import TenantStore, mine

STORE = "BENCH"
_GOODS = 200
_SCAN_EVERY_S = 0.05
_LONGEST_S = 3600.0


class Offline(msgspec.Struct, frozen=True, kw_only=True):
    """A store that has not been heard of for days, ready to be copied and started."""

    ports: Ports
    log: str
    facts: int
    last_op: str


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    facts: int
    received_s: float
    projected_s: float
    wire_bytes: int
    scans_ms: list[float]
    raw_s: float
    adapted_s: float
    wide_s: float
    backfill_s: float


def bench_sync(*, facts: int, days: int, rounds: int, kept: Path | None = None) -> dict[str, Any]:
    """Everything, over the rounds; `kept` holds the prepared store for the next time."""
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        prepared = kept or Path(place) / "prepared"
        offline = _prepared(prepared, facts, days)
        turns = [_turn(prepared, Path(place) / f"round-{number}", offline) for number in range(rounds)]
    return {
        "facts": offline.facts,
        "days": days,
        "rounds": rounds,
        "received_per_s": _spread([turn.facts / turn.received_s for turn in turns]),
        "projected_per_s": _spread([turn.facts / turn.projected_s for turn in turns]),
        "raw_rows_per_s": _spread([turn.facts / turn.raw_s for turn in turns]),
        "raw_wide_rows_per_s": _spread([turn.facts / turn.wide_s for turn in turns]),
        "ratio": _spread([turn.raw_s / turn.received_s for turn in turns]),
        "ratio_of_adapted": _spread([turn.adapted_s / turn.received_s for turn in turns]),
        "ratio_wide": _spread([turn.wide_s / turn.received_s for turn in turns]),
        "wire_bytes_a_fact": _spread([turn.wire_bytes / turn.facts for turn in turns]),
        "scan": {
            "asked": sum(len(turn.scans_ms) for turn in turns),
            "p50_ms": _spread([_percentile(turn.scans_ms, 0.50) for turn in turns]),
            "p99_ms": _spread([_percentile(turn.scans_ms, 0.99) for turn in turns]),
        },
        "backfill_s_per_100k": _spread([turn.backfill_s * 100_000 / turn.facts for turn in turns]),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    told = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {name: round(value, 3) for name, value in told.items()}


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def _prepared(folder: Path, facts: int, days: int) -> Offline:
    """Enrol, put a copy aside, then live through the days."""
    told = folder / "offline.json"
    if told.exists():
        return msgspec.json.decode(told.read_bytes(), type=Offline)
    folder.mkdir(parents=True, exist_ok=True)
    ports = Ports(free_port(), free_port())
    wire = Wire(ports.wire, ports.office)
    wire.start()
    with head_office(folder / "cloud", ports.office) as office:
        owner = first_owner(office, ports.office)
        enter(owner, lists_of([STORE], _GOODS))
        enrol(owner, STORE, folder / "edge", ports.wire)
        owner.close()
    wire.stop()
    call("edge", "backup", "--dir", str(folder / "edge"), "--to", str(folder / "old.db"))
    lived = msgspec.json.decode(
        call(
            "edge",
            "bench",
            "backlog",
            "--dir",
            str(folder / "edge"),
            "--facts",
            str(facts),
            "--days",
            str(days),
        )
    )
    offline = Offline(ports=ports, log=lived["log"], facts=lived["facts"], last_op=lived["last_op"])
    told.write_bytes(msgspec.json.encode(offline))
    return offline


def _turn(prepared: Path, folder: Path, offline: Offline) -> Turn:
    """Copy, start both, watch it drain; restore the node, watch it fill; then the raw limit, alone."""
    for side in ("cloud", "edge"):
        shutil.copytree(prepared / side, folder / side)
    database = Database(sqlite_url(folder / "cloud" / DATABASE_FILE))
    heads = Heads(TenantStore(database, "main"), bytes.fromhex(offline.log))
    wire = Wire(offline.ports.wire, offline.ports.office)
    with head_office(folder / "cloud", offline.ports.office):
        wire.start()
        port = free_port()
        with store(folder / "edge", port), Seller(port) as seller:
            _until(lambda: heads.received() >= offline.facts)
            received, sent = time.perf_counter(), wire.up
            seller.stop()
            _until(lambda: heads.projected() >= offline.facts)
            projected = time.perf_counter()
        began = wire.first_up or received
        backfill_s = _restore(prepared, folder, offline, wire)
    wire.stop()
    rows = heads.rows(offline.facts)
    database.close()
    log = bytes.fromhex(offline.log)
    return Turn(
        facts=offline.facts,
        received_s=received - began,
        projected_s=projected - began,
        wire_bytes=sent,
        scans_ms=seller.waited_ms,
        raw_s=bench_raw.same_rows(rows, log),
        adapted_s=bench_raw.same_rows(rows, log, adapted=True),
        wide_s=bench_raw.wide_rows(rows, log),
        backfill_s=backfill_s,
    )


def _restore(prepared: Path, folder: Path, offline: Offline, wire: Wire) -> float:
    """Seconds from the restored node's first word to head office until it knows its last sale again."""
    call("edge", "restore", str(prepared / "old.db"), "--dir", str(folder / "edge"))
    wire.count_anew()
    port = free_port()
    with store(folder / "edge", port):
        owner = person(port)
        _until(lambda: owner.get(f"/v1/ops/{offline.last_op}")["state"] != "unknown", pause_s=0.2)
        done = time.perf_counter()
        owner.close()
    return done - (wire.first_up or done)


class Heads:
    """How far head office has come with one log, read beside it."""

    def __init__(self, tenant: TenantStore, log: bytes) -> None:
        self._tenant = tenant
        self._log = log

    def received(self) -> int:
        with self._tenant.reading() as reading:
            return reading.scalar(select(LOG.c.head_seq).where(mine(LOG), LOG.c.log_id == self._log)) or 0

    def projected(self) -> int:
        asked = select(PROJ_CURSOR.c.seq).where(mine(PROJ_CURSOR), PROJ_CURSOR.c.log_id == self._log)
        with self._tenant.reading() as reading:
            return reading.scalar(asked) or 0

    def rows(self, facts: int) -> list[tuple[int, bytes, bytes]]:
        asked = (
            select(EVENT.c.seq, EVENT.c.hash, EVENT.c.bytes)
            .where(mine(EVENT), EVENT.c.log_id == self._log, EVENT.c.seq <= facts)
            .order_by(EVENT.c.seq)
        )
        with self._tenant.reading() as reading:
            return [(row.seq, bytes(row.hash), bytes(row.bytes)) for row in reading.all(asked)]


class Seller(threading.Thread):
    """Sells one piece every 50 ms and notes how long the answer took."""

    def __init__(self, port: int) -> None:
        super().__init__(name="seller", daemon=True)
        self.waited_ms: list[float] = []
        self._owner = person(port)
        self._enough = threading.Event()

    def __enter__(self) -> Seller:
        self._owner.sign_in()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._owner.close()

    def stop(self) -> None:
        """Nothing that is asked from now on counts."""
        self._enough.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        number = 0
        while True:
            asked = {"ops": [sale(f"sku-{number % _GOODS:04d}")]}
            began = time.perf_counter()
            (result,) = self._owner.post("/v1/ops", asked)["results"]
            self.waited_ms.append((time.perf_counter() - began) * 1000)
            assert result["state"] == "accepted", result
            number += 1
            if self._enough.wait(_SCAN_EVERY_S):
                return


def _until(is_so: Callable[[], bool], pause_s: float = 0.05) -> None:
    until = time.monotonic() + _LONGEST_S
    while not is_so():
        assert time.monotonic() < until, "it did not end"
        time.sleep(pause_s)
