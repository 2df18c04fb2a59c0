"""Receipts: what stands on them, in words and figures, for printers that draw and printers that write."""

from datetime import datetime

import pytest

from edge.printing import escpos
from edge.printing.raster import draw_page
from shared.printing.money_words import money_in_words
from shared.printing.receipt import (
    Line,
    Paid,
    Receipt,
    SoldItem,
    columns,
    money_text,
    receipt_lines,
    receipt_page,
    text_rows,
)
from tests.support.paper import from_escpos

RECEIPT = Receipt(
    shop="流水便利店",
    number="S1-261123-42",
    at=datetime(2026, 11, 23, 9, 15),  # noqa: DTZ001 - the shop's own wall clock
    clerk="王芳",
    items=(
        SoldItem(name="鲜牛奶", qty=2_000_000, unit="盒", unit_price=15_900_000, amount=3180),
        SoldItem(
            name="红富士苹果", qty=1_542_000, unit="kg", unit_price=26_000_000, amount=3908, discount=100
        ),
    ),
    paid=(Paid(kind="cash", amount=7088),),
    heading="中山路 88 号",
    footing="谢谢惠顾",
    tax_number="91310000MA1K",
    tax_rate=1300,
)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (1005, "壹拾元零伍分"),
        (12345, "壹佰贰拾叁元肆角伍分"),
        (100_00, "壹佰元整"),
        (10_001_00, "壹万零壹元整"),
        (1_000_000_00, "壹佰万元整"),
        (10_010_000_00, "壹仟零壹万元整"),
        (100_000_000_00, "壹亿元整"),
        (1_020_304_050_607, "壹佰零贰亿零叁佰零肆万零伍佰零陆元零柒分"),
        (-300, "负叁元整"),
    ],
)
def test_money_is_written_in_words_as_on_a_cheque(fen: int, words: str) -> None:
    """One 零 for any run of zeros, 整 after whole yuan and jiao."""
    assert money_in_words(fen) == words


def test_a_receipt_says_everything_that_is_asked_of_one() -> None:
    """Shop, number, lines, discount, total in figures and words, tax, tender, tax number, greeting."""
    told = {line.left: line.right for line in receipt_lines(RECEIPT, "zh-CN")}
    assert told["小票号：S1-261123-42"] == ""
    assert told["  1.542 kg × ¥26.00"] == "¥39.08"
    assert told["  优惠"] == "-¥1.00"
    assert told["合计（2 项）"] == "¥70.88"
    assert "大写：柒拾元零捌角捌分" in told
    assert told["其中税额（13%）"] == "¥8.15"
    assert told["现金"] == "¥70.88"
    assert {"流水便利店", "中山路 88 号", "谢谢惠顾", "税号：91310000MA1K"} <= told.keys()


def test_an_english_receipt_has_no_words_and_a_copy_says_so() -> None:
    """The second time it is printed the paper says that it is a copy."""
    from msgspec.structs import replace

    lines = [line.left for line in receipt_lines(replace(RECEIPT, copy_number=2), "en")]
    assert "Copy 2" in lines
    assert not any("words" in line for line in lines)


def test_money_has_its_sign_before_and_thousands_apart() -> None:
    """As people write it."""
    assert money_text(123_456_789, "¥") == "¥1,234,567.89"
    assert money_text(-300, "¥") == "-¥3.00"


def test_written_rows_fit_the_paper_and_end_in_the_amount() -> None:
    """Chinese characters take two columns; an amount that has no room beside its text gets a row of its own."""
    for width in (32, 48):
        for line in receipt_lines(RECEIPT, "zh-CN"):
            rows = text_rows(line, width)
            assert all(columns(row) <= width for row in rows), rows
            assert rows[-1].endswith(line.right)
    assert text_rows(Line("十二个汉字的名称很长很长啊啊啊", "¥1.00"), 32)[-1] == " " * 27 + "¥1.00"


def test_a_chinese_printer_is_sent_gb18030_and_a_picture_prints_anywhere() -> None:
    """The text way decodes back to the receipt; the picture way is as wide as the print head."""
    lines = receipt_lines(RECEIPT, "zh-CN")
    written = escpos.text(lines, 580, cut=True)
    assert "大写：柒拾元零捌角捌分" in written.decode("gb18030", "ignore")
    page = receipt_page(lines, 580)
    drawn = escpos.picture(page, cut=True)
    assert drawn[2:].startswith(b"\x1dv0\x00" + (48).to_bytes(2, "little"))
    whole = draw_page(page)
    assert from_escpos(drawn).tobytes() == whole.crop((40, 0, 424, whole.height)).tobytes()
    white = whole.crop((0, 0, 40, whole.height))
    assert not white.point(lambda dot: not dot).getbbox()
