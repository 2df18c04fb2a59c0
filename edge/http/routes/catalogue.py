"""The catalogue for phones: everything once, then only what is newer than the version they hold."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import Parameter

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.ledger import dbapi
from edge.ledger.feed import GEN_BITS, Cursor, read_cursor
from shared.units import decimal_text


class Words(msgspec.Struct, frozen=True):
    zh: str
    en: str


class Barcode(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    unit: str
    factor: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    category: str
    category_names: Words
    base_unit: str
    decimals: int
    storage: str
    shelf_life_days: int | None
    price: str | None
    price_version: int | None
    negative: str
    barcodes: list[Barcode]


class Template(msgspec.Struct, frozen=True, kw_only=True):
    template: str
    prefixes: list[str]
    price_decimals: int
    weight_decimals: int


class Scanner(msgspec.Struct, frozen=True, kw_only=True):
    """What a scanner sends for the GS1 separator, and whether it says the symbology."""

    scanner: str
    name: str
    gs_as: str
    aim: str


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    full: bool
    items: list[Item]
    removed: list[str]
    templates: list[Template]
    scanners: list[Scanner]


class KnownStore(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    name: str


class Stores(msgspec.Struct, frozen=True, kw_only=True):
    items: list[KnownStore]


_ITEMS = (
    "SELECT s.sku, s.name, s.category, c.zh, c.en, s.base_unit, s.decimals, s.storage, s.shelf_life_days, s.negative, "
    "coalesce(own.price, chain.price), CASE WHEN own.price IS NULL THEN chain.feed_pos ELSE own.feed_pos END "
    "FROM sku s LEFT JOIN category c ON c.category = s.category "
    "LEFT JOIN price own ON own.sku = s.sku AND own.store = :store "
    "LEFT JOIN price chain ON chain.sku = s.sku AND chain.store = '' "
)
_CHANGED = (
    "SELECT sku FROM sku WHERE feed_pos > ?1 UNION SELECT sku FROM price WHERE feed_pos > ?1 "
    "UNION SELECT sku FROM barcode WHERE feed_pos > ?1 "
    "UNION SELECT s.sku FROM sku s JOIN category c ON c.category = s.category WHERE c.feed_pos > ?1 "
    "UNION SELECT json_extract(row_key, '$[0]') FROM feed_gone WHERE name = 'price' AND feed_pos > ?1"
)
_GONE = "SELECT json_extract(row_key, '$[0]') FROM feed_gone WHERE name = 'sku' AND feed_pos > ?"


@get("/catalogue", opt=needs("signed_in"), sync_to_thread=True)
def catalogue(
    node: NamedDependency[StoreNode], since: Annotated[int, Parameter(ge=0, le=2**62)] = 0
) -> Catalogue:
    """What phones need to sell offline; `since` is the version of an earlier answer."""
    with node.readers.lend() as connection:
        cursor = read_cursor(connection)
        known = Cursor(since >> GEN_BITS, since & ((1 << GEN_BITS) - 1))
        full = known.gen != cursor.gen or known.pos > cursor.pos or _barcodes_went(connection, known.pos)
        after = -1 if full else known.pos
        return Catalogue(
            version=cursor.version,
            full=full,
            items=_items(connection, node.store, after),
            removed=[] if full else [sku for (sku,) in connection.execute(_GONE, (after,))],
            templates=_templates(connection, node.store),
            scanners=_scanners(connection, node.store),
        )


def _barcodes_went(connection: dbapi.Connection, after: int) -> bool:
    """A barcode's tombstone does not say whose it was, so the whole catalogue is sent again."""
    return (
        connection.execute(
            "SELECT 1 FROM feed_gone WHERE name = 'barcode' AND feed_pos > ? LIMIT 1", (after,)
        ).fetchone()
        is not None
    )


def _items(connection: dbapi.Connection, store: str, after: int) -> list[Item]:
    where = "" if after < 0 else f"WHERE s.sku IN ({_CHANGED}) "
    cells: tuple[str | int, ...] = (store,) if after < 0 else (after, store)
    sql = (_ITEMS + where + "ORDER BY s.sku").replace(":store", "?1" if after < 0 else "?2")
    barcodes: dict[str, list[Barcode]] = {}
    for code, sku, unit, factor in connection.execute(
        "SELECT code, sku, unit, factor FROM barcode ORDER BY code"
    ):
        barcodes.setdefault(sku, []).append(Barcode(code=code, unit=unit, factor=decimal_text(factor)))
    return [
        Item(
            sku=sku,
            name=name or sku,
            category=category or "",
            category_names=Words(zh or category or "", en or category or ""),
            base_unit=base_unit or "",
            decimals=decimals or 0,
            storage=storage or "ambient",
            shelf_life_days=shelf_life,
            price=None if price is None else decimal_text(price),
            price_version=price_pos,
            negative=negative or "warn",
            barcodes=barcodes.get(sku, []),
        )
        for (
            sku, name, category, zh, en, base_unit, decimals, storage, shelf_life, negative, price, price_pos
        ) in connection.execute(sql, cells)
    ]  # fmt: skip


def _templates(connection: dbapi.Connection, store: str) -> list[Template]:
    rows = connection.execute(
        "SELECT template, prefixes, price_decimals, weight_decimals FROM label_template "
        "WHERE store IN (?, '') ORDER BY store DESC, template",
        (store,),
    )
    return [
        Template(
            template=template,
            prefixes=msgspec.json.decode(prefixes, type=list[str]),
            price_decimals=price_decimals,
            weight_decimals=weight_decimals,
        )
        for template, prefixes, price_decimals, weight_decimals in rows
    ]


def _scanners(connection: dbapi.Connection, store: str) -> list[Scanner]:
    rows = connection.execute(
        "SELECT scanner, name, gs_as, aim FROM scanner WHERE store = ? ORDER BY scanner", (store,)
    )
    return [
        Scanner(scanner=scanner, name=name or scanner, gs_as=gs_as or "", aim=aim or "on")
        for scanner, name, gs_as, aim in rows
    ]


@get("/stores", opt=needs("signed_in"), sync_to_thread=True)
def stores(node: NamedDependency[StoreNode]) -> Stores:
    """The chain's stores, for transfers."""
    with node.readers.lend() as connection:
        rows = connection.execute("SELECT store, name FROM store ORDER BY store").fetchall()
    return Stores(items=[KnownStore(store=store, name=name or store) for store, name in rows])


router = Router("/v1", route_handlers=[catalogue, stores])
