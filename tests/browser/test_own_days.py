"""Days of the business's own on the page of master data: told, and taken back by whoever slipped."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenOffice
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph


def test_a_closed_day_and_an_event_are_told_and_taken_back(office: OpenOffice, chain: HeadOffice) -> None:
    """The second store is closed on the 17th of February; a name with blanks is a name; what was taken back stays."""
    browser = office()
    page, sheet = browser.page, browser.page.get_by_role("dialog")
    browser.go("/office/master/days")
    settled(page)
    page.get_by_role("button", name="New day").first.click()
    sheet.get_by_label("Day *").fill("2027-02-17")
    sheet.get_by_label("What it is *").select_option("closed")
    sheet.get_by_label("Store").select_option("S2")
    photograph(browser, "desk-en-own-day")
    sheet.get_by_role("button", name="Save").click()
    expect(page.locator("tbody tr", has_text="Store closed")).to_contain_text("Second store")
    page.get_by_role("button", name="New day").first.click()
    sheet.get_by_label("Day *").fill("2027-02-14")
    sheet.get_by_label("What it is *").select_option("event")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_role("alert")).to_contain_text("An event needs a name")
    sheet.get_by_label("Event’s name").fill("Ten years in town")
    sheet.get_by_role("button", name="Save").click()
    row = page.locator("tbody tr", has_text="Ten years in town")
    row.get_by_role("button", name=re.compile("Edit")).click()
    sheet.get_by_label("Holds *").select_option("false")
    sheet.get_by_role("button", name="Save").click()
    expect(row.locator("[data-column=holds]")).to_have_text("No")
    photograph(browser, "desk-en-own-days")
    told = [(row["day"], row["what"], row["holds"]) for row in chain.read("/v1/master/days")["rows"]]
    assert told == [("2027-02-14", "event", False), ("2027-02-17", "closed", True)]
