"""Head office's pages on a real head office with a real store behind it: figures, their facts, and the master data.

With LIUSHUI_SCREENSHOTS naming a folder the pages are also photographed, for people to look at.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from cloud.reports.registry import reports
from tests.browser.conftest import OpenOffice
from tests.browser.handset import Handset
from tests.browser.head_office import HeadOffice, settled, sign_in
from tests.browser.test_pages import photograph
from tests.support.edge_node import PASSWORD

PAGES = (
    "/office", "/office/sales?by=day", "/office/sales?by=store", "/office/sales?by=category",
    "/office/sales?by=sku", "/office/sales?by=store_day", "/office/stock?by=store", "/office/stock?by=sku",
    "/office/reports", "/office/reports/subscriptions", *(f"/office/reports/{key}" for key in reports()),
    "/office/reports/sales-by?by=store&compare=year", "/office/reports/sales-by?by=week",
    "/office/stock?by=lot", "/office/expiry?days=30", "/office/quality?show=holds",
    "/office/quality?show=inspections", "/office/cold", "/office/board", "/office/board?show=all",
    "/office/quarantine", "/office/nodes", "/office/help", "/office/help/closing",
    "/office/books", "/office/books/accounts", "/office/books/accounts/1405", "/office/books/vouchers",
    "/office/books/problems", "/office/books/periods", "/office/books/periods/2026-10", "/office/books/differences",
    "/office/books/terms",
    "/office/books/vouchers/new", "/office/books/purchases", "/office/books/purchases/new?supplier=farm",
    "/office/books/purchases/invoices", "/office/books/purchases/landed", "/office/books/purchases/landed/new",
    "/office/books/money", "/office/books/money/new?kind=platform", "/office/books/money/new?supplier=farm",
    "/office/facts", "/office/master/products", "/office/master/categories", "/office/master/suppliers",
    "/office/master/customers", "/office/master/contracts",
    "/office/master/stores", "/office/master/places", "/office/master/sensors", "/office/master/templates",
    "/office/master/scanners", "/office/master/days",
    "/office/master/orders", "/office/master/users", "/office/master/nodes",
)  # fmt: skip
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("desk", [False, True], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_office_page_opens(office: OpenOffice, language: str, desk: bool) -> None:
    """No page error, no breach of the security policy, nothing failed, no missing text, nothing too wide."""
    browser = office(language=language, desk=desk)
    for path in PAGES:
        browser.go(path)
        settled(browser.page)
        photograph(browser, f"{'desk' if desk else 'phone'}-{language}-{re.sub(r'[^a-z]+', '-', path)}")
        expect(browser.page.locator("#office-main [role=alert]")).to_have_count(0)
        wide = browser.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen"
        if language == "en":
            assert not _CHINESE.search(browser.page.locator("#office-main").inner_text()), path


def test_a_figure_leads_to_its_facts_and_their_chain(office: OpenOffice) -> None:
    """From the chain's sales to the one sale, its body and the proof that nobody changed it."""
    page = office().page
    # Two milk and a rice were sold, one milk came back: 12.50 + 48.00.
    expect(page.locator("[data-kpi=amount] .value")).to_have_text("¥60.50")
    expect(page.locator("[data-kpi=returns] .value")).to_have_text("¥12.50")
    expect(page.locator("[data-kpi=held] .value")).to_have_text("1")
    page.locator("[data-row=S1] [data-column=amount] a").click()
    expect(page.locator("[data-fact]")).to_have_count(3)
    page.locator("[data-fact]", has_text="Sale").first.click()
    expect(page.get_by_text("Chain intact")).to_be_visible()
    expect(page.locator(".json")).to_contain_text('"amount"')
    here = page.url
    page.get_by_role("link", name="The one before").click()
    expect(page.get_by_text("Chain intact")).to_be_visible()
    assert page.url != here
    page.go_back()
    expect(page).to_have_url(here)


def test_the_same_sales_are_told_by_every_cut(office: OpenOffice, chain: HeadOffice) -> None:
    """Day, store, category and product add up to the same total, and the day is the day it was sold."""
    browser = office()
    for cut in ("day", "store", "category", "sku"):
        browser.go(f"/office/sales?by={cut}")
        settled(browser.page)
        expect(browser.page.locator("tfoot [data-column=amount]")).to_have_text("¥60.50")
    browser.page.locator("th", has_text="Sales").get_by_role("button").click()
    amounts = browser.page.locator("tbody [data-column=amount]")
    expect(amounts).to_have_text(["¥48.00", "¥12.50"])
    browser.page.locator("th", has_text="Sales").get_by_role("button").click()
    expect(amounts).to_have_text(["¥12.50", "¥48.00"])


