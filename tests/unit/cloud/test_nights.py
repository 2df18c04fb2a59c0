"""The nightly run on real rows: lines anybody can redo, suggestions made once, and from an order back to the scans."""

from __future__ import annotations

import random
import threading
from array import array
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from cloud.forecasting.forecasters import SIMPLE
from cloud.forecasting.own_calendar import Own
from cloud.forecasting.series import HORIZON, Series, read_series
from cloud.jobs import suggest_orders as job
from cloud.replenishment.automation import automation, op_of_health
from cloud.replenishment.nights import SuggestionPage, suggestions
from cloud.replenishment.policy.perishables import Lot, draw_paths, outcome
from cloud.reports.asked import Page
from cloud.store.installation import Installation
from cloud.store.ledger_tables import FACT
from cloud.store.projected import table_of
from cloud.store.replenishment_tables import REPLENISHMENT_RUN
from cloud.store.tenant import TenantStore, mine
from shared.forecasting.forecast import ForecastDay
from shared.purchasing.projection import ORDER
from shared.replenishment.projection import SUGGESTION
from shared.sales.events import SaleRecorded, SoldLine
from shared.stock.events import OpeningRecorded, ReceivedLine, Take
from shared.units import MICRO, micro
from tests.support.redo_line import redo
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Browser, Office, key_of
from tests.unit.cloud.shop import PIECE, Shop
from tests.unit.cloud.test_statements import dated

TODAY = date(2026, 11, 18)
DAYS = 42
FIRST = TODAY - timedelta(days=DAYS)
MEANS = {"milk": 6, "bread": 14, "rice": 1, "soap": 2}
LEFT = {"s1": {"milk": 1, "bread": 3, "rice": 60, "soap": 0}, "s2": {"milk": 70}}
"""What lies there on the morning of the run."""


@pytest.fixture
def office(installation: Installation) -> Office:
    """Two stores with six weeks of seeded sales: all goods in the first, milk in the second."""
    made = Office(installation)
    made.open_shops()
    for sku in MEANS:
        made.do(
            "catalogue.define_product",
            sku=sku,
            name=sku.title(),
            category="dairy",
            base_unit="pc",
            supplier="" if sku == "soap" else "farm",
            unit_cost="3",
            **({"shelf_life_days": 2} if sku == "bread" else {}),
        )
        made.do("catalogue.set_price", sku=sku, price="5")
    made.do("catalogue.assign_barcode", sku="milk", code="6901234567892", unit="case", factor="6")
    dice = random.Random(5)
    for store, left in LEFT.items():
        sold = [
            (day, sku, sum(dice.random() < 0.5 for _ in range(2 * MEANS[sku])))
            for day in range(DAYS)
            for sku in left
        ]
        record(made.store, store, left, sold)
    return made


def record(chain: TenantStore, store: str, left: dict[str, int], sold: list[tuple[int, str, int]]) -> None:
    """A store's log: what it opened with, so that after these sales so much is left."""
    opened = Counter(left)
    for _, sku, pieces in sold:
        opened[sku] += pieces
    shop = Shop(chain, store)
    lines = tuple(
        ReceivedLine(sku=sku, lot="L1", place="main", qty=pieces * PIECE) for sku, pieces in opened.items()
    )
    log = shop.log("a").record(dated(FIRST, OpeningRecorded(lines=lines), f"open {store}"))
    for number, (day, sku, pieces) in enumerate(sold):
        if pieces:
            name = f"{store} {number}"
            log.record(dated(FIRST + timedelta(days=day), sale(name, sku, pieces), name))
    log.push()
    shop.project()


def sale(number: str, sku: str, pieces: int) -> SaleRecorded:
    take = Take("L1", "main", pieces * PIECE)
    line = SoldLine(sku=sku, qty=pieces * PIECE, unit_price=5 * PIECE, amount=pieces * 500, takes=(take,))
    return SaleRecorded(sale=number, lines=(line,))


def night(office: Office) -> int:
    return job.suggest_orders(office.installation, SIMPLE)


def page(office: Office, why: str = "", stores: tuple[str, ...] | None = None) -> SuggestionPage:
    with office.store.reading() as reading:
        return suggestions(reading, stores, "", why, "", Page(0, 100))


