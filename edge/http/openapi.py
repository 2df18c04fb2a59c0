"""The contract of the node's HTTP side as OpenAPI 3.1: Litestar's own description, plus the request bodies.

Bodies are decoded strictly by our own dependency, so Litestar does not see them; each route names its Struct in
`opt["body"]`, and msgspec describes that Struct with every limit the decoder enforces.
"""

from __future__ import annotations

from typing import Any

import msgspec

from edge.http.application import application, own_handlers
from shared.ledger.command import command_types

_REF = "#/components/schemas/{name}"


def contract() -> str:
    """The document as JSON text, its keys in a fixed order."""
    app = application(None)
    document: dict[str, Any] = app.openapi_schema.to_schema()
    components = document.setdefault("components", {}).setdefault("schemas", {})
    for handler in own_handlers(app):
        if handler.include_in_schema is False:
            continue
        for path in handler.paths:
            _complete(document, components, handler, _path(app, handler, path))
    commands = [kind for kind in command_types().values() if kind.permission != "node.internal"]
    _, described = msgspec.json.schema_components(commands, ref_template=_REF)
    components |= described
    document["x-commands"] = {
        kind.kind: {
            "body": {"$ref": _REF.format(name=kind.__name__)},
            "permission": kind.permission,
            "decided_at": kind.decided_at,
        }
        for kind in sorted(commands, key=lambda kind: kind.kind)
    }
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1).decode()


def _path(app: Any, handler: Any, path: str) -> str:
    """The path as the document writes it: `/v1/stock/{sku}`."""
    for route in app.routes:
        if handler in getattr(route, "route_handlers", ()) and route.path.endswith(path):
            found: str = route.path_format
            return found
    raise AssertionError(path)


def _complete(document: dict[str, Any], components: dict[str, Any], handler: Any, path: str) -> None:
    for method in handler.http_methods:
        operation = document["paths"][path].get(method.lower())
        if operation is None:
            continue
        operation["x-permission"] = handler.opt["permission"]
        operation["x-scope"] = handler.opt["scope"]
        body = handler.opt.get("body")
        if isinstance(body, str):
            content: dict[str, Any] = {
                kind: {"schema": {"type": "string", "format": "binary"}} for kind in body.split(", ")
            }
            operation["requestBody"] = {"required": True, "content": content}
        elif body is not None:
            (schema,), described = msgspec.json.schema_components([body], ref_template=_REF)
            components |= described
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
