"""Days sealed and periods closed: refused with every reason by name, forced with a trace, opened again by two (R5)."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from shared.accounting.events import PeriodClosed, PeriodReopened
from shared.accounting.periods import CloseState, Obstacle, last_day, may_close, period_of
from shared.accounting.projection import PERIOD, SEALED
from shared.i18n import all_texts
from shared.ledger.view import row
from tests.support.shop import TODAY, Shop
from tests.unit.facts.refusing import refusal

OCTOBER = "2026-10"


@pytest.fixture
def shop() -> Shop:
    return Shop().open_up()


def test_a_month_ends_on_its_last_day() -> None:
    """Also February, also of a leap year, also December."""
    ends = [last_day(period).isoformat() for period in ("2026-10", "2026-12", "2026-02", "2028-02")]
    assert ends == ["2026-10-31", "2026-12-31", "2026-02-28", "2028-02-29"]
    assert period_of(date(2026, 10, 31)) == OCTOBER


def test_r5_a_store_that_sealed_the_thirtieth_keeps_october_open() -> None:
    """S2 sealed only to October 30, S3 never: both are named; S1 has sealed the month and more."""
    sealed = {"S1": date(2026, 11, 2), "S2": date(2026, 10, 30), "S3": None}
    reasons = may_close(CloseState(period=OCTOBER, sealed_through=sealed))
    assert [(one.obstacle, one.where, one.told) for one in reasons] == [
        ("store_not_sealed", "S2", "2026-10-30"),
        ("store_not_sealed", "S3", ""),
    ]
    assert may_close(CloseState(period=OCTOBER, sealed_through={"S1": date(2026, 10, 31)})) == ()


def everything_wrong() -> CloseState:
    return CloseState(
        period=OCTOBER,
        sealed_through={"S1": None},
        earlier_open="2026-09",
        negative_stock={"S1/milk": "-2"},
        subledger_differences={"1405": "0.01"},
        pending_true_ups=1,
        pending_disposals=2,
        held_invoices=("INV-1",),
        unposted_facts=3,
        month_end_due=4,
    )


def test_every_obstacle_is_named_and_has_its_text() -> None:
    """All at once, so that a page can show them all; and each says in both languages what to do."""
    found = {reason.obstacle for reason in may_close(everything_wrong())}
    assert found == set(get_args(Obstacle))
    assert {f"close_{obstacle}" for obstacle in found} <= all_texts().keys()


def test_a_period_with_obstacles_closes_only_by_force(shop: Shop) -> None:
    """Refused with the first obstacle; forced it needs a reason, and the fact keeps what was overruled."""
    found = [
        {"obstacle": one.obstacle, "where": one.where, "told": one.told}
        for one in may_close(everything_wrong())
    ]
    for obstacle in found:
        asked = {"period": OCTOBER, "obstacles": [obstacle]}
        assert refusal(shop, "accounting.close_period", **asked) == f"close_{obstacle['obstacle']}"
    forced = {"period": OCTOBER, "obstacles": found, "forced": True}
    assert refusal(shop, "accounting.close_period", **forced, reason="  ") == "reason_missing"
    (closed,) = shop.ask("accounting.close_period", **forced, reason="S2 burnt down")
    assert isinstance(closed, PeriodClosed)
    assert len(closed.waived) == len(found)
    state = row(shop.view, PERIOD, OCTOBER)
    assert state is not None
    assert (state["state"], state["forced"], state["closed_by"]) == ("closed", 1, "li")


def test_what_is_not_over_or_closed_already_cannot_be_closed(shop: Shop) -> None:
    """November runs; October closes once; nonsense is no period."""
    assert refusal(shop, "accounting.close_period", period="2026-11") == "period_not_over"
    shop.ask("accounting.close_period", period=OCTOBER)
    assert refusal(shop, "accounting.close_period", period=OCTOBER) == "period_already_closed"
    assert refusal(shop, "accounting.close_period", period="2026-13") == "command_malformed"


def test_two_people_open_a_period_again(shop: Shop) -> None:
    """Nobody alone: asked by one, agreed to by another; then it can be closed anew."""
    assert refusal(shop, "accounting.ask_reopen", period=OCTOBER, reason="x") == "period_not_closed"
    shop.ask("accounting.close_period", period=OCTOBER)
    assert refusal(shop, "accounting.reopen_period", period=OCTOBER, actor="wang") == "reopen_not_asked"
    assert refusal(shop, "accounting.ask_reopen", period=OCTOBER, reason="") == "command_malformed"
    shop.ask("accounting.ask_reopen", period=OCTOBER, reason="wrong rate")
    assert refusal(shop, "accounting.reopen_period", period=OCTOBER) == "reopen_needs_another"
    (opened,) = shop.ask("accounting.reopen_period", period=OCTOBER, actor="wang")
    assert opened == PeriodReopened(period=OCTOBER, asked_by="li", reason="wrong rate")
    assert refusal(shop, "accounting.reopen_period", period=OCTOBER, actor="wang") == "period_not_closed"
    shop.ask("accounting.close_period", period=OCTOBER)
    assert refusal(shop, "accounting.reopen_period", period=OCTOBER, actor="wang") == "reopen_not_asked"


def test_days_are_sealed_forwards_and_when_they_are_over(shop: Shop) -> None:
    """Yesterday can be sealed, today cannot, and a seal speaks for all days before it."""
    assert refusal(shop, "accounting.seal_day", through=TODAY.isoformat()) == "day_not_over"
    shop.ask("accounting.seal_day", through="2026-11-21")
    assert row(shop.view, SEALED, "day") == {"through": "2026-11-21", "sealed_ms": 1795338000000}
    for day in ("2026-11-21", "2026-11-01"):
        assert refusal(shop, "accounting.seal_day", through=day) == "day_already_sealed"
    assert refusal(shop, "accounting.seal_day", through="2026-02-30") == "command_malformed"
