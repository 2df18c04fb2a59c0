"""The node may say no: the person hears why, decides, and nothing behind it waits."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MILK, MakeHandset
from tests.support.edge_node import EdgeNode


def test_a_refused_sale_needs_attention_and_blocks_nobody(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Pills must not go below zero: their sale is refused with its reason, the milk behind it is recorded."""
    desk = handset(desk=True)
    desk.sign_in()
    for code in ("pills", MILK):
        desk.go("/sell")
        desk.page.locator("#typed-code").fill(code)
        if code == "pills":
            desk.page.get_by_role("button", name="Pills").click()
        else:
            desk.page.locator("#typed-code").press("Enter")
        expect(desk.page.locator("[data-line]")).to_have_count(1)
        desk.press("收款")
        desk.press("完成收款")
        expect(desk.page.locator("[data-line]")).to_have_count(0)
    desk.go("/outbox")
    refused = desk.page.locator("[data-state=refused]")
    expect(refused).to_have_count(1)
    expect(desk.page.locator("[data-state=accepted]")).to_have_count(1)
    expect(refused.locator(".why")).not_to_be_empty()

    store_node.sign_in("store_manager").receive("pills", "5")
    refused.get_by_role("button", name="重新提交").click()
    expect(desk.page.locator("[data-state=accepted]")).to_have_count(2)
    expect(desk.page.locator("[data-state=discarded]")).to_have_count(1)


def test_giving_up_asks_first(handset: MakeHandset) -> None:
    """A refused record is only given up after a yes, and stays in the list as given up."""
    desk = handset(desk=True)
    desk.sign_in()
    desk.go("/sell")
    desk.page.locator("#typed-code").fill("pills")
    desk.page.get_by_role("button", name="Pills").click()
    desk.press("收款")
    desk.press("完成收款")
    desk.go("/outbox")
    give_up = desk.page.locator("[data-state=refused]").get_by_role("button", name="放弃")
    give_up.click()
    desk.press("取消")
    expect(desk.page.locator("[data-state=refused]")).to_have_count(1)
    give_up.click()
    desk.page.get_by_role("dialog").get_by_role("button", name="放弃").click()
    expect(desk.page.locator("[data-state=discarded]")).to_have_count(1)


def test_nobody_signs_out_while_records_wait(handset: MakeHandset) -> None:
    """With unsent records signing out leads to the outbox, from which they can be taken away as a file."""
    desk = handset(desk=True)
    desk.sign_in()
    desk.context.set_offline(True)
    desk.go("/count")
    desk.type_code(MILK)
    desk.press("提交盘点")
    desk.see_recorded("盘点")
    desk.go("/settings")
    desk.press("退出登录")
    expect(desk.page.get_by_text("还有 1 笔没有上传")).to_be_visible()
    with desk.page.expect_download() as download:
        desk.press("导出未上传记录")
    assert '"stock.count"' in download.value.path().read_text(encoding="utf-8")
    desk.context.set_offline(False)
    desk.expect_waiting(0)
    desk.go("/settings")
    desk.press("退出登录")
    desk.page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
    expect(desk.page.get_by_role("heading", name="登录")).to_be_visible()


def test_a_wrong_password_is_told_in_the_readers_language(handset: MakeHandset) -> None:
    """Chinese and English readers each get their own words."""
    for language, word in (("zh-CN", "密码"), ("en", "password")):
        desk = handset(desk=True, language=language)
        desk.open()
        desk.page.locator("input[autocomplete=username]").fill("clerk")
        desk.page.locator("input[autocomplete=current-password]").fill("wrong")
        desk.page.keyboard.press("Enter")
        expect(desk.page.get_by_role("alert")).to_contain_text(word)
