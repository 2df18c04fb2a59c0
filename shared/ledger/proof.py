"""Proving logs fact by fact: density, chain, parents, heads. One walk for a day-book, head office and a bundle.

The first fact of a log that is not what was written is named with its kind; what follows in that log hangs on it
and says nothing new, so the walk goes on in the next log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

import msgspec

from shared.ledger import envelope
from shared.ledger.chain import Head, genesis_hash, next_hash
from shared.ledger.projection import Row

_MODULUS = 1 << 256
_CANONICAL = msgspec.msgpack.Encoder()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it must be. `log` in hex; `seq` 0 where a whole log or table is meant."""

    what: str
    where: str = ""
    told: str = ""
    log: str = ""
    seq: int = 0
    kind: str = ""

    def text(self) -> str:
        """As one line."""
        fact = f"log {self.log}" + (f" fact {self.seq}" if self.seq else "") if self.log else ""
        kind = f" ({self.kind})" if self.kind else ""
        return ": ".join(part for part in (fact + kind, self.where, self.told or self.what) if part)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, what is wrong, and what could not be looked at."""

    target: str
    logs: int
    facts: int
    rows: int
    receipts: int
    findings: list[Finding]
    skipped: list[str] = []


def kind_of(event_bytes: bytes) -> str:
    """The kind of stored bytes, as far as they can be read."""
    try:
        about = envelope.decode(event_bytes)
    except msgspec.DecodeError:
        return "unreadable"
    return f"{about.kind}.v{about.kind_v}"


class Walk:
    """All logs of one book, one after the other, parents before children where a parent is to be looked at."""

    def __init__(self, note: Callable[[Finding], None]) -> None:
        self.logs = 0
        self.facts = 0
        self.heads: dict[bytes, Head] = {}
        self._note = note
        self._cited: dict[tuple[bytes, int], bytes] = {}
        self._genesis: dict[bytes, bytes] = {}

    def expect(self, parents: Iterable[Head]) -> None:
        """Remember the hashes at these places, so that the logs that cite them can be held against them."""
        for parent in parents:
            self._cited.setdefault((parent.log, parent.seq), b"")

    def remember(self, at: Head) -> None:
        """A hash that some log may cite."""
        if (at.log, at.seq) in self._cited:
            self._cited[(at.log, at.seq)] = at.hash

    def log(self, log: bytes, wire_id: bytes, parent: Head, claimed: bytes | None = None) -> LogWalk:
        """Begin with a log; `claimed` is the genesis that the book has written down, where it does."""
        self.logs += 1
        genesis = genesis_hash(log, wire_id, parent)
        if claimed is not None and claimed != genesis:
            told = "its beginning does not follow from its parent"
            self._note(Finding(what="origin", log=log.hex(), told=told))
        held = self._cited.get((parent.log, parent.seq), b"")
        if parent.seq and held and held != parent.hash:
            told = f"its parent's fact {parent.seq} is another one"
            self._note(Finding(what="parent", log=log.hex(), told=told))
        return LogWalk(self, Head(log, 0, genesis), self._note)


class LogWalk:
    """One log from its first fact to its head."""

    def __init__(self, walk: Walk, head: Head, note: Callable[[Finding], None]) -> None:
        self._walk = walk
        self._head = head
        self._note = note
        self.is_whole = True

    @property
    def at(self) -> Head:
        """The last fact that fitted."""
        return self._head

    def fact(self, seq: int, event_bytes: bytes, stored: bytes | None = None) -> bool:
        """Follow with one fact; `stored` is the hash beside it or its beginning. False from the first misfit on."""
        if not self.is_whole:
            return False
        log, last = self._head.log, self._head.seq
        if seq != last + 1:
            return self._break("missing", last + 1, "", f"is missing, {seq} follows")
        self._walk.facts += 1
        digest = next_hash(log, seq, self._head.hash, event_bytes)
        if stored is not None and stored != digest[: len(stored)]:
            return self._break("chain", seq, kind_of(event_bytes), "is not what was written")
        self._head = Head(log, seq, digest)
        self._walk.remember(self._head)
        return True

    def _break(self, what: str, seq: int, kind: str, told: str) -> bool:
        self.is_whole = False
        self._note(Finding(what=what, log=self._head.log.hex(), seq=seq, kind=kind, told=told))
        return False

    def end(self, claimed: Head | None = None) -> Head:
        """The log is over; `claimed` is the head somebody has written down or signed."""
        self._walk.heads[self._head.log] = self._head
        if self.is_whole and claimed is not None and claimed != self._head:
            told = f"ends at {self._head.seq} and not at its head {claimed.seq}"
            self._note(Finding(what="head", log=self._head.log.hex(), told=told))
        return self._head


class RowDigest:
    """Rows of one table in one figure, in whatever order they come; rows that say nothing do not count."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, key: Iterable[object], cells: Row) -> None:
        if any(cells.values()):
            self.count += 1
            data = _CANONICAL.encode([*key, *(cells[name] for name in sorted(cells))])
            self._sum = (self._sum + int.from_bytes(hashlib.sha256(data).digest(), "big")) % _MODULUS

    @property
    def value(self) -> str:
        return f"{self._sum:064x}"
