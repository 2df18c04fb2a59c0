"""Head office as its people and nodes meet it: signed in over HTTP, commands submitted, feeds read and applied."""

from __future__ import annotations

import uuid
from typing import Any

import jwt
import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from litestar import Litestar
from litestar.testing import TestClient

from cloud.identity.nodes import KnownNode
from cloud.intake import commands, downlink
from cloud.intake.downlink import SignedBody
from cloud.store.installation import Installation
from shared.access.roles import Principal
from shared.ledger.ops import Op, Ops, Result
from shared.sync import token
from shared.sync.messages import FeedPage
from shared.sync.signing import Purpose, to_sign

OWNER = Principal(user="boss", name="Boss", role="owner", stores=("*",))
PASSWORD = "a long enough word"


def op(kind: str, op_id: str | None = None, **body: Any) -> Op:
    return Op(
        op_id=op_id or str(uuid.uuid4()),
        device_id="desk",
        kind=kind,
        at_ms=1_795_000_000_000,
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


class Browser(TestClient[Any]):
    """A browser with our page open: every write carries our header."""

    def __init__(self, app: Litestar) -> None:
        super().__init__(app)
        self.headers.update({"X-Liushui": "1"})


def key_of(answer: Any) -> str:
    """The key of a problem document, which the answer must be."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["key"])


class Office:
    """The cloud's own log and what follows from it."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.store = installation.home

    def ask(self, *ops: Op, asker: Principal = OWNER) -> list[Result]:
        return commands.submit(self.installation, self.store, asker, Ops(ops=ops), "en").results

    def do(self, kind: str, **body: Any) -> Result:
        """A command that must be accepted."""
        (result,) = self.ask(op(kind, **body))
        assert result.state == "accepted", result
        return result

    def open_shops(self) -> None:
        """Two stores, a supplier, a category and milk."""
        for store in ("s1", "s2"):
            self.do("catalogue.define_store", store=store, name=store.upper())
        self.do("catalogue.define_supplier", supplier="farm", name="Farm")
        self.do("catalogue.define_category", category="dairy", zh="奶制品", en="Dairy")
        self.do("catalogue.define_product", sku="milk", name="Milk", category="dairy", base_unit="pc")


class Mirror:
    """The cloud-kept rows of one store, built as its node would: verified, whole checkpoints, old news ignored."""

    def __init__(self, node: KnownNode, public_key: bytes) -> None:
        self.node = node
        self.key = Ed25519PublicKey.from_public_bytes(public_key)
        self.tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self.gen = self.pos = 0

    def verified(self, purpose: Purpose, answer: SignedBody) -> bytes:
        signed = to_sign(purpose, self.node.store.tenant, bytes.fromhex(answer.signed.sha256))
        self.key.verify(bytes.fromhex(answer.signed.signature), signed)
        return answer.body

    def take_snapshot(self) -> None:
        body = self.verified("snapshot", downlink.snapshot(self.node))
        content = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(body))
        self.gen, self.pos = content["gen"], content["pos"]
        self.tables = {
            name: {tuple(key): cells for key, _ver, cells in rows} for name, rows in content["tables"].items()
        }

    def follow(self, limit: int = 500) -> list[FeedPage]:
        """Read the feed to its head."""
        pages = []
        while True:
            body = self.verified("feed", downlink.page(self.node, self.gen, self.pos, limit, 0))
            page = msgspec.msgpack.decode(body, type=FeedPage)
            pages.append(page)
            for row in page.rows:
                table = self.tables.setdefault(row.table, {})
                if row.body is None:
                    table.pop(tuple(row.key), None)
                else:
                    table[tuple(row.key)] = row.body
            self.pos = page.checkpoint
            if self.pos >= page.head:
                return pages


class Machine:
    """A node's box: its own key, enrolled over HTTP, calling with tokens."""

    def __init__(self, client: Browser, now_s: int) -> None:
        self.client = client
        self.key = Ed25519PrivateKey.generate()
        self.node_id = uuid.uuid4().bytes
        self.audience = ""
        self.now_s = now_s

    def enrol(self, code: str) -> Any:
        answer = self.client.post(
            "/v1/nodes/enrol",
            json={
                "code": code,
                "node_public_key": self.key.public_key().public_bytes_raw().hex(),
                "node_id": self.node_id.hex(),
            },
        )
        if answer.status_code == 200:
            told = answer.json()
            self.node_id, self.audience = bytes.fromhex(told["node_id"]), told["token_audience"]
        return answer

    def token(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        said = token.claims(self.node_id, self.audience, self.now_s, uuid.uuid4().hex) | claims
        return jwt.encode(
            said, self.key, algorithm="EdDSA", headers=token.header(self.node_id) | (header or {})
        )

    def headers(self, **more: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**more)}"}
