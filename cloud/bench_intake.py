"""How much faster four workers take in frames than one, over one PostgreSQL, and what holds them back.

Every worker is a process of its own with its own connection and the real push handling; each sends the backlog of other
nodes, as a proxy would spread them. Beside it, in the same turn, the raw limit: as many processes that insert the very
same rows into a table of the same shape, one array statement a frame, and do nothing else. Four workers cannot be four
times as fast on a machine whose cores one worker and its database already fill; so the share of the machine's cores
that was busy is measured too, and when the raw limit does not grow either, that is said.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import secrets
import statistics
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.schema import CreateTable

from cloud.bench import FRAME, Backlog, backlog
from cloud.identity import first_run
from cloud.identity.nodes import KnownNode
from cloud.intake import push
from cloud.store.engine import Database
from cloud.store.installation import Installation
from cloud.store.ledger_tables import EVENT, NODE
from cloud.store.migrate import prepare
from cloud.store.postgres_arrays import numbers, raws, texts
from shared.sync.messages import Pushed

_NOW_MS = 1_795_000_000_000
_LONGEST_S = 600
"""A worker that fails breaks the barrier for the others instead of leaving them waiting."""
_RAW = "liushui_bench_raw"
_INSERT = (
    f"INSERT INTO {_RAW} SELECT * FROM unnest"  # noqa: S608 - a name of ours
    "(%s::text[], %s::text[], %s::bytea[], %s::bigint[], %s::bytea[], %s::bytea[])"
)


class Turn(msgspec.Struct, frozen=True):
    """What one turn came to: facts a second, and how much of all cores was busy meanwhile."""

    facts_per_s: float
    busy: float


def many_workers(database_url: str, facts: int = 40_000, rounds: int = 3, many: int = 4) -> dict[str, Any]:
    """Rates with one and with many workers over a scratch database, and of the raw limit; rounds take turns."""
    database = Database(database_url)
    assert not database.is_sqlite, "many workers need PostgreSQL"
    prepare(database)
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as folder:
        first_run.ensure_tenant(Installation(database, Path(folder)))
    counts = (1, many)
    ours: dict[int, list[Turn]] = {count: [] for count in counts}
    raw: dict[int, list[Turn]] = {count: [] for count in counts}
    for _ in range(rounds):
        for count in counts:
            ours[count].append(_turn(database, count, facts, is_raw=False))
            raw[count].append(_turn(database, count, facts, is_raw=True))
    settings = _settings(database)
    database.close()
    return {
        "facts": facts,
        "rounds": rounds,
        "frame": FRAME,
        "cores": os.cpu_count(),
        "postgresql": settings,
        "workers": {str(count): _told(ours[count], raw[count]) for count in counts},
        "many_per_one": _spread([more / one for one, more in _pairs(ours)]),
        "raw_many_per_one": _spread([more / one for one, more in _pairs(raw)]),
        "busy_with_many": round(statistics.median(turn.busy for turn in ours[many]), 3),
        "at_the_limit": _limit(ours, raw, many),
    }


def _told(ours: list[Turn], raw: list[Turn]) -> dict[str, Any]:
    return {
        "facts_per_s": _spread([turn.facts_per_s for turn in ours]),
        "raw_rows_per_s": _spread([turn.facts_per_s for turn in raw]),
        "ratio": _spread(
            [mine.facts_per_s / limit.facts_per_s for mine, limit in zip(ours, raw, strict=True)]
        ),
        "busy": round(statistics.median(turn.busy for turn in ours), 3),
    }


def _limit(ours: dict[int, list[Turn]], raw: dict[int, list[Turn]], many: int) -> str:
    """Why many are not twice as fast as one: nothing, the processor, or what the database writes to."""
    gain = statistics.median(more / one for one, more in _pairs(ours))
    if gain >= 2:
        return ""
    if statistics.median(turn.busy for turn in ours[many]) >= 0.9:
        return "processor"
    return "disk" if statistics.median(more / one for one, more in _pairs(raw)) < 2 else "ours"


def _pairs(turns: dict[int, list[Turn]]) -> list[tuple[float, float]]:
    few, many = turns.values()
    return [(one.facts_per_s, more.facts_per_s) for one, more in zip(few, many, strict=True)]


def _spread(values: list[float]) -> dict[str, float]:
    told = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {name: round(value, 3 if value < 100 else 0) for name, value in told.items()}


def _settings(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return {
            name: str(connection.scalar(text(f"SHOW {name}")))
            for name in ("server_version", "fsync", "synchronous_commit")
        }


def _turn(database: Database, workers: int, facts: int, *, is_raw: bool) -> Turn:
    """All workers begin together once each has its frames ready; the last to end ends the turn."""
    _make_room(database)
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(workers + 1), context.Barrier(workers + 1)
    names = [f"bench-{secrets.token_hex(6)}" for _ in range(workers)]
    crew = [
        context.Process(target=_work, args=(database.url, name, facts // workers, ready, done, is_raw))
        for name in names
    ]
    for worker in crew:
        worker.start()
    ready.wait(_LONGEST_S)
    busy_before, total_before = _processor_time()
    began = time.perf_counter()
    done.wait(_LONGEST_S)
    spent = time.perf_counter() - began
    busy, total = _processor_time()
    for worker in crew:
        worker.join()
    assert all(worker.exitcode == 0 for worker in crew), "a worker failed"
    return Turn(facts // workers * workers / spent, (busy - busy_before) / max(total - total_before, 1))


def _make_room(database: Database) -> None:
    """A raw table of the same shape as the day-book's, empty each time."""
    shape = str(CreateTable(EVENT).compile(database.engine)).replace(
        "CREATE TABLE event", f"CREATE TABLE {_RAW}"
    )
    with database.writing() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {_RAW}"))
        connection.execute(text(shape))


def _work(url: str, name: str, facts: int, ready: Barrier, done: Barrier, is_raw: bool) -> None:
    wire_id = hashlib.sha256(name.encode()).digest()[:16]
    log_id = hashlib.sha256(f"{name} log".encode()).digest()[:16]
    frames = backlog(facts, log_id, wire_id)
    database = Database(url)
    if is_raw:
        with database.engine.connect() as warm:
            warm.execute(text("SELECT 1"))
        ready.wait()
        _insert(database, name, log_id, frames)
    else:
        store = Installation(database, Path()).home
        with store.writing() as writing:
            writing.insert(NODE, {"node_id": name, "wire_id": wire_id, "name": name, "state": "enrolled"})
        ready.wait()
        for frame, _ in frames:
            answer = push.receive(KnownNode(store, name, wire_id), frame, _NOW_MS)
            assert isinstance(answer, Pushed), answer
    done.wait(_LONGEST_S)
    database.close()


def _insert(database: Database, name: str, log_id: bytes, frames: Backlog) -> None:
    for _, rows in frames:
        count = len(rows)
        columns = (
            texts(["main"] * count),
            texts([name] * count),
            raws([log_id] * count),
            numbers([row[0] for row in rows]),
            raws([row[1] for row in rows]),
            raws([row[2] for row in rows]),
        )
        with database.writing() as connection:
            connection.exec_driver_sql(_INSERT, columns)


def _processor_time() -> tuple[int, int]:
    """Ticks that all cores were busy, and all ticks; zeros where the system does not say."""
    try:
        words = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    except OSError:
        return 0, 0
    ticks = [int(word) for word in words[:8]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)
