"""What must never get in: malformed bodies, foreign pages, people without the right. Always 4xx, nothing written."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from edge.app import DAY_BOOK
from edge.http.application import application, own_handlers
from edge.http.openapi import contract
from edge.ledger import dbapi
from shared.access.roles import PERMISSIONS, ROLES
from shared.i18n import all_texts
from tests.support.edge_node import EdgeNode, Phone, op

SALE = op("sales.sell", {"lines": [{"sku": "milk", "qty": "1"}]})
GOOD = json.dumps({"ops": [SALE]})


def with_body(body: str) -> bytes:
    return GOOD.replace(json.dumps(SALE["body"]), body).encode()


def with_op(**changes: Any) -> bytes:
    return json.dumps({"ops": [SALE | changes]}).encode()


BODIES: dict[str, bytes] = {
    "empty": b"",
    "no json": b"hello",
    "cut": GOOD[:-5].encode(),
    "two values": GOOD.encode() * 2,
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "invalid utf-8": GOOD.replace("milk", "mi\xfflk").encode("latin-1"),
    "lone surrogate": with_body('{"lines":[{"sku":"\\ud800","qty":"1"}]}'),
    "NUL": with_body('{"lines":[{"sku":"mi\\u0000lk","qty":"1"}]}'),
    "escape character": with_body('{"lines":[{"sku":"mi\\u001blk","qty":"1"}]}'),
    "raw newline in text": with_body('{"lines":[{"sku":"mi\nlk","qty":"1"}]}'),
    "key twice": b'{"ops":[],"ops":[]}',
    "key twice deep inside": with_body('{"lines":[{"sku":"milk","qty":"1","qty":"9"}]}'),
    "integer beyond 64 bits": with_op(at_ms=10**23),
    "integer of a million digits": b'{"ops":[' + b"9" * 1_000_000 + b"]}",
    "NaN": with_body('{"lines":[{"sku":"milk","qty":NaN}]}'),
    "infinite": with_body('{"lines":[{"sku":"milk","qty":1e400}]}'),
    "deeply nested": with_body("[" * 400 + "]" * 400),
    "nested without end": b"[" * 100_000,
    "a list": b"[]",
    "unknown field": json.dumps({"ops": [], "is_admin": True}).encode(),
    "unknown field in the op": with_op(is_admin=True),
    "text for a number": with_op(at_ms="1"),
    "true for a number": with_op(dev_seq=True),
    "a fraction for a number": with_op(at_ms=1.5),
    "no such id": with_op(op_id="not-an-id"),
    "a path for a device": with_op(device_id="../../etc/passwd\n"),
    "a device of spaces": with_op(device_id=" "),
    "a megabyte of barcode": with_body(json.dumps({"lines": [{"sku": "9" * 1_048_576, "qty": "1"}]})),
    "201 ops": json.dumps({"ops": [SALE] * 201}).encode(),
}

COMMANDS: dict[str, dict[str, Any]] = {
    "a number for a quantity": {"lines": [{"sku": "milk", "qty": 1}]},
    "full-width digits": {"lines": [{"sku": "milk", "qty": "１"}]},
    "an exponent": {"lines": [{"sku": "milk", "qty": "1e3"}]},
    "negative": {"lines": [{"sku": "milk", "qty": "-5"}]},
    "zero": {"lines": [{"sku": "milk", "qty": "0"}]},
    "huge": {"lines": [{"sku": "milk", "qty": "99999999999"}]},
    "half a bottle": {"lines": [{"sku": "milk", "qty": "0.5"}]},
    "an unknown product": {"lines": [{"sku": "nothing", "qty": "1"}]},
    "an unknown unit": {"lines": [{"sku": "milk", "qty": "1", "unit": "barrel"}]},
    "an unknown place": {"lines": [{"sku": "milk", "qty": "1", "place": "moon"}], "note": 7},
    "cost slipped in": {"lines": [{"sku": "milk", "qty": "1", "cost": 0}]},
    "no lines": {"lines": []},
    "somebody else's price": {"lines": [{"sku": "milk", "qty": "1", "amount": "0.01"}]},
}


@pytest.fixture
def untouched(node: EdgeNode) -> Iterator[None]:
    """Nothing may have been written by the end of the test: no fact, no row, no stored op."""

    def state() -> list[Any]:
        connection = dbapi.open_reader(node.folder / DAY_BOOK)
        try:
            return [
                connection.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("event", "stock", "sale")
            ]
        finally:
            connection.close()

    before = state()
    yield
    assert state() == before


def is_problem(answer: httpx.Response, phone: Phone) -> bool:
    """RFC 9457 with a key we have texts for, and the service goes on."""
    told = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    assert told["key"] in all_texts()
    assert not re.search(r"Traceback|sqlcipher|/edge/", answer.text)
    return phone.get("/v1/me").status_code == 200


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.usefixtures("untouched")
def test_a_malformed_body_is_refused(clerk: Phone, name: str) -> None:
    """4xx with a reason in words, never 500, nothing written."""
    answer = clerk.post("/v1/ops", content=BODIES[name], headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
    assert is_problem(answer, clerk)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.usefixtures("untouched")
def test_a_command_that_may_not_be_is_refused_alone(clerk: Phone, name: str) -> None:
    """The request is well-formed, the op is not: rejected with its reason."""
    result = clerk.ask("sales.sell", COMMANDS[name])
    assert result["state"] == "rejected"
    assert result["error"]["text"]


@pytest.mark.usefixtures("untouched")
def test_other_content_types_are_refused(clerk: Phone) -> None:
    """A form that looks like JSON is what a foreign page could send."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = clerk.post("/v1/ops", content=GOOD, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["key"]) == (415, "body_not_json_type"), kind


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Liushui": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.usefixtures("untouched")
def test_a_foreign_page_cannot_write(clerk: Phone, headers: dict[str, str]) -> None:
    """Without our header, or from another origin, nothing is recorded, session or not."""
    answer = clerk.post("/v1/ops", content=GOOD, headers={"Content-Type": "application/json", **headers})
    assert (answer.status_code, answer.json()["key"]) == (403, "cross_site_request")


