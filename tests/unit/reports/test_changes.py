"""What changes gained: orders that people changed, against what was sold in the time they had to last."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cloud.reports.asked import Question
from cloud.store.tenant import TenantStore
from shared.access.labels import ALL_LABELS
from shared.replenishment.events import SuggestionMade
from shared.units import MICRO
from tests.support.shop import TODAY, Shop
from tests.unit.reports.test_standard_reports import asked

DAY = TODAY - timedelta(days=5)
PERIOD = Question(first=TODAY - timedelta(days=13), last=TODAY)


def changed(shop: Shop, qty: str, to: str, reason: str, *, day: date = DAY, terms: str | None = None) -> None:
    """Cake suggested for two days with 4 there anyway, changed and ordered."""
    told = json.dumps({"days": "2", "position": "3", "given": "1", "order_up_to": "99"})
    line = {"sku": "cake", "qty": qty, "terms": told if terms is None else terms}
    (made,) = shop.ask("replenishment.make_suggestion", supplier="V1", store="S1", lines=[line], day=day)
    assert isinstance(made, SuggestionMade)
    revised = {"sku": "cake", "qty": to, "reason": reason}
    shop.ask("replenishment.revise_suggestion", suggestion=made.suggestion, lines=[revised], day=day)
    shop.ask("replenishment.approve_suggestion", suggestion=made.suggestion, day=day)


@pytest.fixture
def shop() -> Shop:
    """18 and 12 cakes sold in the two days after the orders, and some on days that do not count."""
    made = Shop().open_up()
    made.receive("cake", "200", day=TODAY - timedelta(days=20))
    for ahead, qty in ((0, 50), (1, 18), (2, 12), (3, 40)):
        made.ask(
            "sales.sell",
            day=DAY + timedelta(days=ahead),
            lines=[{"sku": "cake", "qty": str(qty)}],
            tenders=[{"kind": "cash", "amount": f"{qty * 2}.00"}],
        )
    return made


def test_changes_are_judged_by_what_was_sold(
    chain: TenantStore, book: Callable[..., None], shop: Shop
) -> None:
    """30 sold less 4 there is 26 needed: 20 to 24 gains 4, 26 to 30 loses 4, 20 to 20 is no change."""
    changed(shop, "20", "24", "event")
    changed(shop, "26", "30", "experience")
    changed(shop, "20", "20", "weather")
    book(shop)
    rows = {
        row.cells[0].en: row.cells[1:]  # type: ignore[union-attr]
        for row in asked(chain, "changes", PERIOD, labels=ALL_LABELS).section("changes").rows
    }
    assert rows == {
        "Event": (1, 10000, 6 * MICRO, 2 * MICRO, 6667),
        "Experience": (1, 0, 0, 4 * MICRO, None),
    }


def test_what_cannot_be_judged_is_left_out(chain: TenantStore, book: Callable[..., None], shop: Shop) -> None:
    """No sum kept, a broken one, one of no numbers or beyond every calendar, or a time that is not over yet."""
    for terms in ("", "{", '{"days": "two", "position": "3"}', '{"days": "2", "position": "1e3"}'):
        changed(shop, "20", "24", "event", terms=terms)
    changed(shop, "20", "24", "event", terms='{"days": "999999999", "position": "3"}')
    changed(shop, "20", "24", "event", day=TODAY - timedelta(days=2))
    book(shop)
    assert asked(chain, "changes", PERIOD).section("changes").rows == ()
