"""The forms of the books in a real browser: an invoice that does not match is held and approved, then paid; freight, a
voucher by hand that must balance, an expense, a difference decided; all of it ends in vouchers and the proof holds."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenOffice
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph
from tests.support.edge_node import op


@pytest.fixture(scope="module")
def books(chain: HeadOffice) -> HeadOffice:
    """Milk has a VAT rate and a contract at 8.00; the day is posted, and one pack was stolen."""
    asked = [
        op("catalogue.set_vat_rate", {"category": "dairy", "rate": "0.13", "since": "2026-01-01"}),
        op(
            "catalogue.set_contract_price",
            {
                "supplier": "farm",
                "sku": "milk",
                "since": "2026-01-01",
                "tolerance": "0.02",
                "tiers": [{"min_qty": "0", "unit_price": "8.00"}],
            },
        ),
    ]
    assert all(result["state"] == "accepted" for result in chain.owner.send_ops(asked))
    manager = chain.in_store("store_manager")
    stolen = manager.ask("stock.waste", {"lines": [{"sku": "milk", "qty": "1"}], "reason": "stolen"})
    assert stolen["state"] == "accepted", stolen
    chain.wait_for(lambda: len(chain.read("/v1/books/vouchers", kind="scrap")["rows"]) == 1, "it is posted")
    return chain


def answer(page: Page, yes: str) -> None:
    """The app's own question, answered."""
    page.get_by_role("dialog").get_by_role("button", name=yes).click()


def test_an_invoice_is_held_matched_against_three_papers_approved_and_paid(
    office: OpenOffice, books: HeadOffice
) -> None:
    """24 at 8.60 against a contract of 8.00: said while one types, held by the server, approved, then owed and paid."""
    browser = office()
    page = browser.page
    browser.go("/office/books/purchases")
    settled(page)
    page.locator("[data-receipt]", has_text="Milk 1 l").get_by_role(
        "link", name=re.compile("Record an invoice")
    ).click()
    settled(page)
    page.get_by_role("button", name="Record an invoice").click()
    expect(page.get_by_role("alert").filter(has_text="Put right what is marked")).to_be_visible()
    page.get_by_label("Invoice number *").fill("23447001")
    line = page.locator("[data-line=milk]")
    expect(line.get_by_label("Quantity (ea)")).to_have_value("24")
    expect(page.get_by_text("Order, receipt and invoice agree")).to_be_visible()
    line.get_by_label("Price without VAT").fill("8.60")
    expect(line.get_by_text("above the agreed ¥8.00")).to_be_visible()
    # 24 x 8.60 = 206.40, 13 % of it 26.83.
    expect(page.locator("[data-gross]")).to_have_text("¥233.23")
    photograph(browser, "desk-en-invoice")
    page.get_by_role("button", name="Record an invoice").click()
    held = page.locator("[data-invoice='23447001']")
    expect(held).to_contain_text("price ¥8.60, contract ¥8.00")
    photograph(browser, "desk-en-invoice-held")
    held.get_by_role("button", name="Match again").click()
    expect(page.locator("[data-note]", has_text="still differs")).to_be_visible()
    held.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Agreed by phone").click()
    answer(page, "Approve")
    expect(page.get_by_text("No such invoices")).to_be_visible()
    page.get_by_role("link", name="Unpaid", exact=True).click()
    held.get_by_role("link", name="Pay").click()
    settled(page)
    expect(page.locator("[data-amount]")).to_have_value("233.23")
    page.get_by_role("button", name="Record", exact=True).click()
    answer(page, "Record")
    expect(page.locator("tbody tr", has_text="Supplier paid")).to_contain_text("¥233.23")
    rows = books.read("/v1/purchases/invoices", state="accepted")["rows"]
    assert [(row["number"], row["paid"], row["left"]) for row in rows] == [("23447001", "233.23", "0.00")]


def test_terms_limits_and_contract_prices_are_set_on_the_page(office: OpenOffice, books: HeadOffice) -> None:
    """A supplier's terms beside the supplier, a customer with a limit, a price in two tiers that must rise."""
    browser = office()
    page = browser.page
    browser.go("/office/master/suppliers")
    settled(page)
    page.locator("[data-row=farm]").get_by_role("button", name=re.compile("Edit")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Terms (days)").fill("45")
    sheet.get_by_label("Input VAT reclaimed *").select_option("false")
    sheet.get_by_role("button", name="Save").click()
    expect(page.locator("[data-row=farm] [data-column=terms_days]")).to_have_text("45")
    page.get_by_role("link", name="Customers").click()
    settled(page)
    page.get_by_role("button", name="New customer").first.click()
    sheet.get_by_label("Code *").fill("C1")
    sheet.get_by_label("Name *").fill("Canteen")
    sheet.get_by_label("Credit limit *").fill("5000")
    sheet.get_by_role("button", name="Save").click()
    expect(page.locator("[data-row=C1]")).to_contain_text("¥5,000.00")
    page.get_by_role("link", name="Contract prices").click()
    settled(page)
    page.get_by_role("button", name="New contract price").click()
    sheet.get_by_label("Supplier *").select_option("farm")
    sheet.get_by_label("Product *").fill("rice")
    sheet.get_by_role("button", name="Add a tier").click()
    for tier, (least, price) in enumerate((("0", "30"), ("0", "28")), 1):
        sheet.locator(f"[data-tier='{tier}']").get_by_label("From quantity").fill(least)
        sheet.locator(f"[data-tier='{tier}']").get_by_label("Price").fill(price)
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_role("alert")).to_contain_text("quantities rise")
    photograph(browser, "desk-en-contract")
    sheet.locator("[data-tier='2']").get_by_label("From quantity").fill("100")
    sheet.get_by_role("button", name="Save").click()
    expect(page.locator("tbody tr", has_text="Rice 5 kg")).to_contain_text("In force")
    rows = books.read("/v1/master/contracts", q="rice")["rows"]
    assert [tier["unit_price"] for tier in rows[0]["tiers"]] == ["30", "28"]
    assert books.read("/v1/master/suppliers")["rows"][0]["terms_days"] == 45
    browser.go("/office/books/purchases/new?supplier=farm")
    expect(page.get_by_label("Input VAT can be reclaimed")).not_to_be_checked()


