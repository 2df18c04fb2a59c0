"""A fridge runs warm: head office sees it on the cold-chain page and says what is being done about it."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from shared.sensing.events import ExcursionBegan
from tests.browser.conftest import OpenOffice
from tests.browser.hand_made_node import HandMadeNode
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph
from tests.unit.cloud.shop import event


def test_an_excursion_is_taken_up(office: OpenOffice, chain: HeadOffice) -> None:
    """Until then the page warns that nobody has dealt with it; afterwards it tells who does what."""
    warm = ExcursionBegan(
        excursion="x1",
        sensor="probe-2",
        place="fridge",
        quantity="temperature",
        began_ms=time.time_ns() // 1_000_000,
        limit=8_000_000,
        value=9_500_000,
    )
    node = HandMadeNode(chain)
    node.push(node.log("a").record(event(warm, "e1"))).raise_for_status()
    chain.wait_for(lambda: bool(chain.read("/v1/reports/cold-chain")["excursions"]), "the excursion is known")
    browser = office()
    browser.go("/office/cold")
    page = browser.page
    settled(page)
    expect(page.locator("#office-main")).to_contain_text("nobody has dealt with it yet")
    page.get_by_role("button", name="Take it up: Second store · fridge").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Take it up").click()
    expect(sheet.get_by_role("alert")).to_contain_text("Say why")
    sheet.get_by_role("button", name="Sent for repair").click()
    photograph(browser, "desk-en-cold-take-up")
    sheet.get_by_role("button", name="Take it up").click()
    expect(page.locator("[data-noted]")).to_contain_text("Sent for repair")
    expect(page.locator("[data-noted]")).to_contain_text("Owner".lower())
    expect(page.get_by_role("button", name="Say more: Second store · fridge")).to_be_visible()
    photograph(browser, "desk-en-cold-taken-up")
