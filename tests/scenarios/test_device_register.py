"""The register of devices at a store's node: what is known of a scale decides what its weights may be used for."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.edge_node import EdgeNode, Phone

PLATE = {
    "device_kind": "scale",
    "name": "Counter scale",
    "unit": "kg",
    "max": "15",
    "e": "0.005",
    "min": "0.1",
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeNode]:
    """One node for all of these: each test has a device of its own."""
    opened = EdgeNode(tmp_path_factory.mktemp("register") / "node")
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture(scope="module")
def manager(node: EdgeNode) -> Phone:
    """Who may register devices."""
    return node.sign_in("store_manager")


_WEIGHINGS = itertools.count(1)


def weighed(device: str, value: str) -> dict[str, str]:
    """What a scale said, each time something new lay on it."""
    return {
        "device": device,
        "value": value,
        "unit": "kg",
        "reading": f"b1/e/{next(_WEIGHINGS)}",
        "raw": "0231",
    }


def register(manager: Phone, device: str, **more: Any) -> dict[str, Any]:
    """Tell the node of a device."""
    return manager.ask("devices.register", {"device": device, **PLATE, **more})


def shown(manager: Phone, device: str) -> dict[str, Any]:
    """The device as the page has it."""
    items = manager.get("/v1/devices").raise_for_status().json()["items"]
    (found,) = [one for one in items if one["device"] == device]
    return dict(found)


def sell(phone: Phone, device: str, value: str) -> dict[str, Any]:
    """Cheese by weight."""
    return phone.sell("cheese", value, weighed=weighed(device, value))


def test_a_scale_after_its_calibration_makes_no_price_but_may_still_count(manager: Phone) -> None:
    """Refused at the till by name; receiving and counting go on, with a warning and the doubt in the fact."""
    assert register(manager, "old", cal_due="2020-01-31", verification_class="III")["state"] == "accepted"
    assert shown(manager, "old")["cal_state"] == "expired"
    assert sell(manager, "old", "1.5")["error"]["key"] == "scale_cal_expired"
    received = manager.receive("cheese", "3.5", weighed=weighed("old", "3.5"))
    assert received["state"] == "accepted"
    assert [one["key"] for one in received["warnings"]] == ["weighed_cal_expired"]
    counted = manager.ask(
        "stock.count", {"lines": [{"sku": "cheese", "counted": "3.5", "weighed": weighed("old", "3.5")}]}
    )
    assert counted["state"] == "accepted"
    assert [one["key"] for one in counted["warnings"]] == ["weighed_cal_expired"]


def test_what_an_inspector_weighs_on_such_a_scale_carries_its_doubt(manager: Phone) -> None:
    """Judged all the same, with a warning: rejecting on a doubtful weight is better than on a guess."""
    register(manager, "old-too", cal_due="2020-01-31")
    manager.receive("cheese", "2", lot="D1")
    line = {"sku": "cheese", "lot": "D1", "accepted": "1.5", "rejected": "0.5"}
    judged = manager.ask("quality.inspect", {"lines": [line | {"weighed": weighed("old-too", "0.5")}]})
    assert judged["state"] == "accepted"
    assert [one["key"] for one in judged["warnings"]] == ["weighed_cal_expired"]


def test_a_weighing_sold_by_two_phones_is_refused_or_put_on_the_manager_s_list(
    node: EdgeNode, manager: Phone
) -> None:
    """Told at once: refused. Told an hour later: booked, with a warning, and the list says what, who and when."""
    register(manager, "shared")
    said = weighed("shared", "1.2")
    assert manager.sell("cheese", "1.2", weighed=said)["state"] == "accepted"
    clerk = node.sign_in("clerk")
    assert clerk.sell("cheese", "1.2", weighed=said)["error"]["key"] == "weight_booked_already"
    assert manager.get("/v1/devices/booked-twice").json()["rows"] == []
    line = {"sku": "cheese", "qty": "1.2", "weighed": said}
    an_hour_ago = time.time_ns() // 1_000_000 - 3_600_000
    late = clerk.ask("sales.sell", {"lines": [line]}, at_ms=an_hour_ago)
    assert late["state"] == "accepted"
    assert "weight_booked_twice" in [one["key"] for one in late["warnings"]]
    (row,) = manager.get("/v1/devices/booked-twice").json()["rows"]
    assert (row["scale"], row["value"], row["sku"], row["first_sku"]) == ("shared", "1.2", "cheese", "cheese")
    assert row["by"] != row["first_by"]
    assert clerk.get("/v1/devices/booked-twice").status_code == 403


def test_a_weight_below_the_plate_s_smallest_makes_no_price(manager: Phone) -> None:
    """0.09 kg on a scale that begins at 0.1; exactly 0.1 is enough."""
    register(manager, "good", cal_due="2999-12-31")
    assert shown(manager, "good")["cal_state"] == "ok"
    assert sell(manager, "good", "0.09")["error"]["key"] == "scale_below_min"
    assert sell(manager, "good", "0.1")["state"] == "accepted"
    received = manager.receive("cheese", "0.09", weighed=weighed("good", "0.09"))
    assert [one["key"] for one in received["warnings"]] == ["weighed_below_min"]


def test_a_change_replaces_the_record_and_a_retired_device_says_so(manager: Phone) -> None:
    """The newest word stands; a device retired twice is not known."""
    register(manager, "moved", place="shelf", cal_due="2020-01-01")
    register(manager, "moved", place="fridge-1")
    told = shown(manager, "moved")
    assert (told["place"], told["place_name"], told["cal_due"], told["max"]) == (
        "fridge-1",
        "Fridge 1",
        None,
        "15",
    )
    assert manager.ask("devices.retire", {"device": "moved", "reason": "broken"})["state"] == "accepted"
    assert shown(manager, "moved")["retired"]
    assert manager.ask("devices.retire", {"device": "moved"})["error"]["key"] == "device_not_registered"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"place": "nowhere"}, "place_unknown"),
        ({"high": "4", "low": "8", "place": "shelf", "quantity": "temperature"}, "device_limits_crossed"),
        ({"high": "8"}, "device_limit_without_place"),
        ({"min": "20"}, "device_limits_crossed"),
        ({"e": "0"}, "quantity_not_positive"),
        ({"max": "15kg"}, "command_malformed"),
    ],
)
def test_a_record_that_cannot_be_is_refused_by_name(manager: Phone, more: dict[str, str], key: str) -> None:
    """Nothing of it is kept."""
    assert register(manager, "wrong", **more)["error"]["key"] == key
    items = manager.get("/v1/devices").json()["items"]
    assert not [one for one in items if one["device"] == "wrong"]


def test_a_sensor_the_store_registered_is_watched_until_head_office_says_otherwise(manager: Phone) -> None:
    """It stands on the cold-chain page with its limits, unheard so far."""
    limits = {"place": "fridge-1", "quantity": "temperature", "high": "8", "unit": "Cel"}
    plate = dict.fromkeys(("max", "e", "min"))
    register(manager, "probe", device_kind="sensor", **limits, **plate)
    told = shown(manager, "probe")
    assert (told["high"], told["limits_by"]) == ("8", "node")
    page = manager.get("/v1/cold-chain").json()["items"]
    assert [one["high"] for one in page if one["sensor"] == "probe"] in (["8"], [])


def test_a_clerk_looks_and_registers_nothing(node: EdgeNode) -> None:
    """Reading is for everybody who reads sensors; changing is the manager's."""
    clerk = node.sign_in("clerk")
    assert clerk.get("/v1/devices").status_code == 200
    assert register(clerk, "mine")["error"]["key"] == "not_permitted"


def test_without_a_broker_the_page_says_so_and_codes_are_refused(manager: Phone) -> None:
    """Nobody waits for an answer that cannot come."""
    assert manager.get("/v1/devices").json()["broker"]["state"] == "off"
    answer = manager.post("/v1/bridges/codes", json={"account": "b1"})
    assert (answer.status_code, answer.json()["key"]) == (503, "broker_without_accounts")
