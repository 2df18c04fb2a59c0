"""Facts arrive late and in any order; the books come out the same, by difference vouchers alone (R6)."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.accounting.desk import STOCK
from shared.accounting.documents import Document
from shared.accounting.keeping import Booked, Keeper, Place, place_of, place_parts
from shared.accounting.policy import Policies
from shared.accounting.scenario import Scenario, read_event, read_scenario
from shared.money import fen
from shared.units import micro
from tests.unit.accounting.memory_shelf import MemoryShelf
from tests.unit.accounting.random_shop import events
from tests.unit.accounting.shop import bought, event, scenario, sold

Told = tuple[Place, Document]


def shop() -> Scenario:
    read = read_scenario(scenario())
    return replace(read, policy=replace(read.policy, gaps="provisional"))


SHOP = shop()


def told(day: int, seq: int, raw: dict[str, Any]) -> Told:
    """A document of a day in October, the node being its store."""
    document = read_event(raw | {"date": f"2026-10-{day:02d}"}, SHOP)
    return place_of(document.day, document.store, 1, seq), document


def kept(*batches: list[Told]) -> tuple[MemoryShelf, list[list[Booked]]]:
    shelf = MemoryShelf()
    keeper = Keeper(Policies.always(SHOP.policy), SHOP.skus, shelf)
    return shelf, [shelf.post(keeper, batch) for batch in batches]


def test_a_place_sorts_by_day_node_log_and_number() -> None:
    """Bytes that sort as the books do, and can be taken apart again."""
    parts = [
        (date(2026, 10, 1), "S1", 1, 9, 0),
        (date(2026, 10, 1), "S1", 1, 9, 1),
        (date(2026, 10, 1), "S1", 2, 1, 0),
        (date(2026, 10, 1), "S10", 1, 1, 0),
        (date(2026, 10, 1), "店", 1, 300, 0),
        (date(2026, 10, 2), "", 1, 1, 0),
    ]
    places = [place_of(*part) for part in parts]
    assert places == sorted(places)
    assert [place_parts(place) for place in places] == parts


def test_a_late_receipt_changes_what_followed_and_nothing_else() -> None:
    """60 @ 5.00, sell 30 and 20; 15 @ 3.00 dated between come late: the sales get differences, in order."""
    first = told(1, 1, bought("WATER", "60", "5"))
    early = told(4, 2, sold("WATER", "30", "10", "300.00"))
    later = told(9, 3, sold("WATER", "20", "10", "200.00"))
    late = told(2, 4, bought("WATER", "15", "3"))
    shelf, (_, booked) = kept([first, early, later], [late])
    # 60 for 300.00 and 15 for 45.00 are 4.60 each: 138.00 instead of 150.00, 92.00 instead of 100.00.
    assert [(added.number, added.cause, _cost(added)) for added in booked] == [
        (0, b"", 0),
        (1, late[0], fen("-12")),
        (1, late[0], fen("-8")),
    ]
    state = shelf.heads([("S1", STOCK, "WATER")])["S1", STOCK, "WATER"][1]
    assert (state.qty, state.value) == (micro("25"), fen("115"))


def _cost(added: Booked) -> int:
    return sum(entry.amount for entry in added.entries if entry.account == "5401")


def test_r6_backdated_receipt(shared_data: Any) -> None:
    """The trade's own example, from the vector file."""
    import json

    case = json.loads((shared_data / "mission" / "rule_vectors.json").read_text())["R6_backdated"]

    def document(seq: int, row: list[str]) -> Told:
        day, kind, qty, *price = row
        if kind == "receipt":
            return told(int(day[1:]), seq, bought("WATER", qty, price[0], vat="0"))
        return told(int(day[1:]), seq, sold("WATER", qty, "20", f"{int(qty) * 20}.00"))

    base = [document(seq, row) for seq, row in enumerate(case["base"], 1)]
    shelf, (posted, booked) = kept(base, [document(9, case["late"])])
    assert {f"d{added.document.day.day}": _cost(added) for added in posted if _cost(added)} == {
        day: fen(cost) for day, cost in case["base_cogs"].items()
    }
    assert {f"d{added.document.day.day}": _cost(added) for added in booked if _cost(added)} == {
        day: fen(cost) for day, cost in case["adjust_entries"].items()
    }
    state = shelf.heads([("S1", STOCK, "WATER")])["S1", STOCK, "WATER"][1]
    assert [state.qty, state.value] == [micro(case["new_end"][0]), fen(case["new_end"][1])]


