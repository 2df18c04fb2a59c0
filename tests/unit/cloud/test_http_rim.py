"""The rim: who comes in, what is read strictly, what is told, and that nothing ever answers 500."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloud.app import create_app
from cloud.http import gate
from cloud.identity import first_run, sessions
from cloud.store.engine import sqlite_url
from cloud.store.installation import Installation
from shared.access.roles import EVERY_PERMISSION
from shared.i18n import all_texts
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import PASSWORD, Browser, Office, key_of


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What the rim refuses never reaches a database, so one kind will do here."""
    return sqlite_url(tmp_path / "cloud.db")


def as_(client: Browser, owner: Browser, user: str, role: str, *stores: str) -> None:
    """Make an account and sign in with it."""
    told = {"user": user, "name": user, "role": role, "stores": stores, "password": PASSWORD}
    made = owner.post("/v1/users", json=told)
    assert made.status_code == 200, made.text
    assert client.post("/v1/session", json={"user": user, "password": PASSWORD}).status_code == 200


# The gate


def test_every_route_says_what_it_demands(installation: Installation) -> None:
    """A route without a permission and a scope is a mistake, found here before anybody finds it outside."""
    app = create_app(installation)
    seen = 0
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if getattr(handler, "fn", None) is None or handler.http_methods == {"OPTIONS"}:
                continue
            seen += 1
            permission, scope = handler.opt.get("permission"), handler.opt.get("scope")
            allowed = EVERY_PERMISSION | {gate.PUBLIC, gate.SIGNED_IN, gate.NODE}
            assert permission in allowed, f"{route.path}: permission {permission}"
            assert scope in gate.SCOPES, f"{route.path}: scope {scope}"
            assert (permission == gate.NODE) == (scope == gate.OWN_NODE), route.path
    assert seen > 30


def test_public_routes_are_the_few_we_know(installation: Installation) -> None:
    """What needs no sign-in is listed here, so that adding one is a decision."""
    public = {
        route.path
        for route in create_app(installation).routes
        for handler in getattr(route, "route_handlers", [])
        if handler.opt.get("permission") == gate.PUBLIC
    }
    assert public == {"/", "/{path:path}", "/v1/me", "/v1/session", "/v1/bootstrap", "/v1/nodes/enrol"}


def test_nobody_reads_without_signing_in(client: Browser) -> None:
    """Every page of figures answers 401 to a stranger, in the stranger's language."""
    for path in ("/v1/facts", "/v1/master/users", "/v1/reports/overview", "/v1/photos/" + "0" * 64):
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert (answer.status_code, key_of(answer)) == (401, "sign_in_needed")
        assert answer.json()["detail"] == all_texts()["sign_in_needed"][1]


