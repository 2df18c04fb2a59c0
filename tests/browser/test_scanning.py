"""Three ways to enter a code, one meaning; and what happens with codes that nobody knows or that cannot be right."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MILK, MakeHandset
from tests.browser.fake_camera import modules

UNKNOWN = "6901234567885"


def test_camera_scanner_and_keys_make_the_same_line(handset: MakeHandset) -> None:
    """The pack in front of the camera, the hand scanner's keys and a typed number are the same milk."""
    phone = handset()
    phone.sign_in()
    phone.go("/sell")
    expect(phone.line("milk")).to_contain_text("1", timeout=20_000)
    phone.press("关闭相机")
    phone.wedge(MILK)
    expect(phone.line("milk").locator(".number")).to_contain_text("2")
    phone.type_code(MILK)
    expect(phone.line("milk").locator(".number")).to_contain_text("3")
    expect(phone.line("milk")).to_have_count(1)


def test_a_case_code_sells_the_case(handset: MakeHandset) -> None:
    """The code of the pack level brings its unit and costs twelve times one."""
    desk = handset(desk=True)
    desk.sign_in()
    desk.go("/sell")
    desk.type_code("16901234567899")
    expect(desk.line("milk")).to_contain_text("case")
    expect(desk.page.locator("[data-total]")).to_have_text("¥150.00")


@pytest.mark.parametrize(
    ("code", "said"),
    [(UNKNOWN, "系统不会自动建立商品"), ("6901234567893", "校验位不对：应为 2，读到 3")],
    ids=["nobody knows it", "wrong check digit"],
)
def test_a_strange_code_stops_and_asks(handset: MakeHandset, code: str, said: str) -> None:
    """The digits are shown, nothing is made of them, and the basket stays as it was."""
    desk = handset(desk=True)
    desk.sign_in()
    desk.go("/sell")
    desk.type_code(code)
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text(code)
    expect(dialog).to_contain_text(said)
    desk.press("再扫一次")
    expect(desk.page.locator("[data-line]")).to_have_count(0)
    desk.expect_waiting(0)


def test_an_unknown_code_is_shown_beside_its_picture(handset: MakeHandset) -> None:
    """What the camera saw stands next to what was read, for a person to compare."""
    phone = handset()
    phone.sign_in()
    phone.stored("codes", "clear")
    phone.context.set_offline(True)
    phone.go("/sell")
    dialog = phone.page.get_by_role("dialog")
    expect(dialog).to_contain_text(MILK, timeout=20_000)
    expect(dialog.locator("canvas")).to_be_visible()
    assert dialog.locator("canvas").evaluate("canvas => canvas.width") > 100


def test_a_megabyte_of_code_harms_nothing(handset: MakeHandset) -> None:
    """A scanner gone wild is refused unread and the page goes on."""
    desk = handset(desk=True)
    desk.sign_in()
    desk.go("/sell")
    desk.page.locator("#typed-code").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = '1'.repeat(1e6);"
        " field.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    desk.page.locator("#typed-code").press("Enter")
    expect(desk.page.get_by_role("dialog")).to_contain_text("barcode_too_long")
    desk.press("再扫一次")
    desk.type_code(MILK)
    expect(desk.line("milk")).to_be_visible()


def test_the_drawn_bars_are_those_of_the_symbology() -> None:
    """The film's own symbol is right: guards, 95 modules, and the known pattern of a known number."""
    bars = modules("5901234123457")
    assert len(bars) == 95
    assert bars.startswith("101")
    assert bars[45:50] == "01010"
    assert bars == (
        "10100010110100111011001100100110111101001110101010110011011011001000010101110010011101000100101"
    )
