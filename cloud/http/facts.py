"""Down to the facts: what lies behind a number, each fact with its place in the chain and its bytes proved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import ColumnElement, Row, Select, and_, exists, select, tuple_

from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import STORES
from cloud.intake import copies, generations
from cloud.reports.asked import Named, sku_names
from cloud.store.ledger_tables import EVENT, FACT, LOG, NODE, QUARANTINE, SUPERSEDED
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import PERSONAL
from shared.access.roles import WHOLE_CHAIN
from shared.catalogue.projection import SKU
from shared.errors import DomainError
from shared.i18n import Language, all_texts, tell
from shared.ledger import envelope as envelopes
from shared.ledger.chain import Head, genesis_hash, next_hash
from shared.ledger.envelope import Envelope
from shared.ledger.fact import Fact, decode_body
from shared.money import fen_text
from shared.stock.projection import MOVEMENT

_ROWS_MAX = 200
_ORDER = (FACT.c.business_date, FACT.c.happened_ms, FACT.c.log_id, FACT.c.seq)
_Text = Annotated[str | None, QueryParameter(max_length=120)]


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, in words and in full."""

    node: str
    log: str
    seq: int
    kind: str
    at: str
    business_date: str
    actor: Annotated[str, msgspec.Meta(extra={"label": PERSONAL})]
    device: str
    op_id: str
    body: Any
    text: Named


class FactPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[FactRow]
    next: str | None = None


class OneFact(FactRow, frozen=True, kw_only=True):
    """As `FactRow`, with its knot in the chain; `state` is applied, superseded, fallen, held or voided."""

    hash: str
    prev_hash: str
    chain_ok: bool
    state: str


@get("/v1/facts", permission="facts.read", scope=STORES, answers=FactPage, sync_to_thread=True)
def facts(
    asker: NamedDependency[Asker],
    nodes: Annotated[list[str] | None, QueryParameter(name="node", max_items=200)] = None,
    store: Annotated[list[str] | None, QueryParameter(max_items=200)] = None,
    log: _Text = None,
    sku: _Text = None,
    lot: _Text = None,
    category: _Text = None,
    kind: _Text = None,
    on: Annotated[date | None, QueryParameter(name="date")] = None,
    first: Annotated[date | None, QueryParameter(name="from")] = None,
    last: Annotated[date | None, QueryParameter(name="to")] = None,
    after: _Text = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_ROWS_MAX)] = 50,
) -> Answer:
    """The facts that fit, newest business day first."""
    wanted = [*(nodes or []), *(store or [])]
    allowed = asker.stores([code for code in wanted if code] or None)
    statement = (
        select(FACT).where(mine(FACT)).order_by(*(column.desc() for column in _ORDER)).limit(limit + 1)
    )
    with asker.store.reading() as reading:
        within = _every_node(reading) if allowed is None else allowed
        if wanted or allowed is not None or sku or lot:
            statement = statement.where(FACT.c.node_id.in_(within))
        if kind:
            statement = statement.where(FACT.c.kind.startswith(kind.partition(".v")[0], autoescape=True))
        if log:
            log_id = _log_id(log)
            # With the node, because that is how the rows are kept together.
            its_node = select(LOG.c.node_id).where(mine(LOG), LOG.c.log_id == log_id)
            statement = statement.where(FACT.c.node_id.in_(its_node), FACT.c.log_id == log_id)
        statement = _within(statement, on or first, on or last)
        if sku or lot or category:
            statement = statement.where(_moves(sku, lot, category))
        if after:
            statement = statement.where(tuple_(*_ORDER) < tuple_(*_position(after)))
        found = reading.all(statement)
        shown = found[:limit]
        names = Names(reading)
        rows = [fact_row(names, row.node_id, stored) for row, stored in _with_bytes(reading, shown)]
    following = _cursor(shown[-1]) if len(found) > limit else None
    return answer(FactPage(rows=rows, next=following), asker)


def _every_node(reading: Reading) -> tuple[str, ...]:
    return tuple(row.node_id for row in reading.all(select(NODE.c.node_id).where(mine(NODE))))


