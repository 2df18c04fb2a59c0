"""Every report over a small chain whose figures anybody can add up by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import pytest

from cloud.reports.asked import Page, Question, business_today, latest_day_sold, page, question
from cloud.reports.how_are_sales import BYS, how_are_sales
from cloud.reports.how_are_the_nodes import how_are_the_nodes
from cloud.reports.how_cold_is_it import how_cold_is_it
from cloud.reports.how_is_business import how_is_business
from cloud.reports.what_is_blocked import what_is_blocked
from cloud.reports.what_is_expiring import what_is_expiring
from cloud.reports.what_is_on_hand import what_is_on_hand
from cloud.store.ledger_tables import NODE
from cloud.store.tenant import TenantStore
from shared.errors import DomainError
from shared.sync.messages import SensorSeen
from tests.support.shop import TODAY, Shop, moment_ms

Book = Callable[..., None]
YESTERDAY = TODAY - timedelta(days=1)
ALL = Page(0, 500)
NOW_MS = moment_ms("20:00")
WEEK = Question(first=TODAY - timedelta(days=6), last=TODAY)
ONLY_S2 = Question(first=WEEK.first, last=WEEK.last, stores=("S2",))


@pytest.fixture
def two_shops(book: Book) -> tuple[Shop, Shop]:
    """S1 sells 3 cakes and a milk yesterday, a return today; S2 sells 10 cakes today and gets 2 from S1."""
    first, second = Shop("S1").open_up(), Shop("S2").open_up()
    first.receive("cake", "30", lot="C1", day=YESTERDAY)
    first.receive("milk", "10", lot="M1", expiry=(TODAY + timedelta(days=3)).isoformat(), day=YESTERDAY)
    first.ask("sales.sell", day=YESTERDAY, lines=[{"sku": "cake", "qty": "3"}, {"sku": "milk", "qty": "1"}])
    first.ask("sales.take_back", lines=[{"sku": "cake", "qty": "1", "lot": "C1"}], reason="stale")
    first.ask("stock.transfer_out", transfer="T-00000001", to_store="S2", lines=[{"sku": "cake", "qty": "5"}])
    second.receive("cake", "20", lot="C2")
    second.ask("sales.sell", lines=[{"sku": "cake", "qty": "10", "discount": "1.00"}])
    second.ask(
        "stock.transfer_in",
        transfer="T-00000001",
        from_store="S1",
        lines=[{"sku": "cake", "qty": "2", "lot": "C1"}],
    )
    second.events = [event for event in second.events if b"catalogue." not in event]
    book(first, second)
    return first, second


@pytest.mark.usefixtures("two_shops")
def test_sales_add_up_the_same_by_every_grouping(chain: TenantStore) -> None:
    """18.50 yesterday in S1, minus 2.00 returned, plus 19.00 in S2: 35.50 however it is cut."""
    with chain.reading() as reading:
        for by in BYS:
            sales = how_are_sales(reading, WEEK, by, ALL)
            assert sales.total.amount == "35.50", by
            assert sum(int(row.amount.replace(".", "")) for row in sales.rows) == 3550, by
            assert sales.total.qty == "13"
        days = how_are_sales(reading, WEEK, "day", ALL).rows
    assert [(row.date, row.amount, row.count) for row in days] == [
        (YESTERDAY.isoformat(), "18.50", 1),
        (TODAY.isoformat(), "17.00", 1),
    ]


@pytest.mark.usefixtures("two_shops")
def test_a_manager_sees_only_the_own_store(chain: TenantStore) -> None:
    """Neither rows nor totals of other stores."""
    with chain.reading() as reading:
        assert how_are_sales(reading, ONLY_S2, "store", ALL).total.amount == "19.00"
        assert {row.store for row in what_is_on_hand(reading, ONLY_S2, "sku", "", ALL).rows} == {"S2"}
        assert [store.store for store in how_is_business(reading, ONLY_S2, TODAY, NOW_MS).stores] == ["S2"]


@pytest.mark.usefixtures("two_shops")
def test_stock_counts_held_goods_and_tells_what_is_coming(chain: TenantStore) -> None:
    """S1: 30 - 3 - 5 sold and sent, 1 back on hold = 23; S2: 20 - 10 + 2 = 12, three still on their way."""
    with chain.reading() as reading:
        rows = {(row.store, row.sku): row for row in what_is_on_hand(reading, WEEK, "sku", "", ALL).rows}
        lots = what_is_on_hand(reading, WEEK, "lot", "cake", ALL)
        stores = what_is_on_hand(reading, WEEK, "store", "", ALL)
    assert (rows["S1", "cake"].on_hand, rows["S1", "cake"].held) == ("23", "1")
    assert (rows["S2", "cake"].on_hand, rows["S2", "cake"].in_transit) == ("12", "3")
    assert rows["S1", "milk"].on_hand == "9"
    assert {(row.store, row.lot) for row in lots.rows} == {("S1", "C1"), ("S2", "C1"), ("S2", "C2")}
    assert lots.total.on_hand == "35"
    assert [(row.store, row.skus) for row in stores.rows] == [("S1", 2), ("S2", 1)]


@pytest.mark.usefixtures("two_shops")
def test_a_search_for_wildcards_finds_nothing(chain: TenantStore) -> None:
    """What people type is text, not a pattern and not SQL."""
    with chain.reading() as reading:
        for typed in ("%", "_", "' OR 1=1 --", "\\"):
            assert what_is_on_hand(reading, WEEK, "sku", typed, ALL).rows == []


@pytest.mark.usefixtures("two_shops")
def test_lots_that_expire_soon_are_listed_with_their_days(chain: TenantStore) -> None:
    """Nine bottles of milk have three days left; cake without a date never appears."""
    with chain.reading() as reading:
        (row,) = what_is_expiring(reading, WEEK, TODAY, 7).rows
        assert what_is_expiring(reading, WEEK, TODAY, 2).rows == []
    assert (row.store, row.lot, row.days_left, row.on_hand) == ("S1", "M1", 3, "9")


@pytest.mark.usefixtures("two_shops")
def test_the_owners_page_compares_with_the_period_before(chain: TenantStore) -> None:
    """Shares add up, every day of the week is there, stores never enrolled are said to be late."""
    with chain.reading() as reading:
        page_ = how_is_business(reading, WEEK, TODAY, NOW_MS)
        before = how_is_business(reading, WEEK.before(), TODAY, NOW_MS)
    assert page_.sales.amount == "35.50"
    assert (page_.sales.previous.amount, before.sales.amount) == ("0.00", "0.00")
    assert [(store.store, store.amount) for store in page_.stores] == [("S2", "19.00"), ("S1", "16.50")]
    assert sum(store.share for store in page_.stores) == 1000
    assert len(page_.days) == 7
    assert page_.near_expiry.lots == 1
    assert page_.held.qty == "0"
    assert page_.nodes_late == 2


def test_inspections_and_holds_are_told_with_their_photos(chain: TenantStore, book: Book) -> None:
    """What an inspector blocked is on the board with reason and picture."""
    shop = Shop().open_up()
    shop.receive("milk", "10", lot="M1")
    shop.ask(
        "quality.inspect",
        lines=[{"sku": "milk", "lot": "M1", "accepted": "6", "rejected": "4"}],
        answers=[{"question": "seal", "passed": True}],
        photos=["ab" * 32],
    )
    book(shop)
    with chain.reading() as reading:
        blocked = what_is_blocked(reading, WEEK)
        assert what_is_blocked(reading, WEEK, "accepted").inspections == []
    (inspection,), (hold,) = blocked.inspections, blocked.holds
    assert (inspection.verdict, inspection.photos, inspection.lines[0].rejected) == (
        "blocked",
        ["ab" * 32],
        "4",
    )
    assert (hold.qty, hold.reason, hold.place) == ("4", "inspection", "fridge")


def test_a_warm_fridge_a_silent_and_an_unheard_sensor_are_three_states(
    chain: TenantStore, book: Book
) -> None:
    """None of them is ever called ok."""
    shop = Shop().open_up()
    for sensor in ("warm", "silent", "unheard", "fine"):
        shop.ask(
            "sensing.assign_sensor",
            sensor=sensor,
            store="S1",
            place="fridge",
            quantity="temperature",
            high="8",
        )
    shop.receive("milk", "10", lot="M1")
    hour_ms = moment_ms("19:00")
    for sensor, last in (("warm", 9_500_000), ("fine", 4_000_000)):
        shop.ask(
            "sensing.roll_up_readings",
            sensor=sensor,
            place="fridge",
            quantity="temperature",
            unit="Cel",
            windows=[[hour_ms, 3600, 60, 3_000_000, last, last, last]],
        )
    shop.ask(
        "sensing.begin_excursion",
        excursion="x",
        sensor="warm",
        place="fridge",
        quantity="temperature",
        began_ms=hour_ms,
        limit=8_000_000,
        value=9_500_000,
    )
    shop.ask("sensing.report_silence", sensor="silent", place="fridge", last_heard_ms=hour_ms)
    book(shop)
    with chain.reading() as reading:
        cold = how_cold_is_it(reading, WEEK, NOW_MS)
        later = how_cold_is_it(reading, WEEK, NOW_MS + 86_400_000)
    assert {row.sensor: row.state for row in cold.sensors} == {
        "warm": "excursion",
        "silent": "silent",
        "unheard": "unknown",
        "fine": "ok",
    }
    assert {row.state for row in later.sensors if row.sensor == "fine"} == {"unknown"}
    (excursion,) = cold.excursions
    assert [(lot.sku, lot.lot, lot.qty) for lot in excursion.held] == [("milk", "M1", "10")]


def test_a_sensor_is_shown_as_of_its_nodes_latest_hello(chain: TenantStore, book: Book) -> None:
    """Before the hour is rolled up head office sees the minute's value; a silent sensor's is never called ok."""
    shop = Shop().open_up()
    for sensor in ("fresh", "quiet"):
        shop.ask(
            "sensing.assign_sensor",
            sensor=sensor,
            store="S1",
            place="fridge",
            quantity="temperature",
            high="8",
        )
    book(shop)
    seen = [
        SensorSeen("fresh", "temperature", "Cel", "ok", 4_500_000, NOW_MS - 60_000),
        SensorSeen("quiet", "temperature", "Cel", "silent", 4_000_000, NOW_MS - 3_600_000),
    ]
    with chain.writing() as writing:
        writing.insert(
            NODE,
            {
                "node_id": "S1",
                "wire_id": b"n" * 16,
                "last_hello_ms": NOW_MS,
                "sensors": msgspec.json.encode(seen).decode(),
            },
        )
    with chain.reading() as reading:
        rows = {row.sensor: row for row in how_cold_is_it(reading, WEEK, NOW_MS).sensors}
    assert (rows["fresh"].state, rows["fresh"].value, rows["fresh"].unit) == ("ok", "4.5", "Cel")
    assert (rows["quiet"].state, rows["quiet"].value) == ("silent", "4")


def test_a_store_that_was_never_heard_is_listed_as_such(chain: TenantStore, book: Book) -> None:
    """A shop whose node was never enrolled must not look healthy by being absent."""
    book(Shop().open_up())
    with chain.reading() as reading:
        nodes = how_are_the_nodes(reading, WEEK, NOW_MS).nodes
    assert [(node.store, node.state) for node in nodes] == [("S1", "never"), ("S2", "never")]


@pytest.mark.usefixtures("two_shops")
def test_a_report_opens_on_the_last_day_with_figures(chain: TenantStore) -> None:
    """A week after the last sale the page still shows that sale, and says its dates."""
    later = TODAY + timedelta(days=7)
    with chain.reading() as reading:
        assert latest_day_sold(reading, None, later) == TODAY
        assert latest_day_sold(reading, ("S9",), later) == later
        assert business_today(reading, moment_ms("17:00")) == TODAY + timedelta(days=1), "Shanghai is ahead"
    asked = question(None, None, None, TODAY)
    assert (asked.first, asked.last) == (WEEK.first, WEEK.last)


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        (lambda: question(None, TODAY, TODAY - timedelta(days=1), TODAY), "period_malformed"),
        (lambda: question(None, date(2000, 1, 1), TODAY, TODAY), "period_malformed"),
        (lambda: page("x", None), "page_malformed"),
        (lambda: page("１", None), "page_malformed"),
        (lambda: page(None, 501), "page_malformed"),
    ],
)
def test_questions_that_make_no_sense_are_refused(ask: Callable[[], object], key: str) -> None:
    """A report never guesses what was meant."""
    with pytest.raises(DomainError) as error:
        ask()
    assert error.value.key == key
