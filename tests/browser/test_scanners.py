"""A scanner on the node reaches the screen that chose it, read by head office's settings, and no other screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shared.sensing.reading import Reading
from tests.browser.conftest import MakeHandset
from tests.browser.handset import Handset
from tests.browser.test_pages import photograph
from tests.support.broker import Broker
from tests.support.edge_node import STORE, EdgeNode
from tests.support.publisher import Publisher

SCANNERS = [
    ("scanner", [STORE, "till-1"], {"name": "一号收银台", "gs_as": "~", "aim": "off"}),
    ("scanner", [STORE, "till-2"], {"name": "二号收银台", "gs_as": "", "aim": "on"}),
]


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
    """A node that listens to devices, in a store with two scanners."""
    node = EdgeNode(tmp_path / "node", rows=SCANNERS, options=["--broker", f"{broker.host}:{broker.port}"])
    node.start()
    yield node
    node.stop()


def choose(phone: Handset, scanner: str) -> None:
    """In the settings, as the person at that till does once; then the page where things are scanned."""
    phone.sign_in()
    phone.leave_camera_off()
    phone.go("/settings")
    phone.page.get_by_role("combobox", name="本机扫描枪").select_option(scanner)
    photograph(phone, f"settings-scanner-{scanner}")
    with phone.page.expect_request(lambda asked: asked.url.endswith("/v1/live")):
        phone.go("/receive")


def test_what_a_scanner_reads_comes_to_the_screen_that_chose_it(
    handset: MakeHandset, store_node: EdgeNode, broker: Broker
) -> None:
    """Without symbology and with "~" for the separator: item, lot and day on one screen, nothing on the other."""
    mine, theirs = handset(), handset(desk=True)
    choose(mine, "till-1")
    choose(theirs, "till-2")
    bridge = Publisher(broker.port, STORE)
    bridge.start()
    bridge.greet()
    now_ms = time.time_ns() // 1_000_000
    raw = "010690123456789210L7~17270331"
    bridge.send(Reading(seq=1, kind="scan", device="till-1", quantity="scan", value=raw, ts_bridge_ms=now_ms))
    sheet = mine.page.locator("dialog")
    expect(sheet.get_by_label("批次")).to_have_value("L7", timeout=20_000)
    expect(sheet.get_by_label("到期日")).to_have_value("2027-03-31")
    photograph(mine, "scanner-on-the-node")
    expect(theirs.page.locator("dialog")).to_have_count(0)
    bridge.stop()
