"""Each night's forecasts as they were said, packed small: whoever judges them must not judge what is said today.

A forecast of fourteen days is 84 numbers. They are kept in thousandths of a unit, the mean of every day first, then
each quantile of every day, in the narrowest of two, four or eight bytes that holds the largest: 169 bytes for goods
that sell up to 65 a day. What an order was reckoned by stands to the millionth in its suggestion.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Select, delete, select

from cloud.forecasting.series import HORIZON
from cloud.store.forecast_tables import FORECAST_ISSUED
from cloud.store.tenant import Reading, Writing, mine
from shared.forecasting.forecast import LEVELS, Forecast, ForecastDay

NIGHTS_KEPT: Final = 2 * HORIZON
"""A fortnight of days can be judged, each by the fortnight of nights before it."""
THOUSANDTH: Final = 1000
"""Millionths."""
_WIDTHS: Final = {2: "H", 4: "I", 8: "Q"}
_ROWS: Final = 1 + len(LEVELS)
_COLUMNS: Final = ("origin", "store", "sku", "model", "segment", "degraded", "days")


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """What was said after `origin` of one SKU in one store; numbers in thousandths."""

    origin: date
    store: str
    sku: str
    model: str
    segment: str
    degraded: tuple[str, ...]
    numbers: tuple[int, ...]
    """As they are packed."""

    @property
    def horizon(self) -> int:
        return len(self.numbers) // _ROWS

    def forecast(self) -> Forecast:
        """As everybody else reads it, in millionths."""
        return Forecast(
            store=self.store,
            sku=self.sku,
            origin=self.origin,
            model=self.model,
            segment=self.segment,
            days=tuple(self._day(ahead) for ahead in range(self.horizon)),
            degraded=self.degraded,
        )

    def _day(self, ahead: int) -> ForecastDay:
        mean, q50, q80, q90, q95, q98 = (
            number * THOUSANDTH for number in self.numbers[ahead :: self.horizon]
        )
        day = self.origin + timedelta(days=ahead + 1)
        return ForecastDay(day=day, mean=mean, q50=q50, q80=q80, q90=q90, q95=q95, q98=q98)


def packed(days: Sequence[ForecastDay]) -> bytes:
    """The days as bytes; the first says how wide a number is."""
    rows = zip(*((day.mean, *day.quantiles) for day in days), strict=True)
    numbers = [(number + THOUSANDTH // 2) // THOUSANDTH for row in rows for number in row]
    most = max(numbers, default=0)
    width = next(width for width in _WIDTHS if most < 1 << 8 * width)
    return bytes((width,)) + struct.pack(f"<{len(numbers)}{_WIDTHS[width]}", *numbers)


def unpacked(data: bytes) -> tuple[int, ...]:
    """The numbers of `packed`, in thousandths."""
    width = data[0]
    return struct.unpack(f"<{(len(data) - 1) // width}{_WIDTHS[width]}", data[1:])


def keep_issued(writing: Writing, forecasts: Iterable[Forecast], last: date) -> None:
    """Write a night's forecasts instead of what was kept for it, and forget those that no judge asks for any more."""
    table = FORECAST_ISSUED
    oldest = last - timedelta(days=NIGHTS_KEPT - 1)
    writing.change(delete(table).where(mine(table), table.c.origin < oldest.isoformat()))
    writing.change(delete(table).where(mine(table), table.c.origin >= last.isoformat()))
    writing.many(
        table,
        _COLUMNS,
        (
            (
                one.origin.isoformat(),
                one.store,
                one.sku,
                one.model,
                one.segment,
                " ".join(one.degraded),
                packed(one.days),
            )
            for one in forecasts
        ),
    )


def issued_in(reading: Reading, store: str, origins: Sequence[date]) -> Mapping[date, Mapping[str, Issued]]:
    """What was said in a store on these nights, by night and SKU."""
    table, found = FORECAST_ISSUED, dict[date, dict[str, Issued]]()
    for row in _read(
        reading,
        select(table).where(
            mine(table), table.c.store == store, table.c.origin.in_([day.isoformat() for day in origins])
        ),
    ):
        found.setdefault(row.origin, {})[row.sku] = row
    return found


def issued_of(reading: Reading, sku: str, stores: Sequence[str], since: date) -> list[Issued]:
    """Every night's word on a SKU in these stores from `since` on, oldest first."""
    table = FORECAST_ISSUED
    newest = newest_origin(reading)
    if newest is None or not stores:
        return []
    # The nights by name, because rows are kept together by night: a range would read every product of each.
    nights = [(since + timedelta(days=ahead)).isoformat() for ahead in range((newest - since).days + 1)]
    return list(
        _read(
            reading,
            select(table)
            .where(mine(table), table.c.origin.in_(nights), table.c.store.in_(stores), table.c.sku == sku)
            .order_by(table.c.origin, table.c.store),
        )
    )


def newest_origin(reading: Reading) -> date | None:
    """The origin of the newest night kept."""
    table = FORECAST_ISSUED
    row = reading.first(select(table.c.origin).where(mine(table)).order_by(table.c.origin.desc()).limit(1))
    return None if row is None else date.fromisoformat(row.origin)


def _read(reading: Reading, statement: Select[Any]) -> Iterable[Issued]:
    for row in reading.all(statement):
        yield Issued(
            origin=date.fromisoformat(row.origin),
            store=row.store,
            sku=row.sku,
            model=row.model,
            segment=row.segment,
            degraded=tuple(row.degraded.split()),
            numbers=unpacked(bytes(row.days)),
        )
