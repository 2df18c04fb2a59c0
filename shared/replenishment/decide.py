"""May this be suggested, changed, ordered? A suggestion is spent once; the program orders inside its envelope or not.

Days and delays of the program are those of head office's own clock at the moment of recording. What a command says of
when it happened decides nothing here: backdated, it would find yesterday's money unspent and its delay over.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from shared.business_day import business_date
from shared.catalogue.lookup import whole
from shared.catalogue.projection import SKU, STORE, SUPPLIER
from shared.catalogue.terms import contract_price
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.money import line_amount_fen, not_negative_fen
from shared.purchasing.contract import ordered_price
from shared.purchasing.events import OrderedLine, OrderPlaced
from shared.purchasing.orders import standing_order
from shared.purchasing.projection import ORDER, ORDER_LINE
from shared.replenishment import commands, events
from shared.replenishment.envelope import Envelope, Learnt, Moment, Objection, Wanted, amount_of, objections
from shared.replenishment.projection import (
    AUTOMATIC_DAY,
    AUTOMATION,
    CHAIN,
    LEARNT_ORDER,
    SUGGESTION,
    SUGGESTION_LINE,
)
from shared.units import decimal_text, not_negative_micro, positive_micro

DUE_DAYS_MOST = 366
ONE_DAY = 1
"""Somewhere it is still yesterday."""


@decides(commands.MakeSuggestion)
def make_suggestion(command: commands.MakeSuggestion, asked: Asked, view: View) -> list[Fact]:
    if row(view, SUPPLIER, command.supplier) is None:
        raise DomainError("supplier_unknown", supplier=command.supplier)
    if row(view, STORE, command.store) is None:
        raise DomainError("store_unknown", store=command.store)
    lines: list[events.SuggestedLine] = []
    for line in command.lines:
        if row(view, SKU, line.sku) is None:
            raise DomainError("sku_unknown", sku=line.sku)
        if any(line.sku == one.sku for one in lines):
            raise DomainError("suggested_twice", sku=line.sku)
        cost = 0 if line.unit_cost is None else not_negative_micro(line.unit_cost, "unit_cost")
        lines.append(
            events.SuggestedLine(sku=line.sku, qty=positive_micro(line.qty), unit_cost=cost, terms=line.terms)
        )
    return [
        events.SuggestionMade(
            suggestion=asked.op_id.hex(), supplier=command.supplier, store=command.store, lines=tuple(lines)
        )
    ]


@decides(commands.ReviseSuggestion)
def revise_suggestion(command: commands.ReviseSuggestion, _asked: Asked, view: View) -> list[Fact]:
    _require_open(command.suggestion, view)
    lines: list[events.RevisedLine] = []
    for line in command.lines:
        known = row(view, SUGGESTION_LINE, command.suggestion, line.sku)
        if known is None:
            raise DomainError("sku_not_suggested", sku=line.sku)
        if any(line.sku == one.sku for one in lines):
            raise DomainError("suggested_twice", sku=line.sku)
        qty = not_negative_micro(line.qty)
        if line.reason == "other" and not line.note.strip():
            raise DomainError("reason_missing")
        lines.append(
            events.RevisedLine(
                sku=line.sku,
                suggested=whole(known["suggested"]),
                qty=qty,
                reason=line.reason,
                note=line.note.strip(),
            )
        )
    return [events.SuggestionRevised(suggestion=command.suggestion, lines=tuple(lines))]


@decides(commands.ApproveSuggestion)
def approve_suggestion(command: commands.ApproveSuggestion, asked: Asked, view: View) -> list[Fact]:
    known = _require_open(command.suggestion, view)
    lines = _wanted(command.suggestion, known, asked, view)
    return _ordered(command.suggestion, known, lines, command.due, asked, view, automatic=False)


@decides(commands.DismissSuggestion)
def dismiss_suggestion(command: commands.DismissSuggestion, _asked: Asked, view: View) -> list[Fact]:
    _require_open(command.suggestion, view)
    return [events.SuggestionDismissed(suggestion=command.suggestion, reason=command.reason)]


@decides(commands.OrderAutomatically)
def order_automatically(command: commands.OrderAutomatically, asked: Asked, view: View) -> list[Fact]:
    """The judgement comes first, the order only behind one without objections that is no dry run."""
    known = _require_open(command.suggestion, view)
    automation = row(view, AUTOMATION, CHAIN) or {}
    told = automation.get("envelope")
    envelope = msgspec.json.decode(str(told), type=Envelope) if told else Envelope()
    today = business_date(asked.now_ms, "UTC")
    spent = row(view, AUTOMATIC_DAY, today.isoformat())
    healthy_on = automation.get("healthy_on")
    moment = Moment(
        stopped=bool(automation.get("stopped")),
        waited_ms=asked.now_ms - whole(known["made_ms"]),
        spent_today=0
        if spent is None
        else whole(spent["ordered"] if not envelope.dry_run else spent["rehearsed"]),
        models_days=(today - date.fromisoformat(str(healthy_on))).days if healthy_on else None,
    )
    lines = _wanted(command.suggestion, known, asked, view)
    found = objections(envelope, str(known["supplier"]), lines, moment)
    found += _contract(str(known["supplier"]), lines, asked, view)
    judged = events.AutomaticOrderJudged(
        suggestion=command.suggestion, objections=found, dry_run=envelope.dry_run, amount=amount_of(lines)
    )
    if found or envelope.dry_run:
        return [judged]
    return [judged, *_ordered(command.suggestion, known, lines, None, asked, view, automatic=True)]


def _contract(supplier: str, lines: tuple[Wanted, ...], asked: Asked, view: View) -> tuple[Objection, ...]:
    """A price that a person could not order at, the program cannot either."""
    try:
        for line in lines:
            ordered_price(view, supplier, line.sku, line.qty, line.unit_cost, asked.business_date)
    except DomainError:
        return ("contract",)
    return ()


def _wanted(suggestion: str, known: Row, asked: Asked, view: View) -> tuple[Wanted, ...]:
    """What would be ordered; lines that a person set to zero are left out."""
    supplier = str(known["supplier"])
    lines = []
    for key, line in sorted(view.rows(SUGGESTION_LINE, (suggestion,)).items()):
        if not line["qty"]:
            continue
        sku = str(key[1])
        learnt = row(view, LEARNT_ORDER, str(known["store"]), sku, supplier)
        lines.append(
            Wanted(
                sku=sku,
                qty=whole(line["qty"]),
                unit_cost=_unit_cost(supplier, sku, line, asked, view),
                learnt=Learnt() if learnt is None else msgspec.convert(learnt, Learnt),
            )
        )
    return tuple(lines)


def _unit_cost(supplier: str, sku: str, line: Row, asked: Asked, view: View) -> int:
    """The price that was suggested; of a changed quantity the contract's for that one, which may be another tier."""
    suggested, qty = whole(line["unit_cost"]), whole(line["qty"])
    if not suggested or qty == whole(line["suggested"]):
        return suggested
    contract = contract_price(view, supplier, sku, qty, asked.business_date)
    return suggested if contract is None else contract.price


