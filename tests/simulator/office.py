"""Head office in a run: the real intake, projector, feed, hello, backfill, backups and generations over the embedded
database, asked through the same routes as over HTTP, with a fuse under its statements and an operator who restores.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import event

from cloud.http.problems import status_of
from cloud.identity import nodes
from cloud.identity.nodes import KnownNode
from cloud.intake import (
    backfill,
    blobs,
    commands,
    downlink,
    evidence,
    generations,
    hello,
    projector,
    push,
    release,
)
from cloud.intake.compression import decompress
from cloud.intake.downlink import SignedBody
from cloud.jobs.backup import back_up
from cloud.store import feed
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation, Settings
from edge.sync.head_office import MSGPACK, Reply
from shared.errors import DomainError
from shared.ledger import envelope as envelopes
from shared.ledger.ops import Ops
from shared.sync.frame import unpack
from shared.sync.messages import FeedPage, Hello, Refused
from shared.sync.signing import SHA256_HEADER, SIGNATURE_HEADER
from tests.simulator.books import OWNER, memory_folder, op_of, opening, some_id
from tests.simulator.broken import EVIDENCE_ONLY, PARENT_FIRST, Broken
from tests.simulator.power import Fuse, PowerCut
from tests.simulator.rights import assert_set_aside, judged

_TOO_EARLY = (
    "SELECT l.log_id, l.parent_seq FROM log l JOIN proj_cursor c ON c.log_id = l.log_id AND c.seq > 0 "
    "LEFT JOIN proj_cursor p ON p.log_id = l.parent_log "
    "WHERE l.parent_seq > 0 AND coalesce(p.seq, 0) < l.parent_seq AND l.alarm != 'gap'"
)
"""A log whose parent's facts nobody holds any more is applied without them, and says so."""
_GREW_PAST = (
    "SELECT DISTINCT p.log_id, p.head_seq, p.alarm FROM log p "
    "JOIN log c ON c.parent_log = p.log_id AND c.parent_seq < p.head_seq "
    "WHERE p.node_id = ? AND p.state = 'open'"
)
_FACTS_HELD = "SELECT (SELECT count(*) FROM event), (SELECT sum(head_seq) FROM log)"
REFUSED_FRAME = {"BAD_FRAME": 422}


class Asked(msgspec.Struct, frozen=True):
    """A request of a box, as it travels."""

    method: str
    path: str
    content: bytes | None
    params: Mapping[str, str | int]
    headers: Mapping[str, str]


class Proved(msgspec.Struct, frozen=True):
    """A backup that was read back whole."""

    file: Path
    decided: dict[tuple[bytes, int], str]
    evidence: frozenset[bytes]


@cache
def _database() -> Database:
    """One engine for all runs of this process, so that statements are compiled once; the file under it changes."""
    folder = memory_folder() / "office"
    folder.mkdir()
    database = Database(sqlite_url(folder / "office.db"))

    @event.listens_for(database.engine, "before_cursor_execute")
    def _count(*_: object) -> None:
        if _fuse.is_due():
            _fuse.blow()

    return database


_fuse = Fuse()