def test_the_path_of_a_node_is_no_path_for_people(owner: Browser) -> None:
    """A session opens no sync route."""
    assert key_of(owner.get("/sync/v1/snapshot")) == "token_refused"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Liushui": ""},
        {"X-Liushui": "1", "Origin": "https://elsewhere.example"},
        {"X-Liushui": "1", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_sites_page_cannot_spend_the_cookie(owner: Browser, headers: dict[str, str]) -> None:
    """Without our header, or from another origin, a write is refused."""
    answer = owner.post("/v1/ops", json={"ops": []}, headers=headers)
    assert (answer.status_code, key_of(answer)) == (403, "cross_site_request")


def test_answers_carry_the_headers_that_bind_a_browser(owner: Browser) -> None:
    """On pages, on data and on errors alike."""
    for path in ("/v1/me", "/v1/nothing", "/v1/master/users"):
        headers = owner.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "date" in headers


def test_a_clerk_sees_and_does_only_what_a_clerk_may(owner: Browser, installation: Installation) -> None:
    """Permission by permission, and stores out of scope do not exist."""
    Office(installation).open_shops()
    with Browser(create_app(installation)) as client:
        as_(client, owner, "li", "store_manager", "s1")
        assert key_of(client.get("/v1/master/users")) == "not_permitted"
        assert key_of(client.get("/v1/facts?store=s2")) == "store_out_of_scope"
        assert client.get("/v1/facts?store=s1").status_code == 200
        assert [row["store"] for row in client.get("/v1/master/stores").json()["rows"]] == ["s1"]
        assert key_of(client.post("/v1/nodes/enrolment-codes", json={"store": "s1"})) == "not_permitted"


def test_a_manager_of_no_store_sees_no_store(owner: Browser, installation: Installation) -> None:
    """An empty scope is nothing, not everything."""
    Office(installation).open_shops()
    with Browser(create_app(installation)) as client:
        as_(client, owner, "nobody", "store_manager")
        assert client.get("/v1/facts").json()["rows"] == []
        assert client.get("/v1/master/stores").json()["rows"] == []
        assert client.get("/v1/master/nodes").json()["items"] == []


def test_costs_are_left_out_for_who_may_not_see_them(owner: Browser, installation: Installation) -> None:
    """The owner sees the cost of milk; a page for somebody without that label has no such field."""
    office = Office(installation)
    office.open_shops()
    office.do(
        "catalogue.define_product",
        sku="milk",
        name="Milk",
        category="dairy",
        base_unit="pc",
        unit_cost="2.50",
    )
    (row,) = owner.get("/v1/master/products?q=milk").json()["rows"]
    assert row["unit_cost"] == "2.5"
    with Browser(create_app(installation)) as client:
        as_(client, owner, "wang", "head_office", "*")
        suppliers = client.get("/v1/master/suppliers").json()["rows"]
        assert "phone" not in suppliers[0]


# Coming in


def test_the_first_owner_comes_in_by_the_code_once(client: Browser, installation: Installation) -> None:
    """The code is good once; afterwards there is an owner and no code any more."""
    assert client.get("/v1/me").json()["needs_bootstrap"] is True
    code = first_run.new_code(installation)
    told = {"code": (code or "").lower(), "user": "boss", "name": "Boss", "password": PASSWORD}
    answer = client.post("/v1/bootstrap", json=told)
    assert answer.json()["user"]["role"] == "owner"
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert client.get("/v1/me").json()["signed_in"] is True
    assert key_of(client.post("/v1/bootstrap", json=told)) == "already_bootstrapped"
    assert first_run.new_code(installation) is None


def test_five_wrong_tries_spend_a_code(client: Browser, installation: Installation) -> None:
    """Then even the right one is refused, and a new one must be printed."""
    code = first_run.new_code(installation)
    told = {"user": "boss", "name": "Boss", "password": PASSWORD}
    for _ in range(5):
        assert key_of(client.post("/v1/bootstrap", json={**told, "code": "AAAAA-BBBBB"})) == "code_refused"
    assert key_of(client.post("/v1/bootstrap", json={**told, "code": code})) == "code_refused"
    fresh = first_run.new_code(installation)
    assert client.post("/v1/bootstrap", json={**told, "code": fresh}).status_code == 200


def test_a_code_is_good_for_a_quarter_of_an_hour(
    client: Browser, installation: Installation, clock: Clock
) -> None:
    """Sixteen minutes later it opens nothing."""
    code = first_run.new_code(installation)
    clock.pass_(minutes=16)
    told = {"code": code, "user": "boss", "name": "Boss", "password": PASSWORD}
    assert key_of(client.post("/v1/bootstrap", json=told)) == "code_refused"


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("short", "password_too_short"),
        ("password123", "password_too_common"),
        ("boss1234", None),
        ("aaaaaaaaaa", "password_too_common"),
        ("长" * 400, "password_too_long"),
        ("abcdé" * 300, "body_malformed"),
    ],
)
def test_passwords_anybody_would_guess_are_refused(
    client: Browser, installation: Installation, password: str, key: str | None
) -> None:
    """Length first, then the common ones; what is too long for a hash is never hashed."""
    told = {"code": first_run.new_code(installation), "user": "boss", "name": "Boss", "password": password}
    answer = client.post("/v1/bootstrap", json=told)
    assert (answer.status_code == 200) if key is None else (key_of(answer) == key)


def test_a_wrong_user_and_a_wrong_password_sound_the_same(owner: Browser) -> None:
    """Nobody learns which accounts exist."""
    one = owner.post("/v1/session", json={"user": "boss", "password": "not the word"})
    two = owner.post("/v1/session", json={"user": "nobody", "password": "not the word"})
    assert one.status_code == two.status_code == 401
    assert one.json() == two.json()


def test_guessing_is_slowed_down_and_forgiven(owner: Browser, clock: Clock) -> None:
    """After three failures one waits, even with the right password; a minute later it opens."""
    for _ in range(4):
        answer = owner.post("/v1/session", json={"user": "boss", "password": "not the word"})
    assert key_of(answer) in ("sign_in_failed", "sign_in_throttled")
    waiting = owner.post("/v1/session", json={"user": "boss", "password": PASSWORD})
    assert (waiting.status_code, key_of(waiting)) == (429, "sign_in_throttled")
    assert int(waiting.headers["retry-after"]) > 0
    clock.pass_(minutes=1)
    assert owner.post("/v1/session", json={"user": "boss", "password": PASSWORD}).status_code == 200