def _within(statement: Select[Any], first: date | None, last: date | None) -> Select[Any]:
    if first:
        statement = statement.where(FACT.c.business_date >= first.isoformat())
    if last:
        statement = statement.where(FACT.c.business_date <= last.isoformat())
    return statement


def _moves(sku: str | None, lot: str | None, category: str | None) -> ColumnElement[bool]:
    """Whether the fact moved such goods."""
    moved, product = table_of(MOVEMENT), table_of(SKU)
    wanted = [
        mine(moved),
        moved.c.node_id == FACT.c.node_id,
        moved.c.log == FACT.c.log_id,
        moved.c.seq == FACT.c.seq,
    ]
    if sku:
        wanted.append(moved.c.sku == sku)
    if lot:
        wanted.append(moved.c.lot == lot)
    if category:
        of_category = select(product.c.sku).where(mine(product), product.c.category == category)
        wanted.append(moved.c.sku.in_(of_category))
    return exists(select(moved.c.seq).where(and_(*wanted)))


def _position(after: str) -> tuple[str, int, bytes, int]:
    try:
        day, happened, log_id, seq = after.split("~")
        return day, int(happened), bytes.fromhex(log_id), int(seq)
    except ValueError:
        raise DomainError("query_malformed", why="after") from None


def _cursor(row: Row[Any]) -> str:
    return f"{row.business_date}~{row.happened_ms}~{bytes(row.log_id).hex()}~{row.seq}"


def _with_bytes(reading: Reading, rows: Sequence[Row[Any]]) -> list[tuple[Row[Any], Row[Any]]]:
    found = []
    for row in rows:
        stored = reading.first(_event(row.node_id, bytes(row.log_id), row.seq))
        assert stored is not None
        found.append((row, stored))
    return found


def _event(node: str, log_id: bytes, seq: int) -> Select[Any]:
    return select(EVENT).where(
        mine(EVENT), EVENT.c.node_id == node, EVENT.c.log_id == log_id, EVENT.c.seq == seq
    )


def _log_id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise DomainError("log_unknown", log=text[:40]) from None


@get(
    "/v1/facts/{log:str}/{seq:int}",
    permission="facts.read",
    scope=STORES,
    answers=OneFact,
    sync_to_thread=True,
)
def one_fact(asker: NamedDependency[Asker], log: FromPath[str], seq: FromPath[int]) -> Answer:
    """One fact with the proof that it hangs on the one before."""
    log_id = _log_id(log)
    with asker.store.reading() as reading:
        entry = reading.first(select(LOG).where(mine(LOG), LOG.c.log_id == log_id))
        if entry is None:
            raise DomainError("log_unknown", log=log[:40])
        asker.require_store(entry.node_id or WHOLE_CHAIN)
        if not 1 <= seq <= entry.head_seq:
            raise DomainError("fact_unknown", log=log, seq=seq)
        stored = reading.first(_event(entry.node_id, log_id, seq))
        assert stored is not None
        before = _hash_before(reading, entry, seq)
        row = fact_row(Names(reading), entry.node_id, stored)
        return answer(
            OneFact(
                **{name: getattr(row, name) for name in row.__struct_fields__},
                hash=bytes(stored.hash).hex(),
                prev_hash=before.hex(),
                chain_ok=next_hash(log_id, seq, before, bytes(stored.bytes)) == bytes(stored.hash),
                state=_state(reading, log_id, seq),
            ),
            asker,
        )


def _hash_before(reading: Reading, entry: Row[Any], seq: int) -> bytes:
    if seq > 1:
        before = reading.first(_event(entry.node_id, bytes(entry.log_id), seq - 1))
        assert before is not None
        return bytes(before.hash)
    wire_id = reading.scalar(select(NODE.c.wire_id).where(mine(NODE), NODE.c.node_id == entry.node_id))
    parent = Head(bytes(entry.parent_log), entry.parent_seq, bytes(entry.parent_hash))
    if wire_id is None:
        wire_id = generations.current(reading).wire_id
    return genesis_hash(bytes(entry.log_id), bytes(wire_id), parent)


