"""Days a business has told of its own, which overrule the calendar of the country; and the days a store is closed.

Head office keeps them as facts, so that a night forecasts by them; a back-test reads the same from a file. Nothing
here needs the libraries that forecasts learn with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import select

from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import OWN_DAY
from shared.forecasting.forecast import Forecast, ForecastDay

Kind = Literal["workday", "weekend", "holiday", "makeup"]
"""`holiday`: a public holiday and the days off beside it; `makeup`: a Saturday or Sunday that is worked for one."""

ALL_STORES: Final = ""
OWN_EVENT: Final = "own:"
"""Before the name of a business's own event, which may be called like a feast without being taken for it."""


_RANK: Final = {"work": 1, "school": 1}
"""Who says that people are about says more than who says the contrary; what is read last holds."""


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """What a business has told about days of its own."""

    kinds: Mapping[date, Kind] = {}
    schools: Mapping[date, bool] = {}
    paydays: frozenset[date] = frozenset()
    """Where any is told, they stand instead of the usual ones."""
    events: Mapping[str, frozenset[date]] = {}
    closed: frozenset[tuple[str, date]] = frozenset()
    """Store (`ALL_STORES` for each of them) and day on which it does not open."""


def day_off(day: date) -> Kind:
    """What a day is on which most people are off."""
    return "weekend" if day.weekday() >= 5 else "holiday"


def day_worked(day: date) -> Kind:
    """What a day is on which most people work."""
    return "makeup" if day.weekday() >= 5 else "workday"


def read_own(reading: Reading) -> Own:
    """What this business's head office was told and nobody has taken back."""
    told = table_of(OWN_DAY)
    return own_of(reading.all(select(told).where(mine(told), told.c.holds == 1)))


def own_of(rows: Iterable[Any]) -> Own:
    """From rows of day, what, name and store. Where a day is told to be both off and worked it is worked, and a day of
    both school and none has school."""
    kinds: dict[date, Kind] = {}
    schools: dict[date, bool] = {}
    paydays: set[date] = set()
    events: dict[str, set[date]] = {}
    closed: set[tuple[str, date]] = set()
    for row in sorted(rows, key=lambda one: _RANK.get(one.what, 0)):
        day = date.fromisoformat(row.day)
        match row.what:
            case "off":
                kinds[day] = day_off(day)
            case "work":
                kinds[day] = day_worked(day)
            case "school" | "no_school":
                schools[day] = row.what == "school"
            case "payday":
                paydays.add(day)
            case "closed":
                closed.add((row.store, day))
            case _:
                events.setdefault(OWN_EVENT + row.name, set()).add(day)
    return Own(
        kinds=kinds,
        schools=schools,
        paydays=frozenset(paydays),
        events={name: frozenset(days) for name, days in events.items()},
        closed=frozenset(closed),
    )


def without_closed_days(forecasts: Iterable[Forecast], own: Own) -> list[Forecast]:
    """A store that does not open sells nothing that day, whatever the days around it say."""
    return [
        msgspec.structs.replace(one, days=tuple(_closed(one.store, day, own) for day in one.days))
        if own.closed
        else one
        for one in forecasts
    ]


def _closed(store: str, day: ForecastDay, own: Own) -> ForecastDay:
    if own.closed.isdisjoint(((store, day.day), (ALL_STORES, day.day))):
        return day
    return ForecastDay(day=day.day, mean=0, q50=0, q80=0, q90=0, q95=0, q98=0)