def test_goods_that_arrive_before_anybody_told_of_them_are_trued_up() -> None:
    """Received 9 at a provisional 5.00, six of them sold; the sender, offline, had sent 10 at 6.00."""
    there = told(1, 1, bought("WATER", "10", "5", store="S2", vat="0"))
    sent = event("transfer_out", id="T", lines=[{"sku": "WATER", "qty": "10"}], to="S2")
    came = event("transfer_in", store="S2", transfer="T", closes=False, lines=[{"sku": "WATER", "qty": "9"}])
    gone = sold("WATER", "16", "10", "160.00", store="S2")
    here = [told(1, 1, bought("WATER", "10", "6", vat="0")), told(2, 2, sent)]
    shelf, (_, booked) = kept([there, told(2, 2, came), told(3, 3, gone)], here)
    heads = shelf.heads([("S2", STOCK, "WATER"), ("", "transfer", "T")])
    left = heads["S2", STOCK, "WATER"][1]
    # 10 @ 5.00 and 9 @ 6.00 are 104.00 for 19; 16 of them cost 87.58, 3 are left.
    assert (left.qty, left.value) == (micro("3"), fen("16.42"))
    (road,) = heads["", "transfer", "T"][1].lines
    assert (road.qty, road.value) == (micro("1"), fen("6"))
    assert [added.number for added in booked] == [0, 0, 1, 1]


def test_a_return_that_arrives_before_its_sale_is_linked_when_the_sale_comes() -> None:
    """First at today's average, then at what the sale cost, by a difference."""
    sale = told(2, 2, sold("WATER", "4", "10", "40.00", id="S"))
    back = told(
        5,
        3,
        event(
            "sale_return",
            sale="S",
            lines=[{"sku": "WATER", "qty": "2", "restock": True, "amount": "20.00"}],
            refund={"method": "cash", "amount": "20.00"},
        ),
    )
    more = told(4, 4, bought("WATER", "10", "9", vat="0"))
    shelf, _ = kept([told(1, 1, bought("WATER", "10", "5", vat="0")), more, back], [sale])
    in_time, _ = kept([told(1, 1, bought("WATER", "10", "5", vat="0")), sale, more, back])
    assert shelf.books().keys() == in_time.books().keys()


def test_a_document_that_cannot_be_posted_is_posted_when_it_can() -> None:
    """An invoice for a receipt nobody has heard of waits; the receipt brings it into the books."""
    receipt = event(
        "purchase_receipt_estimated",
        id="R",
        supplier="SUP",
        lines=[{"sku": "WATER", "qty": "5", "est_price": "4"}],
    )
    invoice = event(
        "purchase_invoice",
        supplier="SUP",
        receipt="R",
        lines=[{"sku": "WATER", "qty": "5", "net_price": "5"}],
    )
    shelf, (first, second) = kept([told(3, 2, invoice)], [told(2, 1, receipt)])
    assert first[0].refusal is not None
    assert first[0].refusal.key == "receipt_not_in_books"
    assert [added.refusal for added in second] == [None, None]
    state = shelf.heads([("S1", STOCK, "WATER")])["S1", STOCK, "WATER"][1]
    assert state.value == fen("25")


def some_books(seed: int, count: int) -> list[Told]:
    """Random documents of two stores over six days; within a store's log the days mostly go forward."""
    chance = random.Random(seed)
    seqs = {"S1": 0, "S2": 0}
    documents = []
    for number, raw in enumerate(events(chance, count)):
        seqs[raw["store"]] += 1
        day = max(1, 1 + 6 * number // count - (chance.random() < 0.1))
        documents.append(told(day, seqs[raw["store"]], raw))
    return documents


@pytest.mark.parametrize("seed", range(5))
def test_posting_in_order_never_makes_a_difference(seed: int) -> None:
    """In the order of the books every document is posted at once, whatever the batches."""
    documents = sorted(some_books(seed, 200))
    _, booked = kept(documents[:70], documents[70:71], documents[71:])
    assert {added.number for batch in booked for added in batch} == {0}


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 40))
def test_any_interleaving_and_delay_gives_the_same_books(seed: int, size: int) -> None:
    """Shuffled, in batches of any size: each document's vouchers add up alike, and so does every value there is."""
    documents = some_books(seed, 80)
    whole, _ = kept(sorted(documents))
    random.Random(seed).shuffle(documents)
    pieces, _ = kept(*(documents[at : at + size] for at in range(0, len(documents), size)))
    assert pieces.books() == whole.books()
    assert pieces.values == whole.values
    assert pieces.places == whole.places