class Office:
    """`clock` in milliseconds; `die` is the run's only source of chance."""

    def __init__(self, clock: Callable[[], int], die: random.Random, *, tokens: bool) -> None:
        self.clock = clock
        self.die = die
        self.is_up = True
        self.with_tokens = tokens
        self.database = _database()
        self.folder = memory_folder() / "office"
        self.fuse = _fuse
        self.fuse.__init__()  # type: ignore[misc]
        self.backups: list[Proved] = []
        self.proved_ops: set[bytes] = set()
        """What some proved copy holds: what may be called stable."""
        self.promised: dict[bytes, int] = {}
        """How far each log was acknowledged since the last restore."""
        self.checkpoints: set[tuple[int, int]] = {(0, 0)}
        """Every place a box's feed cursor may stand at."""
        self.paused_until = 0.0
        self.watches_rights = False
        self.decided: dict[tuple[bytes, int], str] = {}
        """What a manager has decided about facts set aside, as far as the books of now know."""
        self.evidence: set[bytes] = set()
        """Whole frames that the box sent while it was revoked."""
        for left_over in self.folder.glob("backups/*"):
            left_over.unlink()
        shutil.rmtree(self.folder / "blobs", ignore_errors=True)
        self._put(opening().office)
        self.installation = Installation(
            self.database, self.folder, Settings(tenant_name="Shops", backup_keep=50), clock, die.randbytes
        )
        self.store = self.installation.home

    # -- requests

    def answer(self, asked: Asked, store: str) -> Reply:
        """What a node's request is answered with. Raises PowerCut when head office died over it."""
        try:
            node = self._known(asked, store)
            return self._route(asked, node)
        except DomainError as error:
            told = msgspec.json.encode({"key": error.key})
            return Reply(status_of(error.key), told, {"date": formatdate(self.clock() / 1000, usegmt=True)})

    def _known(self, asked: Asked, store: str) -> KnownNode:
        if self.with_tokens:
            bearer = asked.headers["Authorization"].removeprefix("Bearer ")
            return nodes.recognise(self.installation, bearer, even_revoked=asked.path.endswith("/push"))
        return KnownNode(self.store, store, some_id(store))

    def _route(self, asked: Asked, node: KnownNode) -> Reply:
        now, params = self.clock(), asked.params
        match asked.path.split("/")[3:]:
            case ["hello"]:
                try:
                    said = msgspec.msgpack.decode(asked.content or b"", type=Hello)
                except msgspec.MsgspecError:
                    raise DomainError("body_malformed", why="hello") from None
                return _packed(hello.welcome(node, said, now))
            case ["push"]:
                return self._push(node, asked.content or b"", now)
            case ["feed"]:
                gen, pos, limit = int(params["gen"]), int(params["pos"]), int(params["limit"])
                return self._signed(downlink.page(node, gen, pos, limit, now))
            case ["snapshot"]:
                return self._snapshot(node)
            case ["backfill"]:
                log, first, last = bytes.fromhex(str(params["log"])), int(params["from"]), int(params["to"])
                return _packed(backfill.facts(node, log, first, last))
            case ["blobs", sha, *rest]:
                return self._blob(asked, node, sha, rest)
        raise AssertionError(asked.path)

    def _push(self, node: KnownNode, frame: bytes, now: int) -> Reply:
        if node.is_revoked:
            self._keep_evidence(node, frame, now)
        before = self.heads(node.node)
        answer = push.receive(node, frame, now)
        if isinstance(answer, Refused):
            return _packed(answer, REFUSED_FRAME.get(answer.code, 409))
        if self.heads(node.node) != before:
            self._assert_twins_are_seen(node.node, before)
        return _packed(answer)

    def _keep_evidence(self, node: KnownNode, frame: bytes, now: int) -> None:
        """Raises `node_revoked`, as the route does when the frame is kept."""
        held = self.rows(_FACTS_HELD)
        evidence.keep(node, frame, now)
        if self.rows(_FACTS_HELD) != held:
            raise Broken(EVIDENCE_ONLY, f"a frame of {node.node} was stored among the facts")
        try:
            is_whole = unpack(frame, decompress).header.node_id == node.wire_id
        except DomainError:
            is_whole = False
        if is_whole:
            self.evidence.add(hashlib.sha256(frame).digest())
        raise DomainError("node_revoked")

    def _assert_twins_are_seen(self, store: str, before: Mapping[bytes, int]) -> None:
        """16: a log that grows past where another grew from it has two writers, and must say so at once."""
        for log, head, alarm in self.rows(_GREW_PAST, store):
            if head > before.get(log, 0) and not alarm:
                raise Broken(
                    16, f"{log.hex()[:8]} grew to {head} behind a log that grew from it, and nobody is told"
                )

    def _signed(self, content: SignedBody) -> Reply:
        told = {SHA256_HEADER: content.signed.sha256, SIGNATURE_HEADER: content.signed.signature}
        page = msgspec.msgpack.decode(content.body, type=FeedPage)
        self.checkpoints.add((page.gen, page.checkpoint))
        return Reply(200, content.body, told)

    def _snapshot(self, node: KnownNode) -> Reply:
        with self.store.reading() as reading:
            standing = generations.current(reading)
        self.checkpoints.add((standing.gen, standing.feed_head))
        content = downlink.snapshot(node)
        told = {SHA256_HEADER: content.signed.sha256, SIGNATURE_HEADER: content.signed.signature}
        return Reply(200, content.body, told)

    def _blob(self, asked: Asked, node: KnownNode, sha: str, rest: list[str]) -> Reply:
        tenant = self.store.tenant
        if not rest:
            with self.store.reading() as reading:
                if blobs.find(self.installation, reading, sha) is not None:
                    return Reply(200, b"", {})
            here = ",".join(map(str, blobs.chunks_here(self.installation, tenant, sha)))
            return Reply(404, b"", {"X-Liushui-Chunks": here})
        content = asked.content or b""
        if rest == ["complete"]:
            whole = msgspec.msgpack.decode(content, type=blobs.Complete)
            blobs.complete(self.installation, self.store, node.node, sha, whole)
            return _packed({})
        said = asked.headers.get(SHA256_HEADER, "")
        blobs.put_chunk(self.installation, tenant, sha, int(rest[0]), content, said)
        return Reply(204, b"", {})

    # -- what happens behind the counter

    def project(self) -> None:
        """The projector's round; and never a log before the one it grew from."""
        before = judged(self) if self.watches_rights else None
        projector.project_all(self.store, self.clock())
        if before is not None:
            assert_set_aside(self, before)
        for log, seq in self.rows(_TOO_EARLY):
            raise Broken(PARENT_FIRST, f"{log.hex()[:8]} before fact {seq} of its parent")

    def release(self) -> None:
        """After an upgrade: what was parked gets another chance."""
        release.release(self.store, self.clock())

    def begin_command(self) -> object:
        """A transaction of another worker begins; it will commit later than some that begin after it."""
        return None

    def command(self, _begun: object, kind: str, body: Mapping[str, Any]) -> None:
        """A command of head office, committed."""
        op = op_of(self.die.randbytes(16), kind, body, self.clock())
        (result,) = commands.submit(self.installation, self.store, OWNER, Ops(ops=(op,)), "en").results
        assert result.state == "accepted", result

    def stray_row(self) -> None:
        """A row of a table that no box knows, or one whose cells are of the wrong kind: from a newer program."""
        about: tuple[str, tuple[Any, ...], dict[str, Any]] = self.die.choice(
            (
                ("loyalty", (f"card-{self.die.randrange(9)}",), {"points": 7}),
                ("price", ("tea", "nowhere"), {"price": "a text"}),
            )
        )
        table, key, body = about
        with self.store.writing() as writing:
            row = feed.FeedChange(table=table, key=key, ver=1, body=body)
            feed.emit(writing, self.die.randbytes(16), [row])
        feed.sequence(self.store, self.clock())

    def back_up(self) -> None:
        """The real backup; it proves its copy and calls stable what is in it."""
        facts = self.rows("SELECT bytes FROM event WHERE node_id != ''")
        ops = frozenset(envelopes.decode(data).op_id for (data,) in facts)
        copied = back_up(self.installation)
        assert copied is not None
        self.backups.append(Proved(copied.file, dict(self.decided), frozenset(self.evidence)))
        self.proved_ops |= ops

    def restore(self, which: Proved) -> None:
        """The operator puts a backup in place and says so.

        Head office is stopped for that, so no death that was due falls between: the real command gives the copy its
        new generation before it is in place (`cloud/jobs/restore.py`).
        """
        self.fuse.left = 0
        self._put(which.file)
        self.backups = self.backups[: self.backups.index(which) + 1]
        self.promised.clear()
        self.decided = dict(which.decided)
        self.evidence = set(which.evidence)
        with self.store.writing() as writing:
            generations.begin(writing, self.clock())

    def died(self) -> None:
        """The process is gone; what it acknowledged must still be there."""
        self.fuse.dead = False
        self.fuse.left = 0
        self.database.engine.dispose()
        heads = self.heads()
        for log, seq in self.promised.items():
            if heads.get(log, 0) < seq:
                raise Broken(
                    4, f"head office acknowledged {log.hex()[:8]} up to {seq}, holds {heads.get(log, 0)}"
                )

    def rows(self, sql: str, *cells: Any) -> list[Any]:
        """What the run itself looks up, past the tenant's door: there is one tenant here."""
        connection = self.database.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(sql, cells)
            return list(cursor.fetchall())
        finally:
            connection.close()

    def heads(self, store: str | None = None) -> dict[bytes, int]:
        """How far each log of the stores, or of one store, is here."""
        found = self.rows("SELECT log_id, head_seq, node_id FROM log WHERE node_id != ''")
        return {log: head for log, head, node in found if store in (None, node)}

    def outcasts(self) -> set[str]:
        """The phones nothing is taken from."""
        return {name for (name,) in self.rows("SELECT device_id FROM device WHERE state = 'revoked'")}

    def restricted(self) -> dict[str, str]:
        """People who may not do all they once might, with what they are now; empty for those who left."""
        found = self.rows(
            "SELECT user_id, CASE revoked WHEN 1 THEN '' ELSE role END FROM user_account "
            "WHERE revoked = 1 OR role = 'inspector'"
        )
        return dict(found)

    def revoke(self, store: str) -> None:
        """The owner reports a box stolen."""
        nodes.revoke(self.store, store)

    def is_revoked(self, store: str) -> bool:
        """Whether the store's box stands outside."""
        return self.rows("SELECT state FROM node WHERE node_id = ?", store) == [("revoked",)]

    def _put(self, file: Path) -> None:
        self.database.engine.dispose()
        place = self.folder / "office.db"
        for left_over in self.folder.glob("office.db-*"):
            left_over.unlink()
        shutil.copyfile(file, place)


def _packed(answer: object, status: int = 200) -> Reply:
    return Reply(status, msgspec.msgpack.encode(answer), {"content-type": MSGPACK})


__all__ = ["Asked", "Office", "PowerCut", "Proved"]
