"""Which goods' figures are provisional: those that facts still set aside speak of.

A figure that a held fact may yet change is no wrong figure, but nobody should order or write off by it unawares;
so the pages mark it until the fact is released or voided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy import and_, select

from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import STORES
from cloud.reports.asked import sku_names
from cloud.store.ledger_tables import EVENT, QUARANTINE
from cloud.store.tenant import mine
from shared.ledger import envelope as envelopes
from shared.ledger.fact import decode_body

_FACTS_MAX = 2000
"""So many held facts are looked into; a store with more is better looked at as a whole."""


class ProvisionalGoods(msgspec.Struct, frozen=True, kw_only=True):
    """`facts`: how many held facts of this store speak of these goods."""

    store: str
    sku: str
    name: str
    facts: int


class Provisional(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[ProvisionalGoods]


@get(
    "/v1/quarantine/provisional",
    permission="stock.read",
    scope=STORES,
    answers=Provisional,
    sync_to_thread=True,
)
def provisional(
    asker: NamedDependency[Asker],
    store: Annotated[list[str] | None, QueryParameter(max_items=200)] = None,
) -> Answer:
    """Goods of the asker's stores that held facts speak of."""
    allowed = asker.stores([code for code in store or [] if code] or None)
    held = (mine(QUARANTINE), QUARANTINE.c.state.in_(("held", "allowed")))
    named = and_(
        EVENT.c.tenant_id == QUARANTINE.c.tenant_id,
        EVENT.c.node_id == QUARANTINE.c.node_id,
        EVENT.c.log_id == QUARANTINE.c.log_id,
        EVENT.c.seq == QUARANTINE.c.seq,
    )
    statement = (
        select(QUARANTINE.c.node_id, EVENT.c.bytes)
        .select_from(QUARANTINE.join(EVENT, named))
        .where(*held)
        .order_by(QUARANTINE.c.noted_ms, QUARANTINE.c.log_id, QUARANTINE.c.seq)
        .limit(_FACTS_MAX)
    )
    if allowed is not None:
        statement = statement.where(QUARANTINE.c.node_id.in_(allowed))
    counted: dict[tuple[str, str], int] = {}
    with asker.store.reading() as reading:
        for row in reading.all(statement):
            for sku in goods_in(_body(bytes(row.bytes))):
                counted[row.node_id, sku] = counted.get((row.node_id, sku), 0) + 1
        names = sku_names(reading, {sku for _, sku in counted})
    rows = [
        ProvisionalGoods(store=of, sku=sku, name=names[sku], facts=count)
        for (of, sku), count in sorted(counted.items())
    ]
    return answer(Provisional(rows=rows), asker)


def _body(stored: bytes) -> Any:
    """The fact's body, or nothing where it cannot be read."""
    try:
        envelope = envelopes.decode(stored)
        return decode_body(envelope.kind, envelope.kind_v, envelope.body)
    except msgspec.MsgspecError:
        return None


def goods_in(body: Any) -> Sequence[str]:
    """The SKUs a fact speaks of, each once, in its own order."""
    return list(dict.fromkeys(_skus(msgspec.to_builtins(body)))) if body is not None else []


def _skus(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for key, value in told.items():
            if key == "sku" and isinstance(value, str) and value:
                yield value
            else:
                yield from _skus(value)
    elif isinstance(told, list | tuple):
        for value in told:
            yield from _skus(value)


router = Router("/", route_handlers=[provisional])
