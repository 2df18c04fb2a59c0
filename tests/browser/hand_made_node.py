"""A store's node made by hand: enrolled by a code like any other, but a test says what it sends.

For what a real node does not do on its own: kinds of facts that head office does not know yet, two boxes that
claim to be one, a probe that runs warm. Everything goes over the wire, signed with the node's own key.
"""

from __future__ import annotations

import time
import uuid

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.ledger.chain import NO_PARENT, Head
from shared.sync import token
from shared.sync.messages import PROTOCOL, Hello
from tests.browser.head_office import HeadOffice
from tests.unit.cloud.shop import Log


class HandMadeNode:
    """The node of one store of the chain."""

    def __init__(self, office: HeadOffice, store: str = "S2") -> None:
        self.node = store
        self._key = Ed25519PrivateKey.generate()
        self._line = httpx.Client(base_url=office.url, timeout=30, trust_env=False)
        code = office.owner.post("/v1/nodes/enrolment-codes", json={"store": store}).json()["code"]
        asked = {
            "code": code,
            "node_public_key": self._key.public_key().public_bytes_raw().hex(),
            "node_id": uuid.uuid4().hex,
        }
        told = self._line.post("/v1/nodes/enrol", json=asked).raise_for_status().json()
        self.wire_id = bytes.fromhex(told["node_id"])
        self._audience = str(told["token_audience"])
        self._now_s = int(time.time())

    def log(self, name: str, parent: Head = NO_PARENT) -> Log:
        """A log of this node, filled by the test."""
        return Log(self, f"{self.node}/{name}", parent)  # type: ignore[arg-type]

    def push(self, log: Log, first: int = 1, last: int | None = None) -> httpx.Response:
        """Send the facts first…last of a log."""
        return self._post("/sync/v1/push", log.frame(first, last))

    def hello(self, *logs: Log) -> httpx.Response:
        """Say which logs there are."""
        said = Hello(
            node_id=self.wire_id,
            heads=[log.head() for log in logs],
            parents=[log.parent for log in logs],
            feed_gen=0,
            feed_pos=0,
            blobs_pending=0,
            hlc=(self._now_s * 1000) << 16,
            versions={"protocol": str(PROTOCOL), "edge": "hand-made"},
            unsent=0,
            oldest_unsent_ms=0,
        )
        return self._post("/sync/v1/hello", msgspec.msgpack.encode(said))

    def _post(self, path: str, body: bytes) -> httpx.Response:
        claims = token.claims(self.wire_id, self._audience, self._now_s, uuid.uuid4().hex)
        signed = jwt.encode(claims, self._key, algorithm="EdDSA", headers=token.header(self.wire_id))
        return self._line.post(path, content=body, headers={"Authorization": f"Bearer {signed}"})
