"""How fast a backlog comes in, against the raw limit of the same run.

Catching up: frames of 1000 facts through the real push handling (checksum, chain, comparison, insert, COMMIT).
Raw: the same rows into the same table, in a file of its own, 1000 a transaction, synchronous FULL, nothing else.
Both take turns in one process, so that whatever else the machine does weighs on both. The projector behind the
intake is measured as well, because head office only sees what has passed it.
"""

from __future__ import annotations

import hashlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from cloud.bench_raw import same_rows
from cloud.identity import first_run
from cloud.identity.nodes import KnownNode
from cloud.intake import projector, push
from cloud.intake.compression import compress
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import NODE
from cloud.store.migrate import prepare
from shared.ledger import envelope as envelopes
from shared.ledger.chain import NO_PARENT, genesis_hash, next_hash
from shared.ledger.envelope import Envelope, event_id
from shared.ledger.fact import encode_body
from shared.sales.events import SaleRecorded, SoldLine
from shared.stock.events import Take
from shared.sync.frame import Header, pack
from shared.sync.messages import Pushed

FRAME = 1000
_NOW_MS = 1_795_000_000_000
_WIRE_ID = hashlib.sha256(b"bench node").digest()[:16]
_SKUS = 400

Frame = tuple[bytes, list[tuple[int, bytes, bytes]]]
"""A frame with its rows (seq, hash, bytes)."""
Backlog = list[Frame]


def _sales(facts: int) -> Iterator[bytes]:
    for number in range(facts):
        op_id = hashlib.sha256(number.to_bytes(8, "big")).digest()[:16]
        line = SoldLine(
            sku=f"SKU{number * 7 % _SKUS:05d}",
            qty=1_000_000,
            unit_price=3_990_000,
            amount=399,
            takes=(Take(f"L{number % 50}", "main", 1_000_000),),
        )
        yield envelopes.encode(
            Envelope(
                event_id=event_id(op_id, 0),
                kind="sales.sale_recorded",
                kind_v=1,
                hlc=(_NOW_MS + number) << 16,
                wall_ms=_NOW_MS + number,
                actor="clerk-1",
                device="phone-1",
                agg_id="",
                body=encode_body(SaleRecorded(sale=op_id.hex(), lines=(line,))),
                op_id=op_id,
                business_date=date(2026, 11, 1 + number * 28 // facts),
                happened_ms=_NOW_MS + number,
            )
        )


def backlog(facts: int, log_id: bytes, wire_id: bytes = _WIRE_ID) -> Backlog:
    """What a store that was offline for days has to send."""
    return list(framed(_sales(facts), log_id, wire_id))


def framed(events: Iterator[bytes], log_id: bytes, wire_id: bytes) -> Iterator[Frame]:
    """The stored bytes of one log's facts as frames, in their order."""
    last, start = genesis_hash(log_id, wire_id, NO_PARENT), 0
    while part := list(islice(events, FRAME)):
        before, rows = last, []
        for seq, event_bytes in enumerate(part, start + 1):
            last = next_hash(log_id, seq, last, event_bytes)
            rows.append((seq, last, event_bytes))
        header = Header(
            node_id=wire_id,
            log_id=log_id,
            parent=NO_PARENT,
            first_seq=start + 1,
            count=len(part),
            prev_hash=before,
            last_hash=last,
            raw_len=0,
            writer_version="bench",
            min_reader=1,
            hlc_now=_NOW_MS << 16,
        )
        yield pack(header, part, compress), rows
        start += len(part)


def catch_up(facts: int, rounds: int, database_url: str) -> dict[str, Any]:
    """Rates and ratios over the rounds."""
    pushed, raw, projected = [], [], []
    wire_bytes = 0
    for number in range(rounds):
        log_id = hashlib.sha256(f"bench log {number}".encode()).digest()[:16]
        frames = backlog(facts, log_id)
        wire_bytes = sum(len(frame) for frame, _ in frames)
        with tempfile.TemporaryDirectory(prefix="liushui-bench-") as folder:
            raw.append(facts / same_rows([row for _, rows in frames for row in rows], log_id))
            spent = _pushed(Path(folder), frames, database_url, facts)
            pushed.append(facts / spent[0])
            projected.append(facts / spent[1])
    ratios = [ours / limit for ours, limit in zip(pushed, raw, strict=True)]
    whole = [1 / (1 / ours + 1 / rows) for ours, rows in zip(pushed, projected, strict=True)]
    return {
        "facts": facts,
        "rounds": rounds,
        "database": "postgresql" if database_url else "sqlite",
        "catch_up": {
            "facts_per_s": _spread(pushed),
            "raw_rows_per_s": _spread(raw),
            "ratio": _spread(ratios),
        },
        "projector": {"facts_per_s": _spread(projected)},
        "pushed_and_projected": {
            "facts_per_s": _spread(whole),
            "ratio": _spread([ours / limit for ours, limit in zip(whole, raw, strict=True)]),
        },
        "wire_bytes_per_fact": round(wire_bytes / facts, 1),
    }


def _spread(values: list[float]) -> dict[str, float]:
    told = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {name: round(value, 3 if value < 100 else 0) for name, value in told.items()}


def _pushed(folder: Path, frames: Backlog, database_url: str, facts: int) -> tuple[float, float]:
    """Seconds for the push handling, and for the projector after it."""
    database = Database(database_url or sqlite_url(folder / "cloud.db"))
    prepare(database)
    installation = Installation(database, folder)
    first_run.ensure_tenant(installation)
    store = installation.home
    with store.writing() as writing:
        writing.insert_missing(
            NODE, {"node_id": "s1", "wire_id": _WIRE_ID, "name": "s1", "state": "enrolled"}
        )
    node = KnownNode(store, "s1", _WIRE_ID)
    began = time.perf_counter()
    for frame, _ in frames:
        answer = push.receive(node, frame, _NOW_MS)
        assert isinstance(answer, Pushed), answer
    received = time.perf_counter()
    passed = projector.project_all(store, _NOW_MS)
    done = time.perf_counter()
    assert passed == facts, (passed, facts)
    database.close()
    return received - began, done - received


def told(measured: dict[str, Any]) -> str:
    """The figures for people."""
    catch, both = measured["catch_up"], measured["pushed_and_projected"]
    return (
        f"{measured['facts']} facts, {measured['rounds']} rounds, {measured['database']}\n"
        f"raw rows, FULL, 1000 a transaction: {catch['raw_rows_per_s']['median']:.0f}/s\n"
        f"pushed:    {catch['facts_per_s']['median']:.0f}/s = {catch['ratio']['median']:.2f} of raw (goal 0.30)\n"
        f"projected: {measured['projector']['facts_per_s']['median']:.0f}/s; "
        f"both one after the other {both['facts_per_s']['median']:.0f}/s = {both['ratio']['median']:.2f} of raw\n"
        f"on the wire: {measured['wire_bytes_per_fact']} bytes a fact"
    )