def test_another_period_and_another_store_change_the_figures(office: OpenOffice) -> None:
    """The span and the stores stand in the address, and go along to the next page."""
    page = office().page
    page.locator("[data-preset=yesterday]").click()
    expect(page.locator("[data-kpi=amount] .value")).to_have_text("¥0.00")
    page.locator("[data-preset=last30]").click()
    expect(page.locator("[data-kpi=amount] .value")).to_have_text("¥60.50")
    page.locator("details summary", has_text="All stores").click()
    page.get_by_label("Second store").check()
    expect(page.locator("[data-kpi=amount] .value")).to_have_text("¥0.00")
    page.locator("aside").get_by_role("link", name="Sales").click()
    settled(page)
    assert "store=S2" in page.url
    assert "from=" in page.url
    expect(page.get_by_text("No sales in this period")).to_be_visible()


def test_a_failed_inspection_is_seen_with_its_photo(office: OpenOffice, chain: HeadOffice) -> None:
    """The board shows what is held and why; the photo is the store's own, large on request, closed by Esc."""
    chain.wait_for(
        lambda: chain.owner.get(f"/v1/photos/{chain.photo}").is_success, "head office has the photo"
    )
    browser = office()
    browser.go("/office/quality?show=holds")
    expect(browser.page.locator("tbody tr")).to_contain_text(["Milk 1 l"])
    browser.go("/office/quality?show=blocked")
    page = browser.page
    expect(page.get_by_role("article")).to_contain_text("Packaging intact")
    page.get_by_role("button", name="Enlarge photo 1 of 1").click()
    large = page.get_by_role("dialog").locator("img")
    expect(large).to_be_visible()
    page.wait_for_function("() => document.querySelector('dialog img').naturalWidth === 640")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_product_is_made_with_its_code_and_price(office: OpenOffice, chain: HeadOffice) -> None:
    """What the server refuses stays in the form with the reason; put right, it is saved once and found."""
    browser = office()
    browser.go("/office/master/products")
    page = browser.page
    page.get_by_role("button", name="New product").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Required").first).to_be_visible()
    form.get_by_label("SKU *").fill("tea")
    form.get_by_label("Name *").fill("Green tea")
    form.get_by_label("Category *").select_option("dry")
    form.get_by_role("button", name="Add a barcode").click()
    form.get_by_label("Barcode").fill("6901234567893")
    form.locator("[data-price=chain]").fill("19.90")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("What you typed is still here")
    form.get_by_label("Barcode").fill("6920000000005")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    row = page.locator("[data-row=tea]")
    expect(row).to_contain_text("Green tea")
    expect(row).to_contain_text("¥19.90")
    found = chain.read("/v1/master/products", q="tea")["rows"]
    assert [product["price"] for product in found] == ["19.9"]
    defined = chain.read("/v1/facts", kind="catalogue.product_defined")["rows"]
    assert sum(fact["body"]["sku"] == "tea" for fact in defined) == 1
    assert [code["code"].lstrip("0") for code in found[0]["barcodes"]] == ["6920000000005"]


def test_a_form_outlives_a_broken_network(office: OpenOffice, chain: HeadOffice) -> None:
    """Without a connection the page says so and keeps what was typed; saved again, it is done once."""
    browser = office()
    browser.go("/office/master/suppliers")
    page = browser.page
    page.get_by_role("button", name="New supplier").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Code *").fill("mill")
    form.get_by_label("Name *").fill("The Mill")
    browser.context.set_offline(True)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(form.get_by_label("Name *")).to_have_value("The Mill")
    browser.context.set_offline(False)
    form.get_by_role("button", name="Save").click()
    expect(page.locator("[data-row=mill]")).to_contain_text("The Mill")
    defined = [
        fact
        for fact in chain.read("/v1/facts", kind="catalogue.supplier_defined")["rows"]
        if fact["body"]["supplier"] == "mill"
    ]
    assert len(defined) == 1


