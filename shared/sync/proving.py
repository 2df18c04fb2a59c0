"""Proving a stream of bundle messages, wherever it comes from: a file, a day-book, head office's database.

Chains, density, parents, heads; rows made again from the facts and held against the digests; moves that sum to
zero; receipts held against the facts. Two streams of one store are compared name by name up to the shorter head,
and row by row where the heads are equal.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec

from shared.ledger import envelope
from shared.ledger.chain import Head
from shared.ledger.fact import decode_body
from shared.ledger.projection import Recorded, Where, changes_of, projected_tables
from shared.ledger.proof import Finding, LogWalk, RowDigest, Verdict, Walk, kind_of
from shared.ledger.view import DictStore
from shared.stock.projection import STOCK
from shared.sync.bundle import Confirmed, Facts, Log, Message, Node, NoEffect, Receipt, Rows, Start
from shared.sync.signing import to_sign

IsSigned = Callable[[str, str, bytes], bool]
"""(public key hex, signature hex, signed bytes) to whether it is so; the mathematics is a library's."""


class Proof:
    """Takes the messages in their order; `verdict` at the end."""

    def __init__(self, target: str, is_signed: IsSigned | None) -> None:
        self.logs: dict[bytes, Log] = {}
        self.nodes: dict[str, Node] = {}
        self.start: Start | None = None
        self.rows: dict[tuple[str, str], Rows] = {}
        self.held: set[tuple[bytes, int]] = set()
        self.hashes: dict[bytes, list[bytes]] = {}
        self.target = target
        self._is_signed = is_signed
        self._findings: list[Finding] = []
        self._skipped: list[str] = []
        self._walk = Walk(self._findings.append)
        self._walking: LogWalk | None = None
        self._open = b""
        self._receipts: list[Receipt] = []
        self._without_effect: set[tuple[bytes, int]] = set()
        self._stores: defaultdict[str, DictStore] = defaultdict(DictStore)
        self._compared = 0
        self._ended: set[bytes] = set()
        self._verdict: Verdict | None = None

    def take(self, message: Message) -> None:
        match message:
            case Start():
                self.start = message
            case Node():
                self.nodes[message.node] = message
            case Log():
                self.logs[message.log] = message
                self._walk.expect([message.parent])
                if message.alarm:
                    self._note("alarm", message.log, told=message.alarm)
            case NoEffect():
                self._without_effect.update(message.names)
                if message.why == "held":
                    self.held.update(message.names)
            case Facts():
                self._follow(message)
            case Rows():
                self.rows[(message.table, message.node)] = message
            case Receipt():
                self._receipts.append(message)

    def _note(self, what: str, log: bytes = b"", *, told: str = "", seq: int = 0, kind: str = "") -> None:
        self._findings.append(Finding(what=what, log=log.hex(), told=told, seq=seq, kind=kind))

    # -- facts

    def _follow(self, part: Facts) -> None:
        if part.log != self._open:
            self._close()
            self._begin(part.log)
        log, walking = self.logs.get(part.log), self._walking
        if log is None or walking is None:
            return
        hashes = self.hashes[part.log]
        for seq, data in enumerate(part.events, part.first_seq):
            if walking.fact(seq, data, part.mark(seq)):
                hashes.append(walking.at.hash)
                if seq <= log.applied:
                    self._apply(log, seq, data)

    def _begin(self, name: bytes) -> None:
        log = self.logs.get(name)
        node = None if log is None else self.nodes.get(log.node)
        if log is None or node is None:
            self._note("log", name, told="its facts are here, and nothing says what it is")
            return
        if name in self._ended:
            self._note("log", name, told="comes twice")
            return
        self._open = name
        self.hashes[name] = []
        self._walking = self._walk.log(name, node.wire_id, log.parent)

    def _close(self) -> None:
        if self._walking is not None:
            self._ended.add(self._open)
            self._walking.end(self.logs[self._open].head)
        self._open, self._walking = b"", None

    def _apply(self, log: Log, seq: int, data: bytes) -> None:
        if (log.log, seq) in self._without_effect:
            return
        try:
            about = envelope.decode(data)
            fact = decode_body(about.kind, about.kind_v, about.body)
        except (msgspec.MsgspecError, ValueError) as error:
            self._note("unreadable", log.log, seq=seq, kind=kind_of(data), told=str(error)[:100])
            return
        if fact is None:
            return
        side: Where = "cloud" if self.start is None else self.start.side
        recorded = Recorded(node=log.node, log=log.log, seq=seq, envelope=about, fact=fact)
        self._stores[log.node].apply(
            change for change in changes_of(recorded, side) if change.table.keeper == "node"
        )

    # -- what follows from the facts

    def verdict(self) -> Verdict:
        """Everything has been taken; asked again it says the same."""
        if self._verdict is None:
            self._verdict = self._judge()
        return self._verdict

    def _judge(self) -> Verdict:
        self._close()
        for name, log in self.logs.items():
            if name not in self._ended and log.head.seq:
                self._note("log", name, told=f"its {log.head.seq} facts are missing")
        self._compare_rows()
        self._sum_moves()
        receipts = self._check_receipts()
        return Verdict(
            target=self.target,
            logs=len(self.logs),
            facts=self._walk.facts,
            rows=self._compared,
            receipts=receipts,
            findings=self._findings,
            skipped=self._skipped,
        )

    def _compare_rows(self) -> None:
        if not self.rows:
            self._skipped.append("rows: none are told here")
            return
        for (table, node), told in self.rows.items():
            digest = RowDigest()
            for key, cells in self._stores[node].tables.get(table, {}).items():
                digest.add(key, cells)
            self._compared += digest.count
            if (digest.count, digest.value) != (told.count, told.digest):
                where = f"table {table}" + (f" of {node}" if node else "")
                words = (
                    f"the live rows are not what the facts say ({told.count} live, {digest.count} rebuilt)"
                )
                self._findings.append(Finding(what="row differs", where=where, told=words))

    def _sum_moves(self) -> None:
        """Goods come from somewhere and go somewhere: of each lot all places together hold nothing."""
        for node, store in self._stores.items():
            sums: defaultdict[tuple[object, object], int] = defaultdict(int)
            for key, cells in store.tables.get(STOCK.name, {}).items():
                sums[(key[0], key[1])] += int(cells["qty"] or 0)
            for (sku, lot), left in sums.items():
                if left:
                    where = f"stock of {sku} lot {lot} at {node}"
                    self._findings.append(
                        Finding(what="moves", where=where, told=f"sums to {left}, not to zero")
                    )

    def _check_receipts(self) -> int:
        """Head office's signed word against what is here: a confirmed fact must be the same fact."""
        if self._receipts and self._is_signed is None:
            self._skipped.append("receipts: no library here that checks signatures")
            return 0
        assert self.start is not None
        checked = 0
        for receipt in self._receipts:
            signed = receipt_to_sign(self.start.tenant, receipt.body)
            assert self._is_signed is not None
            if not any(self._is_signed(key, receipt.signature, signed) for key in self.start.cloud_keys):
                self._note("receipt", told="not signed by head office")
                continue
            confirmed = msgspec.msgpack.decode(receipt.body, type=Confirmed)
            for head in confirmed.heads:
                checked += self._holds(head)
        return checked

    def _holds(self, head: Head) -> int:
        hashes = self.hashes.get(head.log, [])
        if head.log not in self.logs or head.seq > len(hashes):
            held = len(hashes)
            self._note(
                "receipt",
                head.log,
                seq=held + 1,
                told=f"head office confirmed {head.seq} facts, {held} are here",
            )
            return 0
        if head.seq and hashes[head.seq - 1] != head.hash:
            self._note("receipt", head.log, seq=head.seq, told="another fact than head office confirmed")
            return 0
        return 1


