"""The books' pages on a real head office: from a balance down to the photo, the proof and its red page, a month closed
by force and opened again by two people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from cloud.store.engine import Database, sqlite_url
from tests.browser.conftest import OpenOffice
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph
from tests.support.edge_node import PASSWORD

LAST_MONTH = (datetime.now(UTC).replace(day=1) - timedelta(days=2)).strftime("%Y-%m")


@pytest.fixture(scope="module")
def posted(chain: HeadOffice) -> HeadOffice:
    """Receipts, sales and a return are in the books."""
    chain.wait_for(lambda: len(chain.read("/v1/books/vouchers")["rows"]) >= 4, "the day is posted")
    chain.wait_for(
        lambda: chain.owner.get(f"/v1/photos/{chain.photo}").is_success, "head office has the photo"
    )
    return chain


def test_from_a_balance_down_to_the_photo(office: OpenOffice, posted: HeadOffice) -> None:
    """Balance, ledger, voucher, inspection with its photo, fact; and the return stands beside its sale."""
    browser = office()
    page = browser.page
    page.locator("aside").get_by_role("link", name="Books").click()
    settled(page)
    page.locator("[data-kpi='inventory.merchandise']").click()
    settled(page)
    expect(page.get_by_role("heading", name="1405 Merchandise inventory")).to_be_visible()
    # 24 milk at 8.00, two sold at their cost, one back: 192 - 16 + 8.
    expect(page.locator("[data-kpi=closing] .value")).to_have_text("¥184.00")
    expect(page.locator("tbody tr").last.locator("[data-column=balance]")).to_have_text("Dr ¥184.00")
    page.locator("tbody").get_by_role("link", name="Receipt at an estimate").first.click()
    settled(page)
    expect(page.locator("tfoot [data-column=debit]")).to_have_text("¥192.00")
    expect(page.locator("tfoot [data-column=credit]")).to_have_text("¥192.00")
    page.get_by_role("button", name="Enlarge photo 1 of 1").click()
    page.wait_for_function("() => document.querySelector('dialog img').naturalWidth === 640")
    page.keyboard.press("Escape")
    photograph(browser, "desk-en-voucher-of-a-receipt")
    page.get_by_role("link", name="Show the fact").click()
    expect(page.get_by_text("Chain intact")).to_be_visible()
    page.go_back()
    settled(page)
    browser.go("/office/books/vouchers?kind=sale_return")
    settled(page)
    page.locator("[data-voucher=sale_return]").click()
    settled(page)
    page.locator("[data-voucher=sale]").click()
    settled(page)
    expect(page.locator("[data-voucher=sale_return]")).to_be_visible()


def test_a_proof_is_asked_for_and_a_false_sum_turns_the_page_red(
    office: OpenOffice, posted: HeadOffice
) -> None:
    """Green with every check named; then somebody with the database in hand changes a sum: red, and where."""
    browser = office()
    page = browser.page
    browser.go("/office/books")
    settled(page)
    page.get_by_role("button", name="Prove now").click()
    expect(page.locator("[data-proof=ok]")).to_be_visible()
    with _a_false_sum(posted):
        page.get_by_role("button", name="Prove now").click()
        expect(page.locator("[data-proof=off]")).to_be_visible()
        expect(page.locator("[data-difference]")).to_contain_text("500101")
        expect(page.get_by_role("alert")).to_contain_text("close nothing yet")
        photograph(browser, "desk-en-books-do-not-hold")
    page.get_by_role("button", name="Prove now").click()
    expect(page.locator("[data-proof=ok]")).to_be_visible()


@contextmanager
def _a_false_sum(office: HeadOffice) -> Iterator[None]:
    """A sum of the books that is not what the vouchers say, for a while."""
    database = Database(sqlite_url(office.cloud_folder / "cloud.db"))
    _raise_credit(database, 1)
    try:
        yield
    finally:
        _raise_credit(database, -1)
        database.close()


def _raise_credit(database: Database, fen: int) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE gl_day SET credit = credit + ? WHERE account = '500101'", (fen,))


def test_a_month_is_closed_by_force_and_opened_again_by_two(office: OpenOffice, posted: HeadOffice) -> None:
    """The store never sealed: named, with a way there; no close without force, no force without a reason."""
    second = {"user": "second", "name": "Second", "role": "head_office", "stores": ["*"], "language": "en"}
    posted.owner.post("/v1/users", json={**second, "password": PASSWORD}).raise_for_status()
    browser = office()
    page = browser.page
    browser.go(f"/office/books/periods/{LAST_MONTH}")
    settled(page)
    expect(page.locator("[data-step=stores] [data-obstacle]")).to_contain_text("First store")
    expect(page.locator("[data-step=proof]")).to_have_attribute("data-left", "0")
    expect(page.get_by_role("button", name="Close the month")).to_be_disabled()
    photograph(browser, "desk-en-closing-a-month")
    page.get_by_role("button", name="Close by force…").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Close the month").click()
    expect(sheet.get_by_role("alert")).to_be_visible()
    sheet.get_by_role("button", name="The tax return is due").click()
    sheet.get_by_role("button", name="Close the month").click()
    expect(page.get_by_text("by force").first).to_be_visible()
    expect(page.get_by_text("First store: has never sealed a day")).to_be_visible()
    page.get_by_role("button", name="Ask to reopen…").click()
    sheet.get_by_role("button", name="A VAT rate was wrong").click()
    sheet.get_by_role("button", name="Ask to reopen…").click()
    expect(page.get_by_text("You asked, so somebody else must agree.")).to_be_visible()
    expect(page.get_by_role("button", name="Agree and reopen")).to_have_count(0)
    _agree(office(user="second").page, f"/office/books/periods/{LAST_MONTH}")


def _agree(page: Page, path: str) -> None:
    page.goto(page.url.split("/office")[0].rstrip("/") + path)
    settled(page)
    page.get_by_role("button", name="Agree and reopen").click()
    page.get_by_role("dialog").get_by_role("button", name="Agree and reopen").click()
    expect(page.locator("[data-step=stores]")).to_be_visible()
