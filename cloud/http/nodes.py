"""The stores' nodes: codes to let one in, the way in itself, and closing the door on a lost box."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from msgspec import Meta
from sqlalchemy import select

from cloud.http import gate
from cloud.http.answers import Answer, answer, plain
from cloud.http.asker import Asker
from cloud.identity import nodes
from cloud.store.installation import Installation
from cloud.store.ledger_tables import LOG, NODE
from cloud.store.tenant import mine
from shared.catalogue.commands import Code


class CodeFor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`node` may be left out: a node is named by its store."""

    store: Code
    node: Annotated[str, Meta(max_length=64)] = ""


class Enrol(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(min_length=1, max_length=64)]
    node_public_key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    node_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class Revoke(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    store: Code


class NewCode(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    expires_at: str | None


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine must know to be the store's node."""

    node_id: str
    store: str
    tenant: dict[str, str | int]
    cloud_public_key: str
    token_audience: str


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    state: str


class NodeLog(msgspec.Struct, frozen=True, kw_only=True):
    log: str
    epoch: int
    seq: int
    stable: int
    state: str
    alarm: str


class EnrolledNode(msgspec.Struct, frozen=True, kw_only=True):
    node: str
    node_id: str
    store: str
    state: str
    enrolled_at: str | None
    last_sync_at: str | None
    unsent: int
    logs: list[NodeLog]


class EnrolledNodes(msgspec.Struct, frozen=True, kw_only=True):
    items: list[EnrolledNode]


def _moment(ms: int) -> str | None:
    if not ms:
        return None
    told = datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


@post(
    "/v1/nodes/enrolment-codes",
    permission="node.enrol",
    scope=gate.STORES,
    body=CodeFor,
    answers=NewCode,
    status_code=200,
    sync_to_thread=True,
)
def make_code(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    asked: NamedDependency[CodeFor],
) -> Answer:
    """A one-time code for one store's node, good for ten minutes."""
    asker.require_store(asked.store)
    made = nodes.new_code(installation, asker.store, asked.store, asker.principal.user)
    return answer(NewCode(code=made.code, expires_at=_moment(made.expires_ms)), asker)


@post(
    "/v1/nodes/enrol",
    permission=gate.PUBLIC,
    scope=gate.NONE,
    for_machines=True,
    body=Enrol,
    answers=Admitted,
    status_code=200,
    sync_to_thread=True,
)
def enrol(installation: NamedDependency[Installation], asked: NamedDependency[Enrol]) -> Answer:
    """Let a machine in by its code; it adopts the node id in the answer."""
    made = nodes.enrol(
        installation, asked.code, bytes.fromhex(asked.node_public_key), bytes.fromhex(asked.node_id)
    )
    return plain(
        Admitted(
            node_id=made.node_id.hex(),
            store=made.store,
            tenant=made.tenant,
            cloud_public_key=made.cloud_public_key.hex(),
            token_audience=made.token_audience,
        )
    )


@post(
    "/v1/nodes/revoke",
    permission="node.enrol",
    scope=gate.STORES,
    body=Revoke,
    answers=Revoked,
    status_code=200,
    sync_to_thread=True,
)
def revoke(asker: NamedDependency[Asker], asked: NamedDependency[Revoke]) -> Answer:
    """A stolen or lost box: its key opens nothing any more."""
    asker.require_store(asked.store)
    nodes.revoke(asker.store, asked.store)
    return answer(Revoked(store=asked.store, state="revoked"), asker)


@get(
    "/v1/master/nodes",
    permission="node.read",
    scope=gate.STORES,
    answers=EnrolledNodes,
    sync_to_thread=True,
)
def list_nodes(asker: NamedDependency[Asker]) -> Answer:
    """The nodes of the asker's stores with their logs."""
    allowed = asker.stores()
    with asker.store.reading() as reading:
        known = reading.all(select(NODE).where(mine(NODE)).order_by(NODE.c.node_id))
        logs = reading.all(select(LOG).where(mine(LOG)).order_by(LOG.c.node_id, LOG.c.epoch))
    items = [
        EnrolledNode(
            node=row.node_id,
            node_id=bytes(row.wire_id).hex(),
            store=row.node_id,
            state=row.state,
            enrolled_at=_moment(row.enrolled_ms),
            last_sync_at=_moment(max(row.last_hello_ms, row.last_push_ms)),
            unsent=row.unsent,
            logs=[
                NodeLog(
                    log=bytes(log.log_id).hex(),
                    epoch=log.epoch,
                    seq=log.head_seq,
                    stable=log.stable_seq,
                    state=log.state,
                    alarm=log.alarm,
                )
                for log in logs
                if log.node_id == row.node_id
            ],
        )
        for row in known
        if allowed is None or row.node_id in allowed
    ]
    return answer(EnrolledNodes(items=items), asker)


router = Router("/", route_handlers=[make_code, enrol, revoke, list_nodes])
