"""Airplane mode, dead batteries, lost answers: everything a person did reaches the day-book, once."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.conftest import MILK, MakeHandset
from tests.browser.handset import IN_STORE, Handset
from tests.support.edge_node import EdgeNode


def sell_milk(phone: Handset, qty: int = 1) -> None:
    """Sell milk by typed code; returns when the app says that it is recorded."""
    phone.leave_camera_off()
    phone.go("/sell")
    for _ in range(qty):
        phone.type_code(MILK)
    expect(phone.line("milk")).to_contain_text(str(qty))
    phone.press("收款")
    phone.press("完成收款")
    phone.see_recorded("销售")
    expect(phone.line("milk")).to_have_count(0)


def kinds_on(node: EdgeNode, sku: str) -> list[str]:
    """The kind of every fact that moved an SKU in the node's day-book."""
    moves = node.sign_in("store_manager").get(f"/v1/stock/{sku}").json()["moves"]
    facts = {(move["log"], move["seq"]): str(move["kind"]) for move in moves}
    return sorted(facts.values())


def test_a_whole_shift_in_airplane_mode_arrives_once(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Scan by camera, sell, receive, count, inspect with a photo; the browser dies; back online each is there once."""
    manager = store_node.sign_in("store_manager")
    manager.receive("milk", "24", lot="L1", expiry="2030-01-01")
    phone = handset()
    phone.sign_in()
    phone.go("/inspect")
    expect(phone.page.locator("main a").first).to_be_visible()
    phone.context.set_offline(True)

    sell_by_camera(phone)
    receive_milk(phone)
    count_milk(phone, 40)
    inspect_with_photo(phone)
    phone.go("/")
    phone.expect_waiting(4)

    phone.kill()
    store_node.kill()
    phone.start()
    phone.open()
    phone.expect_waiting(4)
    store_node.start()
    phone.reach_node_again()
    phone.expect_waiting(0)
    phone.go("/outbox")
    expect(phone.page.locator("[data-state=accepted]")).to_have_count(4)

    manager = store_node.sign_in("store_manager")
    assert manager.get("/v1/node").json()["phones"][0]["gap"] == 0
    found = kinds_on(store_node, "milk")
    assert found.count("sales.sale_recorded") == 1
    assert found.count("stock.goods_received") == 2
    assert found.count("stock.counted") == 1
    assert manager.get("/v1/receipts", params={"pending_inspection": 1}).json()["items"] != []
    phone.until(f"(await {IN_STORE}('photos', 'getAll')).every(photo => photo.state === 'uploaded')")
    (sha256,) = phone.stored("photos", "getAllKeys")
    assert manager.get(f"/v1/photos/{sha256}").status_code == 200


def sell_by_camera(phone: Handset) -> None:
    """The camera reads the pack of milk; the sale is taken."""
    phone.go("/sell")
    expect(phone.line("milk")).to_be_visible(timeout=20_000)
    phone.press("关闭相机")
    phone.press("收款")
    phone.press("完成收款")
    phone.see_recorded("销售")
    expect(phone.line("milk")).to_have_count(0)


def receive_milk(phone: Handset) -> None:
    """A case arrives with lot and expiry from its GS1 code."""
    phone.go("/receive")
    phone.type_code("(01)16901234567899(10)L2(17)300131")
    expect(phone.page.get_by_label("批次")).to_have_value("L2")
    expect(phone.page.get_by_label("到期日")).to_have_value("2030-01-31")
    phone.press("加入")
    phone.press("完成收货")
    phone.see_recorded("收货")


def count_milk(phone: Handset, counted: int) -> None:
    """A blind count of the milk."""
    phone.go("/count")
    phone.type_code(MILK)
    phone.line("milk").get_by_role("button", name="修改").click()
    phone.page.locator("dialog").get_by_label("的数量").fill(str(counted))
    phone.press("保存")
    phone.press("提交盘点")
    phone.see_recorded("盘点")


def inspect_with_photo(phone: Handset) -> None:
    """The first receipt fails on its packaging; a photo shows it."""
    phone.go("/inspect")
    phone.page.locator("main a").first.click()
    phone.press("不合格")
    for _ in range(4):
        phone.press("合格")
    phone.press("拍照")
    dialog = phone.page.locator("dialog")
    dialog.get_by_role("button", name="拍照").click()
    keep = dialog.get_by_role("button", name="仍然使用")
    photo = phone.page.locator("[data-photo]")
    expect(keep.or_(photo)).to_be_visible(timeout=20_000)
    if keep.is_visible():
        keep.click()
    expect(photo).to_be_visible()
    phone.press("提交判定")
    phone.see_recorded("检验")


def test_the_app_starts_cold_while_the_node_is_away(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Node off, browser restarted: the app opens, the camera reads, two records wait; later both are delivered."""
    phone = handset()
    phone.sign_in()
    store_node.kill()
    phone.kill()
    phone.start()
    phone.open("/sell")
    sell_by_camera(phone)
    count_milk(phone, 3)
    phone.expect_waiting(2)
    store_node.start()
    phone.reach_node_again()
    phone.expect_waiting(0)


def test_a_reload_without_a_network_keeps_what_waits(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Offline and reloaded the badge says so, the node has nothing; online again nothing waits."""
    phone = handset()
    phone.sign_in()
    phone.context.set_offline(True)
    for _ in range(3):
        sell_milk(phone)
    phone.page.reload()
    expect(phone.page.locator("[data-sync=offline]").first).to_be_visible()
    phone.expect_waiting(3)
    assert kinds_on(store_node, "milk") == []
    phone.context.set_offline(False)
    phone.expect_waiting(0)
    assert kinds_on(store_node, "milk") == ["sales.sale_recorded"] * 3


def test_an_answer_lost_after_the_commit_doubles_nothing(handset: MakeHandset, store_node: EdgeNode) -> None:
    """The node commits, its answer is lost twice: the phone sends again, the day-book has each sale once."""
    phone = handset()
    phone.sign_in()
    phone.context.set_offline(True)
    for _ in range(5):
        sell_milk(phone)
    lost = 0

    def lose_two(route: Route) -> None:
        nonlocal lost
        answer = route.fetch()
        if lost < 2:
            lost += 1
            route.fulfill(status=503, body="")
        else:
            route.fulfill(response=answer)

    phone.context.route("**/v1/ops", lose_two)
    phone.context.set_offline(False)
    phone.expect_waiting(0)
    assert lost == 2
    assert len(kinds_on(store_node, "milk")) == 5


def test_a_basket_survives_a_dead_battery(handset: MakeHandset) -> None:
    """What was scanned but not yet paid is still in the basket after the browser died."""
    phone = handset()
    phone.sign_in()
    phone.go("/sell")
    phone.type_code(MILK)
    expect(phone.line("milk")).to_be_visible()
    phone.until(f"(await {IN_STORE}('drafts', 'get', 'sell'))?.value.lines.length === 1")
    phone.kill()
    phone.start()
    phone.open("/sell")
    expect(phone.line("milk")).to_be_visible()
