"""From the board to the supplier: changed for a reason, approved, taken back, or cancelled for a reason."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenOffice
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph

DAY_MS = 86_400_000
SUGGEST = [sys.executable, "-c", "from cloud.cli import cloud; cloud()", "suggest-orders", "--dir"]


@pytest.fixture(scope="module", autouse=True)
def weeks_of_sales(chain: HeadOffice) -> None:
    """Milk sold well in the last weeks and is nearly gone, so the night suggests to buy some."""
    manager = chain.in_store("store_manager")
    now = time.time_ns() // 1_000_000
    for days in range(1, 15):
        sold = manager.ask("sales.sell", {"lines": [{"sku": "milk", "qty": "10"}]}, at_ms=now - days * DAY_MS)
        assert sold["state"] == "accepted", sold
    chain.wait_for(
        lambda: len(chain.read("/v1/facts", kind="sales.", sku="milk")["rows"]) >= 14, "milk sold is known"
    )


def _orders(chain: HeadOffice) -> dict[str, list[dict[str, Any]]]:
    by_state: dict[str, list[dict[str, Any]]] = {}
    for order in chain.read("/v1/master/orders")["rows"]:
        by_state.setdefault(order["state"], []).append(order)
    return by_state


def test_an_open_order_is_cancelled_with_a_reason(office: OpenOffice, chain: HeadOffice) -> None:
    """Without a reason nothing happens; with one the order is cancelled and stays on the list as such."""
    placed = chain.owner.ask(
        "purchasing.place_order",
        {"order": "PO-7", "supplier": "farm", "store": "S1", "lines": [{"sku": "rice", "qty": "5"}]},
    )
    assert placed["state"] == "accepted"
    browser = office(desk=False)
    browser.go("/office/master/orders")
    page = browser.page
    row = page.locator("[data-row=PO-7]")
    row.get_by_role("button", name="Cancel order PO-7").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Cancel order", exact=True).click()
    expect(sheet.get_by_role("alert")).to_contain_text("Say why")
    sheet.get_by_role("button", name="Supplier has none").click()
    photograph(browser, "order-cancel")
    sheet.get_by_role("button", name="Cancel order", exact=True).click()
    expect(row).to_contain_text("Cancelled")
    (fact,) = [
        fact
        for fact in chain.read("/v1/facts", kind="purchasing.order_cancelled")["rows"]
        if fact["body"]["order"] == "PO-7"
    ]
    assert fact["body"]["reason"] == "Supplier has none"


def test_a_manager_of_a_store_orders_nothing(office: OpenOffice) -> None:
    """Who may not order sees no button for it."""
    browser = office(user="store_manager")
    browser.go("/office/board")
    expect(
        browser.page.get_by_role("button", name="Approve what First store orders from Farm")
    ).to_have_count(0)


def test_a_suggestion_is_changed_for_a_reason_and_becomes_an_order(
    office: OpenOffice, chain: HeadOffice
) -> None:
    """The night's line unfolds into its sum; another quantity needs a reason; one click orders it, one undoes that."""
    subprocess.run([*SUGGEST, str(chain.cloud_folder)], check=True, capture_output=True, timeout=120)
    browser = office(desk=False)
    browser.go("/office/replenishment")
    page = browser.page
    expect(page).to_have_url(re.compile("/office/board$"))
    settled(page)
    line = page.locator("[data-line='S1/milk']")
    line.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(line).to_contain_text("Order up to")
    photograph(browser, "order-board-phone")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"the board is {wide} px wider than the screen"
    line.get_by_role("button", name="Change the quantity of Milk 1 l").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Quantity (ea)").fill("55")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_text("Choose a reason.")).to_be_visible()
    sheet.get_by_label("Why").select_option("weather")
    photograph(browser, "order-board-change")
    sheet.get_by_role("button", name="Save").click()
    expect(line).to_contain_text("Weather")
    page.get_by_role("button", name="Approve what First store orders from Farm").click()
    note = page.locator("[data-note]").filter(has_text="Ordered: First store from Farm")
    expect(note).to_be_visible()
    (row,) = [row for row in chain.read("/v1/replenishment/suggestions")["rows"] if row["sku"] == "milk"]
    assert (row["qty"], row["reason"], row["state"]) == ("55", "weather", "approved")
    placed = {order["order"]: order for order in _orders(chain)["open"]}[row["order"]]
    assert {line["sku"]: line["ordered"] for line in placed["lines"]}["milk"] == "55"
    note.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-note]").filter(has_text="Orders taken back: 1")).to_be_visible()
    assert row["order"] in [order["order"] for order in _orders(chain)["cancelled"]]
    desk = office()
    desk.go("/office/board?show=all")
    settled(desk.page)
    desk.page.locator("[data-line='S1/milk'] summary").click()
    photograph(desk, "order-board-desk")
