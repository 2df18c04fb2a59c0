"""Signing in and out, and what the app must know first: which side this is, who I am, what I may do."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from msgspec import Meta

from edge.http.access import cookie_name, device_of, needs, refuse_revoked
from edge.http.body import json_body
from edge.http.node import API_VERSION, Caller, StoreNode
from edge.http.passwords import Throttle, password_matches
from edge.http.sessions import ABSOLUTE_MS
from edge.http.times import rfc3339
from edge.ledger.reader import ReadView
from shared.access.kept import GRANT, principal_of
from shared.access.roles import PERMISSIONS, Principal
from shared.catalogue.projection import STORE
from shared.errors import DomainError
from shared.ledger.view import row

_BY_USER = Throttle(free_tries=3)
_BY_ADDRESS = Throttle(free_tries=30)
"""A whole shop sits behind one address: it may mistype more often than one person before all of it must wait."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    user: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]


class User(msgspec.Struct, frozen=True, kw_only=True):
    user: str
    name: str
    role: str
    stores: list[str]
    permissions: list[str]


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    currency: str
    symbol: str
    digits: int


class StoreOfNode(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    name: str
    timezone: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    side: str
    signed_in: bool
    needs_bootstrap: bool
    user: User | None
    tenant: Tenant
    store: StoreOfNode | None
    server_time: str
    api_version: int


def _user(principal: Principal) -> User:
    return User(
        user=principal.user,
        name=principal.name,
        role=principal.role,
        stores=list(principal.stores),
        permissions=sorted(PERMISSIONS[principal.role]),
    )


def _me(node: StoreNode, principal: Principal | None) -> Me:
    with node.readers.lend() as connection:
        view = ReadView(connection)
        tenant = connection.execute('SELECT name, currency, symbol, digits FROM "tenant" LIMIT 1').fetchone()
        known = row(view, STORE, node.store)
    at_enrolment = node.writer.identity.tenant
    told = tenant or [at_enrolment.get(name) for name in ("name", "currency", "symbol", "digits")]
    return Me(
        side="edge",
        signed_in=principal is not None,
        needs_bootstrap=False,
        user=None if principal is None else _user(principal),
        tenant=Tenant(
            name=str(told[0] or ""),
            currency=str(told[1] or "CNY"),
            symbol=str(told[2] or "¥"),
            digits=2 if told[3] is None else int(told[3]),
        ),
        store=None
        if not node.store
        else StoreOfNode(
            store=node.store,
            name=node.store if known is None else str(known["name"]),
            timezone="Asia/Shanghai" if known is None else str(known["timezone"]),
        ),
        server_time=rfc3339(node.now_ms()),
        api_version=API_VERSION,
    )


@get("/me", opt=needs("anyone", "none"), sync_to_thread=True)
def me(node: NamedDependency[StoreNode], caller: NamedDependency[Caller]) -> Me:
    """Which side this is and who is signed in."""
    return _me(node, caller.principal)


@post(
    "/session",
    opt=needs("anyone", "none") | {"body": SignIn},
    dependencies=json_body(SignIn),
    status_code=200,
)
async def sign_in(
    request: Request[Any, Any, Any], asked: NamedDependency[SignIn], node: NamedDependency[StoreNode]
) -> Response[Me]:
    """Sign in with name and password; every failure looks the same, except that a revoked phone is told."""
    await asyncio.to_thread(refuse_revoked, request)
    address = request.client.host if request.client else "?"
    doors = ((_BY_USER, asked.user), (_BY_ADDRESS, address))
    wait_ms = max(throttle.wait_ms(name, node.now_ms()) for throttle, name in doors)
    if wait_ms:
        raise DomainError("sign_in_throttled", seconds=-(-wait_ms // 1000))
    principal = await asyncio.to_thread(_checked, node, asked)
    if principal is None:
        for throttle, name in doors:
            throttle.failed(name, node.now_ms())
        raise DomainError("sign_in_failed")
    _BY_USER.succeeded(asked.user)
    cookie, stored = node.sessions.open(principal.user, device_of(request))
    await asyncio.wrap_future(stored)
    answer = await asyncio.to_thread(_me, node, principal)
    return Response(answer, cookies=[_cookie(request, cookie)])


def _checked(node: StoreNode, asked: SignIn) -> Principal | None:
    with node.readers.lend() as connection:
        grant = row(ReadView(connection), GRANT, asked.user)
    known = None if grant is None or grant["revoked"] else str(grant["password_hash"] or "") or None
    if not password_matches(asked.password, known):
        return None
    assert grant is not None
    principal = principal_of(asked.user, grant)
    return principal if principal is not None and principal.sees_store(node.store) else None


@delete("/session", opt=needs("signed_in", "none"), status_code=204)
async def sign_out(
    request: Request[Any, Any, Any], caller: NamedDependency[Caller], node: NamedDependency[StoreNode]
) -> Response[None]:
    """End this session."""
    await asyncio.wrap_future(node.sessions.close(caller.session))
    gone = _cookie(request, "")
    gone.max_age = 0
    return Response(None, status_code=204, cookies=[gone])


def _cookie(request: Request[Any, Any, Any], value: str) -> Cookie:
    name = cookie_name(request)
    return Cookie(
        key=name,
        value=value,
        path="/",
        httponly=True,
        samesite="strict",
        secure=name.startswith("__Host-"),
        max_age=ABSOLUTE_MS // 1000,
    )


router = Router("/v1", route_handlers=[me, sign_in, sign_out])