def test_a_rate_is_set_from_a_day_and_a_policy_from_a_first(office: OpenOffice, books: HeadOffice) -> None:
    """Rice has no rate and says so; set, it is off the list; a policy that begins on a fifth is refused on the page."""
    browser = office()
    page = browser.page
    browser.go("/office/books/terms")
    settled(page)
    page.get_by_role("button", name="Set a rate: Rice 5 kg").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("VAT rate % *").fill("109")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_text("A percentage from 0")).to_be_visible()
    sheet.get_by_label("VAT rate % *").fill("9")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Goods in the books without a rate")).to_have_count(0)
    expect(page.locator("tbody tr", has_text="Rice 5 kg")).to_contain_text("9%")
    page.get_by_role("button", name="Set", exact=True).click()
    sheet.get_by_label("Taxpayer").select_option("small_scale")
    sheet.get_by_label("From *").fill("2099-01-05")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_text("Choose the first of a month")).to_be_visible()
    photograph(browser, "desk-en-policy")
    sheet.get_by_label("From *").fill("2099-01-01")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Small-scale taxpayer · Small-business standard")).to_be_visible()
    rows = books.read("/v1/books/terms")["policies"]
    assert [(row["since"], row["surtax_factor"]) for row in rows] == [("2099-01-01", "0.5")]


def test_a_voucher_must_balance_on_the_page_and_at_the_server(office: OpenOffice, books: HeadOffice) -> None:
    """Off by a fen it is refused where it is typed; a stock account is not offered; balanced it is booked once."""
    browser = office()
    page = browser.page
    browser.go("/office/books/vouchers/new")
    settled(page)
    page.get_by_label("What for *").fill("Depreciation")
    first, second = page.locator("[data-line='1']"), page.locator("[data-line='2']")
    first.get_by_label("Account").fill("5602")
    first.get_by_label("Debit").fill("100.00")
    second.get_by_label("Account").fill("1405")
    second.get_by_label("Credit").fill("99.99")
    expect(page.get_by_text("Off by ¥0.01")).to_be_visible()
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2: there is no account 1405")
    second.get_by_label("Account").fill("1602")
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("alert")).to_contain_text("it cannot be booked")
    photograph(browser, "desk-en-voucher-off")
    second.get_by_label("Credit").fill("100.00")
    expect(page.get_by_text("Balanced")).to_be_visible()
    page.get_by_role("button", name="Book it").click()
    answer(page, "Book it")
    expect(page.locator("[data-voucher=manual]")).to_have_count(1)
    refused = {"dated": "2026-11-01", "reason": "x", "lines": [{"account": "5602", "debit": "1"}] * 2}
    (result,) = books.owner.send_ops([op("accounting.enter_voucher", refused)])
    assert result["error"]["key"] == "voucher_unbalanced"
    page.locator("[data-voucher=manual]").click()
    settled(page)
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Booked twice").click()
    answer(page, "Take back")
    expect(page.get_by_role("heading", name="Taken back")).to_be_visible()


def test_money_freight_and_a_loss_reach_the_books_and_they_hold(
    office: OpenOffice, books: HeadOffice
) -> None:
    """On a phone: rent with its tax, freight by quantity, a theft made good in part; then the proof."""
    browser = office(desk=False)
    page = browser.page
    browser.go("/office/books/money/new?kind=expense")
    settled(page)
    page.get_by_label("Account", exact=True).fill("5602")
    page.get_by_label("Without VAT *").fill("100")
    page.get_by_label("VAT rate %").fill("9")
    page.get_by_role("button", name="Record", exact=True).click()
    answer(page, "Record")
    expect(page.locator("tbody tr", has_text="Expense")).to_contain_text("¥109.00")
    browser.go("/office/books/purchases/landed/new")
    settled(page)
    page.get_by_label("Owed to (carrier) *").select_option("farm")
    page.get_by_label("Without VAT *").fill("24")
    page.get_by_role("radio", name="Quantity").check()
    page.locator("[data-line=milk] input").check()
    photograph(browser, "phone-en-freight")
    page.get_by_role("button", name="Share out freight").click()
    answer(page, "Share out freight")
    expect(page.locator("tbody tr")).to_contain_text(["¥24.00"])
    browser.go("/office/books/differences")
    settled(page)
    page.get_by_role("button", name="Approve the loss").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Decide").click()
    expect(sheet.get_by_text("Required")).to_be_visible()
    sheet.get_by_label("Why *").fill("insured")
    sheet.get_by_label("Compensation").fill("5")
    photograph(browser, "phone-en-difference")
    sheet.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Nothing waits for a decision")).to_be_visible()
    kinds = {"expense", "landed_cost", "dispose_pending"}
    books.wait_for(
        lambda: kinds <= {row["kind"] for row in books.read("/v1/books/vouchers")["rows"]}, "all is posted"
    )
    assert books.read("/v1/books/problems")["rows"] == []
    assert books.owner.post("/v1/books/proof").json()["holds"]