def test_sessions_end_when_idle_when_old_and_when_signed_out(owner: Browser, clock: Clock) -> None:
    """Half an hour of silence, twelve hours at most, or a word."""
    clock.pass_(minutes=29)
    assert owner.get("/v1/me").json()["signed_in"] is True
    clock.pass_(minutes=31)
    assert owner.get("/v1/me").json()["signed_in"] is False
    owner.post("/v1/session", json={"user": "boss", "password": PASSWORD})
    for _ in range(25):
        clock.pass_(minutes=29)
        owner.get("/v1/me")
    assert owner.get("/v1/me").json()["signed_in"] is False
    owner.post("/v1/session", json={"user": "boss", "password": PASSWORD})
    cookie = owner.cookies["sid"]
    assert owner.delete("/v1/session").status_code == 204
    owner.cookies.set("sid", cookie)
    assert owner.get("/v1/me").json()["signed_in"] is False


def test_a_changed_account_ends_what_was_signed_in(owner: Browser, installation: Installation) -> None:
    """A revoked person is out at once; the last owner cannot be."""
    Office(installation).open_shops()
    with Browser(create_app(installation)) as client:
        as_(client, owner, "li", "store_manager", "s1")
        told = {"user": "li", "name": "Li", "role": "store_manager", "stores": ["s1"], "revoked": True}
        assert owner.post("/v1/users", json=told).json()["revoked"] is True
        assert client.get("/v1/me").json()["signed_in"] is False
        assert client.post("/v1/session", json={"user": "li", "password": PASSWORD}).status_code == 401
    demoted = {"user": "boss", "name": "Boss", "role": "clerk", "stores": ["s1"]}
    assert key_of(owner.post("/v1/users", json=demoted)) == "last_owner"
    assert key_of(owner.post("/v1/users", json={**told, "user": "x", "stores": ["s9"]})) in (
        "store_unknown",
        "password_too_short",
    )
    assert sessions.IDLE_MS < sessions.ABSOLUTE_MS


# Reading strictly

_OP = '{"ops":[{"op_id":"019ab000-0000-7000-8000-000000000001","device_id":"d","kind":"k","at_ms":1,"body":%s}]}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b'\xef\xbb\xbf{"ops":[]}', 400),
        (b'{"ops":[],"ops":[]}', 400),
        ((_OP % '{"a":1,"a":2}').encode(), 400),
        ((_OP % '{"a":{"b":[{"c":1,"c":1}]}}').encode(), 400),
        ((_OP % '{"a":100000000000000000000000}').encode(), 400),
        ((_OP % '{"a":9223372036854775808}').encode(), 400),
        ((_OP % '{"a":NaN}').encode(), 400),
        ((_OP % '{"a":1e999}').encode(), 400),
        ((_OP % '{"a":"\\u0000"}').encode(), 400),
        ((_OP % '{"a":"\\ud800"}').encode(), 400),
        (b'{"ops":' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b'{"ops":"' + b"a" * (1024 * 1024) + b'"}', 413),
        (b'{"ops":[{"op_id":7}]}', 400),
        (b'{"ops":{}}', 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"ops":[],"more":1}', 400),
    ],
)
def test_a_malformed_body_is_a_clear_refusal(owner: Browser, body: bytes, status: int) -> None:
    """Never 500, always a key with a text in the caller's language, and the service goes on."""
    answer = owner.post("/v1/ops", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert key_of(answer).startswith("body_")
    assert owner.post("/v1/ops", json={"ops": []}).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"]
)
def test_only_json_is_read_as_json(owner: Browser, content_type: str) -> None:
    """A form or a plain text could come from another site's page without asking."""
    answer = owner.post("/v1/ops", content=b'{"ops":[]}', headers={"Content-Type": content_type})
    assert (answer.status_code, key_of(answer)) == (415, "body_not_json_type")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/facts?limit=0",
        "/v1/facts?limit=x",
        "/v1/facts?date=yesterday",
        "/v1/facts?after=nonsense",
        "/v1/facts?log=zz",
        "/v1/facts/zz/1",
        "/v1/facts/00/99999999999999999999999",
        "/v1/master/products?limit=100000",
        "/v1/photos/..%2f..%2fetc%2fpasswd",
        "/v1/photos/abc",
        "/v1/nothing",
        "/assets/../../pyproject.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_a_malformed_question_is_a_clear_refusal(owner: Browser, path: str) -> None:
    """Queries and paths as strictly as bodies."""
    answer = owner.get(path)
    if answer.status_code == 200:
        assert answer.headers["content-type"].startswith("text/html")
        return
    assert 400 <= answer.status_code < 500, answer.text
    assert key_of(answer)


def test_a_wrong_method_says_so(owner: Browser) -> None:
    """405 with our problem document."""
    assert key_of(owner.put("/v1/me", json={})) == "method_not_allowed"
