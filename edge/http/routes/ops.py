"""Operations from phones: recorded in the order sent, answered after they are on the disk."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from msgspec import Meta

from edge.http.access import needs
from edge.http.body import json_body
from edge.http.node import Caller, StoreNode
from edge.http.times import rfc3339
from edge.ledger.health import clock_is_wrong
from edge.ledger.recording import Answer, Asker, Prepared, prepare
from shared.access.roles import PERMISSIONS
from shared.errors import DomainError
from shared.i18n import Language, tell
from shared.ledger.ops import Durable, Op, OpId, Ops, Result, Results, Told, op_id_bytes

State = Literal["accepted", "synced", "stable", "unknown"]


class OpState(msgspec.Struct, frozen=True, kw_only=True):
    op_id: str
    state: State
    log: str | None = None
    seq: int | None = None


class OpIds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    op_ids: Annotated[tuple[OpId, ...], Meta(max_length=1000)]


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The log this box writes now, and the fact of an older log that it grew from.

    A box put back from an old copy grows from a fact older than what it once acknowledged: by this a phone knows
    that it must offer again whatever is not yet stable.
    """

    log: str
    parent: str
    parent_seq: int


class States(msgspec.Struct, frozen=True, kw_only=True):
    states: dict[str, State]
    ledger: Ledger


@post("/ops", opt=needs("signed_in") | {"body": Ops}, dependencies=json_body(Ops), status_code=200)
async def record(
    asked: NamedDependency[Ops], node: NamedDependency[StoreNode], caller: NamedDependency[Caller]
) -> Results:
    """Record up to 200 ops; the same id again gives the same result. Each op needs its command's permission.

    Of a revoked phone none is taken, and all of them stay with it (`device_revoked`).
    """
    person = caller.person
    asker = Asker(actor=person.user, permissions=PERMISSIONS[person.role], auth_level="password")
    answers: list[Answer] = []
    devices = dict.fromkeys(op.device_id for op in asked.ops)
    if revoked := node.sessions.is_revoked(devices):
        node.sessions.close(caller.session)
        raise DomainError("device_revoked", device=revoked)
    if asked.ops:
        node.sessions.belongs_to(caller.session, next(iter(devices)))
        answers = await node.writer.submit_soon(_prepared(asked, node), asker)
    head = node.writer.head
    return Results(
        results=[
            result_of(op, answer, caller.language) for op, answer in zip(asked.ops, answers, strict=True)
        ],
        server_time=rfc3339(node.now_ms()),
        durable=Durable(log=head.log.hex(), seq=head.seq),
    )


def _prepared(asked: Ops, node: StoreNode) -> list[Prepared]:
    """The ops for the writer. What a phone has measured against a wrong clock of ours says nothing of its own."""
    if clock_is_wrong(node.clock_ahead_ms()):
        return [msgspec.structs.replace(prepare(op), offset_ms=None) for op in asked.ops]
    return [prepare(op) for op in asked.ops]


def result_of(op: Op, answer: Answer, language: Language) -> Result:
    """The writer's answer in the caller's language."""
    error = None if answer.error is None else _in_words(answer.error, language)
    return Result(
        op_id=op.op_id,
        state="accepted" if error is None else "rejected",
        log=None if answer.log is None else answer.log.hex(),
        seq=answer.seq,
        count=answer.count or None,
        error=error,
        warnings=tuple(_in_words(warning, language) for warning in answer.warnings),
    )


def _in_words(told: Told, language: Language) -> Told:
    return msgspec.structs.replace(told, text=tell(told.key, language, told.values))


_STATE = (
    "SELECT op.log, op.seq, op.seq + op.count - 1, coalesce(sent.synced, 0), coalesce(sent.stable, 0) "
    "FROM op LEFT JOIN sent ON sent.log = op.log WHERE op.op_id = ?"
)


def _states(node: StoreNode, op_ids: tuple[str, ...]) -> list[OpState]:
    found = []
    with node.readers.lend() as connection:
        for op_id in op_ids:
            row = connection.execute(_STATE, (op_id_bytes(op_id),)).fetchone()
            if row is None or row[0] is None:
                found.append(OpState(op_id=op_id, state="unknown"))
                continue
            log, first, last, synced, stable = row
            state: State = "stable" if last <= stable else "synced" if last <= synced else "accepted"
            found.append(OpState(op_id=op_id, state=state, log=log.hex(), seq=first))
    return found


_PARENT = "SELECT parent_log, parent_seq FROM log WHERE log = ?"
_NEWEST = "SELECT log, max(seq) FROM event WHERE log = (SELECT log FROM log ORDER BY ordinal DESC LIMIT 1) GROUP BY log"


def _ledger(node: StoreNode) -> Ledger:
    """A log's row reaches the disk with its first fact; before that it grows from the newest one there is."""
    log = node.writer.head.log
    with node.readers.lend() as connection:
        parent = connection.execute(_PARENT, (log,)).fetchone() or connection.execute(_NEWEST).fetchone()
    return Ledger(
        log=log.hex(),
        parent="" if parent is None else parent[0].hex(),
        parent_seq=0 if parent is None else parent[1],
    )


@get("/ops/{op_id:str}", opt=needs("signed_in"), sync_to_thread=True)
def op_state(op_id: Annotated[str, Meta(max_length=40)], node: NamedDependency[StoreNode]) -> OpState:
    """How far one op has come: on this box, at head office, in its backup."""
    one = msgspec.convert({"op_ids": [op_id]}, OpIds)
    return _states(node, one.op_ids)[0]


@post(
    "/ops/states",
    opt=needs("signed_in") | {"body": OpIds},
    dependencies=json_body(OpIds),
    status_code=200,
    sync_to_thread=True,
)
def op_states(asked: NamedDependency[OpIds], node: NamedDependency[StoreNode]) -> States:
    """How far many ops have come, and upon what this box writes now."""
    return States(
        states={found.op_id: found.state for found in _states(node, asked.op_ids)}, ledger=_ledger(node)
    )


router = Router("/v1", route_handlers=[record, op_state, op_states])
