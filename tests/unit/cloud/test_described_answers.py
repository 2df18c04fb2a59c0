"""What a route says it answers is what it answers: the office's types are made from these words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from cloud.app import create_app
from cloud.describe import document
from cloud.http import gate
from cloud.store.engine import sqlite_url
from cloud.store.installation import Installation
from shared.access.labels import ALL_LABELS, visible
from tests.unit.cloud.office import Browser, Office
from tests.unit.cloud.shop import Shop

_NOT_JSON = {
    *("/v1/photos/{sha}", "/v1/session", "/", "/{path}"),
    *("/v1/books/exports/{batch}", "/v1/books/beancount"),
}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Shapes do not depend on the kind of database."""
    return sqlite_url(tmp_path / "cloud.db")


def _for_people(installation: Installation) -> list[tuple[str, str, Any]]:
    return [
        (route.path_format, method, handler)
        for route in create_app(installation).routes
        for handler in getattr(route, "route_handlers", [])
        for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"})
        if handler.opt.get("permission") not in (None, gate.NODE)
    ]


def test_every_route_for_people_names_its_answer(installation: Installation) -> None:
    """A route without `answers` would leave the office's pages guessing."""
    silent = [
        f"{method} {path}"
        for path, method, handler in _for_people(installation)
        if "answers" not in handler.opt and path not in _NOT_JSON
    ]
    assert silent == []


def test_pages_get_what_the_document_promises(installation: Installation, owner: Browser) -> None:
    """A chain with goods, an order and a sale: each answer reads back as its Struct, nothing more and nothing less."""
    office = Office(installation)
    office.open_shops()
    office.do("catalogue.set_price", sku="milk", price="12.50")
    office.do("catalogue.define_place", store="s1", place="fridge", name="Fridge", storage="chilled")
    office.do("purchasing.place_order", supplier="farm", store="s1", lines=[{"sku": "milk", "qty": "24"}])
    shop = Shop(installation.home)
    shop.log("a").sell("1", "2").push()
    shop.project()
    told = 0
    for path, method, handler in _for_people(installation):
        if method != "GET" or "{" in path or path in _NOT_JSON:
            continue
        answer = owner.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        promised = msgspec.json.decode(answer.content, type=handler.opt["answers"])
        again = msgspec.json.decode(msgspec.json.encode(visible(promised, ALL_LABELS)))
        assert _without_nothing(again) == _without_nothing(answer.json()), path
        told += 1
    assert told > 15


def _without_nothing(value: Any) -> Any:
    """A field that is null and one that is left out say the same."""
    if isinstance(value, dict):
        return {key: _without_nothing(inner) for key, inner in value.items() if inner is not None}
    return [_without_nothing(inner) for inner in value] if isinstance(value, list) else value


def test_a_labelled_field_is_never_promised() -> None:
    """What some people may not see is optional in the document, so no page can rely on it."""
    schemas = document()["components"]["schemas"]
    assert "unit_cost" in schemas["Product"]["properties"]
    assert "unit_cost" not in schemas["Product"]["required"]
    assert "actor" not in schemas["FactRow"]["required"]
    assert "actor" not in schemas["OneFact"]["required"]
    assert "sku" in schemas["Product"]["required"]
