"""The page about the stores' machines: twins with a choice, forks, copies, clocks, lost boxes and phones."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from playwright.sync_api import Page, expect

from shared.ledger.envelope import decode, encode
from tests.browser.conftest import OpenOffice
from tests.browser.hand_made_node import HandMadeNode
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph
from tests.unit.cloud.shop import event, receipt, sale


class Twins:
    """Two boxes of the second store: the old one wrote on in its log after the new one had grown from it."""

    def __init__(self, chain: HeadOffice) -> None:
        self.node = HandMadeNode(chain)
        self.old = self.node.log("a").record(event(receipt("r1"), "r1")).sell("s1")
        self.node.push(self.old).raise_for_status()
        self.new = self.node.log("b", self.old.head()).sell("s2")
        self.node.push(self.new).raise_for_status()
        self.node.push(self.old.sell("s3"), 3).raise_for_status()


@pytest.fixture(scope="module")
def twins(chain: HeadOffice) -> Twins:
    """The chain with twins in its second store."""
    made = Twins(chain)
    chain.wait_for(lambda: _alarms(chain) == ["twin"], "head office has noticed the twin")
    return made


def _alarms(chain: HeadOffice) -> list[str]:
    nodes = chain.read("/v1/reports/safety")["nodes"]
    return [log["alarm"] for node in nodes for log in node["logs"] if log["alarm"]]


def card(page: Page, store: str) -> str:
    """The selector of a store's card."""
    return f"[data-node={store}]"


def test_a_copy_that_was_read_back_makes_facts_stable(office: OpenOffice, chain: HeadOffice) -> None:
    """Without a copy the page says so; after one it tells its age and nothing is left out of it."""
    browser = office()
    browser.go("/office/nodes")
    page = browser.page
    settled(page)
    expect(page.locator("[data-copied]")).to_contain_text("no proved copy yet")
    command = [sys.executable, "-c", "from cloud.cli import cloud; cloud()", "backup", "--dir"]
    subprocess.run([*command, str(chain.cloud_folder)], check=True, capture_output=True)
    page.reload()
    expect(page.locator("[data-copied]")).to_contain_text("just now")
    expect(page.locator(card(page, "S1"))).to_contain_text("Not in a copy")
    assert all(node["unstable"] == 0 for node in chain.read("/v1/reports/safety")["nodes"])


def test_a_person_says_which_of_two_boxes_is_the_stores(
    office: OpenOffice, chain: HeadOffice, twins: Twins
) -> None:
    """Both are shown with what they wrote; the other one's log is sealed and takes nothing more."""
    browser = office(desk=False, language="zh-CN")
    browser.go("/office/nodes")
    page = browser.page
    alarm = page.locator("[data-alarm=twin]")
    expect(alarm.locator("[data-box]")).to_have_count(2)
    alarm.scroll_into_view_if_needed()
    photograph(browser, "phone-zh-nodes-twin")
    alarm.locator(f"[data-box='{twins.new.log_id.hex()}']").get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="店里用的是这台").click()
    expect(page.locator("[data-alarm]")).to_have_count(0)
    assert _alarms(chain) == []
    refused = twins.node.push(twins.old.sell("s4"), 4)
    assert refused.status_code == 409
    twins.node.push(twins.new.sell("s5"), 2).raise_for_status()


def test_a_fork_is_sealed_or_the_alarm_taken_off(office: OpenOffice, chain: HeadOffice, twins: Twins) -> None:
    """Another history under the same name is refused and loud, until somebody has looked."""
    forged = twins.node.log("b", twins.new.parent).sell("x1", "x2", "x3")
    assert twins.node.push(forged).status_code == 409
    browser = office()
    browser.go("/office/nodes")
    page = browser.page
    alarm = page.locator("[data-alarm=fork]")
    expect(alarm).to_contain_text("One log in two versions")
    settled(page)
    photograph(browser, "desk-en-nodes-fork")
    alarm.get_by_role("button", name="Take the alarm off").click()
    page.get_by_role("dialog").get_by_role("button", name="Take the alarm off").click()
    expect(alarm).to_have_count(0)


def test_a_clock_nobody_can_believe_is_told(office: OpenOffice, chain: HeadOffice, twins: Twins) -> None:
    """The facts count as ever; the page says how many of the newest had a suspect clock."""
    doubtful = encode(msgspec.structs.replace(decode(event(sale("late"), "late")), clock_suspect=True))
    log = twins.new.record(doubtful)
    twins.node.push(log, len(log.events)).raise_for_status()
    browser = office()
    browser.go("/office/nodes")
    expect(browser.page.locator("[data-suspect='1']")).to_contain_text("Clock suspect: 1 of the last 50")


def test_a_lost_phone_and_a_lost_box_are_shut_out(
    office: OpenOffice, chain: HeadOffice, twins: Twins
) -> None:
    """The phone's records wait from then on, the box gets no answer; the phone is trusted again when it is found."""
    browser = office()
    browser.go("/office/nodes")
    page = browser.page
    settled(page)
    page.get_by_label("Device number").fill("phone-9")
    page.get_by_role("button", name="Revoke a device").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Phone was lost").click()
    sheet.get_by_role("button", name="Revoke a device").click()
    phone = page.locator("[data-device=phone-9]")
    expect(phone).to_contain_text("Phone was lost")
    phone.get_by_role("button", name="Trust again phone-9").click()
    sheet.get_by_role("button", name="Found again").click()
    sheet.get_by_role("button", name="Trust again").click()
    expect(phone).to_contain_text("Trusted again")

    page.get_by_role("button", name="Revoke the node of Second store?").click()
    sheet.get_by_role("button", name="Revoke node").click()
    expect(page.locator(card(page, "S2")).locator("header")).to_contain_text("Revoked")
    assert twins.node.hello(twins.new).status_code == 403
    photograph(browser, "desk-en-nodes-revoked")


def test_a_manager_sees_the_machine_but_decides_nothing(office: OpenOffice, chain: HeadOffice) -> None:
    """Store managers see their own store's node, and no button that shuts anybody out."""
    browser = office(user="store_manager")
    browser.go("/office/nodes")
    settled(browser.page)
    expect(browser.page.locator(card(browser.page, "S1"))).to_be_visible()
    expect(browser.page.get_by_role("button", name="Revoke")).to_have_count(0)
