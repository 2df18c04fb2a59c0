"""The gallery of reports, from a card to a file that is read back, and a subscription from the page to its delivery."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pypdf
from playwright.sync_api import expect

from cloud.reports.registry import reports
from tests.browser.conftest import OpenOffice
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph


def test_from_the_gallery_to_a_spreadsheet_read_back(office: OpenOffice, tmp_path: Path) -> None:
    """Search, open, cut by product, download: what the page shows is what the file holds."""
    browser = office()
    page = browser.page
    page.locator("aside").get_by_role("link", name="Reports").click()
    settled(page)
    expect(page.locator("[data-report]")).to_have_count(len(reports()))
    page.get_by_role("searchbox").fill("tender")
    expect(page.locator("[data-report]")).to_have_count(1)
    page.locator("[data-report=sales-by]").click()
    settled(page)
    page.get_by_label("Cut by").select_option("sku")
    settled(page)
    # Two milk and a rice were sold, one milk came back: 12.50 + 48.00.
    expect(page.locator("tfoot [data-column=amount]")).to_have_text("¥60.50")
    expect(page.locator("[data-figure=amount] strong")).to_have_text("¥60.50")
    shown = page.locator("tbody [data-column=amount]").all_inner_texts()
    with page.expect_download() as started:
        page.get_by_role("button", name="Excel").click()
    assert started.value.suggested_filename.startswith("liushui-sales-by-")
    started.value.save_as(tmp_path / "sales.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "sales.xlsx").worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    held = [row[titles.index("Net sales")].value for row in sheet.iter_rows(min_row=2)]
    assert [f"¥{amount:,.2f}" for amount in held] == [*shown, "¥60.50"]
    with page.expect_download() as started:
        page.get_by_role("button", name="PDF").click()
    started.value.save_as(tmp_path / "sales.pdf")
    text = "".join(one.extract_text() for one in pypdf.PdfReader(tmp_path / "sales.pdf").pages)
    assert "60.50" in text


def test_a_row_of_a_report_leads_to_its_facts(office: OpenOffice) -> None:
    """From the store's line in the daily report to the sales behind it."""
    browser = office()
    browser.go("/office/reports/sales-by?by=store")
    settled(browser.page)
    browser.page.locator("[data-column=amount] a").first.click()
    expect(browser.page.locator("[data-fact]")).not_to_have_count(0)


def test_a_report_is_subscribed_to_sent_again_and_ended(office: OpenOffice, chain: HeadOffice) -> None:
    """The owner adds a folder, subscribes, sees that nothing was sent yet, pauses, and removes it."""
    browser = office()
    page = browser.page
    browser.go("/office/reports/subscriptions")
    settled(page)
    expect(page.get_by_text("No subscriptions yet")).to_be_visible()
    page.get_by_role("button", name="Add a channel").click()
    page.get_by_label("Kind").select_option("folder")
    page.get_by_label("Name", exact=True).fill("Accountant")
    page.get_by_label("Folder name").fill("../etc")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("letters, digits")
    page.get_by_label("Folder name").fill("accountant")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-channel=folder]")).to_contain_text("accountant")
    browser.go("/office/reports/daily")
    settled(page)
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_label("At", exact=True).fill("07:30")
    photograph(browser, "desk-en-subscribe")
    page.get_by_role("dialog").get_by_role("button", name="Subscribe").click()
    expect(page.get_by_text("Subscribed to “Daily report”")).to_be_visible()
    (kept,) = chain.owner.get("/v1/report-subscriptions").json()["subscriptions"]
    assert (kept["told"]["at"], kept["told"]["report"], kept["told"]["language"]) == (450, "daily", "en")
    browser.go("/office/reports/subscriptions")
    settled(page)
    card = page.locator("[data-subscription=daily]")
    expect(card).to_contain_text("07:30 · Accountant")
    expect(card).to_contain_text("Not sent yet")
    photograph(browser, "desk-en-subscriptions")
    card.get_by_role("button", name="Pause").click()
    expect(card).to_contain_text("Paused")
    card.get_by_role("button", name="Remove").click()
    page.get_by_role("alertdialog").or_(page.get_by_role("dialog")).get_by_role(
        "button", name="Remove"
    ).click()
    expect(page.get_by_text("No subscriptions yet")).to_be_visible()
