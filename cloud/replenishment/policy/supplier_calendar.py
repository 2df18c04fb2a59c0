"""When a supplier takes orders: weekdays with a cut-off, days closed, and how long goods then take."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from cloud.replenishment.policy.protection import LeadTime
from shared.errors import DomainError
from shared.units import MICRO

_LOOK_AHEAD_DAYS = 366


class SupplierCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """`weekdays` (Monday is 0) on which orders are taken until `cut_off_minute` of the day; `closed` days excepted."""

    supplier: str
    weekdays: frozenset[int] = frozenset(range(7))
    cut_off_minute: int = 24 * 60
    closed: frozenset[date] = frozenset()
    lead: LeadTime


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """The next chance to order, and the one after it. `lead` counts from today, the wait for the slot included."""

    order_day: date
    next_day: date
    lead: LeadTime

    @property
    def review_days(self) -> int:
        return (self.next_day - self.order_day).days


def next_slot(calendar: SupplierCalendar, today: date, minute: int) -> Slot:
    """The slot after `minute` of `today`, local time of the store.

    Raises `supplier_takes_no_orders` where a year has not two days on which the supplier takes orders.
    """
    first = today if minute < calendar.cut_off_minute else today + timedelta(days=1)
    days = (first + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS))
    open_days = (day for day in days if day.weekday() in calendar.weekdays and day not in calendar.closed)
    order_day, next_day = next(open_days, None), next(open_days, None)
    if order_day is None or next_day is None:
        raise DomainError("supplier_takes_no_orders", supplier=calendar.supplier)
    wait = (order_day - today).days * MICRO
    lead = LeadTime(days=calendar.lead.days + wait, variance=calendar.lead.variance)
    return Slot(order_day=order_day, next_day=next_day, lead=lead)
