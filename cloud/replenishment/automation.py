"""How far the program may go by itself now, and what there is for it to ask.

The answer to each asking is decided where commands are (0036); here it is only chosen what is worth asking. A
suggestion is asked for once for as long as nothing has changed that speaks for or against it: its lines, the envelope,
the models' health, the day whose money is counted. Its op's id is made of these, so asking again changes nothing.
"""

from __future__ import annotations

import hashlib
from math import isnan
from typing import Any

import msgspec
from sqlalchemy import func, select

from cloud.forecasting.series import Series
from cloud.replenishment.evening import LineTerms
from cloud.store.ledger_tables import OP
from cloud.store.projected import table_of
from cloud.store.replenishment_tables import REPLENISHMENT_LINE
from cloud.store.tenant import Reading, mine
from shared.business_day import business_date
from shared.ledger.ops import Op
from shared.money import fen_text
from shared.replenishment.commands import JudgeModels, OrderAutomatically
from shared.replenishment.envelope import MINUTE_MS, Envelope, Stage
from shared.replenishment.projection import AUTOMATIC_DAY, AUTOMATION, CHAIN, SUGGESTION, SUGGESTION_LINE
from shared.units import MICRO, micro

ASKED_AT_ONCE = 200
WORSE_THAN_A_PENCIL = 1.1
"""A night whose forecast missed more than this times what the mean of four weeks did is not to be ordered by."""
BIAS_MOST = 0.5
LEVEL_DAYS = 28


