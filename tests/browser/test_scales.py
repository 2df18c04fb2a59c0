"""A scale from its cable to the book: read in selling, receiving, inspecting; added by a shopkeeper; seen in the list.

Real node, real broker, real bridge; only the scale is simulated, on a pseudo-terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from firmware_bridge.simulator import Action, Simulator
from tests.browser.conftest import MakeHandset
from tests.browser.handset import IN_STORE, Handset
from tests.browser.test_pages import photograph
from tests.support.broker import Broker
from tests.support.edge_node import STORE, EdgeNode
from tests.unit.firmware_bridge.running import Bridge, wait_for

BRIDGE = """
site = "{site}"
bridge = "bridge-1"

[broker]
port = {port}
"""
SCALE = """
[[device]]
id = "scale-1"
protocol = "mt_sics"
port = "{port}"
cal_id = "CAL-1"
"""
SLOW_MS = 30_000
"""The machine may be busy, and a weight goes through five programs."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """The store's broker."""
    (tmp_path / "broker").mkdir()
    running = Broker(tmp_path / "broker")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def store_node(tmp_path: Path, built_app: Path, broker: Broker) -> Iterator[EdgeNode]:
    """A node that listens to devices."""
    node = EdgeNode(tmp_path / "node", options=["--broker", f"{broker.host}:{broker.port}"])
    node.start()
    yield node
    node.stop()


class Counter:
    """A scale on a cable, and the bridge that may watch it."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.port = folder / "ports" / "scale-1"
        self.simulator = Simulator(folder / "ports", {"scale-1": "mt_sics"}, {}, (broker.host, broker.port))
        self.folder = folder
        self.broker = broker
        self.bridge: Bridge | None = None

    def start(self, *, watched: bool) -> None:
        """Plug in the scale and start the bridge; `watched`: its file names the scale."""
        self.simulator.start()
        told = BRIDGE.format(site=STORE, port=self.broker.port)
        self.bridge = Bridge(self.folder / "bridge", told + (SCALE.format(port=self.port) if watched else ""))
        self.bridge.start()
        if watched:
            wait_for(lambda: self.bridge is not None and self.bridge.is_online("scale-1"), "scale online")

    def put(self, weight: str) -> None:
        self.simulator.do(Action(do="put", device="scale-1", weight=weight))

    def stop(self) -> None:
        if self.bridge is not None:
            self.bridge.kill()
        self.simulator.stop()


@pytest.fixture
def counter(tmp_path: Path, broker: Broker) -> Iterator[Counter]:
    """The shop's counter, nothing running yet."""
    made = Counter(tmp_path / "counter", broker)
    yield made
    made.stop()


def lines_of(phone: Handset) -> list[dict]:
    """The lines of the last operation the phone recorded."""
    lines: list[dict] = phone.stored("outbox", "getAll")[-1]["body"]["lines"]
    return lines


def fit(phone: Handset) -> None:
    """Nothing is wider than the screen."""
    assert phone.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_sale_takes_what_the_scale_says_once_and_never_its_error(
    handset: MakeHandset, store_node: EdgeNode, counter: Counter
) -> None:
    """Empty, overloaded, steady; booked with its frame; the same weighing is not offered for the next line."""
    counter.start(watched=True)
    store_node.sign_in("store_manager").receive("cheese", "20", lot="C1")
    phone = handset()
    phone.sign_in()
    phone.leave_camera_off()
    phone.go("/sell")
    phone.type_code("cheese")
    widget = phone.page.locator("[data-scale=scale-1]")
    take = widget.get_by_role("button")
    expect(widget.get_by_role("status")).to_contain_text("秤盘是空的", timeout=SLOW_MS)
    expect(take).to_be_disabled()
    counter.put("99")
    expect(widget.get_by_role("status")).to_contain_text("超过秤的最大称量", timeout=SLOW_MS)
    expect(widget.locator("[data-live-weight]")).to_have_text("没有读数")
    expect(take).to_be_disabled()
    photograph(phone, "scale-overload-zh")
    counter.put("0")
    expect(widget.get_by_role("status")).to_contain_text("秤盘是空的", timeout=SLOW_MS)
    counter.put("1.250")
    expect(take).to_be_enabled(timeout=SLOW_MS)
    photograph(phone, "scale-ready-zh")
    fit(phone)
    take.click()
    expect(phone.page.locator("dialog input[inputmode=decimal]").first).to_have_value("1.25")
    photograph(phone, "scale-taken-zh")
    phone.page.get_by_role("button", name="加入", exact=True).click()
    phone.type_code("cheese")
    expect(widget.get_by_role("status")).to_contain_text("这次称重已经记过", timeout=SLOW_MS)
    phone.page.locator("dialog input[inputmode=decimal]").first.fill("0.5")
    expect(phone.page.locator("dialog")).to_contain_text("手工输入")
    phone.page.get_by_role("button", name="加入", exact=True).click()
    phone.page.get_by_role("button", name="收款").click()
    phone.page.get_by_role("button", name="完成收款").click()
    phone.until(f"(await {IN_STORE}('outbox', 'getAll'))[0]?.state === 'accepted'")
    weighed, typed = lines_of(phone)
    assert (weighed["qty"], weighed["weighed"]["device"], weighed["weighed"]["value"]) == (
        "1.25",
        "scale-1",
        "1.250",
    )
    assert weighed["weighed"]["cal_id"] == "CAL-1"
    assert b"1.250" in bytes.fromhex(weighed["weighed"]["raw"])
    assert weighed["weighed"]["reading"].startswith("bridge-1/")
    assert (typed["qty"], typed["typed"], "weighed" in typed) == ("0.5", True, False)
    expect(phone.page.locator("[data-line]")).to_have_count(0)
    manager = store_node.sign_in("store_manager")
    assert manager.get("/v1/stock/cheese").json()["available"] == "18.25"


