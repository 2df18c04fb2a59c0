"""Commands decided at head office: master data and orders, in the same wire form as in a store."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from msgspec import Meta

from cloud.http import gate
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.intake import commands
from cloud.store.installation import Installation
from shared.ledger.ops import OPS_MAX, OpId, Ops, Results, op_id_bytes


class OpStates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    op_ids: Annotated[tuple[OpId, ...], Meta(max_length=OPS_MAX)]


class HowFar(msgspec.Struct, frozen=True, kw_only=True):
    """By op id: accepted, rejected, or unknown here."""

    states: dict[str, str]


@post(
    "/v1/ops",
    permission=gate.SIGNED_IN,
    scope=gate.STORES,
    body=Ops,
    answers=Results,
    status_code=200,
    sync_to_thread=True,
)
def submit(
    asker: NamedDependency[Asker], installation: NamedDependency[Installation], asked: NamedDependency[Ops]
) -> Answer:
    """Decide up to 200 commands in order; each needs its own permission and its own stores."""
    results = commands.submit(installation, asker.store, asker.principal, asked, asker.language)
    return answer(results, asker)


@post(
    "/v1/ops/states",
    permission=gate.SIGNED_IN,
    scope=gate.NONE,
    body=OpStates,
    answers=HowFar,
    status_code=200,
    sync_to_thread=True,
)
def states(asker: NamedDependency[Asker], asked: NamedDependency[OpStates]) -> Answer:
    """How far ops have come."""
    ids = {text: op_id_bytes(text) for text in asked.op_ids}
    with asker.store.reading() as reading:
        known = commands.op_states(reading, list(ids.values()))
    states = {text: known.get(op_id, "unknown") for text, op_id in ids.items()}
    return answer(HowFar(states=states), asker)


router = Router("/", route_handlers=[submit, states])
