"""Other shops than the golden one: small-scale, FIFO food with lots, late invoices, partial orders, other charts."""

from __future__ import annotations

import pytest

from shared.accounting.replay import replay
from shared.accounting.scenario import read_scenario
from tests.unit.accounting.shop import bought, entries, event, kept, scenario, sold, stock

SMALL = scenario("small_scale")


def test_a_small_scale_taxpayer_pays_the_tax_into_the_cost() -> None:
    """10 @ 20.00 plus 13 % are stock for 226.00; the 1 % of a sale stands in 222101, without sub-accounts."""
    books = kept(
        bought("WATER", "10", "20"),
        sold("WATER", "4", "50.50", "202.00", vat="0.01"),
        event("vat_close", store="HQ"),
        of=SMALL,
    )
    assert entries(books, 0) == [("1405", "S1", "226.00"), ("220201", "S1", "-226.00")]
    assert entries(books, 1) == [
        ("1001", "S1", "202.00"),
        ("500101", "S1", "-200.00"),
        ("222101", "S1", "-2.00"),
        ("5401", "S1", "90.40"),
        ("1405", "S1", "-90.40"),
    ]
    assert entries(books, 2) == [("5403", "HQ", "0.12"), ("222105", "HQ", "-0.12")]
    assert books["vat"] == {
        "output": "2.00",
        "input": "0.00",
        "input_transferred_out": "0.00",
        "payable": "2.00",
        "surtax": "0.12",
    }


def test_a_second_close_of_a_small_scale_month_levies_only_what_is_new() -> None:
    """Surtaxes are borne once: 2.00 in October, 3.00 in November."""
    books = kept(
        bought("WATER", "10", "20"),
        sold("WATER", "4", "50.50", "202.00", vat="0.01"),
        event("vat_close", store="HQ"),
        sold("WATER", "6", "50.50", "303.00", vat="0.01"),
        event("vat_close", store="HQ"),
        of=SMALL,
    )
    assert [entries(books, at)[0][2] for at in (2, 4)] == ["0.12", "0.19"]


def test_abnormal_scrap_of_a_small_scale_taxpayer_transfers_nothing_out() -> None:
    """There was no input tax to owe back."""
    books = kept(
        bought("WATER", "10", "20"),
        event("scrap", abnormal=True, lines=[{"sku": "WATER", "qty": "2", "vat": "0.13"}]),
        of=SMALL,
    )
    assert entries(books) == [("1901", "S1", "45.20"), ("1405", "S1", "-45.20")]


def test_freight_and_commission_of_a_small_scale_taxpayer_are_gross() -> None:
    """109.00 of freight is the expense; so are 53.00 of commission."""
    receipt = bought("WATER", "10", "20")
    books = kept(
        receipt,
        event("freight_in", receipt=receipt["id"], net="100", vat="0.09"),
        event(
            "platform_settlement",
            platform="jd",
            gross="500",
            commission_gross="53",
            commission_vat="0.06",
        ),
        of=SMALL,
    )
    assert entries(books, 1) == [("5601", "S1", "109.00"), ("1002", "HQ", "-109.00")]
    assert entries(books, 2)[1] == ("5601", "S1", "53.00")


def test_food_leaves_by_layer_and_by_the_lot_somebody_scanned() -> None:
    """10 of M1 @ 2.00, 10 of M2 @ 3.00: a sale of 4 costs 8.00, scrap of 3 of M2 costs 9.00."""
    books = kept(
        bought("MILK", "10", "2", batch="M1"),
        bought("MILK", "10", "3", batch="M2"),
        sold("MILK", "4", "5", "20.00"),
        event("scrap", abnormal=False, lines=[{"sku": "MILK", "qty": "3", "batch": "M2"}]),
        sold("MILK", "8", "5", "40.00"),
    )
    costs = [entries(books, at)[-1][2] for at in (2, 3, 4)]
    assert costs == ["-8.00", "-9.00", "-18.00"]
    assert books["inventory_valuation"][0]["layers"] == [{"batch": "M2", "qty": "5", "value": "15.00"}]


