"""Printing from the phone: the picture on the screen is read by a decoder like the paper that comes out, a dead
printer says what to do, a second tap prints nothing, and a sale's receipt is one tap away."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import MakeHandset
from tests.browser.handset import Handset
from tests.browser.test_pages import photograph
from tests.support.edge_node import STORE, EdgeNode, Phone
from tests.support.paper import from_escpos, from_zpl, paper_printer, scanned

LOT = {"sku": "milk", "qty": "24", "lot": "L20270331", "expiry": "2027-03-31"}
SCANS_AS = "]d201069012345678921727033110L20270331"


def with_printers(node: EdgeNode, **printers: str) -> Phone:
    """Goods in stock and printers by name: `labels="127.0.0.1:9100"`."""
    manager = node.sign_in("store_manager")
    assert manager.ask("stock.receive", {"supplier": "farm", "lines": [LOT]})["state"] == "accepted"
    for use, address in printers.items():
        receipts = use == "receipts"
        body = {"name": use, "address": address, "prints": use, "dialect": "escpos" if receipts else "zpl"}
        paper = {"paper_width_mm": 58, "paper_height_mm": 40} if receipts else {}
        manager.post("/v1/printers", json={**body, **paper}).raise_for_status()
    return manager


def shown(phone: Handset) -> Image.Image:
    """The preview's own dots, as the browser has them."""
    expect(phone.page.locator("[data-preview] img")).to_be_visible(timeout=20_000)
    data = phone.page.evaluate(
        """() => {
            const image = document.querySelector('[data-preview] img');
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            canvas.getContext('2d').drawImage(image, 0, 0);
            return canvas.toDataURL('image/png').split(',')[1];
        }"""
    )
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.fixture
def store_node(tmp_path: Path, built_app: Path) -> Iterator[EdgeNode]:
    """A node whose store prints weights into its labels: cheese is item 06013, sold by weight."""
    rows = [
        (
            "label_template",
            [STORE, "FFIIIIIWWWWWC"],
            {"prefixes": '["22"]', "price_decimals": 2, "weight_decimals": 3},
        ),
        ("barcode", ["06013"], {"sku": "cheese", "unit": "kg", "factor": 1_000_000}),
    ]
    node = EdgeNode(tmp_path / "node", rows=rows)
    node.start()
    yield node
    node.stop()


def read_from_screen(phone: Handset, before: list[str]) -> list[str]:
    """What a scanner held against the screen sends, once the picture is another than before."""
    for _ in range(100):
        told = scanned(shown(phone))
        if told and told != before:
            return told
        phone.page.wait_for_timeout(100)
    raise AssertionError(f"the picture on the screen still reads {before}")


@pytest.mark.parametrize(("language", "desk"), [("zh-CN", False), ("en", True)])
def test_every_label_is_read_off_the_screen_as_the_goods_it_is_for(
    handset: MakeHandset, store_node: EdgeNode, language: str, desk: bool
) -> None:
    """Item, lot and weight, in every code there is: the decoder's words are resolved by the node to what was asked."""
    zh = language == "zh-CN"
    manager = with_printers(store_node)
    wide = {"name": "Wide", "address": "127.0.0.1:9100", "prints": "labels", "dialect": "zpl"}
    paper = {"paper_width_mm": 100, "paper_height_mm": 50}
    manager.post("/v1/printers", json=wide | paper).raise_for_status()
    assert manager.receive("cheese", "5", lot="C1", expiry="2027-05-01")["state"] == "accepted"
    phone = handset(language=language, desk=desk)
    phone.sign_in()

    def resolved(symbol: str) -> tuple[str, str, str, str]:
        found = manager.get("/v1/scan", params={"raw": symbol}).raise_for_status().json()
        return tuple(str(found.get(name) or "") for name in ("sku", "lot", "expiry", "qty"))  # type: ignore[return-value]

    phone.go("/stock/milk")
    phone.press("打印标签" if zh else "Print a label")
    (item,) = read_from_screen(phone, [])
    assert (item, resolved(item)[0]) == ("]E06901234567892", "milk")
    phone.page.keyboard.press("Escape")

    phone.press(f"{'打印批号' if zh else 'Print a label of lot'} L20270331{' 的标签' if zh else ''}")
    before: list[str] = []
    for choice, symbology in (("gs1_data_matrix", "]d2"), ("qr_code", "]Q"), ("gs1_128", "]C1")):
        phone.page.get_by_role("combobox", name="条码" if zh else "Code").select_option(choice)
        before = read_from_screen(phone, before)
        assert before[0].startswith(symbology), choice
        assert resolved(before[0])[:3] == ("milk", "L20270331", "2027-03-31"), choice
    phone.page.keyboard.press("Escape")

    phone.go("/stock/cheese")
    phone.press("打印标签" if zh else "Print a label")
    phone.page.get_by_role("radio", name="称重" if zh else "Weighed").check()
    phone.page.get_by_role("textbox", name="重量" if zh else "Weight").fill("0.735")
    (weight,) = read_from_screen(phone, before)
    photograph(phone, f"label-weight-{language}")
    assert weight == "]E02206013007359"
    assert resolved(weight) == ("cheese", "", "", "0.735")


