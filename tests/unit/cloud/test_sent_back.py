"""Goods that go back to their supplier leave lot by lot, each at what it cost (R8), in both databases."""

from __future__ import annotations

from datetime import date

from cloud.books.poster import Poster
from cloud.books.proofs import prove
from cloud.books.shelf import seek
from cloud.store.installation import Installation
from shared.accounting.desk import STOCK
from shared.purchasing.events import GoodsSentBack, SentBackLine
from shared.stock.events import GoodsReceived, ReceivedLine, Take
from shared.stock.valuation import CostState
from tests.unit.cloud.office import Office
from tests.unit.cloud.shop import NOW, PIECE, Shop
from tests.unit.cloud.test_statements import dated

FIRST, SECOND = date(2026, 11, 2), date(2026, 11, 5)


def layers(office: Office) -> list[tuple[str, int, int]]:
    """What lies of the milk in s1: lot, pieces, fen."""
    with office.store.reading() as reading:
        ((_, _, state),) = list(seek(reading, "last", [("s1", STOCK, "fresh")]))
    assert isinstance(state, CostState)
    return [(layer.lot, layer.qty // PIECE, layer.value) for layer in state.layers]


def received_in_two_lots(installation: Installation) -> tuple[Office, Shop]:
    """Goods with a shelf life, so costed by lot: 5 of L1 at 4.00 and 5 of L2 at 6.00 on one receipt."""
    office = Office(installation)
    office.open_shops()
    office.do(
        "catalogue.define_product",
        sku="fresh",
        name="Fresh",
        category="dairy",
        base_unit="pc",
        shelf_life_days=9,
    )
    shop = Shop(office.store, "s1")
    lines = tuple(
        ReceivedLine(sku="fresh", lot=lot, place="main", qty=5 * PIECE, unit_cost=cost * PIECE)
        for lot, cost in (("L1", 4), ("L2", 6))
    )
    goods = GoodsReceived(receipt="r", supplier="farm", lines=lines)
    shop.log("a").record(dated(FIRST, goods, "r")).push()
    shop.project()
    Poster(office.store).post_all(NOW)
    assert layers(office) == [("L1", 5, 2000), ("L2", 5, 3000)]
    return office, shop


def send_back(office: Office, shop: Shop, *takes: Take, held: tuple[Take, ...] = ()) -> None:
    line = SentBackLine(sku="fresh", takes=takes, held=held)
    fact = GoodsSentBack(sending="back", receipt="r", supplier="farm", lines=(line,), reason="sour")
    shop.log("b").record(dated(SECOND, fact, "back")).push()
    shop.project()
    Poster(office.store).post_all(NOW)
    proof = prove(office.store)
    assert proof.holds
    assert proof.problems == 0


def test_a_later_lot_leaves_at_its_own_cost(installation: Installation) -> None:
    """Two of L2 take 12.00 with them; L1, which is older, stays whole."""
    office, shop = received_in_two_lots(installation)
    send_back(office, shop, Take("L2", "main", 2 * PIECE))
    assert layers(office) == [("L1", 5, 2000), ("L2", 3, 1800)]


def test_a_line_of_two_lots_takes_from_both(installation: Installation) -> None:
    """Three of L1 from the shelf, four of L2 that were held: more than either lot alone had."""
    office, shop = received_in_two_lots(installation)
    send_back(office, shop, Take("L1", "main", 3 * PIECE), held=(Take("L2", "main", 4 * PIECE),))
    assert layers(office) == [("L1", 2, 800), ("L2", 1, 600)]


def test_a_lot_the_receipt_does_not_know_goes_back_all_the_same(installation: Installation) -> None:
    """A label was torn off: the goods are one of the receipt's lines, and the books go on."""
    office, shop = received_in_two_lots(installation)
    send_back(office, shop, Take("L9", "main", PIECE))
    assert layers(office) == [("L1", 4, 1600), ("L2", 5, 3000)]