def test_food_given_back_is_a_layer_of_its_own() -> None:
    """3 of the 4 sold at 2.00 come back as a layer behind the others, at what they were sold for."""
    sale = sold("MILK", "4", "5", "20.00")
    back = event(
        "sale_return",
        sale=sale["id"],
        lines=[{"sku": "MILK", "qty": "3", "restock": True}],
        refund={"method": "cash", "amount": "15.00"},
    )
    books = kept(bought("MILK", "10", "2", batch="M1"), bought("MILK", "5", "3", batch="M2"), sale, back)
    layers = books["inventory_valuation"][0]["layers"]
    assert [(layer["batch"], layer["value"]) for layer in layers] == [
        ("M1", "12.00"),
        ("M2", "15.00"),
        (f"RET-{back['id']}", "6.00"),
    ]


def test_lots_keep_their_name_and_cost_on_the_road() -> None:
    """5 of M1 @ 2.00 and 3 of M2 @ 3.00 are sent; 7 arrive for 16.63, and 2.37 waits for a decision."""
    sent = event("transfer_out", lines=[{"sku": "MILK", "qty": "8"}])
    books = kept(
        bought("MILK", "5", "2", batch="M1"),
        bought("MILK", "5", "3", batch="M2"),
        sent,
        event("transfer_in", store="S2", transfer=sent["id"], lines=[{"sku": "MILK", "qty": "7"}]),
    )
    assert entries(books) == [
        ("1405", "S2", "16.63"),
        ("1901", "S2", "2.37"),
        ("1405", "TRANSIT", "-19.00"),
    ]
    there = next(row for row in books["inventory_valuation"] if row["store"] == "S2")
    assert there["layers"] == [
        {"batch": "M1", "qty": "5", "value": "10.00"},
        {"batch": "M2", "qty": "2", "value": "6.63"},
    ]


def test_goods_on_the_road_belong_to_the_stock() -> None:
    """10 sent of which nobody has said anything yet: the stock ledger still equals the account."""
    books = kept(bought("WATER", "20", "6"), event("transfer_out", lines=[{"sku": "WATER", "qty": "10"}]))
    assert stock(books) == {("S1", "WATER"): ("10", "60.00"), ("TRANSIT", "WATER"): ("10", "60.00")}
    assert books["inventory_total"] == books["inventory_by_account"]["1405"] == "120.00"


def test_nothing_at_all_arrives() -> None:
    """A receipt of zero writes the whole of it off to 1901."""
    sent = event("transfer_out", lines=[{"sku": "WATER", "qty": "10"}])
    books = kept(
        bought("WATER", "20", "6"),
        sent,
        event("transfer_in", store="S2", transfer=sent["id"], lines=[{"sku": "WATER", "qty": "0"}]),
    )
    assert entries(books) == [("1901", "S2", "60.00"), ("1405", "TRANSIT", "-60.00")]


def estimated(qty: str, price: str, sku: str = "WATER") -> dict[str, object]:
    return event(
        "purchase_receipt_estimated",
        supplier="SUP",
        lines=[{"sku": sku, "qty": qty, "est_price": price}],
    )


def invoice(receipt: dict[str, object], qty: str, price: str, sku: str = "WATER") -> dict[str, object]:
    return event(
        "purchase_invoice",
        supplier="SUP",
        receipt=receipt["id"],
        lines=[{"sku": sku, "qty": qty, "net_price": price}],
    )


@pytest.mark.parametrize("sku", ["WATER", "MILK"])
def test_a_late_invoice_is_shared_by_what_is_left_and_what_was_sold(sku: str) -> None:
    """40 at an estimate of 5.00, 30 sold, invoiced at 6.00: 10.00 to the stock, 30.00 to the cost of sales."""
    receipt = estimated("40", "5", sku)
    books = kept(receipt, sold(sku, "30", "10", "300.00"), invoice(receipt, "40", "6", sku))
    assert entries(books)[:3] == [
        ("1405", "S1", "10.00"),
        ("5401", "S1", "30.00"),
        ("220202", "S1", "200.00"),
    ]
    assert stock(books) == {("S1", sku): ("10", "60.00")}


def test_an_invoice_below_the_estimate_after_all_was_sold() -> None:
    """Everything goes to the cost of sales, as a credit; the stock stays empty."""
    receipt = estimated("40", "5")
    books = kept(receipt, sold("WATER", "40", "10", "400.00"), invoice(receipt, "40", "4.50"))
    assert entries(books)[0] == ("5401", "S1", "-20.00")
    assert stock(books) == {}


def test_two_invoices_for_one_estimate() -> None:
    """Each releases its share of the estimate; the second takes what is left, and 220202 is empty."""
    receipt = estimated("3", "3.33")
    books = kept(receipt, invoice(receipt, "1", "3.33"), invoice(receipt, "2", "3.33"))
    assert books["trial_balance_after_pl_close"]["220202"]["balance_credit"] == "0.00"


