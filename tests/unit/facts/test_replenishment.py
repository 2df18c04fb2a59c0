"""From a suggestion to an order: changed with a reason, approved once, confirmed; the program inside its envelope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import DomainError
from shared.ledger.fact import Fact
from shared.ledger.view import row
from shared.purchasing.events import OrderPlaced
from shared.purchasing.projection import ORDER, ORDER_LINE
from shared.replenishment.envelope import WHOLE_BP, Envelope
from shared.replenishment.events import (
    AutomaticOrderJudged,
    AutomationResumed,
    AutomationStopped,
    EnvelopeSet,
    ModelsJudged,
    SuggestionApproved,
    SuggestionMade,
    SuggestionRevised,
)
from shared.replenishment.projection import AUTOMATIC_DAY, CONFIRMATION, SUGGESTION, SUGGESTION_LINE
from shared.units import MICRO
from tests.support.shop import TODAY, Shop
from tests.unit.facts.refusing import refusal


@pytest.fixture
def shop() -> Shop:
    return Shop().open_up()


def suggested(shop: Shop, qty: str = "20", price: str | None = "5", **more: Any) -> str:
    """The name of a suggestion of flour."""
    when = {name: more.pop(name) for name in ("at", "day", "late_ms") if name in more}
    line = {"sku": "flour", "qty": qty, "unit_cost": price} | more.pop("line", {})
    body = {"supplier": "V1", "store": "S1", "lines": [line]} | more
    (fact,) = shop.ask("replenishment.make_suggestion", **body, **when)
    assert isinstance(fact, SuggestionMade)
    return fact.suggestion


def revised(shop: Shop, suggestion: str, qty: str, **more: str) -> None:
    line = {"sku": "flour", "qty": qty, "reason": "event", **more}
    shop.ask("replenishment.revise_suggestion", suggestion=suggestion, lines=[line])


# -- the flow


def test_a_suggestion_becomes_an_order_and_goods_against_it(shop: Shop) -> None:
    """Suggested 20, a person says 24 for an event, approved, confirmed at 22, 22 arrive: each stands in its row."""
    name = suggested(shop)
    revised(shop, name, "24")
    placed, approved = shop.ask("replenishment.approve_suggestion", suggestion=name, due="2026-11-25")
    assert isinstance(placed, OrderPlaced)
    assert isinstance(approved, SuggestionApproved)
    assert [(line.qty, line.unit_cost) for line in placed.lines] == [(24 * MICRO, 5 * MICRO)]
    assert (approved.order, approved.amount, approved.automatic) == (placed.order, 12000, False)
    shop.ask(
        "replenishment.confirm_order", order=placed.order, due="2026-11-26",
        lines=[{"sku": "flour", "qty": "22", "unit_cost": "5.1"}],
    )  # fmt: skip
    line = {"sku": "flour", "qty": "22"}
    shop.ask("stock.receive", supplier="V1", order=placed.order, lines=[line])
    ordered = row(shop.view, ORDER_LINE, placed.order, "flour")
    confirmed = row(shop.view, CONFIRMATION, placed.order, "flour")
    assert ordered is not None
    assert confirmed is not None
    assert (ordered["ordered"], ordered["received"]) == (24 * MICRO, 22 * MICRO)
    assert (confirmed["qty"], confirmed["due"]) == (22 * MICRO, "2026-11-26")
    told = row(shop.view, SUGGESTION_LINE, name, "flour")
    assert told is not None
    assert (told["suggested"], told["qty"], told["reason"], told["revised_by"]) == (
        20 * MICRO, 24 * MICRO, "event", "li",
    )  # fmt: skip


def test_a_suggestion_is_spent_once(shop: Shop) -> None:
    """Approved or dismissed, it orders nothing a second time, by nobody."""
    one, other = suggested(shop), suggested(shop)
    shop.ask("replenishment.approve_suggestion", suggestion=one)
    shop.ask("replenishment.dismiss_suggestion", suggestion=other, reason="enough")
    for name in (one, other):
        assert refusal(shop, "replenishment.approve_suggestion", suggestion=name) == "suggestion_not_open"
        assert refusal(shop, "replenishment.order_automatically", suggestion=name) == "suggestion_not_open"
        line = {"sku": "flour", "qty": "1", "reason": "event"}
        asked = {"suggestion": name, "lines": [line]}
        assert refusal(shop, "replenishment.revise_suggestion", **asked) == "suggestion_not_open"


def test_a_line_set_to_zero_is_left_out_and_all_zero_orders_nothing(shop: Shop) -> None:
    """Zero is a change like another; an order of nothing is refused."""
    lines = [{"sku": "flour", "qty": "20"}, {"sku": "cake", "qty": "24"}]
    name = suggested(shop, lines=lines)
    revised(shop, name, "0")
    placed, _ = shop.ask("replenishment.approve_suggestion", suggestion=name)
    assert isinstance(placed, OrderPlaced)
    assert [line.sku for line in placed.lines] == ["cake"]
    empty = suggested(shop)
    revised(shop, empty, "0")
    assert refusal(shop, "replenishment.approve_suggestion", suggestion=empty) == "suggestion_orders_nothing"


def test_a_price_above_contract_stops_the_approval_too(shop: Shop) -> None:
    """R12: what cannot be ordered by hand cannot be ordered through a suggestion."""
    shop.ask(
        "catalogue.set_contract_price", supplier="V1", sku="flour", since="2026-01-01",
        tiers=[{"unit_price": "5"}], tolerance="0.02",
    )  # fmt: skip
    name = suggested(shop, price="5.20")
    assert refusal(shop, "replenishment.approve_suggestion", suggestion=name) == "price_above_contract"


def test_a_changed_quantity_is_ordered_at_the_price_of_its_tier(shop: Shop) -> None:
    """Suggested 20 at 5.00, changed to 120, which the contract gives at 4.50: neither refused nor dearer; and back."""
    shop.ask(
        "catalogue.set_contract_price", supplier="V1", sku="flour", since="2026-01-01",
        tiers=[{"unit_price": "5"}, {"min_qty": "100", "unit_price": "4.5"}],
    )  # fmt: skip
    for qty, price, changed, expected in (("20", "5", "120", 4_500_000), ("120", "4.5", "20", 5_000_000)):
        name = suggested(shop, qty=qty, price=price)
        revised(shop, name, changed)
        placed, approved = shop.ask("replenishment.approve_suggestion", suggestion=name)
        assert isinstance(placed, OrderPlaced)
        assert isinstance(approved, SuggestionApproved)
        assert [line.unit_cost for line in placed.lines] == [expected]
        assert [line.unit_cost for line in approved.lines] == [expected]


FLOUR = {"sku": "flour", "qty": "1"}
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("make_suggestion", {"supplier": "V9", "store": "S1", "lines": [FLOUR]}, "supplier_unknown"),
    ("make_suggestion", {"supplier": "V1", "store": "S9", "lines": [FLOUR]}, "store_unknown"),
    ("make_suggestion", {"supplier": "V1", "store": "S1", "lines": [FLOUR, FLOUR]}, "suggested_twice"),
    ("make_suggestion", {"supplier": "V1", "store": "S1", "lines": [FLOUR | {"sku": "x"}]}, "sku_unknown"),
    (
        "make_suggestion",
        {"supplier": "V1", "store": "S1", "lines": [FLOUR | {"qty": "0"}]},
        "quantity_not_positive",
    ),
    (
        "make_suggestion",
        {"supplier": "V1", "store": "S1", "lines": [FLOUR | {"unit_cost": "-1"}]},
        "number_negative",
    ),
    ("make_suggestion", {"supplier": "V1", "store": "S1", "lines": []}, "command_malformed"),
    ("approve_suggestion", {"suggestion": "nothing"}, "suggestion_unknown"),
    ("dismiss_suggestion", {"suggestion": "nothing", "reason": "x"}, "suggestion_unknown"),
    ("order_automatically", {"suggestion": "nothing"}, "suggestion_unknown"),
    (
        "confirm_order",
        {"order": "nothing", "due": "2026-11-25", "lines": [FLOUR]},
        "order_unknown",
    ),
    ("judge_models", {"healthy": False}, "reason_missing"),
]


@pytest.mark.parametrize(("kind", "body", "key"), BAD, ids=[f"{kind}-{key}" for kind, _, key in BAD])
def test_what_cannot_be_is_refused_by_name(shop: Shop, kind: str, body: dict[str, Any], key: str) -> None:
    """Nothing is recorded, and the reason has a text in both languages."""
    assert refusal(shop, f"replenishment.{kind}", **body) == key


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ({"qty": "3"}, "command_malformed"),
        ({"qty": "3", "reason": "mood"}, "command_malformed"),
        ({"qty": "3", "reason": "other"}, "reason_missing"),
        ({"qty": "3", "reason": "other", "note": "  "}, "reason_missing"),
        ({"qty": "-3", "reason": "event"}, "number_negative"),
        ({"sku": "cake", "qty": "3", "reason": "event"}, "sku_not_suggested"),
    ],
)
def test_a_change_without_a_reason_is_no_change(shop: Shop, line: dict[str, str], key: str) -> None:
    """The reason is forced, one of the list, and `other` must say what."""
    name = suggested(shop)
    asked = {"suggestion": name, "lines": [{"sku": "flour", **line}]}
    assert refusal(shop, "replenishment.revise_suggestion", **asked) == key


def test_a_confirmation_of_what_was_not_ordered_is_refused(shop: Shop) -> None:
    """Another SKU, a negative quantity, a cancelled order: by name."""
    name = suggested(shop)
    shop.ask("replenishment.approve_suggestion", suggestion=name)
    asked = {"order": name, "due": "2026-11-25"}
    confirm = "replenishment.confirm_order"
    assert refusal(shop, confirm, **asked, lines=[{"sku": "cake", "qty": "1"}]) == "sku_not_ordered"
    assert refusal(shop, confirm, **asked, lines=[FLOUR | {"qty": "-1"}]) == "number_negative"
    assert refusal(shop, confirm, **asked, lines=[FLOUR | {"unit_cost": "-1"}]) == "number_negative"
    shop.ask("purchasing.cancel_order", order=name, reason="closed")
    assert refusal(shop, confirm, **asked, lines=[FLOUR]) == "order_already_cancelled"


# -- the envelope

INSIDE: dict[str, Any] = {
    "stage": "automatic", "dry_run": False, "suppliers": ["V1"], "skus": ["flour"], "price_band_bp": 300,
    "deviation_bp": 2000, "day_amount": "150", "delay_minutes": 30,
}  # fmt: skip


def ready(shop: Shop, **changes: Any) -> None:
    """Three orders of 20 at 5.00 by people, healthy models, an envelope with these changes."""
    for _ in range(3):
        shop.ask("replenishment.approve_suggestion", suggestion=suggested(shop))
    shop.ask("replenishment.judge_models", healthy=True)
    shop.ask("replenishment.set_envelope", **{**INSIDE, **changes})


def tried(shop: Shop, name: str, at: str = "09:30", **when: Any) -> list[Fact]:
    return shop.ask("replenishment.order_automatically", suggestion=name, at=at, **when)


def objections(facts: list[Fact]) -> tuple[str, ...]:
    judged = facts[0]
    assert isinstance(judged, AutomaticOrderJudged)
    assert bool(judged.objections or judged.dry_run) == (len(facts) == 1)
    return judged.objections


def test_inside_the_envelope_the_program_orders(shop: Shop) -> None:
    """20 at 5.00 are 100.00 of 150.00 a day; the order is placed, marked automatic and counted."""
    ready(shop)
    name = suggested(shop)
    assert objections(tried(shop, name)) == ()
    assert row(shop.view, ORDER, name) is not None
    told = row(shop.view, SUGGESTION, name)
    spent = row(shop.view, AUTOMATIC_DAY, TODAY.isoformat())
    assert told is not None
    assert spent is not None
    assert (told["state"], told["automatic"], spent["ordered"]) == ("approved", 1, 10000)
    assert objections(tried(shop, suggested(shop))) == ("day_amount",)


@pytest.mark.parametrize(
    ("changes", "asked", "expected"),
    [
        ({"stage": "one_click"}, {}, "stage"),
        ({"stage": "suggest"}, {}, "stage"),
        ({"suppliers": []}, {}, "supplier"),
        ({"skus": ["cake"]}, {}, "sku"),
        ({"day_amount": "99.99"}, {}, "day_amount"),
        ({"delay_minutes": 31}, {}, "delay"),
        ({}, {"price": "5.16"}, "price_band"),
        ({}, {"price": "4.84"}, "price_band"),
        ({}, {"price": None}, "unpriced"),
        ({}, {"qty": "24.001"}, "deviation"),
        ({}, {"store": "S2"}, "never_ordered"),
    ],
)
def test_each_side_of_the_envelope_holds(
    shop: Shop, changes: dict[str, Any], asked: dict[str, Any], expected: str
) -> None:
    """One step outside, and a person must decide; the try is on record and the suggestion stays open."""
    ready(shop, **changes)
    name = suggested(shop, **asked)
    assert expected in objections(tried(shop, name))
    told = row(shop.view, SUGGESTION, name)
    assert told is not None
    assert told["state"] == "open"
    assert expected in str(told["objections"])
    assert len(shop.ask("replenishment.approve_suggestion", suggestion=name)) == 2


def test_the_edges_of_the_bands_are_inside(shop: Shop) -> None:
    """3 % up and a fifth more are allowed, a hair more is not: 24 at 5.15 are 123.60."""
    ready(shop)
    assert objections(tried(shop, suggested(shop, qty="24", price="5.15"))) == ()


def test_a_switch_pulled_holds_at_once_and_until_it_is_set_back(shop: Shop) -> None:
    """The very next try is held; pulled twice is no error; resumed, it orders."""
    ready(shop)
    name = suggested(shop)
    shop.ask("replenishment.stop_automation", reason="odd numbers")
    shop.ask("replenishment.stop_automation", reason="really")
    assert objections(tried(shop, name)) == ("stopped",)
    shop.ask("replenishment.resume_automation", reason="all well")
    assert objections(tried(shop, name)) == ()


def test_ill_or_unlooked_at_models_order_nothing(shop: Shop) -> None:
    """Two days old is fresh enough, three are not, and ill models stop it the same minute."""
    ready(shop)
    later = TODAY + timedelta(days=2)
    assert objections(tried(shop, suggested(shop, day=later), day=later)) == ()
    later += timedelta(days=1)
    assert objections(tried(shop, suggested(shop, day=later), day=later)) == ("models",)
    shop.ask("replenishment.judge_models", healthy=True, day=later)
    name = suggested(shop, day=later)
    shop.ask("replenishment.judge_models", healthy=False, why="bias", day=later)
    assert objections(tried(shop, name, day=later)) == ("models",)


def test_a_dry_run_is_on_record_and_orders_nothing(shop: Shop) -> None:
    """It says what it would have spent, counts it against the day, and leaves the suggestion to people."""
    ready(shop, dry_run=True)
    assert [len(tried(shop, suggested(shop))) for _ in range(2)] == [1, 1]
    spent = row(shop.view, AUTOMATIC_DAY, TODAY.isoformat())
    assert spent is not None
    assert (spent["ordered"], spent["rehearsed"]) == (0, 10000)


def test_what_the_program_orders_teaches_it_nothing(shop: Shop) -> None:
    """Three per cent and again three per cent would walk away: the second step is outside people's band."""
    ready(shop, day_amount="9999")
    assert objections(tried(shop, suggested(shop, price="5.15", qty="24"))) == ()
    assert objections(tried(shop, suggested(shop, price="5.30"))) == ("price_band",)
    assert objections(tried(shop, suggested(shop, qty="28"))) == ("deviation",)


