"""A lot that looks wrong is put on hold from its own page, and goes back on sale with a photo of it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakeHandset
from tests.browser.test_pages import photograph
from tests.support.edge_node import EdgeNode


def _state(node: EdgeNode, sku: str) -> list[tuple[str, str]]:
    told = node.sign_in("store_manager").get(f"/v1/stock/{sku}").json()
    return [(lot["on_hand"], lot["held"]) for lot in told["lots"]]


def test_a_lot_is_held_and_put_back_on_sale(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Four of ten are held for a complaint and cannot be sold; looked at again, with a photo, they can."""
    store_node.sign_in("store_manager").receive("milk", "10", lot="L1")
    phone = handset()
    phone.hear_every_error()
    phone.sign_in()
    page = phone.page
    phone.go("/stock/milk")
    expect(page.locator("[data-available='10']")).to_be_visible()
    page.get_by_role("button", name="冻结: L1").click()
    dialog = page.get_by_role("dialog")
    hold = dialog.get_by_role("button", name="冻结", exact=True)
    expect(hold).to_be_disabled()
    dialog.get_by_label("冻结数量（可售 10）").fill("4")
    phone.press("顾客投诉")
    photograph(phone, "hold-a-lot-zh-CN")
    hold.click()
    expect(page.locator("[data-available='6']")).to_be_visible()
    assert _state(store_node, "milk") == [("10", "4")]

    page.get_by_role("button", name="决定去留: L1").click()
    dialog.get_by_role("radio", name="恢复销售").check()
    phone.press("复检合格")
    phone.press("拍照")
    dialog.get_by_role("button", name="拍照").click()
    keep = dialog.get_by_role("button", name="仍然使用")
    photo = page.locator("[data-photo]")
    expect(keep.or_(photo)).to_be_visible(timeout=20_000)
    if keep.is_visible():
        keep.click()
    expect(photo).to_be_visible()
    photograph(phone, "put-back-on-sale-zh-CN")
    dialog.get_by_role("button", name="恢复销售", exact=True).click()
    expect(page.locator("[data-available='10']")).to_be_visible()
    assert _state(store_node, "milk") == [("10", "0")]
    assert phone.faults == []