def receipt_to_sign(tenant: str, body: bytes) -> bytes:
    """The bytes under a receipt's signature."""
    return to_sign("heads", tenant, hashlib.sha256(body).digest())


def prove(target: str, messages: Iterable[Message], is_signed: IsSigned | None) -> Proof:
    """Take them all; the caller asks for the verdict."""
    proof = Proof(target, is_signed)
    for message in messages:
        proof.take(message)
    return proof


def compare(ours: Proof, theirs: Proof) -> list[Finding]:
    """Store and head office: the same facts up to the shorter head, the same rows where heads are equal."""
    findings: list[Finding] = []
    store = {name for name, node in ours.nodes.items() if name}
    equal = True
    for name, log in ours.logs.items():
        if log.node not in store:
            continue
        other = theirs.logs.get(name)
        if other is None or other.head.seq != log.head.seq:
            equal = False
        first = _first_difference(ours.hashes.get(name, []), theirs.hashes.get(name, []))
        if first:
            findings.append(
                Finding(what="edge differs", log=name.hex(), seq=first, told="two facts under one name")
            )
    equal = equal and not any(
        log.node in store and name not in ours.logs for name, log in theirs.logs.items()
    )
    applied = all(log.applied == log.head.seq for log in (*ours.logs.values(), *theirs.logs.values()))
    if findings or not equal or not applied or ours.held or theirs.held:
        return findings
    common = {table.name for table in projected_tables("edge")} & {
        table.name for table in projected_tables("cloud")
    }
    for (table, node), told in ours.rows.items():
        if (
            table in common
            and (other_rows := theirs.rows.get((table, node))) is not None
            and other_rows != told
        ):
            findings.append(
                Finding(
                    what="edge differs",
                    where=f"table {table} of {node}",
                    told="not the same rows at equal heads",
                )
            )
    return findings


def _first_difference(ours: list[bytes], theirs: list[bytes]) -> int:
    """The number of the first fact that is another one; 0 where one is the other's beginning."""
    shorter = min(len(ours), len(theirs))
    if not shorter or ours[shorter - 1] == theirs[shorter - 1]:
        return 0
    low, high = 1, shorter
    while low < high:
        middle = (low + high) // 2
        if ours[middle - 1] == theirs[middle - 1]:
            low = middle + 1
        else:
            high = middle
    return low
