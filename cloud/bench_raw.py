"""The raw limit of taking facts in: rows, a thousand a transaction, synchronous FULL, and nothing around them.

Two of them. `same_rows`: exactly the rows head office keeps of a fact in its day-book, into the same table. And
`wide_rows`: the table the goals were drawn from, with twelve columns, three indexes and 100,000 rows in it already, as
an ordinary program would keep a fact that can be asked for by its id and by its goods.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy.schema import CreateTable

from cloud.store import dbapi
from cloud.store.engine import Database, sqlite_url
from cloud.store.ledger_tables import EVENT
from shared.ledger import envelope as envelopes

BATCH = 1000
_BEFORE = 100_000
Rows = Sequence[tuple[int, bytes, bytes]]
"""seq, hash, bytes of one log's facts."""

_WIDE = (
    "CREATE TABLE fact (node TEXT, log BLOB, seq INTEGER, hash BLOB, event_id BLOB UNIQUE, kind TEXT, about TEXT, "
    "hlc INTEGER, wall_ms INTEGER, actor TEXT, device TEXT, body BLOB, PRIMARY KEY (node, log, seq)) WITHOUT ROWID"
)


def same_rows(rows: Rows, log: bytes, *, adapted: bool = False) -> float:
    """Seconds for the rows of the day-book."""
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        with Database(sqlite_url(Path(place) / "dialect.db")).engine.connect() as dialect:
            shape = str(CreateTable(EVENT).compile(dialect.engine))
        insert = "INSERT INTO event (tenant_id, node_id, log_id, seq, hash, bytes) VALUES (?, ?, ?, ?, ?, ?)"
        cells = [("main", "s1", log, *row) for row in rows]
        with nullcontext() if adapted else dbapi.driver_as_it_comes():
            return _write(Path(place), [shape], insert, cells)


def wide_rows(rows: Rows, log: bytes) -> float:
    """Seconds for the same facts in the wide table, which another node's facts stand in already."""
    cells: list[tuple[Any, ...]] = []
    before: list[tuple[Any, ...]] = []
    for seq, digest, event_bytes in rows:
        about = envelopes.decode(event_bytes)
        rest = (
            about.kind, about.agg_id or about.device, about.hlc, about.wall_ms, about.actor, about.device,
            bytes(about.body),
        )  # fmt: skip
        cells.append(("s1", log, seq, digest, about.event_id, *rest))
        if len(before) < _BEFORE:
            # The same moment, another machine's chance.
            other_id = about.event_id[:-1] + bytes([about.event_id[-1] ^ 255])
            before.append(("s0", log, seq, digest, other_id, *rest))
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place:
        shapes = [_WIDE, "CREATE INDEX by_goods ON fact (about, hlc)"]
        insert = "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        with dbapi.driver_as_it_comes():
            return _write(Path(place), shapes, insert, cells, before)


def _write(
    folder: Path,
    shapes: list[str],
    insert: str,
    cells: list[tuple[Any, ...]],
    before: Sequence[tuple[Any, ...]] = (),
) -> float:
    connection = dbapi.module.connect(str(folder / "raw.db"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")
    for shape in shapes:
        connection.execute(shape)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(insert, before)
    connection.execute("COMMIT")
    began = time.perf_counter()
    for start in range(0, len(cells), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, cells[start : start + BATCH])
        connection.execute("COMMIT")
    spent = time.perf_counter() - began
    connection.close()
    return spent
