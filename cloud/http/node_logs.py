"""How safe the stores' logs are, and what a person decides about a log with an alarm.

Two boxes that claim to be one store's node write two logs; both are kept and counted once by their op ids. Only a
person knows which box is the store's: the other one's log is sealed, so that nothing more is taken into it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from msgspec import Meta

from cloud.http import gate
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.reports import Stores
from cloud.intake import twins
from cloud.jobs.backup import copies
from cloud.reports.asked import Question, business_today
from cloud.reports.how_safe_is_it import Safety, how_safe_is_it
from cloud.store.installation import Installation
from shared.catalogue.commands import Code


class Settle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seal` takes nothing more into the log; `keep` lets it go on. Either way the alarm is off."""

    store: Code
    log: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
    choice: Literal["seal", "keep"]


class SettledLog(msgspec.Struct, frozen=True, kw_only=True):
    log: str
    state: str


@get("/v1/reports/safety", permission="node.read", scope=gate.STORES, answers=Safety, sync_to_thread=True)
def safety(
    asker: NamedDependency[Asker], installation: NamedDependency[Installation], store: Stores = None
) -> Answer:
    """Proved copies, what they hold of each store, and the stores' logs."""
    made = [int(path.stem.removeprefix("cloud-")) for path in copies(installation.folder)]
    with asker.store.reading() as reading:
        today = business_today(reading, installation.clock())
        asked = Question(first=today, last=today, stores=asker.stores(store))
        return answer(how_safe_is_it(reading, asked, made), asker)


@post(
    "/v1/nodes/logs/settle",
    permission="node.enrol",
    scope=gate.STORES,
    body=Settle,
    answers=SettledLog,
    status_code=200,
    sync_to_thread=True,
)
def settle(asker: NamedDependency[Asker], asked: NamedDependency[Settle]) -> Answer:
    """What a person decided about a log: no more of it, or go on."""
    asker.require_store(asked.store)
    state = twins.settle(asker.store, asked.store, bytes.fromhex(asked.log), asked.choice)
    return answer(SettledLog(log=asked.log, state=state), asker)


router = Router("/", route_handlers=[safety, settle])
