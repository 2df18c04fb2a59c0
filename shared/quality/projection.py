"""Inspections and holds as rows."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.ledger.projection import BOTH, Change, Recorded, Table, changed, number, raw, text
from shared.quality.events import InspectionRecorded, LotHeld, LotReleased
from shared.stock.events import GoodsReceived

INSPECTION = Table(
    "inspection",
    (text("inspection"),),
    (
        raw("log"),
        number("seq"),
        text("receipt"),
        number("happened_ms"),
        text("business_date"),
        text("actor"),
        text("lines"),
        text("answers"),
        text("photos"),
        text("note"),
        text("verdict"),
    ),
    indexes=(("business_date",), ("receipt",)),
)
HOLD = Table(
    "hold",
    (text("sku"), text("lot"), text("place")),
    (number("qty"), text("reason"), text("excursion"), number("since_ms"), raw("log"), number("seq")),
)
"""What is blocked now and why: the latest reason wins; a row with qty 0 is history."""
RECEIPT = Table(
    "receipt",
    (text("receipt"),),
    (
        raw("log"),
        number("seq"),
        text("supplier"),
        text("order_"),
        number("happened_ms"),
        text("business_date"),
        text("lines"),
        number("inspections"),
    ),
    indexes=(("business_date",),),
)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


class Quality:
    """Receipts to inspect, what inspections said, and what is held."""

    name = "quality"
    version = 1
    tables = (INSPECTION, HOLD, RECEIPT)
    facts = (InspectionRecorded, LotHeld, LotReleased, GoodsReceived)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, InspectionRecorded):
            yield from _inspection(recorded, fact)
        elif isinstance(fact, LotHeld):
            for line in fact.lines:
                for take in line.takes:
                    yield _held(
                        recorded, line.sku, take.lot, take.place, take.qty, fact.reason, fact.excursion
                    )
        elif isinstance(fact, LotReleased):
            for line in fact.lines:
                for take in line.takes:
                    yield changed(HOLD, (line.sku, take.lot, take.place), add={"qty": -take.qty})
        elif isinstance(fact, GoodsReceived):
            yield changed(
                RECEIPT,
                (fact.receipt,),
                put={
                    "log": recorded.log,
                    "seq": recorded.seq,
                    "supplier": fact.supplier,
                    "order_": fact.order,
                    "happened_ms": recorded.envelope.happened_ms,
                    "business_date": recorded.envelope.business_date.isoformat(),
                    "lines": _json(
                        [
                            {
                                "sku": line.sku,
                                "lot": line.lot,
                                "qty": line.qty,
                                "place": line.place,
                                "expiry": line.expiry,
                            }
                            for line in fact.lines
                        ]
                    ),
                },
            )


def _inspection(recorded: Recorded, fact: InspectionRecorded) -> Iterable[Change]:
    envelope = recorded.envelope
    blocked = any(line.blocks for line in fact.lines)
    yield changed(
        INSPECTION,
        (fact.inspection,),
        put={
            "log": recorded.log,
            "seq": recorded.seq,
            "receipt": fact.receipt,
            "happened_ms": envelope.happened_ms,
            "business_date": envelope.business_date.isoformat(),
            "actor": envelope.actor,
            "lines": _json(fact.lines),
            "answers": _json(fact.answers),
            "photos": _json(fact.photos),
            "note": fact.note,
            "verdict": "blocked" if blocked else "accepted",
        },
    )
    for line in fact.lines:
        for take in line.blocks:
            yield _held(recorded, line.sku, take.lot, take.place, take.qty, "inspection", "")
    if fact.receipt:
        yield changed(RECEIPT, (fact.receipt,), add={"inspections": 1})


def _held(
    recorded: Recorded, sku: str, lot: str, place: str, qty: int, reason: str, excursion: str
) -> Change:
    return changed(
        HOLD,
        (sku, lot, place),
        add={"qty": qty},
        put={
            "reason": reason,
            "excursion": excursion,
            "since_ms": recorded.envelope.happened_ms,
            "log": recorded.log,
            "seq": recorded.seq,
        },
    )


PROJECTIONS = (Quality(),)
