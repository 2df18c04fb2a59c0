"""Transfers in a chain: plans always fit, are never worse than the greedy one, and never better than their bound."""

from collections import Counter
from decimal import Decimal
from itertools import product

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloud.replenishment.transfers.chain import Chain, Goods, Lane, Need, Surplus
from cloud.replenishment.transfers.network import Network, network_of
from cloud.replenishment.transfers.random_chain import draw_chain
from cloud.replenishment.transfers.solving import Transfers, best_transfers, told

STORES = ("S1", "S2", "S3", "S4")
SKUS = ("bread", "milk")


def decimals(low: int, high: int, places: int = 2) -> st.SearchStrategy[str]:
    """Numbers as a file holds them."""
    return st.integers(low * 10**places, high * 10**places).map(
        lambda number: str(Decimal(number).scaleb(-places))
    )


chains = st.builds(
    Chain,
    goods=st.tuples(
        *(
            st.builds(
                Goods, sku=st.just(sku), step=st.sampled_from(["1", "0.25", "6"]), volume=decimals(0, 3)
            )
            for sku in SKUS
        )
    ),
    lanes=st.lists(
        st.builds(
            Lane,
            from_store=st.sampled_from(STORES[:2]),
            to_store=st.sampled_from(STORES[2:]),
            trip=decimals(0, 20),
            per_volume=decimals(0, 1),
            capacity=st.none() | decimals(0, 30),
        ),
        max_size=6,
    ).map(tuple),
    surpluses=st.lists(
        st.builds(
            Surplus,
            store=st.sampled_from(STORES),
            sku=st.sampled_from(SKUS),
            qty=decimals(0, 30),
            worth=decimals(-2, 3),
        ),
        max_size=8,
    ).map(tuple),
    needs=st.lists(
        st.builds(
            Need,
            store=st.sampled_from(STORES),
            sku=st.sampled_from(SKUS),
            qty=decimals(0, 30),
            worth=decimals(0, 9),
        ),
        max_size=8,
    ).map(tuple),
)


def solved(chain: Chain, **asked: bool) -> Transfers:
    return told(chain, best_transfers(chain, **asked))


def prove(chain: Chain, answer: Transfers) -> None:
    """The answer fits the chain and is worth what it says, all redone from the file's own words."""
    goods = {one.sku: one for one in chain.goods}
    sent: Counter[tuple[str, str]] = Counter()
    got: Counter[tuple[str, str]] = Counter()
    volume: Counter[int] = Counter()
    brought: Counter[int] = Counter()
    for line in answer.transfers:
        qty, one, lane = Decimal(line.qty), goods[line.sku], chain.lanes[line.lane]
        assert qty > 0
        assert qty % Decimal(one.step) == 0
        assert (lane.from_store, lane.to_store) == (line.from_store, line.to_store)
        sent[line.from_store, line.sku] += qty
        got[line.to_store, line.sku] += qty
        volume[line.lane] += qty * Decimal(one.volume)
        brought[line.lane] += Decimal(line.value)
    for (store, sku), qty in sent.items():
        assert qty <= sum(Decimal(s.qty) for s in chain.surpluses if (s.store, s.sku) == (store, sku))
    for (store, sku), qty in got.items():
        assert qty <= sum(Decimal(n.qty) for n in chain.needs if (n.store, n.sku) == (store, sku))
    assert {trip.lane for trip in answer.trips} == set(brought)
    for trip in answer.trips:
        capacity = chain.lanes[trip.lane].capacity
        assert Decimal(trip.volume) == volume[trip.lane]
        assert capacity is None or volume[trip.lane] <= Decimal(capacity)
        assert Decimal(trip.value) == brought[trip.lane] - Decimal(chain.lanes[trip.lane].trip)
    assert Decimal(answer.value) == sum(Decimal(trip.value) for trip in answer.trips)
    assert Decimal(answer.value) >= Decimal(answer.greedy_value)
    if answer.bound is not None:
        assert Decimal(answer.value) <= Decimal(answer.bound)


@settings(deadline=None, max_examples=150)
@given(chain=chains)
def test_every_plan_fits_and_lies_between_greedy_and_bound(chain: Chain) -> None:
    """Goods are conserved, nothing is negative, vans hold what they can, and the sums are the file's own."""
    answer = solved(chain)
    assert answer.method == "lane_prices"
    prove(chain, answer)
    prove(chain, solved(chain, solver=False))


@pytest.mark.parametrize("seed", range(100))
def test_never_below_the_greedy_plan(seed: int) -> None:
    """A hundred chains of every temper: dear and cheap trips, tight and roomy vans."""
    chain = draw_chain(
        seed,
        stores=4 + seed % 5,
        skus=8 + seed % 23,
        neighbours=3,
        capacity=(5, 20, 80)[seed % 3],
        trip=(0, 10, 60, 200)[seed % 4],
    )
    answer = solved(chain)
    prove(chain, answer)


