"""Facts that head office has set aside, for the page where a manager works them off; and what revoked nodes still sent.

Deciding is a command like any other (`quarantine.release`, `quarantine.void` in POST /v1/ops), so it stands in the
day-book with who decided it and why.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy import Row, Select, func, select, tuple_

from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.facts import FactRow, Names, fact_row
from cloud.http.gate import STORES
from cloud.http.provisional import goods_in
from cloud.store.ledger_tables import EVENT, EVIDENCE, QUARANTINE
from cloud.store.tenant import Reading, mine
from shared.access.labels import PERSONAL
from shared.errors import DomainError

_ROWS_MAX = 200
_STATES = {"held": ("held", "allowed"), "released": ("released",), "voided": ("voided",)}
_ORDER = (QUARANTINE.c.noted_ms, QUARANTINE.c.log_id, QUARANTINE.c.seq)
_Text = Annotated[str | None, QueryParameter(max_length=120)]
_Label = msgspec.Meta(extra={"label": PERSONAL})


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str


class SetAside(FactRow, frozen=True, kw_only=True):
    """One fact in words and in full, with why it does not count and what somebody decided about it.

    `about` names the thing whose later facts wait behind it, empty for none. `state` is held, released or voided;
    `allowed` says that somebody let a held one through and it still cannot be read. `goods` are those whose figures
    are provisional because of it.
    """

    store: str
    reason: str
    why: Annotated[str, _Label]
    about: str
    goods: list[Goods]
    tries: int
    state: str
    allowed: bool
    noted_at: str
    facts: str
    decided_by: Annotated[str, _Label]
    decided_at: str
    note: str


class SetAsidePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`counts`: how many are held in the asker's stores, by reason, whatever was asked for."""

    rows: list[SetAside]
    counts: dict[str, int]
    next: str | None = None


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of a revoked node: kept, never applied."""

    node: str
    log: str
    first_seq: int
    count: int
    bytes: int
    received_at: str
    sha256: str


class EvidencePage(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[EvidenceRow]


def _moment(ms: int) -> str:
    if not ms:
        return ""
    told = datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


@get("/v1/quarantine", permission="quarantine.read", scope=STORES, answers=SetAsidePage, sync_to_thread=True)
def quarantine(
    asker: NamedDependency[Asker],
    store: Annotated[list[str] | None, QueryParameter(max_items=200)] = None,
    standing: Annotated[Literal["held", "released", "voided"], QueryParameter(name="state")] = "held",
    reason: _Text = None,
    actor: _Text = None,
    after: _Text = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_ROWS_MAX)] = 50,
) -> Answer:
    """The facts set aside, oldest first; `actor` keeps those whose reason names that person."""
    allowed = asker.stores([code for code in store or [] if code] or None)
    statement = (
        select(QUARANTINE)
        .where(mine(QUARANTINE), QUARANTINE.c.state.in_(_STATES[standing]))
        .order_by(*_ORDER)
        .limit(limit + 1)
    )
    statement = _of_stores(statement, allowed)
    if reason:
        statement = statement.where(QUARANTINE.c.reason == reason)
    if actor:
        statement = statement.where(QUARANTINE.c.why == actor)
    if after:
        statement = statement.where(tuple_(*_ORDER) > tuple_(*_position(after)))
    with asker.store.reading() as reading:
        found = reading.all(statement)
        shown = found[:limit]
        names = Names(reading)
        rows = [_row(reading, names, row) for row in shown]
        counts = reading.all(
            _of_stores(
                select(QUARANTINE.c.reason, func.count().label("facts"))
                .where(mine(QUARANTINE), QUARANTINE.c.state.in_(_STATES["held"]))
                .group_by(QUARANTINE.c.reason)
                .order_by(QUARANTINE.c.reason),
                allowed,
            )
        )
    page = SetAsidePage(
        rows=rows,
        counts={row.reason: row.facts for row in counts},
        next=_cursor(shown[-1]) if len(found) > limit else None,
    )
    return answer(page, asker)


def _of_stores(statement: Select[Any], allowed: tuple[str, ...] | None) -> Select[Any]:
    return statement if allowed is None else statement.where(QUARANTINE.c.node_id.in_(allowed))


def _row(reading: Reading, names: Names, row: Row[Any]) -> SetAside:
    stored = reading.first(
        select(EVENT).where(
            mine(EVENT),
            EVENT.c.node_id == row.node_id,
            EVENT.c.log_id == row.log_id,
            EVENT.c.seq == row.seq,
        )
    )
    assert stored is not None
    fact = fact_row(names, row.node_id, stored)
    return SetAside(
        **{name: getattr(fact, name) for name in FactRow.__struct_fields__},
        store=row.node_id,
        reason=row.reason,
        why=row.why,
        about=row.agg_id,
        goods=[Goods(sku=sku, name=names.of(sku)) for sku in goods_in(fact.body)],
        tries=row.tries,
        state="held" if row.state == "allowed" else row.state,
        allowed=row.state == "allowed",
        noted_at=_moment(row.noted_ms),
        facts=f"/v1/facts/{fact.log}/{fact.seq}",
        decided_by=row.decided_by,
        decided_at=_moment(row.decided_ms),
        note=row.note,
    )


def _cursor(row: Row[Any]) -> str:
    return f"{row.noted_ms}~{bytes(row.log_id).hex()}~{row.seq}"


def _position(after: str) -> tuple[int, bytes, int]:
    try:
        noted, log_id, seq = after.split("~")
        return int(noted), bytes.fromhex(log_id), int(seq)
    except ValueError:
        raise DomainError("query_malformed", why="after") from None


@get(
    "/v1/quarantine/evidence",
    permission="quarantine.read",
    scope=STORES,
    answers=EvidencePage,
    sync_to_thread=True,
)
def evidence(asker: NamedDependency[Asker]) -> Answer:
    """What revoked nodes sent after they were revoked, newest first."""
    allowed = asker.stores()
    statement = (
        select(
            EVIDENCE.c.node_id,
            EVIDENCE.c.sha256,
            EVIDENCE.c.log_id,
            EVIDENCE.c.first_seq,
            EVIDENCE.c.count,
            EVIDENCE.c.received_ms,
            func.length(EVIDENCE.c.data).label("bytes"),
        )
        .where(mine(EVIDENCE))
        .order_by(EVIDENCE.c.received_ms.desc(), EVIDENCE.c.sha256)
        .limit(_ROWS_MAX)
    )
    if allowed is not None:
        statement = statement.where(EVIDENCE.c.node_id.in_(allowed))
    with asker.store.reading() as reading:
        rows = [
            EvidenceRow(
                node=row.node_id,
                log=bytes(row.log_id).hex(),
                first_seq=row.first_seq,
                count=row._mapping["count"],
                bytes=row.bytes,
                received_at=_moment(row.received_ms),
                sha256=bytes(row.sha256).hex(),
            )
            for row in reading.all(statement)
        ]
    return answer(EvidencePage(rows=rows), asker)


router = Router("/", route_handlers=[quarantine, evidence])
