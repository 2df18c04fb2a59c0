"""Suggestions as rows, what people taught by approving, and what the program spent today. None of it goes to stores."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.business_day import business_date
from shared.ledger.projection import Cell, Change, Recorded, Table, Where, changed, number, text
from shared.replenishment.events import (
    AutomaticOrderJudged,
    AutomationResumed,
    AutomationStopped,
    EnvelopeSet,
    ModelsJudged,
    OrderConfirmed,
    OrderDeclined,
    OrderMessageWritten,
    SuggestionApproved,
    SuggestionDismissed,
    SuggestionMade,
    SuggestionRevised,
)

SUGGESTION = Table(
    "suggestion",
    (text("suggestion"),),
    (
        text("supplier"),
        text("store"),
        text("state"),
        number("made_ms"),
        text("day"),
        text("order_id"),
        number("automatic"),
        text("objections"),
        text("reason"),
    ),
    keeper="cloud",
    fed=False,
    indexes=(("state",), ("day",)),
)
"""`state` is open, approved or dismissed; `objections` are those of the last automatic try, as JSON."""
SUGGESTION_LINE = Table(
    "suggestion_line",
    (text("suggestion"), text("sku")),
    (
        number("suggested"),
        number("qty"),
        number("unit_cost"),
        text("terms"),
        text("reason"),
        text("note"),
        text("revised_by"),
    ),
    keeper="cloud",
    fed=False,
)
LEARNT_ORDER = Table(
    "learnt_order",
    (text("store"), text("sku"), text("supplier")),
    (number("orders"), number("qty"), number("unit_cost")),
    keeper="cloud",
    fed=False,
    group=3,
)
"""What people approved; automatic orders teach nothing."""
AUTOMATION = Table(
    "automation",
    (text("scope"),),
    (text("envelope"), number("stopped"), text("healthy_on"), text("why")),
    keeper="cloud",
    fed=False,
)
"""One row, of the whole chain. `healthy_on` is the day the models were last found healthy, empty once they were not."""
CHAIN = ""
AUTOMATIC_DAY = Table(
    "automatic_day",
    (text("day"),),
    (number("ordered"), number("rehearsed")),
    keeper="cloud",
    fed=False,
)
"""Fen ordered by the program on a day, and fen it would have ordered in dry runs."""
CONFIRMATION = Table(
    "order_confirmation",
    (text("order_id"), text("sku")),
    (text("store"), number("revision"), number("qty"), number("unit_cost"), text("due"), text("note")),
    keeper="cloud",
    scope="store",
)
"""What a supplier said of a line, of which revision; where the order has changed since, it says nothing any more."""
ANSWER = Table(
    "order_answer",
    (text("order_id"),),
    (
        text("store"),
        text("answer"),
        number("revision"),
        text("due"),
        text("note"),
        number("at_ms"),
        text("by_whom"),
    ),
    keeper="cloud",
    scope="store",
)
"""The supplier's last word on an order: `answer` is confirmed or declined."""
SAID = Table(
    "order_said",
    (text("order_id"), text("said")),
    (
        text("what"),
        number("revision"),
        text("due"),
        text("note"),
        text("lines"),
        number("at_ms"),
        text("by_whom"),
        text("actor"),
    ),
    keeper="cloud",
    fed=False,
)
"""Everything that was said about an order, the answers that a later one replaced too; `what` is confirmed, declined or
message, `lines` the confirmed ones as JSON."""


class Suggestions:
    """Each suggestion with its lines as they stand now."""

    name = "suggestions"
    version = 1
    tables = (SUGGESTION, SUGGESTION_LINE, LEARNT_ORDER)
    facts = (SuggestionMade, SuggestionRevised, SuggestionApproved, SuggestionDismissed, AutomaticOrderJudged)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        put: dict[str, Cell]
        if isinstance(fact, SuggestionMade):
            put = {
                "supplier": fact.supplier,
                "store": fact.store,
                "state": "open",
                "made_ms": recorded.envelope.wall_ms,
                "day": recorded.envelope.business_date.isoformat(),
            }
            yield changed(SUGGESTION, (fact.suggestion,), put=put)
            for line in fact.lines:
                put = {
                    "suggested": line.qty,
                    "qty": line.qty,
                    "unit_cost": line.unit_cost,
                    "terms": line.terms,
                }
                yield changed(SUGGESTION_LINE, (fact.suggestion, line.sku), put=put)
        elif isinstance(fact, SuggestionRevised):
            for revised in fact.lines:
                put = {
                    "qty": revised.qty,
                    "reason": revised.reason,
                    "note": revised.note,
                    "revised_by": recorded.envelope.actor,
                }
                yield changed(SUGGESTION_LINE, (fact.suggestion, revised.sku), put=put)
        elif isinstance(fact, SuggestionApproved):
            put = {"state": "approved", "order_id": fact.order, "automatic": int(fact.automatic)}
            yield changed(SUGGESTION, (fact.suggestion,), put=put)
            for approved in () if fact.automatic else fact.lines:
                yield changed(
                    LEARNT_ORDER,
                    (fact.store, approved.sku, fact.supplier),
                    add={"orders": 1, "qty": approved.qty},
                    put={"unit_cost": approved.unit_cost},
                )
        elif isinstance(fact, SuggestionDismissed):
            put = {"state": "dismissed", "reason": fact.reason}
            yield changed(SUGGESTION, (fact.suggestion,), put=put)
        else:
            assert isinstance(fact, AutomaticOrderJudged)
            told = msgspec.json.encode(fact.objections).decode()
            yield changed(SUGGESTION, (fact.suggestion,), put={"objections": told})