def _ordered(
    suggestion: str,
    known: Row,
    lines: tuple[Wanted, ...],
    due: date | None,
    asked: Asked,
    view: View,
    *,
    automatic: bool,
) -> list[Fact]:
    """The order and the approval that cites it."""
    supplier, store = str(known["supplier"]), str(known["store"])
    ordered, approved = [], []
    for line in lines:
        asked_price = line.unit_cost or None
        price = ordered_price(view, supplier, line.sku, line.qty, asked_price, asked.business_date)
        ordered.append(OrderedLine(sku=line.sku, qty=line.qty, unit_cost=price))
        approved.append(events.ApprovedLine(sku=line.sku, qty=line.qty, unit_cost=price or 0))
    if not ordered:
        raise DomainError("suggestion_orders_nothing", suggestion=suggestion)
    if row(view, ORDER, suggestion) is not None:
        raise DomainError("order_exists", order=suggestion)
    return [
        OrderPlaced(order=suggestion, supplier=supplier, store=store, due=due, lines=tuple(ordered)),
        events.SuggestionApproved(
            suggestion=suggestion,
            order=suggestion,
            supplier=supplier,
            store=store,
            automatic=automatic,
            amount=sum(line_amount_fen(line.qty, line.unit_cost) for line in approved),
            lines=tuple(approved),
        ),
    ]


def _require_open(suggestion: str, view: View) -> Row:
    known = row(view, SUGGESTION, suggestion)
    if known is None:
        raise DomainError("suggestion_unknown", suggestion=suggestion)
    if known["state"] != "open":
        raise DomainError("suggestion_not_open", suggestion=suggestion)
    return known


@decides(commands.SetEnvelope)
def set_envelope(command: commands.SetEnvelope, _asked: Asked, view: View) -> list[Fact]:
    for supplier in command.suppliers:
        if row(view, SUPPLIER, supplier) is None:
            raise DomainError("supplier_unknown", supplier=supplier)
    for sku in command.skus:
        if row(view, SKU, sku) is None:
            raise DomainError("sku_unknown", sku=sku)
    amount = not_negative_fen(command.day_amount, "day_amount")
    envelope = Envelope(
        stage=command.stage,
        dry_run=command.dry_run,
        suppliers=command.suppliers,
        skus=command.skus,
        price_band_bp=command.price_band_bp,
        deviation_bp=command.deviation_bp,
        day_amount=amount,
        delay_minutes=command.delay_minutes,
        models_days=command.models_days,
    )
    return [events.EnvelopeSet(envelope=envelope)]


