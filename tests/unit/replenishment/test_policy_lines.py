"""Suggested lines: every term is told, and whoever redoes the sum from what is shown gets the same line (F41)."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.replenishment.policy.limits import cost_of, fill_up, ration, room_of
from cloud.replenishment.policy.ordering import Limits, suggest
from cloud.replenishment.policy.perishables import Freshly, Lot, draw_paths, expiring, outcome
from cloud.replenishment.policy.substitutes import Substitute, cover
from cloud.replenishment.policy.suggesting import Source, Suggestion, bought, bought_fresh, expected_cost
from cloud.replenishment.policy.told import told
from cloud.replenishment.policy.transfers_first import Given, chain_of, shared_out
from cloud.replenishment.transfers.chain import Lane, check
from cloud.replenishment.transfers.solving import best_transfers
from shared.units import MICRO
from tests.support.policy_shelf import MILK, aim, days, line
from tests.support.redo_line import redo

TODAY = date(2026, 11, 30)


def lines() -> st.SearchStrategy[Suggestion]:
    return st.builds(
        line,
        store=st.sampled_from(["S1", "S2", "S3"]),
        sku=st.sampled_from(["milk", "bread"]),
        on_hand=st.integers(-3, 40),
        held=st.integers(0, 5),
        expiring=st.integers(0, 5),
        in_transit=st.integers(0, 9),
        on_order=st.integers(0, 9),
        source=st.builds(
            Source,
            supplier=st.sampled_from(["V1", "V2"]),
            pack=st.sampled_from([MICRO, 6 * MICRO]),
            least=st.sampled_from([0, 8 * MICRO]),
            unit_cost=st.just(3 * MICRO),
            price=st.just(5 * MICRO),
            volume=st.sampled_from([MICRO, 2 * MICRO]),
        ),
        to=st.builds(
            aim,
            mean=st.sampled_from([0.3, 4.0, 11.0]),
            deviation=st.sampled_from([0.5, 3.0]),
            level=st.sampled_from([444_444, 950_000, 980_000]),
        ).flatmap(
            lambda one: st.sampled_from([MICRO, 1_200_000]).map(
                lambda factor: msgspec.structs.replace(one, factor=factor)
            )
        ),
    )


@settings(deadline=None, max_examples=80)
@given(
    judged=st.lists(lines(), min_size=1, max_size=6, unique_by=lambda one: (one.store, one.sku)),
    minimum=st.sampled_from([0, 60 * MICRO, 900 * MICRO]),
    budget=st.none() | st.integers(0, 200 * MICRO),
    room=st.none() | st.integers(0, 40 * MICRO),
)
def test_every_line_redone_by_hand_is_the_line(
    judged: list[Suggestion], minimum: int, budget: int | None, room: int | None
) -> None:
    """All lines of random evenings, with every limit: the sum from the shown terms, and no limit passed."""
    limits = Limits(minimum={"V1": minimum}, budget=budget, room={} if room is None else {"S1": room})
    evening = suggest(judged, today=TODAY, limits=limits)
    for one in evening.lines:
        assert redo(told(one).terms) == Decimal(told(one).qty)
        assert one.qty >= 0
    if budget is not None:
        assert sum(one.qty * one.source.unit_cost for one in evening.lines) <= budget * MICRO
    if room is not None:
        used = sum(one.qty * one.source.volume for one in evening.lines if one.store == "S1")
        assert used <= room * MICRO
    received = {(one.store, one.sku): one.given for one in evening.lines}
    for one in evening.lines:
        sent = sum(
            given.qty for given in evening.given if (given.from_store, given.sku) == (one.store, one.sku)
        )
        assert sent <= one.spare
        assert received[one.store, one.sku] <= one.need


def test_a_pack_that_would_mostly_lie_is_not_ordered() -> None:
    """One piece short of the level does not buy a case of sixty."""
    case = msgspec.structs.replace(MILK, pack=60 * MICRO)
    short_by_one = line(on_hand=16, source=case, to=aim(mean=4, deviation=2))
    assert short_by_one.need > 0
    assert bought(short_by_one).ordered == 0
    assert bought(line(on_hand=0, source=case)).ordered == 60 * MICRO


def test_rounding_goes_whichever_way_costs_less() -> None:
    """The chosen candidate is the cheapest of nothing, the pack below and the pack above."""
    chosen = bought(line(on_hand=3))
    assert [candidate.qty // MICRO for candidate in chosen.candidates] == [0, 12, 18]
    assert expected_cost(chosen, chosen.ordered) == min(candidate.cost for candidate in chosen.candidates)


def test_nothing_is_bought_while_a_sister_store_can_spare_it() -> None:
    """Transfer before purchase, and the giver keeps its own level."""
    evening = suggest([line("S1", on_hand=2), line("S2", on_hand=60)], today=TODAY)
    (given_away,) = evening.given
    assert (given_away.from_store, given_away.to_store) == ("S2", "S1")
    assert [one.qty for one in evening.lines] == [0, 0]


def test_lanes_that_do_not_pay_leave_the_goods_where_they_are() -> None:
    """The optimiser's question holds what is needed and spare, and a dear trip moves nothing."""
    shelves = [line("S1", on_hand=2), line("S2", on_hand=60)]
    for trip, lines_moved in (("1", 1), ("500", 0)):
        chain = chain_of(shelves, [Lane(from_store="S2", to_store="S1", trip=trip, capacity="100")])
        check(chain)
        plan = best_transfers(chain)
        assert sum(1 for steps in plan.filling.steps if steps) == lines_moved