class Automation:
    """The envelope, the switch, the models' health, and what was spent inside it by day."""

    name = "automation"
    version = 1
    tables = (AUTOMATION, AUTOMATIC_DAY)
    facts = (
        EnvelopeSet,
        AutomationStopped,
        AutomationResumed,
        ModelsJudged,
        SuggestionApproved,
        AutomaticOrderJudged,
    )
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, day = recorded.fact, business_date(recorded.envelope.wall_ms, "UTC").isoformat()
        if isinstance(fact, EnvelopeSet):
            told = msgspec.json.encode(fact.envelope).decode()
            yield changed(AUTOMATION, (CHAIN,), put={"envelope": told})
        elif isinstance(fact, AutomationStopped | AutomationResumed):
            stopped = int(isinstance(fact, AutomationStopped))
            yield changed(AUTOMATION, (CHAIN,), put={"stopped": stopped})
        elif isinstance(fact, ModelsJudged):
            put: dict[str, Cell] = {"healthy_on": day if fact.healthy else None, "why": fact.why}
            yield changed(AUTOMATION, (CHAIN,), put=put)
        elif isinstance(fact, SuggestionApproved):
            if fact.automatic:
                yield changed(AUTOMATIC_DAY, (day,), add={"ordered": fact.amount})
        else:
            assert isinstance(fact, AutomaticOrderJudged)
            if fact.dry_run and not fact.objections:
                yield changed(AUTOMATIC_DAY, (day,), add={"rehearsed": fact.amount})


class Confirmations:
    """What suppliers answered: the last word counts, the earlier ones stay to be seen."""

    name = "order_confirmations"
    version = 2
    tables = (CONFIRMATION, ANSWER, SAID)
    facts = (OrderConfirmed, OrderDeclined, OrderMessageWritten)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, at_ms = recorded.fact, recorded.envelope.wall_ms
        said: dict[str, Cell] = {"at_ms": at_ms, "actor": recorded.envelope.actor}
        if isinstance(fact, OrderConfirmed):
            due = fact.due.isoformat()
            lines = msgspec.json.encode(fact.lines).decode()
            said |= {"what": "confirmed", "due": due, "note": fact.note, "lines": lines}
            for line in fact.lines:
                put: dict[str, Cell] = {
                    "store": fact.store,
                    "revision": fact.revision,
                    "qty": line.qty,
                    "unit_cost": line.unit_cost or 0,
                    "due": (line.due or fact.due).isoformat(),
                    "note": fact.note,
                }
                yield changed(CONFIRMATION, (fact.order, line.sku), put=put)
            yield _answer(fact, at_ms, "confirmed", due, fact.note)
        elif isinstance(fact, OrderDeclined):
            said |= {"what": "declined", "note": fact.reason}
            yield _answer(fact, at_ms, "declined", None, fact.reason)
        else:
            assert isinstance(fact, OrderMessageWritten)
            said |= {"what": "message", "note": fact.text}
        said |= {"revision": fact.revision, "by_whom": fact.by}
        yield changed(SAID, (fact.order, recorded.envelope.event_id.hex()), put=said)


def _answer(
    fact: OrderConfirmed | OrderDeclined, at_ms: int, answer: str, due: str | None, note: str
) -> Change:
    put: dict[str, Cell] = {
        "store": fact.store,
        "answer": answer,
        "revision": fact.revision,
        "due": due,
        "note": note,
        "at_ms": at_ms,
        "by_whom": fact.by,
    }
    return changed(ANSWER, (fact.order,), put=put)


PROJECTIONS = (Suggestions(), Automation(), Confirmations())