@pytest.mark.parametrize(
    ("language", "desk", "open_it", "print_it"),
    [
        ("zh-CN", False, "打印批号 L20270331 的标签", "打印"),
        ("en", True, "Print a label of lot L20270331", "Print"),
    ],
)
def test_what_the_preview_shows_is_what_the_printer_gets(
    handset: MakeHandset, store_node: EdgeNode, language: str, desk: bool, open_it: str, print_it: str
) -> None:
    """Read off the screen and off the paper: item, lot and day, the same in both."""
    with paper_printer() as paper:
        with_printers(store_node, labels=paper.address)
        phone = handset(language=language, desk=desk)
        phone.sign_in()
        phone.go("/stock/milk")
        photograph(phone, f"stock-item-print-{language}")
        phone.press(open_it)
        assert scanned(shown(phone)) == [SCANS_AS]
        photograph(phone, f"label-preview-{language}")
        phone.press(print_it)
        expect(phone.page.locator("dialog")).to_have_count(0)
        assert scanned(from_zpl(paper.wait())) == [SCANS_AS]
        assert len(paper.jobs) == 1


def test_a_dead_printer_says_what_to_do_and_works_again(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Off: the reason, on the sheet, with the address. On again: the same button, one label."""
    with paper_printer() as paper:
        address = paper.address
    with_printers(store_node, labels=address)
    phone = handset()
    phone.sign_in()
    phone.go("/stock/milk")
    phone.press("打印标签")
    shown(phone)
    phone.press("打印")
    alert = phone.page.locator("dialog [role=alert]")
    expect(alert).to_contain_text(address)
    photograph(phone, "label-printer-dead")
    with paper_printer(address=address) as paper:
        phone.press("重试")
        expect(phone.page.locator("dialog")).to_have_count(0)
        assert scanned(from_zpl(paper.wait())) == ["]E06901234567892"]


@pytest.mark.parametrize(("language", "desk"), [("zh-CN", False), ("en", True)])
def test_a_receipt_after_a_sale(
    handset: MakeHandset, store_node: EdgeNode, language: str, desk: bool
) -> None:
    """Sell, tap once, see it, print it; it goes to the receipt printer although there is one for labels."""
    zh = language == "zh-CN"
    with paper_printer() as labels, paper_printer() as receipts:
        with_printers(store_node, labels=labels.address, receipts=receipts.address)
        phone = handset(language=language, desk=desk)
        phone.sign_in()
        phone.leave_camera_off()
        phone.go("/sell")
        phone.type_code("6901234567892")
        expect(phone.line("milk")).to_be_visible()
        phone.press("收款" if zh else "Take payment")
        phone.press("完成收款" if zh else "Complete the sale")
        phone.press("打印小票" if zh else "Print the receipt")
        shown(phone)
        photograph(phone, f"receipt-preview-{language}")
        phone.press("打印" if zh else "Print")
        expect(phone.page.locator("dialog")).to_have_count(0)
        assert from_escpos(receipts.wait()).width == 384
        assert labels.jobs == []


@pytest.mark.parametrize(("language", "desk"), [("zh-CN", False), ("en", True)])
def test_a_manager_sets_up_a_printer(
    handset: MakeHandset, store_node: EdgeNode, language: str, desk: bool
) -> None:
    """A wrong address is told on the spot; the right one prints its test page; the receipts' words are kept."""
    zh = language == "zh-CN"
    with paper_printer() as paper:
        phone = handset(language=language, desk=desk)
        phone.sign_in()
        phone.go("/printers")
        phone.press("添加打印机" if zh else "Add a printer")
        sheet = phone.page.locator("dialog")
        sheet.get_by_label("名称" if zh else "Name").fill("收银台" if zh else "Till")
        sheet.get_by_label("地址" if zh else "Address").fill("8.8.8.8")
        phone.press("保存" if zh else "Save")
        expect(sheet.get_by_role("alert")).to_contain_text("8.8.8.8")
        photograph(phone, f"printer-form-{language}")
        sheet.get_by_label("地址" if zh else "Address").fill(paper.address)
        sheet.get_by_role("button", name="保存" if zh else "Save").click()
        expect(phone.page.locator("[data-printer]")).to_contain_text(paper.address)
        phone.press("打测试页" if zh else "Test page")
        assert scanned(from_zpl(paper.wait())) == ["]E06901234567892"]
        phone.page.get_by_label("结尾" if zh else "At the end").fill("谢谢惠顾")
        phone.press("保存小票内容" if zh else "Save the receipt’s text")
        expect(phone.page.locator("[data-note]").last).to_be_visible()
        photograph(phone, f"printers-{language}")
        kept = store_node.sign_in("store_manager").get("/v1/printers").json()
        assert kept["style"]["footing"] == "谢谢惠顾"
        phone.go("/settings")
        photograph(phone, f"settings-printers-{language}")


def test_a_clerk_prints_but_does_not_set_up(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Without a printer a clerk gets the PDF and hears who sets printers up."""
    with_printers(store_node)
    phone = handset()
    phone.sign_in("clerk")
    phone.go("/printers")
    expect(phone.page.get_by_role("button", name="添加打印机")).to_have_count(0)
    phone.go("/stock/milk")
    phone.press("打印标签")
    shown(phone)
    expect(phone.page.locator("dialog")).to_contain_text("打印机由店长设置")
    with phone.page.expect_download() as pdf:
        phone.page.get_by_role("link", name="PDF").click()
    with open(pdf.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"
