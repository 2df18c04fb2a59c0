"""An inspector's phone: what fails cannot be sold from the moment it is submitted, and the photo proves why."""

from __future__ import annotations

import hashlib
import io

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import MakeHandset
from tests.browser.handset import IN_STORE
from tests.browser.test_without_a_network import inspect_with_photo
from tests.support.edge_node import EdgeNode


def test_a_failed_inspection_makes_the_goods_unsellable(handset: MakeHandset, store_node: EdgeNode) -> None:
    """One failed answer suggests holding everything; the node holds it and has the photo, byte for byte."""
    manager = store_node.sign_in("store_manager")
    manager.receive("milk", "24", lot="L1", expiry="2030-01-01")
    assert manager.get("/v1/stock/milk").json()["available"] == "24"
    phone = handset()
    phone.sign_in("inspector")
    phone.go("/inspect")
    inspect_with_photo(phone)
    phone.expect_waiting(0)
    stock = manager.get("/v1/stock/milk").json()
    assert (stock["available"], stock["held"]) == ("0", "24")
    assert manager.get("/v1/receipts", params={"pending_inspection": 1}).json()["items"] == []

    phone.until(f"(await {IN_STORE}('photos', 'getAll')).every(photo => photo.state === 'uploaded')")
    sha256 = phone.stored("photos", "getAllKeys")[0]
    answer = manager.get(f"/v1/photos/{sha256}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    photo = answer.content
    assert hashlib.sha256(photo).hexdigest() == sha256
    picture = Image.open(io.BytesIO(photo))
    assert max(picture.size) <= 1600
    assert not picture.getexif()


def test_what_is_not_answered_counts_as_not_passed(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Going straight to the verdict nothing can be accepted; quantities that do not add up cannot be submitted."""
    store_node.sign_in("store_manager").receive("cheese", "2.5", lot="C1")
    desk = handset(desk=True)
    desk.sign_in("inspector")
    desk.go("/inspect")
    desk.page.locator("main a").first.click()
    desk.press("判定")
    expect(desk.page.get_by_label("冻结")).to_have_value("2.5")
    expect(desk.page.get_by_text("没有回答的算不合格")).to_be_visible()
    expect(desk.page.get_by_label("合格", exact=True)).to_be_disabled()
    desk.page.get_by_label("拒收").fill("0.1")
    expect(desk.page.get_by_text("三项相加要等于 2.5")).to_be_visible()
    expect(desk.page.get_by_role("button", name="提交判定")).to_be_disabled()
    desk.page.get_by_label("冻结").fill("2.4")
    desk.press("提交判定")
    desk.see_recorded("检验")
    desk.until(f"(await {IN_STORE}('outbox', 'getAll'))[0].state === 'accepted'")
    stock = store_node.sign_in("store_manager").get("/v1/stock/cheese").json()
    assert (stock["available"], stock["held"]) == ("0", "2.5")


def test_a_part_can_be_accepted_when_all_is_answered(handset: MakeHandset, store_node: EdgeNode) -> None:
    """With every answer passed the inspector may still hold a part; a later fail moves the accepted part to hold."""
    store_node.sign_in("store_manager").receive("cheese", "2.5", lot="C1")
    desk = handset(desk=True)
    desk.sign_in("inspector")
    desk.go("/inspect")
    desk.page.locator("main a").first.click()
    for _ in range(5):
        desk.press("合格")
    desk.page.get_by_label("合格", exact=True).fill("2.4")
    desk.page.get_by_label("冻结").fill("0.1")
    desk.page.locator(".steps button").first.click()
    desk.press("不合格")
    desk.press("判定")
    expect(desk.page.get_by_label("冻结")).to_have_value("2.5")
    desk.page.locator(".steps button").first.click()
    desk.press("合格")
    desk.press("判定")
    desk.page.get_by_label("合格", exact=True).fill("2.4")
    desk.page.get_by_label("冻结").fill("0.1")
    desk.press("提交判定")
    desk.until(f"(await {IN_STORE}('outbox', 'getAll'))[0]?.state === 'accepted'")
    stock = store_node.sign_in("store_manager").get("/v1/stock/cheese").json()
    assert (stock["available"], stock["held"]) == ("2.4", "0.1")
