"""The master data as lists: what head office edits through commands, read back a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Meta
from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_

from cloud.http import gate
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import COST, PERSONAL
from shared.catalogue.projection import (
    BARCODE,
    CATEGORY,
    LABEL_TEMPLATE,
    OWN_DAY,
    PLACE,
    PRICE,
    SCANNER,
    SKU,
    STORE,
    SUPPLIER,
    SUPPLIER_CONTACT,
    SUPPLIER_TERMS,
)
from shared.errors import DomainError
from shared.ledger.projection import Table
from shared.purchasing.projection import ORDER, ORDER_LINE
from shared.sensing.projection import SENSOR
from shared.units import decimal_text

_LIMIT_MAX = 1000
Query = Annotated[str | None, QueryParameter(max_length=100)]
After = Annotated[str | None, QueryParameter(max_length=200)]
Limit = Annotated[int, QueryParameter(ge=1, le=_LIMIT_MAX)]


RowT = TypeVar("RowT")


class Supplier(msgspec.Struct, frozen=True, kw_only=True):
    """`terms_days`: how long after its date an invoice is due; `deductible`: whether their input VAT is reclaimed.
    `delivery` is how orders reach them, empty where nobody has said it."""

    supplier: str
    name: str
    phone: Annotated[str, Meta(extra={"label": PERSONAL})]
    lead_days: int
    terms_days: int
    deductible: bool
    email: Annotated[str, Meta(extra={"label": PERSONAL})]
    delivery: str
    channel: str
    language: str


class Barcode(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    unit: str
    factor: str


class Price(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    price: str


class Product(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    category: str
    base_unit: str
    decimals: int
    storage: str
    shelf_life_days: int | None
    min_remaining_days: int
    supplier: str
    negative: str
    min_cover_days: int
    max_cover_days: int
    unit_cost: Annotated[str, Meta(extra={"label": COST})]
    price: str | None
    prices: list[Price]
    barcodes: list[Barcode]


class Sensor(msgspec.Struct, frozen=True, kw_only=True):
    sensor: str
    store: str
    place: str
    quantity: str
    high: str | None
    low: str | None
    hysteresis: str
    raise_after_s: int
    clear_after_s: int
    offline_after_s: int
    defrost_at: list[str]
    defrost_minutes: int
    door: str
    door_open_s: int
    door_after_s: int
    masked_up_to: str | None
    cal_due: str
    battery_min: int
    escalate_after_s: int


_SENSOR_IN_WORDS = (
    "high", "low", "hysteresis", "defrost_at", "masked_up_to", "door", "cal_due", "battery_min",
    "escalate_after_s",
)  # fmt: skip


class OrderedLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    ordered: str
    received: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    supplier: str
    store: str
    due: str | None
    state: str
    placed_ms: int
    lines: list[OrderedLine]


class Store(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    name: str
    timezone: str
    cutoff_minutes: int


class Category(msgspec.Struct, frozen=True, kw_only=True):
    category: str
    zh: str
    en: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    place: str
    name: str
    storage: str


class Template(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    template: str
    price_decimals: int
    weight_decimals: int
    prefixes: list[str]


class Scanner(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    scanner: str
    name: str
    gs_as: str
    aim: str


class MasterPage(msgspec.Struct, Generic[RowT], frozen=True, kw_only=True, omit_defaults=True):
    rows: list[RowT]
    next: str | None = None


Cells = dict[str, Any]


class OwnDay(msgspec.Struct, frozen=True, kw_only=True):
    """`holds` false: it was taken back. An empty store means all of them."""

    day: str
    what: str
    name: str
    store: str
    holds: bool


def page_of(
    asker: Asker,
    table: Table,
    searched: tuple[str, ...],
    q: str | None,
    after: str | None,
    limit: int,
    shown: Callable[[Reading, list[Cells]], list[RowT]],
) -> Answer:
    """A page in the order of the key; rows of other stores than the asker's are left out."""
    sql_table = table_of(table)
    keys = [sql_table.c[column.name] for column in table.key]
    statement = select(sql_table).where(mine(sql_table)).order_by(*keys).limit(limit + 1)
    if q:
        statement = statement.where(
            or_(*(func.lower(sql_table.c[name]).contains(q.lower(), autoescape=True) for name in searched))
        )
    if after:
        position = after.split("\x1f")
        if len(position) != len(keys):
            raise DomainError("query_malformed", why="after")
        statement = statement.where(tuple_(*keys) > tuple_(*position))
    statement = _scoped(statement, asker, table, sql_table.c)
    with asker.store.reading() as reading:
        found = [dict(row._mapping) for row in reading.all(statement)]
        rows = shown(reading, found[:limit])
    following = None
    if len(found) > limit:
        following = "\x1f".join(str(found[limit - 1][column.name]) for column in table.key)
    return answer(MasterPage(rows=rows, next=following), asker)