def test_a_backdated_try_finds_no_other_day(shop: Shop) -> None:
    """What a command says of when it happened neither ends its delay nor opens yesterday's purse."""
    ready(shop)
    assert objections(tried(shop, suggested(shop))) == ()
    yesterday = TODAY - timedelta(days=1)
    late = 24 * 3_600_000
    backdated = suggested(shop, day=yesterday, late_ms=late)
    assert "day_amount" in objections(tried(shop, backdated, day=yesterday, late_ms=late))
    fresh = suggested(shop, at="09:00", late_ms=3_600_000)
    assert "delay" in objections(tried(shop, fresh, at="10:10"))


def test_the_switch_is_for_whoever_orders_and_the_envelope_for_the_owner() -> None:
    """Pulling it must be easy, widening it must not."""
    from shared.access.roles import PERMISSIONS
    from shared.replenishment.commands import ResumeAutomation, SetEnvelope, StopAutomation

    assert StopAutomation.permission in PERMISSIONS["head_office"]
    assert SetEnvelope.permission not in PERMISSIONS["head_office"]
    assert ResumeAutomation.permission not in PERMISSIONS["head_office"]
    assert SetEnvelope.permission in PERMISSIONS["owner"]


def test_an_envelope_names_only_what_is_known(shop: Shop) -> None:
    """A typing mistake in a list is refused, not kept as a hole."""
    ask = "replenishment.set_envelope"
    assert refusal(shop, ask, **{**INSIDE, "suppliers": ["V9"]}) == "supplier_unknown"
    assert refusal(shop, ask, **{**INSIDE, "skus": ["x"]}) == "sku_unknown"
    assert refusal(shop, ask, **{**INSIDE, "day_amount": "-1"}) == "number_negative"
    assert refusal(shop, ask, **{**INSIDE, "deviation_bp": 10_001}) == "command_malformed"


