"""The page on which a manager works off what head office has set aside: seen, let count, voided, each with a reason."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenOffice
from tests.browser.hand_made_node import HandMadeNode
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph
from tests.unit.cloud.shop import Log, event, receipt, sale


@pytest.fixture(scope="module")
def log(chain: HeadOffice) -> Log:
    """The second store received ten milk and sent a fact of a new kind; then its phone was revoked and sold three."""
    node = HandMadeNode(chain)
    dreamt = event(sale("s4"), "s4", kind="sales.sale_dreamt.v1")
    log = node.log("a").record(event(receipt("r1"), "r1"), dreamt)
    node.push(log).raise_for_status()
    chain.wait_for(lambda: _on_hand(chain) == ["10"], "the receipt counts")
    lost = {"device": "phone-1", "note": "left in a taxi"}
    chain.owner.post("/v1/devices/revoke", json=lost).raise_for_status()
    node.push(log.sell("s1", "s2", "s3"), 3).raise_for_status()
    chain.wait_for(lambda: len(chain.read("/v1/quarantine")["rows"]) == 4, "four facts are set aside")
    return log


def _on_hand(chain: HeadOffice) -> list[str]:
    rows = chain.read("/v1/reports/stock", by="sku", store="S2")["rows"]
    return [row["on_hand"] for row in rows if row["sku"] == "milk"]


def held(page: Page, log: Log, seq: int) -> str:
    """The selector of one record on the page."""
    return f"[data-held='{log.log_id.hex()}/{seq}']"


def test_each_record_says_why_it_waits_and_which_goods_are_provisional(
    office: OpenOffice, chain: HeadOffice, log: Log
) -> None:
    """The menu counts them; each tells reason, person and goods; the stock page marks the milk of that store."""
    browser = office()
    page = browser.page
    menu = page.locator("aside").get_by_role("link", name="Set aside")
    expect(menu).to_contain_text("4")
    menu.click()
    settled(page)
    photograph(browser, "desk-en-quarantine")
    row = page.locator(held(page, log, 3))
    expect(row).to_contain_text("Person or device was revoked")
    expect(row).to_contain_text("Milk 1 l")
    expect(page.locator(held(page, log, 2))).to_contain_text("A kind head office does not know yet")
    page.get_by_label("Reason").select_option("unknown_schema")
    expect(page.locator("[data-held]")).to_have_count(1)
    browser.go("/office/stock?by=sku&store=S2")
    expect(page.locator("tbody tr", has_text="Milk 1 l")).to_contain_text("Provisional")


def test_a_manager_lets_one_count_and_voids_two(office: OpenOffice, chain: HeadOffice, log: Log) -> None:
    """Released it counts at once, voided it does not; both keep the reason; a void can be undone."""
    browser = office(desk=False, language="zh-CN")
    browser.go("/office/quarantine")
    page = browser.page
    settled(page)
    photograph(browser, "phone-zh-quarantine")
    page.locator(held(page, log, 3)).get_by_role("button", name="放行计入").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="放行计入").click()
    expect(sheet.get_by_role("alert")).to_contain_text("请写明原因")
    sheet.get_by_role("button", name="已和门店核对，属实").click()
    photograph(browser, "phone-zh-quarantine-release")
    sheet.get_by_role("button", name="放行计入").click()
    expect(sheet).to_have_count(0)
    expect(page.locator(held(page, log, 3))).to_have_count(0)
    chain.wait_for(lambda: _on_hand(chain) == ["9"], "the released sale counts")

    for seq in (4, 5):
        page.locator(held(page, log, seq)).get_by_role("checkbox").check()
    page.get_by_role("button", name="作废 2 条").click()
    sheet.get_by_role("textbox").fill("顾客没有付钱")
    sheet.get_by_role("button", name="作废", exact=True).click()
    expect(page.locator("[data-held]")).to_have_count(1)
    page.get_by_role("link", name="已作废").click()
    expect(page.locator("[data-held]")).to_have_count(2)
    expect(page.locator(held(page, log, 4))).to_contain_text("顾客没有付钱")
    assert _on_hand(chain) == ["9"]
    photograph(browser, "phone-zh-quarantine-voided")
    page.locator(held(page, log, 5)).get_by_role("button", name="改为放行").click()
    sheet.get_by_role("textbox").fill("顾客后来付了")
    sheet.get_by_role("button", name="放行计入").click()
    expect(page.locator(held(page, log, 5))).to_have_count(0)
    chain.wait_for(lambda: _on_hand(chain) == ["8"], "the void is undone")
    voided = chain.read("/v1/facts", kind="quarantine.fact_voided")["rows"]
    assert sorted(fact["body"]["seq"] for fact in voided) == [4, 5]


def test_whoever_may_only_read_decides_nothing(office: OpenOffice, chain: HeadOffice, log: Log) -> None:
    """Head office staff see the list without a button on it."""
    person = {"user": "clerk2", "name": "Han", "role": "head_office", "stores": ["*"], "language": "en"}
    chain.owner.post(
        "/v1/users", json={**person, "password": "correct horse battery staple"}
    ).raise_for_status()
    browser = office(user="clerk2")
    browser.go("/office/quarantine")
    settled(browser.page)
    expect(browser.page.locator(held(browser.page, log, 2))).to_be_visible()
    expect(browser.page.get_by_role("button", name="Let it count")).to_have_count(0)
    expect(browser.page.get_by_role("checkbox")).to_have_count(0)
