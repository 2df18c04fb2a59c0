"""Nights kept and scored on real rows: as issued, once each, again when facts come late, and no longer than needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cloud.forecasting.forecasters import SIMPLE
from cloud.forecasting.issued import NIGHTS_KEPT, issued_in, issued_of, newest_origin
from cloud.forecasting.own_calendar import Own
from cloud.forecasting.scoring import SCORES_KEPT, score
from cloud.forecasting.series import read_series
from cloud.jobs import suggest_orders as job
from cloud.store.forecast_tables import FORECAST_ISSUED, FORECAST_SCORE
from cloud.store.installation import Installation
from cloud.store.tenant import mine
from shared.stock.events import OpeningRecorded, ReceivedLine
from shared.units import MICRO
from tests.unit.cloud.office import Office
from tests.unit.cloud.past_nights import pass_nights
from tests.unit.cloud.shop import PIECE, Log, Shop, sale
from tests.unit.cloud.test_statements import dated

LAST = date(2026, 11, 17)
FIRST = LAST - timedelta(days=41)


def nights(count: int, until: date = LAST) -> list[date]:
    return [until - timedelta(days=back) for back in range(count - 1, -1, -1)]


@pytest.fixture
def office(installation: Installation) -> Office:
    """Head office with its two stores, of which s1 sells 4 milk a day for six weeks."""
    made = Office(installation)
    made.open_shops()
    sell_daily(made, "s1", 4, 42)
    return made


@pytest.fixture
def s2(office: Office) -> Log:
    """The log of s2, which sells 6 milk a day and has told nothing of the last two days."""
    return sell_daily(office, "s2", 6, 40)


def sell_daily(office: Office, store: str, pieces: int, days: int) -> Log:
    shop = Shop(office.store, store)
    stock = ReceivedLine(sku="milk", lot="L1", place="main", qty=500 * PIECE)
    log = shop.log("a").record(dated(FIRST, OpeningRecorded(lines=(stock,)), f"open {store}"))
    for day in range(days):
        name = f"{store} {day}"
        log.record(dated(FIRST + timedelta(days=day), sale(name, "milk", pieces), name))
    log.push()
    shop.project()
    return log


def scores(office: Office, **wanted: Any) -> Sequence[Any]:
    table = FORECAST_SCORE
    clauses = [table.c[name] == value for name, value in wanted.items()]
    with office.store.reading() as reading:
        return reading.all(
            select(table).where(mine(table), *clauses).order_by(table.c.day, table.c.store, table.c.ahead)
        )


def test_a_night_keeps_what_it_said_and_the_same_night_again_replaces_it(office: Office, s2: Log) -> None:
    """What the run hands to replenishment is what is kept, to the thousandth; nothing stands twice."""
    assert job.suggest_orders(office.installation, SIMPLE) == 1
    with office.store.reading() as reading:
        series = list(read_series(reading, LAST))
        told = {one.store: one for one in SIMPLE.forecast(series, LAST, Own())}
        kept = issued_of(reading, "milk", ("s1", "s2"), LAST)
    assert [(one.origin, one.store) for one in kept] == [(LAST, "s1"), (LAST, "s2")]
    for one in kept:
        said = told[one.store]
        assert (one.model, one.segment, one.degraded) == (said.model, said.segment, said.degraded)
        for back, day in zip(one.forecast().days, said.days, strict=True):
            assert abs(back.q90 - day.q90) <= 500
    pass_nights(office.store, [LAST])
    with office.store.reading() as reading:
        assert len(reading.all(select(FORECAST_ISSUED.c.sku).where(mine(FORECAST_ISSUED)))) == 2


def test_each_day_is_scored_by_the_nights_before_it(office: Office) -> None:
    """Three nights: the newest known day is one day ahead of one and two of another; always 4 is met."""
    pass_nights(office.store, nights(3))
    told = scores(office, store="s1", cycle="day")
    assert [(row.day, row.ahead) for row in told] == [
        ((LAST - timedelta(days=1)).isoformat(), 1),
        (LAST.isoformat(), 1),
        (LAST.isoformat(), 2),
    ]
    for row in told:
        assert (row.series, row.sold, row.said, row.missed) == (1, 4 * MICRO, 4 * MICRO, 0)
        assert (row.mean_missed, row.naive_missed, row.within_q98) == (0, 0, 1)


def test_days_that_come_late_are_scored_when_they_have_come(office: Office, s2: Log) -> None:
    """s2's last two days are unknown, then told: then they are scored, and what was scored before stays as it was."""
    pass_nights(office.store, nights(3))
    assert not scores(office, store="s2")
    before = scores(office, store="s1")
    told = len(s2.events)
    for back in (1, 0):
        name = f"late {back}"
        s2.record(dated(LAST - timedelta(days=back), sale(name, "milk", 9), name))
    s2.push(first=told + 1)
    s2.shop.project()
    with office.store.reading() as reading:
        series = list(read_series(reading, LAST))
    assert score(office.store, series, LAST) == 2
    assert [(row.ahead, row.sold) for row in scores(office, store="s2", cycle="day")] == [
        (1, 9 * MICRO),
        (1, 9 * MICRO),
        (2, 9 * MICRO),
    ]
    assert scores(office, store="s1") == before
    assert score(office.store, series, LAST) == 0


def test_a_week_is_known_by_its_last_day(office: Office) -> None:
    """Eight nights: the week that the first of them spoke of is scored once, seven days of 4 against seven of 4."""
    pass_nights(office.store, nights(8))
    (week,) = scores(office, store="s1", cycle="week")
    assert (week.day, week.ahead, week.sold, week.missed) == (LAST.isoformat(), 1, 28 * MICRO, 0)


def test_nothing_is_kept_longer_than_it_is_asked_for(office: Office) -> None:
    """After a month of nights only the newest 28 are there, and no score is older than eight weeks."""
    pass_nights(office.store, nights(30))
    with office.store.reading() as reading:
        origins = {
            row.origin for row in reading.all(select(FORECAST_ISSUED.c.origin).where(mine(FORECAST_ISSUED)))
        }
        assert newest_origin(reading) == LAST
        assert set(issued_in(reading, "s1", nights(30))) == set(nights(NIGHTS_KEPT))
    assert len(origins) == NIGHTS_KEPT
    later = LAST + timedelta(days=SCORES_KEPT)
    score(office.store, [], later)
    assert not scores(office)