def test_goods_go_back_before_their_invoice() -> None:
    """The estimate shrinks, nobody owes tax, and the invoice is for what stayed."""
    receipt = estimated("10", "5")
    back = event(
        "purchase_return",
        supplier="SUP",
        receipt=receipt["id"],
        lines=[{"sku": "WATER", "qty": "4"}],
    )
    books = kept(receipt, back, invoice(receipt, "6", "5"))
    assert entries(books, 1) == [("220202", "S1", "20.00"), ("1405", "S1", "-20.00")]
    assert stock(books) == {("S1", "WATER"): ("6", "30.00")}
    assert books["trial_balance_after_pl_close"]["220202"]["balance_credit"] == "0.00"


def test_two_orders_in_work_finish_step_by_step() -> None:
    """100.00 of flour and 50.00 of labour: 40 % gives 60.00, the rest 90.00; the other order stays open."""
    flour = {"sku": "FLOUR", "qty": "10"}
    done = {"sku": "BREAD", "order": "A"}
    books = kept(
        bought("FLOUR", "15", "10"),
        event("production_issue", order="A", lines=[flour]),
        event("production_issue", order="B", lines=[flour | {"qty": "3"}]),
        event("production_cost", order="A", amount="50"),
        event("production_receipt", qty="20", completion="0.4", **done),
        event("production_receipt", qty="30", completion="1", **done),
    )
    assert [entries(books, at)[0][2] for at in (4, 5)] == ["60.00", "90.00"]
    assert books["work_in_progress"] == {"B": "30.00"}
    assert stock(books)["S1", "BREAD"] == ("50", "150.00")


def test_a_gift_owes_tax_at_its_market_price() -> None:
    """2 worth 22.60 each cost 20.00 and 5.20 of VAT; no revenue."""
    books = kept(
        bought("WATER", "10", "10"),
        event("gift", lines=[{"sku": "WATER", "qty": "2", "market_price": "22.60"}]),
    )
    assert entries(books) == [("5601", "S1", "25.20"), ("1405", "S1", "-20.00"), ("22210103", "S1", "-5.20")]


def test_a_discount_over_several_lines_and_rates() -> None:
    """10.00 off 70.00, 20.00 and 10.00: 7.00, 2.00 and the rest; the tax is computed on what is left."""
    lines = [
        {"sku": "WATER", "qty": "7", "price": "10"},
        {"sku": "MILK", "qty": "2", "price": "10"},
        {"sku": "CARE", "qty": "1", "price": "10"},
    ]
    books = kept(
        bought("WATER", "10", "1"),
        bought("MILK", "10", "1"),
        event("sale", lines=lines, merchant_discount="10.00", payments={"cash": "60", "wechat": "30"}),
    )
    # 63.00 at 13 % is 55.75, 18.00 at 9 % is 16.51, 9.00 at 6 % is 8.49.
    assert entries(books)[2:5] == [
        ("500101", "S1", "-72.26"),
        ("500102", "S1", "-8.49"),
        ("22210103", "S1", "-9.25"),
    ]


def test_goods_given_back_one_by_one_leave_nothing_behind() -> None:
    """Three for 10.00, returned singly: revenue, tax, cost and refunds end at zero."""
    sale = sold("WATER", "3", "3.333333", "10.00")
    refunds = ("3.33", "3.33", "3.34")
    back = [
        event(
            "sale_return",
            sale=sale["id"],
            lines=[{"sku": "WATER", "qty": "1", "restock": True}],
            refund={"method": "cash", "amount": refund},
        )
        for refund in refunds
    ]
    books = kept(bought("WATER", "3", "1.666667"), sale, *back)
    after = books["trial_balance_after_pl_close"]
    assert [after[code]["balance_credit"] for code in ("1001", "500101", "22210103", "5401")] == ["0.00"] * 4
    assert stock(books) == {("S1", "WATER"): ("3", "5.00")}


def test_freight_on_flour_that_is_partly_used_is_shared() -> None:
    """20 bought, 5 used: three quarters of 40.00 go to the stock, the rest to the cost of sales (R7)."""
    receipt = bought("FLOUR", "20", "10")
    books = kept(
        receipt,
        event("production_issue", order="A", lines=[{"sku": "FLOUR", "qty": "5"}]),
        event("freight_in", receipt=receipt["id"], net="40", vat="0.09", capitalise_to="FLOUR"),
    )
    assert entries(books)[:2] == [("1403", "S1", "30.00"), ("5401", "S1", "10.00")]


