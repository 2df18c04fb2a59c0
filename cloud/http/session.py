"""Signing in, signing out, the first owner, and who I am."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from msgspec import Meta
from sqlalchemy import select

from cloud.http import gate
from cloud.http.answers import Answer, plain
from cloud.identity import first_run, sessions
from cloud.identity.people import Password, UserName
from cloud.identity.sessions import SignedIn
from cloud.store.installation import Installation
from cloud.store.ledger_tables import TENANT
from cloud.store.tenant import mine
from shared.access.roles import PERMISSIONS, Principal
from shared.catalogue.commands import Name

API_VERSION = 1
_Request = Request[Any, Any, Any]


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    user: UserName
    password: Password


class FirstOwner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(min_length=1, max_length=64)]
    user: UserName
    name: Name
    password: Password


class Myself(msgspec.Struct, frozen=True, kw_only=True):
    """The person's own view of themselves; nothing here is hidden from them."""

    user: str
    name: str
    role: str
    stores: tuple[str, ...]
    permissions: list[str]
    language: str


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """The chain by its name and its money."""

    name: str
    currency: str
    symbol: str
    digits: int


class Me(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the app must know before it shows anything."""

    side: str
    signed_in: bool
    needs_bootstrap: bool
    tenant: Chain
    server_time: str
    api_version: int
    user: Myself | None = None


def _me(installation: Installation, principal: Principal | None) -> Me:
    with installation.home.reading() as reading:
        tenant = reading.first(select(TENANT).where(mine(TENANT)))
        needs_bootstrap = first_run.needs_owner(reading)
    assert tenant is not None
    moment = datetime.fromtimestamp(installation.clock() / 1000, UTC).isoformat(timespec="milliseconds")
    return Me(
        side="cloud",
        signed_in=principal is not None,
        needs_bootstrap=needs_bootstrap,
        tenant=Chain(name=tenant.name, currency=tenant.currency, symbol=tenant.symbol, digits=tenant.digits),
        server_time=moment.replace("+00:00", "Z"),
        api_version=API_VERSION,
        user=None
        if principal is None
        else Myself(
            user=principal.user,
            name=principal.name,
            role=principal.role,
            stores=principal.stores,
            permissions=sorted(PERMISSIONS[principal.role]),
            language=principal.language,
        ),
    )


@get("/v1/me", permission=gate.PUBLIC, scope=gate.NONE, answers=Me, sync_to_thread=True)
def me(request: _Request, installation: NamedDependency[Installation]) -> Answer:
    """Who I am, or that nobody is signed in."""
    return plain(_me(installation, gate.principal_of(request)))


@post(
    "/v1/session",
    permission=gate.PUBLIC,
    scope=gate.NONE,
    body=SignIn,
    answers=Me,
    status_code=200,
    sync_to_thread=True,
)
def sign_in(
    request: _Request, installation: NamedDependency[Installation], asked: NamedDependency[SignIn]
) -> Answer:
    """Sign in with user and password."""
    address = request.client.host if request.client else ""
    return _welcome(installation, sessions.sign_in(installation, asked.user, asked.password, address))


@post(
    "/v1/bootstrap",
    permission=gate.PUBLIC,
    scope=gate.NONE,
    body=FirstOwner,
    answers=Me,
    status_code=200,
    sync_to_thread=True,
)
def bootstrap(installation: NamedDependency[Installation], asked: NamedDependency[FirstOwner]) -> Answer:
    """The first owner, by the one-time code on the console."""
    started = first_run.bootstrap(installation, asked.code, asked.user, asked.name, asked.password)
    return _welcome(installation, started)


def _welcome(installation: Installation, started: SignedIn) -> Answer:
    response = plain(_me(installation, started.principal))
    response.set_cookie(_cookie(installation, started.cookie, sessions.ABSOLUTE_MS // 1000))
    return response


@delete("/v1/session", permission=gate.PUBLIC, scope=gate.NONE, status_code=204, sync_to_thread=True)
def sign_out(request: _Request, installation: NamedDependency[Installation]) -> Response[None]:
    """Sign out; the browser forgets what it kept."""
    cookie = request.cookies.get(gate.cookie_name(installation))
    if cookie:
        sessions.sign_out(installation.home, cookie)
    response: Response[None] = Response(None, status_code=204, headers={"Clear-Site-Data": '"cache"'})
    response.set_cookie(_cookie(installation, "", 0))
    return response


def _cookie(installation: Installation, value: str, max_age_s: int) -> Cookie:
    return Cookie(
        key=gate.cookie_name(installation),
        value=value,
        max_age=max_age_s,
        path="/",
        secure=installation.settings.is_https,
        httponly=True,
        samesite="strict",
    )


router = Router("/", route_handlers=[me, sign_in, bootstrap, sign_out])