def test_the_emptiest_store_is_served_first() -> None:
    """Both want it; what there is goes to the one with nothing."""
    given_out = shared_out([line("S1", on_hand=8), line("S2", on_hand=0), line("S3", on_hand=26)])
    assert given_out[0].to_store == "S2"
    assert sum(one.qty for one in given_out) <= line("S3", on_hand=26).spare


def test_what_stands_in_on_the_same_shelf_is_not_bought_or_sent_away() -> None:
    """UHT milk stands in for fresh at 1.5 to one, and what stands in stays."""
    fresh, uht = line(on_hand=8), line(sku="uht", on_hand=60, to=aim(mean=1))
    evening = suggest(
        [fresh, uht, line("S2", "uht", on_hand=0)],
        today=TODAY,
        substitutes=[Substitute(instead_of="milk", sku="uht", ratio=1_500_000)],
    )
    (covered,) = evening.covered["S1", "milk"]
    assert covered.covers == fresh.need
    assert covered.taken == fresh.need * 3 // 2
    milk = next(one for one in evening.lines if (one.store, one.sku) == ("S1", "milk"))
    assert (milk.substituted, milk.qty) == (fresh.need, 0)
    sent = sum(given_out.qty for given_out in evening.given)
    assert sent <= uht.spare - covered.taken


def test_substitutes_have_ratio_priority_and_dates() -> None:
    """5 needed at 1.2 with 4 to spare: 3 are covered by 3.6; a later one covers the rest; yesterday's none."""
    spare = {"a": 4 * MICRO, "b": 9 * MICRO, "c": 9 * MICRO}
    allowed = [
        Substitute(instead_of="x", sku="b", priority=2),
        Substitute(instead_of="x", sku="a", ratio=1_200_000, priority=1),
        Substitute(instead_of="x", sku="c", last=TODAY - timedelta(days=1)),
        Substitute(instead_of="y", sku="c"),
    ]
    covered = cover("x", 5 * MICRO, MICRO, allowed, spare, TODAY)
    assert [(one.sku, one.taken, one.covers) for one in covered] == [
        ("a", 3_600_000, 3 * MICRO),
        ("b", 2 * MICRO, 2 * MICRO),
    ]
    assert spare == {"a": 400_000, "b": 7 * MICRO, "c": 9 * MICRO}


def test_a_minimum_is_reached_by_what_would_be_ordered_next() -> None:
    """Packs go to the line that covers the fewest days, until the order is worth enough."""
    order = [bought(line(on_hand=0)), bought(line(sku="bread", on_hand=14))]
    worth = sum(one.value for one in order)
    filled = fill_up(order, worth + 30 * MICRO, 28)
    assert worth + 30 * MICRO <= sum(one.value for one in filled) < worth + 30 * MICRO + 18 * MICRO
    assert sum(one.topped_up for one in filled) == 12 * MICRO


def test_a_minimum_out_of_reach_orders_nothing() -> None:
    """Ten thousand yuan of milk would cover years: this time there is no order, and the lines say why."""
    filled = fill_up([bought(line(on_hand=0))], 10_000 * MICRO, 28)
    assert [(one.qty, one.cut_by) for one in filled] == [(0, "minimum_value")]


