"""A chain of shops under a mark: the same ids in every tenant, the mark in every text, everything else by a seed."""

from __future__ import annotations

import hashlib
import random
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from litestar import Litestar

from cloud.app import create_app
from cloud.identity import first_run
from cloud.intake import blobs
from cloud.intake.projector import project_all
from cloud.store.engine import Database
from cloud.store.installation import Installation, Settings
from shared.quality.events import Answer, HeldLine, InspectedLine, InspectionRecorded, LotHeld
from shared.sensing.events import ReadingsRolledUp, Window
from shared.stock.events import GoodsReceived, OpeningRecorded, ReceivedLine, Take
from shared.sync import token
from shared.sync.messages import Pushed
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import PASSWORD, Browser, Office, op
from tests.unit.cloud.shop import NOW, PIECE, Log, Shop, event, sale, some_id

SHARED_PHOTO = b"the same picture everywhere"
STORES = ("s1", "s2")


def quiet_app(installation: Installation) -> Litestar:
    """The application without its projector's thread: a test that compares answers projects when it says so."""
    app = create_app(installation)
    app.on_startup.clear()
    app.on_shutdown.clear()
    return app


def seeded_chance(tenant: str) -> Any:
    """Bytes that come out the same in every run, other ones for every tenant."""
    dice = random.Random(f"chance of {tenant}")
    return dice.randbytes


