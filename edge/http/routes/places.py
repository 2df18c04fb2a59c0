"""The places of this store, for whoever says where something stands."""

from __future__ import annotations

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.node import StoreNode


class StorePlace(msgspec.Struct, frozen=True, kw_only=True):
    place: str
    name: str


class StorePlaces(msgspec.Struct, frozen=True, kw_only=True):
    items: list[StorePlace]


@get("/places", opt=needs("stock.read"), sync_to_thread=True)
def places(node: NamedDependency[StoreNode]) -> StorePlaces:
    """Shelves, fridges and back rooms, as head office has named them."""
    with node.readers.lend() as connection:
        found = connection.execute(
            "SELECT place, name FROM place WHERE store = ? ORDER BY name, place", (node.store,)
        ).fetchall()
    return StorePlaces(items=[StorePlace(place=place, name=name or place) for place, name in found])


router = Router("/v1", route_handlers=[places])