def line(office: Office, store: str, sku: str) -> Any:
    return next(row for row in page(office, "all").rows if (row.store, row.sku) == (store, sku))


def test_every_product_of_every_store_has_a_line_that_anybody_can_redo(office: Office) -> None:
    """Eight lines for two stores and four products; each sum redone from its strings gives the quantity (F41)."""
    assert night(office) == 1
    told = page(office, "all")
    assert told.day == TODAY.isoformat()
    assert told.lines == told.found == len(told.rows) == 8
    whys = {(row.store, row.sku): row.why for row in told.rows}
    assert whys == {
        ("s1", "milk"): "given",
        ("s1", "bread"): "needed",
        ("s1", "rice"): "covered",
        ("s1", "soap"): "no_supplier",
        ("s2", "milk"): "covered",
        ("s2", "bread"): "not_kept",
        ("s2", "rice"): "not_kept",
        ("s2", "soap"): "not_kept",
    }
    for row in told.rows:
        if row.terms is None:
            assert (row.why, row.suggested) == ("not_kept", "0")
            continue
        assert redo(row.terms) == Decimal(row.suggested)
        expected = sum(Decimal(day.mean) for day in row.terms.forecast.days[:2])
        assert Decimal(row.terms.mean_lead) + Decimal(row.terms.mean_review) == pytest.approx(expected)
    milk = line(office, "s1", "milk")
    assert [(gift.store, gift.qty) for gift in milk.from_stores] == [("s2", milk.terms.need)]


def test_a_store_that_does_not_open_needs_nothing_for_that_day(office: Office) -> None:
    """s1 is closed today: its forecast says 0 for today and not for tomorrow."""
    office.do("catalogue.set_own_day", day=TODAY.isoformat(), what="closed", store="s1")
    night(office)
    shut, open_ = (line(office, store, "milk").terms.forecast.days for store in ("s1", "s2"))
    assert Decimal(shut[0].mean) == Decimal(shut[0].q98) == 0
    assert min(Decimal(day.mean) for day in (shut[1], open_[0])) > 0


def test_bread_is_judged_by_what_would_be_thrown_away(office: Office) -> None:
    """From forecast, lots and seed on the page each candidate's waste and shortage come out again, to the millionth."""
    night(office)
    terms = line(office, "s1", "bread").terms
    fresh = terms.fresh
    days = [
        ForecastDay(
            day=date.fromisoformat(day.day),
            **{name: micro(getattr(day, name)) for name in ("mean", "q50", "q80", "q90", "q95", "q98")},
        )
        for day in terms.forecast.days
    ]
    length = max(fresh.next_order, fresh.last + 1)
    paths = draw_paths(days[:length], MICRO, random.Random(fresh.seed), fresh.paths)
    lots = [Lot(qty=micro(lot.qty), first=lot.first, last=lot.last) for lot in fresh.lots]
    assert len(terms.candidates) > 5
    for candidate in terms.candidates:
        ordered = Lot(qty=micro(candidate.qty), first=fresh.first, last=fresh.last)
        ends = outcome(paths, [*lots, ordered], 0)
        assert (ends.waste, ends.short) == (micro(candidate.waste), micro(candidate.short))
    daily = sum(Decimal(day.mean) for day in terms.forecast.days[:2]) / 2
    assert daily < Decimal(terms.ordered) + 3 < 4 * daily


def test_a_run_is_done_once_and_a_cut_off_one_goes_on(office: Office, clock: Clock) -> None:
    """The same day again changes nothing; a run cut off after its rows makes the same ops; the next day replaces."""
    assert night(office) == 1
    open_now = states(office)
    assert list(open_now.values()) == ["open"]
    assert night(office) == 0
    with office.store.writing() as writing:
        writing.change(REPLENISHMENT_RUN.update().where(mine(REPLENISHMENT_RUN)).values(state="reckoned"))
    assert night(office) == 1
    assert states(office) == open_now
    clock.pass_(seconds=86_400)
    assert night(office) == 1
    after = states(office)
    assert [after[name] for name in open_now] == ["dismissed"]
    assert sorted(after.values()) == ["dismissed", "open"]