def test_a_refunded_service_brings_no_goods_back() -> None:
    """What was used up stays used up."""
    sale = event(
        "sale",
        lines=[
            {
                "sku": "CARE",
                "qty": "2",
                "price": "106",
                "service": True,
                "consumes": [{"sku": "OIL", "qty": "1"}],
            }
        ],
        payments={"wechat": "212.00"},
    )
    back = event(
        "sale_return",
        sale=sale["id"],
        lines=[{"sku": "CARE", "qty": "1", "restock": False}],
        refund={"method": "wechat", "amount": "106.00"},
    )
    books = kept(bought("OIL", "5", "10"), sale, back)
    assert entries(books) == [
        ("500102", "S1", "100.00"),
        ("22210103", "S1", "6.00"),
        ("1012", "S1", "-106.00"),
    ]
    assert stock(books) == {("S1", "OIL"): ("4", "40.00")}


def test_a_count_may_give_what_was_counted() -> None:
    """8 counted of 10: two are missing at the average; 3 found where nothing lay are worth the last average."""
    books = kept(
        bought("WATER", "10", "6"),
        event("stock_take", lines=[{"sku": "WATER", "counted": "8"}]),
        sold("WATER", "8", "10", "80.00"),
        event("stock_take", lines=[{"sku": "WATER", "diff": "3"}]),
    )
    assert entries(books, 1) == [("1901", "S1", "12.00"), ("1405", "S1", "-12.00")]
    assert entries(books, 3) == [("1405", "S1", "18.00"), ("1901", "S1", "-18.00")]


def test_lines_of_zero_change_nothing() -> None:
    """A zero in a delivery, a sale or a count makes no entry, no layer and no move."""
    books = kept(
        bought("MILK", "0", "2"),
        bought("MILK", "5", "2"),
        sold("MILK", "0", "5", "0.00"),
        event("stock_take", lines=[{"sku": "MILK", "diff": "0", "counted": "5"}]),
    )
    assert len(books["vouchers"]) == 1
    assert [move["qty"] for move in books["stock_moves"]] == ["5"]
    assert books["profit_and_loss"]["gross_margin_pct"] is None


def test_the_enterprise_chart_has_its_own_codes() -> None:
    """Revenue is 6001, cost 6401, work in progress 5001; a gain lessens the administrative expenses."""
    count = event("stock_take", lines=[{"sku": "WATER", "diff": "1"}])
    books = kept(
        event("capital", store="HQ", amount="1000"),
        bought("WATER", "10", "6"),
        bought("FLOUR", "10", "6"),
        sold("WATER", "2", "11.30", "22.60"),
        event("production_issue", order="A", lines=[{"sku": "FLOUR", "qty": "1"}]),
        count,
        event("dispose_pending", of=[count["id"]], direction="gain"),
        event("close_pl", store="HQ"),
        of=scenario(chart="企业会计准则"),
    )
    codes = set(books["trial_balance_after_pl_close"])
    assert {"4001", "5001", "600101", "6401", "6602", "4103"} <= codes
    assert books["profit_and_loss"]["revenue_goods"] == "20.00"
    sheet = books["balance_sheet"]
    assert float(sheet["total_assets"]) == float(sheet["total_liabilities"]) + float(sheet["total_equity"])


def test_profit_that_is_not_closed_belongs_to_the_owners() -> None:
    """The balance sheet balances before the close, too."""
    books = kept(bought("WATER", "10", "6"), sold("WATER", "2", "11.30", "22.60"))
    assert books["balance_sheet"] == {
        "total_assets": "70.60",
        "total_liabilities": "62.60",
        "total_equity": "8.00",
    }


def test_the_rate_of_the_day_is_taken_where_a_line_names_none() -> None:
    """13 % until the end of September, 9 % after."""
    milk = {
        "kind": "merchandise",
        "costing": "fifo",
        "vat": [{"from": "2020-01-01", "rate": "0.13"}, {"from": "2026-10-01", "rate": "0.09"}],
    }
    books = kept(
        bought("MILK", "10", "10", date="2026-09-30"),
        bought("MILK", "10", "10"),
        of=scenario(MILK=milk),
    )
    assert [entries(books, at)[1][2] for at in (0, 1)] == ["13.00", "9.00"]


