"""The gate every request passes: what a route demands stands on the route, and a route that demands nothing is shut.

Each handler says `permission=` and `scope=`. Permissions are those of `shared.access.roles`, or `PUBLIC`,
`SIGNED_IN`, `NODE`. Scopes say what the answer may speak of: `NONE` nothing of any store, `STORES` the asker's
stores (the handler limits it by `asker.stores`), `CHAIN` only for people with the whole chain, `OWN_NODE` the
node that asks. A cookie counts as a person only together with our header and our origin, so that another site's
page cannot spend it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from cloud.http.asker import Asker
from cloud.http.problems import language_asked
from cloud.identity import nodes, sessions
from cloud.identity.nodes import KnownNode
from cloud.store.installation import Installation
from shared.access.roles import WHOLE_CHAIN, Principal
from shared.errors import DomainError

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
NODE: Final = "node"

NONE: Final = "none"
STORES: Final = "stores"
CHAIN: Final = "chain"
OWN_NODE: Final = "own_node"
SCOPES = frozenset((NONE, STORES, CHAIN, OWN_NODE))

_READS = frozenset(("GET", "HEAD", "OPTIONS"))

AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]


def installation_of(connection: AnyConnection) -> Installation:
    found = connection.app.state.installation
    assert isinstance(found, Installation)
    return found


def cookie_name(installation: Installation) -> str:
    return "__Host-sid" if installation.settings.is_https else "sid"


async def admit(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """The guard in front of every route."""
    permission, scope = handler.opt.get("permission"), handler.opt.get("scope")
    if permission is None or scope not in SCOPES:
        raise DomainError("not_permitted", permission="-")
    if permission == NODE:
        even = [bool(handler.opt.get(name)) for name in ("even_revoked", "even_replaced")]
        connection.state.node = await asyncio.to_thread(_node, connection, *even)
        return
    if connection.scope.get("method", "GET") not in _READS and not handler.opt.get("for_machines"):
        _require_our_page(connection)
    if permission == PUBLIC:
        return
    principal = await asyncio.to_thread(principal_of, connection)
    if principal is None:
        raise DomainError("sign_in_needed")
    if permission != SIGNED_IN and not principal.may(permission):
        raise DomainError("not_permitted", permission=permission)
    if scope == CHAIN and WHOLE_CHAIN not in principal.stores:
        raise DomainError("store_out_of_scope", store=WHOLE_CHAIN)
    connection.state.principal = principal


def principal_of(connection: AnyConnection) -> Principal | None:
    """The person behind the session cookie, if any."""
    installation = installation_of(connection)
    cookie = connection.cookies.get(cookie_name(installation))
    if not cookie or len(cookie) > 100:
        return None
    return sessions.who(installation.home, cookie, installation.clock())


def _node(connection: AnyConnection, even_revoked: bool, even_replaced: bool) -> KnownNode:
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not bearer or len(bearer) > 4096:
        raise DomainError("token_refused", why="missing")
    return nodes.recognise(
        installation_of(connection), bearer.strip(), even_revoked=even_revoked, even_replaced=even_replaced
    )


def _require_our_page(connection: AnyConnection) -> None:
    if connection.headers.get("x-liushui") != "1":
        raise DomainError("cross_site_request")
    site = connection.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none"):
        raise DomainError("cross_site_request")
    origin = connection.headers.get("origin")
    if origin is None:
        return
    public = installation_of(connection).settings.public_url
    allowed = {connection.headers.get("host", "")} | ({urlsplit(public).netloc} if public else set())
    if urlsplit(origin).netloc not in allowed:
        raise DomainError("cross_site_request")


def provide_asker(request: AnyRequest) -> Asker:
    """The person of the request; only on routes that let nobody else in."""
    principal = request.state.principal
    assert isinstance(principal, Principal)
    return Asker(principal, installation_of(request).home, language_asked(request))


def provide_node(request: AnyRequest) -> KnownNode:
    """The node of the request."""
    node = request.state.node
    assert isinstance(node, KnownNode)
    return node


def provide_installation(request: AnyRequest) -> Installation:
    return installation_of(request)