def test_from_an_order_back_to_the_scans(office: Office) -> None:
    """Changed with a reason, approved once for many clicks: the order names its suggestion, which holds the forecast,
    and the line says where the scans are listed."""
    night(office)
    bread = line(office, "s1", "bread")
    asked = {"suggestion": bread.suggestion}
    changed = {"sku": "bread", "qty": "40", "reason": "event"}
    office.do("replenishment.revise_suggestion", lines=[changed], **asked)
    office.do("replenishment.approve_suggestion", **asked)
    told = line(office, "s1", "bread")
    assert (told.suggested, told.qty, told.reason) == (bread.suggested, "40", "event")
    assert (told.state, told.order) == ("approved", bread.suggestion)
    with office.store.reading() as reading:
        order = table_of(ORDER)
        (placed,) = reading.all(select(order).where(mine(order)))
    assert (placed.order_id, placed.store, placed.supplier) == (bread.suggestion, "s1", "farm")
    assert told.facts.startswith("/v1/facts?node=s1&kind=sales.&sku=bread&to=2026-11-17")
    assert told.terms.forecast.origin == "2026-11-17"


def test_goods_on_order_are_counted_the_next_night(office: Office, clock: Clock) -> None:
    """What was approved yesterday is in the position today, so it is not ordered twice."""
    night(office)
    bread = line(office, "s1", "bread")
    office.do("replenishment.approve_suggestion", suggestion=bread.suggestion)
    clock.pass_(seconds=86_400)
    night(office)
    again = line(office, "s1", "bread").terms
    assert again.on_order == bread.qty
    assert Decimal(again.position) == Decimal(bread.terms.position) + Decimal(bread.qty)


def test_days_nobody_knows_are_not_days_without_demand(office: Office) -> None:
    """A shelf empty from morning to night says nothing; a day on which the store was shut neither."""
    sold = [(day, "milk", 4 if day not in (10, 20, 21) else 0) for day in range(30)]
    sold += [(20, "rice", 1), (10, "rice", 1)]
    shop = {"milk": 0, "rice": 5}
    office.do("catalogue.define_store", store="s3", name="S3")
    record(office.store, "s3", shop, sold)
    series = {one.sku: one for one in of_store(office, "s3")}
    milk = series["milk"].history
    assert len(milk) == DAYS
    assert milk[9:12] == [4.0, 0.0, 4.0]
    assert milk[20:22] == [0.0, None]
    assert set(milk[30:]) == {None}


def of_store(office: Office, store: str) -> list[Series]:
    with office.store.reading() as reading:
        return [one for one in read_series(reading, TODAY - timedelta(days=1)) if one.store == store]


def test_simple_forecasts_are_distributions_near_what_sells(office: Office) -> None:
    """Fourteen days from the morning of the run, quantiles rising, the mean within a quarter of the true one."""
    series = of_store(office, "s1")
    for told, one in zip(SIMPLE.forecast(series, TODAY - timedelta(days=1), Own()), series, strict=True):
        assert [day.day for day in told.days] == [TODAY + timedelta(days=ahead) for ahead in range(HORIZON)]
        assert all(list(day.quantiles) == sorted(day.quantiles) for day in told.days)
        mean = sum(day.mean for day in told.days) / HORIZON / MICRO
        assert mean == pytest.approx(MEANS[one.sku], rel=0.25)
        assert any(day.q98 > day.mean for day in told.days)


def test_bad_series_are_named_and_stop_nothing(office: Office) -> None:
    """Returns beyond sales, two days of history: a forecast all the same, degraded by name."""
    short = Series(store="s1", sku="x", category="", sold=milk_of(2), faults=("short_history",))
    nothing = Series(store="s1", sku="y", category="", sold=milk_of(0))
    forecasts = SIMPLE.forecast([short, nothing], TODAY, Own())
    assert [told.degraded for told in forecasts] == [("short_history",), ()]
    assert all(day.mean >= 0 for told in forecasts for day in told.days)


def milk_of(days: int) -> array[float]:
    return array("d", [3.0] * days)