# -- no sequence leaves it


def story_of(seed: int, steps: int = 40) -> list[tuple[Any, ...]]:
    """Mostly orders that lie just inside or just outside; between them everything else that people and programs do."""
    draw = Random(seed)
    one = draw.choice
    names = draw.choices(
        ("order", "suggest", "try", "approve", "revise", "envelope", "stop", "resume", "models", "wait"),
        (20, 4, 6, 3, 4, 3, 1, 2, 3, 4),
        k=steps,
    )
    made: dict[str, Callable[[], tuple[Any, ...]]] = {
        "order": lambda: (one(("19", "20", "24", "25")), one(("4.8", "4.9", "5", "5.1", "5.2")), one((20, 40, 40))),
        "suggest": lambda: (
            one(("1", "20", "400")), one((None, "5", "50")), one(("V1", "V2")), one(("flour", "cake"))
        ),
        "try": lambda: (draw.randrange(6),),
        "approve": lambda: (draw.randrange(6),),
        "revise": lambda: (draw.randrange(6), one(("0", "20", "23", "900"))),
        "envelope": lambda: (
            one(("automatic", "automatic", "one_click")),
            draw.random() < 0.2,
            one((["V1"], ["V1"], ["V1", "V2"], [])),
            one((["flour"], ["flour", "cake"])),
            one(("350", "120", "0")),
            one((200, 1000)),
        ),
        "stop": lambda: (),
        "resume": lambda: (),
        "models": lambda: (draw.random() < 0.8,),
        "wait": lambda: (one((1, 20, 40, 600, 1500, 4000)),),
    }  # fmt: skip
    return [(name, *made[name]()) for name in names]


