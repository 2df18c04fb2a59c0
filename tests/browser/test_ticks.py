"""One, two, three ticks: how far a record has come; and what a restored node lost comes back from the phone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.handset import IN_STORE, PATIENCE_MS, Handset
from tests.browser.head_office import HeadOffice, wait_for
from tests.browser.test_pages import photograph
from tests.browser.test_without_a_network import kinds_on, sell_milk
from tests.support.edge_node import EdgeNode

OpenPhone = Callable[[str], Handset]


@pytest.fixture
def phone_at(
    playwright: Playwright, tmp_path: Path, chromium_path: str, chromium_arguments: list[str]
) -> Iterator[OpenPhone]:
    """Opens a phone at a node's address; its camera sees nothing, so that no sale gets a second pack of milk."""
    made: list[Handset] = []

    def open_phone(url: str) -> Handset:
        folder = tmp_path / f"phone-{len(made)}"
        made.append(
            Handset(playwright, folder, url, chromium=chromium_path, arguments=chromium_arguments).start()
        )
        made[-1].sign_in()
        return made[-1]

    yield open_phone
    for phone in made:
        phone.close()
        assert not phone.faults


def wait_until_delivered(phone: Handset, count: int) -> None:
    """So many operations have left the queue; the badge may still show what was before."""
    phone.until(
        f"(await {IN_STORE}('outbox', 'getAll')).filter(op => op.state !== 'queued').length === {count}"
    )


def test_a_sale_climbs_from_one_tick_to_three(phone_at: OpenPhone, chain: HeadOffice) -> None:
    """Head office has it: two ticks. A copy of head office that was read back has it: three. Each in words."""
    chain.in_store("store_manager").close()
    phone = phone_at(chain.edge_url)
    sell_milk(phone)
    phone.go("/outbox")
    sale = phone.page.locator("main [data-op]")
    expect(sale.locator("[data-ticks='2']")).to_be_visible(timeout=PATIENCE_MS)
    expect(sale.get_by_role("img", name="两个勾：总部已收")).to_be_visible()
    command = [sys.executable, "-c", "from cloud.cli import cloud; cloud()", "backup", "--dir"]
    subprocess.run([*command, str(chain.cloud_folder)], check=True, capture_output=True)
    # The next sale's answer from head office tells the node how far its copy reaches.
    sell_milk(phone)
    phone.go("/outbox")
    expect(sale.get_by_role("img", name="三个勾：已备份并验证")).to_have_count(1, timeout=PATIENCE_MS * 2)
    expect(sale.get_by_role("img", name="两个勾：总部已收")).to_have_count(1, timeout=PATIENCE_MS)
    photograph(phone, "phone-zh-ticks")


def test_what_a_restored_node_lost_comes_back_from_the_phone(
    phone_at: OpenPhone, store_node: EdgeNode, tmp_path: Path
) -> None:
    """The node is put back to a copy that knows one sale of three: the phone offers all again, each counts once."""
    phone = phone_at(store_node.url)
    sell_milk(phone)
    wait_until_delivered(phone, 1)
    store_node.stop()
    shutil.copytree(store_node.folder, tmp_path / "copy")
    store_node.start()
    for _ in range(2):
        sell_milk(phone)
    wait_until_delivered(phone, 3)
    assert kinds_on(store_node, "milk") == ["sales.sale_recorded"] * 3

    store_node.kill()
    shutil.rmtree(store_node.folder)
    shutil.copytree(tmp_path / "copy", store_node.folder)
    store_node.start()
    # The phone asks by itself, hears of the older log, and offers all three: one is known, two are not.
    manager = store_node.sign_in("store_manager")
    wait_for(
        lambda: (
            len({(move["log"], move["seq"]) for move in manager.get("/v1/stock/milk").json()["moves"]}) == 3
        ),
        "the node has again what it had lost",
    )
    wait_until_delivered(phone, 3)
    assert kinds_on(store_node, "milk") == ["sales.sale_recorded"] * 3
    phone.go("/outbox")
    expect(phone.page.locator("main [data-op] [data-ticks='1']")).to_have_count(3)


def test_a_record_in_no_copy_for_a_month_is_let_go_only_by_a_person(
    phone_at: OpenPhone, store_node: EdgeNode
) -> None:
    """The first page warns, the outbox says why; saved to a file first, the record leaves the phone when confirmed."""
    phone = phone_at(store_node.url)
    sell_milk(phone)
    wait_until_delivered(phone, 1)
    (entry,) = phone.stored("outbox", "getAll")
    aged = entry | {"at_ms": entry["at_ms"] - 31 * 86_400_000}
    phone.page.evaluate(f"entry => {IN_STORE}('outbox', 'put', entry)", aged)
    phone.open("/")
    expect(phone.page.get_by_role("link", name="1 笔超过三周没有备份")).to_be_visible()
    phone.go("/outbox")
    expect(phone.page.locator("[data-overdue='1']")).to_be_visible()
    photograph(phone, "phone-zh-overdue")
    phone.press("导出并移除")
    with phone.page.expect_download() as saved:
        phone.page.get_by_role("dialog").get_by_role("button", name="导出并移除").click()
    kept = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert [op["op_id"] for op in kept["ops"]] == [entry["op_id"]]
    expect(phone.page.locator("main [data-op]")).to_have_count(0)
    assert phone.stored("outbox", "getAll") == []