def test_a_way_of_costing_that_is_not_feasible_is_said_and_not_guessed() -> None:
    """An average knows no lots: scrapping more of M1 than the layers hold is refused under FIFO alone."""
    books = replay(
        read_scenario(scenario(MILK={"kind": "merchandise", "costing": "moving_average", "vat": "0.09"})),
        [
            bought("MILK", "5", "2", batch="M1"),
            bought("MILK", "5", "3", batch="M2"),
            scrap := event("scrap", abnormal=False, lines=[{"sku": "MILK", "qty": "6", "batch": "M1"}]),
        ],
    )
    assert books["alternative_costing"]["all_fifo"]["refused"] == scrap["id"]
    assert books["alternative_costing"]["all_moving_average"]["inventory_total"] == "10.00"


def test_each_lot_of_a_receipt_bears_its_own_late_invoice() -> None:
    """10 of M1 and 10 of M2 at an estimate of 2.00, M1 sold; both cost 3.00: M1's 10.00 are cost, M2 takes its own."""
    lines = [{"sku": "MILK", "qty": "10", "batch": lot} for lot in ("M1", "M2")]
    receipt = event(
        "purchase_receipt_estimated", supplier="SUP", lines=[line | {"est_price": "2"} for line in lines]
    )
    books = kept(
        receipt,
        sold("MILK", "10", "5", "50.00", batch="M1"),
        event(
            "purchase_invoice",
            supplier="SUP",
            receipt=receipt["id"],
            lines=[line | {"net_price": "3", "vat": "0.09"} for line in lines],
        ),
    )
    assert entries(books)[:3] == [
        ("5401", "S1", "10.00"),
        ("1405", "S1", "10.00"),
        ("220202", "S1", "40.00"),
    ]
    assert books["inventory_valuation"][0]["layers"] == [{"batch": "M2", "qty": "10", "value": "30.00"}]


def test_two_lines_of_one_receipt_share_what_is_left_of_them() -> None:
    """10 and 10 at an estimate of 2.00, half of all sold, 3.00 invoiced: half of the 20.00 stays with the stock."""
    receipt = event(
        "purchase_receipt_estimated",
        supplier="SUP",
        lines=[{"sku": "WATER", "qty": "10", "est_price": "2"}] * 2,
    )
    books = kept(
        receipt,
        sold("WATER", "10", "5", "50.00"),
        event(
            "purchase_invoice",
            supplier="SUP",
            receipt=receipt["id"],
            lines=[{"sku": "WATER", "qty": "10", "net_price": "3"}] * 2,
        ),
    )
    assert [amount for account, _, amount in entries(books) if account == "1405"] == ["5.00", "5.00"]
    assert stock(books) == {("S1", "WATER"): ("10", "30.00")}


def test_what_went_back_before_the_invoice_bears_nothing_of_it() -> None:
    """40 estimated at 5.00, 10 back, 30 invoiced at 6.00 and all 30 on hand: the whole 30.00 belongs to them."""
    receipt = estimated("40", "5")
    books = kept(
        receipt,
        event(
            "purchase_return",
            supplier="SUP",
            receipt=receipt["id"],
            lines=[{"sku": "WATER", "qty": "10"}],
        ),
        invoice(receipt, "30", "6"),
    )
    assert stock(books) == {("S1", "WATER"): ("30", "180.00")}
    assert entries(books)[0] == ("1405", "S1", "30.00")


def test_the_lot_that_goes_back_is_the_one_named() -> None:
    """M1 @ 2.00 and M2 @ 3.00 in one delivery; 4 of M2 go back for 12.00 and nothing differs."""
    receipt = event(
        "purchase_receipt",
        supplier="SUP",
        lines=[
            {"sku": "MILK", "qty": "10", "net_price": "2", "batch": "M1"},
            {"sku": "MILK", "qty": "10", "net_price": "3", "batch": "M2"},
        ],
    )
    books = kept(
        receipt,
        event(
            "purchase_return",
            supplier="SUP",
            receipt=receipt["id"],
            lines=[{"sku": "MILK", "qty": "4", "batch": "M2"}],
        ),
    )
    assert entries(books) == [
        ("220201", "S1", "13.08"),
        ("1405", "S1", "-12.00"),
        ("22210102", "S1", "-1.08"),
    ]
    assert [layer["value"] for layer in books["inventory_valuation"][0]["layers"]] == ["20.00", "18.00"]


