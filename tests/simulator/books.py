"""The books a run begins with, made once per process and then only copied: head office with its master data, and an
enrolled, empty day-book for each store. Everything lies in memory where the machine has a folder for it.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import os
import random
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.identity import first_run, nodes
from cloud.intake import commands
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation, Settings
from cloud.store.migrate import prepare
from edge.ledger.identity import Identity, write_identity
from edge.ledger.migrations import migrate
from edge.ledger.writer import Writer
from edge.sync import node_key
from shared.access.roles import EVERY_PERMISSION, Principal
from shared.ledger.ops import Op, Ops

NOON_MS = 1_795_000_000_000
STORES = ("s1", "s2")
OWNER = Principal(user="boss", name="Boss", role="owner", stores=("*",))
SKUS = ("milk", "tea", "rice")
DAY_BOOK = "ledger.db"
EVERYTHING = EVERY_PERMISSION


class Opening(msgspec.Struct, frozen=True):
    """Where the files lie that every run is copied from."""

    folder: Path
    office: Path
    boxes: dict[str, Path]
    identities: dict[str, Identity]
    keys: dict[str, bytes]


def some_id(text: str) -> bytes:
    """Sixteen bytes that always come out the same."""
    return hashlib.sha256(text.encode()).digest()[:16]


def op_of(
    op_id: bytes, kind: str, body: Mapping[str, Any], at_ms: int, *, device: str = "desk", dev_seq: int = 0
) -> Op:
    """An op as a phone or a desk sends it."""
    return Op(
        op_id=op_id.hex(),
        device_id=device,
        dev_seq=dev_seq,
        kind=kind,
        at_ms=at_ms,
        offset_ms=0,
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


@cache
def memory_folder() -> Path:
    """A folder that is gone when the process ends."""
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="liushui-sim-", dir=shm if os.access(shm, os.W_OK) else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def opening() -> Opening:
    """Head office with two stores, three goods and their prices, and one enrolled box for each store."""
    folder = memory_folder() / "opening"
    folder.mkdir()
    die = random.Random("the opening")
    database = Database(sqlite_url(folder / "office.db"))
    prepare(database)
    office = Installation(
        database, folder, Settings(tenant_name="Shops"), clock=lambda: NOON_MS, chance=die.randbytes
    )
    first_run.ensure_tenant(office)
    _open_shops(office, die)
    boxes, identities, keys = {}, {}, {}
    for store in STORES:
        boxes[store] = folder / store
        identities[store], keys[store] = _box(office, store, folder / store, die)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    gc.collect()
    # What is loaded by now stays; the runs collect only what they made.
    gc.freeze()
    return Opening(folder, folder / "office.db", boxes, identities, keys)


def _open_shops(office: Installation, die: random.Random) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("catalogue.define_supplier", {"supplier": "farm", "name": "Farm"}),
        ("catalogue.define_category", {"category": "all", "zh": "全部", "en": "All"}),
    ]
    asked += [("catalogue.define_store", {"store": store, "name": store.upper()}) for store in STORES]
    about = {"category": "all", "base_unit": "pc"}
    asked += [("catalogue.define_product", {"sku": sku, "name": sku, **about}) for sku in SKUS]
    asked += [("catalogue.set_price", {"sku": sku, "price": "4.50"}) for sku in SKUS]
    ops = tuple(op_of(die.randbytes(16), kind, body, NOON_MS) for kind, body in asked)
    results = commands.submit(office, office.home, OWNER, Ops(ops=ops), "en").results
    assert all(result.state == "accepted" for result in results), results


def _box(office: Installation, store: str, folder: Path, die: random.Random) -> tuple[Identity, bytes]:
    folder.mkdir()
    key = node_key.load_or_make(folder, die.randbytes)
    public = key.public_key().public_bytes_raw()
    code = nodes.new_code(office, office.home, store, "boss").code
    known = nodes.enrol(office, code, public, some_id(store))
    identity = Identity(
        node_id=known.node_id,
        store=known.store,
        cloud_url="http://office",
        cloud_public_key=known.cloud_public_key.hex(),
        token_audience=known.token_audience,
        tenant=known.tenant,
    )
    migrate(folder / DAY_BOOK)
    writer = Writer(folder / DAY_BOOK)
    writer.start()
    writer.run(lambda tx: write_identity(tx.connection, identity)).result()
    writer.stop()
    return identity, public


def enrol_again(office: Installation, store: str, public: bytes) -> None:
    """The owner lets a box in as that store's node once more: new hardware, or the old one after a revocation."""
    code = nodes.new_code(office, office.home, store, "boss").code
    nodes.enrol(office, code, public, some_id(store))


def key_of(folder: Path) -> Ed25519PrivateKey:
    return node_key.load(folder)


def public_key_of(store: str) -> bytes:
    """The public half of a store's key, as it is enrolled."""
    return opening().keys[store]
