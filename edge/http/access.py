"""Who may call a route. Every route says what it needs in its `opt`; one that says nothing does not start.

The guard also refuses writes that a foreign page could have caused: they need our header and, where the browser
tells, our own origin.
"""

from __future__ import annotations

from typing import Any, Literal

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from edge.http.labelled import HELD
from edge.http.node import Caller, StoreNode
from shared.access.roles import EVERY_PERMISSION
from shared.errors import DomainError
from shared.i18n import language_of

Anyone = Literal["anyone", "signed_in"]
Scope = Literal["store", "none"]
CSRF_HEADER = "x-liushui"
DEVICE_HEADER = "x-liushui-device"
"""A phone names itself by it. One that leaves it out is known by its session, and by the ops it sends."""
_READS = frozenset(("GET", "HEAD", "OPTIONS"))

Connection = ASGIConnection[Any, Any, Any, Any]


def needs(permission: str, scope: Scope = "store") -> dict[str, Any]:
    """The declaration of a route: a permission, and that the person's stores include this one."""
    assert permission in EVERY_PERMISSION or permission in ("anyone", "signed_in"), permission
    return {"permission": permission, "scope": scope}


def cookie_name(connection: Connection) -> str:
    """Browsers keep the `__Host-` promise only over https; a plain-http loopback gets the short name."""
    return "__Host-sid" if connection.url.scheme == "https" else "sid"


def caller_of(connection: Connection) -> Caller:
    """Who is asking, looked up once a request."""
    known = connection.state.get("caller")
    if isinstance(known, Caller):
        return known
    node: StoreNode = connection.app.state.node
    cookie = connection.cookies.get(cookie_name(connection), "")
    found = node.sessions.who(cookie) if cookie else None
    asked = connection.headers.get("accept-language", "")
    language = language_of(asked or ("" if found is None else found[1].language))
    caller = (
        Caller(principal=None, language=language)
        if found is None
        else Caller(principal=found[1], language=language, session=found[0])
    )
    connection.state["caller"] = caller
    return caller


def admit(connection: Connection, handler: BaseRouteHandler) -> None:
    """The guard of the whole app. Raises `sign_in_needed`, `not_permitted`, `store_out_of_scope`,
    `cross_site_request`, `device_revoked`."""
    permission = handler.opt["permission"]
    if connection.scope.get("method") not in _READS:
        _refuse_foreign_pages(connection)
    caller = caller_of(connection)
    if permission != "anyone":
        refuse_revoked(connection, caller.session)
        if caller.principal is None:
            raise DomainError("sign_in_needed")
        if permission != "signed_in" and not caller.principal.may(permission):
            raise DomainError("not_permitted", permission=permission)
        store = connection.app.state.node.store
        if handler.opt["scope"] == "store" and not caller.principal.sees_store(store):
            raise DomainError("store_out_of_scope", store=store)
    HELD.set(frozenset() if caller.principal is None else caller.principal.labels)


def device_of(connection: Connection) -> str:
    """The phone that names itself; empty for none."""
    return connection.headers.get(DEVICE_HEADER, "")[:64]


def refuse_revoked(connection: Connection, session: bytes = b"") -> None:
    """Raises `device_revoked` for a phone that head office wants nothing more from, and ends its session."""
    node: StoreNode = connection.app.state.node
    device = device_of(connection)
    if device and node.sessions.is_revoked((device,)):
        if session:
            node.sessions.close(session)
        raise DomainError("device_revoked", device=device)


def _refuse_foreign_pages(connection: Connection) -> None:
    headers = connection.headers
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    host = headers.get("host", "")
    foreign = origin is not None and origin.partition("://")[2] != host
    if foreign or site not in ("same-origin", "none") or headers.get(CSRF_HEADER) != "1":
        raise DomainError("cross_site_request")