class Chain:
    """One tenant with its office's browser and a node in store s1."""

    def __init__(self, database: Database, folder: Path, tenant: str, mark: str, clock: Clock) -> None:
        self.tenant, self.mark, self.clock = tenant, mark, clock
        settings = Settings(tenant=tenant, tenant_name=f"Chain {mark}")
        self.installation = Installation(database, folder / tenant, settings, clock, seeded_chance(tenant))
        first_run.ensure_tenant(self.installation)
        self.store = self.installation.home
        self.browser = Browser(quiet_app(self.installation)).__enter__()
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(tenant.encode()).digest())
        self.wire_id = some_id("the box in s1")
        self.calls = 0
        self._open()

    def close(self) -> None:
        self.browser.__exit__()

    def _open(self) -> None:
        code = first_run.new_code(self.installation)
        told = {"code": code, "user": "boss", "name": f"Boss {self.mark}", "password": PASSWORD}
        assert self.browser.post("/v1/bootstrap", json=told).status_code == 200
        self._define()
        self._enrol()
        self.log = self._history()
        assert isinstance(self._pushed(self.log), Pushed)
        project_all(self.store, NOW)
        self.photos = [self._photo(SHARED_PHOTO), self._photo(f"picture {self.mark}".encode())]

    def _define(self) -> None:
        mark = self.mark
        for store in STORES:
            self._do("catalogue.define_store", store=store, name=f"Store {store} {mark}")
        self._do("catalogue.define_supplier", supplier="farm", name=f"Farm {mark}", phone=f"5 {mark}")
        self._do("catalogue.define_category", category="dairy", zh=f"奶 {mark}", en=f"Dairy {mark}")
        for sku in ("milk", "bread", f"only-{self.tenant}"):
            self._do(
                "catalogue.define_product",
                sku=sku,
                name=f"{sku} {mark}",
                category="dairy",
                base_unit="pc",
                supplier="farm",
                unit_cost=f"{len(self.tenant)}.25",
            )
            self._do("catalogue.set_price", sku=sku, price=f"{len(self.tenant)}.50")
        self._do("catalogue.define_place", place="cold", store="s1", name=f"Cold {mark}", storage="chilled")
        self._do(
            "sensing.assign_sensor", sensor="t1", store="s1", place="cold", quantity="temperature", high="8"
        )
        line = {"sku": "milk", "qty": "10", "unit_cost": "2"}
        self._do("purchasing.place_order", supplier="farm", store="s1", lines=[line])
        people = (("li", "clerk", ["s1"]), ("may", "store_manager", ["s1"]))
        for user, role, stores in people:
            told = {
                "user": user,
                "name": f"{user} {mark}",
                "role": role,
                "stores": stores,
                "password": PASSWORD,
            }
            assert self.browser.post("/v1/users", json=told).status_code == 200

    def _do(self, kind: str, **body: Any) -> None:
        """A command under the id that the same command has in every tenant."""
        self.calls += 1
        asked = op(kind, str(uuid.uuid5(uuid.NAMESPACE_OID, f"op {self.calls}")), **body)
        (result,) = Office(self.installation).ask(asked)
        assert result.state == "accepted", result

    def _enrol(self) -> None:
        code = self.browser.post("/v1/nodes/enrolment-codes", json={"store": "s1"}).json()["code"]
        told = self.browser.post(
            "/v1/nodes/enrol",
            json={
                "code": code,
                "node_public_key": self.key.public_key().public_bytes_raw().hex(),
                "node_id": self.wire_id.hex(),
            },
        ).json()
        assert told["node_id"] == self.wire_id.hex()
        self.audience = told["token_audience"]

    def _history(self) -> Log:
        """The same ops in every tenant, with the mark in what they say, and as many more as the mark is long."""
        shop = object.__new__(Shop)
        shop.store, shop.node, shop.wire_id = self.store, "s1", self.wire_id
        line = ReceivedLine(
            sku="milk",
            lot="L1",
            place="main",
            qty=100 * PIECE,
            expiry=date(2026, 11, 30),
            unit_cost=2_000_000,
        )
        window = Window(NOW - 3_600_000, 3600, 60, 4_000_000, 5_000_000, 4_500_000, 4_500_000)
        answers = (Answer(question=f"fresh {self.mark}", passed=True),)
        facts = (
            OpeningRecorded(lines=(line,)),
            GoodsReceived(receipt="r1", supplier=f"farm {self.mark}", lines=(line,)),
            InspectionRecorded(
                inspection="i1",
                lines=(InspectedLine(sku="milk", lot="L1", accepted=PIECE, held=0, rejected=0),),
                answers=answers,
                note=f"seen {self.mark}",
            ),
            LotHeld(
                lines=(HeldLine(sku="milk", takes=(Take("L1", "main", PIECE),)),), reason=f"held {self.mark}"
            ),
            ReadingsRolledUp(
                sensor="t1", place="cold", quantity="temperature", unit="Cel", windows=(window,)
            ),
        )
        log = shop.log("one").record(*(event(fact, f"op {number}") for number, fact in enumerate(facts)))
        log.record(f"unreadable {self.mark}".encode())
        for number in range(3 * len(self.mark)):
            told = msgspec.structs.replace(sale(f"sale {number}"), note=f"sold {self.mark}")
            log.record(event(told, f"sale {number}"))
        return log

    def _pushed(self, log: Log) -> Any:
        answer = self.machine("POST", "/sync/v1/push", content=log.frame())
        return msgspec.msgpack.decode(answer.content, type=Pushed)

    def _photo(self, data: bytes) -> str:
        sha = hashlib.sha256(data).hexdigest()
        blobs.put_chunk(self.installation, self.tenant, sha, 0, data, sha)
        said = blobs.Complete(chunks=1, size=len(data), mime="image/jpeg")
        blobs.complete(self.installation, self.store, "s1", sha, said)
        return sha

    def machine(self, method: str, path: str, **more: Any) -> Any:
        """A call of the node in s1."""
        self.calls += 1
        unique = uuid.uuid5(uuid.NAMESPACE_OID, f"call {self.calls}").hex
        claims = token.claims(self.wire_id, self.audience, self.clock.now_ms // 1000, unique)
        signed = jwt.encode(claims, self.key, algorithm="EdDSA", headers=token.header(self.wire_id))
        headers = {"Authorization": f"Bearer {signed}"} | more.pop("headers", {})
        return self.browser.request(method, path, headers=headers, **more)
