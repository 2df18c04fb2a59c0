"""A shopkeeper adds what stands in the shop: a scale by detection, a scanner, a thermometer that was heard, a printer.

The broker runs with the configuration and the accounts a shop has, the bridge has come with a one-time code, and the
node is the real one. Simulated are the scale and the scanner, on pseudo-terminals, and the thermometer's words.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from firmware_bridge.simulator import Action, Simulator
from tests.browser.conftest import MakeHandset
from tests.browser.handset import Handset
from tests.browser.test_pages import photograph
from tests.support.edge_node import EdgeNode
from tests.support.paper import from_zpl, paper_printer, scanned
from tests.support.publisher import wait_until
from tests.support.store_broker import Caller, StoreBroker
from tests.unit.firmware_bridge.running import RUN, Bridge

SLOW_MS = 30_000
PROBE_MS = 90_000
"""A scale that is silent until it is asked is asked at six speeds in every protocol."""


class Counter:
    """The shop's devices, nothing plugged in, and the bridge that may find them."""

    def __init__(self, folder: Path, node: EdgeNode, broker: StoreBroker) -> None:
        self.node = node
        self.broker = broker
        self.ports = folder / "ports"
        self.ports.mkdir()
        self.simulator = Simulator(self.ports, {"usb-scale": "mt_sics", "usb-scanner": "scanner"})
        self.bridge = self._enrolled(folder / "bridge")
        self.bridge.start()
        manager = node.sign_in("store_manager")
        wait_until(
            lambda: any(one["state"] == "online" for one in manager.get("/v1/devices").json()["bridges"]), 60
        )
        self.speaks: Caller | None = None

    def _enrolled(self, place: Path) -> Bridge:
        """With a code of the manager's, typed at the box; then told where to look for ports and what sensors speak."""
        manager = self.node.sign_in("store_manager")
        code = (
            manager.post("/v1/bridges/codes", json={"account": "counter"}).raise_for_status().json()["code"]
        )
        config = place / "bridge.toml"
        subprocess.run(
            [sys.executable, "-c", RUN, "enrol", self.node.url, str(code), "--config", str(config)],
            check=True,
            capture_output=True,
            timeout=60,
        )
        told = re.sub(r"^state_dir = .*\n", "", config.read_text(), flags=re.MULTILINE)
        told = f'port_dirs = ["{self.ports}"]\n{told}\n[[sensors]]\nfamily = "zigbee2mqtt"\n'
        return Bridge(place, told)

    def plug_in(self) -> None:
        """Both cables."""
        self.simulator.start()

    def put(self, weight: str) -> None:
        self.simulator.do(Action(do="put", device="usb-scale", weight=weight))

    def scan_until(self, code: str, is_seen: threading.Event) -> threading.Thread:
        """Somebody pulls the trigger again and again until it is seen on the screen."""

        def pull() -> None:
            while not is_seen.wait(0.5):
                self.simulator.do(Action(do="scan", device="usb-scanner", text=code, aim="]E0"))

        pulling = threading.Thread(target=pull)
        pulling.start()
        return pulling

    def measure(self, celsius: str) -> None:
        """A thermometer without TLS tells at its own door, under the account the manager opened for it."""
        if self.speaks is None:
            manager = self.node.sign_in("store_manager")
            account = {"account": "zigbee", "topics": ["zigbee2mqtt/#"]}
            told = manager.post("/v1/bridges/sensors", json=account).raise_for_status().json()
            self.speaks = Caller(self.broker.plan.sensor_port, told["account"], told["password"])
        self.speaks.say("zigbee2mqtt/0x00158d", json.dumps({"temperature": float(celsius)}).encode())

    def stop(self) -> None:
        if self.speaks is not None:
            self.speaks.stop()
        self.bridge.kill()
        self.simulator.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[StoreBroker]:
    """The store's broker, with accounts, where `liushui edge broker` puts it."""
    (tmp_path / "node").mkdir()
    running = StoreBroker(tmp_path / "node")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def store_node(tmp_path: Path, built_app: Path, broker: StoreBroker) -> Iterator[EdgeNode]:
    """A node that finds its broker by itself."""
    node = EdgeNode(tmp_path / "node")
    node.start()
    manager = node.sign_in("store_manager")
    wait_until(lambda: manager.get("/v1/devices").json()["broker"]["state"] == "ready", 30)
    yield node
    node.stop()


