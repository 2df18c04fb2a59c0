"""The day's flows: which way each kind of move counts, and that a day's change is what its flows come to."""

from __future__ import annotations

from datetime import date

import pytest

from shared.ledger.envelope import decode
from shared.ledger.projection import Change, Recorded
from shared.stock.events import GoodsGiven, GoodsWasted, Take, TakenLine
from shared.stock.moves import Move
from shared.stock.projection import _SUMS, STOCK_DAY, WASTE_DAY, StockDays, _sum_up
from tests.support.shop import Shop

SIGNS = {"to_supplier": -1, "sold": -1, "sent": -1, "wasted": -1, "given": -1, "used": -1}


@pytest.mark.parametrize(
    ("source", "target", "flow", "sum_"),
    [
        ("opening", "store/main", "opened", 5),
        ("supplier", "store/main", "received", 5),
        ("hold/main", "supplier", "to_supplier", 5),
        ("store/main", "customer", "sold", 5),
        ("customer", "hold/main", "returned", 5),
        ("store/main", "transit/T", "sent", 5),
        ("transit/T", "store/main", "arrived", 5),
        ("store/main", "waste", "wasted", 5),
        ("waste", "store/main", "wasted", -5),
        ("store/main", "production/P", "used", 5),
        ("production/P", "store/main", "made", 5),
        ("store/main", "service", "used", 5),
        ("store/main", "count", "counted", -5),
        ("count", "store/main", "counted", 5),
        ("store/main", "somewhere/new", "other", -5),
        ("store/main", "hold/main", None, 0),
        ("customer", "waste", None, 0),
    ],
)
def test_a_move_counts_as_what_it_is(source: str, target: str, flow: str | None, sum_: int) -> None:
    """One flow at most, and on hand changes by just that; what is held is there and not sellable."""
    cells = [0] * len(_SUMS)
    _sum_up(cells, Move("milk", "L", source, target, 5), is_gift=False)
    told = dict(zip(_SUMS, cells, strict=True))
    on_hand, sellable = told.pop("on_hand"), told.pop("sellable")
    assert {name: qty for name, qty in told.items() if qty} == ({flow: sum_} if flow else {})
    assert on_hand == sum(SIGNS.get(name, 1) * qty for name, qty in told.items())
    in_shop = (target.startswith("store/"), source.startswith("store/"))
    assert sellable == 5 * (in_shop[0] - in_shop[1])


def _changes(fact: GoodsGiven | GoodsWasted) -> dict[str, list[Change]]:
    shop = Shop()
    shop.ask("catalogue.define_store", store="S1", name="一店")
    envelope = decode(shop.events[0])
    found: dict[str, list[Change]] = {}
    for change in StockDays().changes(Recorded("S1", b"L" * 16, 1, envelope, fact)):
        found.setdefault(change.table.name, []).append(change)
    return found


def test_a_gift_is_no_sale_and_waste_has_its_reason() -> None:
    """Both take the goods to where they cannot be followed; only one of them is what customers bought."""
    lines = (TakenLine(sku="milk", takes=(Take("L", "main", 3), Take("M", "main", 2))),)
    given = _changes(GoodsGiven(lines=lines, reason="tasting"))
    assert [change.add["given"] for change in given[STOCK_DAY.name]] == [3, 2]
    assert not [change for change in given[STOCK_DAY.name] if change.add["sold"]]
    wasted = _changes(GoodsWasted(lines=lines, reason="mismanaged"))
    assert [(change.key, change.add) for change in wasted[WASTE_DAY.name]] == [
        ((date(2026, 11, 22).isoformat(), "milk", "mismanaged"), {"qty": 5})
    ]
