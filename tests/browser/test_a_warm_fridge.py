"""A fridge had a bad night: its curve with the excursion drawn, the answer with what was done, the goods decided about
with a photo and a reason, and the record for the inspector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeHandset
from tests.browser.handset import Handset
from tests.browser.test_pages import photograph
from tests.support.edge_node import EdgeNode
from tests.support.warm_fridge import ROWS, have_a_warm_night


@pytest.fixture
def store_node(tmp_path: Path, built_app: Path) -> Iterator[EdgeNode]:
    """A running node whose fridge was too warm for an hour."""
    node = EdgeNode(tmp_path / "node", rows=ROWS)
    node.start()
    have_a_warm_night(node)
    yield node
    node.stop()


WORDS = {
    "zh-CN": (
        "曲线和记录: Fridge 1", "确认并写下措施", "已移到别的冷柜", "提交", "决定去留: Milk 1 l L1", "报废",
        "电池快没电",
    ),
    "en": (
        "Curve and record: Fridge 1", "Say what was done", "Moved to another fridge", "Submit",
        "Decide: Milk 1 l L1", "Write off", "Battery flat",
    ),
}  # fmt: skip


def decide_with_a_photo(phone: Handset) -> None:
    """Written off, with a picture of it and a reason; before both there is nothing to press."""
    phone.press("拍照")
    dialog = phone.page.locator("dialog")
    dialog.get_by_role("button", name="拍照").click()
    keep = dialog.get_by_role("button", name="仍然使用")
    photo = phone.page.locator("[data-photo]")
    expect(keep.or_(photo)).to_be_visible(timeout=20_000)
    if keep.is_visible():
        keep.click()
    expect(photo).to_be_visible()
    phone.press("已变质")
    phone.page.get_by_role("dialog").get_by_role("button", name="报废", exact=True).click()


@pytest.mark.parametrize(("language", "desk"), [("zh-CN", False), ("en", True)])
def test_a_warm_fridge_is_seen_answered_and_put_on_record(
    handset: MakeHandset, store_node: EdgeNode, language: str, desk: bool
) -> None:
    """From the list to the fridge, by keyboard along its curve, to the answer, the decision and the PDF."""
    more, answer, moved, submit, decide, waste, battery = WORDS[language]
    phone = handset(language=language, desk=desk)
    phone.hear_every_error()
    phone.sign_in()
    page = phone.page
    phone.go("/cold-chain")
    photograph(phone, f"cold-list-{language}")
    page.get_by_role("link", name=more).click()
    expect(page.locator("[data-excursion-band]")).to_have_count(1)
    expect(page.get_by_text(battery)).to_be_visible(timeout=60_000)
    photograph(phone, f"cold-fridge-{language}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    slider = page.get_by_role("slider")
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    slider.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") != before
    summary = page.locator("details summary")
    summary.focus()
    summary.press("Enter")
    expect(page.locator("tr.out").first).to_be_visible()

    page.get_by_role("button", name=answer).click()
    phone.press(moved)
    phone.press(submit)
    expect(page.locator("[data-answer]")).to_be_visible()

    page.get_by_role("button", name=decide).click()
    photograph(phone, f"cold-decide-{language}")
    give = page.get_by_role("dialog").get_by_role("button", name=waste, exact=True)
    expect(give).to_be_disabled()
    photograph(phone, f"cold-answered-{language}")
    if language == "zh-CN":
        decide_with_a_photo(phone)
        expect(page.get_by_role("button", name=decide)).to_have_count(0)
        held = store_node.sign_in("store_manager").get("/v1/cold-chain/fridge", params={"sensor": "probe-1"})
        assert held.json()["excursions"][0]["held"] == []
    else:
        page.keyboard.press("Escape")

    link = page.locator("a.pdf")
    href = link.get_attribute("href")
    pdf = page.context.request.get(store_node.url + str(href))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")
    assert phone.faults == []
