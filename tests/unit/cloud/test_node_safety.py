"""What the node page stands on: how much of each store a proved copy holds, provisional goods, and settling a log."""

from __future__ import annotations

import msgspec

from cloud.intake import push
from cloud.jobs.backup import back_up
from cloud.store.installation import Installation
from shared.ledger.envelope import encode
from tests.unit.cloud.office import Browser, Office, key_of
from tests.unit.cloud.shop import NOW, Shop, envelope_of, event, sale


def test_what_no_copy_holds_is_counted_with_its_age(installation: Installation, owner: Browser) -> None:
    """Three facts, none in a copy; a copy later none is left out, and the page knows when it was made."""
    Office(installation).open_shops()
    shop = Shop(installation.home)
    shop.log("a").sell("1", "2", "3").push()
    told = owner.get("/v1/reports/safety").json()
    (node,) = [one for one in told["nodes"] if one["store"] == "s1"]
    assert (told["copied_at"], told["copies"]) == (None, 0)
    assert (node["unstable"], node["standing"], node["logs"][0]["stable"]) == (3, "enrolled", 0)
    assert node["oldest_unstable_at"] is not None
    back_up(installation)
    told = owner.get("/v1/reports/safety").json()
    assert told["copies"] == 1
    assert told["copied_at"] is not None
    assert [node["unstable"] for node in told["nodes"]] == [0, 0]


def test_suspect_clocks_among_the_newest_facts_are_counted(
    installation: Installation, owner: Browser
) -> None:
    """One of two facts had a clock nobody can believe."""
    Office(installation).open_shops()
    doubtful = encode(msgspec.structs.replace(envelope_of(sale("2"), "2"), clock_suspect=True))
    Shop(installation.home).log("a").record(event(sale("1"), "1"), doubtful).push()
    (first, _) = owner.get("/v1/reports/safety").json()["nodes"]
    assert first["suspect"] == 1


def test_goods_of_held_facts_are_provisional(installation: Installation, owner: Browser) -> None:
    """What a revoked phone sold is not counted yet; the goods are named until somebody decides."""
    Office(installation).open_shops()
    owner.post("/v1/devices/revoke", json={"device": "phone-1", "note": "lost"})
    shop = Shop(installation.home)
    log = shop.log("a").sell("1", "2")
    log.push()
    shop.project()
    told = owner.get("/v1/quarantine/provisional").json()["rows"]
    assert told == [{"store": "s1", "sku": "milk", "name": "Milk", "facts": 2}]
    held = owner.get("/v1/quarantine").json()["rows"]
    assert [row["goods"] for row in held] == [[{"sku": "milk", "name": "Milk"}]] * 2
    assert owner.get("/v1/quarantine/provisional", params={"store": "s2"}).json()["rows"] == []


def test_a_log_is_sealed_by_a_person(installation: Installation, owner: Browser) -> None:
    """Nothing more is taken into it; a log that nobody knows, or of another store, is told so."""
    Office(installation).open_shops()
    shop = Shop(installation.home)
    log = shop.log("a").sell("1")
    log.push()
    asked = {"store": "s1", "log": log.log_id.hex(), "choice": "seal"}
    assert key_of(owner.post("/v1/nodes/logs/settle", json=asked | {"store": "s2"})) == "log_unknown"
    assert owner.post("/v1/nodes/logs/settle", json=asked).json() == {"log": asked["log"], "state": "sealed"}
    refused = push.receive(shop.known, log.sell("2").frame(2), NOW)
    assert getattr(refused, "code", "") == "SEALED"
