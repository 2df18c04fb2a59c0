"""What a copy of head office holds, told by reading it: rows of each table, heads of each log, a trial extract.

The manifest lies beside the copy. It is made twice, once from the moment that was copied and once from the copy
read back, and again by every drill and every restore; a copy that does not say the same each time is none. All
chains are walked on the way, because a manifest over broken logs would be worth nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from cloud.jobs.rows_file import Block
from cloud.store.ledger_tables import HEAD_OFFICE
from shared.ledger.chain import NO_PARENT, Head, genesis_hash, next_hash
from shared.sales.projection import SALES_TOTAL
from shared.stock.projection import STOCK

FORMAT = 1
TRIAL = (STOCK, SALES_TOTAL)
"""The tables of the trial extract: what lies where and what was sold, each row to the last unit."""

_MODULUS = 1 << 256
_CANONICAL = msgspec.msgpack.Encoder()


class CopyBroken(Exception):
    """The copy is not what it should be. `damaged`: the log (tenant, id) in which a fact does not fit."""

    def __init__(self, why: str, damaged: tuple[str, bytes] | None = None) -> None:
        super().__init__(why)
        self.damaged = damaged


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that two copies of one moment have in common. Ids and hashes in hex."""

    revision: str
    gens: dict[str, int]
    tables: dict[str, int]
    heads: dict[str, list[tuple[str, int, str]]]
    trial: str


class Manifest(Contents, frozen=True, kw_only=True):
    """The contents, and the file they were found in."""

    format: int = FORMAT
    kind: Literal["database", "rows"]
    file: str
    bytes: int
    sha256: str
    created_ms: int


class _Log(msgspec.Struct):
    parent: Head
    node: str
    claimed: Head
    head: Head = NO_PARENT


def contents_of(blocks: Iterable[Block]) -> Contents:
    """Read everything once. Raises `CopyBroken` at the first link of a chain that does not hold."""
    reading = Reading()
    for block in blocks:
        reading.take(block)
    return reading.told()