def test_people_see_the_lines_of_their_stores_and_no_others(
    office: Office, owner: Browser, client: Browser
) -> None:
    """The route pages, filters and keeps to the asker's stores; a clerk may not read it at all."""
    night(office)
    address = "/v1/replenishment/suggestions"
    first = owner.get(address, params={"why": "all", "limit": 5}).json()
    assert (first["found"], len(first["rows"]), first["next"]) == (8, 5, "5")
    rest = owner.get(address, params={"why": "all", "limit": 5, "after": first["next"]}).json()
    assert len(rest["rows"]) == 3
    assert rest["next"] is None
    keys = [(row["store"], row["sku"]) for row in first["rows"] + rest["rows"]]
    assert len(set(keys)) == 8
    assert {row["sku"] for row in owner.get(address).json()["rows"]} == {"milk", "bread", "soap"}
    assert [row["sku"] for row in owner.get(address, params={"q": "BRE"}).json()["rows"]] == ["bread"]
    assert owner.get(address, params={"store": "s2"}).json()["rows"] == []
    assert page(office, "all", ("s2",)).found == 4
    told = {"user": "li", "name": "Li", "role": "clerk", "stores": ["s1"], "password": "a long enough word"}
    assert owner.post("/v1/users", json=told).status_code == 200
    owner.delete("/v1/session")
    assert client.post("/v1/session", json={"user": "li", "password": "a long enough word"}).is_success
    refused = client.get(address)
    assert (refused.status_code, key_of(refused)) == (403, "not_permitted")


def test_head_office_reckons_in_a_process_of_its_own(office: Office, installation: Installation) -> None:
    """The schedule's job starts a process, which learns and suggests by the machine's clock; a second start is none."""
    real = Installation(installation.database, installation.folder)
    installation.folder.mkdir(exist_ok=True)
    job.suggest_in_a_process(real)
    told = page(office, "all")
    assert told.forecaster == "learned"
    assert told.day is not None
    assert told.day > TODAY.isoformat()
    assert job.day_due(real.home, real.clock()) is None
    for row in told.rows:
        assert row.terms is None or redo(row.terms) == Decimal(row.suggested)


def test_a_server_that_stops_does_not_wait_for_the_night(office: Office, installation: Installation) -> None:
    """The process is ended where it is, nothing is half kept, and the next run does the whole night."""
    at_work = threading.Thread(target=job.suggest_in_a_process, args=(installation,))
    at_work.start()
    with job.changed:
        assert job.changed.wait_for(lambda: job.running is not None, timeout=30)
    job.interrupt()
    at_work.join(timeout=30)
    assert not at_work.is_alive()
    assert page(office, "all").rows == []
    assert night(office) == 1


def test_what_is_ordered_has_the_price_of_its_tier(office: Office) -> None:
    """A pack of milk costs 3.00, from twelve on 2.50: the line asks for what the contract says of its quantity."""
    tiers = [{"unit_price": "3"}, {"min_qty": "12", "unit_price": "2.5"}]
    office.do("catalogue.set_contract_price", supplier="farm", sku="bread", since="2026-01-01", tiers=tiers)
    night(office)
    bread = line(office, "s1", "bread")
    assert Decimal(bread.qty) >= 12
    assert (bread.terms.unit_cost, bread.unit_cost) == ("3", "2.5")
    office.do("replenishment.approve_suggestion", suggestion=bread.suggestion)
    assert line(office, "s1", "bread").state == "approved"


ENVELOPE = {
    "stage": "automatic",
    "dry_run": True,
    "suppliers": ["farm"],
    "skus": ["bread"],
    "price_band_bp": 500,
    "deviation_bp": 5000,
    "day_amount": "500",
    "delay_minutes": 60,
    "models_days": 3,
}


def test_the_program_orders_by_itself_only_inside_the_envelope(office: Office, clock: Clock) -> None:
    """After the delay, first as a rehearsal; asked once for as long as nothing changes; stopped, it orders nothing."""
    people_order(office, "bread", 3)
    night(office)
    clock.pass_(hours=24)
    night(office)
    office.do("replenishment.judge_models", healthy=True)
    office.do("replenishment.set_envelope", **ENVELOPE)
    assert (job.order_automatically(office.installation), judged(office)) == (0, 0)
    clock.pass_(minutes=61)
    assert (job.order_automatically(office.installation), judged(office)) == (0, 1)
    assert line(office, "s1", "bread").objections == []
    assert (job.order_automatically(office.installation), judged(office)) == (0, 1)
    office.do("replenishment.stop_automation", reason="a look first")
    office.do("replenishment.set_envelope", **ENVELOPE | {"dry_run": False})
    assert (job.order_automatically(office.installation), judged(office)) == (0, 1)
    office.do("replenishment.resume_automation", reason="all is well")
    assert (job.order_automatically(office.installation), judged(office)) == (1, 2)
    told = line(office, "s1", "bread")
    assert (told.state, told.automatic) == ("approved", True)
    with office.store.reading() as reading:
        seen = automation(reading, clock())
    assert (seen.stage, seen.dry_run, seen.stopped) == ("automatic", False, False)
    assert Decimal(seen.ordered_today) == Decimal(seen.rehearsed_today) == Decimal(told.value)