@pytest.fixture
def counter(tmp_path: Path, store_node: EdgeNode, broker: StoreBroker) -> Iterator[Counter]:
    """The shop's devices."""
    made = Counter(tmp_path, store_node, broker)
    yield made
    made.stop()


def begin(phone: Handset, kind: str) -> None:
    """From the list to the first question's answer."""
    phone.sign_in()
    phone.go("/devices")
    phone.page.locator("a[href='/devices/add']").click()
    phone.page.locator(".kinds").get_by_role("button", name=kind).click()


def name_it(phone: Handset, words: tuple[str, str, str], name: str, place: str) -> None:
    """The last step."""
    label, where, done = words
    phone.page.get_by_role("textbox", name=label).fill(name)
    phone.page.get_by_role("combobox", name=where).select_option(place)
    phone.press(done)
    expect(phone.page.locator("h1")).to_have_text(name, timeout=SLOW_MS)


ZH, EN = ("名称", "位置", "完成"), ("Name", "Place", "Done")


@pytest.mark.parametrize(("language", "desk"), [("zh-CN", False), ("en", True)], ids=["phone", "desk"])
def test_a_scale_is_found_by_listening_to_what_is_plugged_in(
    handset: MakeHandset, counter: Counter, language: str, desk: bool
) -> None:
    """Nothing plugged in says so; then the cable is in, the port is found, the make recognised, the number compared."""
    zh = language == "zh-CN"
    one = handset(language=language, desk=desk)
    begin(one, "电子秤" if zh else "Scale")
    # The button that was pressed is gone: the keyboard and the screen reader go on from the step's beginning.
    expect(one.page.get_by_text("第 2 步" if zh else "Step 2 of 4")).to_be_focused()
    find = one.page.get_by_role("button", name="帮我找" if zh else "Find it")
    find.click()
    expect(one.page.get_by_text("没有看到接口" if zh else "No port was seen")).to_be_visible(timeout=SLOW_MS)
    photograph(one, f"add-scale-nothing-{language}")
    counter.plug_in()
    counter.put("1.250")
    find.click()
    port = one.page.get_by_role("button", name="usb-scale")
    expect(port).to_be_visible(timeout=SLOW_MS)
    photograph(one, f"add-scale-ports-{language}")
    port.click()
    expect(one.page.locator("[data-live-weight]")).to_have_text("1.250 kg", timeout=PROBE_MS)
    counter.put("0.750")
    expect(one.page.locator("[data-live-weight]")).to_have_text("0.750 kg", timeout=SLOW_MS)
    photograph(one, f"add-scale-preview-{language}")
    one.press("对，一样" if zh else "Yes, that is right")
    photograph(one, f"add-scale-name-{language}")
    name_it(one, ZH if zh else EN, "收银秤" if zh else "Till scale", "shelf")
    kept = counter.node.sign_in("store_manager").get("/v1/devices").json()["items"]
    (scale,) = [item for item in kept if item["kind"] == "scale"]
    assert scale["port"] == str(counter.ports / "usb-scale")
    assert scale["template"].startswith("mettler-toledo")
    assert one.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_scanner_is_added_tried_and_used_on_this_screen(handset: MakeHandset, counter: Counter) -> None:
    """Its code is seen before it is named; chosen on its page, the next scan opens the goods in selling."""
    counter.plug_in()
    one = handset()
    begin(one, "扫码枪")
    one.press("帮我找")
    one.page.get_by_role("button", name="usb-scanner").click()
    done = one.page.get_by_role("button", name="对，一样")
    expect(done).to_be_disabled()
    seen = threading.Event()
    pulling = counter.scan_until("6901234567892", seen)
    expect(one.page.locator("[data-scanned]")).to_contain_text("6901234567892", timeout=SLOW_MS)
    seen.set()
    pulling.join()
    photograph(one, "add-scanner-preview-zh")
    done.click()
    name_it(one, ZH, "收银台扫码枪", "shelf")
    one.press("在这里使用")
    expect(one.page.get_by_text("正在这里使用")).to_be_visible()
    photograph(one, "device-scanner-zh")
    one.go("/settings")
    expect(one.page.get_by_role("combobox", name="本机扫描枪")).to_have_value("scanner-1")
    one.leave_camera_off()
    with one.page.expect_request(lambda asked: asked.url.endswith("/v1/live")):
        one.go("/sell")
    seen = threading.Event()
    pulling = counter.scan_until("6901234567892", seen)
    expect(one.line("milk")).to_be_visible(timeout=SLOW_MS)
    seen.set()
    pulling.join()