class Reading:
    """One pass over all rows."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._revision = ""
        self._gens: dict[str, int] = {}
        self._wire_ids: dict[tuple[str, str], bytes] = {}
        self._logs: dict[tuple[str, bytes], _Log] = {}
        self._trial = 0
        self._trial_tables = {table.name: table for table in TRIAL}

    def listen(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Let the blocks pass on to somebody else."""
        for block in blocks:
            self.take(block)
            yield block

    def take(self, block: Block) -> None:
        self._counts[block.table] += len(block.rows)
        if block.table == "event":
            for tenant, log_id, seq, digest, data in _cells(
                block, "tenant_id", "log_id", "seq", "hash", "bytes"
            ):
                self._follow((tenant, bytes(log_id)), seq, bytes(digest), bytes(data))
        elif block.table in self._trial_tables:
            self._add_up(block)
        else:
            self._learn(block)

    def _learn(self, block: Block) -> None:
        if block.table == "alembic_version":
            for (version,) in _cells(block, "version_num"):
                self._revision = str(version)
        elif block.table == "tenant":
            for tenant, wire_id, gen in _cells(block, "tenant_id", "wire_id", "cloud_gen"):
                self._wire_ids[(tenant, HEAD_OFFICE)] = bytes(wire_id)
                self._gens[tenant] = gen
        elif block.table == "node":
            for tenant, node, wire_id in _cells(block, "tenant_id", "node_id", "wire_id"):
                self._wire_ids[(tenant, node)] = bytes(wire_id)
        elif block.table == "log":
            for row in _cells(
                block,
                *("tenant_id", "log_id", "node_id", "parent_log", "parent_seq", "parent_hash"),
                *("head_seq", "head_hash"),
            ):
                self._open(*row)

    def _open(
        self,
        tenant: str,
        log_id: bytes,
        node: str,
        parent_log: bytes,
        parent_seq: int,
        parent_hash: bytes,
        head_seq: int,
        head_hash: bytes,
    ) -> None:
        parent = Head(bytes(parent_log), parent_seq, bytes(parent_hash))
        name = bytes(log_id)
        known = self._wire_ids.get((tenant, node))
        if known is None:
            raise CopyBroken(f"log {name.hex()} is of a node that is not there")
        log = _Log(parent, node, Head(name, head_seq, bytes(head_hash)))
        log.head = Head(name, 0, genesis_hash(name, known, parent))
        self._logs[(tenant, name)] = log

    def _follow(self, name: tuple[str, bytes], seq: int, digest: bytes, data: bytes) -> None:
        log = self._logs.get(name)
        if log is None:
            raise CopyBroken(f"fact {seq} of a log that is not there: {name[1].hex()}")
        if seq != log.head.seq + 1:
            raise CopyBroken(f"log {name[1].hex()} lacks fact {log.head.seq + 1}", name)
        found = next_hash(name[1], seq, log.head.hash, data)
        if found != digest:
            raise CopyBroken(f"log {name[1].hex()}: fact {seq} is not what was written", name)
        log.head = Head(name[1], seq, found)

    def _add_up(self, block: Block) -> None:
        """A sum of hashes, so that it does not matter in which order a database gives its rows."""
        table = self._trial_tables[block.table]
        amounts = [column.name for column in table.columns]
        if not set(amounts) <= set(block.columns):
            # Rows of another version of the projection: they are made anew after a restore anyway.
            return
        names = ["tenant_id", "node_id", *(column.name for column in table.key), *amounts]
        for row in _cells(block, *names):
            if any(row[-len(amounts) :]):
                digest = hashlib.sha256(_CANONICAL.encode([block.table, *row])).digest()
                self._trial = (self._trial + int.from_bytes(digest, "big")) % _MODULUS

    def told(self) -> Contents:
        heads: dict[str, list[tuple[str, int, str]]] = {tenant: [] for tenant in self._gens}
        for (tenant, name), log in sorted(self._logs.items()):
            if log.head != log.claimed:
                raise CopyBroken(
                    f"log {name.hex()} does not end at its head {log.claimed.seq}", (tenant, name)
                )
            heads[tenant].append((name.hex(), log.head.seq, log.head.hash.hex()))
        return Contents(
            revision=self._revision,
            gens=self._gens,
            tables=dict(self._counts),
            heads=heads,
            trial=f"{self._trial:064x}",
        )


def _cells(block: Block, *names: str) -> Iterable[tuple[Any, ...]]:
    where = [block.columns.index(name) for name in names]
    for row in block.rows:
        yield tuple([row[at] for at in where])


def difference(expected: Contents, found: Contents) -> list[str]:
    """What the copy should hold and does not, in words; empty when all is as told."""
    told = []
    if expected.revision != found.revision:
        told.append(f"tables of revision {expected.revision}, found {found.revision}")
    for name in sorted(expected.tables.keys() | found.tables.keys()):
        ours, theirs = expected.tables.get(name), found.tables.get(name)
        if ours != theirs:
            told.append(f"table {name}: {ours} rows, found {theirs}")
    for tenant in sorted(expected.heads.keys() | found.heads.keys()):
        theirs_of = {log: (seq, digest) for log, seq, digest in found.heads.get(tenant, [])}
        for log, seq, digest in expected.heads.get(tenant, []):
            if theirs_of.pop(log, None) != (seq, digest):
                told.append(f"{tenant}: log {log} ends elsewhere than at {seq}")
        told += [f"{tenant}: log {log} is too many" for log in sorted(theirs_of)]
    if expected.gens != found.gens:
        told.append(f"generations {expected.gens}, found {found.gens}")
    if expected.trial != found.trial:
        told.append("the trial extract (stock and sales) comes out differently")
    return told


def beside(copy: Path) -> Path:
    """Where the manifest of a copy lies."""
    return copy.with_suffix(".json")


def read_manifest(copy: Path) -> Manifest | None:
    """The manifest beside a copy; None where there is none. Raises `CopyBroken` where it cannot be read."""
    file = beside(copy)
    if not file.exists():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise CopyBroken(f"{file.name}: {error}") from None


def digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