class Watch:
    """An auditor with a book of their own, kept from the facts alone and by none of the program's code."""

    def __init__(self) -> None:
        self.envelope = Envelope()
        self.stopped = False
        self.healthy: date | None = None
        self.made: dict[str, int] = {}
        self.people: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        self.spent: dict[date, int] = {}
        self.orders = 0

    def see(self, facts: list[Fact], minute: int) -> None:
        day = TODAY + timedelta(days=minute // 1440)
        for fact in facts:
            match fact:
                case EnvelopeSet():
                    self.envelope = fact.envelope
                case AutomationStopped() | AutomationResumed():
                    self.stopped = isinstance(fact, AutomationStopped)
                case ModelsJudged():
                    self.healthy = day if fact.healthy else None
                case SuggestionMade():
                    self.made[fact.suggestion] = minute
                case SuggestionApproved(automatic=True):
                    self.check(fact, minute, day)
                case SuggestionApproved():
                    for line in fact.lines:
                        key = (fact.store, line.sku, fact.supplier)
                        self.people.setdefault(key, []).append((line.qty, line.unit_cost))
                case SuggestionRevised() | _:
                    pass

    def check(self, fact: SuggestionApproved, minute: int, day: date) -> None:
        self.orders += 1
        inside = self.envelope
        assert not self.stopped
        assert (inside.stage, inside.dry_run) == ("automatic", False)
        assert fact.supplier in inside.suppliers
        assert minute - self.made[fact.suggestion] >= inside.delay_minutes
        assert self.healthy is not None
        assert (day - self.healthy).days <= inside.models_days
        amount = 0
        for line in fact.lines:
            assert line.sku in inside.skus
            orders = self.people[fact.store, line.sku, fact.supplier]
            assert len(orders) >= 3
            known = orders[-1][1]
            assert abs(line.unit_cost - known) * WHOLE_BP <= known * inside.price_band_bp
            usual = sum(qty for qty, _ in orders) / len(orders)
            assert line.qty <= usual * (1 + inside.deviation_bp / WHOLE_BP) + 1
            amount += (line.qty * line.unit_cost * 100 + MICRO * MICRO // 2) // (MICRO * MICRO)
        self.spent[day] = self.spent.get(day, 0) + amount
        assert self.spent[day] <= inside.day_amount


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**32))
def test_no_sequence_leaves_the_envelope(seed: int) -> None:
    """Whatever is suggested, changed, approved, set and switched in whatever order: every automatic order is inside."""
    run(story_of(seed))


