"""A label is drawn, read by a decoder from the dots of each printer's language, and parsed by our own reading: what
comes back is what went on it."""

from datetime import date

import pytest

from edge.printing.escpos import picture
from edge.printing.pdf import pdf_of
from edge.printing.raster import draw_page
from edge.printing.zpl import zpl_of
from shared.barcodes.in_store import LabelTemplate, compose_label, read_label
from shared.barcodes.scanned_code import ScannedCode, read_code
from shared.errors import DomainError
from shared.printing.labels import (
    CodeChoice,
    Goods,
    OfLot,
    Paper,
    Weighed,
    lot_label,
    product_label,
    weight_label,
)
from shared.printing.page import Page
from tests.support.paper import from_escpos, from_pdf, from_zpl, scanned

TODAY = date(2026, 11, 23)
MILK = Goods(sku="milk", name="光明鲜牛奶 950 ml", unit="盒", code="06901234567892", unit_price=15_900_000)
APPLE = Goods(sku="apple", name="红富士苹果", unit="kg", code="06013", unit_price=26_000_000)
LOT = OfLot(lot="L2026/11-A", expiry=date(2026, 12, 3))
BY_PRICE = LabelTemplate(layout="FFIIIIIPPPPPC", prefixes=("21",))
BY_WEIGHT = LabelTemplate(layout="FFIIIIIWWWWWC", prefixes=("22",))
LONG = LabelTemplate(layout="FFIIIIIWWWWWPPPPPC", prefixes=("28",))
LONG_PRICE_FIRST = LabelTemplate(layout="FFIIIIIPPPPPWWWWWC", prefixes=("29",))
TEMPLATES = (BY_PRICE, BY_WEIGHT, LONG, LONG_PRICE_FIRST)
SMALL, WIDE = Paper(width=400, height=300), Paper(width=1000, height=500)


def read_back(page: Page) -> ScannedCode:
    """The one meaning that all four ways of putting the page on paper have."""
    texts = [
        scanned(draw_page(page)),
        scanned(from_zpl(zpl_of(page))),
        scanned(from_pdf(pdf_of((page,)))),
    ]
    if page.width <= 800:
        texts.append(scanned(from_escpos(picture(page, cut=False))))
    assert all(text == texts[0] and len(text) == 1 for text in texts), texts
    return read_code(texts[0][0], today=TODAY, templates=TEMPLATES)


@pytest.mark.parametrize(
    ("code", "gtin14"),
    [
        ("06901234567892", "06901234567892"),
        ("6901234567892", "06901234567892"),
        ("036000291452", "00036000291452"),
        ("40170725", "00000040170725"),
        ("16901234567899", "16901234567899"),
    ],
)
def test_a_product_label_names_its_product(code: str, gtin14: str) -> None:
    """EAN-13, UPC-A, EAN-8 and the number of a case."""
    label = product_label(Goods(sku="x", name="牛奶", unit="盒", code=code), SMALL, "zh-CN")
    assert read_back(label).gtin14 == gtin14


@pytest.mark.parametrize("code", ["BUN-1", "APPLE-WEEKLY-SPECIAL-OFFER-2026", "0042"])
def test_a_shops_own_code_is_printed_as_it_stands(code: str) -> None:
    """Short ones in bars, long ones in two dimensions."""
    assert (
        read_back(product_label(Goods(sku="x", name="包", unit="个", code=code), SMALL, "en")).item_code
        == code
    )


@pytest.mark.parametrize(
    ("choice", "paper"),
    [
        ("auto", SMALL),
        ("gs1_data_matrix", SMALL),
        ("qr_code", Paper(width=500, height=400)),
        ("gs1_128", WIDE),
    ],
)
def test_a_lot_label_gives_item_lot_and_day(choice: CodeChoice, paper: Paper) -> None:
    """In a DataMatrix, a Digital Link and a GS1-128 alike."""
    code = read_back(lot_label(MILK, LOT, paper, "zh-CN", TODAY, choice))
    assert (code.gtin14, code.lot, code.keeps_until) == ("06901234567892", "L2026/11-A", date(2026, 12, 3))
    assert not code.warnings


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_weight_label_gives_what_the_scale_weighed(template: LabelTemplate) -> None:
    """1.5416 kg at 26.00: 1.542 kg, 40.09, in the digits that the store's template has for them."""
    weighed = Weighed(weight=1_541_600, template=template, item_code="06013")
    code = read_back(weight_label(APPLE, weighed, Paper(width=500, height=300), "zh-CN"))
    assert (code.kind, code.item_code) == ("in_store", "06013")
    assert code.quantity == (1_542_000 if "W" in template.layout else None)
    assert code.price_fen == (4009 if "P" in template.layout else None)


def test_a_composed_label_reads_back_with_its_inner_check_digit() -> None:
    """Item, price with its own check digit, and the check digit over all."""
    template = LabelTemplate(layout="FFIIIIVPPPPC", prefixes=("02",))
    digits = compose_label(template, "1234", amount_fen=4008, weight=None, count=None)
    label = read_label(digits, (template,))
    assert (label.item_code, label.amount_fen) == ("1234", 4008)


def test_what_does_not_fit_is_refused_and_never_printed_too_small() -> None:
    """Bars too fine for the paper, more money than digits, an item code of another length, too small a paper."""
    with pytest.raises(DomainError, match="label_code_room"):
        draw_page(lot_label(MILK, LOT, SMALL, "zh-CN", TODAY, "gs1_128"))
    for item_code, weight, key in (
        ("06013", 99_000_000, "label_value_room"),
        ("613", 1_000_000, "label_item_code"),
    ):
        with pytest.raises(DomainError, match=key):
            weight_label(APPLE, Weighed(weight=weight, template=BY_PRICE, item_code=item_code), SMALL, "en")
    with pytest.raises(DomainError, match="paper_size"):
        product_label(MILK, Paper(width=100, height=100), "en")


def test_a_lot_that_gs1_cannot_hold_is_refused() -> None:
    """A Chinese lot number has no place in a GS1 code; the person is told instead of a wrong label printed."""
    with pytest.raises(DomainError, match="barcode_characters"):
        lot_label(MILK, OfLot(lot="批次七"), SMALL, "zh-CN", TODAY)


def test_the_pdf_carries_its_font() -> None:
    """Chinese prints on a machine that has no Chinese font, because the part used is inside."""
    data = pdf_of((product_label(MILK, SMALL, "zh-CN"),))
    assert data.startswith(b"%PDF")
    assert b"/FontFile2" in data


def test_zpl_sets_ascii_itself_and_draws_the_rest() -> None:
    """The name is a graphic, the digits under the code are text; commands hidden in a name stay text."""
    goods = Goods(sku="x", name="^XZ~HS milk", unit="ea", code="6901234567892")
    zpl = zpl_of(product_label(goods, SMALL, "en"), copies=3).decode("ascii")
    assert (zpl.count("^XA"), zpl.count("^XZ"), zpl.count("~")) == (1, 1, 0)
    assert "^PQ3" in zpl
    assert "^FD6901234567892" in zpl
