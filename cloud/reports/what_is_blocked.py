"""What is blocked and why: inspections with their photos, and every lot on hold."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from cloud.reports.asked import Question, in_period, of_stores, qty_text, sku_names, store_names
from cloud.store.clocks import moment
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.quality.events import Answer
from shared.quality.projection import HOLD, INSPECTION
from shared.units import decimal_text


class InspectedRow(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    lot: str
    accepted: str
    held: str
    rejected: str


class InspectionRow(msgspec.Struct, frozen=True, kw_only=True):
    inspection: str
    store: str
    store_name: str
    at: str
    inspector: str
    verdict: str
    receipt: str
    lines: list[InspectedRow]
    answers: list[Answer]
    photos: list[str]
    note: str
    facts: str


class HoldRow(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    store_name: str
    sku: str
    name: str
    lot: str
    place: str
    qty: str
    reason: str
    excursion: str
    since: str
    facts: str


class Blocked(msgspec.Struct, frozen=True, kw_only=True):
    inspections: list[InspectionRow]
    holds: list[HoldRow]


def what_is_blocked(reading: Reading, asked: Question, verdict: str = "", limit: int = 200) -> Blocked:
    """The period's inspections, newest first (`verdict` "blocked" or "accepted" for some), and all holds of now."""
    inspection, hold = table_of(INSPECTION), table_of(HOLD)
    wanted = select(inspection).where(of_stores(asked, inspection), in_period(asked, inspection))
    if verdict:
        wanted = wanted.where(inspection.c.verdict == verdict)
    inspected = reading.all(wanted.order_by(inspection.c.happened_ms.desc()).limit(limit))
    held = reading.all(
        select(hold)
        .where(of_stores(asked, hold), hold.c.qty > 0)
        .order_by(hold.c.since_ms.desc(), hold.c.node_id, hold.c.sku)
        .limit(limit)
    )
    lines = {row.inspection: msgspec.json.decode(row.lines) for row in inspected}
    skus = {row.sku for row in held} | {line["sku"] for found in lines.values() for line in found}
    names, named = store_names(reading), sku_names(reading, skus)
    return Blocked(
        inspections=[_inspection(row, lines[row.inspection], names, named) for row in inspected],
        holds=[
            HoldRow(
                store=row.node_id,
                store_name=names.get(row.node_id, row.node_id),
                sku=row.sku,
                name=named[row.sku],
                lot=row.lot,
                place=row.place,
                qty=qty_text(row.qty),
                reason=row.reason or "",
                excursion=row.excursion or "",
                since=moment(row.since_ms),
                facts=f"/v1/facts/{row.log.hex()}/{row.seq}",
            )
            for row in held
        ],
    )


def _inspection(
    row: Any, lines: list[dict[str, Any]], names: dict[str, str], skus: dict[str, str]
) -> InspectionRow:
    return InspectionRow(
        inspection=row.inspection,
        store=row.node_id,
        store_name=names.get(row.node_id, row.node_id),
        at=moment(row.happened_ms),
        inspector=row.actor,
        verdict=row.verdict,
        receipt=row.receipt or "",
        lines=[
            InspectedRow(
                sku=line["sku"],
                name=skus[line["sku"]],
                lot=line["lot"],
                accepted=decimal_text(line["accepted"]),
                held=decimal_text(line["held"]),
                rejected=decimal_text(line["rejected"]),
            )
            for line in lines
        ],
        answers=msgspec.json.decode(row.answers, type=list[Answer]),
        photos=msgspec.json.decode(row.photos),
        note=row.note or "",
        facts=f"/v1/facts/{row.log.hex()}/{row.seq}",
    )