def test_our_own_origin_may_write(node: EdgeNode, clerk: Phone) -> None:
    """The app's own page passes the same check."""
    headers = {"Origin": node.url, "Sec-Fetch-Site": "same-origin"}
    assert clerk.post("/v1/ops", json={"ops": []}, headers=headers).status_code == 200


def test_odd_methods_and_paths_are_answered_calmly(clerk: Phone) -> None:
    """TRACE, a wrong method, a wrong path, a wrong query: 4xx as problems."""
    assert clerk.request("TRACE", "/v1/me").status_code == 405
    assert clerk.delete("/v1/ops").status_code == 405
    assert clerk.get("/v1/nothing").status_code == 404
    assert clerk.get("/sync/v1/hello").status_code == 404
    for query in ({"limit": "0"}, {"limit": "x"}, {"q": "x" * 200}, {"limit": str(10**23)}):
        assert clerk.get("/v1/stock", params=query).status_code == 400, query
    assert clerk.get("/v1/stock", params={"q": "\x00"}).status_code == 400
    for text in ("a' UNION SELECT 1--", "%", "_", "\\", "\u202e"):
        answer = clerk.get("/v1/stock", params={"q": text})
        assert (answer.status_code, answer.json()["items"]) == (200, []), text


def test_every_route_says_who_may_call_it() -> None:
    """No handler without a permission and a scope; the contract carries them."""
    for handler in own_handlers(application(None)):
        assert {"permission", "scope"} <= handler.opt.keys(), handler
    described = json.loads(contract())
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["x-permission"], (path, method)
            assert method not in ("post", "put") or "requestBody" in operation, path


def test_every_role_gets_exactly_what_it_may(node: EdgeNode) -> None:
    """Each GET route for each role and for nobody: 401, 403 or an answer, as declared."""
    routes = [
        (handler.opt["permission"], path)
        for handler in own_handlers(application(None))
        if "GET" in handler.http_methods and handler.include_in_schema is not False
        for path in (f"/v1{found}" for found in handler.paths)
        if "live" not in path
    ]
    assert len(routes) > 12
    stranger = node.client()
    people = {role: node.sign_in(role) for role in ROLES}
    for permission, template in routes:
        path = re.sub(r"\{[^}]*\}", "0" * 64, template)
        status = stranger.get(path).status_code
        assert (status == 401) == (permission != "anyone"), path
        for role, phone in people.items():
            allowed = permission in ("anyone", "signed_in") or permission in PERMISSIONS[role]
            assert (phone.get(path).status_code != 403) == allowed, (path, role)


def test_someone_of_another_store_stays_outside(node: EdgeNode, tmp_path: Path) -> None:
    """A person whose stores do not include this one cannot sign in here."""
    from tests.support.edge_node import PASSWORD, people, running_node

    with running_node(tmp_path / "other", rows=[("store", ["S9"], {"name": "S9"}), *people("S9")]) as other:
        answer = other.client().post("/v1/session", json={"user": "clerk", "password": PASSWORD})
        assert (answer.status_code, answer.json()["key"]) == (401, "sign_in_failed")


def test_guessing_passwords_gets_slower_but_locks_nobody_out(node: EdgeNode) -> None:
    """After a few wrong ones the door asks to wait, whatever address is claimed."""
    stranger = node.client()
    answers = [
        stranger.post(
            "/v1/session",
            json={"user": "inspector", "password": "wrong"},
            headers={"X-Forwarded-For": f"9.9.9.{number}"},
        )
        for number in range(8)
    ]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_signing_out_ends_the_session_everywhere(node: EdgeNode) -> None:
    """The old cookie is worth nothing afterwards."""
    phone = node.sign_in("owner")
    cookies = dict(phone.cookies)
    assert phone.delete("/v1/session").status_code == 204
    again = node.client()
    again.cookies.update(cookies)
    assert not again.get("/v1/me").json()["signed_in"]


def test_the_cookie_and_the_headers_are_strict(node: EdgeNode) -> None:
    """HttpOnly, SameSite=Strict, no Domain; a policy that allows no foreign script; nothing sniffed or framed."""
    from tests.support.edge_node import PASSWORD

    answer = node.client().post("/v1/session", json={"user": "owner", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "domain" not in cookie.lower()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