@decides(commands.StopAutomation)
def stop_automation(command: commands.StopAutomation, _asked: Asked, _view: View) -> list[Fact]:
    """Pulled twice is as good as once: nobody who pulls it in a fright is told that it cannot be."""
    return [events.AutomationStopped(reason=command.reason)]


@decides(commands.ResumeAutomation)
def resume_automation(command: commands.ResumeAutomation, _asked: Asked, _view: View) -> list[Fact]:
    return [events.AutomationResumed(reason=command.reason)]


@decides(commands.JudgeModels)
def judge_models(command: commands.JudgeModels, _asked: Asked, _view: View) -> list[Fact]:
    if not command.healthy and not command.why.strip():
        raise DomainError("reason_missing")
    return [events.ModelsJudged(healthy=command.healthy, why=command.why.strip())]


@decides(commands.ConfirmOrder)
def confirm_order(command: commands.ConfirmOrder, asked: Asked, view: View) -> list[Fact]:
    """A supplier's own answer stays inside what was ordered; what was heard on the telephone is as it was heard."""
    placed = standing_order(view, command.order, revision=command.revision)
    by = by_whom(asked, placed)
    if by == "supplier":
        _require_nothing_received(command.order, view)
    lines: list[events.ConfirmedLine] = []
    for line in command.lines:
        ordered = row(view, ORDER_LINE, command.order, line.sku)
        if ordered is None:
            raise DomainError("sku_not_ordered", order=command.order, sku=line.sku)
        if any(line.sku == one.sku for one in lines):
            raise DomainError("order_line_twice", sku=line.sku)
        qty = not_negative_micro(line.qty)
        if by == "supplier" and qty > whole(ordered["ordered"]):
            raise DomainError(
                "confirmed_above_ordered", sku=line.sku, ordered=decimal_text(whole(ordered["ordered"]))
            )
        _require_sensible_day(line.due or command.due, asked)
        cost = None if line.unit_cost is None else not_negative_micro(line.unit_cost, "unit_cost")
        lines.append(events.ConfirmedLine(sku=line.sku, qty=qty, due=line.due, unit_cost=cost))
    return [
        events.OrderConfirmed(
            order=command.order,
            store=str(placed["store"]),
            revision=whole(placed["revision"]),
            due=command.due,
            lines=tuple(lines),
            note=command.note.strip(),
            by=by,
        )
    ]


@decides(commands.DeclineOrder)
def decline_order(command: commands.DeclineOrder, asked: Asked, view: View) -> list[Fact]:
    placed = standing_order(view, command.order, revision=command.revision)
    by = by_whom(asked, placed)
    if by == "supplier":
        _require_nothing_received(command.order, view)
    return [
        events.OrderDeclined(
            order=command.order,
            store=str(placed["store"]),
            revision=whole(placed["revision"]),
            reason=command.reason,
            by=by,
        )
    ]


@decides(commands.WriteAboutOrder)
def write_about_order(command: commands.WriteAboutOrder, asked: Asked, view: View) -> list[Fact]:
    """Also about an order that was cancelled: that is when questions come."""
    placed = row(view, ORDER, command.order)
    if placed is None:
        raise DomainError("order_unknown", order=command.order)
    text = command.text.strip()
    if not text:
        raise DomainError("message_empty")
    revision = whole(placed["revision"])
    return [
        events.OrderMessageWritten(
            order=command.order, revision=revision, text=text, by=by_whom(asked, placed)
        )
    ]


def supplier_actor(supplier: str) -> str:
    """Who records what came by a supplier's page. No user's name has a blank, so nobody can sign in as one."""
    return f"supplier {supplier}"


def by_whom(asked: Asked, placed: Row) -> events.By:
    return "supplier" if asked.actor == supplier_actor(str(placed["supplier"])) else "office"


def _require_nothing_received(order: str, view: View) -> None:
    """A promise made when the goods are there is none."""
    if any(line["received"] for line in view.rows(ORDER_LINE, (order,)).values()):
        raise DomainError("order_already_arrived", order=order)


def _require_sensible_day(due: date, asked: Asked) -> None:
    """Head office's own clock decides, as everywhere here."""
    today = business_date(asked.now_ms, "UTC")
    if not today - timedelta(days=ONE_DAY) <= due <= today + timedelta(days=DUE_DAYS_MOST):
        raise DomainError("due_day_odd", day=due.isoformat())
