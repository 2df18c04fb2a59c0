"""The first straight line through a real node process: sign in, receive, sell, the same op again."""

from pathlib import Path

from tests.support.edge_node import op, running_node


def test_a_phone_signs_in_and_sells(tmp_path: Path) -> None:
    """A person of the store signs in, receives milk and sells some; the op sent twice is one sale."""
    with running_node(tmp_path / "node") as node:
        phone = node.sign_in("store_manager")
        me = phone.get("/v1/me").json()
        assert me["signed_in"]
        assert me["store"]["store"] == "S1"
        assert phone.receive("milk", "24")["state"] == "accepted"
        sale = op("sales.sell", {"lines": [{"sku": "milk", "qty": "2"}]})
        first, again = phone.send_ops([sale, sale])
        assert (first["state"], first["seq"]) == ("accepted", 2)
        assert again == first
        assert phone.send_ops([sale])[0] == first


def test_nobody_gets_in_without_a_session(tmp_path: Path) -> None:
    """Without signing in nothing is recorded; a wrong password and an unknown user look the same."""
    with running_node(tmp_path / "node") as node:
        stranger = node.client()
        assert stranger.post("/v1/ops", json={"ops": []}).status_code == 401
        wrong = stranger.post("/v1/session", json={"user": "clerk", "password": "x"})
        unknown = stranger.post("/v1/session", json={"user": "nobody", "password": "x"})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
