"""A real store node for tests: its own process on a free port, seeded through the same door as the feed.

    node = EdgeNode(tmp_path / "node")          # store S1, a few products, one person per role
    node.start()
    phone = node.sign_in("clerk")               # an httpx.Client with cookie and headers
    phone.sell("milk", "2")

Nothing is pretended: rows and people arrive as feed pages applied by the node's own writer, before it starts.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from edge.app import DAY_BOOK
from edge.http.passwords import hash_password
from edge.ledger.feed import apply_page, read_cursor
from edge.ledger.identity import Identity, write_identity
from edge.ledger.migrations import migrate
from edge.ledger.writer import Transaction, Writer
from shared.access.roles import ROLES
from shared.ledger.ops import Op
from shared.sync.messages import FeedPage, FeedRow
from tests.support.ports import free_port

PASSWORD = "correct horse battery staple"
STORE = "S1"
FeedRows = Sequence[tuple[str, Sequence[Any], Mapping[str, Any] | None]]

READY_WITHIN_S = 30


def store_rows(store: str = STORE) -> FeedRows:
    """Two stores, their places, a supplier, and goods of each kind: pieces, weighed, chilled, blocked at zero."""
    return [
        ("tenant", ["t1"], {"name": "Test chain", "currency": "CNY", "symbol": "¥", "digits": 2}),
        ("store", [store], {"name": "First store", "timezone": "Asia/Shanghai", "cutoff_minutes": 0}),
        ("store", ["S2"], {"name": "Second store", "timezone": "Asia/Shanghai", "cutoff_minutes": 0}),
        ("place", [store, "shelf"], {"name": "Shelf", "storage": "ambient"}),
        ("place", [store, "fridge-1"], {"name": "Fridge 1", "storage": "chilled"}),
        ("category", ["dairy"], {"zh": "乳品", "en": "Dairy"}),
        ("category", ["dry"], {"zh": "干货", "en": "Dry goods"}),
        ("supplier", ["farm"], {"name": "Farm", "phone": "13800000000", "lead_days": 1}),
        *product("milk", "Milk 1 l", "dairy", storage="chilled", price=12_500_000, shelf_life_days=7),
        *product("rice", "Rice 5 kg", "dry", price=48_000_000),
        *product(
            "cheese", "Cheese", "dairy", storage="chilled", price=26_000_000, base_unit="kg", decimals=3
        ),
        *product("pills", "Pills", "dry", price=9_900_000, negative="block"),
        ("barcode", ["06901234567892"], {"sku": "milk", "unit": "ea", "factor": 1_000_000}),
        ("barcode", ["16901234567899"], {"sku": "milk", "unit": "case", "factor": 12_000_000}),
        ("unit", ["milk", "ea"], {"factor": 1_000_000}),
        ("unit", ["milk", "case"], {"factor": 12_000_000}),
    ]


def product(
    sku: str,
    name: str,
    category: str,
    *,
    price: int,
    storage: str = "ambient",
    base_unit: str = "ea",
    decimals: int = 0,
    negative: str = "warn",
    shelf_life_days: int | None = None,
) -> FeedRows:
    """The feed rows of one product with its chain price in millionths."""
    about = {
        "name": name,
        "category": category,
        "base_unit": base_unit,
        "decimals": decimals,
        "storage": storage,
        "shelf_life_days": shelf_life_days,
        "min_remaining_days": 0,
        "supplier": "farm",
        "negative": negative,
        "min_cover_days": 3,
        "max_cover_days": 7,
        "unit_cost": price // 2,
    }
    return [("sku", [sku], about), ("price", [sku, ""], {"price": price})]


def people(store: str = STORE) -> FeedRows:
    """One person per role, named like the role, all with `PASSWORD`; their scope is this store."""
    password_hash = hash_password(PASSWORD)
    return [
        (
            "grant",
            [role],
            {
                "name": role.replace("_", " ").title(),
                "role": role,
                "stores": '["*"]' if role in ("owner", "head_office") else f'["{store}"]',
                "password_hash": password_hash,
                "language": "en",
                "revoked": 0,
            },
        )
        for role in ROLES
    ]


def feed(writer: Writer, rows: FeedRows) -> None:
    """Apply rows as the next feed page, as if head office had sent them."""

    def apply(tx: Transaction) -> int:
        cursor = read_cursor(tx.connection)
        page = [
            FeedRow(cursor.pos + at, table, list(key), 1, None if body is None else dict(body))
            for at, (table, key, body) in enumerate(rows, 1)
        ]
        last = cursor.pos + len(page)
        return apply_page(tx, FeedPage(gen=cursor.gen or 1, rows=page, checkpoint=last, head=last))

    writer.run(apply).result()


def new_day_book(folder: Path, store: str = STORE, *, rows: FeedRows = ()) -> Writer:
    """A started writer over a fresh folder that already is this store; the caller stops it."""
    folder.mkdir(parents=True, exist_ok=True)
    migrate(folder / DAY_BOOK)
    writer = Writer(folder / DAY_BOOK)
    writer.start()
    identity = Identity(node_id=os.urandom(16), store=store)
    writer.run(lambda tx: write_identity(tx.connection, identity)).result()
    if rows:
        feed(writer, rows)
    return writer


def new_op_id() -> str:
    """A UUIDv7, as a phone makes it."""
    moment = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = (moment << 80) | noise
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def op(
    kind: str, body: Mapping[str, Any], *, op_id: str = "", dev_seq: int = 0, **more: Any
) -> dict[str, Any]:
    """An op as a phone sends it, its clock right."""
    return {
        "op_id": op_id or new_op_id(),
        "device_id": "phone-1",
        "dev_seq": dev_seq,
        "kind": kind,
        "v": 1,
        "at_ms": time.time_ns() // 1_000_000,
        "offset_ms": 0,
        "body": dict(body),
    } | more


def typed_op(kind: str, body: Mapping[str, Any], **more: Any) -> Op:
    """The same as the Struct that the writer's rim takes."""
    return msgspec.json.decode(msgspec.json.encode(op(kind, body, **more)), type=Op)