def test_goods_that_arrive_are_weighed_and_part_of_them_is_weighed_out_by_the_inspector(
    handset: MakeHandset, store_node: EdgeNode, counter: Counter
) -> None:
    """Received by weight on a desk in English; the rejected part goes on the same scale."""
    counter.start(watched=True)
    desk = handset(desk=True, language="en")
    desk.sign_in()
    desk.leave_camera_off()
    desk.go("/receive")
    desk.type_code("cheese")
    counter.put("2.500")
    take = desk.page.locator("[data-scale=scale-1]").get_by_role("button")
    expect(take).to_have_text(re.compile("Take 2.5 kg"), timeout=SLOW_MS)
    photograph(desk, "scale-receive-desk-en")
    fit(desk)
    take.click()
    desk.page.get_by_role("button", name="Add", exact=True).click()
    desk.page.get_by_role("button", name="Complete the receipt").click()
    expect(desk.page.locator("[data-line]")).to_have_count(0)
    desk.until(f"(await {IN_STORE}('outbox', 'getAll'))[0]?.state === 'accepted'")
    assert lines_of(desk)[0]["weighed"]["value"] == "2.500"
    counter.put("0")
    desk.go("/inspect")
    desk.page.locator("main a").first.click(timeout=SLOW_MS)
    for _ in range(5):
        desk.page.get_by_role("button", name="Pass", exact=True).click()
    desk.page.get_by_role("button", name="Read the scale").click()
    desk.page.get_by_role("radio", name="Rejected").check()
    # The pan must have been seen empty: without it, what lies on it next is the weighing of before.
    expect(desk.page.locator("[data-scale=scale-1]").get_by_role("status")).to_contain_text(
        "The plate is empty", timeout=SLOW_MS
    )
    counter.put("0.750")
    expect(take).to_have_text(re.compile("Take 0.75 kg"), timeout=SLOW_MS)
    photograph(desk, "scale-inspect-desk-en")
    take.click()
    expect(desk.page.get_by_role("textbox", name="Accepted")).to_have_value("1.75")
    desk.page.get_by_role("button", name="Submit the verdict").click()
    expect(desk.page).to_have_url(re.compile("/inspect$"))
    (judged,) = lines_of(desk)
    assert (judged["rejected"], judged["weighed"]["value"]) == ("0.75", "0.750")


def test_a_scale_past_its_calibration_sells_nothing_and_inspects_with_its_doubt(
    handset: MakeHandset, store_node: EdgeNode, counter: Counter
) -> None:
    """F21: no price from it; an inspector may use it, is told, and the record carries the doubt."""
    counter.start(watched=True)
    manager = store_node.sign_in("store_manager")
    overdue = {"device": "scale-1", "device_kind": "scale", "name": "旧秤", "cal_due": "2020-01-31"}
    assert manager.ask("devices.register", overdue)["state"] == "accepted"
    manager.receive("cheese", "2", lot="D1")
    phone = handset()
    phone.sign_in()
    phone.leave_camera_off()
    counter.put("0.500")
    phone.go("/sell")
    phone.type_code("cheese")
    widget = phone.page.locator("[data-scale=scale-1]")
    expect(widget.get_by_role("status")).to_contain_text("不能用来卖货计价", timeout=SLOW_MS)
    expect(widget.get_by_role("button")).to_be_disabled()
    photograph(phone, "scale-overdue-sell-zh")
    phone.page.keyboard.press("Escape")
    phone.go("/inspect")
    phone.page.locator("main a").first.click(timeout=SLOW_MS)
    for _ in range(5):
        phone.press("合格")
    phone.press("读秤")
    phone.page.get_by_role("radio", name="拒收").check()
    expect(widget.get_by_role("status")).to_contain_text("检定过期", timeout=SLOW_MS)
    take = widget.get_by_role("button")
    expect(take).to_be_enabled(timeout=SLOW_MS)
    photograph(phone, "scale-overdue-inspect-zh")
    take.click()
    phone.press("提交判定")
    phone.until(f"(await {IN_STORE}('outbox', 'getAll')).at(-1)?.state === 'accepted'")
    (told,) = phone.stored("outbox", "getAll")[-1]["warnings"]
    assert told["key"] == "weighed_cal_expired"