def test_a_person_is_let_in_and_shut_out(office: OpenOffice, chain: HeadOffice) -> None:
    """A new manager signs in and sees their store only; revoked, they no longer can."""
    browser = office()
    browser.go("/office/master/users")
    page = browser.page
    page.get_by_role("button", name="New person").click()
    form = page.get_by_role("dialog")
    form.get_by_label("User *").fill("mei")
    form.get_by_label("Name *").fill("Mei")
    form.get_by_label("Role *").select_option("store_manager")
    form.get_by_label("First store").check()
    form.get_by_label("First password *").fill(PASSWORD)
    form.get_by_role("button", name="Create").click()
    expect(page.locator("[data-row=mei]")).to_contain_text("First store")
    asked = {"user": "mei", "password": PASSWORD}
    me = chain.owner.post("/v1/session", json=asked)
    assert me.is_success
    assert me.json()["user"]["stores"] == ["S1"]
    sign_owner_in_again(chain)
    page.locator("[data-row=mei]").get_by_role("button", name="Revoke Mei?").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    expect(page.locator("[data-row=mei]")).to_contain_text("Revoked")
    assert chain.owner.post("/v1/session", json=asked).status_code == 401
    sign_owner_in_again(chain)


def sign_owner_in_again(chain: HeadOffice) -> None:
    chain.owner.post("/v1/session", json={"user": "owner", "password": PASSWORD}).raise_for_status()


def test_an_enrolment_code_is_shown_once(office: OpenOffice) -> None:
    """The code stands on the page with its end, and is nowhere once the sheet is closed."""
    browser = office()
    browser.go("/office/master/nodes")
    page = browser.page
    page.get_by_role("button", name="New enrolment code").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Store *").select_option("S2")
    sheet.get_by_role("button", name="Make the code").click()
    code = sheet.locator("[data-code]").inner_text().strip()
    assert len(code) >= 16
    expect(sheet).to_contain_text("Shown only this once")
    sheet.get_by_role("button", name="Done").click()
    expect(sheet).to_have_count(0)
    assert code not in page.content()


def test_what_the_reader_may_not_see_does_not_appear(
    playwright: Playwright,
    tmp_path: Path,
    chain: HeadOffice,
    chromium_path: str,
    chromium_arguments: list[str],
) -> None:
    """A store manager sees the reports of one store and neither head office's tasks nor its master data."""
    browser = Handset(
        playwright, tmp_path / "manager", chain.url, chromium=chromium_path, arguments=chromium_arguments,
        language="en", desk=True,
    ).start()  # fmt: skip
    browser.open()
    sign_in(browser.page, "store_manager")
    expect(browser.page.locator("[data-kpi=amount] .value")).to_have_text("¥60.50")
    menu = browser.page.locator("aside")
    expect(menu.get_by_role("link", name="Stock")).to_be_visible()
    expect(menu.get_by_role("link", name="Master data")).to_have_count(0)
    expect(menu.get_by_role("link", name="Replenishment")).to_have_count(0)
    expect(browser.page.locator("[data-row=S2]")).to_have_count(0)
    browser.close()
    assert not browser.faults


def test_a_page_leads_to_its_chapter_and_the_help_is_searched(office: OpenOffice) -> None:
    """The closing page opens its chapter in sight and in focus; both languages are found; nothing found says so."""
    browser = office()
    page = browser.page
    browser.go("/office/books/periods/2026-10")
    settled(page)
    page.get_by_role("link", name="Help for this page").click()
    closing = page.get_by_role("heading", level=3, name="Closing a month").get_by_role("button")
    expect(closing).to_be_focused()
    expect(closing).to_be_in_viewport()
    expect(page.locator("[data-chapter] .told:visible")).to_have_count(1)
    expect(page.get_by_role("heading", level=4, name="When it goes wrong")).to_be_visible()
    photograph(browser, "desk-en-help-closing")
    page.keyboard.press("Enter")
    expect(closing).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("/")
    page.keyboard.type("暂估")
    expect(page.locator("[data-chapter=purchases] .told")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Chapters: 1")).to_be_visible()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("no such word")
    expect(page.get_by_text("Nothing found for “no such word”")).to_be_visible()
    page.get_by_role("button", name="Clear the search").click()
    expect(page.locator("[data-chapter]")).to_have_count(23)
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_who_may_not_see_the_books_reads_of_them_and_is_not_led_there(office: OpenOffice) -> None:
    """The help is in everybody's menu; a chapter leads to its page only where one may go."""
    browser = office(user="store_manager", language="zh-CN", desk=False)
    page = browser.page
    page.get_by_role("button", name="更多").click()
    page.get_by_role("link", name="帮助", exact=True).click()
    expect(page.locator("[data-chapter]")).to_have_count(23)
    browser.go("/office/help/purchases")
    expect(page.locator("[data-chapter=purchases] .told")).to_be_visible()
    expect(page.locator("[data-chapter=purchases]").get_by_role("link")).to_have_count(0)
    browser.go("/office/help/figures")
    expect(page.locator("[data-chapter=figures]").get_by_role("link")).to_have_text("打开这一页")