LOTS = (bought("MILK", "5", "2", batch="M1"), bought("MILK", "5", "3", batch="M2"))


def test_one_line_sent_may_be_counted_lot_by_lot() -> None:
    """8 sent without a word of lots; 2 of M2 and 5 of M1 are counted: 6.00 and 10.00, and one of M2 is lost."""
    sent = event("transfer_out", lines=[{"sku": "MILK", "qty": "8"}])
    counted = [{"sku": "MILK", "qty": "5", "batch": "M1"}, {"sku": "MILK", "qty": "2", "batch": "M2"}]
    books = kept(*LOTS, sent, event("transfer_in", store="S2", transfer=sent["id"], lines=counted))
    assert entries(books) == [
        ("1405", "S2", "10.00"),
        ("1405", "TRANSIT", "-10.00"),
        ("1405", "S2", "6.00"),
        ("1901", "S2", "3.00"),
        ("1405", "TRANSIT", "-9.00"),
    ]


def test_lots_sent_apart_may_be_counted_together() -> None:
    """5 of M1 and 3 of M2 sent, 8 counted: both layers arrive and nothing stays on the road."""
    lots = [{"sku": "MILK", "qty": "5", "batch": "M1"}, {"sku": "MILK", "qty": "3", "batch": "M2"}]
    sent = event("transfer_out", lines=lots)
    counted = [{"sku": "MILK", "qty": "8"}]
    books = kept(*LOTS, sent, event("transfer_in", store="S2", transfer=sent["id"], lines=counted))
    assert stock(books) == {("S1", "MILK"): ("2", "6.00"), ("S2", "MILK"): ("8", "19.00")}
    arrived = [(move["qty"], move["value"], move["batch"]) for move in books["stock_moves"][-2:]]
    assert arrived == [("5", "10.00", "M1"), ("3", "9.00", "M2")]
    assert [layer["batch"] for layer in books["inventory_valuation"][1]["layers"]] == ["M1", "M2"]


def test_goods_that_cost_nothing_move_all_the_same() -> None:
    """10 for 0.00 make no voucher, but they are in the list of moves and in the stock."""
    books = kept(bought("WATER", "10", "0"))
    assert books["vouchers"] == []
    assert [(move["qty"], move["value"]) for move in books["stock_moves"]] == [("10", "0.00")]
    assert stock(books) == {("S1", "WATER"): ("10", "0.00")}


def test_a_loss_that_was_paid_for_in_full_does_not_spoil_the_comparison() -> None:
    """Under FIFO the bottle is worth 2.00, on average 3.00, which somebody paid: the 1.00 is in that year's profit."""
    count = event("stock_take", lines=[{"sku": "WATER", "diff": "-1"}])
    books = kept(
        bought("WATER", "1", "2"),
        bought("WATER", "1", "4"),
        count,
        event("dispose_pending", of=[count["id"]], direction="loss", compensation="3.00"),
    )
    assert books["profit_and_loss"]["profit_before_tax"] == "0.00"
    assert books["alternative_costing"]["all_fifo"]["profit_before_tax"] == "1.00"


def test_a_company_may_be_worth_more_than_a_till_may_take() -> None:
    """A thousand million of capital is entered and stands in the balance sheet."""
    books = kept(event("capital", store="HQ", amount="1000000000.00"))
    assert books["balance_sheet"]["total_assets"] == "1000000000.00"


@pytest.mark.parametrize("last", ["3.33", "3.34"])
def test_the_last_piece_may_be_refunded_by_itself_or_take_the_rest(last: str) -> None:
    """Three for 10.00 given back singly: 3.33 each leaves a fen of revenue, 3.34 for the last leaves nothing."""
    sale = sold("WATER", "3", "3.50", "10.00", merchant_discount="0.50")
    backs = [
        event(
            "sale_return",
            sale=sale["id"],
            lines=[{"sku": "WATER", "qty": "1", "restock": True}],
            refund={"method": "cash", "amount": amount},
        )
        for amount in ("3.33", "3.33", last)
    ]
    books = kept(bought("WATER", "3", "1.11"), sale, *backs)
    cash = books["trial_balance_before_pl_close"]["1001"]
    assert cash["balance_debit"] == ("0.01" if last == "3.33" else "0.00")
    assert stock(books) == {("S1", "WATER"): ("3", "3.33")}
    assert books["profit_and_loss"]["cost_of_sales"] == "0.00"
