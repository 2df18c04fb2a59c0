"""The Litestar application of a node, put together from its parts."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.types import Message, Scope

from edge.http import problems
from edge.http.access import admit, caller_of
from edge.http.labelled import LabelledResponse
from edge.http.node import Caller, StoreNode
from edge.http.pages import page_routes
from edge.http.registry import routers

_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
        b"connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        b"form-action 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"x-frame-options", b"DENY"),
)


async def _add_security_headers(message: Message, scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    present = {name for name, _ in headers}
    headers += [(name, value) for name, value in _HEADERS if name not in present]
    if b"cache-control" not in present:
        headers.append((b"cache-control", b"no-store"))
    if scope.get("scheme") == "https":
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    message["headers"] = headers


def _node(state: State) -> StoreNode:
    node: StoreNode = state.node
    return node


def _caller(request: Request[Any, Any, Any]) -> Caller:
    return caller_of(request)


def application(node: StoreNode | None) -> Litestar:
    """The app over this node; without one it can only describe itself."""
    app = Litestar(
        route_handlers=[*routers(), *page_routes(None if node is None else node.pages)],
        dependencies={
            "node": Provide(_node, sync_to_thread=False),
            "caller": Provide(_caller, sync_to_thread=False),
        },
        guards=[admit],
        exception_handlers=problems.HANDLERS,
        before_send=[_add_security_headers],
        response_class=LabelledResponse,
        state=State({"node": node}),
        # A running node does not serve its contract; `liushui edge openapi` prints it.
        openapi_config=OpenAPIConfig(title="Liushui store node", version="1") if node is None else None,
        debug=False,
        logging_config=None,
    )
    _insist_on_declarations(app)
    return app


def _insist_on_declarations(app: Litestar) -> None:
    """A route that does not say who may call it must not start."""
    for handler in own_handlers(app):
        assert {"permission", "scope"} <= handler.opt.keys(), f"{handler} declares no permission and scope"


def own_handlers(app: Litestar) -> list[HTTPRouteHandler]:
    """All our route handlers."""
    return [
        handler
        for route in app.routes
        if not route.path.startswith("/schema")
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and set(handler.http_methods) != {"OPTIONS"}
    ]