class Phone(httpx.Client):
    """A signed-in client of a node."""

    def ask(self, kind: str, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Send one op and return its result."""
        return self.send_ops([op(kind, body, **more)])[0]

    def send_ops(self, ops: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        answer = self.post("/v1/ops", json={"ops": list(ops)})
        answer.raise_for_status()
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def receive(self, sku: str, qty: str, **line: Any) -> dict[str, Any]:
        return self.ask("stock.receive", {"lines": [{"sku": sku, "qty": qty, **line}]})

    def sell(self, sku: str, qty: str, **line: Any) -> dict[str, Any]:
        return self.ask("sales.sell", {"lines": [{"sku": sku, "qty": qty, **line}]})


class EdgeNode:
    """One node process; `kill` and `start` again at will, the folder and the port stay."""

    def __init__(
        self, folder: Path, *, store: str = STORE, rows: FeedRows = (), options: Sequence[str] = ()
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.environment: dict[str, str] = {}
        self.log_file = folder.with_suffix(".log")
        self._options = list(options)
        writer = new_day_book(folder, store, rows=[*store_rows(store), *people(store), *rows])
        writer.stop()

    def start(self, program: Sequence[str] = ("-m", "edge.cli")) -> None:
        """Start the process and return when it says that it is ready."""
        command = [sys.executable, *program, "run"]
        command += ["--dir", str(self.folder), "--port", str(self.port), *self._options]
        with self.log_file.open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | self.environment
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.startswith("ready "), f"the node did not start:\n{self.log_file.read_text()[-3000:]}"

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as a service manager would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(READY_WITHIN_S)
            assert self.process.stdout
            self.process.stdout.close()
            self.process = None

    def client(self) -> Phone:
        """A client that is not signed in."""
        headers = {"X-Liushui": "1", "Accept-Language": "en"}
        return Phone(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def sign_in(self, user: str = "owner") -> Phone:
        phone = self.client()
        phone.post("/v1/session", json={"user": user, "password": PASSWORD}).raise_for_status()
        return phone


@contextmanager
def running_node(folder: Path, **options: Any) -> Iterator[EdgeNode]:
    """A started node that is stopped at the end."""
    node = EdgeNode(folder, **options)
    node.start()
    try:
        yield node
    finally:
        node.stop()