def _scoped(statement: Select[Any], asker: Asker, table: Table, columns: Any) -> Select[Any]:
    stores = asker.stores()
    scope = "store" if table is STORE else table.scope
    if stores is None or not scope:
        return statement
    return statement.where(or_(columns[scope].in_(stores), columns[scope] == ""))


def plain_rows(row_type: type[RowT]) -> Callable[[Reading, list[Cells]], list[RowT]]:
    """Rows whose cells are what the answer tells, under the same names."""
    fields = msgspec.structs.fields(row_type)  # type: ignore[arg-type, unused-ignore]
    return lambda _reading, rows: [
        row_type(**{field.name: row[field.name] for field in fields}) for row in rows
    ]


@get(
    "/v1/master/stores",
    permission=gate.SIGNED_IN,
    scope=gate.STORES,
    answers=MasterPage[Store],
    sync_to_thread=True,
)
def stores(asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500) -> Answer:
    """The chain's stores, as far as they are the asker's."""
    shown = plain_rows(Store)
    return page_of(asker, STORE, ("store", "name"), q, after, limit, shown)


@get(
    "/v1/master/categories",
    permission=gate.SIGNED_IN,
    scope=gate.NONE,
    answers=MasterPage[Category],
    sync_to_thread=True,
)
def categories(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500
) -> Answer:
    """Item categories in both languages."""
    return page_of(asker, CATEGORY, ("category", "zh", "en"), q, after, limit, plain_rows(Category))


@get(
    "/v1/master/suppliers",
    permission="catalogue.read",
    scope=gate.NONE,
    answers=MasterPage[Supplier],
    sync_to_thread=True,
)
def suppliers(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500
) -> Answer:
    """Who delivers, and on which terms."""
    return page_of(asker, SUPPLIER, ("supplier", "name"), q, after, limit, _suppliers)


def _suppliers(reading: Reading, rows: list[Cells]) -> list[Supplier]:
    names = [row["supplier"] for row in rows]
    terms = rows_by(reading, SUPPLIER_TERMS, "supplier", names)
    contacts = rows_by(reading, SUPPLIER_CONTACT, "supplier", names)
    return [
        Supplier(
            **{name: row[name] for name in ("supplier", "name", "phone", "lead_days")},
            terms_days=int(terms[row["supplier"]]["terms_days"]) if row["supplier"] in terms else 0,
            deductible=row["supplier"] not in terms or bool(terms[row["supplier"]]["deductible"]),
            email=_said(contacts, row, "email"),
            delivery=_said(contacts, row, "delivery"),
            channel=_said(contacts, row, "channel"),
            language=_said(contacts, row, "language") or "zh-CN",
        )
        for row in rows
    ]


def _said(contacts: dict[str, Cells], row: Cells, name: str) -> str:
    return contacts.get(row["supplier"], {}).get(name) or ""