@pytest.mark.parametrize(("language", "desk"), [("zh-CN", False), ("en", True)], ids=["phone", "desk"])
def test_a_thermometer_that_was_heard_is_named_placed_and_watched(
    handset: MakeHandset, counter: Counter, language: str, desk: bool
) -> None:
    """It appears by itself; limits the wrong way round are told; then it stands on the cold-chain page with them."""
    zh = language == "zh-CN"
    one = handset(language=language, desk=desk)
    begin(one, "温度计" if zh else "Thermometer")
    expect(
        one.page.get_by_text("还没有听到新的温度计" if zh else "No new thermometer was heard")
    ).to_be_visible()
    photograph(one, f"add-sensor-nothing-{language}")
    counter.measure("4.5")
    heard = one.page.get_by_role("button", name=re.compile("0x00158d.*4.5"))
    expect(heard).to_be_visible(timeout=SLOW_MS)
    photograph(one, f"add-sensor-heard-{language}")
    heard.click()
    low, high = (
        one.page.get_by_role("textbox", name=word)
        for word in (("下限", "上限") if zh else ("Lower limit", "Upper limit"))
    )
    low.fill("8")
    high.fill("2")
    done = one.page.get_by_role("button", name="完成" if zh else "Done")
    one.page.get_by_role("textbox", name="名称" if zh else "Name").fill("牛奶柜" if zh else "Milk fridge")
    one.page.get_by_role("combobox", name="位置" if zh else "Place").select_option("fridge-1")
    done.click()
    wrong = "下限要小于上限" if zh else "The lower limit must be below the upper one"
    expect(one.page.get_by_text(wrong)).to_be_visible()
    photograph(one, f"add-sensor-limits-{language}")
    assert one.stored("outbox", "getAll") == [], "what the page can see to be wrong is not asked of the node"
    low.fill("2")
    high.fill("8")
    done.click()
    expect(one.page.locator("h1")).to_have_text("牛奶柜" if zh else "Milk fridge", timeout=SLOW_MS)
    photograph(one, f"device-sensor-{language}")
    counter.measure("5.1")
    one.go("/devices")
    row = one.page.locator("[data-device='0x00158d']")
    expect(row.locator("[data-value]")).to_have_text("5.1 °C", timeout=SLOW_MS)
    expect(row).to_contain_text("正常" if zh else "Fine", timeout=SLOW_MS)
    photograph(one, f"devices-sensor-{language}")
    one.go("/cold-chain")
    expect(one.page.locator("#content")).to_contain_text("5.1", timeout=SLOW_MS)


def test_a_printer_is_added_from_the_same_walk_through(handset: MakeHandset, store_node: EdgeNode) -> None:
    """One tap leads to the printers; its test page is read back from the paper."""
    with paper_printer() as paper:
        one = handset()
        begin(one, "打印机")
        one.press("添加打印机")
        sheet = one.page.locator("dialog")
        sheet.get_by_label("名称").fill("标签机")
        sheet.get_by_label("地址").fill(paper.address)
        sheet.get_by_role("button", name="保存").click()
        one.press("打测试页")
        assert scanned(from_zpl(paper.wait())) == ["]E06901234567892"]