def test_prices_find_what_the_greedy_plan_misses() -> None:
    """Two needs, one van each: the best goods first leave the second van empty, 10 + 0 instead of 9 + 8."""
    chain = Chain(
        goods=(Goods(sku="cake", volume="1"),),
        lanes=(
            Lane(from_store="S1", to_store="S3"),
            Lane(from_store="S2", to_store="S3", capacity="1"),
            Lane(from_store="S1", to_store="S4"),
        ),
        surpluses=(
            Surplus(store="S1", sku="cake", qty="1"),
            Surplus(store="S2", sku="cake", qty="1", worth="1"),
        ),
        needs=(
            Need(store="S3", sku="cake", qty="1", worth="10"),
            Need(store="S4", sku="cake", qty="1", worth="8"),
        ),
    )
    answer = solved(chain)
    assert (answer.greedy_value, answer.value) == ("10", "17")
    assert {(line.from_store, line.to_store) for line in answer.transfers} == {("S2", "S3"), ("S1", "S4")}
    assert answer.gap is not None
    assert Decimal(answer.gap) < Decimal("0.001")


def test_a_van_that_does_not_pay_stays_at_home() -> None:
    """Three cakes that gain 2.00 each are not worth a trip of 7.00; four are worth a trip of 7.00 and bring 1.00."""

    def chain(qty: str) -> Chain:
        return Chain(
            goods=(Goods(sku="cake", volume="1"),),
            lanes=(Lane(from_store="S1", to_store="S2", trip="7", capacity="10"),),
            surpluses=(Surplus(store="S1", sku="cake", qty=qty),),
            needs=(Need(store="S2", sku="cake", qty="9", worth="2"),),
        )

    assert solved(chain("3")).trips == ()
    assert solved(chain("4")).value == "1"


def test_goods_that_would_be_thrown_away_travel_for_less() -> None:
    """Worth below zero where they lie: even a need worth nothing is better."""
    chain = Chain(
        goods=(Goods(sku="cake"),),
        lanes=(Lane(from_store="S1", to_store="S2"),),
        surpluses=(Surplus(store="S1", sku="cake", qty="5", worth="-0.5"),),
        needs=(Need(store="S2", sku="cake", qty="9", worth="0"),),
    )
    assert solved(chain).value == "2.5"


def test_without_the_solver_the_plan_is_greedy_and_says_so() -> None:
    """Nothing is claimed about what is missing."""
    answer = solved(draw_chain(3, stores=5, skus=10), solver=False)
    assert (answer.method, answer.bound, answer.gap, answer.rounds) == ("greedy", None, None, 0)
    assert answer.transfers


def test_time_that_is_up_ends_after_one_round() -> None:
    """There is a plan and a bound even then."""
    chain = draw_chain(5, stores=12, skus=60, capacity=20)
    plan = best_transfers(chain, go_on=lambda: False)
    assert plan.rounds == 1
    prove(chain, told(chain, plan))


def test_the_same_file_gives_the_same_answer() -> None:
    """Nothing is drawn, nothing asks the clock."""
    chain = draw_chain(9, stores=8, skus=30, capacity=30)
    assert msgspec.json.encode(solved(chain)) == msgspec.json.encode(solved(chain))


def best_of_all(network: Network) -> int:
    """The worth of the best plan there is, by trying every one."""
    ways = network.ways
    best = 0
    for steps in product(*(range(most + 1) for most in ways.most)):
        offered, wanted, room = list(network.offered), list(network.wanted), list(network.room)
        gross = [0] * len(network.trip)
        for number, count in enumerate(steps):
            offered[ways.surplus[number]] -= count
            wanted[ways.need[number]] -= count
            room[ways.lane[number]] -= count * ways.volume[number]
            gross[ways.lane[number]] += count * ways.profit[number]
        if min(*offered, *wanted, *room) >= 0:
            trips = sum(trip for trip, gained in zip(network.trip, gross, strict=True) if gained)
            best = max(best, sum(gross) - trips)
    return best


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), capacity=st.integers(1, 12), trip=st.integers(0, 25))
def test_no_plan_at_all_is_worth_more_than_the_bound(seed: int, capacity: int, trip: int) -> None:
    """Small chains, every plan of which is tried: the bound is never below the best of them."""
    drawn = draw_chain(seed, stores=3, skus=3, neighbours=2, capacity=capacity, trip=trip, trip_per_km=0)
    small = msgspec.structs.replace(
        drawn,
        surpluses=tuple(msgspec.structs.replace(one, qty="2") for one in drawn.surpluses),
        needs=tuple(msgspec.structs.replace(one, qty="2") for one in drawn.needs),
    )
    network = network_of(small)
    assume(0 < len(network.ways) <= 8)
    plan = best_transfers(small)
    best = best_of_all(network)
    assert plan.bound is not None
    assert plan.filling.value <= best <= plan.bound