def rows_by(reading: Reading, table: Table, key: str, wanted: Iterable[str]) -> dict[str, Cells]:
    """The rows of these names in another table of which each name has at most one."""
    sql_table = table_of(table)
    found = reading.all(select(sql_table).where(mine(sql_table), sql_table.c[key].in_(sorted(set(wanted)))))
    return {row._mapping[key]: dict(row._mapping) for row in found}


@get(
    "/v1/master/products",
    permission="catalogue.read",
    scope=gate.STORES,
    answers=MasterPage[Product],
    sync_to_thread=True,
)
def products(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 100
) -> Answer:
    """Products with their prices and codes."""
    return page_of(
        asker,
        SKU,
        ("sku", "name", "category"),
        q,
        after,
        limit,
        lambda reading, rows: _products(reading, rows, asker),
    )


def _products(reading: Reading, rows: list[Cells], asker: Asker) -> list[Product]:
    wanted = [row["sku"] for row in rows]
    allowed = asker.stores()
    prices: dict[str, dict[str, int]] = {}
    for found in _of_skus(reading, PRICE, wanted):
        if allowed is None or found["store"] in ("", *allowed):
            prices.setdefault(found["sku"], {})[found["store"]] = found["price"]
    codes: dict[str, list[Barcode]] = {}
    for found in _of_skus(reading, BARCODE, wanted):
        told = Barcode(code=found["code"], unit=found["unit"], factor=decimal_text(found["factor"]))
        codes.setdefault(found["sku"], []).append(told)
    return [
        Product(
            **{name: row[name] for name in _PLAIN_PRODUCT},
            unit_cost=decimal_text(row["unit_cost"]),
            price=_decimal(prices.get(row["sku"], {}).get("")),
            prices=[
                Price(store=store, price=decimal_text(price))
                for store, price in sorted(prices.get(row["sku"], {}).items())
                if store
            ],
            barcodes=codes.get(row["sku"], []),
        )
        for row in rows
    ]


_PLAIN_PRODUCT = tuple(
    name for name in Product.__struct_fields__ if name not in ("unit_cost", "price", "prices", "barcodes")
)


def _decimal(value: int | None) -> str | None:
    return None if value is None else decimal_text(value)


def _of_skus(reading: Reading, table: Table, skus: list[str]) -> list[Cells]:
    sql_table = table_of(table)
    matched: ColumnElement[bool] = sql_table.c.sku.in_(skus)
    key = [sql_table.c[column.name] for column in table.key]
    rows = reading.all(select(sql_table).where(mine(sql_table), matched).order_by(*key))
    return [dict(row._mapping) for row in rows]


@get(
    "/v1/master/places",
    permission="stock.read",
    scope=gate.STORES,
    answers=MasterPage[Place],
    sync_to_thread=True,
)
def places(asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500) -> Answer:
    """Shelves, fridges and freezers."""
    shown = plain_rows(Place)
    return page_of(asker, PLACE, ("place", "name", "store"), q, after, limit, shown)


@get(
    "/v1/master/sensors",
    permission="sensing.read",
    scope=gate.STORES,
    answers=MasterPage[Sensor],
    sync_to_thread=True,
)
def sensors(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500
) -> Answer:
    """Sensors and their limits."""

    def shown(_reading: Reading, rows: list[Cells]) -> list[Sensor]:
        return [
            Sensor(
                **{name: row[name] for name in Sensor.__struct_fields__ if name not in _SENSOR_IN_WORDS},
                high=decimal_text(row["high"]) if row["has_high"] else None,
                low=decimal_text(row["low"]) if row["has_low"] else None,
                hysteresis=decimal_text(row["hysteresis"]),
                defrost_at=[
                    f"{int(start) // 60:02d}:{int(start) % 60:02d}"
                    for start in (row["defrost_starts"] or "").split()
                ],
                masked_up_to=decimal_text(row["masked_up_to"]) if row["has_masked"] else None,
                door=row["door"] or "",
                cal_due=row["cal_due"] or "",
                battery_min=row["battery_min"] or 15,
                escalate_after_s=row["escalate_after_s"] or 900,
            )
            for row in rows
        ]

    return page_of(asker, SENSOR, ("sensor", "place", "store"), q, after, limit, shown)


