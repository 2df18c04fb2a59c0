"""How a box becomes a store's node: a one-time code, a key made here, and everything needed to sell.

The key is made before anything is asked and never leaves the folder. The node id in the answer is adopted: new
hardware for a store takes over the id of the box before it, and the first conversation brings its history back.
The snapshot comes in the same breath, so that the store can sell before anything else has happened.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import structlog

from edge.ledger.identity import Identity, write_identity
from edge.ledger.writer import Transaction, Writer
from edge.sync import node_key
from edge.sync.downlink import take_snapshot
from edge.sync.head_office import HeadOffice, NotNow, Snapshot, client_for
from shared.errors import DomainError, Value

DAY_BOOK = "ledger.db"
SNAPSHOT_TRIES = 3

_log = structlog.get_logger("edge.sync.enrolment")


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    node_id: str
    store: str
    tenant: dict[str, str | int]
    cloud_public_key: str
    token_audience: str


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
    key: str = ""
    values: dict[str, Value] = {}


def enrol(
    folder: Path,
    cloud_url: str,
    code: str,
    *,
    day_book: str = DAY_BOOK,
    chance: Callable[[int], bytes] = os.urandom,
) -> Identity:
    """Make `folder` the node of the store the code is for. The node must not be running.

    Raises `code_refused`, `head_office_unreachable`, `node_belongs_elsewhere`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = node_key.load_or_make(folder, chance)
    writer = Writer(folder / day_book)
    writer.start()
    try:
        node_id = writer.identity.node_id or chance(16)
        answer = asyncio.run(_ask(cloud_url, code, node_key.public_hex(key), node_id))
        identity = Identity(
            node_id=bytes.fromhex(answer.node_id),
            store=answer.store,
            cloud_url=cloud_url,
            cloud_public_key=answer.cloud_public_key,
            token_audience=answer.token_audience,
            tenant=answer.tenant,
        )
        _adopt(writer, identity)
        asyncio.run(_bootstrap(writer, folder, identity))
        return identity
    finally:
        writer.stop()


def _adopt(writer: Writer, identity: Identity) -> None:
    """Facts already written here are bound to the id they were written under, so that id must stay."""

    def adopt(tx: Transaction) -> None:
        has_facts = tx.connection.execute("SELECT 1 FROM log LIMIT 1").fetchone() is not None
        if has_facts and writer.identity.node_id != identity.node_id:
            raise DomainError("node_belongs_elsewhere", store=identity.store)
        write_identity(tx.connection, identity)

    writer.run(adopt).result()


async def _ask(cloud_url: str, code: str, public_key: str, node_id: bytes) -> _Answer:
    asked = {"code": code.strip(), "node_public_key": public_key, "node_id": node_id.hex()}
    try:
        async with client_for(cloud_url) as client:
            reply = await client.post("/v1/nodes/enrol", json=asked, headers={"X-Liushui": "1"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DomainError("head_office_unreachable", why=str(error)[:120] or type(error).__name__) from None
    try:
        if reply.status_code in (200, 201):
            return msgspec.json.decode(reply.content, type=_Answer)
        problem = msgspec.json.decode(reply.content, type=_Problem)
    except msgspec.MsgspecError:
        raise DomainError("head_office_unreachable", why=f"{reply.status_code}") from None
    if problem.key == "code_refused":
        raise DomainError("code_refused")
    raise DomainError("head_office_unreachable", why=f"{reply.status_code} {problem.key}".strip())


async def _bootstrap(writer: Writer, folder: Path, identity: Identity) -> None:
    """The first snapshot. Where the line breaks just now, the running node fetches it as its first act."""
    tokens = node_key.Tokens(
        node_key.load(folder), identity.node_id, identity.token_audience, lambda: writer.now_ms() // 1000
    )
    async with client_for(identity.cloud_url) as client:
        snapshot = await _first_snapshot(HeadOffice(client, identity, tokens))
    if snapshot is not None:
        await asyncio.wrap_future(writer.run(lambda tx: take_snapshot(tx, snapshot)))


async def _first_snapshot(head_office: HeadOffice) -> Snapshot | None:
    for tries in range(1, SNAPSHOT_TRIES + 1):
        try:
            return await head_office.snapshot()
        except NotNow as refusal:
            _log.warning("no snapshot yet", why=refusal.why, tries=tries)
    return None