def take_for_sale(phone: Handset) -> None:
    """The weight that stands on the scale goes into this phone's basket."""
    phone.sign_in()
    phone.leave_camera_off()
    phone.go("/sell")
    phone.type_code("cheese")
    take = phone.page.locator("[data-scale=scale-1]").get_by_role("button")
    expect(take).to_be_enabled(timeout=SLOW_MS)
    take.click()
    phone.press("加入")


def sell_it(phone: Handset) -> None:
    """The basket is paid."""
    phone.press("收款")
    phone.press("完成收款")


def test_two_phones_do_not_book_the_same_weighing(
    handset: MakeHandset, store_node: EdgeNode, counter: Counter
) -> None:
    """Both took it; the first to be paid has it. The second hears why, and goes through as typed by hand."""
    counter.start(watched=True)
    store_node.sign_in("store_manager").receive("cheese", "20", lot="C1")
    counter.put("1.250")
    one, other = handset(), handset()
    take_for_sale(one)
    take_for_sale(other)
    sell_it(one)
    one.until(f"(await {IN_STORE}('outbox', 'getAll'))[0]?.state === 'accepted'")
    sell_it(other)
    other.until(f"(await {IN_STORE}('outbox', 'getAll'))[0]?.state === 'refused'")
    other.go("/sell")
    other.type_code("cheese")
    expect(other.page.locator("[data-scale=scale-1]").get_by_role("status")).to_contain_text(
        "这次称重已经记过", timeout=SLOW_MS
    )
    other.page.keyboard.press("Escape")
    other.go("/outbox")
    expect(other.page.locator("[data-state=refused]")).to_contain_text("已经记过账")
    photograph(other, "scale-booked-by-another")
    other.press("按手工重量提交")
    other.until(f"(await {IN_STORE}('outbox', 'getAll')).at(-1)?.state === 'accepted'")
    (line,) = lines_of(other)
    assert (line["qty"], line["typed"], "weighed" in line) == ("1.25", True, False)
    assert store_node.sign_in("store_manager").get("/v1/stock/cheese").json()["available"] == "17.5"


@pytest.mark.parametrize(("language", "is_desk"), [("zh-CN", False), ("en", True)], ids=["phone", "desk"])
def test_a_shopkeeper_adds_a_scale_and_takes_it_away_again(
    handset: MakeHandset, counter: Counter, language: str, is_desk: bool
) -> None:
    """Found by listening, looked at while something lies on it, named; then in the list, removed, and put back."""
    counter.start(watched=False)
    zh = language == "zh-CN"
    one = handset(language=language, desk=is_desk)
    one.sign_in()
    shot = f"{'desk' if is_desk else 'phone'}-{language}"
    one.go("/devices")
    expect(one.page.get_by_text("还没有设备" if zh else "No devices yet")).to_be_visible()
    photograph(one, f"devices-empty-{shot}")
    one.page.get_by_role("link", name="添加设备" if zh else "Add a device").click()
    expect(one.page.get_by_role("button", name="电子秤" if zh else "Scale").first).to_be_visible()
    photograph(one, f"devices-kind-{shot}")
    fit(one)
    one.page.get_by_role("button", name="电子秤" if zh else "Scale").first.click()
    one.page.get_by_role("button", name="帮我找" if zh else "Find it").click()
    one.page.locator("summary").click()
    one.page.locator("details input").fill(str(counter.port))
    counter.put("1.000")
    one.page.get_by_role("button", name="用这个地址" if zh else "Use this address").click()
    yes = one.page.get_by_role("button", name="对，一样" if zh else "Yes, that is right")
    expect(yes).to_be_visible(timeout=90_000)
    expect(one.page.locator("[data-live-weight]")).to_have_text("1.000 kg", timeout=SLOW_MS)
    photograph(one, f"devices-preview-{shot}")
    fit(one)
    yes.click()
    name = one.page.get_by_role("textbox", name="名称" if zh else "Name")
    name.fill("")
    one.page.get_by_role("button", name="完成" if zh else "Done").click()
    expect(one.page.get_by_role("alert")).to_have_text("请填名称" if zh else "Give it a name")
    name.fill("收银秤")
    one.page.get_by_role("combobox", name="位置" if zh else "Place").select_option("shelf")
    photograph(one, f"devices-name-{shot}")
    one.page.get_by_role("button", name="完成" if zh else "Done").click()
    expect(one.page.locator("h1")).to_have_text("收银秤", timeout=SLOW_MS)
    expect(one.page.locator("[data-live-weight]")).to_have_text("1.000 kg", timeout=SLOW_MS)
    photograph(one, f"device-{shot}")
    fit(one)
    one.go("/devices")
    row = one.page.locator("[data-device=scale-1]")
    expect(row).to_contain_text("正常" if zh else "Fine", timeout=SLOW_MS)
    expect(row).to_contain_text("Shelf")
    photograph(one, f"devices-{shot}")
    fit(one)
    row.get_by_role("link").click()
    one.page.get_by_role("button", name="移除设备" if zh else "Remove device").click()
    one.page.get_by_role("button", name="撤销" if zh else "Undo").click()
    expect(one.page.locator("h1")).to_have_text("收银秤", timeout=SLOW_MS)
