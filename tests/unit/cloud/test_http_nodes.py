"""Nodes over HTTP: let in by a code, known by a key, heard only with what they may say; photos and drill-down too."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import msgspec
import pytest
from PIL import Image

from cloud.app import create_app
from cloud.describe import document
from cloud.intake import evidence
from cloud.intake.projector import project_all
from cloud.store.installation import Installation
from shared.sync.messages import Hello, Pushed, Refused, Welcome
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Browser, Machine, Office, key_of
from tests.unit.cloud.shop import Log, Shop, compress, event, sale


@pytest.fixture
def machine(owner: Browser, installation: Installation, clock: Clock) -> Machine:
    """An enrolled node of store s1."""
    Office(installation).open_shops()
    made = Machine(owner, clock.now_ms // 1000)
    code = owner.post("/v1/nodes/enrolment-codes", json={"store": "s1", "node": "s1"}).json()["code"]
    told = made.enrol(code).json()
    assert (told["store"], told["tenant"]["tenant"], told["node_id"]) == ("s1", "main", made.node_id.hex())
    return made


def log_of(machine: Machine, installation: Installation, name: str = "one") -> Log:
    shop = object.__new__(Shop)
    shop.store, shop.node, shop.wire_id = installation.home, "s1", machine.node_id
    return shop.log(name)


def test_a_code_lets_one_machine_in_once(owner: Browser, machine: Machine, clock: Clock) -> None:
    """Used, invented or too old codes are refused alike; a store nobody defined gets none."""
    assert key_of(machine.enrol("AAAAA-BBBBB-CCCCC")) == "code_refused"
    code = owner.post("/v1/nodes/enrolment-codes", json={"store": "s2"}).json()["code"]
    clock.pass_(minutes=11)
    assert key_of(Machine(owner, 0).enrol(code)) == "code_refused"
    assert key_of(owner.post("/v1/nodes/enrolment-codes", json={"store": "s9"})) == "store_unknown"


def test_a_copied_disk_cannot_become_a_second_store(owner: Browser, machine: Machine) -> None:
    """The node id of s1 does not enrol for s2."""
    code = owner.post("/v1/nodes/enrolment-codes", json={"store": "s2"}).json()["code"]
    assert key_of(machine.enrol(code)) == "code_refused"


def test_new_hardware_takes_over_the_stores_node(
    owner: Browser, machine: Machine, installation: Installation, clock: Clock
) -> None:
    """It gets the store's node id, the old key opens nothing, and the store's history is offered to it."""
    log = log_of(machine, installation).sell("a", "b")
    pushed = owner.post("/sync/v1/push", content=log.frame(), headers=machine.headers())
    assert msgspec.msgpack.decode(pushed.content, type=Pushed).seq == 2
    fresh = Machine(owner, clock.now_ms // 1000)
    code = owner.post("/v1/nodes/enrolment-codes", json={"store": "s1"}).json()["code"]
    fresh.enrol(code)
    assert fresh.node_id == machine.node_id
    assert key_of(owner.get("/sync/v1/snapshot", headers=machine.headers())) == "node_replaced"
    welcome = say_hello(owner, fresh)
    assert welcome.backfill == [(log.log_id, 1, 2)]
    path = f"/sync/v1/backfill?log={log.log_id.hex()}&from=1&to=2"
    assert owner.get(path, headers=fresh.headers()).status_code == 200


def say_hello(client: Browser, machine: Machine) -> Welcome:
    said = Hello(
        node_id=machine.node_id,
        heads=[],
        parents=[],
        feed_gen=0,
        feed_pos=0,
        blobs_pending=0,
        hlc=0,
        versions={},
        unsent=0,
        oldest_unsent_ms=0,
    )
    answer = client.post("/sync/v1/hello", content=msgspec.msgpack.encode(said), headers=machine.headers())
    assert answer.status_code == 200, answer.text
    return msgspec.msgpack.decode(answer.content, type=Welcome)


@pytest.mark.parametrize(
    "forged",
    [
        {"header": {"typ": "refresh"}},
        {"header": {"kid": "00" * 16}},
        {"header": {"kid": "zz"}},
        {"aud": "liushui-cloud/other"},
        {"iss": "00" * 16},
        {"exp": 4_000_000_000},
        {"iat": 1, "exp": 2},
        {"iat": "now"},
    ],
)
def test_a_token_for_anything_else_opens_nothing(
    owner: Browser, machine: Machine, forged: dict[str, Any]
) -> None:
    """Type, key, audience, issuer and lifetime are all looked at."""
    answer = owner.get("/sync/v1/snapshot", headers=machine.headers(**forged))
    assert (answer.status_code, key_of(answer)) in {(401, "token_refused"), (401, "node_unknown")}


def test_another_keys_signature_opens_nothing(owner: Browser, machine: Machine) -> None:
    """The claims are right, the key is not."""
    thief = Machine(owner, machine.now_s)
    thief.node_id, thief.audience = machine.node_id, machine.audience
    assert key_of(owner.get("/sync/v1/snapshot", headers=thief.headers())) == "token_refused"
    for value in ("", "Bearer", "Bearer x", "Basic eA==", "Bearer " + "a" * 5000):
        assert owner.get("/sync/v1/snapshot", headers={"Authorization": value}).status_code == 401


def test_a_revoked_node_is_out(owner: Browser, machine: Machine) -> None:
    """A stolen box: 403 at once."""
    owner.post("/v1/nodes/revoke", json={"store": "s1"})
    answer = owner.get("/sync/v1/snapshot", headers=machine.headers())
    assert (answer.status_code, key_of(answer)) == (403, "node_revoked")


def test_what_a_revoked_node_still_pushes_is_evidence_and_never_applied(
    owner: Browser, machine: Machine, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """403 each time; whole frames of its own are kept once, up to a bound; garbage and forgeries are not."""
    log = log_of(machine, installation).sell("a", "b", "c")
    first = {"content": log.frame(1, 1), "headers": machine.headers()}
    assert owner.post("/sync/v1/push", **first).status_code == 200
    owner.post("/v1/nodes/revoke", json={"store": "s1"})
    for content in (log.frame(2, 2), log.frame(2, 2), b"garbage", log.frame(2, 3)[:-1]):
        answer = owner.post("/sync/v1/push", content=content, headers=machine.headers())
        assert (answer.status_code, key_of(answer)) == (403, "node_revoked")
    forger = Machine(owner, machine.now_s)
    forger.node_id, forger.audience = machine.node_id, machine.audience
    answer = owner.post("/sync/v1/push", content=log.frame(2, 3), headers=forger.headers())
    assert key_of(answer) == "token_refused"
    monkeypatch.setattr(evidence, "BYTES_MAX", len(log.frame(2, 2)) + 10)
    owner.post("/sync/v1/push", content=log.frame(2, 3), headers=machine.headers())
    (row,) = owner.get("/v1/quarantine/evidence").json()["rows"]
    assert (row["node"], row["log"], row["first_seq"], row["count"]) == ("s1", log.log_id.hex(), 2, 1)
    assert row["bytes"] == len(log.frame(2, 2))
    project_all(installation.home, 1)
    (told,) = owner.get("/v1/facts?store=s1").json()["rows"]
    assert told["seq"] == 1


def test_a_scan_reaches_the_page_and_its_fact(
    owner: Browser, machine: Machine, installation: Installation
) -> None:
    """Pushed over HTTP, projected behind it, listed, and shown with its place in the chain."""
    log = log_of(machine, installation).sell("a", "b")
    pushed = owner.post("/sync/v1/push", content=log.frame(), headers=machine.headers())
    assert msgspec.msgpack.decode(pushed.content, type=Pushed) == Pushed(seq=2, hash=log.hash_at(2), stable=0)
    owner.app.state.projector.stop()
    project_all(installation.home, installation.clock())
    rows = owner.get("/v1/facts?sku=milk&node=s1&kind=sales.&date=2026-11-22").json()["rows"]
    assert [row["seq"] for row in rows] == [2, 1]
    assert rows[0]["text"] == {"zh": "销售 4.50：Milk", "en": "Sold for 4.50: Milk"}
    assert rows[0]["body"]["lines"][0]["sku"] == "milk"
    one = owner.get(f"/v1/facts/{log.log_id.hex()}/1").json()
    assert (one["chain_ok"], one["state"]) == (True, "applied")
    assert (one["prev_hash"], one["hash"]) == (log.hash_at(0).hex(), log.hash_at(1).hex())
    first = owner.get("/v1/facts?limit=1&sku=milk").json()
    second = owner.get(f"/v1/facts?limit=1&sku=milk&after={first['next']}").json()
    assert [page["rows"][0]["seq"] for page in (first, second)] == [2, 1]
    assert owner.get("/v1/facts?category=dairy&from=2026-11-22&to=2026-11-22").json()["rows"]
    assert owner.get("/v1/facts?lot=L9").json()["rows"] == []


def test_refusals_of_frames_are_messages(
    owner: Browser, machine: Machine, installation: Installation
) -> None:
    """A gap is 409 with what is held, damage is 422, a frame too large 413."""
    log = log_of(machine, installation).sell("a", "b")
    gap = owner.post("/sync/v1/push", content=log.frame(2), headers=machine.headers())
    assert gap.status_code == 409
    assert msgspec.msgpack.decode(gap.content, type=Refused).code == "GAP"
    bad = owner.post("/sync/v1/push", content=log.frame()[:-1], headers=machine.headers())
    assert bad.status_code == 422
    assert msgspec.msgpack.decode(bad.content, type=Refused).code == "BAD_FRAME"
    large = owner.post("/sync/v1/push", content=b"x" * 1_100_000, headers=machine.headers())
    assert large.status_code == 413
    bomb = log_of(machine, installation, "bomb").record(event(sale("x"), "x"))
    inflated = bomb.frame().replace(compress(b"")[:4], compress(b"\x00" * 5_000_000)[:4])
    assert owner.post("/sync/v1/push", content=inflated, headers=machine.headers()).status_code in (200, 422)


def test_hello_feed_and_snapshot_over_http(owner: Browser, machine: Machine) -> None:
    """What a node does at its first contact."""
    welcome = say_hello(owner, machine)
    answer = owner.get("/sync/v1/snapshot", headers=machine.headers())
    assert answer.headers["X-Liushui-SHA256"] == hashlib.sha256(answer.content).hexdigest()
    path = f"/sync/v1/feed?gen={welcome.cloud_gen}&pos=0&limit=10"
    assert owner.get(path, headers=machine.headers()).status_code == 200
    gone = owner.get(f"/sync/v1/feed?gen={welcome.cloud_gen + 1}&pos=0", headers=machine.headers())
    assert (gone.status_code, key_of(gone)) == (410, "feed_gone")
    garbage = owner.post("/sync/v1/hello", content=b"\xc1garbage", headers=machine.headers())
    assert (garbage.status_code, key_of(garbage)) == (400, "body_malformed")


def test_a_photo_arrives_in_pieces_and_only_whole(owner: Browser, machine: Machine) -> None:
    """Cut at any point it goes on where it was; a damaged piece or whole is refused; people see it and a small one."""
    drawn = io.BytesIO()
    Image.effect_noise((1400, 1100), 90).convert("RGB").save(drawn, "PNG")
    data = drawn.getvalue()
    assert len(data) > 1024 * 1024
    sha = hashlib.sha256(data).hexdigest()
    pieces = [data[start : start + 1024 * 1024] for start in range(0, len(data), 1024 * 1024)]

    def send(index: int, piece: bytes, said: str | None = None) -> Any:
        headers = machine.headers() | {"X-Liushui-SHA256": said or hashlib.sha256(piece).hexdigest()}
        return owner.put(f"/sync/v1/blobs/{sha}/{index}", content=piece, headers=headers)

    def complete() -> Any:
        said = msgspec.msgpack.encode({"chunks": len(pieces), "size": len(data), "mime": "image/png"})
        return owner.post(f"/sync/v1/blobs/{sha}/complete", content=said, headers=machine.headers())

    assert owner.head(f"/sync/v1/blobs/{sha}", headers=machine.headers()).status_code == 404
    assert send(1, pieces[1]).status_code == 204
    assert key_of(send(0, pieces[0], "00" * 32)) == "blob_chunk_differs"
    here = owner.head(f"/sync/v1/blobs/{sha}", headers=machine.headers())
    assert here.headers["X-Liushui-Chunks"] == "1"
    assert key_of(complete()) == "blob_incomplete"
    assert key_of(owner.get(f"/v1/photos/{sha}")) == "blob_unknown"
    for index, piece in enumerate(pieces):
        send(index, piece)
    assert complete().status_code == 200
    assert complete().status_code == 200
    assert owner.head(f"/sync/v1/blobs/{sha}", headers=machine.headers()).status_code == 200
    shown = owner.get(f"/v1/photos/{sha}")
    assert (shown.content, shown.headers["content-type"]) == (data, "image/png")
    small = owner.get(f"/v1/photos/{sha}?thumb=1")
    assert small.headers["content-type"] == "image/jpeg"
    assert len(small.content) < 40_000
    assert key_of(send(16, b"x")) == "blob_too_large"


def test_the_description_names_every_route_and_body(installation: Installation) -> None:
    """The document the app's types are made from: bodies, commands, and no route left out."""
    described = document()
    served = {
        route.path_format
        for route in create_app(installation).routes
        for handler in getattr(route, "route_handlers", [])
        if handler.opt.get("permission") and handler.include_in_schema is not False
    }
    assert served <= set(described["paths"]) | {"/", "/{path}"}
    body = described["paths"]["/v1/ops"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Ops"}
    assert described["x-commands"]["catalogue.set_price"]["permission"] == "catalogue.price"
    assert json.dumps(described)
