"""The OpenAPI document of head office: routes from the application, request bodies from what the routes declare.

Bodies are read by our own strict reader and not by the framework, so the framework does not know their shapes;
they are added here from the same declaration the reader uses. The PWA's types are made from this document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar

from cloud.app import create_app
from cloud.store.engine import Database
from cloud.store.installation import Installation
from shared.ledger.command import command_types

_REFERENCE = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """The document as plain data."""
    app = create_app(Installation(Database("sqlite:///never-opened.db"), Path(".")), described=True)
    described: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for path, method, body in _bodies(app):
        operation = described["paths"].get(path, {}).get(method)
        if operation is None:
            continue
        (schema,), found = msgspec.json.schema_components([body], ref_template=_REFERENCE)
        schemas.update(found)
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    commands = sorted(command_types().values(), key=lambda command: command.kind)
    told, found = msgspec.json.schema_components(commands, ref_template=_REFERENCE)
    schemas.update(found)
    described["x-commands"] = {
        command.kind: {"schema": schema, "permission": command.permission, "decided_at": command.decided_at}
        for command, schema in zip(commands, told, strict=True)
    }
    return described


def _bodies(app: Litestar) -> list[tuple[str, str, Any]]:
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if "body" in handler.opt:
                found += [
                    (route.path_format, method.lower(), handler.opt["body"])
                    for method in sorted(handler.http_methods)
                ]
    return found
