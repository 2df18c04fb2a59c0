"""The Chinese calendar as forecasts have it, and a business's own days."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloud.forecasting.cli import REFUSED, forecast
from cloud.forecasting.learned.china import Day, days_of, disputed, unannounced_years
from cloud.forecasting.learned.own_days import read_own_days
from shared.errors import DomainError


def day_of(day: date) -> Day:
    """One day."""
    return days_of([day])[0]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 13), "workday"),
        (date(2026, 2, 14), "makeup"),
        (date(2026, 2, 15), "holiday"),
        (date(2026, 2, 17), "holiday"),
        (date(2026, 2, 28), "makeup"),
        (date(2026, 3, 7), "weekend"),
        (date(2026, 9, 20), "makeup"),
        (date(2026, 10, 3), "holiday"),
        (date(2026, 10, 10), "makeup"),
    ],
)
def test_weekends_worked_for_a_feast_are_no_weekends(day: date, kind: str) -> None:
    """The State Council's list for 2026; the Sunday inside Spring Festival belongs to it."""
    assert day_of(day).kind == kind


@pytest.mark.parametrize(
    ("day", "event", "since"),
    [
        (date(2027, 2, 6), "spring_festival", 0),
        (date(2027, 2, 5), "spring_festival", -1),
        (date(2026, 6, 19), "dragon_boat", 0),
        (date(2026, 9, 26), "mid_autumn", 1),
        (date(2025, 4, 4), "qingming", 0),
        (date(2026, 12, 22), "winter_solstice", 0),
        (date(2025, 10, 6), "mid_autumn", 0),
        (date(2026, 11, 8), "double_eleven", -3),
    ],
)
def test_feasts_follow_the_moon_and_the_sun(day: date, event: str, since: int) -> None:
    """Mid-autumn of 2025 fell into national day, because that year had a leap month before it."""
    assert dict(day_of(day).near)[event] == since


def test_a_leap_month_has_no_feasts() -> None:
    """The second sixth month of 2025; qixi comes once, on 29 August."""
    assert day_of(date(2025, 7, 30)).lunar_month == -6
    days = days_of(date(2025, month, day) for month in (7, 8) for day in range(1, 31))
    assert [day.day for day in days if dict(day.near).get("qixi") == 0] == [date(2025, 8, 29)]


def test_a_year_of_which_nothing_was_announced_is_not_passed_off_as_known() -> None:
    """Its statutory feasts are there, worked weekends are not, and it says so."""
    day = day_of(date(2027, 10, 1))
    assert day.kind == "holiday"
    assert not day.announced
    assert unannounced_years(days_of([date(2026, 12, 31), date(2027, 1, 1), date(1999, 5, 1)])) == [
        1999,
        2027,
    ]
    assert day_of(date(2200, 5, 1)).kind == "workday"


def test_two_sources_agree_or_the_day_is_told() -> None:
    """On the last day of 2005 they do not; in the last three years they do throughout."""
    assert disputed(days_of([date(2005, 12, 30), date(2005, 12, 31)])) == [date(2005, 12, 31)]
    recent = [
        date.fromordinal(number)
        for number in range(date(2024, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    ]
    assert disputed(days_of(recent)) == []


def test_a_business_has_days_of_its_own(tmp_path: Path) -> None:
    """They overrule the state's, and its own feasts are near like any other."""
    file = tmp_path / "days.csv"
    file.write_text(
        "date,what\n2027-10-09,work\n2026-03-09,off\n2026-03-08,店庆\n2026-09-05,payday\n2026-07-06,school\n",
        encoding="utf-8-sig",
    )
    own = read_own_days(file)
    makeup, off, before, paid, school = days_of(
        [date(2027, 10, 9), date(2026, 3, 9), date(2026, 3, 6), date(2026, 9, 15), date(2026, 7, 6)], own
    )
    assert (makeup.kind, off.kind, before.near, paid.since_payday, school.school) == (
        "makeup",
        "holiday",
        (("店庆", -2),),
        10,
        True,
    )


@pytest.mark.parametrize("line", ["2026-03-08", "soon,off", "2026-03-08,spring_festival", "2026-03-08,"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    """With its number, before anything is reckoned."""
    file = tmp_path / "days.csv"
    file.write_text(f"date,what\n2026-03-07,off\n{line}\n", encoding="utf-8")
    with pytest.raises(DomainError, match="forecast_days_unreadable") as refused:
        read_own_days(file)
    assert refused.value.values["line"] == 3


def test_the_calendar_is_shown_with_what_it_does_not_know() -> None:
    """At a terminal: make-up days, the moon's feasts, and in both languages that 2027 was not announced."""
    shown = CliRunner().invoke(forecast, ["calendar", "--from", "2026-02-14", "--to", "2026-02-17"])
    assert shown.exit_code == 0
    assert "2026-02-14 Sat  makeup" in shown.output
    assert "spring_festival+0" in shown.output
    assert "announced" not in shown.output
    unsure = CliRunner().invoke(forecast, ["calendar", "--from", "2026-12-31", "--to", "2027-01-01"])
    assert "2027 年的调休安排未公布" in unsure.output
    assert "Which weekends of 2027 are worked is not announced" in unsure.output


def test_a_days_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """In both languages."""
    file = tmp_path / "days.csv"
    file.write_bytes(b"\xff\xfe\x00")
    told = CliRunner().invoke(
        forecast, ["calendar", "--from", "2026-01-01", "--to", "2026-01-02", "--days", str(file)]
    )
    assert told.exit_code == REFUSED
    assert "自定日历" in told.output
    assert "cannot be read" in told.output
