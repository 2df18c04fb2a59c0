"""Head office as the node hears it: one HTTP client, a token on every request, signatures checked on what binds.

Whatever keeps us from an answer (no line, a busy server, a refused token) is raised as `NotNow`, so that those
who talk to head office have one thing to wait for. Everything else is a reply to be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
import zstandard

from edge.ledger.identity import Identity
from edge.sync.node_key import Tokens, is_signed
from shared.sync.messages import Backfill, FeedPage, Hello, Mend, Pushed, Refused, Welcome
from shared.sync.signing import SHA256_HEADER, SIGNATURE_HEADER, Purpose, to_sign

MSGPACK = "application/msgpack"
ANSWER_S = 30.0
SNAPSHOT_BYTES_MAX = 256 * 1024 * 1024
FEED_ROWS = 1000

Standing = Literal["unreachable", "refused"]
Told = TypeVar("Told")

_LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))


class NotNow(Exception):
    """No answer that could be used. `standing` refused: head office does not let this node in."""

    def __init__(self, why: str, *, standing: Standing = "unreachable", after_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.standing: Standing = standing
        self.after_s = after_s


class Snapshot(msgspec.Struct, frozen=True):
    """Everything head office keeps for this store, as of one position of the feed."""

    gen: int
    pos: int
    tables: dict[str, list[tuple[list[Any], int, dict[str, Any]]]]


class Reply(msgspec.Struct, frozen=True):
    """A status that is neither an outage nor a refusal of the node itself."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def client_for(cloud_url: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The HTTP client. A proxy of the environment is for the internet, never for this machine itself."""
    return httpx.AsyncClient(
        base_url=cloud_url,
        timeout=httpx.Timeout(ANSWER_S, connect=10.0),
        limits=httpx.Limits(max_connections=4),
        trust_env=urlsplit(cloud_url).hostname not in _LOOPBACK,
        transport=transport,
    )


class HeadOffice:
    """The cloud's side of the protocol, call by call."""

    def __init__(self, client: httpx.AsyncClient, identity: Identity, tokens: Tokens) -> None:
        self._client = client
        self._identity = identity
        self._tokens = tokens

    async def hello(self, hello: Hello) -> Welcome:
        """Say what we hold; hear what head office has."""
        return await self._read("POST", "/sync/v1/hello", Welcome, content=msgspec.msgpack.encode(hello))

    async def push(self, frame: bytes) -> Pushed | Refused:
        """Hand over one frame. A frame too large for a server in between is refused as `TOO_LARGE`."""
        reply = await self._ask(
            "POST", "/sync/v1/push", content=frame, headers={"Content-Type": "application/octet-stream"}
        )
        if reply.status == 200:
            return _decoded(reply.body, Pushed)
        if reply.status == 413:
            return Refused(code="TOO_LARGE")
        if reply.status in (409, 422) and reply.headers.get("content-type", "").startswith(MSGPACK):
            return _decoded(reply.body, Refused)
        raise _unexpected(reply)

    async def feed(self, gen: int, pos: int) -> FeedPage | None:
        """The next page of master data, or None when a snapshot must be taken instead."""
        asked = {"gen": gen, "pos": pos, "limit": FEED_ROWS}
        reply = await self._ask("GET", "/sync/v1/feed", params=asked)
        if reply.status == 410:
            return None
        return _decoded(self._signed(reply, "feed"), FeedPage)

    async def snapshot(self) -> Snapshot:
        """All master data of this store."""
        body = self._signed(await self._ask("GET", "/sync/v1/snapshot"), "snapshot")
        return _decoded(_unpacked(body), Snapshot)

    async def backfill(self, log: bytes, first: int, last: int) -> Backfill:
        """Our own facts as head office kept them."""
        asked: dict[str, str | int] = {"log": log.hex(), "from": first, "to": last}
        return await self._read("GET", "/sync/v1/backfill", Backfill, params=asked)

    async def mend(self, told: Mend) -> bool:
        """Send facts head office has lost to a rotten disk; whether it took them."""
        reply = await self._ask("POST", "/sync/v1/mend", content=msgspec.msgpack.encode(told))
        return reply.status == 204

    async def blob(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """A request about a photo."""
        return await self._ask(method, f"/sync/v1/blobs/{path}", content=content, headers=headers)

    async def _read(
        self,
        method: str,
        path: str,
        told: type[Told],
        *,
        content: bytes | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Told:
        reply = await self._ask(method, path, content=content, params=params)
        if reply.status not in (200, 201):
            raise _unexpected(reply)
        return _decoded(reply.body, told)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        sent = {"Content-Type": MSGPACK, "Accept": MSGPACK, **(headers or {})}
        reply = await self._once(method, path, content, params, sent)
        if reply.status == 401 and self._tokens.refused(_server_s(reply)):
            reply = await self._once(method, path, content, params, sent)
        if reply.status in (401, 403):
            raise NotNow(_why(reply), standing="refused")
        if reply.status == 429 or reply.status >= 500:
            raise NotNow(_why(reply), after_s=_after_s(reply))
        return reply

    async def _once(
        self,
        method: str,
        path: str,
        content: bytes | None,
        params: Mapping[str, str | int] | None,
        headers: Mapping[str, str],
    ) -> Reply:
        bearer = {"Authorization": f"Bearer {self._tokens.current()}"}
        try:
            answer = await self._client.request(
                method, path, content=content, params=params, headers={**headers, **bearer}
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotNow(f"{type(error).__name__}: {error}"[:200]) from None
        return Reply(answer.status_code, answer.content, answer.headers)

    def _signed(self, reply: Reply, purpose: Purpose) -> bytes:
        """The body, once it is certain that head office's own key stands behind it."""
        if reply.status != 200:
            raise _unexpected(reply)
        digest = hashlib.sha256(reply.body).digest()
        if reply.headers.get(SHA256_HEADER, "").lower() != digest.hex():
            raise NotNow(f"{purpose}: damaged on the way")
        signed = to_sign(purpose, str(self._identity.tenant.get("tenant", "")), digest)
        if not is_signed(self._identity.cloud_public_key, reply.headers.get(SIGNATURE_HEADER, ""), signed):
            raise NotNow(f"{purpose}: not signed by head office", standing="refused")
        return reply.body


def _decoded(body: bytes, told: type[Told]) -> Told:
    try:
        return msgspec.msgpack.decode(body, type=told)
    except msgspec.MsgspecError as error:
        raise NotNow(f"{told.__name__}: {error}"[:200]) from None


def _unpacked(body: bytes) -> bytes:
    try:
        size = zstandard.frame_content_size(body)
        if not 0 <= size <= SNAPSHOT_BYTES_MAX:
            raise NotNow("snapshot: too large")
        return zstandard.ZstdDecompressor().decompress(body)
    except zstandard.ZstdError as error:
        raise NotNow(f"snapshot: {error}") from None


def _unexpected(reply: Reply) -> NotNow:
    return NotNow(_why(reply))


def _why(reply: Reply) -> str:
    """The problem's key where there is one, for people who look at the node's page."""
    try:
        key = msgspec.json.decode(reply.body, type=dict[str, object]).get("key", "")
    except msgspec.MsgspecError:
        key = ""
    return f"{reply.status} {key}".strip()


def _after_s(reply: Reply) -> float | None:
    text = reply.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None


def _server_s(reply: Reply) -> int | None:
    try:
        return int(parsedate_to_datetime(reply.headers.get("date", "")).timestamp())
    except ValueError:
        return None
