"""What nodes call: hello, push, feed, snapshot, backfill and photo chunks; every one with the node's token."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, head, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from cloud.http.answers import Answer, packed
from cloud.http.bodies import limited_bytes
from cloud.http.gate import NODE, OWN_NODE
from cloud.identity.nodes import KnownNode
from cloud.intake import backfill, blobs, downlink, evidence, hello, mending, push
from cloud.intake.downlink import SignedBody
from cloud.store.installation import Installation
from shared.errors import DomainError
from shared.sync.frame import COMPRESSED_BYTES_MAX, EVENTS_MAX, RAW_BYTES_MAX
from shared.sync.messages import Hello, Mend, Refused
from shared.sync.signing import SHA256_HEADER, SIGNATURE_HEADER

_STATUS_OF_REFUSAL = {"BAD_FRAME": 422}
_HELLO_BYTES_MAX = 1024 * 1024
_Request = Request[Any, Any, Any]


@post("/sync/v1/hello", permission=NODE, scope=OWN_NODE, even_replaced=True, status_code=200)
async def say_hello(
    request: _Request, node: NamedDependency[KnownNode], installation: NamedDependency[Installation]
) -> Answer:
    """Compare what node and cloud hold."""
    raw = await limited_bytes(request, _HELLO_BYTES_MAX)
    try:
        said = msgspec.msgpack.decode(raw, type=Hello)
    except msgspec.MsgspecError as error:
        raise DomainError("body_malformed", why=str(error)[:200]) from None
    welcome = await asyncio.to_thread(hello.welcome, node, said, installation.clock())
    if said.unsent > EVENTS_MAX:
        request.app.state.projector.wake(more_to_come=True)
    return packed(welcome)


BACKLOG_FRAME_BYTES = 16 * 1024
"""A frame of so many bytes (some 400 facts) is a piece of a backlog; a store that keeps up sends a few facts."""


@post(
    "/sync/v1/push",
    permission=NODE,
    scope=OWN_NODE,
    even_revoked=True,
    even_replaced=True,
    status_code=200,
)
async def push_frame(
    request: _Request, node: NamedDependency[KnownNode], installation: NamedDependency[Installation]
) -> Answer:
    """Take a frame of facts; the answer comes after the COMMIT. A revoked node's frame is only kept as evidence."""
    raw = await limited_bytes(request, COMPRESSED_BYTES_MAX + 8192)
    if node.is_revoked:
        await asyncio.to_thread(evidence.keep, node, raw, installation.clock())
        raise DomainError("node_revoked")
    answer = await asyncio.to_thread(push.receive, node, raw, installation.clock())
    if isinstance(answer, Refused):
        return packed(answer, _STATUS_OF_REFUSAL.get(answer.code, 409))
    request.app.state.projector.wake(more_to_come=len(raw) > BACKLOG_FRAME_BYTES)
    return packed(answer)


@post("/sync/v1/mend", permission=NODE, scope=OWN_NODE, even_replaced=True, status_code=204)
async def mend_facts(request: _Request, node: NamedDependency[KnownNode]) -> None:
    """Facts head office asked for because its own have rotted; they must fit the chain on both ends."""
    raw = await limited_bytes(request, RAW_BYTES_MAX + 65_536)
    try:
        told = msgspec.msgpack.decode(raw, type=Mend)
    except msgspec.MsgspecError as error:
        raise DomainError("body_malformed", why=str(error)[:200]) from None
    await asyncio.to_thread(mending.take, node, told)


@get("/sync/v1/feed", permission=NODE, scope=OWN_NODE, sync_to_thread=True)
def read_feed(
    node: NamedDependency[KnownNode],
    installation: NamedDependency[Installation],
    gen: FromQuery[int],
    pos: FromQuery[int],
    limit: Annotated[int, QueryParameter(ge=1, le=downlink.ROWS_MAX)] = 500,
) -> Answer:
    """What changed at head office after a position."""
    return _signed(downlink.page(node, gen, pos, limit, installation.clock()), "application/msgpack")


@get("/sync/v1/snapshot", permission=NODE, scope=OWN_NODE, sync_to_thread=True)
def take_snapshot(node: NamedDependency[KnownNode]) -> Answer:
    """Everything head office keeps for this store."""
    return _signed(downlink.snapshot(node), "application/zstd")


def _signed(content: SignedBody, media_type: str) -> Answer:
    told = {SHA256_HEADER: content.signed.sha256, SIGNATURE_HEADER: content.signed.signature}
    return Response(content.body, media_type=media_type, headers=told)


@get("/sync/v1/backfill", permission=NODE, scope=OWN_NODE, sync_to_thread=True)
def read_backfill(
    node: NamedDependency[KnownNode],
    log: FromQuery[str],
    first: Annotated[int, QueryParameter(name="from")],
    last: Annotated[int, QueryParameter(name="to")],
) -> Answer:
    """The node's own facts, verbatim."""
    return packed(backfill.facts(node, _log_id(log), first, last))


def _log_id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise DomainError("log_unknown", log=text[:40]) from None


@head("/sync/v1/blobs/{sha:str}", permission=NODE, scope=OWN_NODE, even_replaced=True, sync_to_thread=True)
def look_for_blob(
    node: NamedDependency[KnownNode], installation: NamedDependency[Installation], sha: FromPath[str]
) -> Response[None]:
    """200 when the photo is here; else 404 with the numbers of the chunks that are."""
    with node.store.reading() as reading:
        if blobs.find(installation, reading, sha) is not None:
            return Response(None, status_code=200, headers={"X-Liushui-State": "present"})
    here = ",".join(map(str, blobs.chunks_here(installation, node.store.tenant, sha)))
    told = {"X-Liushui-State": "pending", "X-Liushui-Chunks": here}
    return Response(None, status_code=404, headers=told)


@put(
    "/sync/v1/blobs/{sha:str}/{index:int}",
    permission=NODE,
    scope=OWN_NODE,
    even_replaced=True,
    status_code=204,
)
async def put_blob_chunk(
    request: _Request,
    node: NamedDependency[KnownNode],
    installation: NamedDependency[Installation],
    sha: FromPath[str],
    index: FromPath[int],
) -> None:
    """One chunk of a photo, with its own SHA-256 in the header."""
    raw = await limited_bytes(request, blobs.CHUNK_BYTES)
    said = request.headers.get(SHA256_HEADER, "")
    await asyncio.to_thread(blobs.put_chunk, installation, node.store.tenant, sha, index, raw, said)


@post(
    "/sync/v1/blobs/{sha:str}/complete", permission=NODE, scope=OWN_NODE, even_replaced=True, status_code=200
)
async def complete_blob(
    request: _Request,
    node: NamedDependency[KnownNode],
    installation: NamedDependency[Installation],
    sha: FromPath[str],
) -> Answer:
    """Every chunk was sent: put the photo together."""
    raw = await limited_bytes(request, 4096)
    try:
        said = msgspec.msgpack.decode(raw, type=blobs.Complete)
    except msgspec.MsgspecError as error:
        raise DomainError("body_malformed", why=str(error)[:200]) from None
    kept = await asyncio.to_thread(
        blobs.complete, installation, node.store, node.node, blobs.require_sha(sha), said
    )
    return packed({"sha256": kept.sha256, "size": kept.size, "mime": kept.mime, "state": "present"})


router = Router(
    "/",
    route_handlers=[
        say_hello,
        push_frame,
        mend_facts,
        read_feed,
        take_snapshot,
        read_backfill,
        look_for_blob,
        put_blob_chunk,
        complete_blob,
    ],
)