def test_a_minimum_is_not_reached_by_a_least_order_that_covers_too_much() -> None:
    """Sixty of what sells one in three days cover half a year, though a pack of it would not."""
    boxed = msgspec.structs.replace(MILK, least=60 * MICRO)
    herb = line(sku="herb", on_hand=0, source=boxed, to=aim(mean=0.3))
    assert [one.qty for one in fill_up([herb], 18 * MICRO, 28)] == [0]
    assert [one.qty for one in fill_up([herb], 18 * MICRO, 250)] == [60 * MICRO]


def test_a_budget_is_spent_where_it_earns_most_and_has_a_price() -> None:
    """Of two equal shelves with half the money each gets a part; the shadow price is what one yuan more would earn."""
    order = [bought(line(on_hand=0)), bought(line(sku="bread", on_hand=0))]
    worth = sum(one.value for one in order)
    half = ration(order, worth // 2, cost_of, "budget")
    assert half.used <= worth // 2
    assert all(one.qty > 0 for one in half.lines)
    assert half.shadow_price > 0
    more = ration(order, worth // 2 + 18 * MICRO, cost_of, "budget")
    assert more.used > half.used
    assert ration(order, worth, cost_of, "budget").shadow_price == 0
    assert {one.cut_by for one in half.lines if one.cut} == {"budget"}


def test_no_money_and_no_room_order_nothing() -> None:
    """A limit of zero is a limit."""
    order = [bought(line(on_hand=0))]
    assert ration(order, 0, cost_of, "budget").lines[0].qty == 0
    assert ration(order, 0, room_of, "storage").lines[0].qty == 0


@settings(deadline=None, max_examples=60)
@given(
    price=st.integers(3 * MICRO, 9 * MICRO),
    pack=st.sampled_from([MICRO, 333_333, 1_500_000]),
    limit=st.integers(0, 40 * MICRO),
)
def test_what_a_limit_leaves_is_nothing_or_the_least_order(price: int, pack: int, limit: int) -> None:
    """Of packs that earn the same but for rounding the first, which holds the least order, comes before the others."""
    source = msgspec.structs.replace(MILK, pack=pack, least=4 * pack, price=price)
    shelf = line(source=source, to=aim(mean=20))
    order = msgspec.structs.replace(shelf, ordered=10 * pack)
    for measure in (cost_of, room_of):
        (left,) = ration([order], limit, measure, "budget").lines
        assert left.qty == 0 or left.qty >= 4 * pack


def test_the_given_goods_of_another_sku_are_nobodys() -> None:
    """Spare milk is no bread."""
    assert shared_out([line("S1", on_hand=0)]) == []
    evening = suggest([line("S1", "bread", on_hand=0), line("S2", "milk", on_hand=60)], today=TODAY)
    assert evening.given == ()
    assert Given(sku="a", from_store="S1", to_store="S2", qty=1, spare=2).qty == 1


def paths(mean: float = 10, deviation: float = 3, count: int = 3) -> tuple[tuple[int, ...], ...]:
    return draw_paths(days(mean, deviation, count), MICRO, Random(7))


def test_paths_are_what_the_days_expect() -> None:
    """Two hundred stratified draws have the mean within a hundredth, and are the same for the same seed."""
    drawn = paths()
    for day in range(3):
        mean = sum(path[day] for path in drawn) / len(drawn)
        assert mean == pytest.approx(10 * MICRO, rel=0.02)
    assert drawn == paths()


def test_lots_are_thrown_away_on_their_last_day() -> None:
    """Demand of 4, 4, 4: a lot of 10 that ends on day 0 wastes 6, and days 1 and 2 are short by 4 each."""
    even = ((4 * MICRO,) * 3,)
    told = outcome(even, [Lot(qty=10 * MICRO, last=0)], 0)
    assert (told.waste, told.short) == (6 * MICRO, 8 * MICRO)
    kept = outcome(even, [Lot(qty=10 * MICRO, last=2)], 0)
    assert (kept.waste, kept.short) == (0, 2 * MICRO)


def test_customers_who_take_the_freshest_make_waste() -> None:
    """Old 4 until today, fresh 4 until tomorrow, 4 asked a day: by age nothing is wasted, freshest first all old is."""
    even = ((4 * MICRO,) * 2,)
    lots = [Lot(qty=4 * MICRO, last=0), Lot(qty=4 * MICRO, last=1)]
    assert outcome(even, lots, 0).waste == 0
    assert outcome(even, lots, MICRO).waste == 4 * MICRO
    assert expiring(even, lots, MICRO // 2) == 2 * MICRO


@settings(deadline=None, max_examples=40)
@given(
    lots=st.lists(
        st.builds(
            Lot,
            qty=st.integers(0, 20).map(lambda n: n * MICRO),
            last=st.integers(0, 4),
            first=st.integers(0, 3),
        ),
        max_size=5,
    ),
    freshest=st.integers(0, MICRO),
)
def test_goods_in_lots_are_sold_or_wasted_or_still_there(lots: list[Lot], freshest: int) -> None:
    """Asked = sold + short, and sold + wasted never exceed what there was."""
    drawn = paths(count=4)
    ends = outcome(drawn, lots, freshest)
    asked = sum(sum(path) for path in drawn) / len(drawn)
    there = sum(lot.qty for lot in lots if lot.first <= lot.last)
    sold = asked - ends.short
    assert sold >= -2
    assert ends.waste >= 0
    assert sold + ends.waste <= there + 2


def test_bread_for_a_day_is_ordered_by_what_waste_costs() -> None:
    """Price 10, cost 6, salvage 1 orders below the mean; price 20 above it; and what is left from before is counted."""
    bread = line(sku="bread", on_hand=0, source=msgspec.structs.replace(MILK, pack=MICRO))
    drawn = paths(80, 15, 1)

    def order(under: int, *lots: Lot) -> Suggestion:
        fresh = Freshly(first=0, last=0, pack=MICRO, over=5 * MICRO, under=under * MICRO)
        return bought_fresh(bread, drawn, lots, fresh, 0)

    cheap, dear = order(4), order(14)
    assert 74 * MICRO <= cheap.ordered < 80 * MICRO < dear.ordered
    assert order(4, Lot(qty=30 * MICRO, last=0)).ordered == cheap.ordered - 30 * MICRO
    best = min(cheap.candidates, key=lambda one: (one.cost, one.qty))
    assert cheap.ordered == best.qty
    assert best.waste is not None
    assert best.short is not None
    assert best.cost == 5 * best.waste + 4 * best.short
    shown = told(cheap)
    assert shown.terms.candidates[0].waste == "0"


def test_rolls_sold_by_the_hundred_are_ordered_by_the_piece() -> None:
    """Four hundred a day, one by one: no number of tries caps the order, and no other quantity near it costs less."""
    rolls = line(sku="rolls", on_hand=0, source=msgspec.structs.replace(MILK, pack=MICRO))
    drawn = draw_paths(days(400, 20, 1), MICRO, Random(7), 40)
    fresh = Freshly(first=0, last=0, pack=MICRO, over=MICRO, under=2 * MICRO)
    chosen = bought_fresh(rolls, drawn, [], fresh, 0)
    costs = {}
    for pieces in range(380, 440):
        ends = outcome(drawn, [Lot(qty=pieces * MICRO, last=0)], 0)
        costs[pieces * MICRO] = ends.waste + 2 * ends.short
    assert chosen.ordered == min(costs, key=lambda qty: (costs[qty], qty))
    tried = [one.qty for one in chosen.candidates]
    assert tried == sorted(set(tried))
    assert tried[0] == 0


def test_a_cap_binds_the_order_of_bread() -> None:
    """No more than the shelf holds."""
    bread = line(sku="bread", on_hand=0)
    fresh = Freshly(first=0, last=0, pack=6 * MICRO, over=MICRO, under=9 * MICRO, most=20 * MICRO)
    assert bought_fresh(bread, paths(), [], fresh, 0).ordered <= 18 * MICRO


def covered(least: int, most: int, on_hand: int = 0) -> Suggestion:
    """Milk that sells 4 a day, in cases of six, as a person wants it covered."""
    bounds = msgspec.structs.replace(aim(), cover_least=least * MICRO, cover_most=most * MICRO)
    return bought(line(on_hand=on_hand, to=bounds))


@pytest.mark.parametrize(
    ("least", "most", "level", "qty"),
    [(0, 100, 18, 18), (30, 100, 30, 30), (0, 10, 10, 6), (0, 3, 3, 0), (40, 5, 5, 0)],
)
def test_what_a_person_says_goods_should_cover_is_kept_to(
    least: int, most: int, level: int, qty: int
) -> None:
    """Never below the least, never above the most, where a whole case does not fit nothing; the sum still holds."""
    told_line = covered(least, most)
    assert told_line.stock.order_up_to == level * MICRO
    assert told_line.qty == qty * MICRO
    assert redo(told(told_line).terms) == qty


def test_what_is_above_the_most_to_cover_is_to_spare() -> None:
    """A store with twenty and a most of ten can give ten."""
    assert covered(0, 10, on_hand=20).spare == 10 * MICRO
