"""Days of the business's own: told by head office, followed by the night, taken back when they were wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cloud.forecasting.own_calendar import OWN_EVENT, Own, read_own, without_closed_days
from cloud.store.installation import Installation
from shared.forecasting.forecast import Forecast, of_estimates
from tests.unit.cloud.office import Office, op

MONDAY, SATURDAY = date(2026, 12, 7), date(2026, 12, 12)


@pytest.fixture
def office(installation: Installation) -> Office:
    made = Office(installation)
    made.open_shops()
    return made


def tell(office: Office, day: date, what: str, **more: object) -> None:
    office.do("catalogue.set_own_day", day=day.isoformat(), what=what, **more)


def told(office: Office) -> Own:
    with office.store.reading() as reading:
        return read_own(reading)


def test_every_kind_of_day_reaches_the_forecasts(office: Office) -> None:
    """A Saturday that is worked is one to make up for; a Monday that is off is a holiday."""
    tell(office, MONDAY, "off")
    tell(office, SATURDAY, "work")
    tell(office, MONDAY, "no_school")
    tell(office, MONDAY, "payday")
    tell(office, SATURDAY, "event", name="double_eleven")
    tell(office, MONDAY, "closed", store="s1")
    assert told(office) == Own(
        kinds={MONDAY: "holiday", SATURDAY: "makeup"},
        schools={MONDAY: False},
        paydays=frozenset({MONDAY}),
        events={OWN_EVENT + "double_eleven": frozenset({SATURDAY})},
        closed=frozenset({("s1", MONDAY)}),
    )


def test_a_day_taken_back_is_as_if_never_told(office: Office) -> None:
    """The later word on the same day, kind, name and store holds."""
    tell(office, MONDAY, "closed")
    tell(office, MONDAY, "closed", holds=False)
    assert told(office) == Own()


def test_a_day_told_to_be_off_and_worked_is_worked(office: Office) -> None:
    """People are about, says the one who orders; less bread than customers is the dearer mistake."""
    tell(office, MONDAY, "work")
    tell(office, MONDAY, "off")
    assert told(office).kinds == {MONDAY: "workday"}


@pytest.mark.parametrize(
    ("key", "day", "what", "more"),
    [
        ("own_day_far", date(206, 12, 7), "off", {}),
        ("own_day_name", MONDAY, "event", {"name": "  "}),
        ("own_day_name", MONDAY, "off", {"name": "fair"}),
        ("own_day_store", MONDAY, "off", {"store": "s1"}),
        ("store_unknown", MONDAY, "closed", {"store": "nowhere"}),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    office: Office, key: str, day: date, what: str, more: dict[str, str]
) -> None:
    """Each refusal has its key, and nothing is kept of it."""
    (result,) = office.ask(op("catalogue.set_own_day", day=day.isoformat(), what=what, **more))
    assert result.error is not None
    assert result.error.key == key
    assert told(office) == Own()


def test_a_closed_store_sells_nothing_and_the_others_what_they_would(office: Office) -> None:
    """One store's closed day leaves its other days and the other store alone; a day closed for all is closed there."""
    tell(office, MONDAY, "closed", store="s1")
    tell(office, MONDAY + timedelta(days=1), "closed")
    levels = {level: [4.0] * 3 for level in (0.5, 0.8, 0.9, 0.95, 0.98)}
    days = of_estimates(MONDAY - timedelta(days=1), [3.0] * 3, levels)
    said = [
        Forecast(store=store, sku="milk", origin=MONDAY, model="mean", segment="smooth", days=days)
        for store in ("s1", "s2")
    ]
    after = without_closed_days(said, told(office))
    assert [[day.mean // 1_000_000 for day in one.days] for one in after] == [[0, 0, 3], [3, 0, 3]]
    assert after[0].days[0].quantiles == (0, 0, 0, 0, 0)
