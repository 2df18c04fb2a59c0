"""Every staff page, in both languages, on a phone and on a desk: it opens, says something, and breaks no rule.

With LIUSHUI_SCREENSHOTS naming a folder the pages are also photographed, for people to look at.
"""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeHandset
from tests.browser.handset import Handset
from tests.support.edge_node import EdgeNode

PAGES = (
    "/", "/scan", "/sell", "/receive", "/count", "/waste", "/transfer", "/return", "/stock", "/stock/milk",
    "/inspect", "/cold-chain", "/outbox", "/help", "/settings", "/printers", "/devices",
    "/devices/add",
)  # fmt: skip
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def photograph(handset: Handset, name: str) -> None:
    """Keep a picture where somebody asked for pictures."""
    if folder := os.environ.get("LIUSHUI_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        handset.page.wait_for_timeout(400)
        handset.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("desk", [False, True], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_opens(handset: MakeHandset, store_node: EdgeNode, language: str, desk: bool) -> None:
    """No page error, no breach of the security policy, no missing text, nothing wider than the screen."""
    manager = store_node.sign_in("store_manager")
    milk = {"sku": "milk", "qty": "24", "lot": "L1", "expiry": "2030-01-01"}
    assert manager.ask("stock.receive", {"supplier": "farm", "lines": [milk]})["state"] == "accepted"
    assert manager.sell("milk", "2")["state"] == "accepted"
    browser = handset(language=language, desk=desk)
    browser.hear_every_error()
    browser.sign_in()
    for path in PAGES:
        browser.go(path)
        expect(browser.page.locator("h1")).to_be_visible()
        expect(browser.page.locator("[aria-busy=true], [role=status] .row")).to_have_count(0)
        photograph(
            browser, f"{'desk' if desk else 'phone'}-{language}-{path.strip('/').replace('/', '-') or 'home'}"
        )
        wide = browser.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen"
        if language == "en" and path not in ("/settings",):
            assert not _CHINESE.search(browser.page.locator("#content").inner_text()), path


def test_the_shell_of_the_app_is_small(built_app: Path) -> None:
    """What a phone loads before it shows anything is at most 60 KB of compressed script."""
    scripts = set(re.findall(r"/(assets/[^\"]+\.js)", (built_app / "index.html").read_text(encoding="utf-8")))
    size = sum(len(gzip.compress((built_app / script).read_bytes())) for script in scripts)
    assert scripts
    assert size <= 60 * 1024


def test_a_page_that_is_not_there_says_so(handset: MakeHandset) -> None:
    """An unknown path leads back to the start."""
    phone = handset()
    phone.sign_in()
    phone.go("/no/such/page")
    phone.page.get_by_role("link", name="回到首页").click()
    expect(phone.page.locator("nav .tiles")).to_be_visible()


def test_tasks_can_be_done_with_the_keyboard_alone(handset: MakeHandset) -> None:
    """Sheets take the focus and give it back on Escape; controls have names."""
    desk = handset(desk=True)
    desk.sign_in()
    desk.go("/sell")
    desk.page.locator("#typed-code").focus()
    desk.page.keyboard.type("6901234567892", delay=60)
    desk.page.keyboard.press("Enter")
    expect(desk.line("milk")).to_be_visible()
    edit = desk.line("milk").get_by_role("button", name="修改")
    edit.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    expect(edit).to_be_focused()
    nameless = desk.page.evaluate(
        "() => [...document.querySelectorAll('button, a, input, select')].filter(e => e.offsetParent"
        " && !(e.innerText || e.getAttribute('aria-label') || e.labels?.[0]?.innerText || '').trim()).length"
    )
    assert nameless == 0


def test_what_a_role_may_not_do_is_not_offered(handset: MakeHandset) -> None:
    """An inspector sees inspections but no till."""
    phone = handset()
    phone.sign_in("inspector")
    expect(phone.page.locator(".tiles a[href='/inspect']")).to_be_visible()
    expect(phone.page.locator(".tiles a[href='/sell']")).to_have_count(0)
