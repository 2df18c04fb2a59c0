"""A phone that head office has revoked: its page says so, keeps what was done, and sends it once trusted again."""

from __future__ import annotations

from playwright.sync_api import expect

from edge.app import DAY_BOOK
from edge.ledger.writer import Writer
from tests.browser.conftest import MakeHandset
from tests.browser.handset import IN_STORE, PATIENCE_MS
from tests.browser.test_without_a_network import sell_milk
from tests.support.edge_node import EdgeNode, feed


def told(node: EdgeNode, device: str, *, revoked: bool) -> None:
    """Head office's word reaches the node; it comes by the feed before the node answers again."""
    node.stop()
    writer = Writer(node.folder / DAY_BOOK)
    writer.start()
    feed(writer, [("revoked_device", [device], {"revoked": int(revoked)})])
    writer.stop()
    node.start()


def test_a_revoked_phone_says_so_and_loses_nothing(handset: MakeHandset, store_node: EdgeNode) -> None:
    """The sale waits under a plain warning in either language; trusted again and signed in, it goes."""
    phone = handset()
    phone.sign_in()
    device = phone.stored("meta", "get", "device_id")["value"]
    told(store_node, device, revoked=True)
    sell_milk(phone)
    phone.go("/outbox")
    warning = phone.page.locator("[data-revoked]")
    expect(warning).to_contain_text("一笔也没有丢", timeout=PATIENCE_MS)
    expect(phone.page.get_by_text("这台手机已被总部停用，记录只留在手机上")).to_be_visible()
    phone.expect_waiting(1)
    assert store_node.sign_in("store_manager").get("/v1/stock/milk").json()["moves"] == []

    told(store_node, device, revoked=False)
    phone.page.locator("a[href='/sign-in']").click(timeout=PATIENCE_MS * 2)
    phone._give_password("store_manager")
    phone.until(f"(await {IN_STORE}('outbox', 'getAll'))[0].state !== 'queued'")
    phone.go("/outbox")
    expect(warning).to_have_count(0)
    expect(phone.page.locator("main [data-op] [data-ticks='1']")).to_have_count(1, timeout=PATIENCE_MS)
