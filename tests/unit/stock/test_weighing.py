"""A weight goes into the book only as the number its scale said, and can be traced from there to the frame."""

from __future__ import annotations

import pytest

from shared.devices.booked import STILL_THERE_MS
from shared.devices.events import WeightBookedTwice
from shared.devices.projection import WEIGHT_TWICE
from shared.errors import DomainError
from shared.ledger.fact import Fact
from shared.quality.events import InspectionRecorded
from shared.sales.events import SaleRecorded
from shared.stock.events import GoodsReceived
from tests.support.shop import NO_PERMISSION, Shop

SAID = {
    "device": "scale-1",
    "value": "1.250",
    "unit": "kg",
    "reading": "bridge-1/0a/17",
    "raw": "532053202020202020312e3235206b670d0a",
    "cal_id": "CAL-1",
}


def next_weighing(number: int) -> dict[str, str]:
    """The same goods put on the scale once more."""
    return SAID | {"reading": f"bridge-1/0a/{number}"}


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
    (sold,) = shop.ask("sales.sell", lines=[line | {"weighed": next_weighing(18)}])
    assert isinstance(sold, SaleRecorded)
    said = next_weighing(19)
    judged = {"sku": "flour", "lot": "L1", "accepted": "1", "rejected": "1.25", "weighed": said}
    (inspected,) = shop.ask("quality.inspect", lines=[judged])
    assert isinstance(inspected, InspectionRecorded)
    booked = (received.lines[0].weighed, sold.lines[0].weighed, inspected.lines[0].weighed)
    for number, weighed in enumerate(booked, start=17):
        assert weighed is not None
        assert (weighed.device, weighed.value, weighed.reading, weighed.raw) == (
            "scale-1",
            "1.250",
            f"bridge-1/0a/{number}",
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
    finer = next_weighing(18) | {"value": "1.2504"}
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


def sold(shop: Shop, weighed: dict[str, str], *, late_ms: int = 0, suspect: bool = False) -> list[Fact]:
    """Flour by weight, told to the node so long after it was sold."""
    line = {"sku": "flour", "qty": "1.25", "weighed": weighed}
    return shop.ask("sales.sell", lines=[line], late_ms=late_ms, clock_suspect=suspect)


def test_one_weighing_is_booked_once_whoever_looks_at_the_scale(shop: Shop) -> None:
    """Two phones see the same melon: the second is told to weigh again, and nothing of its sale is booked."""
    shop.receive("flour", "10", lot="L1")
    sold(shop, SAID)
    for again in ("sales.sell", "stock.receive"):
        with pytest.raises(DomainError) as refused:
            shop.ask(again, lines=[{"sku": "flour", "qty": "1.25", "weighed": SAID}])
        assert refused.value.key == "weight_booked_already"
    assert shop.on_hand("flour") == "8.75"
    sold(shop, next_weighing(18))
    assert shop.on_hand("flour") == "7.5"


def test_two_lines_of_one_sale_are_two_weighings(shop: Shop) -> None:
    """One melon is one line."""
    line = {"sku": "flour", "qty": "1.25", "weighed": SAID}
    with pytest.raises(DomainError) as refused:
        shop.ask("sales.sell", lines=[line, line])
    assert refused.value.key == "weight_booked_already"


@pytest.mark.parametrize(("late_ms", "suspect"), [(STILL_THERE_MS + 1, False), (0, True)])
def test_a_sale_that_has_happened_is_booked_and_a_manager_looks(
    shop: Shop, late_ms: int, suspect: bool
) -> None:
    """A phone without a network sold the same weighing: the goods are gone, so the book says so, and who and when."""
    shop.receive("flour", "10", lot="L1")
    shop.ask("stock.receive", lines=[{"sku": "flour", "qty": "1.25", "weighed": SAID}])
    sale, twice = sold(shop, SAID, late_ms=late_ms, suspect=suspect)
    assert isinstance(sale, SaleRecorded)
    assert isinstance(twice, WeightBookedTwice)
    assert (twice.reading, twice.scale, twice.sku, twice.first_sku, twice.first_by) == (
        "bridge-1/0a/17",
        "scale-1",
        "flour",
        "flour",
        "li",
    )
    assert shop.on_hand("flour") == "10"
    (listed,) = shop.view.tables[WEIGHT_TWICE.name].values()
    assert (listed["scale"], listed["value"], listed["sku"]) == ("scale-1", "1.250", "flour")


def test_a_sale_at_the_edge_of_the_minute_can_still_be_asked_to_weigh_again(shop: Shop) -> None:
    """Exactly a minute is not late."""
    sold(shop, SAID)
    with pytest.raises(DomainError):
        sold(shop, SAID, late_ms=STILL_THERE_MS)


def test_what_was_refused_leaves_its_weighing_free(shop: Shop) -> None:
    """A price that needs a manager is refused; the same weighing then goes through at the list price."""
    line = {"sku": "flour", "qty": "1.25", "weighed": SAID}
    with pytest.raises(DomainError) as refused:
        shop.ask("sales.sell", lines=[line | {"unit_price": "1.00"}], permissions=NO_PERMISSION)
    assert refused.value.key == "price_differs_from_list"
    assert isinstance(sold(shop, SAID)[0], SaleRecorded)