def _state(reading: Reading, log_id: bytes, seq: int) -> str:
    aside = select(QUARANTINE.c.state).where(
        mine(QUARANTINE), QUARANTINE.c.log_id == log_id, QUARANTINE.c.seq == seq
    )
    passed = reading.first(
        select(SUPERSEDED.c.first_log, SUPERSEDED.c.first_seq).where(
            mine(SUPERSEDED), SUPERSEDED.c.log_id == log_id, SUPERSEDED.c.seq == seq
        )
    )
    state = reading.scalar(aside)
    if state in ("held", "allowed"):
        return "held"
    if state == "voided":
        return "voided"
    if passed is None:
        return "applied"
    return (
        "fallen" if copies.is_set_aside(reading, bytes(passed.first_log), passed.first_seq) else "superseded"
    )


def fact_row(names: Names, node: str, stored: Row[Any]) -> FactRow:
    """A stored fact in words and in full, readable or not."""
    log = bytes(stored.log_id).hex()
    try:
        envelope = envelopes.decode(bytes(stored.bytes))
    except msgspec.MsgspecError:
        return FactRow(
            node=node,
            log=log,
            seq=stored.seq,
            kind="",
            at="",
            business_date="",
            actor="",
            device="",
            op_id="",
            body=None,
            text=_texts("fact.parked", {"kind": "?"}),
        )
    fact = _decoded(envelope)
    moment = datetime.fromtimestamp((envelope.happened_ms or envelope.wall_ms) / 1000, UTC)
    return FactRow(
        node=node,
        log=log,
        seq=stored.seq,
        kind=f"{envelope.kind}.v{envelope.kind_v}",
        at=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        business_date=envelope.business_date.isoformat(),
        actor=envelope.actor,
        device=envelope.device,
        op_id=envelope.op_id.hex(),
        body=fact,
        text=_text_of(names, envelope, fact),
    )


def _decoded(envelope: Envelope) -> Fact | None:
    try:
        return decode_body(envelope.kind, envelope.kind_v, envelope.body)
    except msgspec.MsgspecError:
        return None


def _texts(key: str, values: dict[str, str | int | None]) -> Named:
    return Named(zh=tell(key, "zh-CN", values), en=tell(key, "en", values))


_NAMED_BY = ("name", "zh", "code", "device", "account")


def _text_of(names: Names, envelope: Envelope, fact: Fact | None) -> Named:
    """What happened, in both languages."""
    key = f"fact.{envelope.kind}"
    if fact is None or key not in all_texts():
        return _texts("fact.parked", {"kind": envelope.kind})
    told: dict[str, Any] = json.loads(msgspec.json.encode(fact))
    lines = told.get("lines") or []
    goods = list(dict.fromkeys(line["sku"] for line in lines if isinstance(line, dict) and "sku" in line))
    if not goods and told.get("sku"):
        goods = [told["sku"]]
    amount = sum(line.get("amount", 0) for line in lines if isinstance(line, dict))
    values: dict[str, str | int | None] = {
        "amount": fen_text(amount),
        "store": told.get("to_store") or told.get("from_store") or told.get("store") or "",
        "sensor": told.get("sensor", ""),
        "name": next(filter(None, map(told.get, _NAMED_BY)), ""),
    }
    return Named(
        zh=tell(key, "zh-CN", values | {"what": _what(names, goods, "zh-CN")}),
        en=tell(key, "en", values | {"what": _what(names, goods, "en")}),
    )


def _what(names: Names, goods: list[str], language: Language) -> str:
    if len(goods) < 2:
        return names.of(goods[0]) if goods else ""
    return tell("fact.more_goods", language, {"first": names.of(goods[0]), "count": len(goods)})


class Names:
    """The names of SKUs, each looked up once an answer."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[str, str] = {}

    def of(self, sku: str) -> str:
        """The product's name, or its code while nobody has defined it."""
        if sku not in self._known:
            self._known |= sku_names(self._reading, {sku})
        return self._known[sku]


router = Router("/", route_handlers=[facts, one_fact])
