"""A phone is lost and found again: head office revokes it, the store refuses it by name, and nothing it holds is lost.

Head office and node are the real programs in processes of their own; the phone sends what our page sends.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.scenarios.test_sync_kills import CLERK_PASSWORD, Node, sales
from tests.support.edge_node import Phone
from tests.unit.edge_sync.office import HeadOffice

WITHIN_S = 30
PHONE = "phone-1"
NAMED = {"X-Liushui-Device": PHONE}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[HeadOffice]:
    """A head office of this test's own, with one clerk."""
    started = HeadOffice(tmp_path / "cloud")
    started.start()
    started.code = started.open_store("s1")
    clerk = {"user": "clerk-1", "name": "Clerk", "role": "clerk", "stores": ["s1"], "language": "en"}
    started.post("/v1/users", {**clerk, "password": CLERK_PASSWORD})
    yield started
    started.stop()


@pytest.fixture
def node(office: HeadOffice, tmp_path: Path) -> Iterator[Node]:
    """The store's node, running."""
    (tmp_path / "node").mkdir()
    made = Node(tmp_path / "node", office, office.code)
    made.start()
    yield made
    made.end()


def until(is_so: Callable[[], bool]) -> None:
    """News comes down by the feed, which the node asks for every few seconds."""
    never = threading.Event()
    for _ in range(WITHIN_S * 10):
        if is_so():
            return
        never.wait(0.1)
    raise AssertionError("it never became so")


def test_a_revoked_phone_is_refused_keeps_its_work_and_is_let_in_again(
    office: HeadOffice, node: Node
) -> None:
    """What the phone sends after the revocation reaches nobody and waits on it; trusted again, it counts once."""
    phone, other = node.sign_in(), node.sign_in()
    before, after = sales(3), sales(4)
    assert all(result["state"] == "accepted" for result in phone.send_ops(before))
    until(lambda: office.on_hand("s1") == "-3")
    office.post("/v1/devices/revoke", {"device": PHONE, "note": "lost in the tram"})
    until(lambda: not phone.get("/v1/me").json()["signed_in"])

    refused = phone.post("/v1/ops", json={"ops": after}, headers=NAMED)
    assert (refused.status_code, refused.json()["key"]) == (403, "device_revoked")
    again = {"user": "clerk-1", "password": CLERK_PASSWORD}
    at_the_door = phone.post("/v1/session", json=again, headers={**NAMED, "Accept-Language": "zh-CN"})
    assert (at_the_door.status_code, at_the_door.json()["key"]) == (403, "device_revoked")
    assert PHONE in at_the_door.json()["detail"]
    assert "停用" in at_the_door.json()["detail"]
    # Silent about who it is, it is known by what it sends; and that ends the new session as well.
    assert phone.post("/v1/session", json=again).status_code == 200
    assert phone.post("/v1/ops", json={"ops": after}).json()["key"] == "device_revoked"
    assert phone.post("/v1/ops", json={"ops": after}).json()["key"] == "sign_in_needed"
    # Whoever works on another phone works on.
    assert other.send_ops([sale | {"device_id": "phone-2"} for sale in sales(1)])[0]["state"] == "accepted"
    assert _states(other, after) == {"unknown"}
    assert _states(other, before) != {"unknown"}

    office.post("/v1/devices/trust", {"device": PHONE})
    until(lambda: phone.post("/v1/session", json=again, headers=NAMED).status_code == 200)
    assert [result["state"] for result in phone.send_ops(before + after)] == ["accepted"] * 7
    until(lambda: office.on_hand("s1") == "-8")


def _states(phone: Phone, ops: list[dict[str, object]]) -> set[str]:
    asked = {"op_ids": [op["op_id"] for op in ops]}
    return set(phone.post("/v1/ops/states", json=asked).json()["states"].values())
