"""How much of the server's own speed is left when a scan is on the disk before it is answered.

A real node process serves two ways in, in the same server: `/v1/ops` as phones use it, and the very same Litestar
route (sign-in, guard, strict JSON, typed ops, answer) over a writer that stores nothing and answers at once. Both
are asked in turns, so whatever else the machine does weighs on both. A crowd of connections keeps both busy and
compares what they can carry; with a few, as many as a shop has phones, each also waits for the disk's own sync with
nobody to share it, so that ratio says more about the disk. How long a scan waits is measured with the few.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar import Litestar, Router
from litestar.di import Provide

from edge.app import Settings, run
from edge.bench import free_port, new_writer, sale_body, spread
from edge.bench_phone import Load, load, sign_in
from edge.http.node import StoreNode
from edge.http.routes.ops import record
from edge.ledger.feed import apply_page
from edge.ledger.recording import Answer, Asker, Prepared
from edge.ledger.writer import Writer
from shared.ledger.chain import NO_PARENT
from shared.sync.messages import FeedPage, FeedRow

USER = "bench"
DURABLE = "/v1/ops"
WITHOUT_STORAGE = "/without-storage/ops"


class _NoWriter:
    """Says yes to everything at once and keeps nothing."""

    head = NO_PARENT

    async def submit_soon(self, ops: Sequence[Prepared], _asker: Asker) -> list[Answer]:
        return [Answer(op_id=op.op_id, log=b"", seq=1, count=1) for op in ops]


def application(node: StoreNode) -> Litestar:
    """The store's application with a second way in beside it."""
    from edge.http.application import application as of_store

    app = of_store(node)
    idle = msgspec.structs.replace(node, writer=cast("Writer", _NoWriter()))
    beside = Provide(lambda: idle, sync_to_thread=False)
    app.register(Router("/without-storage", route_handlers=[record], dependencies={"node": beside}))
    return app


def bench_http(*, rounds: int = 5, seconds: float = 1.2, few: int = 16, crowd: int = 64) -> dict[str, Any]:
    """Requests a second on both ways in, their ratio, and how long a scan waits at half and at full load."""
    turns: dict[tuple[str, int], list[Load]] = {}
    with tempfile.TemporaryDirectory(prefix="liushui-bench-") as place, serving(Path(place) / "node") as port:
        cookie = sign_in(port, USER)

        def ask(path: str, clients: int, rate: float = 0.0) -> Load:
            bodies = (b'{"ops":[' + body + b"]}" for body in _sales())
            return asyncio.run(load(port, path, cookie, bodies, seconds, clients, rate))

        for path in (DURABLE, WITHOUT_STORAGE):
            ask(path, few)
        for _ in range(rounds):
            for clients in (few, crowd):
                for path in (WITHOUT_STORAGE, DURABLE):
                    turns.setdefault((path, clients), []).append(ask(path, clients))
        full = turns[DURABLE, few]
        half = [ask(DURABLE, few, one.rate / 2) for one in full]
    return {
        "crowd": crowd,
        **_compared(turns[DURABLE, crowd], turns[WITHOUT_STORAGE, crowd]),
        "few": {
            "clients": few,
            **_compared(full, turns[WITHOUT_STORAGE, few]),
            "full_load": _times(full),
            "half_load": {"rate": spread([one.rate for one in half])} | _times(half),
        },
    }


def _compared(durable: list[Load], idle: list[Load]) -> dict[str, Any]:
    return {
        "durable_per_s": spread([one.rate for one in durable]),
        "without_storage_per_s": spread([one.rate for one in idle]),
        "ratio": spread([own.rate / limit.rate for own, limit in zip(durable, idle, strict=True)]),
    }


def _times(loads: list[Load]) -> dict[str, Any]:
    return {f"p{share}_ms": spread([one.percentile_ms(share / 100) for one in loads]) for share in (50, 99)}


_told = 0


def _sales() -> Iterator[bytes]:
    """Sales that no phone has sent before."""
    global _told
    while True:
        _told += 1
        yield sale_body(_told)


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """A node process with both ways in; its port."""
    writer = new_writer(folder)
    with_owner(writer)
    writer.stop()
    port = free_port()
    call = f"from edge.bench_http import serve; serve({str(folder)!r}, {port})"
    with folder.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", call], stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert process.stdout
        assert process.stdout.readline().startswith("ready")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def serve(folder: str, port: int) -> None:
    """What the node process does."""
    run(Settings(folder=Path(folder), port=port), application)


def with_owner(writer: Writer) -> None:
    """Somebody who may sell."""
    from edge.http.passwords import hash_password

    grant = {
        "name": "Bench",
        "role": "owner",
        "stores": '["*"]',
        "password_hash": hash_password(USER),
        "language": "en",
        "revoked": 0,
    }
    page = FeedPage(gen=1, rows=[FeedRow(10**6, "grant", [USER], 1, grant)], checkpoint=10**6, head=10**6)
    writer.run(lambda tx: apply_page(tx, page)).result()
