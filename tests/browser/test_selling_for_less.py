"""The price at the till: the manager lowers it, the clerk is told politely whom to ask."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakeHandset
from tests.browser.handset import Handset
from tests.browser.test_pages import photograph
from tests.support.edge_node import EdgeNode


def open_line(phone: Handset, close: str = "关闭相机", edit: str = "修改") -> None:
    """The camera reads a pack of milk; then it is closed, so that it adds no other, and the line opened."""
    phone.go("/sell")
    expect(phone.line("milk")).to_be_visible(timeout=20_000)
    phone.press(close)
    phone.line("milk").get_by_role("button", name=edit).click()


def test_a_manager_sells_for_less_and_the_day_book_says_by_how_much(
    handset: MakeHandset, store_node: EdgeNode
) -> None:
    """More off than the line costs is refused on the spot; 1.50 off 12.50 is a sale of 11.00."""
    phone = handset()
    phone.sign_in()
    open_line(phone)
    phone.press("改价")
    dialog = phone.page.locator("dialog")
    dialog.get_by_label("这行减").fill("12.51")
    phone.press("保存")
    expect(dialog.get_by_role("alert")).to_contain_text("最多减")
    dialog.get_by_label("这行减").fill("1.50")
    expect(dialog.locator("[data-line-amount]")).to_contain_text("11.00")
    photograph(phone, "till-discount")
    phone.press("保存")
    expect(phone.line("milk")).to_contain_text("减 ¥1.50")
    expect(phone.page.locator("[data-total]")).to_contain_text("11.00")
    phone.press("收款")
    phone.press("完成收款")
    phone.see_recorded("销售")
    phone.expect_waiting(0)
    assert store_node.sign_in().get("/v1/today").json()["sales"]["amount"] == "11.00"


def test_a_price_of_ones_own_replaces_the_lists(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Ten instead of 12.50: the line shows both, the node books ten."""
    phone = handset(language="en")
    phone.sign_in()
    open_line(phone, "Close the camera", "Edit")
    phone.press("Change price")
    phone.page.locator("dialog").get_by_label("New price").fill("10")
    phone.press("Save")
    expect(phone.line("milk").locator("s")).to_contain_text("12.50")
    phone.press("Take payment")
    phone.press("Complete the sale")
    phone.expect_waiting(0)
    assert store_node.sign_in().get("/v1/today").json()["sales"]["amount"] == "10.00"


def test_a_clerk_is_told_whom_to_ask(handset: MakeHandset) -> None:
    """No field to type in, one sentence that says what to do; the sale itself goes on."""
    phone = handset()
    phone.sign_in("clerk")
    open_line(phone)
    phone.press("改价")
    dialog = phone.page.locator("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("店长")
    expect(dialog.get_by_label("这行减")).to_have_count(0)
    photograph(phone, "till-not-yours")
    phone.press("保存")
    expect(phone.page.locator("[data-total]")).to_contain_text("12.50")