class AutomationTold(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope as it stands, whether the switch is pulled, and what was ordered inside it today (UTC)."""

    stage: Stage
    dry_run: bool
    stopped: bool
    suppliers: list[str]
    skus: list[str]
    price_band_bp: int
    deviation_bp: int
    day_amount: str
    delay_minutes: int
    models_days: int
    healthy_on: str | None
    why: str
    ordered_today: str
    rehearsed_today: str


def automation(reading: Reading, now_ms: int) -> AutomationTold:
    """What the owner has allowed; where nobody has said anything, suggestions only."""
    envelope, row = _envelope(reading)
    days = table_of(AUTOMATIC_DAY)
    day = reading.first(select(days).where(mine(days), days.c.day == _money_day(now_ms)))
    return AutomationTold(
        stage=envelope.stage,
        dry_run=envelope.dry_run,
        stopped=bool(row is not None and row.stopped),
        suppliers=list(envelope.suppliers),
        skus=list(envelope.skus),
        price_band_bp=envelope.price_band_bp,
        deviation_bp=envelope.deviation_bp,
        day_amount=fen_text(envelope.day_amount),
        delay_minutes=envelope.delay_minutes,
        models_days=envelope.models_days,
        healthy_on=None if row is None else row.healthy_on,
        why="" if row is None else row.why or "",
        ordered_today=fen_text(0 if day is None else int(day.ordered)),
        rehearsed_today=fen_text(0 if day is None else int(day.rehearsed)),
    )


def ops_to_ask(reading: Reading, now_ms: int) -> list[Op]:
    """Open suggestions whose delay is over and that were not yet asked for as things stand; none while stopped."""
    envelope, row = _envelope(reading)
    if envelope.stage != "automatic" or row is None or row.stopped:
        return []
    made = table_of(SUGGESTION)
    ripe = now_ms - envelope.delay_minutes * MINUTE_MS
    names = [
        row.suggestion
        for row in reading.all(
            select(made.c.suggestion)
            .where(mine(made), made.c.state == "open", made.c.made_ms <= ripe)
            .order_by(made.c.made_ms, made.c.suggestion)
        )
    ]
    about = (row.envelope, row.healthy_on, _money_day(now_ms))
    ops: list[Op] = []
    # What was refused stays open; it must not stand in the way of those behind it.
    for start in range(0, len(names), ASKED_AT_ONCE):
        ops += _not_asked_yet(reading, names[start : start + ASKED_AT_ONCE], about, now_ms)
        if len(ops) >= ASKED_AT_ONCE:
            break
    return ops[:ASKED_AT_ONCE]


def _not_asked_yet(reading: Reading, names: list[str], about: tuple[Any, ...], now_ms: int) -> list[Op]:
    lines = table_of(SUGGESTION_LINE)
    standing: dict[str, list[tuple[str, int, int]]] = {name: [] for name in names}
    for line in reading.all(
        select(lines.c.suggestion, lines.c.sku, lines.c.qty, lines.c.unit_cost)
        .where(mine(lines), lines.c.suggestion.in_(names))
        .order_by(lines.c.suggestion, lines.c.sku)
    ):
        standing[line.suggestion].append((line.sku, int(line.qty), int(line.unit_cost)))
    ids = {
        name: hashlib.sha256(
            msgspec.json.encode(("automatic", reading.tenant, name, about, standing[name]))
        ).hexdigest()[:32]
        for name in names
    }
    wanted = [bytes.fromhex(op_id) for op_id in ids.values()]
    known = {
        bytes(one.op_id).hex()
        for one in reading.all(select(OP.c.op_id).where(mine(OP), OP.c.op_id.in_(wanted)))
    }
    return [
        _op(op_id, OrderAutomatically(suggestion=name), now_ms)
        for name, op_id in ids.items()
        if op_id not in known
    ]


def op_of_health(reading: Reading, day: str, series: list[Series], now_ms: int) -> Op:
    """The night's look at the models: what the night before said of the day that is now known, against what came."""
    why = _what_is_wrong(reading, day, series)
    op_id = hashlib.sha256(f"models/{reading.tenant}/{day}".encode()).hexdigest()[:32]
    return _op(op_id, JudgeModels(healthy=not why, why=why), now_ms)


def _what_is_wrong(reading: Reading, day: str, series: list[Series]) -> str:
    """Empty where the forecast did no worse than the mean of four weeks, and was not off by half in sum."""
    said = _said_before(reading, day)
    missed = pencil = forecast = sold = 0.0
    for one in series:
        mean = said.get((one.store, one.sku))
        past = [value for value in one.sold[-LEVEL_DAYS - 1 : -1] if not isnan(value)]
        if mean is None or not past or isnan(one.sold[-1]):
            continue
        came = one.sold[-1]
        missed += abs(mean - came)
        pencil += abs(sum(past) / len(past) - came)
        forecast += mean
        sold += came
    if not sold:
        return "nothing_to_compare"
    if abs(forecast / sold - 1) > BIAS_MOST:
        return "off_in_sum"
    return "worse_than_the_mean" if missed > WORSE_THAN_A_PENCIL * pencil else ""


def _said_before(reading: Reading, day: str) -> dict[tuple[str, str], float]:
    """What the night before `day` expected of its own day, in units."""
    line = REPLENISHMENT_LINE
    newest = reading.scalar(
        select(func.max(line.c.day)).where(mine(line), line.c.day < day, line.c.terms != "")
    )
    rows = reading.all(
        select(line.c.store, line.c.sku, line.c.terms).where(
            mine(line), line.c.day == newest, line.c.terms != ""
        )
    )
    found = {}
    for row in rows:
        terms = msgspec.json.decode(row.terms, type=LineTerms)
        found[row.store, row.sku] = micro(terms.forecast.days[0].mean) / MICRO
    return found


def _envelope(reading: Reading) -> tuple[Envelope, Any]:
    """The envelope and its row; the row is None where nobody has set, stopped or judged anything."""
    table = table_of(AUTOMATION)
    row = reading.first(select(table).where(mine(table), table.c.scope == CHAIN))
    if row is None or not row.envelope:
        return Envelope(), row
    return msgspec.json.decode(row.envelope, type=Envelope), row


def _money_day(now_ms: int) -> str:
    return business_date(now_ms, "UTC").isoformat()


def _op(op_id: str, command: OrderAutomatically | JudgeModels, at_ms: int) -> Op:
    return Op(
        op_id=op_id,
        device_id="head-office",
        kind=command.kind,
        at_ms=at_ms,
        body=msgspec.Raw(msgspec.json.encode(command)),
    )