def test_what_speaks_against_an_automatic_order_stands_on_the_line(office: Office, clock: Clock) -> None:
    """Nobody ever ordered bread by hand: the judgement is recorded, nothing is ordered, the line says why."""
    night(office)
    office.do("replenishment.judge_models", healthy=True)
    office.do("replenishment.set_envelope", **ENVELOPE | {"dry_run": False})
    clock.pass_(minutes=61)
    assert job.order_automatically(office.installation) == 0
    told = line(office, "s1", "bread")
    assert (told.state, told.objections) == ("open", ["never_ordered"])


def test_a_refused_order_does_not_keep_those_behind_it_from_being_asked_for(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One at a time: each suggestion is judged once, though none of them becomes an order."""
    monkeypatch.setattr("cloud.replenishment.automation.ASKED_AT_ONCE", 1)
    for store in ("s1", "s2", "s1"):
        ordered = [{"sku": "milk", "qty": "40", "unit_cost": "3"}]
        office.do("replenishment.make_suggestion", supplier="farm", store=store, lines=ordered)
    office.do("replenishment.judge_models", healthy=True)
    office.do("replenishment.set_envelope", **ENVELOPE | {"dry_run": False})
    clock.pass_(minutes=61)
    there_are = len(states(office))
    for asked in range(1, there_are + 1):
        assert (job.order_automatically(office.installation), judged(office)) == (0, asked)
    assert (job.order_automatically(office.installation), judged(office)) == (0, there_are)


def test_each_night_says_whether_its_forecasts_are_fit_to_order_by(office: Office, clock: Clock) -> None:
    """The first night has nothing to compare; the second is held against the day that came."""
    night(office)
    with office.store.reading() as reading:
        first = automation(reading, clock())
        series = list(read_series(reading, TODAY))
        fine = [grown(one, MEANS[one.sku]) for one in series]
        off = [grown(one, 9 * MEANS[one.sku]) for one in series]
        tomorrow = (TODAY + timedelta(days=1)).isoformat()
        verdicts = [op_of_health(reading, tomorrow, some, clock()).body for some in (fine, off)]
    assert (first.healthy_on, first.why) == (None, "nothing_to_compare")
    assert [msgspec.json.decode(bytes(said)) for said in verdicts] == [
        {"healthy": True, "why": ""},
        {"healthy": False, "why": "off_in_sum"},
    ]


def grown(series: Series, sold: float) -> Series:
    """The same series with one day more, of which it is known what sold."""
    return msgspec.structs.replace(series, sold=array("d", [*series.sold[:-1], sold]))


def people_order(office: Office, sku: str, times: int) -> None:
    """Orders approved by hand, from which the envelope knows what is usual; they have arrived long ago."""
    for _ in range(times):
        office.do(
            "replenishment.make_suggestion",
            supplier="farm",
            store="s1",
            lines=[{"sku": sku, "qty": "40", "unit_cost": "3"}],
        )
        (name,) = [name for name, state in states(office).items() if state == "open"]
        office.do("replenishment.approve_suggestion", suggestion=name)
        office.do("purchasing.cancel_order", order=name, reason="only to learn from")


def judged(office: Office) -> int:
    """How often the program asked and was judged."""
    with office.store.reading() as reading:
        kind = FACT.c.kind == "replenishment.automatic_order_judged"
        return len(reading.all(select(FACT.c.seq).where(mine(FACT), kind)))


def states(office: Office) -> dict[str, str]:
    made = table_of(SUGGESTION)
    with office.store.reading() as reading:
        return {row.suggestion: row.state for row in reading.all(select(made).where(mine(made)))}
