"""The OpenAPI document of head office: routes from the application, bodies and answers from what the routes declare.

Bodies are read by our own strict reader and answers are written by our own encoder, which leaves out what the reader
may not see; so the framework knows neither shape. They are added here: a body from the same declaration the reader
uses, an answer from the Struct its route names as `answers`. The PWA's types are made from this document.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar

from cloud.app import create_app
from cloud.store.engine import Database
from cloud.store.installation import Installation
from shared.access.labels import labelled_fields
from shared.ledger.command import command_types

_REFERENCE = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """The document as plain data."""
    app = create_app(Installation(Database("sqlite:///never-opened.db"), Path(".")), described=True)
    described: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    commands = sorted(command_types().values(), key=lambda command: command.kind)
    bodies, answers = _declared(app, "body"), _declared(app, "answers")
    # All in one go: of two Structs with the same name both then get their full one.
    types = [*commands, *(told for *_, told in bodies), *(told for *_, told in answers)]
    told, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    _drop_hidden(types, components)
    schemas = iter(told)
    described.setdefault("components", {}).setdefault("schemas", {}).update(components)
    described["x-commands"] = {
        command.kind: {
            "schema": next(schemas),
            "permission": command.permission,
            "decided_at": command.decided_at,
        }
        for command in commands
    }
    for path, method, _ in bodies:
        content = {"application/json": {"schema": next(schemas)}}
        described["paths"][path][method]["requestBody"] = {"required": True, "content": content}
    for path, method, _ in answers:
        responses = described["paths"][path][method]["responses"]
        success = min(status for status in responses if status.startswith("2"))
        responses[success]["content"] = {"application/json": {"schema": next(schemas)}}
    return described


def _declared(app: Litestar, word: str) -> list[tuple[str, str, Any]]:
    """(path, method, type) of every described route that says `word`."""
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if word in handler.opt and handler.include_in_schema is not False:
                found += [
                    (route.path_format, method.lower(), handler.opt[word])
                    for method in sorted(handler.http_methods)
                ]
    return found


def _drop_hidden(types: list[Any], components: dict[str, Any]) -> None:
    """A field with a label is not there for everybody, so nobody may rely on it."""
    labelled = {
        struct.__name__: labelled_fields(struct)
        for struct in _structs(types)
        if struct.__name__ in components and labelled_fields(struct)
    }
    for name, fields in labelled.items():
        required = components[name].get("required", [])
        components[name]["required"] = [field for field in required if field not in fields]


def _structs(types: list[Any]) -> Iterator[type[msgspec.Struct]]:
    """Every Struct that the types are made of."""
    waiting: list[Any] = list(msgspec.inspect.multi_type_info(types))
    seen = set()
    while waiting:
        info = waiting.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls not in seen:
                seen.add(info.cls)
                yield info.cls
                waiting += [field.type for field in info.fields]
        elif isinstance(info, msgspec.inspect.UnionType):
            waiting += info.types
        elif isinstance(info, msgspec.inspect.Metadata):
            waiting.append(info.type)
        elif isinstance(info, msgspec.inspect.CollectionType):
            waiting.append(info.item_type)
        elif isinstance(info, msgspec.inspect.DictType):
            waiting.append(info.value_type)
