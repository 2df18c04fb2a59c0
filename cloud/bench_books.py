"""How fast facts become vouchers, against the rate at which intake takes the same facts in, and whether that lasts.

One store's day-book of sales and deliveries is pushed, projected and posted, in pieces one after the other, so that
all three rates come from one run and one file. The posting of a piece after a hundred thousand facts is held against
that of the last one: what a fact costs must not grow with the history. At the end a delivery dated into the last day
comes late, and the time for it and all its differences is taken.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cloud.bench import FRAME, framed
from cloud.bench_piece import Piece, rates, take_in
from cloud.books.poster import Poster
from cloud.identity import first_run
from cloud.identity.nodes import KnownNode
from cloud.intake import projector, push
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import NODE
from cloud.store.migrate import prepare
from cloud.store.tenant import TenantStore
from shared.ledger import envelope as envelopes
from shared.ledger.envelope import Envelope, event_id
from shared.ledger.fact import Fact, encode_body, kind_and_version
from shared.sales.events import SaleRecorded, SoldLine, Tender
from shared.stock.events import GoodsReceived, ReceivedLine, Take

PIECE = 1_000_000
_NOW_MS = 1_795_000_000_000
_WIRE_ID = hashlib.sha256(b"bench books").digest()[:16]
_LOG_ID = hashlib.sha256(b"bench books log").digest()[:16]
_SKUS = 400
_A_DAY = 4000
"""Facts of one business day."""
_FIRST_DAY = date(2026, 1, 1)
STEP = 20_000
"""Facts of one piece."""
EARLY = 100_000
"""Where the cost of a fact is taken for the first time."""


def keep_books(facts: int, database_url: str) -> dict[str, Any]:
    """The rates, the cost of a fact early and late, and that of a late one."""
    assert facts % STEP == 0, f"facts must be a multiple of {STEP}"
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as folder:
        database = Database(database_url or sqlite_url(Path(folder) / "cloud.db"))
        prepare(database)
        installation = Installation(database, Path(folder))
        first_run.ensure_tenant(installation)
        store = installation.home
        with store.writing() as writing:
            writing.insert_missing(
                NODE, {"node_id": "s1", "wire_id": _WIRE_ID, "name": "s1", "state": "enrolled"}
            )
        pieces, late_ms = _run(store, facts)
        database.close()
    early = pieces[min(EARLY, facts) // STEP - 1]
    return {
        "facts": facts,
        "database": "postgresql" if database_url else "sqlite",
        **rates(pieces),
        "cpu_us_a_fact_early": round(early.posting_cpu_s / STEP * 1e6, 1),
        "cpu_us_a_fact_at_the_end": round(pieces[-1].posting_cpu_s / STEP * 1e6, 1),
        "growth": round(pieces[-1].posting_cpu_s / early.posting_cpu_s, 3),
        "late_fact_ms": round(late_ms, 1),
    }


def _run(store: TenantStore, facts: int) -> tuple[list[Piece], float]:
    node = KnownNode(store, "s1", _WIRE_ID)
    poster = Poster(store)
    frames = framed(_facts(facts), _LOG_ID, _WIRE_ID)
    pieces = []
    for _ in range(facts // STEP):
        part = [(node, next(frames)[0]) for _ in range(STEP // FRAME)]
        pieces.append(take_in(poster, part, _NOW_MS))
    push.receive(node, next(frames)[0], _NOW_MS)
    projector.project_all(store, _NOW_MS)
    began = time.perf_counter()
    assert poster.post_all(_NOW_MS) == 1
    return pieces, (time.perf_counter() - began) * 1000


def _facts(count: int) -> Iterator[bytes]:
    """Sales of one to three lines, every twentieth fact a delivery; then one delivery that comes late."""
    for number in range(count):
        yield _stored(number, _delivery(number) if number % 20 == 0 else _sale(number), number // _A_DAY)
    yield _stored(count, _delivery(count), (count - _A_DAY // 4) // _A_DAY - 1)


def _sku(number: int) -> str:
    return f"SKU{number * 7 % _SKUS:05d}"


def _delivery(number: int) -> Fact:
    lines = tuple(
        ReceivedLine(
            sku=_sku(number + line),
            lot=f"L{number}",
            place="main",
            qty=40 * PIECE,
            unit_cost=2_000_000 + number % 97 * 1000,
        )
        for line in range(2)
    )
    return GoodsReceived(receipt=f"r{number}", supplier="farm", lines=lines)


def _sale(number: int) -> Fact:
    lines = tuple(
        SoldLine(
            sku=_sku(number + line),
            qty=PIECE,
            unit_price=3_990_000,
            amount=399,
            takes=(Take("", "main", PIECE),),
        )
        for line in range(1 + number % 3)
    )
    return SaleRecorded(
        sale=_op(number).hex(), lines=lines, tenders=(Tender(kind="wechat", amount=399 * len(lines)),)
    )


def _op(number: int) -> bytes:
    """Ids grow with time, as those of clients do."""
    return number.to_bytes(8, "big") + hashlib.sha256(number.to_bytes(8, "big")).digest()[:8]


def _stored(number: int, fact: Fact, day: int) -> bytes:
    kind, version = kind_and_version(fact.kind)
    return envelopes.encode(
        Envelope(
            event_id=event_id(_op(number), 0),
            kind=kind,
            kind_v=version,
            hlc=(_NOW_MS + number) << 16,
            wall_ms=_NOW_MS + number,
            actor="clerk-1",
            device="phone-1",
            agg_id="",
            body=encode_body(fact),
            op_id=_op(number),
            business_date=_FIRST_DAY + timedelta(days=day),
            happened_ms=_NOW_MS + number,
        )
    )
