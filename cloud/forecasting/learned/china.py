"""The calendar a Chinese shop lives by: which days are worked, which feasts are near, when wages and schools count.

Public holidays and the weekends worked to make up for them come from `holidays`; `chinesecalendar` is asked the same
question of every day, and a day on which the two disagree is told. The State Council says each November which weekends
of the next year are worked. Of a year it has not spoken of, only the statutory feasts are known (the law says which,
the moon says when); such days are `announced=False`, and whoever forecasts them says so. Lunar dates and solar terms
are reckoned, not looked up, so they have no last year.

A business knows more than the state: `Own` holds the days it has told us (its anniversary, its pay-day, its schools,
days off of its own), and they overrule the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final

import chinese_calendar
import holidays
import msgspec
from chinese_calendar.constants import holidays as ANNOUNCED  # noqa: N812
from lunar_python import Solar

from cloud.forecasting.own_calendar import Kind, Own

_LUNAR: Final = {
    (1, 1): "spring_festival",
    (1, 15): "lantern",
    (5, 5): "dragon_boat",
    (7, 7): "qixi",
    (8, 15): "mid_autumn",
    (9, 9): "double_ninth",
    (12, 8): "laba",
    (12, 23): "little_new_year",
}
_SOLAR: Final = {
    (1, 1): "new_year",
    (2, 14): "valentine",
    (5, 1): "labour_day",
    (6, 1): "childrens_day",
    (6, 18): "618",
    (10, 1): "national_day",
    (11, 11): "double_eleven",
    (12, 25): "christmas",
}
_TERMS: Final = {"清明": "qingming", "冬至": "winter_solstice"}
SOLAR_TERMS: Final = (
    *("立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑"),
    *("立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒"),
)
EVENTS: Final = (*_LUNAR.values(), *_SOLAR.values(), *_TERMS.values())

NEAR: Final = {"spring_festival": (21, 15), "national_day": (3, 8), "labour_day": (3, 6)}
"""How many days before and after an event still feel it; `_NEAR` for all others."""
_NEAR: Final = (3, 1)
PAYDAYS: Final = (10, 15)
"""Days of the month on which most wages are paid, where the business has not said its own."""
_RECKONED: Final = range(1950, 2101)
"""Years that `holidays` reckons for China."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day as the calendar has it."""

    day: date
    kind: Kind
    announced: bool
    """Whether it has been said for this year which weekends are worked."""
    lunar_month: int
    """Negative in a leap month, which has no feasts."""
    lunar_day: int
    solar_term: int
    """The place in `SOLAR_TERMS` of the last one."""
    near: tuple[tuple[str, int], ...]
    """Events near by with the days since each: ("spring_festival", -3) three days before it."""
    school: bool
    since_payday: int
    eve: bool
    """Whether it is worked and tomorrow is a public holiday."""

    @property
    def off(self) -> bool:
        """Whether most people are off."""
        return self.kind in ("weekend", "holiday")


def days_of(dates: Iterable[date], own: Own | None = None) -> list[Day]:
    """The calendar's word on each date."""
    own = own or Own()
    return [_day(day, own) for day in dates]


def unannounced_years(days: Iterable[Day]) -> list[int]:
    """Years among the days of which nobody has said yet (or here any more) which weekends are worked."""
    return sorted({day.day.year for day in days if not day.announced})


def disputed(days: Sequence[Day], own: Own | None = None) -> list[date]:
    """Days which `holidays` (followed here) and `chinesecalendar` do not both take for worked or for off. What the
    business itself has said is not disputed."""
    told = own.kinds if own else {}
    return [
        day.day
        for day in days
        if day.announced and day.day not in told and day.off == chinese_calendar.is_workday(day.day)
    ]


def _day(day: date, own: Own) -> Day:
    lunar_month, lunar_day, solar_term = _moon_and_sun(day)
    kind, tomorrow = _kind_told(day, own), _kind_told(day + timedelta(days=1), own)
    near = dict(_near_of_state(day))
    for name, dates in own.events.items():
        near.update(_nearest(name, day, dates))
    return Day(
        day=day,
        kind=kind,
        announced=day.year in _announced_years(),
        lunar_month=lunar_month,
        lunar_day=lunar_day,
        solar_term=solar_term,
        near=tuple(sorted(near.items())),
        school=own.schools.get(day, _school(day)),
        since_payday=_since_payday(day, own.paydays),
        eve=kind != "holiday" and tomorrow == "holiday",
    )


def _kind_told(day: date, own: Own) -> Kind:
    return own.kinds.get(day) or _kind(day)


def _kind(day: date) -> Kind:
    off, worked = _of_state(day.year)
    if day in off:
        return "holiday"
    if day.weekday() < 5:
        return "workday"
    if day in worked:
        return "makeup"
    # Saturday between Friday and Monday of a feast: nobody calls that a usual weekend.
    return "holiday" if _within_feast(day, off) else "weekend"


def _within_feast(day: date, off: frozenset[date]) -> bool:
    saturday = day - timedelta(days=day.weekday() - 5)
    return any(beside in off for beside in (saturday - timedelta(days=1), saturday + timedelta(days=2))) or (
        saturday in off or saturday + timedelta(days=1) in off
    )


@cache
def _of_state(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off beside usual weekends, and weekends that are worked, of a year."""
    if year not in _RECKONED:
        return frozenset(), frozenset()
    state = holidays.country_holidays("CN", years=[year])
    return frozenset(state), frozenset(state.weekend_workdays)


@cache
def _announced_years() -> frozenset[int]:
    """`chinesecalendar` holds only what was announced."""
    return frozenset(day.year for day in ANNOUNCED)


@cache
def _moon_and_sun(day: date) -> tuple[int, int, int]:
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return lunar.getMonth(), lunar.getDay(), SOLAR_TERMS.index(lunar.getPrevJieQi(True).getName())


@cache
def _events_on(day: date) -> tuple[str, ...]:
    lunar_month, lunar_day, term = _moon_and_sun(day)
    events = [_LUNAR.get((lunar_month, lunar_day)), _SOLAR.get((day.month, day.day))]
    if term != _moon_and_sun(day - timedelta(days=1))[2]:
        events.append(_TERMS.get(SOLAR_TERMS[term]))
    return tuple(event for event in events if event)


@cache
def _near_of_state(day: date) -> tuple[tuple[str, int], ...]:
    before = max(reach for reach, _ in NEAR.values())
    after = max(reach for _, reach in NEAR.values())
    near: dict[str, int] = {}
    for off in sorted(range(-after, before + 1), key=abs):
        for name in _events_on(day + timedelta(days=off)):
            reach_before, reach_after = NEAR.get(name, _NEAR)
            if -reach_after <= off <= reach_before:
                near.setdefault(name, -off)
    return tuple(near.items())


def _nearest(name: str, day: date, dates: Iterable[date]) -> dict[str, int]:
    before, after = _NEAR
    since = [(day - event).days for event in dates if -before <= (day - event).days <= after]
    return {name: min(since, key=abs)} if since else {}


def _school(day: date) -> bool:
    """July and August are off, and three weeks before Spring Festival to the lantern feast two weeks after it."""
    return day.month not in (7, 8) and not -21 <= dict(_near_of_state(day)).get("spring_festival", 99) < 15


def _since_payday(day: date, own: frozenset[date]) -> int:
    for back in range(32):
        earlier = day - timedelta(days=back)
        if earlier in own if own else earlier.day in PAYDAYS:
            return back
    return 32
