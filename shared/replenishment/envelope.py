"""How far the program may go by itself: an order is inside the envelope, or it waits for a person.

Everything an order is measured by comes from what people did, never from the suggestion: the usual quantity and the
price are those of orders people approved. An automatic order teaches nothing, or many small steps, each inside the
band, would walk out of it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.money import line_amount_fen
from shared.units import half_up

Stage = Literal["suggest", "one_click", "automatic"]
Objection = Literal[
    "stopped",
    "stage",
    "delay",
    "models",
    "supplier",
    "sku",
    "unpriced",
    "never_ordered",
    "price_band",
    "contract",
    "deviation",
    "day_amount",
    "nothing",
]
"""What speaks against an automatic order."""

LEARNT_ORDERS = 3
"""So many orders by people before a quantity counts as usual."""
WHOLE_BP = 10_000
MINUTE_MS = 60_000


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """`skus` and `suppliers` are lists of what is allowed; empty allows nothing. `day_amount` in fen a day (UTC) of
    the whole chain, `price_band_bp` and `deviation_bp` in parts of ten thousand: prices up and down, quantities up.
    For `delay_minutes` after a suggestion people can still step in. Forecasts must have been found healthy within
    `models_days`."""

    stage: Stage = "suggest"
    dry_run: bool = True
    suppliers: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    price_band_bp: int = 0
    deviation_bp: int = 0
    day_amount: int = 0
    delay_minutes: int = 60
    models_days: int = 2


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """What people approved of one SKU for one store from one supplier: how often, how much in all, the last price."""

    orders: int = 0
    qty: int = 0
    unit_cost: int = 0


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A line the program would order."""

    sku: str
    qty: int
    unit_cost: int
    learnt: Learnt


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What is around a try: milliseconds since the suggestion, fen ordered automatically today, days since the models
    were last found healthy (none: never, or found unhealthy since)."""

    stopped: bool
    waited_ms: int
    spent_today: int
    models_days: int | None


def amount_of(lines: tuple[Wanted, ...]) -> int:
    """Fen of all lines, each rounded as an order is."""
    return sum(line_amount_fen(line.qty, line.unit_cost) for line in lines)


def objections(
    envelope: Envelope, supplier: str, lines: tuple[Wanted, ...], moment: Moment
) -> tuple[Objection, ...]:
    """Everything that speaks against ordering these lines now; nothing where the order is inside."""
    found: dict[Objection, bool] = {
        "stopped": moment.stopped,
        "stage": envelope.stage != "automatic",
        "delay": moment.waited_ms < envelope.delay_minutes * MINUTE_MS,
        "models": moment.models_days is None or moment.models_days > envelope.models_days,
        "supplier": supplier not in envelope.suppliers,
        "nothing": not any(line.qty > 0 for line in lines),
        "day_amount": moment.spent_today + amount_of(lines) > envelope.day_amount,
    }
    for line in lines:
        for objection in _of_line(envelope, line):
            found[objection] = True
    return tuple(objection for objection, speaks in found.items() if speaks)


def _of_line(envelope: Envelope, line: Wanted) -> list[Objection]:
    found: list[Objection] = []
    if line.sku not in envelope.skus:
        found.append("sku")
    if line.unit_cost <= 0:
        found.append("unpriced")
    if line.learnt.orders < LEARNT_ORDERS:
        return [*found, "never_ordered"]
    known = line.learnt.unit_cost
    if abs(line.unit_cost - known) * WHOLE_BP > known * envelope.price_band_bp:
        found.append("price_band")
    usual = half_up(line.learnt.qty, line.learnt.orders)
    if line.qty * WHOLE_BP > usual * (WHOLE_BP + envelope.deviation_bp):
        found.append("deviation")
    return found
