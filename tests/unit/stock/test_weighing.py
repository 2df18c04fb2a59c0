"""A weight goes into the book only as the number its scale said, and can be traced from there to the frame."""

from __future__ import annotations

import pytest

from shared.errors import DomainError
from shared.quality.events import InspectionRecorded
from shared.sales.events import SaleRecorded
from shared.stock.events import GoodsReceived
from tests.support.shop import Shop

SAID = {
    "device": "scale-1",
    "value": "1.250",
    "unit": "kg",
    "reading": "bridge-1/0a/17",
    "raw": "532053202020202020312e3235206b670d0a",
    "cal_id": "CAL-1",
}


@pytest.fixture
def shop() -> Shop:
    """The bakery: flour by weight, cake by piece."""
    return Shop().open_up()


def test_what_was_weighed_stands_in_the_receipt_the_sale_and_the_inspection_with_its_frame(
    shop: Shop,
) -> None:
    """The scale's own number, its reading and its bytes, beside the quantity in base units."""
    line = {"sku": "flour", "qty": "1.25", "lot": "L1", "weighed": SAID}
    (received,) = shop.ask("stock.receive", lines=[line])
    assert isinstance(received, GoodsReceived)
    (sold,) = shop.ask("sales.sell", lines=[line])
    assert isinstance(sold, SaleRecorded)
    judged = {"sku": "flour", "lot": "L1", "accepted": "1", "rejected": "1.25", "weighed": SAID}
    (inspected,) = shop.ask("quality.inspect", lines=[judged])
    assert isinstance(inspected, InspectionRecorded)
    for weighed in (received.lines[0].weighed, sold.lines[0].weighed, inspected.lines[0].weighed):
        assert weighed is not None
        assert (weighed.device, weighed.value, weighed.reading, weighed.raw) == (
            "scale-1",
            "1.250",
            "bridge-1/0a/17",
            SAID["raw"],
        )


def test_a_weight_typed_by_hand_says_so_and_an_untouched_line_says_nothing(shop: Shop) -> None:
    """Old phones send neither field, and what they send means what it meant."""
    typed, plain = {"sku": "flour", "qty": "2", "typed": True}, {"sku": "cake", "qty": "3"}
    (received,) = shop.ask("stock.receive", lines=[typed, plain])
    assert isinstance(received, GoodsReceived)
    assert [(line.typed, line.weighed) for line in received.lines] == [(True, None), (False, None)]


def test_grams_of_a_scale_become_the_goods_kilograms(shop: Shop) -> None:
    """And a scale finer than the goods are counted is rounded as the goods are."""
    grams = SAID | {"value": "1250", "unit": "g"}
    shop.ask("stock.receive", lines=[{"sku": "flour", "qty": "1.25", "weighed": grams}])
    finer = SAID | {"value": "1.2504"}
    shop.ask("stock.receive", lines=[{"sku": "flour", "qty": "1.25", "weighed": finer}])
    assert shop.on_hand("flour") == "2.5"


@pytest.mark.parametrize(
    ("sku", "qty", "said", "key"),
    [
        ("flour", "1.26", {}, "weight_differs"),
        ("flour", "1.25", {"value": "0"}, "quantity_not_positive"),
        ("flour", "1.25", {"value": "-1.25"}, "quantity_not_positive"),
        ("flour", "1.25", {"unit": "[lb_av]"}, "weight_unit_differs"),
        ("cake", "1", {}, "weight_unit_differs"),
    ],
)
def test_a_number_that_is_not_the_scale_s_is_not_booked_in_its_name(
    shop: Shop, sku: str, qty: str, said: dict[str, str], key: str
) -> None:
    """Changed after the weighing, nothing on the plate, another unit, goods that are counted."""
    with pytest.raises(DomainError) as refused:
        shop.ask("stock.receive", lines=[{"sku": sku, "qty": qty, "weighed": SAID | said}])
    assert refused.value.key == key


def test_a_weight_without_its_frame_is_no_weight(shop: Shop) -> None:
    """Nothing to trace it by: malformed, not merely doubtful."""
    with pytest.raises(DomainError):
        shop.ask("stock.receive", lines=[{"sku": "flour", "qty": "1.25", "weighed": SAID | {"raw": ""}}])