@get(
    "/v1/master/templates",
    permission="catalogue.read",
    scope=gate.STORES,
    answers=MasterPage[Template],
    sync_to_thread=True,
)
def templates(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500
) -> Answer:
    """Layouts of in-store scale labels."""

    def shown(_reading: Reading, rows: list[Cells]) -> list[Template]:
        return [
            Template(
                store=row["store"],
                template=row["template"],
                price_decimals=row["price_decimals"],
                weight_decimals=row["weight_decimals"],
                prefixes=msgspec.json.decode(row["prefixes"]),
            )
            for row in rows
        ]

    return page_of(asker, LABEL_TEMPLATE, ("template", "store"), q, after, limit, shown)


@get(
    "/v1/master/scanners",
    permission="catalogue.read",
    scope=gate.STORES,
    answers=MasterPage[Scanner],
    sync_to_thread=True,
)
def scanners(
    asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500
) -> Answer:
    """What each scanner of a store sends: its separator, and whether it says the symbology."""

    def shown(_reading: Reading, rows: list[Cells]) -> list[Scanner]:
        return [Scanner(**{name: row[name] for name in Scanner.__struct_fields__}) for row in rows]

    return page_of(asker, SCANNER, ("scanner", "name", "store"), q, after, limit, shown)


@get(
    "/v1/master/days",
    permission="catalogue.read",
    scope=gate.STORES,
    answers=MasterPage[OwnDay],
    sync_to_thread=True,
)
def days(asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500) -> Answer:
    """Days of the business's own, which forecasts follow besides the calendar of the country."""

    def shown(_reading: Reading, rows: list[Cells]) -> list[OwnDay]:
        return [
            OwnDay(**{name: row[name] for name in ("day", "what", "name", "store")}, holds=bool(row["holds"]))
            for row in rows
        ]

    return page_of(asker, OWN_DAY, ("day", "name", "store"), q, after, limit, shown)


@get(
    "/v1/master/orders",
    permission="purchasing.read",
    scope=gate.STORES,
    answers=MasterPage[Order],
    sync_to_thread=True,
)
def orders(asker: NamedDependency[Asker], q: Query = None, after: After = None, limit: Limit = 500) -> Answer:
    """Purchase orders with what has arrived."""
    return page_of(asker, ORDER, ("order_id", "supplier", "store"), q, after, limit, _orders)


def _orders(reading: Reading, rows: list[Cells]) -> list[Order]:
    lines, products_ = table_of(ORDER_LINE), table_of(SKU)
    found = reading.all(
        select(lines, func.coalesce(products_.c.name, lines.c.sku).label("product_name"))
        .select_from(
            lines.outerjoin(
                products_, (products_.c.tenant_id == lines.c.tenant_id) & (products_.c.sku == lines.c.sku)
            )
        )
        .where(mine(lines), lines.c.order_id.in_([row["order_id"] for row in rows]))
        .order_by(lines.c.order_id, lines.c.sku)
    )
    by_order: dict[str, list[OrderedLine]] = {}
    for line in found:
        told = OrderedLine(
            sku=line.sku,
            name=line.product_name,
            ordered=decimal_text(line.ordered),
            received=decimal_text(line.received),
        )
        by_order.setdefault(line.order_id, []).append(told)
    return [
        Order(
            order=row["order_id"],
            supplier=row["supplier"],
            store=row["store"],
            due=row["due"],
            state=row["state"],
            placed_ms=row["placed_ms"],
            lines=by_order.get(row["order_id"], []),
        )
        for row in rows
    ]


router = Router(
    "/",
    route_handlers=[
        stores,
        categories,
        suppliers,
        products,
        places,
        sensors,
        templates,
        scanners,
        days,
        orders,
    ],
)