def test_the_watch_sees_orders_at_all() -> None:
    """A fuzz in which the program hardly ever orders would prove nothing: twenty stories have more than thirty."""
    assert sum(run(story_of(seed)).orders for seed in range(20)) > 30


def run(story: list[tuple[Any, ...]]) -> Watch:
    shop = Shop().open_up()
    shop.ask("catalogue.define_supplier", supplier="V2", name="二号")
    watch, minute = Watch(), 0
    waiting: list[str] = []

    def ask(kind: str, **body: Any) -> list[Fact]:
        at = f"{minute % 1440 // 60:02d}:{minute % 60:02d}"
        facts = shop.ask(f"replenishment.{kind}", at=at, day=TODAY + timedelta(days=minute // 1440), **body)
        watch.see(facts, minute)
        return facts

    for _ in range(3):
        line = {"sku": "flour", "qty": "20", "unit_cost": "5"}
        (made,) = ask("make_suggestion", supplier="V1", store="S1", lines=[line])
        assert isinstance(made, SuggestionMade)
        ask("approve_suggestion", suggestion=made.suggestion)
    ask("judge_models", healthy=True)
    ask("set_envelope", **{**INSIDE, "day_amount": "350"})
    for step in story:
        try:
            match step:
                case ("suggest", qty, price, supplier, sku):
                    line = {"sku": sku, "qty": qty, "unit_cost": price}
                    (made,) = ask("make_suggestion", supplier=supplier, store="S1", lines=[line])
                    assert isinstance(made, SuggestionMade)
                    waiting.insert(0, made.suggestion)
                case ("order", qty, price, minutes):
                    line = {"sku": "flour", "qty": qty, "unit_cost": price}
                    (made,) = ask("make_suggestion", supplier="V1", store="S1", lines=[line])
                    assert isinstance(made, SuggestionMade)
                    waiting.insert(0, made.suggestion)
                    minute += minutes
                    ask("order_automatically", suggestion=made.suggestion)
                case ("try", place):
                    ask("order_automatically", suggestion=waiting[place])
                case ("approve", place):
                    ask("approve_suggestion", suggestion=waiting[place])
                case ("revise", place, qty):
                    known = row(shop.view, SUGGESTION_LINE, waiting[place], "flour")
                    sku = "cake" if known is None else "flour"
                    line = {"sku": sku, "qty": qty, "reason": "event"}
                    ask("revise_suggestion", suggestion=waiting[place], lines=[line])
                case ("envelope", stage, dry_run, suppliers, skus, amount, band):
                    changes = {"stage": stage, "dry_run": dry_run, "suppliers": suppliers, "skus": skus}
                    ask("set_envelope", **{**INSIDE, **changes, "day_amount": amount, "price_band_bp": band})
                case ("stop",):
                    ask("stop_automation", reason="stop")
                case ("resume",):
                    ask("resume_automation", reason="go on")
                case ("models", healthy):
                    ask("judge_models", healthy=healthy, why="looked at")
                case ("wait", minutes):
                    minute += minutes
        except (DomainError, IndexError):
            continue
    return watch
