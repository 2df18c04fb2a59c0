"""Stories of one store, in store terms, over the real decisions and projections."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from shared.errors import DomainError
from shared.sales.events import GoodsReturned, SaleRecorded
from shared.stock.events import CountCorrected, CountQuestioned, StockCounted
from tests.support.shop import NO_PERMISSION, TODAY, Shop, pieces


@pytest.fixture
def shop() -> Shop:
    """A bakery that has just opened."""
    return Shop().open_up()


def refused(shop: Shop, kind: str, **body: object) -> str:
    """The key of the refusal; nothing may have been booked."""
    facts_before, tables_before = len(shop.facts), repr(shop.view.tables)
    with pytest.raises(DomainError) as error:
        shop.ask(kind, **body)  # type: ignore[arg-type]
    assert len(shop.facts) == facts_before
    assert repr(shop.view.tables) == tables_before
    return error.value.key


def test_a_case_received_is_sold_piece_by_piece(shop: Shop) -> None:
    """Three cases of 24 are 72 pieces; seven sold leave 65 (R3)."""
    shop.receive("cake", "3", lot="L1", unit="case")
    shop.ask("sales.sell", lines=[{"sku": "cake", "qty": "7"}])
    assert shop.on_hand("cake") == "65"
    assert shop.lying("cake") == {"L1@customer": "7", "L1@store/main": "65", "L1@supplier": "-72"}


def test_every_lot_sums_to_zero_over_all_locations(shop: Shop) -> None:
    """Double entry: what the store has, somebody else gave."""
    shop.receive("milk", "10", lot="M1", expiry="2026-11-28")
    shop.ask("sales.sell", lines=[{"sku": "milk", "qty": "3"}])
    shop.ask("stock.waste", lines=[{"sku": "milk", "qty": "1"}], reason="damaged")
    shop.ask("stock.transfer_out", to_store="S2", lines=[{"sku": "milk", "qty": "2"}])
    shop.ask("stock.count", lines=[{"sku": "milk", "counted": "5"}], at="18:00")
    sums: dict[tuple[object, object], int] = {}
    for key, row in shop.view.tables["stock"].items():
        sums[key[0], key[1]] = sums.get((key[0], key[1]), 0) + int(row["qty"] or 0)
    assert set(sums.values()) == {0}
    assert shop.on_hand("milk") == "5"


def test_milk_goes_to_the_fridge_and_gets_its_expiry_from_the_shelf_life(shop: Shop) -> None:
    """Nobody should have to type what the catalogue knows."""
    shop.receive("milk", "4")
    (lot,) = shop.view.tables["lot"].values()
    assert lot["expiry"] == (TODAY + timedelta(days=7)).isoformat()
    assert any("store/fridge" in where for where in shop.lying("milk"))


def test_a_scanned_younger_lot_wins_and_is_logged(shop: Shop) -> None:
    """FEFO proposes, the scan decides, the violation is kept (R1)."""
    shop.receive("milk", "5", lot="OLD", expiry="2026-11-24")
    shop.receive("milk", "5", lot="NEW", expiry="2026-11-30")
    (fact,) = shop.ask("sales.sell", lines=[{"sku": "milk", "qty": "1", "lot": "NEW"}])
    assert isinstance(fact, SaleRecorded)
    assert fact.lines[0].passed_over == "OLD"
    (fact,) = shop.ask("sales.sell", lines=[{"sku": "milk", "qty": "1"}])
    assert isinstance(fact, SaleRecorded)
    assert fact.lines[0].takes[0].lot == "OLD"


def test_two_lines_of_one_sku_do_not_take_the_same_pieces(shop: Shop) -> None:
    """The second line of a basket sees what the first has taken."""
    shop.receive("milk", "2", lot="A", expiry="2026-11-24")
    shop.receive("milk", "2", lot="B", expiry="2026-11-30")
    (fact,) = shop.ask("sales.sell", lines=[{"sku": "milk", "qty": "2"}, {"sku": "milk", "qty": "1"}])
    assert isinstance(fact, SaleRecorded)
    assert [take.lot for line in fact.lines for take in line.takes] == ["A", "B"]


def test_an_expired_lot_can_be_wasted_but_not_sold(shop: Shop) -> None:
    """The customer is protected, the bin is not."""
    shop.receive("milk", "3", lot="M", expiry="2026-11-23")
    later = TODAY + timedelta(days=3)
    line = {"sku": "milk", "qty": "1", "lot": "M"}
    assert refused(shop, "sales.sell", day=later, lines=[line]) == "lot_expired"
    shop.ask("stock.waste", day=later, lines=[line], reason="expired")
    assert shop.on_hand("milk") == "2"


def test_a_stale_number_never_stops_a_sale_unless_the_owner_wants_it_so(shop: Shop) -> None:
    """R4: warn takes the rest below zero without a lot, block refuses."""
    shop.receive("cake", "1", lot="L")
    (fact,) = shop.ask("sales.sell", lines=[{"sku": "cake", "qty": "3"}])
    assert isinstance(fact, SaleRecorded)
    assert fact.lines[0].short == pieces(2)
    assert shop.on_hand("cake") == "-2"
    shop.product("wine", price="80", negative="block")
    assert refused(shop, "sales.sell", lines=[{"sku": "wine", "qty": "1"}]) == "stock_short"


def test_a_count_is_true_of_its_moment(shop: Shop) -> None:
    """R9: 1000, sold 100 at 10:00, counted 895 at 10:05, sold 30 at 10:20; a sale of 5 at 10:01 arrives last."""
    shop.receive("cake", "1000", lot="L", at="08:00")
    shop.ask("sales.sell", at="10:00", lines=[{"sku": "cake", "qty": "100"}])
    shop.ask("sales.sell", at="10:20", lines=[{"sku": "cake", "qty": "30"}])
    (counted,) = shop.ask("stock.count", at="10:05", lines=[{"sku": "cake", "counted": "895"}])
    assert isinstance(counted, StockCounted)
    assert (counted.lines[0].expected, counted.lines[0].counted) == (pieces(900), pieces(895))
    assert shop.on_hand("cake") == "865"
    facts = shop.ask("sales.sell", at="10:01", lines=[{"sku": "cake", "qty": "5"}])
    assert isinstance(facts[1], CountCorrected)
    assert sum(take.qty for take in facts[1].takes) == pieces(5)
    assert shop.on_hand("cake") == "865"


def test_a_sale_already_in_the_count_makes_no_shrinkage(shop: Shop) -> None:
    """1000, minus 100 sold, counted 900: the difference is 0, not -100."""
    shop.receive("cake", "1000", lot="L", at="08:00")
    shop.ask("sales.sell", at="10:00", lines=[{"sku": "cake", "qty": "100"}])
    (counted,) = shop.ask("stock.count", at="10:05", lines=[{"sku": "cake", "counted": "900"}])
    assert isinstance(counted, StockCounted)
    assert counted.lines[0].takes == ()


def test_only_the_first_count_behind_a_late_sale_is_corrected(shop: Shop) -> None:
    """The second count started from the result of the first."""
    shop.receive("cake", "100", lot="L", at="08:00")
    shop.ask("stock.count", at="10:00", lines=[{"sku": "cake", "counted": "95"}])
    shop.ask("stock.count", at="11:00", lines=[{"sku": "cake", "counted": "95"}])
    facts = shop.ask("sales.sell", at="09:00", lines=[{"sku": "cake", "qty": "5"}])
    assert [fact.kind for fact in facts] == ["sales.sale_recorded.v1", "stock.count_corrected.v1"]
    assert shop.on_hand("cake") == "95"


def test_a_suspect_clock_asks_a_person_instead(shop: Shop) -> None:
    """A phone that thinks it is yesterday must not rewrite a count."""
    shop.receive("cake", "100", lot="L", at="08:00")
    shop.ask("stock.count", at="10:00", lines=[{"sku": "cake", "counted": "100"}])
    facts = shop.ask("sales.sell", at="09:00", clock_suspect=True, lines=[{"sku": "cake", "qty": "5"}])
    assert isinstance(facts[1], CountQuestioned)
    assert shop.on_hand("cake") == "95"


def test_a_count_settles_what_was_sold_without_a_lot(shop: Shop) -> None:
    """A surplus first fills the hole that a sale beyond the book has left."""
    shop.ask("sales.sell", lines=[{"sku": "cake", "qty": "4"}])
    shop.receive("cake", "10", lot="L", at="10:00")
    shop.ask("stock.count", at="11:00", lines=[{"sku": "cake", "counted": "10"}])
    assert shop.on_hand("cake") == "10"
    assert shop.on_hand("cake", "L") == "10"
    assert shop.on_hand("cake", "") == "0"


def test_a_return_with_receipt_cannot_exceed_it(shop: Shop) -> None:
    """Refund at most what was paid, in as many steps as the customer likes."""
    shop.receive("cake", "10", lot="L")
    (sale,) = shop.ask("sales.sell", lines=[{"sku": "cake", "qty": "3"}])
    assert isinstance(sale, SaleRecorded)
    (back,) = shop.ask("sales.take_back", sale=sale.sale, lines=[{"sku": "cake", "qty": "1"}], reason="stale")
    assert isinstance(back, GoodsReturned)
    assert back.lines[0].amount == 200
    assert shop.lying("cake")["L@hold/main"] == "1"
    too_much = [{"sku": "cake", "qty": "3"}]
    assert refused(shop, "sales.take_back", sale=sale.sale, lines=too_much) == "more_than_sold"
    too_dear = [{"sku": "cake", "qty": "1", "amount": "99"}]
    assert refused(shop, "sales.take_back", sale=sale.sale, lines=too_dear) == "refund_above_paid"


def test_a_receipt_is_known_by_its_number_with_and_without_dashes(shop: Shop) -> None:
    """A phone shows the id as it made it, the day-book names it in plain hex."""
    shop.receive("cake", "10", lot="L")
    (sale,) = shop.ask("sales.sell", lines=[{"sku": "cake", "qty": "3"}])
    assert isinstance(sale, SaleRecorded)
    dashed = str(UUID(sale.sale)).upper()
    (back,) = shop.ask("sales.take_back", sale=dashed, lines=[{"sku": "cake", "qty": "1"}])
    assert isinstance(back, GoodsReturned)
    assert back.sale == sale.sale


def test_what_an_editor_may_not_see_is_not_wiped_by_saving(shop: Shop) -> None:
    """Phone and cost left out of a form keep what they were."""
    shop.ask("catalogue.define_supplier", supplier="V1", name="良友", phone="13800000000")
    shop.ask("catalogue.define_supplier", supplier="V1", name="良友粮油")
    shop.product("tea", price="9", unit_cost="4.5")
    shop.product("tea", price="9")
    supplier, tea = shop.view.tables["supplier"]["V1",], shop.view.tables["sku"]["tea",]
    assert (supplier["name"], supplier["phone"]) == ("良友粮油", "13800000000")
    assert tea["unit_cost"] == 4_500_000


def test_prices_are_the_lists_unless_somebody_may_change_them(shop: Shop) -> None:
    """A clerk cannot sell a cake for one fen."""
    line = {"sku": "cake", "qty": "1", "amount": "0.01"}
    assert refused(shop, "sales.sell", permissions=NO_PERMISSION, lines=[line]) == "price_differs_from_list"
    line = {"sku": "cake", "qty": "1", "discount": "2.01"}
    assert refused(shop, "sales.sell", lines=[line]) == "discount_above_price"
    shop.ask("sales.sell", permissions=frozenset({"sales.override_price"}), lines=[line | {"discount": "1"}])


def test_the_amount_on_a_scale_label_wins(shop: Shop) -> None:
    """R3: 40.08 printed, 26.00/kg: stock moves 1.542 kg, the customer pays 40.08 and not 40.09."""
    shop.product("beef", base_unit="kg", decimals=3, price="26.00")
    shop.ask("catalogue.set_label_template", template="FFIIIIIPPPPPC", prefixes=["21"])
    shop.ask("catalogue.assign_barcode", sku="beef", code="06013", unit="kg")
    shop.receive("beef", "10", lot="B1")
    label = {"sku": "beef", "qty": "1.542", "amount": "40.08", "code": "2106013040083"}
    (sale,) = shop.ask("sales.sell", permissions=NO_PERMISSION, lines=[label])
    assert isinstance(sale, SaleRecorded)
    assert (sale.lines[0].qty, sale.lines[0].amount) == (1_542_000, 4008)
    wrong = label | {"qty": "0.542"}
    assert refused(shop, "sales.sell", permissions=NO_PERMISSION, lines=[wrong]) == "label_quantity_differs"
    dearer = label | {"amount": "10.08"}
    assert refused(shop, "sales.sell", permissions=NO_PERMISSION, lines=[dearer]) == "price_differs_from_list"


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("sales.sell", {"lines": [{"sku": "nobody", "qty": "1"}]}, "sku_unknown"),
        ("sales.sell", {"lines": [{"sku": "cake", "qty": "-5"}]}, "quantity_not_positive"),
        ("sales.sell", {"lines": [{"sku": "cake", "qty": "0.5"}]}, "quantity_too_fine"),
        ("sales.sell", {"lines": [{"sku": "cake", "qty": "1", "unit": "pallet"}]}, "unit_unknown"),
        ("sales.sell", {"lines": [{"sku": "cake", "qty": "99999999999"}]}, "number_too_large"),
        ("sales.sell", {"lines": [{"sku": "cake", "qty": 1}]}, "command_malformed"),
        ("sales.sell", {"lines": []}, "command_malformed"),
        ("sales.sell", {"lines": [{"sku": "cake", "qty": "1"}], "is_admin": True}, "command_malformed"),
        (
            "sales.sell",
            {"lines": [{"sku": "cake", "qty": "1", "code": "9" * 1_000_000}]},
            "command_malformed",
        ),
        (
            "sales.sell",
            {"lines": [{"sku": "cake", "qty": "1"}], "tenders": [{"kind": "cash", "amount": "1"}]},
            "tenders_differ_from_total",
        ),
        (
            "stock.transfer_out",
            {"to_store": "S1", "lines": [{"sku": "cake", "qty": "1"}]},
            "transfer_to_itself",
        ),
        ("stock.transfer_out", {"to_store": "S9", "lines": [{"sku": "cake", "qty": "1"}]}, "store_unknown"),
        ("stock.receive", {"lines": [{"sku": "cake", "qty": "1", "expiry": "2020-01-01"}]}, "lot_expired"),
        ("stock.receive", {"lines": [{"sku": "cake", "qty": "1", "place": "moon"}]}, "place_unknown"),
        ("stock.receive", {"order": "PO9", "lines": [{"sku": "cake", "qty": "1"}]}, "order_unknown"),
        ("stock.receive", {"supplier": "V9", "lines": [{"sku": "cake", "qty": "1"}]}, "supplier_unknown"),
        ("quality.inspect", {"lines": [{"sku": "cake", "lot": "X", "accepted": "1"}]}, "lot_unknown"),
        ("quality.hold", {"lines": [{"sku": "cake", "lot": "X"}], "reason": "?"}, "nothing_to_hold"),
        ("sales.take_back", {"sale": "none", "lines": [{"sku": "cake", "qty": "1"}]}, "sale_unknown"),
        (
            "catalogue.assign_barcode",
            {"sku": "cake", "code": "6901234567893", "unit": "pc"},
            "barcode_check_digit",
        ),
        ("catalogue.assign_barcode", {"sku": "milk", "code": "6901234567892", "unit": "pc"}, "barcode_taken"),
        ("stock.vanish", {}, "command_unknown"),
    ],
)
def test_bad_input_is_refused_with_its_reason_and_books_nothing(
    shop: Shop, kind: str, body: dict[str, object], key: str
) -> None:
    """Each mistake has its own sentence and leaves no trace in the books."""
    assert refused(shop, kind, **body) == key


def test_an_order_is_received_in_parts(shop: Shop) -> None:
    """Each receipt against the order counts up its line; goods not on it are refused."""
    shop.ask(
        "purchasing.place_order", order="PO1", supplier="V1", store="S1", lines=[{"sku": "cake", "qty": "48"}]
    )
    shop.ask("stock.receive", order="PO1", lines=[{"sku": "cake", "qty": "1", "unit": "case"}])
    line = shop.view.tables["purchase_order_line"]["PO1", "cake"]
    assert (line["ordered"], line["received"]) == (pieces(48), pieces(24))
    assert (
        refused(shop, "stock.receive", order="PO1", lines=[{"sku": "milk", "qty": "1"}]) == "sku_not_on_order"
    )
    shop.ask("purchasing.cancel_order", order="PO1", reason="late")
    more = [{"sku": "cake", "qty": "1"}]
    assert refused(shop, "stock.receive", order="PO1", lines=more) == "order_already_cancelled"


def test_one_lot_has_one_expiry(shop: Shop) -> None:
    """A lot number with two dates is a mistyped package."""
    shop.receive("milk", "1", lot="M", expiry="2026-11-28")
    line = {"sku": "milk", "qty": "1", "lot": "M", "expiry": "2026-12-28"}
    assert refused(shop, "stock.receive", lines=[line]) == "lot_expiry_differs"


def test_sold_goods_belong_to_the_business_day_they_were_sold_on(shop: Shop) -> None:
    """A sale that arrives a day late stays in the figures of its own day."""
    shop.receive("cake", "9", lot="L", day=date(2026, 11, 20))
    shop.ask("sales.sell", day=date(2026, 11, 21), lines=[{"sku": "cake", "qty": "2"}])
    assert shop.view.tables["sales_total"]["2026-11-21",]["amount"] == 400
