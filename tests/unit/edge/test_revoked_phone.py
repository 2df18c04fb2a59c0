"""A node that has heard of a revoked phone: none of its ops, not even beside another's, and no session for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.edge_node import PASSWORD, EdgeNode, op, running_node

NAMED = {"X-Liushui-Device": "lost"}
SALE = {"lines": [{"sku": "milk", "qty": "1"}]}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeNode]:
    """A node that was told of one phone revoked and one trusted again."""
    rows = [("revoked_device", ["lost"], {"revoked": 1}), ("revoked_device", ["found"], {"revoked": 0})]
    folder: Path = tmp_path_factory.mktemp("shop") / "node"
    with running_node(folder, rows=rows) as running:
        yield running


def test_a_revoked_phones_ops_take_all_they_travel_with_back_to_the_phone(node: EdgeNode) -> None:
    """Nothing of such a request is recorded, and the id is free: sent by a phone that may, it counts."""
    phone = node.sign_in("clerk")
    mine = op("sales.sell", SALE)
    mixed = [mine, op("sales.sell", SALE, device_id="lost")]
    answer = phone.post("/v1/ops", json={"ops": mixed})
    assert (answer.status_code, answer.json()["key"]) == (403, "device_revoked")
    assert answer.json()["values"] == {"device": "lost"}
    assert phone.get("/v1/me").json()["signed_in"] is False
    assert node.sign_in("clerk").send_ops([mine])[0]["state"] == "accepted"


def test_a_phone_that_is_trusted_again_is_like_any_other(node: EdgeNode) -> None:
    """Its row says so."""
    phone = node.sign_in("clerk")
    phone.headers["X-Liushui-Device"] = "found"
    assert phone.send_ops([op("sales.sell", SALE, device_id="found")])[0]["state"] == "accepted"


def test_a_revoked_phone_neither_signs_in_nor_looks(node: EdgeNode) -> None:
    """Under its own name it gets the reason; a session that is there already ends."""
    phone = node.sign_in("clerk")
    assert phone.get("/v1/stock/milk").status_code == 200
    refused = phone.get("/v1/stock/milk", headers=NAMED)
    assert (refused.status_code, refused.json()["key"]) == (403, "device_revoked")
    assert "sign in and it is sent" in refused.json()["detail"]
    assert phone.get("/v1/stock/milk").status_code == 401
    told = {"user": "clerk", "password": PASSWORD}
    assert phone.post("/v1/session", json=told, headers=NAMED).json()["key"] == "device_revoked"
