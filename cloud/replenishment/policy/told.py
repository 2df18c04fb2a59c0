"""A line as a page shows it: every term as a decimal string, nothing left out, so that anybody can redo the sum."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cloud.replenishment.policy.suggesting import Cut, Suggestion
from shared.access.labels import SUPPLIER_PRICE
from shared.units import decimal_text

Price = Annotated[str, Meta(extra={"label": SUPPLIER_PRICE})]
"""A decimal string that tells what a supplier charges."""


class CandidateTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    qty: str
    cost: str
    waste: str | None = None
    short: str | None = None


class TermsTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`noise` to `lead_time` are variances; the `safety_` figures are their shares of the safety stock."""

    days: str
    mean_lead: str
    mean_review: str
    noise: str
    review: str
    forecast_error: str
    lead_time: str
    level: str
    factor: str
    step: str
    quantile: str
    cover_least: str = "0"
    cover_most: str | None = None
    order_up_to: str
    safety_stock: str
    safety_noise: str
    safety_review: str
    safety_forecast_error: str
    safety_lead_time: str
    on_hand: str
    held: str
    expiring: str
    in_transit: str
    on_order: str
    position: str
    need: str
    spare: str
    given: str
    substituted: str
    wanted: str
    pack: str
    least: str
    unit_cost: Price
    candidates: list[CandidateTold]
    ordered: str
    topped_up: str
    cut: str
    cut_by: Cut | None = None


class LineTold(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    sku: str
    supplier: str
    qty: str
    value: Price
    terms: TermsTold


def told(line: Suggestion) -> LineTold:
    """The line in decimal strings."""
    moments, stock, shelf, source = line.aim.moments, line.stock, line.shelf, line.source
    figures = {
        "days": moments.days,
        "mean_lead": moments.mean_lead,
        "mean_review": moments.mean_review,
        "noise": moments.noise,
        "review": moments.review,
        "forecast_error": moments.forecast_error,
        "lead_time": moments.lead_time,
        "level": line.aim.level,
        "factor": line.aim.factor,
        "step": line.aim.step,
        "quantile": stock.quantile,
        "cover_least": line.aim.cover_least,
        "order_up_to": stock.order_up_to,
        "safety_stock": stock.total,
        "safety_noise": stock.noise,
        "safety_review": stock.review,
        "safety_forecast_error": stock.forecast_error,
        "safety_lead_time": stock.lead_time,
        "on_hand": shelf.on_hand,
        "held": shelf.held,
        "expiring": shelf.expiring,
        "in_transit": shelf.in_transit,
        "on_order": shelf.on_order,
        "position": line.position,
        "need": line.need,
        "spare": line.spare,
        "given": line.given,
        "substituted": line.substituted,
        "wanted": line.wanted,
        "pack": source.pack,
        "least": source.least,
        "unit_cost": source.unit_cost,
        "ordered": line.ordered,
        "topped_up": line.topped_up,
        "cut": line.cut,
    }
    candidates = [
        CandidateTold(
            qty=decimal_text(one.qty),
            cost=decimal_text(one.cost),
            waste=None if one.waste is None else decimal_text(one.waste),
            short=None if one.short is None else decimal_text(one.short),
        )
        for one in line.candidates
    ]
    return LineTold(
        store=line.store,
        sku=line.sku,
        supplier=source.supplier,
        qty=decimal_text(line.qty),
        value=decimal_text(line.value),
        terms=TermsTold(
            candidates=candidates,
            cut_by=line.cut_by,
            cover_most=None if line.aim.cover_most is None else decimal_text(line.aim.cover_most),
            **{name: decimal_text(figure) for name, figure in figures.items()},
        ),
    )
